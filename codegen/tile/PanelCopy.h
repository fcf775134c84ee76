//===- PanelCopy.h - Packs a right operand on the fly -----------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A right operand that is not a weight comes as it is: transposed, or in rows
// far apart. A block of rows of the product uses each of its elements many
// times, so the piece that it needs is copied to the stack in packed order, in
// the sum's type, padded with zeros.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_PANELCOPY_H
#define INGOT_CODEGEN_TILE_PANELCOPY_H

#include "codegen/tile/Multiplier.h"

namespace ingot::tile {

/// A right operand at one point of its batch: row-major or transposed.
struct PanelSource {
  mlir::Value memref;
  RhsLayout layout;
  llvm::SmallVector<mlir::Value> batch;
};

class PanelCopy {
public:
  /// `panel` is memory of `[steps][columns]`. `ragged` where the columns may end, at `columnEnd`, inside of it: they
  /// are read under a mask then if there are `masks`.
  PanelCopy(IndexBuilder &builder, Multiplier &multiplier, PanelSource source, mlir::Value panel, mlir::Value column,
            mlir::Value columnEnd, bool ragged, bool masks);

  /// Fills it with rows [kBegin, kEnd) of the columns from `column` on.
  void copy(mlir::Value kBegin, mlir::Value kEnd);

  /// A vector of the panel's row `step`.
  mlir::Value load(mlir::Value step, int64_t vector);

private:
  void copyRows(mlir::Value kBegin, mlir::Value kEnd, bool masked);
  void copyTransposed(mlir::Value kBegin, mlir::Value kEnd);
  void copyElements(mlir::Value kBegin, mlir::Value lo, mlir::Value hi, mlir::Value firstColumn);
  void clear(mlir::Value rows);
  mlir::Value getValidColumns();
  llvm::SmallVector<mlir::Value> indexB(mlir::Value k, mlir::Value column);

  IndexBuilder &b;
  Multiplier &multiplier;
  PanelSource source;
  mlir::Value panel, column, columnEnd;
  int64_t width, lanes;
  bool ragged, masks;
};

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_PANELCOPY_H

//===- Fixed24Multiplier.h - Weights of three bytes an element --*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_FIXED24MULTIPLIER_H
#define INGOT_CODEGEN_TILE_FIXED24MULTIPLIER_H

#include "codegen/tile/Multiplier.h"

namespace ingot::tile {

/// Products by 24-bit integers in place of f32, three vectors of words for four of elements (codegen/rt/Fixed24.h):
/// two are converted as they are, one is shifted, and two shifts of pairs of words gather the fourth. Sums of such
/// products may leave the range of f32 though those by the elements do not: what is redone has smaller left operands.
class Fixed24Multiplier : public Multiplier {
public:
  using Multiplier::Multiplier;

  mlir::Value loadLeft(mlir::Value memref, mlir::ValueRange indices, mlir::Value rest) override;
  /// `memref` has the words of a panel's row as its last dimension; the last of `indices` counts columns.
  mlir::Value loadRight(mlir::Value memref, mlir::ValueRange indices) override;
  void emitOrRedo(mlir::ValueRange sums, llvm::function_ref<void()> emit, llvm::function_ref<void()> redo) override;
  llvm::SmallVector<mlir::Value> finish(mlir::ValueRange sums, int64_t vectors) override;

private:
  mlir::Value takeFraction(mlir::Value value);

  /// Whether left operands are smaller, by the fraction that otherwise is taken of the sums.
  bool isReduced = false;
};

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_FIXED24MULTIPLIER_H

//===- Bf16PiecesMultiplier.h - Weights in pieces of bf16 -------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_BF16PIECESMULTIPLIER_H
#define INGOT_CODEGEN_TILE_BF16PIECESMULTIPLIER_H

#include "codegen/tile/Multiplier.h"

namespace ingot::tile {

/// Products by f32 that lie in memory as pieces of bf16 for tile instructions (codegen/rt/Bf16Pieces.h), of the rare
/// rows that these do not do: three loads, and two additions that lose nothing.
class Bf16PiecesMultiplier : public Multiplier {
public:
  using Multiplier::Multiplier;

  /// `memref` has the words of all panels; `indices` are those of a panel, a step, and a column of the panel, the first
  /// of a vector's.
  mlir::Value loadRight(mlir::Value memref, mlir::ValueRange indices) override;
};

/// Where the pieces of steps and columns are among the words of `Bf16Pieces::getShape`.
class Bf16PiecesPlace {
public:
  Bf16PiecesPlace(IndexBuilder &builder, mlir::Value panel, mlir::Value step, mlir::Value column);

  /// The indices of piece `piece`.
  llvm::SmallVector<mlir::Value> getIndices(int64_t piece);
  /// A word, or a vector of words, with its half of the two as a number of f32.
  mlir::Value takeHalf(mlir::Value words);

private:
  IndexBuilder &b;
  mlir::Value panel, vector, block, row, word;
  mlir::Value shift; ///< bits from the step's half of a word to the upper one
};

/// The element of f32 there, or a vector of elements side by side, out of words that `load` loads.
mlir::Value joinBf16Pieces(IndexBuilder &builder, Bf16PiecesPlace place,
                           llvm::function_ref<mlir::Value(mlir::ValueRange indices)> load);

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_BF16PIECESMULTIPLIER_H

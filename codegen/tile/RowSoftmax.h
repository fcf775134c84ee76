//===- RowSoftmax.h - From scores to weights, a row at a time ---*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Products of a query and a block of keys lie in a row of a buffer. They become
// scores (scale, soft cap, mask), and these exponentials over the largest score
// that the row had so far, in place.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_ROWSOFTMAX_H
#define INGOT_CODEGEN_TILE_ROWSOFTMAX_H

#include "codegen/tile/IndexBuilder.h"
#include "codegen/tile/TileDialect.h"

namespace ingot::tile {

/// A query's products with a block of keys.
struct ScoreRow {
  mlir::Value buffer, row; ///< memory [rows][keys], with room for a vector beyond the last key
  mlir::Value count;       ///< keys that the query sees
  mlir::Value width;       ///< keys that its tile reads weights of: those it does not see get 0
  /// Indices of the mask for the first key of the block; empty without a mask.
  llvm::SmallVector<mlir::Value> mask;
};

class RowSoftmax {
public:
  RowSoftmax(IndexBuilder &builder, AttentionOp op);

  /// What the largest score of no keys is: finite, so that -infinity less this is -infinity.
  mlir::Value least();
  /// Turns products into scores, unless weigh() can do without; returns the largest, at least `before`.
  mlir::Value largest(const ScoreRow &row, mlir::Value before);
  /// Then turns what is there into e^(score - largest); returns the sum.
  mlir::Value weigh(const ScoreRow &row, mlir::Value largest);
  /// What weights formed with the largest score `before` are to be multiplied by when it is `after`.
  mlir::Value correction(mlir::Value before, mlir::Value after);
  /// 1 / sum; 0 for no weights at all.
  mlir::Value inverse(mlir::Value sum);

private:
  mlir::Value number(mlir::Type type, double value);
  mlir::Value larger(mlir::Value x, mlir::Value y);
  mlir::Value largestLane(mlir::Value vector);
  mlir::Value load(const ScoreRow &row, mlir::Value key);
  void store(mlir::Value value, const ScoreRow &row, mlir::Value key);
  mlir::Value loadMask(const ScoreRow &row, mlir::Value key, mlir::Value valid);
  mlir::Value score(mlir::Value product, const ScoreRow &row, mlir::Value key, mlir::Value valid);

  IndexBuilder &b;
  AttentionOp op;
  int64_t lanes;
  mlir::VectorType type;
  double scale, softcap;
  /// Scores are products times the scale and nothing more: they need not be formed to find the largest.
  bool isPlain;
};

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_ROWSOFTMAX_H

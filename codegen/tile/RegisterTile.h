//===- RegisterTile.h - The sums of one tile through a reduction -*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A register tile is rows x vectors of sums, one row after another. The sums
// are one-dimensional vectors that every loop of the reduction carries, so that
// they are in registers from the first product to the epilogue.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_REGISTERTILE_H
#define INGOT_CODEGEN_TILE_REGISTERTILE_H

#include "codegen/tile/Multiplier.h"

namespace ingot::tile {

/// A half-open range of a tile's rows.
struct RowRange {
  int64_t begin, end;
  bool operator==(const RowRange &other) const = default;
};

struct RegisterTile {
  int64_t rows;
  int64_t vectors;
  /// Sets of sums that take turns along the innermost reduction loop.
  int64_t sets = 1;

  int64_t size() const { return rows * vectors; }
  /// Copies of a step in a row: the schedule's of a tile of all its rows, else no more than the sets need.
  int64_t getUnroll(ScheduleAttr schedule) const {
    return std::max(rows == schedule.getRows() ? schedule.getUnroll() : 1, sets);
  }

  /// The sums of all sets before the first product: zero, or what every row of the first set starts from.
  llvm::SmallVector<mlir::Value> start(Multiplier &multiplier, llvm::ArrayRef<mlir::Value> columns = {}) const;
  /// The sets added up.
  llvm::SmallVector<mlir::Value> combine(Multiplier &multiplier, mlir::ValueRange sums) const;
};

/// One step of a reduction.
struct ReductionStep {
  /// The left operand in row `row`, as a factor of all of the tile's vectors.
  llvm::function_ref<mlir::Value(int64_t row)> loadLeft;
  /// A vector of the right operand.
  llvm::function_ref<mlir::Value(int64_t vector)> loadRight;
};

/// Adds the products of one step to the sums of `rows`; to those of other rows the products with padding, if the
/// multiplier wants them.
void accumulate(Multiplier &multiplier, const RegisterTile &tile, RowRange rows, const ReductionStep &step,
                llvm::MutableArrayRef<mlir::Value> sums);

/// Runs `step(k, sums)` for k in [lo, hi), `unroll` copies in a row, the tile's sets taking turns.
llvm::SmallVector<mlir::Value>
reduce(IndexBuilder &b, const RegisterTile &tile, mlir::Value lo, mlir::Value hi, int64_t unroll,
       mlir::ValueRange sums, llvm::function_ref<void(mlir::Value k, llvm::MutableArrayRef<mlir::Value> sums)> step);

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_REGISTERTILE_H

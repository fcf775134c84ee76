//===- TileSchedule.h - The register tile of a product ----------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_TILESCHEDULE_H
#define INGOT_CODEGEN_TILE_TILESCHEDULE_H

#include "codegen/tile/Packing.h"

namespace ingot::tile {

/// What the choice of a register tile depends on.
struct TileProblem {
  TargetAttr target;
  int64_t lanes;
  int64_t vectors;
  /// Rows and steps of the reduction; ShapedType::kDynamic where unknown.
  int64_t rows, steps;
};

/// The most rows for which sums, a row of the right operand and a factor have registers.
int64_t getMaxRows(TargetAttr target, int64_t vectors);

/// The row count, of `most` at most, that covers `problem.rows` rows fastest.
int64_t chooseRows(const TileProblem &problem, int64_t most);

/// Sets of sums for one row; a row tile of r rows takes a share of 1 / r.
int64_t chooseSplit(const TileProblem &problem);

/// Copies of a step in a row, of tiles of so many rows.
int64_t chooseUnroll(int64_t rows, int64_t steps);

/// Steps by which weights are fetched into the first cache before they are multiplied: the second one's latency, some
/// times over. Between 4 and 64 of them nothing differed.
inline constexpr int64_t kFetchAhead = 16;

/// As many, or 0 where tiles of `rows` do not gain by it; `sharing` rows use a panel, the last `panelRank` dimensions
/// of the weights, one tile after the other.
int64_t chooseAhead(const TileProblem &problem, int64_t sharing, int64_t rows, mlir::MemRefType weights,
                    unsigned panelRank);

/// Columns of merged groups of a convolution that a tile multiplies at a time.
inline constexpr int64_t kColumnsAtOnce = 4;

/// Whether so many multiply-adds (kDynamic where unknown) are worth waking threads for.
bool isWorthThreads(int64_t work);

/// The cost model's schedule for a tile operation.
ScheduleAttr chooseSchedule(mlir::Operation *op);

/// How tile instructions do the product; null where the target has none or vectors are faster.
AmxAttr chooseAmx(MatmulOp op, TargetAttr target);

/// Whether tile instructions take the panels of all batches for those of one product: the left operand is the same for
/// all of them, and becomes pieces once.
bool joinsPanels(MatmulOp op);
AmxAttr chooseAmx(ConvOp op, TargetAttr target);
/// Whether tile instructions do a product whose right operand is 24-bit integers in panels of so many columns, and
/// converting these is not what they wait for.
bool convertsByAmx(TargetAttr target, const PanelProblem &problem, int64_t columns);
/// Whether they do it faster by pieces in memory (codegen/rt/Bf16Pieces.h) than by those that they make: one of so few
/// rows, and so few weights that these stay in a core's own cache.
bool isFasterByPieces(TargetAttr target, const PanelProblem &problem, int64_t columns);
/// Whether they do it faster than for half as many columns. A product some of whose rows are left to vectors is not,
/// nor one whose rows are multiplied by a panel all at once.
bool wantsWidePanels(TargetAttr target, const PanelProblem &problem, int64_t columns);

/// Checks what only the operation and its schedule together can tell.
mlir::LogicalResult verifySchedule(mlir::Operation *op, ScheduleAttr schedule);

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_TILESCHEDULE_H

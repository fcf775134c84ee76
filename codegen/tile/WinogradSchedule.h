//===- WinogradSchedule.h - When and how to filter minimally ----*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_WINOGRADSCHEDULE_H
#define INGOT_CODEGEN_TILE_WINOGRADSCHEDULE_H

#include "codegen/tile/TileDialect.h"

#include <optional>
#include <string>

namespace ingot::tile {

/// A convolution that could be minimally filtered: f32, 3 x 3, stride 1, one group. Extents are those of the output,
/// ShapedType::kDynamic where unknown.
struct FilterProblem {
  int64_t height, width, channels, outChannels;
};

/// The tile of outputs (2 or 4) with which minimal filtering beats the direct convolution; 0 where none does. Weights
/// are packed by it, long before there is a schedule: in panels of so many columns, or of the direct convolution's.
int64_t chooseWinogradTile(TargetAttr target, const FilterProblem &problem, int64_t columns, int64_t directColumns);

/// Cycles of tile instructions for it, none where vectors are faster; extents are known.
std::optional<int64_t> getAmxFilterCost(TargetAttr target, const FilterProblem &problem, int64_t columns);

/// All tiles of outputs that could be chosen, 0 among them.
llvm::SmallVector<int64_t> getWinogradTiles(TargetAttr target, const FilterProblem &problem, int64_t columns);

/// What `rt.tuned` calls the choice of the tile for a convolution whose weights are packed in so many columns.
std::string getFilterKey(const FilterProblem &problem, int64_t columns);

/// The convolution that a tile.conv or tile.winograd_conv computes, and the columns of the panels in which it would be
/// filtered minimally, where the choice was there.
std::optional<std::pair<FilterProblem, int64_t>> getFilterProblem(mlir::Operation *op);

/// Channels that a vector of the input's transformation spans.
int64_t getTransformLanes(int64_t lanes, int64_t channels);

ScheduleAttr scheduleWinograd(WinogradConvOp op, TargetAttr target);

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_WINOGRADSCHEDULE_H

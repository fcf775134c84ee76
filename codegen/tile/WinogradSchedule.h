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

namespace ingot::tile {

/// A convolution that could be minimally filtered: f32, 3 x 3, stride 1, one group. Extents are those of the output,
/// ShapedType::kDynamic where unknown.
struct FilterProblem {
  int64_t height, width, channels, outChannels;
};

/// The tile of outputs (2 or 4) with which minimal filtering beats the direct convolution; 0 where none does. Weights
/// are packed by it, long before there is a schedule.
int64_t chooseWinogradTile(TargetAttr target, const FilterProblem &problem, int64_t columns);

/// Channels that a vector of the input's transformation spans.
int64_t getTransformLanes(int64_t lanes, int64_t channels);

ScheduleAttr scheduleWinograd(WinogradConvOp op, TargetAttr target);

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_WINOGRADSCHEDULE_H

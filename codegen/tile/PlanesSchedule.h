//===- PlanesSchedule.h - How planes are convolved --------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_PLANESSCHEDULE_H
#define INGOT_CODEGEN_TILE_PLANESSCHEDULE_H

#include "codegen/tile/TileDialect.h"

namespace ingot::tile {

/// A copy of the lines that a block of output lines reads, of one group's channels. Where a window moves by more than
/// one, the copy has a phase for each remainder of lines and positions: then the windows of neighbours are neighbours.
/// Padding is in it, as zeros, and lines of a phase follow each other without a gap, so that a tap is an offset for all
/// positions of the block.
struct PlanesCopy {
  int64_t lines;  ///< of a phase
  int64_t length; ///< of a line
  int64_t phases; ///< of a channel

  static PlanesCopy get(PlanesConvOp op, int64_t outLines);
  /// Those that some tap reads.
  static llvm::SmallVector<int64_t> readPhases(PlanesConvOp op);
  bool isReadWhole(PlanesConvOp op) const { return int64_t(readPhases(op).size()) == phases; }
  int64_t phaseSize() const { return lines * length; }
  int64_t channelSize() const { return phases * phaseSize(); }
  /// Positions from the block's first output to its last; those between the lines are for nothing.
  int64_t countPositions(int64_t outLines, int64_t outWidth) const { return (outLines - 1) * length + outWidth; }
};

/// Whether taps of a line that is read where it is are shuffled out of what others read, and not loaded each.
bool sharesWindows(PlanesConvOp op);

ScheduleAttr schedulePlanes(PlanesConvOp op, TargetAttr target);

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_PLANESSCHEDULE_H

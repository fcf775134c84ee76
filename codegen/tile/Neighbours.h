//===- Neighbours.h - Schedules one step away from a schedule ---*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_NEIGHBOURS_H
#define INGOT_CODEGEN_TILE_NEIGHBOURS_H

#include "codegen/tile/TileDialect.h"

namespace ingot::tile {

/// The schedules for a tile operation that differ from one in a single choice, and in what follows from it: what a
/// measured search tries next, the most promising first. All of them verify, keep their sums in registers and what they
/// have on the stack in the second cache.
llvm::SmallVector<ScheduleAttr> getNeighbours(mlir::Operation *op, ScheduleAttr schedule);

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_NEIGHBOURS_H

//===- AttentionSchedule.h - Chooses how attention becomes loops -*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_ATTENTIONSCHEDULE_H
#define INGOT_CODEGEN_TILE_ATTENTIONSCHEDULE_H

#include "codegen/tile/TileDialect.h"

namespace ingot::tile {

ScheduleAttr scheduleAttention(AttentionOp op, TargetAttr target);

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_ATTENTIONSCHEDULE_H

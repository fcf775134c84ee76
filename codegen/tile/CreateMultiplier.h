//===- CreateMultiplier.h - The multiplier of an operation -------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_CREATEMULTIPLIER_H
#define INGOT_CODEGEN_TILE_CREATEMULTIPLIER_H

#include "codegen/tile/Bf16PiecesMultiplier.h"
#include "codegen/tile/DotMultiplier.h"
#include "codegen/tile/Fixed24Multiplier.h"
#include "codegen/tile/LaneSumMultiplier.h"
#include "codegen/tile/Packing.h"

namespace ingot::tile {

/// The multiplier for how the operands of `op` are packed.
template <typename OpT>
std::unique_ptr<Multiplier> createMultiplier(IndexBuilder &builder, OpT op, int64_t lanes) {
  int64_t depth = op.getPackedDepth();
  if constexpr (std::is_same_v<OpT, ConvOp>)
    if (int64_t groups = op.getMergedGroups(); groups > 1)
      return std::make_unique<LaneSumMultiplier>(builder, op, groups);
  if constexpr (std::is_same_v<OpT, MatmulOp>)
    if (op.getBf16Pieces())
      return std::make_unique<Bf16PiecesMultiplier>(builder, op, lanes);
  if (reducesInLanes(op.getA().getType().getElementType(), depth))
    return std::make_unique<LaneSumMultiplier>(builder, op);
  if (depth > 1)
    return std::make_unique<DotMultiplier>(builder, op, lanes);
  if (op.getFixed24())
    return std::make_unique<Fixed24Multiplier>(builder, op, lanes);
  return std::make_unique<Multiplier>(builder, op, lanes);
}

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_CREATEMULTIPLIER_H

//===- PlanesSchedule.cpp - How planes are convolved -----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/PlanesSchedule.h"

#include "codegen/tile/Packing.h"
#include "codegen/tile/TileSchedule.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

/// Multiply-adds in flight that hide their latency and that of their operands.
static constexpr int64_t kInFlight = 12;
/// Output channels of a tile, at most, and taps of a line that are done without a loop.
static constexpr int64_t kMostRows = 8, kTapUnroll = 7;

PlanesCopy PlanesCopy::get(PlanesConvOp op, int64_t outLines) {
  ArrayRef<int64_t> kernel = op.getKernelShape(), strides = op.getStrides(), dilations = op.getDilations();
  auto reach = [&](unsigned axis) { return (kernel[axis] - 1) * dilations[axis] / strides[axis]; };
  return {outLines + reach(0), op.getOut().getType().getDimSize(3) + reach(1), strides[0] * strides[1]};
}

SmallVector<int64_t> PlanesCopy::readPhases(PlanesConvOp op) {
  auto isRead = [&](unsigned axis, int64_t phase) {
    int64_t stride = op.getStrides()[axis], dilation = op.getDilations()[axis];
    return llvm::any_of(llvm::seq<int64_t>(0, op.getKernelShape()[axis]),
                        [&](int64_t tap) { return tap * dilation % stride == phase; });
  };
  SmallVector<int64_t> phases;
  for (int64_t line = 0; line < op.getStrides()[0]; ++line)
    for (int64_t position = 0; position < op.getStrides()[1]; ++position)
      if (isRead(0, line) && isRead(1, position))
        phases.push_back(line * op.getStrides()[1] + position);
  return phases;
}

/// Output lines of a block whose copy stays in the first cache, beside the sums of a tile's channels.
static int64_t chooseLines(PlanesConvOp op, TargetAttr target) {
  int64_t height = op.getOut().getType().getDimSize(2), best = 1;
  int64_t rows = std::min(op.getGroupOutputs(), kMostRows / 2);
  for (int64_t lines = 1; lines <= height; ++lines) {
    PlanesCopy copy = PlanesCopy::get(op, lines);
    int64_t elements = op.getGroupInputs() * copy.channelSize() + rows * lines * copy.length;
    if (elements * int64_t(sizeof(float)) <= target.getL1() * 3 / 4)
      best = lines;
  }
  int64_t blocks = llvm::divideCeil(std::max<int64_t>(height, 1), best);
  // Two threads have equal shares.
  if (op.getGroups() == 1 && height > 1)
    blocks = llvm::alignTo(blocks, 2);
  return llvm::divideCeil(std::max<int64_t>(height, 1), blocks);
}

/// Half cycles of a tap in a tile: multiply-adds, loads, or latency, and addresses. Vectors of positions mostly cross a
/// line's border.
static int64_t getTapCost(int64_t rows, int64_t vectors) {
  return rows ? std::max({rows * vectors, rows + 2 * vectors, kInFlight}) + 2 : 0;
}

ScheduleAttr ingot::tile::schedulePlanes(PlanesConvOp op, TargetAttr target) {
  ArrayRef<int64_t> out = op.getOut().getType().getShape();
  int64_t lanes = getLanes(target, Float32Type::get(op.getContext())), lines = chooseLines(op, target);
  int64_t positions = PlanesCopy::get(op, lines).countPositions(lines, out[3]);
  int64_t needed = llvm::divideCeil(std::max<int64_t>(positions, 1), lanes), outputs = op.getGroupOutputs();
  int64_t bestRows = 1, bestVectors = 1, least = std::numeric_limits<int64_t>::max();
  for (int64_t rows = 1; rows <= std::min(std::max<int64_t>(outputs, 1), kMostRows); ++rows)
    for (int64_t vectors = 1; rows * vectors + vectors + 1 < target.getRegisters(); ++vectors) {
      int64_t cost = outputs / rows * getTapCost(rows, vectors) + getTapCost(outputs % rows, vectors);
      cost *= llvm::divideCeil(needed, vectors);
      if (cost < least)
        least = cost, bestRows = rows, bestVectors = vectors;
    }
  int64_t taps = llvm::product_of(op.getKernelShape());
  int64_t work = ShapedType::isDynamic(out[0]) ? out[0] : llvm::product_of(out) * taps * op.getGroupInputs();
  return ScheduleAttr::get(op.getContext(), bestRows, bestVectors * lanes, lanes,
                           /*unroll=*/std::min(op.getKernelShape().back(), kTapUnroll), /*split=*/1, lines,
                           /*lineBlock=*/0, /*panel=*/0, target.getMasks(), isWorthThreads(work),
                           /*prefetch=*/false, /*ahead=*/0);
}

//===- LaneChoice.cpp - the loop that lanes run along ----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/LaneChoice.h"

#include "codegen/vector/Combiners.h"
#include "codegen/vector/LaneAccess.h"
#include "codegen/vector/VectorizeBody.h"

using namespace mlir;

namespace ingot {

// Costs of a vector of elements, in units of a contiguous load.
static constexpr double kSharedCost = 0.25;
static constexpr double kRuntimeStrideCost = 2;
static constexpr double kGatherCostALane = 0.7;
static constexpr double kScatterCostALane = 1;
static constexpr double kBodyCost = 1;

/// A lone symbol is a stride that only the run knows, mostly 0 or 1; a product is a distance between rows.
static bool isRuntimeStride(const Extent &stride) { return stride.factor == 1 && stride.symbols.size() == 1; }

static bool isGathered(const StridedOperand &operand, const Extent &stride) {
  if (!operand.base || stride.is(0) || stride.is(1))
    return false;
  if (operand.isOutput)
    return true;
  return !(stride.isKnown() && isShuffledStride(stride.factor)) && !isRuntimeStride(stride);
}

static double accessCost(const StridedOperand &operand, const Extent &stride, int64_t lanes) {
  if (!operand.base || stride.is(0))
    return kSharedCost;
  if (stride.is(1))
    return 1;
  if (isGathered(operand, stride))
    return (operand.isOutput ? kScatterCostALane : kGatherCostALane) * lanes;
  return stride.isKnown() ? 1.5 * std::abs(stride.factor) : kRuntimeStrideCost;
}

bool needsGather(const IterationSpace &space, unsigned dim) {
  return llvm::any_of(space.operands, [&](const StridedOperand &operand) {
    return (operand.isOutput || !operand.argument.use_empty()) && isGathered(operand, operand.strides[dim]);
  });
}

/// Cost of one element with lanes along `dim`.
static double laneCost(const IterationSpace &space, unsigned dim, int64_t lanes) {
  double cost = kBodyCost;
  for (const StridedOperand &operand : space.operands)
    if (!operand.argument.use_empty() || operand.isOutput)
      cost += accessCost(operand, operand.strides[dim], lanes);
  const Extent &size = space.dims[dim].size;
  if (!size.isKnown() || size.factor == 0)
    return cost / lanes;
  double vectors = std::ceil(double(size.factor) / lanes);
  // Adding up the lanes at the end of a row.
  if (space.dims[dim].isReduction)
    vectors += 4;
  return cost * vectors / size.factor;
}

bool isVectorizableAlong(linalg::GenericOp op, const IterationSpace &space, unsigned dim) {
  if (space.dims[dim].isReduction && failed(matchCombiners(op)))
    return false;
  int64_t indexDim = -1;
  for (unsigned position = 0; position < op.getNumLoops(); ++position)
    if (space.loopOfIndex(position) == dim)
      indexDim = position;
  DenseMap<Value, bool> isUniform;
  for (const StridedOperand &operand : space.operands)
    isUniform[operand.argument] = !operand.isOutput && operand.strides[dim].is(0);
  return isBodyVectorizable(
      *op.getBody(), [&](BlockArgument argument) { return isUniform.lookup(argument); }, indexDim);
}

std::optional<unsigned> chooseLaneDim(linalg::GenericOp op, const IterationSpace &space, int64_t lanes) {
  if (lanes == 1)
    return std::nullopt;
  std::optional<unsigned> best;
  double bestCost = 0;
  for (unsigned dim = 0; dim < space.dims.size(); ++dim) {
    double cost = laneCost(space, dim, lanes);
    if (best && cost >= bestCost)
      continue;
    if (!isVectorizableAlong(op, space, dim))
      continue;
    best = dim;
    bestCost = cost;
  }
  return best;
}

} // namespace ingot

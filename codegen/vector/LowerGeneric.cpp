//===- LowerGeneric.cpp - one structured operation to loops ----------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/LowerGeneric.h"

#include "codegen/vector/LaneChoice.h"
#include "codegen/vector/NestEmitter.h"
#include "codegen/vector/Normalize.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace ingot {

/// Fits the schedule to a loop of known size: no vector wider than the loop, no more copies than it has vectors.
static GenericSchedule fitSchedule(GenericSchedule schedule, const Extent &size) {
  if (!size.isKnown() || size.factor == 0)
    return schedule;
  if (!schedule.masks)
    schedule.lanes = std::min<int64_t>(schedule.lanes, llvm::bit_floor<uint64_t>(size.factor));
  schedule.unroll = std::clamp<int64_t>(size.factor / schedule.lanes, 1, schedule.unroll);
  schedule.unroll = llvm::bit_floor<uint64_t>(schedule.unroll);
  return schedule;
}

static void emitNest(ImplicitLocOpBuilder &b, linalg::GenericOp op, const IterationSpace &space) {
  GenericSchedule schedule = GenericSchedule::get(op);
  std::optional<unsigned> laneDim = chooseLaneDim(op, space, schedule.lanes);
  std::optional<TransposeDims> transpose = chooseTranspose(op, space, schedule.lanes);
  if (transpose && (!laneDim || needsGather(space, *laneDim))) {
    schedule.lanes = std::min(schedule.lanes, kMaxTransposeTile);
    schedule.unroll = 1;
    NestEmitter nest(b, op, space, schedule, transpose->laneDim);
    nest.setRowDim(transpose->rowDim);
    return nest.emit();
  }
  if (laneDim)
    schedule = fitSchedule(schedule, space.dims[*laneDim].size);
  NestEmitter(b, op, space, schedule, laneDim).emit();
}

static LogicalResult lowerGeneric(RewriterBase &rewriter, linalg::LinalgOp linalgOp) {
  FailureOr<linalg::GenericOp> generic = normalizeGeneric(rewriter, linalgOp);
  if (failed(generic))
    return failure();
  linalg::GenericOp op = *generic;
  rewriter.setInsertionPoint(op);
  ImplicitLocOpBuilder b(op.getLoc(), rewriter);
  FailureOr<IterationSpace> space = IterationSpace::get(b, op);
  if (failed(space))
    return op.emitOpError("expected operands with strided layouts");
  space->collapse();
  emitNest(b, op, *space);
  rewriter.eraseOp(op);
  return success();
}

LogicalResult lowerGenerics(Operation *root, function_ref<bool(linalg::LinalgOp)> filter) {
  SmallVector<linalg::LinalgOp> ops;
  root->walk([&](linalg::LinalgOp op) {
    if (op.hasPureBufferSemantics() && filter(op))
      ops.push_back(op);
  });
  IRRewriter rewriter(root->getContext());
  for (linalg::LinalgOp op : ops)
    if (failed(lowerGeneric(rewriter, op)))
      return failure();
  return success();
}

} // namespace ingot

//===- NestEmitter.cpp - loops and vectors of one generic ------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/NestEmitter.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace ingot {

NestEmitter::NestEmitter(ImplicitLocOpBuilder &b, linalg::GenericOp op, const IterationSpace &space,
                         GenericSchedule schedule, std::optional<unsigned> laneDim)
    : b(b), math(b), op(op), space(space), schedule(schedule), laneDim(laneDim), hoisted(space.operands.size()) {
  if (!laneDim)
    this->schedule.lanes = this->schedule.unroll = 1;
  for (unsigned dim = 0; dim < space.dims.size(); ++dim) {
    begins.push_back(math.constant(0));
    ends.push_back(space.sizeOf(b, dim));
    if (laneDim == dim)
      continue;
    (space.dims[dim].isReduction ? reductionLoops : parallelLoops).push_back(dim);
  }
}

void NestEmitter::setRowDim(unsigned dim) {
  rowDim = dim;
  llvm::erase(parallelLoops, dim);
}

/// Rows of the length of a narrower vector need no mask, under which a row's store would keep the next row's load
/// waiting.
void NestEmitter::narrowLanes() {
  if (!laneDim)
    return;
  const Extent &size = space.dims[*laneDim].size;
  if (!size.isKnown() || size.factor < 2 || size.factor >= schedule.lanes || !llvm::isPowerOf2_64(size.factor))
    return;
  schedule.lanes = size.factor;
  schedule.unroll = 1;
}

void NestEmitter::emit() {
  if (!rowDim)
    narrowLanes();
  emitThreads([&] { emitParallelLoops(origin(), parallelLoops); });
}

Cursor NestEmitter::origin() {
  Cursor cursor;
  cursor.indices.assign(space.dims.size(), math.constant(0));
  for (const StridedOperand &operand : space.operands)
    cursor.offsets.push_back(operand.start);
  return cursor;
}

Cursor NestEmitter::advance(const Cursor &cursor, unsigned dim, Index by) {
  Cursor next = cursor;
  next.indices[dim] = math.add(cursor.indices[dim], by);
  for (auto [offset, operand] : llvm::zip(next.offsets, space.operands))
    if (const Extent &stride = operand.strides[dim]; !stride.is(0))
      offset = math.add(offset, math.mul(by, space.materialize(b, stride)));
  return next;
}

void NestEmitter::emitParallelLoops(const Cursor &cursor, ArrayRef<unsigned> loops) {
  emitLoops(cursor, loops, {}, [&](const Cursor &inner, ValueRange) {
    emitInner(inner);
    return Values();
  });
}

void NestEmitter::emitInner(const Cursor &cursor) {
  if (rowDim)
    return emitTransposed(cursor);
  if (laneDim && space.dims[*laneDim].isReduction)
    return emitLaneReduction(cursor);
  if (laneDim)
    return emitLaneParallel(cursor);
  emitTile(cursor, /*copies=*/1, Lanes{});
}

/// A loop that carries `init`; none where the trip count is known to be 0 or 1.
NestEmitter::Values NestEmitter::emitLoop(Index begin, Index end, int64_t step, ValueRange init, LoopBody body) {
  auto first = IndexMath::known(begin), last = IndexMath::known(end);
  if (begin == end || (first && last && *last <= *first))
    return init;
  if (first && last && *last - *first <= step)
    return body(begin, init);
  auto loop = scf::ForOp::create(b, math.value(begin), math.value(end), math.value(math.constant(step)), init);
  OpBuilder::InsertionGuard guard(b);
  if (init.empty()) {
    b.setInsertionPoint(loop.getBody()->getTerminator());
    body(loop.getInductionVar(), {});
    return {};
  }
  b.setInsertionPointToStart(loop.getBody());
  Values carried = body(loop.getInductionVar(), loop.getRegionIterArgs());
  scf::YieldOp::create(b, carried);
  return Values(loop.getResults());
}

NestEmitter::Values NestEmitter::emitLoops(const Cursor &cursor, ArrayRef<unsigned> loops, ValueRange init,
                                           function_ref<Values(const Cursor &, ValueRange)> body) {
  if (loops.empty())
    return body(cursor, init);
  unsigned dim = loops.front();
  return emitLoop(begins[dim], ends[dim], 1, init, [&](Index index, ValueRange carried) {
    return emitLoops(advance(cursor, dim, index), loops.drop_front(), carried, body);
  });
}

} // namespace ingot

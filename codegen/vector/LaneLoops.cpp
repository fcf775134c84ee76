//===- LaneLoops.cpp - innermost loops of a generic, on lanes --------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/NestEmitter.h"
#include "codegen/vector/VectorizeBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace ingot {

Index NestEmitter::laneStride(const StridedOperand &operand) {
  return laneDim ? space.materialize(b, operand.strides[*laneDim]) : math.constant(0);
}

Value NestEmitter::maskUpTo(Index remaining) {
  auto type = VectorType::get({schedule.lanes}, b.getI1Type());
  if (auto known = IndexMath::known(remaining))
    return vector::ConstantMaskOp::create(b, type, ArrayRef<int64_t>{std::min(*known, schedule.lanes)});
  return vector::CreateMaskOp::create(b, type, ValueRange{math.value(remaining)});
}

//===----------------------------------------------------------------------===//
// One tile
//===----------------------------------------------------------------------===//

/// Loads what no iteration of the loops from here on changes.
void NestEmitter::hoistUniforms(const Cursor &cursor) {
  for (auto [operand, offset, value] : llvm::zip(space.operands, cursor.offsets, hoisted)) {
    bool isUniform = operand.base && !operand.isOutput && !operand.argument.use_empty() &&
                     operand.strides[*laneDim].is(0) &&
                     llvm::all_of(reductionLoops, [&](unsigned loop) { return operand.strides[loop].is(0); });
    value = isUniform ? loadLanes(b, operand.base, offset, math.constant(0), Lanes{}) : Value();
  }
}

NestEmitter::Values NestEmitter::emitBody(const Cursor &cursor, const Lanes &lanes, ValueRange outputs) {
  BodyVectorizer body(b, lanes.count, lanes.mask);
  for (unsigned position = 0; position < space.operands.size(); ++position) {
    const StridedOperand &operand = space.operands[position];
    BlockArgument argument = operand.argument;
    if (argument.use_empty())
      continue;
    if (operand.isOutput)
      body.bind(argument, outputs[position - op.getNumDpsInputs()]);
    else if (!operand.base)
      body.bind(argument, op->getOperand(position));
    else if (hoisted[position])
      body.bind(argument, hoisted[position]);
    else
      body.bind(argument, loadLanes(b, operand.base, cursor.offsets[position], laneStride(operand), lanes));
  }
  op.getBody()->walk([&](linalg::IndexOp index) {
    std::optional<unsigned> loop = space.loopOfIndex(index.getDim());
    Value value = math.value(loop ? cursor.indices[*loop] : math.constant(0));
    body.bindIndex(index.getDim(), value, loop && loop == laneDim && !lanes.isScalar() ? 1 : 0);
  });
  Values yielded;
  for (const LaneValue &value : body.emit(*op.getBody()))
    yielded.push_back(lanes.isScalar() ? value.value : body.toVector(value));
  return yielded;
}

NestEmitter::Values NestEmitter::loadOutputs(const Cursor &cursor, const Lanes &lanes) {
  Values values;
  for (auto [operand, offset] : llvm::zip(space.operands, cursor.offsets))
    if (operand.isOutput)
      values.push_back(operand.argument.use_empty() ? Value()
                                                    : loadLanes(b, operand.base, offset, laneStride(operand), lanes));
  return values;
}

void NestEmitter::storeOutputs(const Cursor &cursor, const Lanes &lanes, ValueRange values) {
  unsigned position = 0;
  for (auto [operand, offset] : llvm::zip(space.operands, cursor.offsets))
    if (operand.isOutput)
      storeLanes(b, values[position++], operand.base, offset, laneStride(operand), lanes);
}

/// `copies` vectors of output elements, side by side, with the reductions inside.
void NestEmitter::emitTile(const Cursor &cursor, int64_t copies, const Lanes &lanes) {
  SmallVector<Cursor> cursors{cursor};
  for (int64_t copy = 1; copy < copies; ++copy)
    cursors.push_back(advance(cursor, *laneDim, math.constant(copy * lanes.count)));
  unsigned numOutputs = op.getNumDpsInits();
  if (reductionLoops.empty()) {
    for (const Cursor &at : cursors)
      storeOutputs(at, lanes, emitBody(at, lanes, loadOutputs(at, lanes)));
    return;
  }
  // An output that the body does not read has nothing to carry, but then the last iteration decides: carry them all.
  Values sums;
  for (const Cursor &at : cursors)
    for (auto [operand, offset] : llvm::zip(space.operands, at.offsets))
      if (operand.isOutput)
        sums.push_back(loadLanes(b, operand.base, offset, laneStride(operand), lanes));
  sums = emitLoops(cursor, reductionLoops, sums, [&](const Cursor &inner, ValueRange carried) {
    Values next;
    for (int64_t copy = 0; copy < copies; ++copy) {
      Cursor at = copy == 0 ? inner : advance(inner, *laneDim, math.constant(copy * lanes.count));
      next.append(emitBody(at, lanes, carried.slice(copy * numOutputs, numOutputs)));
    }
    return next;
  });
  for (auto [copy, at] : llvm::enumerate(cursors))
    storeOutputs(at, lanes, ArrayRef(sums).slice(copy * numOutputs, numOutputs));
}

//===----------------------------------------------------------------------===//
// Lanes along a parallel loop
//===----------------------------------------------------------------------===//

void NestEmitter::emitLaneParallel(const Cursor &cursor) {
  unsigned dim = *laneDim;
  hoistUniforms(cursor);
  Index begin = begins[dim], end = ends[dim];
  auto emitUpTo = [&](Index to, int64_t copies, const Lanes &lanes) {
    emitLoop(begin, to, copies * lanes.count, {}, [&](Index index, ValueRange) {
      emitTile(advance(cursor, dim, index), copies, lanes);
      return Values();
    });
    begin = to;
  };
  // Chunks begin at multiples of the step, so that rounding the end down rounds the length down.
  emitUpTo(math.roundDown(end, schedule.lanes * schedule.unroll), schedule.unroll, Lanes{schedule.lanes, {}});
  if (!schedule.masks) {
    if (schedule.unroll > 1)
      emitUpTo(math.roundDown(end, schedule.lanes), 1, Lanes{schedule.lanes, {}});
    emitUpTo(end, 1, Lanes{});
    return;
  }
  emitLoop(begin, end, schedule.lanes, {}, [&](Index index, ValueRange) {
    Value mask = maskUpTo(math.sub(end, index));
    emitTile(advance(cursor, dim, index), 1, Lanes{schedule.lanes, mask});
    return Values();
  });
}

//===----------------------------------------------------------------------===//
// Lanes along a reduction
//===----------------------------------------------------------------------===//

/// One pass over the lanes' loop. `sums` holds, for each output, a scalar and then `unroll` vectors.
NestEmitter::Values NestEmitter::emitLanePass(const Cursor &cursor, ValueRange init) {
  unsigned dim = *laneDim;
  unsigned numOutputs = op.getNumDpsInits();
  Values sums(init);
  Index begin = begins[dim], end = ends[dim];
  // The sums of one set: the scalars are set 0.
  auto accumulate = [&](MutableArrayRef<Value> sums, const Cursor &at, const Lanes &lanes, unsigned set) {
    MutableArrayRef<Value> mine = sums.slice(set * numOutputs, numOutputs);
    Values next = emitBody(at, lanes, mine);
    for (auto [sum, value] : llvm::zip(mine, next))
      sum = lanes.mask ? arith::SelectOp::create(b, lanes.mask, value, sum).getResult() : value;
  };
  auto emitUpTo = [&](Index to, int64_t copies, int64_t lanes, bool masked) {
    sums = emitLoop(begin, to, copies * lanes, sums, [&](Index index, ValueRange carried) {
      Values next(carried);
      for (int64_t copy = 0; copy < copies; ++copy) {
        Index at = math.add(index, math.constant(copy * lanes));
        Lanes active{lanes, masked ? maskUpTo(math.sub(end, at)) : Value()};
        accumulate(next, advance(cursor, dim, at), active, lanes == 1 ? 0 : 1 + copy);
      }
      return next;
    });
    begin = to;
  };
  int64_t lanes = schedule.lanes;
  emitUpTo(math.roundDown(end, lanes * schedule.unroll), schedule.unroll, lanes, false);
  if (schedule.masks)
    emitUpTo(end, 1, lanes, true);
  else if (schedule.unroll > 1)
    emitUpTo(math.roundDown(end, lanes), 1, lanes, false);
  emitUpTo(end, 1, 1, false);
  return sums;
}

void NestEmitter::emitLaneReduction(const Cursor &cursor) {
  unsigned numOutputs = op.getNumDpsInits();
  SmallVector<LaneCombiner> combiners = *matchCombiners(op);
  Values sums;
  for (auto [operand, offset] : llvm::zip(space.operands, cursor.offsets))
    if (operand.isOutput)
      sums.push_back(loadLanes(b, operand.base, offset, math.constant(0), Lanes{}));
  for (int64_t copy = 0; copy < schedule.unroll; ++copy)
    for (const LaneCombiner &combiner : combiners) {
      auto type = VectorType::get({schedule.lanes}, combiner.neutral.getType());
      sums.push_back(arith::ConstantOp::create(b, DenseElementsAttr::get(type, combiner.neutral)));
    }
  sums = emitLoops(cursor, reductionLoops, sums,
                   [&](const Cursor &inner, ValueRange carried) { return emitLanePass(inner, carried); });

  Values results;
  for (auto [output, combiner] : llvm::enumerate(combiners)) {
    Value lanes = sums[numOutputs + output];
    for (int64_t copy = 1; copy < schedule.unroll; ++copy)
      lanes = vector::makeArithReduction(b, b.getLoc(), combiner.kind, lanes, sums[(1 + copy) * numOutputs + output]);
    auto anyOrder = arith::FastMathFlags::reassoc | arith::FastMathFlags::nsz;
    Value sum = vector::ReductionOp::create(b, combiner.kind, lanes, anyOrder);
    results.push_back(vector::makeArithReduction(b, b.getLoc(), combiner.kind, sum, sums[output]));
  }
  storeOutputs(cursor, Lanes{}, results);
}

} // namespace ingot

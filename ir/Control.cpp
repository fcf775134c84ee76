//===- Control.cpp - control flow, recurrence, and groups of fused operators
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/Dialect.h"

using namespace ingot;
using namespace mlir;
using Exprs = ShapeAnalysis::Exprs;

static YieldOp yieldOf(Region &region) { return cast<YieldOp>(region.front().getTerminator()); }

static LogicalResult inferRegion(Region &region, ShapeAnalysis &shapes) {
  for (Operation &op : region.front())
    if (failed(shapes.infer(&op)))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// If
//===----------------------------------------------------------------------===//

LogicalResult IfOp::verify() {
  for (Region *region : getRegions()) {
    auto yield = dyn_cast_or_null<YieldOp>(region->front().getTerminator());
    if (yield && yield.getValues().size() != getResults().size())
      return emitOpError() << "expected each region to yield " << getResults().size() << " values but got "
                           << yield.getValues().size();
  }
  return success();
}

LogicalResult IfOp::inferShapes(ShapeAnalysis &shapes) {
  if (failed(inferRegion(getThenRegion(), shapes)) || failed(inferRegion(getElseRegion(), shapes)))
    return failure();
  for (auto [index, result] : llvm::enumerate(getResults())) {
    Value a = yieldOf(getThenRegion()).getValues()[index], b = yieldOf(getElseRegion()).getValues()[index];
    Exprs dims(shapes.dims(a)), other(shapes.dims(b));
    if (dims.size() != other.size()) {
      // A branch that the model never takes may have another rank: the condition decides where it is a constant.
      auto condition = shapes.contents(getCondition());
      if (!condition || !condition->front().constant())
        return emitOpError() << "expected both branches to give result " << index << " the same rank but got "
                             << dims.size() << " and " << other.size();
      shapes.setDims(result, *condition->front().constant() ? dims : other);
      continue;
    }
    for (size_t i = 0; i < dims.size(); ++i)
      if (dims[i] != other[i])
        dims[i] = shapes.opaque(result, i);
    shapes.setDims(result, dims);
  }
  return success();
}

LogicalResult FailOp::inferShapes(ShapeAnalysis &shapes) {
  for (Value result : getResults())
    if (failed(shapes.setOpaque(result)))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// Loop
//===----------------------------------------------------------------------===//

LogicalResult LoopOp::verify() {
  Block &body = getBody().front();
  size_t carried = getInitial().size();
  if (body.getNumArguments() != carried + 1)
    return emitOpError() << "expected a region of " << carried + 1 << " arguments but got " << body.getNumArguments();
  auto yield = dyn_cast_or_null<YieldOp>(body.getTerminator());
  if (yield && yield.getValues().size() != getResults().size() + 1)
    return emitOpError() << "expected the region to yield " << getResults().size() + 1 << " values but got "
                         << yield.getValues().size();
  return success();
}

LogicalResult LoopOp::inferShapes(ShapeAnalysis &shapes) {
  Block &body = getBody().front();
  size_t carried = getInitial().size();
  // Start from the initial shapes; a dimension that the body changes becomes opaque, until nothing changes.
  SmallVector<Exprs> state;
  for (Value initial : getInitial())
    state.push_back(Exprs(shapes.dims(initial)));
  shapes.setDims(body.getArgument(0), {});
  for (bool stable = false; !stable;) {
    stable = true;
    for (size_t i = 0; i < carried; ++i) {
      BlockArgument argument = body.getArgument(i + 1);
      shapes.forget(argument);
      shapes.setDims(argument, state[i]);
    }
    for (Operation &op : body)
      op.walk([&](Operation *nested) {
        for (Value result : nested->getResults())
          shapes.forget(result);
      });
    if (failed(inferRegion(getBody(), shapes)))
      return failure();
    for (size_t i = 0; i < carried; ++i) {
      ArrayRef<SymExpr> next = shapes.dims(yieldOf(getBody()).getValues()[i + 1]);
      if (next.size() != state[i].size())
        return emitOpError() << "expected carried value " << i << " to keep rank " << state[i].size() << " but got "
                             << next.size();
      for (size_t d = 0; d < next.size(); ++d) {
        SymExpr opaque = shapes.symbols().dim(body.getArgument(i + 1), d);
        if (next[d] == state[i][d] || state[i][d] == opaque)
          continue;
        state[i][d] = opaque;
        stable = false;
      }
    }
  }
  // The loop may run zero times or stop early: dimensions that did not stay put are unknown.
  for (auto [i, result] : llvm::enumerate(getResults().take_front(carried))) {
    Exprs dims;
    for (size_t d = 0; d < state[i].size(); ++d)
      dims.push_back(state[i][d] == shapes.symbols().dim(body.getArgument(i + 1), d) ? shapes.opaque(result, d)
                                                                                     : state[i][d]);
    shapes.setDims(result, dims);
  }
  auto trips = getTripCount() ? shapes.contents(getTripCount()) : std::nullopt;
  auto next = shapes.contents(yieldOf(getBody()).getValues()[0]);
  bool always = (!getCondition() || shapes.constants(getCondition()) == SmallVector<int64_t>{1}) &&
                next && next->front().isConstant(1);
  for (auto [i, result] : llvm::enumerate(getResults().drop_front(carried))) {
    Value element = yieldOf(getBody()).getValues()[1 + carried + i];
    Exprs dims{trips && always && trips->front().lowerBound() >= 0 ? trips->front() : shapes.opaque(result, 0)};
    for (auto [d, dim] : llvm::enumerate(shapes.dims(element))) {
      // Only what does not depend on values inside the body may be told outside it.
      dims.push_back(ShapeAnalysis::followFromInputs(dim) ? dim : shapes.opaque(result, d + 1));
    }
    shapes.setDims(result, dims);
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Recurrent
//===----------------------------------------------------------------------===//

LogicalResult RecurrentOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs x(shapes.dims(getX())), w(shapes.dims(getW()));
  if (x.size() != 3 || w.size() != 3 || shapes.rank(getR()) != 3)
    return emitOpError() << "expected x, w and r of rank 3 but got " << x.size() << ", " << w.size() << " and "
                         << shapes.rank(getR());
  SymExpr hidden = shapes.constant(getHiddenSize());
  SymExpr directions = shapes.constant(getDirection() == Direction::bidirectional ? 2 : 1);
  int64_t gates = getKind() == RecurrentKind::lstm ? 4 : getKind() == RecurrentKind::gru ? 3 : 1;
  if (auto rows = w[1].constant(); rows && *rows != gates * static_cast<int64_t>(getHiddenSize()))
    return emitOpError() << "expected w with " << gates * getHiddenSize() << " rows but got " << *rows;
  if (auto i = x[2].constant(), j = w[2].constant(); i && j && *i != *j)
    return emitOpError() << "expected w with " << *i << " columns but got " << *j;
  shapes.setDims(getY(), {x[0], directions, x[1], hidden});
  shapes.setDims(getYH(), {directions, x[1], hidden});
  if (getYC())
    shapes.setDims(getYC(), {directions, x[1], hidden});
  return success();
}

//===----------------------------------------------------------------------===//
// Fused
//===----------------------------------------------------------------------===//

LogicalResult FusedOp::verify() {
  Block &body = getBody().front();
  if (body.getArgumentTypes() != getInputs().getTypes())
    return emitOpError() << "expected region arguments of types " << getInputs().getTypes() << " but got "
                         << body.getArgumentTypes();
  auto yield = dyn_cast_or_null<YieldOp>(body.getTerminator());
  if (!yield || yield.getValues().getTypes() != getResultTypes())
    return emitOpError() << "expected the region to yield " << getResultTypes();
  return success();
}

LogicalResult FusedOp::inferShapes(ShapeAnalysis &shapes) {
  for (auto [argument, input] : llvm::zip(getBody().getArguments(), getInputs())) {
    Exprs dims(shapes.dims(input));
    shapes.setDims(argument, dims);
    if (auto contents = shapes.contents(input))
      shapes.setContents(argument, *contents);
  }
  if (failed(inferRegion(getBody(), shapes)))
    return failure();
  for (auto [result, value] : llvm::zip(getResults(), yieldOf(getBody()).getValues()))
    shapes.setDims(result, Exprs(shapes.dims(value)));
  return success();
}

//===- Reduce.cpp - reductions, scans over an axis, softmax and normalization
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

LogicalResult ReduceOp::inferShapes(ShapeAnalysis &shapes) {
  SmallVector<int64_t> axes;
  if (getAxes()) {
    axes.assign(getAxes()->begin(), getAxes()->end());
  } else if (getDynamicAxes()) {
    auto constants = shapes.constants(getDynamicAxes());
    if (!constants && !getKeepDims())
      return shapes.setOpaque(getResult());
    if (!constants) {
      Exprs dims(shapes.dims(getInput()));
      for (auto [index, dim] : llvm::enumerate(dims))
        dim = shapes.opaque(getResult(), index);
      shapes.setDims(getResult(), dims);
      return success();
    }
    axes = *constants;
  }
  ArrayRef<SymExpr> input = shapes.dims(getInput());
  auto rank = static_cast<int64_t>(input.size());
  if (axes.empty() && !getNoopWithEmptyAxes())
    axes.assign(llvm::seq<int64_t>(0, rank).begin(), llvm::seq<int64_t>(0, rank).end());
  for (int64_t &axis : axes) {
    if (axis < -rank || axis >= rank)
      return emitOpError() << "expected axes in [" << -rank << ", " << rank << ") but got " << axis;
    axis += axis < 0 ? rank : 0;
  }
  Exprs dims;
  for (int64_t i = 0; i < rank; ++i) {
    if (!llvm::is_contained(axes, i))
      dims.push_back(input[i]);
    else if (getKeepDims())
      dims.push_back(shapes.constant(1));
  }
  shapes.setDims(getResult(), dims);
  // The product and the largest of a small shape are computed in models to get sizes.
  auto contents = shapes.contents(getInput());
  if (!contents || contents->empty() || !hasTrackedContents(getResult().getType()) || axes.empty())
    return success();
  SymExpr total = contents->front();
  for (SymExpr element : ArrayRef<SymExpr>(*contents).drop_front()) {
    switch (getKind()) {
    case ReduceKind::sum:
      total = total + element;
      break;
    case ReduceKind::prod:
      total = total * element;
      break;
    case ReduceKind::max:
      total = total.max(element);
      break;
    case ReduceKind::min:
      total = total.min(element);
      break;
    default:
      return success();
    }
  }
  shapes.setContents(getResult(), total);
  return success();
}

LogicalResult ArgReduceOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs dims(shapes.dims(getInput()));
  auto axis = static_cast<size_t>(getAxis());
  if (axis >= dims.size())
    return emitOpError() << "expected an axis below " << dims.size() << " but got " << axis;
  if (getKeepDims())
    dims[axis] = shapes.constant(1);
  else
    dims.erase(dims.begin() + axis);
  shapes.setDims(getResult(), dims);
  return success();
}

/// The shape of operand 0; `axes`, where given, must lie inside it.
static LogicalResult inferLikeInput(Operation *op, ShapeAnalysis &shapes, ArrayRef<int64_t> axes = {}) {
  Exprs dims(shapes.dims(op->getOperand(0)));
  for (int64_t axis : axes)
    if (axis < 0 || axis >= static_cast<int64_t>(dims.size()))
      return op->emitOpError() << "expected an axis below " << dims.size() << " but got " << axis;
  shapes.setDims(op->getResult(0), dims);
  return success();
}

LogicalResult CumSumOp::inferShapes(ShapeAnalysis &shapes) { return inferLikeInput(*this, shapes); }
LogicalResult SoftmaxOp::inferShapes(ShapeAnalysis &shapes) {
  return inferLikeInput(*this, shapes, static_cast<int64_t>(getAxis()));
}
LogicalResult NormalizeOp::inferShapes(ShapeAnalysis &shapes) { return inferLikeInput(*this, shapes, getAxes()); }
LogicalResult LrnOp::inferShapes(ShapeAnalysis &shapes) { return inferLikeInput(*this, shapes); }

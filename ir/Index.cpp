//===- Index.cpp - operators that read or write at positions given by data
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/Dialect.h"
#include "ir/Weights.h"

using namespace ingot;
using namespace mlir;
using Exprs = ShapeAnalysis::Exprs;

LogicalResult GatherOp::inferShapes(ShapeAnalysis &shapes) {
  ArrayRef<SymExpr> data = shapes.dims(getData());
  auto axis = static_cast<size_t>(getAxis());
  if (axis >= data.size())
    return emitOpError() << "expected an axis below " << data.size() << " but got " << axis;
  Exprs dims(data.take_front(axis));
  Exprs tail(data.drop_front(axis + 1));
  dims.append(Exprs(shapes.dims(getIndices())));
  dims.append(tail);
  shapes.setDims(getResult(), dims);

  auto contents = shapes.contents(getData());
  auto indices = shapes.constants(getIndices());
  if (!contents || !indices || !hasTrackedContents(getResult().getType()))
    return success();
  Exprs picked;
  auto extent = static_cast<int64_t>(contents->size());
  for (int64_t index : *indices) {
    int64_t position = index < 0 ? index + extent : index;
    if (position < 0 || position >= extent)
      return emitOpError() << "expected indices below " << extent << " but got " << index;
    picked.push_back((*contents)[position]);
  }
  shapes.setContents(getResult(), picked);
  return success();
}

LogicalResult GatherElementsOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs dims(shapes.dims(getIndices()));
  if (static_cast<int64_t>(dims.size()) != shapes.rank(getData()))
    return emitOpError() << "expected indices of rank " << shapes.rank(getData()) << " but got rank " << dims.size();
  shapes.setDims(getResult(), dims);
  return success();
}

LogicalResult GatherNDOp::inferShapes(ShapeAnalysis &shapes) {
  ArrayRef<SymExpr> indices = shapes.dims(getIndices());
  if (indices.empty())
    return emitOpError() << "expected indices of rank 1 or more but got a scalar";
  std::optional<int64_t> tuple = indices.back().constant();
  if (!tuple)
    return shapes.setOpaque(getResult());
  Exprs dims(indices.drop_back());
  ArrayRef<SymExpr> data = shapes.dims(getData());
  auto skipped = static_cast<size_t>(getBatchDims() + *tuple);
  if (skipped > data.size())
    return emitOpError() << "expected index tuples of at most " << data.size() - getBatchDims() << " but got "
                         << *tuple;
  dims.append(Exprs(data.drop_front(skipped)));
  shapes.setDims(getResult(), dims);
  return success();
}

static LogicalResult inferScatter(Operation *op, ShapeAnalysis &shapes) {
  Exprs dims(shapes.dims(op->getOperand(0)));
  shapes.setDims(op->getResult(0), dims);
  return success();
}

LogicalResult ScatterElementsOp::inferShapes(ShapeAnalysis &shapes) { return inferScatter(*this, shapes); }
LogicalResult ScatterNDOp::inferShapes(ShapeAnalysis &shapes) { return inferScatter(*this, shapes); }

LogicalResult OneHotOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs dims(shapes.dims(getIndices()));
  auto axis = static_cast<int64_t>(getAxis());
  axis += axis < 0 ? static_cast<int64_t>(dims.size()) + 1 : 0;
  if (axis < 0 || axis > static_cast<int64_t>(dims.size()))
    return emitOpError() << "expected an axis of at most " << dims.size() << " but got " << axis;
  SymExpr depth;
  if (auto contents = shapes.contents(getDepth()))
    depth = contents->front();
  else if (auto data = getConstantData(getDepth()))
    depth = shapes.constant(static_cast<int64_t>(data->toDoubles()[0]));
  else
    depth = shapes.opaque(getResult(), axis);
  dims.insert(dims.begin() + axis, depth);
  shapes.setDims(getResult(), dims);
  return success();
}

LogicalResult NonZeroOp::inferShapes(ShapeAnalysis &shapes) {
  shapes.setDims(getResult(), {shapes.constant(shapes.rank(getInput())), shapes.opaque(getResult(), 1)});
  return success();
}

LogicalResult CompressOp::inferShapes(ShapeAnalysis &shapes) {
  if (!getAxis()) {
    shapes.setDims(getResult(), shapes.opaque(getResult(), 0));
    return success();
  }
  Exprs dims(shapes.dims(getInput()));
  dims[*getAxis()] = shapes.opaque(getResult(), *getAxis());
  shapes.setDims(getResult(), dims);
  return success();
}

LogicalResult UniqueOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs dims(shapes.dims(getInput()));
  auto axis = static_cast<int64_t>(getAxis().value_or(0));
  SymExpr all = getAxis() ? dims[axis] : shapes.size(getInput());
  SymExpr count = shapes.opaque(getResult(), axis);
  if (!getAxis())
    dims.assign(1, count);
  dims[axis] = count;
  shapes.setDims(getResult(), dims);
  shapes.setDims(getIndices(), count);
  shapes.setDims(getInverse(), all);
  shapes.setDims(getCounts(), count);
  return success();
}

LogicalResult TopKOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs dims(shapes.dims(getInput()));
  auto axis = static_cast<size_t>(getAxis());
  if (axis >= dims.size())
    return emitOpError() << "expected an axis below " << dims.size() << " but got " << axis;
  auto k = shapes.contents(getK());
  SymExpr count = k && k->size() == 1 ? k->front() : shapes.opaque(getValues(), axis);
  if (auto extent = dims[axis].constant(), wanted = count.constant(); extent && wanted && *wanted > *extent)
    return emitOpError() << "expected k of at most " << *extent << " but got " << *wanted;
  dims[axis] = count;
  shapes.setDims(getValues(), dims);
  shapes.setDims(getIndices(), dims);
  return success();
}

LogicalResult NonMaxSuppressionOp::inferShapes(ShapeAnalysis &shapes) {
  shapes.setDims(getResult(), {shapes.opaque(getResult(), 0), shapes.constant(3)});
  return success();
}

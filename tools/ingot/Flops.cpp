//===-- Flops.cpp - the arithmetic of a graph ---------------------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/Flops.h"
#include "ir/Dialect.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace ingot::tool {
namespace {

double product(ArrayRef<int64_t> dims) {
  double result = 1;
  for (int64_t dim : dims)
    result *= ShapedType::isDynamic(dim) ? 1 : double(dim);
  return result;
}

ArrayRef<int64_t> dims(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type ? type.getShape() : ArrayRef<int64_t>();
}

double elements(Value value) { return product(dims(value)); }

/// Every element of the weight meets every position of \p image: batch and space, without the channels.
double convFlops(Value weight, Value image, bool channelsLast) {
  ArrayRef<int64_t> shape = dims(image);
  return 2 * elements(weight) * elements(image) / product(shape[channelsLast ? shape.size() - 1 : 1]);
}

double matmulFlops(MatMulOp op) {
  ArrayRef<int64_t> lhs = dims(op.getLhs());
  return 2 * elements(op.getResult()) * product(lhs[lhs.size() - (op.getTransposeA() ? 2 : 1)]);
}

/// Per step: products with the input's and the state's weights.
double recurrentFlops(RecurrentOp op) {
  return 2 * (elements(op.getW()) + elements(op.getR())) * product(dims(op.getX()).take_front(2));
}

double poolFlops(PoolOp op) { return elements(op.getResult()) * product(op.getKernel()); }

double regionFlops(Region &region) {
  double sum = 0;
  for (Operation &op : region.getOps())
    sum += countFlops(&op);
  return sum;
}

/// Operators that only move or describe data.
bool isMovement(Operation *op) {
  return isa<ConstantOp, ShapeOp, SizeOp, TransposeOp, ExpandOp, ConstantOfShapeOp, SliceOp, ConcatOp, PadOp, TileOp,
             GatherOp, GatherElementsOp, GatherNDOp, ScatterElementsOp, ScatterNDOp, ViewOpInterface>(op);
}

double leafFlops(Operation *op) {
  if (isMovement(op) || op->getNumResults() == 0)
    return 0;
  return TypeSwitch<Operation *, double>(op)
      .Case([](MatMulOp op) { return matmulFlops(op); })
      .Case([](ConvOp op) { return convFlops(op.getWeight(), op.getResult(), op.getChannelsLast()); })
      .Case([](ConvTransposeOp op) { return convFlops(op.getWeight(), op.getInput(), false); })
      .Case([](RecurrentOp op) { return recurrentFlops(op); })
      .Case([](PoolOp op) { return poolFlops(op); })
      .Case([](ReduceOp op) { return elements(op.getInput()); })
      .Default([](Operation *op) { return elements(op->getResult(0)); });
}

} // namespace

double countFlops(Operation *root) {
  if (auto branch = dyn_cast<IfOp>(root))
    return std::max(regionFlops(branch.getThenRegion()), regionFlops(branch.getElseRegion()));
  if (root->getNumRegions() == 0)
    return leafFlops(root);
  double sum = 0;
  for (Region &region : root->getRegions())
    sum += regionFlops(region);
  return sum;
}

} // namespace ingot::tool

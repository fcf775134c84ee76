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

/// Two products, of the rows with all keys and of the weights with all values, and the softmax between them.
Flops attentionFlops(AttentionOp op) {
  ArrayRef<int64_t> key = dims(op.getKey()), value = dims(op.getValue());
  size_t rows = key.size() - 2;
  double keys = product(key.slice(op.getKeyPerm() ? (*op.getKeyPerm())[rows] : rows, 1));
  double scores = elements(op.getResult()) / value.back() * keys;
  return {2 * scores * (key.back() + value.back()), scores};
}

/// Per step: products with the input's and the state's weights.
double recurrentFlops(RecurrentOp op) {
  return 2 * (elements(op.getW()) + elements(op.getR())) * product(dims(op.getX()).take_front(2));
}

double poolFlops(PoolOp op) { return elements(op.getResult()) * product(op.getKernel()); }

Flops regionFlops(Region &region) {
  Flops sum;
  for (Operation &op : region.getOps())
    sum += countFlops(&op);
  return sum;
}

/// Operators that only move or describe data.
bool isMovement(Operation *op) {
  return isa<ConstantOp, ShapeOp, SizeOp, TransposeOp, ExpandOp, ConstantOfShapeOp, SliceOp, ConcatOp, PadOp, TileOp,
             GatherOp, GatherElementsOp, GatherNDOp, ScatterElementsOp, ScatterNDOp, ViewOpInterface>(op);
}

Flops leafFlops(Operation *op) {
  if (isMovement(op) || op->getNumResults() == 0)
    return {};
  return TypeSwitch<Operation *, Flops>(op)
      .Case([](MatMulOp op) { return Flops{matmulFlops(op), 0}; })
      .Case([](AttentionOp op) { return attentionFlops(op); })
      .Case([](ConvOp op) { return Flops{convFlops(op.getWeight(), op.getResult(), op.getChannelsLast()), 0}; })
      .Case([](ConvTransposeOp op) { return Flops{convFlops(op.getWeight(), op.getInput(), false), 0}; })
      .Case([](RecurrentOp op) { return Flops{recurrentFlops(op), 0}; })
      .Case([](PoolOp op) { return Flops{0, poolFlops(op)}; })
      .Case([](ReduceOp op) { return Flops{0, elements(op.getInput())}; })
      .Default([](Operation *op) { return Flops{0, elements(op->getResult(0))}; });
}

} // namespace

Flops countFlops(Operation *root) {
  if (auto branch = dyn_cast<IfOp>(root)) {
    Flops thenFlops = regionFlops(branch.getThenRegion()), elseFlops = regionFlops(branch.getElseRegion());
    return thenFlops.total() < elseFlops.total() ? elseFlops : thenFlops;
  }
  if (root->getNumRegions() == 0)
    return leafFlops(root);
  Flops sum;
  for (Region &region : root->getRegions())
    sum += regionFlops(region);
  return sum;
}

} // namespace ingot::tool

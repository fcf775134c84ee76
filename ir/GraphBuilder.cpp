//===- GraphBuilder.cpp - creates operators with inferred types
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/GraphBuilder.h"

#include "ir/Weights.h"

using namespace ingot;
using namespace mlir;

bool GraphBuilder::finish(Operation *op) {
  if (succeeded(shapes.infer(op)))
    return true;
  for (Value result : op->getResults())
    shapes.forget(result);
  op->erase();
  return false;
}

Value GraphBuilder::constant(RankedTensorType type, Attribute value) {
  Value constant = ConstantOp::create(builder, loc, type, value);
  shapes.forget(constant); // an erased operator's value may have had the same address
  return constant;
}

Value GraphBuilder::integers(ArrayRef<int64_t> values) {
  auto type = RankedTensorType::get(static_cast<int64_t>(values.size()), builder.getI64Type());
  return constant(type, makeIntegers(type, values));
}

Value GraphBuilder::scalar(Type element, double value) {
  auto type = RankedTensorType::get({}, element);
  return constant(type, makeDoubles(type, value));
}

Value GraphBuilder::scalar64(int64_t value) {
  auto type = RankedTensorType::get({}, builder.getI64Type());
  return constant(type, makeIntegers(type, value));
}

Value GraphBuilder::compare(Predicate predicate, Value x, Value y) {
  return make<CompareOp>(builder.getI1Type(), predicate, x, y);
}
Value GraphBuilder::select(Value condition, Value x, Value y) {
  return x ? make<SelectOp>(element(x), condition, x, y) : Value();
}
Value GraphBuilder::cast(Value x, Type to) { return !x || element(x) == to ? x : make<CastOp>(to, x); }
Value GraphBuilder::transpose(Value x, ArrayRef<int64_t> perm) {
  return x ? make<TransposeOp>(element(x), x, perm) : x;
}
Value GraphBuilder::squeeze(Value x, ArrayRef<int64_t> axes) {
  return x && !axes.empty() ? make<SqueezeOp>(element(x), x, axes) : x;
}
Value GraphBuilder::unsqueeze(Value x, ArrayRef<int64_t> axes) {
  return x && !axes.empty() ? make<UnsqueezeOp>(element(x), x, axes) : x;
}
Value GraphBuilder::reshape(Value x, Value shape) {
  return x ? make<ReshapeOp>(element(x), x, shape, /*allow_zero=*/false) : x;
}
Value GraphBuilder::concat(ArrayRef<Value> inputs, int64_t axis) {
  if (llvm::is_contained(inputs, Value()))
    return {};
  return inputs.size() == 1 ? inputs[0] : make<ConcatOp>(element(inputs[0]), inputs, axis);
}
Value GraphBuilder::slice(Value x, int64_t axis, int64_t start, int64_t end, int64_t step) {
  if (!x)
    return x;
  return make<SliceOp>(element(x), x, integers(start), integers(end), integers(axis), integers(step));
}
Value GraphBuilder::reduce(ReduceKind kind, Value x, ArrayRef<int64_t> axes, bool keepDims) {
  if (!x || axes.empty())
    return x;
  return make<ReduceOp>(element(x), kind, x, /*dynamic_axes=*/nullptr, builder.getDenseI64ArrayAttr(axes), keepDims,
                        /*noop_with_empty_axes=*/false);
}
Value GraphBuilder::range(Value count) {
  return make<RangeOp>(builder.getI64Type(), scalar64(0), count, scalar64(1));
}
Value GraphBuilder::shapeOf(Value x) {
  return make<ShapeOp>(builder.getI64Type(), x, builder.getI64IntegerAttr(0), /*end=*/nullptr);
}
Value GraphBuilder::dimOf(Value x, int64_t axis) {
  return make<ShapeOp>(builder.getI64Type(), x, builder.getI64IntegerAttr(axis), builder.getI64IntegerAttr(axis + 1));
}

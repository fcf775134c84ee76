//===- Elementwise.cpp - folds of elementwise operators
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

/// Whether every element of a constant is `number`.
static bool isSplat(Value value, double number) {
  std::optional<ConstantData> data = getConstantData(value);
  if (!data || data->type.getNumElements() == 0 || data->type.getNumElements() > 4096)
    return false;
  return llvm::all_of(data->toDoubles(), [&](double element) { return element == number; });
}

/// `value`, where it already has the result's type: the other operand changes nothing, and broadcasts nothing.
static OpFoldResult identity(Operation *op, Value value) {
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  return type && type.hasStaticShape() && value.getType() == type ? OpFoldResult(value) : OpFoldResult();
}

OpFoldResult CastOp::fold(FoldAdaptor) {
  return getInput().getType() == getResult().getType() ? OpFoldResult(getInput()) : OpFoldResult();
}

OpFoldResult AddOp::fold(FoldAdaptor) {
  if (isSplat(getRhs(), 0))
    return identity(*this, getLhs());
  return isSplat(getLhs(), 0) ? identity(*this, getRhs()) : OpFoldResult();
}
OpFoldResult SubOp::fold(FoldAdaptor) { return isSplat(getRhs(), 0) ? identity(*this, getLhs()) : OpFoldResult(); }
OpFoldResult MulOp::fold(FoldAdaptor) {
  if (isSplat(getRhs(), 1))
    return identity(*this, getLhs());
  return isSplat(getLhs(), 1) ? identity(*this, getRhs()) : OpFoldResult();
}
OpFoldResult DivOp::fold(FoldAdaptor) { return isSplat(getRhs(), 1) ? identity(*this, getLhs()) : OpFoldResult(); }

//===- Multiplier.cpp - The arithmetic inside a contraction ----------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Multiplier.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot::tile;

Value Multiplier::zero() { return arith::ConstantOp::create(b, b.getZeroAttr(getSumVector())); }

Value Multiplier::broadcast(Value scalar) { return vector::BroadcastOp::create(b, getSumVector(), scalar); }

Value Multiplier::loadLeft(Value memref, ValueRange indices, Value rest) {
  return broadcast(extendLeft(memref::LoadOp::create(b, memref, indices)));
}

Value Multiplier::loadRight(Value memref, ValueRange indices) {
  auto type = VectorType::get(lanes, cast<MemRefType>(memref.getType()).getElementType());
  return extendRight(vector::LoadOp::create(b, type, memref, indices));
}

Value Multiplier::multiplyAdd(Value left, Value right, Value sum) {
  if (isa<FloatType>(sumType))
    return vector::FMAOp::create(b, left, right, sum);
  return add(arith::MulIOp::create(b, left, right), sum);
}

Value Multiplier::add(Value lhs, Value rhs) {
  if (isa<FloatType>(sumType))
    return arith::AddFOp::create(b, lhs, rhs);
  return arith::AddIOp::create(b, lhs, rhs);
}

Value Multiplier::subtract(Value lhs, Value rhs) {
  if (isa<FloatType>(sumType))
    return arith::SubFOp::create(b, lhs, rhs);
  return arith::SubIOp::create(b, lhs, rhs);
}

Value Multiplier::extend(Value value, bool isUnsigned, Value zeroPoint) {
  Type type = sumType;
  if (auto vector = dyn_cast<VectorType>(value.getType()))
    type = vector.clone(sumType);
  if (value.getType() != type) {
    if (isa<FloatType>(sumType))
      value = arith::ExtFOp::create(b, type, value);
    else if (isUnsigned)
      value = arith::ExtUIOp::create(b, type, value);
    else
      value = arith::ExtSIOp::create(b, type, value);
  }
  if (!zeroPoint)
    return value;
  if (value.getType() != sumType)
    zeroPoint = vector::BroadcastOp::create(b, type, zeroPoint);
  return subtract(value, zeroPoint);
}

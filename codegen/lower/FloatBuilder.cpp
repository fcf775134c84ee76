//===- FloatBuilder.cpp - floating-point arithmetic of sampling kernels
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/FloatBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace ingot;
using namespace mlir;

Value FloatBuilder::add(Value x, Value y) { return b.createOrFold<arith::AddFOp>(x, y); }
Value FloatBuilder::sub(Value x, Value y) { return b.createOrFold<arith::SubFOp>(x, y); }
Value FloatBuilder::mul(Value x, Value y) { return b.createOrFold<arith::MulFOp>(x, y); }
Value FloatBuilder::div(Value x, Value y) { return b.createOrFold<arith::DivFOp>(x, y); }
Value FloatBuilder::min(Value x, Value y) { return arith::MinNumFOp::create(b, x, y); }
Value FloatBuilder::max(Value x, Value y) { return arith::MaxNumFOp::create(b, x, y); }
Value FloatBuilder::floor(Value x) { return math::FloorOp::create(b, x); }
Value FloatBuilder::ceil(Value x) { return math::CeilOp::create(b, x); }
Value FloatBuilder::round(Value x) { return math::RoundEvenOp::create(b, x); }
Value FloatBuilder::less(Value x, Value y) { return arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, x, y); }

Value FloatBuilder::fromIndex(Value index) {
  return arith::SIToFPOp::create(b, type, arith::IndexCastOp::create(b, b.getI64Type(), index));
}

Value FloatBuilder::toIndex(Value x) {
  constexpr double limit = 1 << 30;
  Value inside = min(max(x, number(-limit)), number(limit));
  return arith::IndexCastOp::create(b, b.getIndexType(), arith::FPToSIOp::create(b, b.getI64Type(), inside));
}

Value FloatBuilder::convert(Value x) {
  unsigned from = x.getType().getIntOrFloatBitWidth(), to = type.getIntOrFloatBitWidth();
  if (from == to)
    return x;
  return from < to ? arith::ExtFOp::create(b, type, x).getResult() : arith::TruncFOp::create(b, type, x).getResult();
}

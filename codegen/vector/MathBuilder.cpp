//===- MathBuilder.cpp - arithmetic of function approximations -------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/MathBuilder.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace ingot {

static constexpr auto kContract = arith::FastMathFlags::contract;

Type MathBuilder::type(Type element) const {
  auto vector = dyn_cast<VectorType>(like);
  return vector ? vector.clone(element) : element;
}

static Value makeConstant(ImplicitLocOpBuilder &b, Type type, TypedAttr value) {
  if (auto vector = dyn_cast<VectorType>(type))
    return arith::ConstantOp::create(b, DenseElementsAttr::get(vector, value));
  return arith::ConstantOp::create(b, value);
}

Value MathBuilder::constant(Type type, double value) {
  return makeConstant(b, type, b.getFloatAttr(getElementTypeOrSelf(type), value));
}

Value MathBuilder::integer(Type type, int64_t value) {
  return makeConstant(b, type, b.getIntegerAttr(getElementTypeOrSelf(type), value));
}

Value MathBuilder::add(Value x, Value y) { return arith::AddFOp::create(b, x, y); }
Value MathBuilder::sub(Value x, Value y) { return arith::SubFOp::create(b, x, y); }
Value MathBuilder::mul(Value x, Value y) { return arith::MulFOp::create(b, x, y); }
Value MathBuilder::div(Value x, Value y) {
  // An estimate of the reciprocal and a step of Newton's, where processors have one.
  return arith::DivFOp::create(b, x, y, fast ? arith::FastMathFlags::arcp : arith::FastMathFlags::none);
}
Value MathBuilder::neg(Value x) { return arith::NegFOp::create(b, x); }
Value MathBuilder::abs(Value x) { return math::AbsFOp::create(b, x); }
Value MathBuilder::sqrt(Value x) { return math::SqrtOp::create(b, x); }
Value MathBuilder::trunc(Value x) { return math::TruncOp::create(b, x); }
Value MathBuilder::copySign(Value magnitude, Value sign) { return math::CopySignOp::create(b, magnitude, sign); }

Value MathBuilder::mulAdd(Value x, Value y, Value z) {
  // Not math.fma: without the instruction that would be a call of the library's exact one.
  Value product = arith::MulFOp::create(b, x, y, kContract);
  return arith::AddFOp::create(b, product, z, kContract);
}

Value MathBuilder::polynomial(Value x, ArrayRef<double> coefficients) {
  Value sum = splat(x, coefficients.back());
  for (double coefficient : llvm::reverse(coefficients.drop_back()))
    sum = mulAdd(sum, x, coefficient);
  return sum;
}

Value MathBuilder::less(Value x, double y) {
  return arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, x, splat(x, y));
}
Value MathBuilder::greater(Value x, double y) {
  return arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x, splat(x, y));
}
Value MathBuilder::equal(Value x, Value y) { return arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, x, y); }
Value MathBuilder::equal(Value x, double y) { return equal(x, splat(x, y)); }

Value MathBuilder::select(Value condition, Value x, Value y) { return arith::SelectOp::create(b, condition, x, y); }

Value MathBuilder::clamp(Value x, double low, double high) {
  // A comparison and a selection in this order are one instruction of x86, which passes NaN on.
  x = select(less(x, low), low, x);
  return select(greater(x, high), high, x);
}

Value MathBuilder::bits(Value x) {
  unsigned width = getElementTypeOrSelf(x.getType()).getIntOrFloatBitWidth();
  return arith::BitcastOp::create(b, type(b.getIntegerType(width)), x);
}

Value MathBuilder::fromBits(Value x) {
  bool isDouble = getElementTypeOrSelf(x.getType()).isInteger(64);
  return arith::BitcastOp::create(b, isDouble ? f64() : f32(), x);
}

} // namespace ingot

//===- Elementwise.cpp - elementwise operators as scalar arithmetic
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Lower.h"
#include "ir/GraphBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <cmath>
#include <limits>

using namespace ingot;
using namespace mlir;

namespace {

/// Scalar arithmetic on body types, at the place of one operator.
struct Scalars {
  Scalars(Operation *op, OpBuilder &b) : b(b), loc(op->getLoc()), element(GraphBuilder::element(op->getOperand(0))) {}

  OpBuilder &b;
  Location loc;
  Type element; ///< of operand 0, with its signedness

  bool isFloat() const { return isa<FloatType>(element); }
  bool isUnsigned() const { return element.isUnsignedInteger() || element.isInteger(1); }

  template <typename OpTy>
  Value make(Value x) { return OpTy::create(b, loc, x); }
  template <typename OpTy>
  Value make(Value x, Value y) { return OpTy::create(b, loc, x, y); }
  Value number(Type type, double value) {
    if (isa<FloatType>(type))
      return arith::ConstantOp::create(b, loc, b.getFloatAttr(type, value));
    return arith::ConstantOp::create(b, loc, b.getIntegerAttr(type, static_cast<int64_t>(value)));
  }
  Value like(Value x, double value) { return number(x.getType(), value); }
  Value compare(arith::CmpFPredicate predicate, Value x, Value y) {
    return arith::CmpFOp::create(b, loc, predicate, x, y);
  }
  Value compare(arith::CmpIPredicate predicate, Value x, Value y) {
    return arith::CmpIOp::create(b, loc, predicate, x, y);
  }
  Value select(Value condition, Value x, Value y) { return arith::SelectOp::create(b, loc, condition, x, y); }
  Value add(Value x, Value y) {
    return isa<FloatType>(x.getType()) ? make<arith::AddFOp>(x, y) : make<arith::AddIOp>(x, y);
  }
  Value sub(Value x, Value y) {
    return isa<FloatType>(x.getType()) ? make<arith::SubFOp>(x, y) : make<arith::SubIOp>(x, y);
  }
  Value mul(Value x, Value y) {
    return isa<FloatType>(x.getType()) ? make<arith::MulFOp>(x, y) : make<arith::MulIOp>(x, y);
  }
  Value max(Value x, Value y) {
    if (isFloat())
      return make<arith::MaximumFOp>(x, y);
    return isUnsigned() ? make<arith::MaxUIOp>(x, y) : make<arith::MaxSIOp>(x, y);
  }
  Value min(Value x, Value y) {
    if (isFloat())
      return make<arith::MinimumFOp>(x, y);
    return isUnsigned() ? make<arith::MinUIOp>(x, y) : make<arith::MinSIOp>(x, y);
  }
};

} // namespace

using ScalarFn = Value (*)(Scalars, ValueRange);

/// For operators without attributes.
template <ScalarFn Fn>
static Value simple(Operation *op, OpBuilder &b, ValueRange operands) {
  return Fn(Scalars(op, b), operands);
}
template <typename OpTy>
static Value unaryFloat(Scalars s, ValueRange x) { return s.make<OpTy>(x[0]); }
/// Rounding leaves integers alone.
template <typename OpTy>
static Value rounding(Scalars s, ValueRange x) { return s.isFloat() ? s.make<OpTy>(x[0]) : x[0]; }
template <typename OpTy>
static Value binaryInteger(Scalars s, ValueRange x) { return s.make<OpTy>(x[0], x[1]); }

//===----------------------------------------------------------------------===//
// Unary
//===----------------------------------------------------------------------===//

static Value emitAbs(Scalars s, ValueRange x) {
  if (s.isFloat())
    return s.make<math::AbsFOp>(x[0]);
  return s.isUnsigned() ? x[0] : s.make<math::AbsIOp>(x[0]);
}
static Value emitNeg(Scalars s, ValueRange x) {
  return s.isFloat() ? s.make<arith::NegFOp>(x[0]) : s.sub(s.like(x[0], 0), x[0]);
}
static Value emitSign(Scalars s, ValueRange x) {
  Value zero = s.like(x[0], 0), one = s.like(x[0], 1);
  if (s.isFloat()) {
    Value above = s.select(s.compare(arith::CmpFPredicate::OGT, x[0], zero), one, x[0]);
    return s.select(s.compare(arith::CmpFPredicate::OLT, x[0], zero), s.like(x[0], -1), above);
  }
  Value nonZero = s.select(s.compare(arith::CmpIPredicate::eq, x[0], zero), zero, one);
  if (s.isUnsigned())
    return nonZero;
  return s.select(s.compare(arith::CmpIPredicate::slt, x[0], zero), s.like(x[0], -1), nonZero);
}
static Value emitReciprocal(Scalars s, ValueRange x) { return s.make<arith::DivFOp>(s.like(x[0], 1), x[0]); }
static Value emitRelu(Scalars s, ValueRange x) { return s.max(x[0], s.like(x[0], 0)); }
static Value emitSigmoid(Scalars s, ValueRange x) {
  Value one = s.like(x[0], 1);
  Value e = s.make<math::ExpOp>(s.make<arith::NegFOp>(x[0]));
  return s.make<arith::DivFOp>(one, s.add(one, e));
}
static Value emitSilu(Scalars s, ValueRange x) {
  Value e = s.make<math::ExpOp>(s.make<arith::NegFOp>(x[0]));
  return s.make<arith::DivFOp>(x[0], s.add(s.like(x[0], 1), e));
}
static Value emitSoftplus(Scalars s, ValueRange x) {
  // max(x, 0) + log1p(e^-|x|) does not overflow.
  Value e = s.make<math::ExpOp>(s.make<arith::NegFOp>(s.make<math::AbsFOp>(x[0])));
  return s.add(s.max(x[0], s.like(x[0], 0)), s.make<math::Log1pOp>(e));
}
static Value emitHardSwish(Scalars s, ValueRange x) {
  Value gate = s.add(s.mul(x[0], s.like(x[0], 1.0 / 6)), s.like(x[0], 0.5));
  return s.mul(x[0], s.min(s.max(gate, s.like(x[0], 0)), s.like(x[0], 1)));
}
static Value emitNot(Scalars s, ValueRange x) { return s.make<arith::XOrIOp>(x[0], s.like(x[0], 1)); }
static Value emitBitNot(Scalars s, ValueRange x) { return s.make<arith::XOrIOp>(x[0], s.like(x[0], -1)); }
static Value emitIsNan(Scalars s, ValueRange x) { return s.compare(arith::CmpFPredicate::UNO, x[0], x[0]); }

static Value emitGelu(GeluOp op, OpBuilder &b, ValueRange x) {
  Scalars s(op, b);
  Value half = s.like(x[0], 0.5), one = s.like(x[0], 1);
  Value inner;
  if (op.getTanh()) {
    Value cube = s.mul(s.mul(x[0], x[0]), x[0]);
    Value sum = s.add(x[0], s.mul(cube, s.like(x[0], 0.044715)));
    inner = s.make<math::TanhOp>(s.mul(sum, s.like(x[0], std::sqrt(2 / M_PI))));
  } else {
    inner = s.make<math::ErfOp>(s.mul(x[0], s.like(x[0], M_SQRT1_2)));
  }
  return s.mul(s.mul(x[0], half), s.add(one, inner));
}

static Value emitIsInf(IsInfOp op, OpBuilder &b, ValueRange x) {
  Scalars s(op, b);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Value result = s.number(b.getI1Type(), 0);
  if (op.getPositive())
    result = s.compare(arith::CmpFPredicate::OEQ, x[0], s.like(x[0], infinity));
  if (op.getNegative())
    result = s.make<arith::OrIOp>(result, s.compare(arith::CmpFPredicate::OEQ, x[0], s.like(x[0], -infinity)));
  return result;
}

/// Float to integer: truncates; saturates where the value does not fit, as no result is specified for it.
static Value floatToInteger(Scalars &s, Value x, Type element) {
  auto to = cast<IntegerType>(bodyType(element));
  bool isUnsigned = element.isUnsignedInteger();
  unsigned width = to.getWidth();
  if (width >= 32) {
    // Through 64 bits, so that what wraps in C wraps here too.
    auto wide = s.b.getI64Type();
    Value value = isUnsigned && width == 64 ? arith::FPToUIOp::create(s.b, s.loc, wide, x).getResult()
                                            : arith::FPToSIOp::create(s.b, s.loc, wide, x).getResult();
    return width == 64 ? value : arith::TruncIOp::create(s.b, s.loc, to, value).getResult();
  }
  Value value = arith::FPToSIOp::create(s.b, s.loc, s.b.getI32Type(), x);
  return arith::TruncIOp::create(s.b, s.loc, to, value);
}

static Value emitCast(CastOp op, OpBuilder &b, ValueRange x) {
  Scalars s(op, b);
  Type from = s.element, to = GraphBuilder::element(op.getResult());
  Type fromBody = x[0].getType(), toBody = bodyType(to);
  if (to.isInteger(1)) {
    if (from.isInteger(1))
      return x[0];
    return s.isFloat() ? s.compare(arith::CmpFPredicate::UNE, x[0], s.like(x[0], 0))
                       : s.compare(arith::CmpIPredicate::ne, x[0], s.like(x[0], 0));
  }
  if (isa<FloatType>(to)) {
    Value value = x[0];
    if (isa<IntegerType>(fromBody))
      return s.isUnsigned() ? arith::UIToFPOp::create(b, s.loc, toBody, value).getResult()
                            : arith::SIToFPOp::create(b, s.loc, toBody, value).getResult();
    if (fromBody.getIntOrFloatBitWidth() < toBody.getIntOrFloatBitWidth())
      value = arith::ExtFOp::create(b, s.loc, toBody, value);
    else if (fromBody.getIntOrFloatBitWidth() > toBody.getIntOrFloatBitWidth())
      value = arith::TruncFOp::create(b, s.loc, toBody, value);
    if (to != toBody && from != to) {
      // A cast rounds, even when what follows goes on in f32.
      value = arith::TruncFOp::create(b, s.loc, to, value);
      value = arith::ExtFOp::create(b, s.loc, toBody, value);
    }
    return value;
  }
  if (s.isFloat())
    return floatToInteger(s, x[0], to);
  unsigned a = fromBody.getIntOrFloatBitWidth(), z = toBody.getIntOrFloatBitWidth();
  if (a == z)
    return x[0];
  if (a > z)
    return arith::TruncIOp::create(b, s.loc, toBody, x[0]);
  return s.isUnsigned() ? arith::ExtUIOp::create(b, s.loc, toBody, x[0]).getResult()
                        : arith::ExtSIOp::create(b, s.loc, toBody, x[0]).getResult();
}

//===----------------------------------------------------------------------===//
// Binary
//===----------------------------------------------------------------------===//

static Value emitAdd(Scalars s, ValueRange x) { return s.add(x[0], x[1]); }
static Value emitSub(Scalars s, ValueRange x) { return s.sub(x[0], x[1]); }
static Value emitMul(Scalars s, ValueRange x) { return s.mul(x[0], x[1]); }
static Value emitMax(Scalars s, ValueRange x) { return s.max(x[0], x[1]); }
static Value emitMin(Scalars s, ValueRange x) { return s.min(x[0], x[1]); }

/// The divisor, or 1 in place of 0 and of -1 (whose quotient and remainder are special): the processor would trap.
static std::pair<Value, Value> guardDivisor(Scalars &s, Value divisor) {
  Value zero = s.compare(arith::CmpIPredicate::eq, divisor, s.like(divisor, 0));
  Value minusOne = s.compare(arith::CmpIPredicate::eq, divisor, s.like(divisor, -1));
  Value guarded = s.isUnsigned() ? zero : s.make<arith::OrIOp>(zero, minusOne);
  return {s.select(guarded, s.like(divisor, 1), divisor), minusOne};
}

static Value emitDiv(Scalars s, ValueRange x) {
  if (s.isFloat())
    return s.make<arith::DivFOp>(x[0], x[1]);
  auto [divisor, minusOne] = guardDivisor(s, x[1]);
  if (s.isUnsigned())
    return s.make<arith::DivUIOp>(x[0], divisor);
  return s.select(minusOne, s.sub(s.like(x[0], 0), x[0]), s.make<arith::DivSIOp>(x[0], divisor));
}

static Value emitMod(ModOp op, OpBuilder &b, ValueRange x) {
  Scalars s(op, b);
  if (s.isFloat()) {
    Value rest = s.make<arith::RemFOp>(x[0], x[1]);
    if (op.getFmod())
      return rest;
    Value zero = s.like(x[0], 0);
    Value differs = s.make<arith::XOrIOp>(s.compare(arith::CmpFPredicate::OLT, rest, zero),
                                          s.compare(arith::CmpFPredicate::OLT, x[1], zero));
    Value adjust = s.make<arith::AndIOp>(differs, s.compare(arith::CmpFPredicate::ONE, rest, zero));
    return s.select(adjust, s.add(rest, x[1]), rest);
  }
  auto [divisor, minusOne] = guardDivisor(s, x[1]);
  if (s.isUnsigned())
    return s.make<arith::RemUIOp>(x[0], divisor);
  Value rest = s.make<arith::RemSIOp>(x[0], divisor);
  if (op.getFmod())
    return rest;
  Value zero = s.like(x[0], 0);
  Value differs = s.make<arith::XOrIOp>(s.compare(arith::CmpIPredicate::slt, rest, zero),
                                        s.compare(arith::CmpIPredicate::slt, divisor, zero));
  Value adjust = s.make<arith::AndIOp>(differs, s.compare(arith::CmpIPredicate::ne, rest, zero));
  return s.select(adjust, s.add(rest, divisor), rest);
}

/// The exponent's type may differ from the base's; the result is rounded to the base's.
static Value emitPow(PowOp op, OpBuilder &b, ValueRange x) {
  Scalars s(op, b);
  Type exponentType = GraphBuilder::element(op.getRhs());
  auto toFloat = [&](Value value, Type element) -> Value {
    if (isa<FloatType>(element))
      return value;
    auto wide = b.getF64Type();
    return element.isUnsignedInteger() ? arith::UIToFPOp::create(b, s.loc, wide, value).getResult()
                                       : arith::SIToFPOp::create(b, s.loc, wide, value).getResult();
  };
  Value base = toFloat(x[0], s.element), exponent = toFloat(x[1], exponentType);
  // f32 ^ integer stays in f32: exponents are small.
  if (base.getType() != exponent.getType()) {
    if (base.getType().isF32())
      exponent = arith::TruncFOp::create(b, s.loc, base.getType(), exponent);
    else
      exponent = arith::ExtFOp::create(b, s.loc, base.getType(), exponent);
  }
  if (auto constant = exponent.getDefiningOp<arith::ConstantOp>()) {
    double value = cast<FloatAttr>(constant.getValue()).getValueAsDouble();
    if (value == 2)
      return s.isFloat() ? s.mul(base, base) : s.mul(x[0], x[0]);
    if (value == 3 && s.isFloat())
      return s.mul(s.mul(base, base), base);
    if (value == 0.5 && s.isFloat())
      return s.make<math::SqrtOp>(base);
  }
  Value power = s.make<math::PowFOp>(base, exponent);
  return s.isFloat() ? power : floatToInteger(s, power, s.element);
}

static Value emitShift(Scalars s, ValueRange x, bool left) {
  auto type = cast<IntegerType>(x[0].getType());
  Value inside = s.compare(arith::CmpIPredicate::ult, x[1], s.like(x[1], type.getWidth()));
  Value amount = s.select(inside, x[1], s.like(x[1], 0));
  Value shifted = left ? s.make<arith::ShLIOp>(x[0], amount) : s.make<arith::ShRUIOp>(x[0], amount);
  return s.select(inside, shifted, s.like(x[0], 0));
}
static Value emitShiftLeft(Scalars s, ValueRange x) { return emitShift(s, x, true); }
static Value emitShiftRight(Scalars s, ValueRange x) { return emitShift(s, x, false); }

static Value emitCompare(CompareOp op, OpBuilder &b, ValueRange x) {
  Scalars s(op, b);
  using F = arith::CmpFPredicate;
  using I = arith::CmpIPredicate;
  static constexpr F floats[] = {F::OEQ, F::UNE, F::OLT, F::OLE, F::OGT, F::OGE};
  static constexpr I signedOnes[] = {I::eq, I::ne, I::slt, I::sle, I::sgt, I::sge};
  static constexpr I unsignedOnes[] = {I::eq, I::ne, I::ult, I::ule, I::ugt, I::uge};
  auto which = static_cast<unsigned>(op.getPredicate());
  if (s.isFloat())
    return s.compare(floats[which], x[0], x[1]);
  return s.compare(s.isUnsigned() ? unsignedOnes[which] : signedOnes[which], x[0], x[1]);
}

static Value emitSelect(Scalars s, ValueRange x) { return s.select(x[0], x[1], x[2]); }
static Value emitClamp(Scalars s, ValueRange x) { return s.min(s.max(x[0], x[1]), x[2]); }

//===----------------------------------------------------------------------===//
// Quantization
//===----------------------------------------------------------------------===//

static std::pair<double, double> integerRange(Type element) {
  unsigned width = element.getIntOrFloatBitWidth();
  if (element.isUnsignedInteger())
    return {0, std::ldexp(1, width) - 1};
  return {-std::ldexp(1, width - 1), std::ldexp(1, width - 1) - 1};
}

static Value widen(Scalars &s, Value value, Type element, Type to) {
  if (isa<FloatType>(element))
    return value;
  return element.isUnsignedInteger() ? arith::UIToFPOp::create(s.b, s.loc, to, value).getResult()
                                     : arith::SIToFPOp::create(s.b, s.loc, to, value).getResult();
}

static Value emitQuantize(QuantizeOp op, OpBuilder &b, ValueRange x) {
  Scalars s(op, b);
  Type to = GraphBuilder::element(op.getResult());
  Type f32 = b.getF32Type();
  Value value = widen(s, x[0], s.element, f32);
  value = s.make<math::RoundEvenOp>(s.make<arith::DivFOp>(value, x[1]));
  value = s.make<arith::AddFOp>(value, widen(s, x[2], to, f32));
  auto [low, high] = integerRange(to);
  value = s.make<arith::MaxNumFOp>(value, s.number(f32, low));
  value = s.make<arith::MinNumFOp>(value, s.number(f32, high));
  Value integer = arith::FPToSIOp::create(b, s.loc, b.getI32Type(), value);
  Type body = bodyType(to);
  return body.getIntOrFloatBitWidth() < 32 ? arith::TruncIOp::create(b, s.loc, body, integer).getResult() : integer;
}

static Value emitDequantize(DequantizeOp op, OpBuilder &b, ValueRange x) {
  Scalars s(op, b);
  auto wide = b.getI32Type();
  auto extend = [&](Value value) -> Value {
    if (value.getType().getIntOrFloatBitWidth() == 32)
      return value;
    return s.element.isUnsignedInteger() ? arith::ExtUIOp::create(b, s.loc, wide, value).getResult()
                                         : arith::ExtSIOp::create(b, s.loc, wide, value).getResult();
  };
  Value centred = s.make<arith::SubIOp>(extend(x[0]), extend(x[2]));
  Value value = arith::SIToFPOp::create(b, s.loc, b.getF32Type(), centred);
  return s.make<arith::MulFOp>(value, x[1]);
}

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

template <typename OpTy, auto Emit>
static void attach(MLIRContext *context) {
  OpTy::template attachInterface<ScalarModel<OpTy, Emit>>(*context);
}
template <typename OpTy, ScalarFn Fn>
static void attachSimple(MLIRContext *context) {
  attach<OpTy, simple<Fn>>(context);
}

static void attachUnary(MLIRContext *c) {
  attachSimple<AbsOp, emitAbs>(c);
  attachSimple<NegOp, emitNeg>(c);
  attachSimple<SignOp, emitSign>(c);
  attachSimple<ExpOp, unaryFloat<math::ExpOp>>(c);
  attachSimple<LogOp, unaryFloat<math::LogOp>>(c);
  attachSimple<SqrtOp, unaryFloat<math::SqrtOp>>(c);
  attachSimple<ReciprocalOp, emitReciprocal>(c);
  attachSimple<SinOp, unaryFloat<math::SinOp>>(c);
  attachSimple<CosOp, unaryFloat<math::CosOp>>(c);
  attachSimple<TanOp, unaryFloat<math::TanOp>>(c);
  attachSimple<AsinOp, unaryFloat<math::AsinOp>>(c);
  attachSimple<AcosOp, unaryFloat<math::AcosOp>>(c);
  attachSimple<AtanOp, unaryFloat<math::AtanOp>>(c);
  attachSimple<SinhOp, unaryFloat<math::SinhOp>>(c);
  attachSimple<CoshOp, unaryFloat<math::CoshOp>>(c);
  attachSimple<TanhOp, unaryFloat<math::TanhOp>>(c);
  attachSimple<AsinhOp, unaryFloat<math::AsinhOp>>(c);
  attachSimple<AcoshOp, unaryFloat<math::AcoshOp>>(c);
  attachSimple<AtanhOp, unaryFloat<math::AtanhOp>>(c);
  attachSimple<ErfOp, unaryFloat<math::ErfOp>>(c);
  attachSimple<CeilOp, rounding<math::CeilOp>>(c);
  attachSimple<FloorOp, rounding<math::FloorOp>>(c);
  attachSimple<RoundOp, rounding<math::RoundEvenOp>>(c);
  attachSimple<ReluOp, emitRelu>(c);
  attachSimple<SigmoidOp, emitSigmoid>(c);
  attachSimple<SoftplusOp, emitSoftplus>(c);
  attachSimple<SiluOp, emitSilu>(c);
  attachSimple<HardSwishOp, emitHardSwish>(c);
  attachSimple<NotOp, emitNot>(c);
  attachSimple<BitNotOp, emitBitNot>(c);
  attachSimple<IsNanOp, emitIsNan>(c);
  attach<GeluOp, emitGelu>(c);
  attach<IsInfOp, emitIsInf>(c);
  attach<CastOp, emitCast>(c);
}

static void attachOthers(MLIRContext *c) {
  attachSimple<AddOp, emitAdd>(c);
  attachSimple<SubOp, emitSub>(c);
  attachSimple<MulOp, emitMul>(c);
  attachSimple<DivOp, emitDiv>(c);
  attachSimple<MaxOp, emitMax>(c);
  attachSimple<MinOp, emitMin>(c);
  attach<ModOp, emitMod>(c);
  attach<PowOp, emitPow>(c);
  attachSimple<AndOp, binaryInteger<arith::AndIOp>>(c);
  attachSimple<OrOp, binaryInteger<arith::OrIOp>>(c);
  attachSimple<XorOp, binaryInteger<arith::XOrIOp>>(c);
  attachSimple<BitAndOp, binaryInteger<arith::AndIOp>>(c);
  attachSimple<BitOrOp, binaryInteger<arith::OrIOp>>(c);
  attachSimple<BitXorOp, binaryInteger<arith::XOrIOp>>(c);
  attachSimple<ShiftLeftOp, emitShiftLeft>(c);
  attachSimple<ShiftRightOp, emitShiftRight>(c);
  attach<CompareOp, emitCompare>(c);
  attachSimple<SelectOp, emitSelect>(c);
  attachSimple<ClampOp, emitClamp>(c);
  attach<QuantizeOp, emitQuantize>(c);
  attach<DequantizeOp, emitDequantize>(c);
}

void ingot::registerElementwiseLowering(MLIRContext *context) {
  attachUnary(context);
  attachOthers(context);
}

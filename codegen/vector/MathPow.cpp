//===- MathPow.cpp - powers and remainders ---------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/MathFunctions.h"

#include <cmath>

using namespace mlir;

namespace ingot {

static constexpr double kInfinity = HUGE_VAL;

/// log2 of a positive f64 that was an f32, to 2^-40 relative.
static Value wideLog2(MathBuilder &m, Value x) {
  Value bits = m.bits(x);
  Value aboveTwoThirds = arith::SubIOp::create(m.b, bits, m.integer(m.i64(), 0x3fe5555555555555));
  Value shift = m.integer(m.i64(), 52);
  Value exponent = arith::ShRSIOp::create(m.b, aboveTwoThirds, shift);
  Value mantissa = m.fromBits(arith::SubIOp::create(m.b, bits, arith::ShLIOp::create(m.b, exponent, shift)));
  // Through 32 bits: most vector units have no conversion from 64.
  Value narrow = arith::TruncIOp::create(m.b, m.i32(), exponent);
  Value n = arith::SIToFPOp::create(m.b, m.f64(), narrow);
  Value s = m.div(m.sub(mantissa, 1.0), m.add(mantissa, 1.0));
  Value series = m.polynomial(m.mul(s, s), {2.88539008177765810e+00, 9.61796694099352090e-01, 5.77079986047442870e-01,
                                            4.12200715945050311e-01, 3.20536106989082470e-01, 2.62697277148047692e-01,
                                            2.36330972445356807e-01});
  Value log = m.mulAdd(s, series, n);
  // Infinity and NaN are their own logarithms.
  log = m.select(m.less(x, kInfinity), log, x);
  return m.select(m.equal(x, 0.0), -kInfinity, log);
}

/// 2^x in f64; beyond the range of f32 it is only 0 or infinite after rounding to f32.
static Value wideExp2(MathBuilder &m, Value x) {
  constexpr double kRound = 6755399441055744; // 1.5 * 2^52
  x = m.clamp(x, -200, 200);
  Value rounded = m.add(x, kRound);
  Value rest = m.sub(x, m.sub(rounded, kRound));
  Value power = m.polynomial(rest, {9.99999999961682207e-01, 6.93147180728452605e-01, 2.40226511981566526e-01,
                                    5.55041035342932615e-02, 9.61802725375256184e-03, 1.33339225784817952e-03,
                                    1.54692911207980274e-04, 1.52019181956300486e-05});
  Value shifted = arith::ShLIOp::create(m.b, m.bits(rounded), m.integer(m.i64(), 52));
  Value scale = m.fromBits(arith::AddIOp::create(m.b, shifted, m.integer(m.i64(), int64_t(1023) << 52)));
  return m.mul(power, scale);
}

static Value all(MathBuilder &m, Value x, Value y) { return arith::AndIOp::create(m.b, x, y); }

Value buildPow(MathBuilder &m, Value x, Value y) {
  Value log = wideLog2(m, arith::ExtFOp::create(m.b, m.f64(), m.abs(x)));
  Value product = m.mul(log, arith::ExtFOp::create(m.b, m.f64(), y));
  // 1 to any power and anything to the power 0 are 1.
  Value isOne = arith::OrIOp::create(m.b, m.equal(log, 0.0), m.equal(y, 0.0));
  product = m.select(isOne, 0.0, product);
  Value power = arith::TruncFOp::create(m.b, m.f32(), wideExp2(m, product));

  // A negative base has a real power only where the exponent is an integer; an odd one keeps the sign.
  Value isInteger = m.equal(y, m.trunc(y));
  Value half = m.mul(y, 0.5);
  Value halfIsInteger = m.equal(half, m.trunc(half));
  Value yes = m.integer(m.type(m.b.getI1Type()), 1);
  Value isOdd = all(m, isInteger, arith::XOrIOp::create(m.b, halfIsInteger, yes));
  power = m.select(isOdd, m.copySign(power, x), power);
  Value isNegative = all(m, m.less(x, 0.0), m.greater(x, -kInfinity));
  Value isUndefined = all(m, isNegative, arith::XOrIOp::create(m.b, isInteger, yes));
  return m.select(isUndefined, NAN, power);
}

/// C's fmod, in f64: exact as long as the quotient has less than 2^53.
Value buildRemainder(MathBuilder &m, Value x, Value y) {
  Value numerator = m.abs(arith::ExtFOp::create(m.b, m.f64(), x));
  Value divisor = m.abs(arith::ExtFOp::create(m.b, m.f64(), y));
  Value quotient = m.trunc(m.div(numerator, divisor));
  Value rest = m.mulAdd(m.neg(quotient), divisor, numerator);
  // The division may have rounded up to an integer.
  rest = m.select(m.less(rest, 0.0), m.add(rest, divisor), rest);
  Value finite = m.add(numerator, m.sub(numerator, numerator));
  rest = m.select(m.equal(divisor, kInfinity), finite, rest);
  return m.copySign(arith::TruncFOp::create(m.b, m.f32(), rest), x);
}

Value buildRsqrt(MathBuilder &m, Value x) { return m.div(1.0, m.sqrt(x)); }

} // namespace ingot

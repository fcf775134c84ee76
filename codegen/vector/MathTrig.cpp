//===- MathTrig.cpp - trigonometric functions and their inverses -----------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/MathFunctions.h"

using namespace mlir;

namespace ingot {

static constexpr double kHalfPi = 1.57079632679489662;
static constexpr double kPi = 3.14159265358979324;

namespace {
/// x = n pi/2 + rest, |rest| <= pi/4.
struct Quadrant {
  Value sine, cosine; // of the rest
  Value n;            // i32
};
} // namespace

/// In f64: its 53 bits keep what a large x leaves after the subtraction.
static Quadrant reduce(MathBuilder &m, Value x) {
  // pi/2: 33 bits, whose products with n are exact, and the rest.
  constexpr double kHigh = 1.57079632673412561417e+00, kLow = 6.07710050650619224932e-11;
  constexpr double kRound = 6755399441055744; // 1.5 * 2^52
  Value wide = arith::ExtFOp::create(m.b, m.f64(), m.clamp(x, -1e15, 1e15));
  Value rounded = m.mulAdd(wide, 2 / kPi, kRound);
  Value n = m.sub(rounded, kRound);
  Value rest = m.mulAdd(n, -kLow, m.mulAdd(n, -kHigh, wide));
  Value r = arith::TruncFOp::create(m.b, m.f32(), rest);

  Value square = m.mul(r, r);
  Value sineTail = m.polynomial(square, {-1.666665494e-01, 8.332178136e-03, -1.951729790e-04});
  Value cosineTail = m.polynomial(square, {4.166664568e-02, -1.388731624e-03, 2.443315516e-05});
  Quadrant result;
  result.sine = m.mulAdd(m.mul(r, square), sineTail, r);
  result.cosine = m.mulAdd(m.mul(square, square), cosineTail, m.mulAdd(square, -0.5, 1.0));
  result.n = arith::TruncIOp::create(m.b, m.i32(), m.bits(rounded));
  return result;
}

static Value isOdd(MathBuilder &m, Value n) {
  Value low = arith::AndIOp::create(m.b, n, m.integer(m.i32(), 1));
  return arith::CmpIOp::create(m.b, arith::CmpIPredicate::ne, low, m.integer(m.i32(), 0));
}

/// NaN where x is infinite or NaN, which the clamp of the reduction hides.
static Value orNaN(MathBuilder &m, Value result, Value x) { return m.add(result, m.sub(x, x)); }

static Value sineOfQuadrant(MathBuilder &m, const Quadrant &q, Value n, Value x) {
  Value value = m.select(isOdd(m, n), q.cosine, q.sine);
  Value second = arith::AndIOp::create(m.b, n, m.integer(m.i32(), 2));
  Value sign = arith::ShLIOp::create(m.b, second, m.integer(m.i32(), 30));
  return orNaN(m, m.fromBits(arith::XOrIOp::create(m.b, m.bits(value), sign)), x);
}

Value buildSin(MathBuilder &m, Value x) {
  Quadrant q = reduce(m, x);
  return sineOfQuadrant(m, q, q.n, x);
}

Value buildCos(MathBuilder &m, Value x) {
  Quadrant q = reduce(m, x);
  Value next = arith::AddIOp::create(m.b, q.n, m.integer(m.i32(), 1));
  return sineOfQuadrant(m, q, next, x);
}

Value buildTan(MathBuilder &m, Value x) {
  Quadrant q = reduce(m, x);
  Value odd = isOdd(m, q.n);
  Value ratio = m.div(m.select(odd, m.neg(q.cosine), q.sine), m.select(odd, q.sine, q.cosine));
  return orNaN(m, ratio, x);
}

Value buildAtan(MathBuilder &m, Value x) {
  Value magnitude = m.abs(x);
  Value isLarge = m.greater(magnitude, 1.0);
  Value r = m.select(isLarge, m.div(1.0, magnitude), magnitude);
  Value square = m.mul(r, r);
  Value tail =
      m.polynomial(square, {-3.333329909e-01, 1.999854820e-01, -1.426424079e-01, 1.095218110e-01, -8.403436653e-02,
                            5.795735958e-02, -3.117761305e-02, 1.091448103e-02, -1.793593894e-03});
  Value angle = m.mulAdd(m.mul(r, square), tail, r);
  return m.copySign(m.select(isLarge, m.sub(kHalfPi, angle), angle), x);
}

/// asin(r) for |r| <= 1/2.
static Value smallAsin(MathBuilder &m, Value r) {
  Value square = m.mul(r, r);
  Value tail =
      m.polynomial(square, {1.666675393e-01, 7.495241768e-02, 4.547709806e-02, 2.414760778e-02, 4.221855234e-02});
  return m.mulAdd(m.mul(r, square), tail, r);
}

/// sqrt((1 - |x|) / 2): asin(x) is pi/2 less twice the asin of it.
static Value complement(MathBuilder &m, Value magnitude) { return m.sqrt(m.mulAdd(magnitude, -0.5, 0.5)); }

Value buildAsin(MathBuilder &m, Value x) {
  Value magnitude = m.abs(x);
  Value isLarge = m.greater(magnitude, 0.5);
  Value angle = smallAsin(m, m.select(isLarge, complement(m, magnitude), magnitude));
  Value large = m.sub(kHalfPi, m.add(angle, angle));
  return m.copySign(m.select(isLarge, large, angle), x);
}

Value buildAcos(MathBuilder &m, Value x) {
  Value magnitude = m.abs(x);
  Value isLarge = m.greater(magnitude, 0.5);
  Value angle = smallAsin(m, m.select(isLarge, complement(m, magnitude), x));
  Value twice = m.add(angle, angle);
  Value large = m.select(m.less(x, 0.0), m.sub(kPi, twice), twice);
  return m.select(isLarge, large, m.sub(kHalfPi, angle));
}

} // namespace ingot

//===- MathLog.cpp - logarithms and inverse hyperbolic functions -----------===//
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

static constexpr double kLn2 = 0.693147180559945309;
static constexpr double kInfinity = HUGE_VAL;

/// log(x) * byMantissa, with log(x) = n ln 2 + log(1 + f), f in [-1/3, 1/3]. The multiples of ln 2 are given apart:
/// they may have a shorter form in another base.
static Value scaledLog(MathBuilder &m, Value x, double byExponentHigh, double byExponentLow, double byMantissa) {
  // Subnormal numbers are scaled up.
  Value isTiny = m.less(x, 1.17549435e-38);
  Value scaled = m.select(isTiny, m.mul(x, 8388608.0), x);
  Value bias = m.select(isTiny, m.constant(m.f32(), -23), m.constant(m.f32(), 0));

  Value bits = m.bits(scaled);
  Value aboveTwoThirds = arith::SubIOp::create(m.b, bits, m.integer(m.i32(), 0x3f2aaaab));
  Value shift = m.integer(m.i32(), 23);
  Value exponent = arith::ShRSIOp::create(m.b, aboveTwoThirds, shift);
  Value mantissa = m.fromBits(arith::SubIOp::create(m.b, bits, arith::ShLIOp::create(m.b, exponent, shift)));
  Value n = m.add(arith::SIToFPOp::create(m.b, m.f32(), exponent), bias);

  Value f = m.sub(mantissa, 1.0);
  Value square = m.mul(f, f);
  Value tail = m.polynomial(f, {3.333321598e-01, -2.499979768e-01, 2.001040633e-01, -1.668048642e-01, 1.400586253e-01,
                                -1.218427781e-01, 1.398446719e-01, -1.289160091e-01});
  Value log = m.mulAdd(m.mul(f, square), tail, m.mul(square, -0.5));
  Value result;
  if (byMantissa == 1) {
    result = m.add(m.mulAdd(n, byExponentHigh, f), m.mulAdd(n, byExponentLow, log));
  } else {
    log = m.add(log, f);
    result = m.mulAdd(n, byExponentHigh, m.mulAdd(n, byExponentLow, m.mul(log, byMantissa)));
  }
  Value special = m.select(m.equal(x, 0.0), m.constant(m.f32(), -kInfinity), m.constant(m.f32(), NAN));
  result = m.select(m.greater(x, 0.0), result, special);
  return m.select(m.equal(x, kInfinity), x, result);
}

Value buildLog(MathBuilder &m, Value x) { return scaledLog(m, x, 0.693359375, -2.12194440054690583e-4, 1); }
Value buildLog2(MathBuilder &m, Value x) { return scaledLog(m, x, 1, 0, 1 / kLn2); }
Value buildLog10(MathBuilder &m, Value x) {
  return scaledLog(m, x, 0.301025390625, 4.605038981195214e-06, 0.434294481903251828);
}

Value buildLog1p(MathBuilder &m, Value x) {
  Value sum = m.add(x, 1.0);
  // What the sum lost, to first order.
  Value lost = m.div(m.sub(m.sub(sum, 1.0), x), sum);
  Value result = m.sub(buildLog(m, sum), lost);
  Value isEdge = arith::OrIOp::create(m.b, m.equal(x, -1.0), m.equal(x, kInfinity));
  return m.select(isEdge, buildLog(m, sum), result);
}

/// log(x) for large x where the square that belongs there would overflow, else `otherwise`: both of 2x.
static Value orLogOfTwice(MathBuilder &m, Value x, Value otherwise) {
  return m.select(m.greater(x, 1e18), m.add(buildLog(m, x), kLn2), otherwise);
}

Value buildAsinh(MathBuilder &m, Value x) {
  Value magnitude = m.abs(x);
  Value square = m.mul(magnitude, magnitude);
  Value root = m.sqrt(m.add(square, 1.0));
  Value result = buildLog1p(m, m.add(magnitude, m.div(square, m.add(root, 1.0))));
  return m.copySign(orLogOfTwice(m, magnitude, result), x);
}

Value buildAcosh(MathBuilder &m, Value x) {
  Value above = m.sub(x, 1.0);
  // Two roots: the product of two negative numbers would have one.
  Value root = m.mul(m.sqrt(above), m.sqrt(m.add(x, 1.0)));
  return orLogOfTwice(m, x, buildLog1p(m, m.add(above, root)));
}

Value buildAtanh(MathBuilder &m, Value x) {
  Value magnitude = m.abs(x);
  Value ratio = m.div(m.add(magnitude, magnitude), m.sub(1.0, magnitude));
  return m.copySign(m.mul(buildLog1p(m, ratio), 0.5), x);
}

} // namespace ingot

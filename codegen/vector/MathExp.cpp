//===- MathExp.cpp - exponential and hyperbolic functions ------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/MathFunctions.h"

using namespace mlir;

namespace ingot {

static constexpr double kLog2E = 1.44269504088896341;
static constexpr double kLn2 = 0.693147180559945309;
// ln 2 in two parts; the first has few bits, so that its product with a small integer is exact.
static constexpr double kLn2High = 0.693359375;
static constexpr double kLn2Low = -2.12194440054690583e-4;
/// 1.5 * 2^23: adding it rounds to an integer, which then is the low bits of the sum.
static constexpr double kRound = 12582912;

namespace {
/// x = n ln 2 + rest, |rest| <= ln 2 / 2.
struct Reduced {
  Value rest;
  /// 2^(n - 1): half, so that n = 128 does not overflow before the result does.
  Value halfScale;
};
} // namespace

/// `rounded` is n + kRound.
static Value halfScaleOf(MathBuilder &m, Value rounded) {
  Value shifted = arith::ShLIOp::create(m.b, m.bits(rounded), m.integer(m.i32(), 23));
  return m.fromBits(arith::AddIOp::create(m.b, shifted, m.integer(m.i32(), 126 << 23)));
}

static Reduced reduce(MathBuilder &m, Value x) {
  x = m.clamp(x, -87.3, 89.0);
  Value rounded = m.mulAdd(x, kLog2E, kRound);
  Value n = m.sub(rounded, kRound);
  Value rest = m.mulAdd(n, -kLn2High, x);
  return {m.mulAdd(n, -kLn2Low, rest), halfScaleOf(m, rounded)};
}

/// e^rest - 1, for |rest| <= ln 2 / 2.
static Value smallExpM1(MathBuilder &m, Value rest) {
  SmallVector<double> strict = {4.999999305e-01, 1.666651479e-01, 4.166845683e-02, 8.369419043e-03, 1.381314236e-03};
  SmallVector<double> fast = {5.000511603e-01, 1.675351393e-01, 4.127774709e-02};
  Value tail = m.polynomial(rest, m.fast ? fast : strict);
  return m.mulAdd(m.mul(rest, rest), tail, rest);
}

static Value scaleUp(MathBuilder &m, Value value, Value halfScale) {
  Value half = m.mul(value, halfScale);
  return m.add(half, half);
}

Value buildExp(MathBuilder &m, Value x) {
  auto [rest, halfScale] = reduce(m, x);
  return scaleUp(m, m.add(smallExpM1(m, rest), 1.0), halfScale);
}

Value buildExp2(MathBuilder &m, Value x) {
  x = m.clamp(x, -126, 129);
  Value rounded = m.add(x, kRound);
  Value rest = m.mul(m.sub(x, m.sub(rounded, kRound)), kLn2);
  return scaleUp(m, m.add(smallExpM1(m, rest), 1.0), halfScaleOf(m, rounded));
}

Value buildExpM1(MathBuilder &m, Value x) {
  auto [rest, halfScale] = reduce(m, x);
  Value half = m.mulAdd(smallExpM1(m, rest), halfScale, m.sub(halfScale, 0.5));
  return m.add(half, half);
}

/// e^x / 2 and e^-x / 2, through e^(x/2): half of a large x is exact and does not overflow early.
static std::pair<Value, Value> halfExps(MathBuilder &m, Value x) {
  Value root = buildExp(m, m.mul(x, 0.5));
  Value up = m.mul(m.mul(root, 0.5), root);
  return {up, m.div(0.25, up)};
}

Value buildSinh(MathBuilder &m, Value x) {
  auto [up, down] = halfExps(m, m.abs(x));
  Value large = m.copySign(m.sub(up, down), x);
  Value square = m.mul(x, x);
  Value tail = m.polynomial(square, {1.666666649e-01, 8.333350598e-03, 1.983606625e-04, 2.817439652e-06});
  Value small = m.mulAdd(m.mul(x, square), tail, x);
  return m.select(m.less(m.abs(x), 1.0), small, large);
}

Value buildCosh(MathBuilder &m, Value x) {
  auto [up, down] = halfExps(m, m.abs(x));
  return m.add(up, down);
}

} // namespace ingot

//===- MathSigmoid.cpp - tanh and erf as ratios of polynomials -------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/MathFunctions.h"

using namespace mlir;

namespace ingot {

/// An odd function: x P(x^2) / Q(x^2) inside a range, flat outside.
static Value oddRatio(MathBuilder &m, Value x, double limit, ArrayRef<double> p, ArrayRef<double> q) {
  x = m.clamp(x, -limit, limit);
  Value square = m.mul(x, x);
  return m.div(m.mul(x, m.polynomial(square, p)), m.polynomial(square, q));
}

Value buildTanh(MathBuilder &m, Value x) {
  if (m.fast)
    return oddRatio(m, x, 6.0, {9.999926796e-01, 1.148307664e-01, 1.514579276e-03},
                    {1.000000000e+00, 4.481139993e-01, 1.761116866e-02, 5.627200512e-05});
  return oddRatio(m, x, 9.0, {9.999999790e-01, 1.337971760e-01, 3.494034179e-03, 2.058347590e-05, 1.331906594e-08},
                  {1.000000000e+00, 4.671303284e-01, 2.587107169e-02, 3.283092258e-04, 7.762016695e-07});
}

Value buildErf(MathBuilder &m, Value x) {
  if (m.fast)
    return oddRatio(m, x, 3.4, {1.128375214e+00, 1.559822967e-01, 4.285350801e-02, 7.286924443e-04},
                    {1.000000000e+00, 4.715513071e-01, 9.513416329e-02, 9.127947751e-03});
  return oddRatio(
      m, x, 3.925,
      {1.128379144e+00, 1.915506076e-01, 5.287549044e-02, 3.808175885e-03, 2.846883356e-04, 2.025909376e-06},
      {1.000000000e+00, 5.030899816e-01, 1.145597509e-01, 1.505511779e-02, 1.170729785e-03, 3.783184694e-05});
}

} // namespace ingot

//===- MathFunctions.h - approximations of functions on f32 ----------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each takes f32 values, scalars or vectors, and is within a few units in the
// last place (relative error below 1e-6; where the builder is fast, below 3e-5
// for exp, tanh, erf and what is made of them), with the limits and NaNs of C's
// function of the same name. The polynomials are minimax fits.
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VECTOR_MATHFUNCTIONS_H
#define INGOT_CODEGEN_VECTOR_MATHFUNCTIONS_H

#include "codegen/vector/MathBuilder.h"

namespace ingot {

// MathExp.cpp. Results below the smallest normal number are 0.
mlir::Value buildExp(MathBuilder &m, mlir::Value x);
mlir::Value buildExp2(MathBuilder &m, mlir::Value x);
mlir::Value buildExpM1(MathBuilder &m, mlir::Value x);
mlir::Value buildSinh(MathBuilder &m, mlir::Value x);
mlir::Value buildCosh(MathBuilder &m, mlir::Value x);

// MathLog.cpp
mlir::Value buildLog(MathBuilder &m, mlir::Value x);
mlir::Value buildLog2(MathBuilder &m, mlir::Value x);
mlir::Value buildLog10(MathBuilder &m, mlir::Value x);
mlir::Value buildLog1p(MathBuilder &m, mlir::Value x);
mlir::Value buildAsinh(MathBuilder &m, mlir::Value x);
mlir::Value buildAcosh(MathBuilder &m, mlir::Value x);
mlir::Value buildAtanh(MathBuilder &m, mlir::Value x);

// MathSigmoid.cpp
mlir::Value buildTanh(MathBuilder &m, mlir::Value x);
mlir::Value buildErf(MathBuilder &m, mlir::Value x);

// MathTrig.cpp. sin, cos and tan are accurate up to 1e6, with fused multiply-add up to 1e8.
mlir::Value buildSin(MathBuilder &m, mlir::Value x);
mlir::Value buildCos(MathBuilder &m, mlir::Value x);
mlir::Value buildTan(MathBuilder &m, mlir::Value x);
mlir::Value buildAsin(MathBuilder &m, mlir::Value x);
mlir::Value buildAcos(MathBuilder &m, mlir::Value x);
mlir::Value buildAtan(MathBuilder &m, mlir::Value x);

// MathPow.cpp
mlir::Value buildPow(MathBuilder &m, mlir::Value x, mlir::Value y);
mlir::Value buildRemainder(MathBuilder &m, mlir::Value x, mlir::Value y);
mlir::Value buildRsqrt(MathBuilder &m, mlir::Value x);

} // namespace ingot

#endif // INGOT_CODEGEN_VECTOR_MATHFUNCTIONS_H

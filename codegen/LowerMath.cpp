//===-- LowerMath.cpp - replaces transcendental functions of f32 by polynomials ------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_LOWERMATH
#include "codegen/Passes.h.inc"

namespace {

struct LowerMath : impl::LowerMathBase<LowerMath> {
  void runOnOperation() override {
    // sin, cos and the like lose accuracy for large arguments: they stay with libm.
    static const llvm::StringSet<> accurate = {"erf", "erfc", "exp", "expm1", "log", "log1p", "log2", "tanh"};
    auto isAccurate = [](StringRef name) {
      name.consume_front("math.");
      return accurate.contains(name);
    };
    RewritePatternSet patterns(&getContext());
    populateMathPolynomialApproximationPatterns(patterns, isAccurate);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace ingot

//===- VectorizeElementwise.cpp - parallel generics to vectors -------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/LowerGeneric.h"
#include "codegen/vector/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace ingot {

#define GEN_PASS_DEF_VECTORIZEELEMENTWISE
#include "codegen/vector/Passes.h.inc"

namespace {
struct VectorizeElementwise : impl::VectorizeElementwiseBase<VectorizeElementwise> {
  void runOnOperation() override {
    auto isElementwise = [](linalg::LinalgOp op) { return op.getNumReductionLoops() == 0; };
    if (failed(lowerGenerics(getOperation(), isElementwise)))
      signalPassFailure();
  }
};
} // namespace

} // namespace ingot

//===- VectorizeReduction.cpp - reductions to vectors -------------------===//
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

#define GEN_PASS_DEF_VECTORIZEREDUCTION
#include "codegen/vector/Passes.h.inc"

namespace {
struct VectorizeReduction : impl::VectorizeReductionBase<VectorizeReduction> {
  void runOnOperation() override {
    auto isReduction = [](linalg::LinalgOp op) { return op.getNumReductionLoops() != 0; };
    if (failed(lowerGenerics(getOperation(), isReduction)))
      signalPassFailure();
  }
};
} // namespace

} // namespace ingot

//===-- HoistAllocas.cpp - moves stack buffers of static size to the function's entry ------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_HOISTALLOCAS
#include "codegen/Passes.h.inc"

namespace {

struct HoistAllocas : impl::HoistAllocasBase<HoistAllocas> {
  void runOnOperation() override {
    SmallVector<memref::AllocaOp> allocas;
    getOperation().walk([&](memref::AllocaOp alloca) {
      if (alloca->getNumOperands() == 0 && alloca->getParentOp() != getOperation())
        allocas.push_back(alloca);
    });
    for (memref::AllocaOp alloca : llvm::reverse(allocas))
      alloca->moveBefore(&getOperation().getBody().front(), getOperation().getBody().front().begin());
  }
};

} // namespace
} // namespace ingot

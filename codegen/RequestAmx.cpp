//===-- RequestAmx.cpp - the host function asks for tile registers -------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/HostFunction.h"
#include "codegen/Passes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_REQUESTAMX
#include "codegen/Passes.h.inc"

static bool usesTileRegisters(ModuleOp module) {
  return module
      .walk([](LLVM::CallIntrinsicOp call) {
        return call.getIntrin() == "llvm.x86.ldtilecfg" ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

namespace {

struct RequestAmx : impl::RequestAmxBase<RequestAmx> {
  void runOnOperation() override {
    func::FuncOp host = getHostFunction(getOperation());
    if (!host || !usesTileRegisters(getOperation()))
      return;
    OpBuilder builder = OpBuilder::atBlockBegin(&host.getBody().front());
    rt::RequestAmxOp::create(builder, host.getLoc(), host.getArgument(0));
  }
};

} // namespace
} // namespace ingot

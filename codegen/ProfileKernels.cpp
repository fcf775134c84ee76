//===-- ProfileKernels.cpp - marks the begin and end of each kernel's call -----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/HostFunction.h"
#include "codegen/Passes.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_PROFILEKERNELS
#include "codegen/Passes.h.inc"

/// "k0_matmul_relu: MatMul_3 Relu_4", as profiles show it.
static StringAttr nameOf(func::CallOp call) {
  auto source = call->getAttrOfType<StringAttr>(rt::sourceAttr);
  std::string name = call.getCallee().str();
  return StringAttr::get(call.getContext(), source ? name + ": " + source.str() : name);
}

namespace {

struct ProfileKernels : impl::ProfileKernelsBase<ProfileKernels> {
  void runOnOperation() override {
    func::FuncOp host = getHostFunction(getOperation());
    if (!host)
      return;
    SymbolTable symbols(getOperation());
    SmallVector<Attribute> names;
    host.walk([&](func::CallOp call) {
      Operation *kernel = symbols.lookup(call.getCallee());
      if (!kernel || !isKernel(kernel))
        return;
      OpBuilder builder(call);
      rt::KernelBeginOp::create(builder, call.getLoc(), host.getArgument(0), names.size());
      builder.setInsertionPointAfter(call);
      rt::KernelEndOp::create(builder, call.getLoc(), host.getArgument(0), names.size());
      names.push_back(nameOf(call));
    });
    getOperation()->setAttr(rt::kernelsAttr, ArrayAttr::get(&getContext(), names));
  }
};

} // namespace
} // namespace ingot

//===-- MergeKernels.cpp - keeps one of several kernels that do the same -------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/HostFunction.h"
#include "codegen/Passes.h"

#include "mlir/IR/OperationSupport.h"
#include "llvm/ADT/Hashing.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_MERGEKERNELS
#include "codegen/Passes.h.inc"

constexpr auto ignoreLocations = OperationEquivalence::IgnoreLocations;

static llvm::hash_code hashKernel(func::FuncOp kernel) {
  llvm::hash_code hash = mlir::hash_value(kernel.getFunctionType());
  kernel.getBody().walk([&](Operation *op) {
    hash = llvm::hash_combine(hash, OperationEquivalence::computeHash(op, OperationEquivalence::ignoreHashValue,
                                                                      OperationEquivalence::ignoreHashValue,
                                                                      ignoreLocations));
  });
  return hash;
}

static bool areEqual(func::FuncOp a, func::FuncOp b) {
  StringAttr name = a.getSymNameAttrName();
  auto attributesOf = [&](func::FuncOp kernel) {
    NamedAttrList attributes(kernel->getAttrs());
    attributes.erase(name);
    return attributes.getDictionary(kernel.getContext());
  };
  return attributesOf(a) == attributesOf(b) &&
         OperationEquivalence::isRegionEquivalentTo(&a.getBody(), &b.getBody(), ignoreLocations);
}

/// The calls of kernels in `module`. A kernel that stands for several knows no single source any more; each call does.
static SmallVector<func::CallOp> collectCalls(ModuleOp module) {
  SmallVector<func::CallOp> calls;
  SymbolTable symbols(module);
  module.walk([&](func::CallOp call) {
    auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
    if (!kernel || !isKernel(kernel))
      return;
    calls.push_back(call);
    if (Attribute source = kernel->getAttr(rt::sourceAttr))
      call->setAttr(rt::sourceAttr, source);
  });
  for (auto kernel : module.getOps<func::FuncOp>())
    kernel->removeAttr(rt::sourceAttr);
  return calls;
}

namespace {

struct MergeKernels : impl::MergeKernelsBase<MergeKernels> {
  void runOnOperation() override {
    SmallVector<func::CallOp> calls = collectCalls(getOperation());
    DenseSet<StringAttr> called;
    for (func::CallOp call : calls)
      called.insert(call.getCalleeAttr().getAttr());

    DenseMap<size_t, SmallVector<func::FuncOp, 1>> kept; // by hash
    DenseMap<StringAttr, FlatSymbolRefAttr> replacements;
    for (auto kernel : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      if (!isKernel(kernel) || kernel.isExternal())
        continue;
      SmallVector<func::FuncOp, 1> &candidates = kept[hashKernel(kernel)];
      auto *same = llvm::find_if(candidates, [&](func::FuncOp other) { return areEqual(kernel, other); });
      bool isCalled = called.contains(kernel.getSymNameAttr());
      if (isCalled && same == candidates.end()) {
        candidates.push_back(kernel);
        continue;
      }
      if (isCalled)
        replacements[kernel.getSymNameAttr()] = FlatSymbolRefAttr::get(*same);
      kernel.erase();
    }
    for (func::CallOp call : calls)
      if (FlatSymbolRefAttr callee = replacements.lookup(call.getCalleeAttr().getAttr()))
        call.setCalleeAttr(callee);
  }
};

} // namespace
} // namespace ingot

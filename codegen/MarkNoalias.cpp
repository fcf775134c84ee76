//===-- MarkNoalias.cpp - marks the arguments of kernels that share no memory --------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/HostFunction.h"
#include "codegen/Passes.h"

#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/BitVector.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_MARKNOALIAS
#include "codegen/Passes.h.inc"

/// Marks the arguments in `shared` that share memory with another argument of the call.
static void collectShared(func::CallOp call, const BufferViewFlowAnalysis &flow, llvm::BitVector &shared) {
  DenseMap<Value, unsigned> ownerOf; // which argument first came from the value
  for (OpOperand &operand : call->getOpOperands()) {
    if (!llvm::isa<MemRefType>(operand.get().getType()))
      continue;
    unsigned index = operand.getOperandNumber();
    for (Value origin : flow.resolveReverse(operand.get())) {
      unsigned owner = ownerOf.try_emplace(origin, index).first->second;
      if (owner == index)
        continue;
      shared.set(owner);
      shared.set(index);
    }
  }
  if (auto pairs = call->getAttrOfType<ArrayAttr>(rt::inplaceAttr))
    for (auto pair : pairs.getAsRange<ArrayAttr>())
      for (auto position : pair.getAsRange<IntegerAttr>())
        shared.set(position.getInt());
}

namespace {

struct MarkNoalias : impl::MarkNoaliasBase<MarkNoalias> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    llvm::MapVector<func::FuncOp, llvm::BitVector> sharedOf;
    for (auto caller : getOperation().getOps<func::FuncOp>()) {
      BufferViewFlowAnalysis flow(caller);
      caller.walk([&](func::CallOp call) {
        auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
        if (!kernel || !isKernel(kernel) || kernel.isExternal())
          return;
        llvm::BitVector &shared =
            sharedOf.try_emplace(kernel, llvm::BitVector(kernel.getNumArguments())).first->second;
        collectShared(call, flow, shared);
      });
    }
    for (auto &[kernel, shared] : sharedOf)
      for (BlockArgument argument : kernel.getArguments())
        if (llvm::isa<MemRefType>(argument.getType()) && !shared.test(argument.getArgNumber()))
          kernel.setArgAttr(argument.getArgNumber(), LLVM::LLVMDialect::getNoAliasAttrName(),
                            UnitAttr::get(&getContext()));
  }
};

} // namespace
} // namespace ingot

//===-- FreeBuffers.cpp - frees allocations of the host function ---------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/HostFunction.h"
#include "codegen/Passes.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_FREEBUFFERS
#include "codegen/Passes.h.inc"

/// The last operation of the allocation's block that may use its memory; null where it flows into results of loops or
/// branches, so that not each path ends with this use.
static Operation *findLastUse(memref::AllocOp allocation, const BufferViewFlowAnalysis &flow) {
  Operation *last = allocation;
  for (Value alias : flow.resolve(allocation.getResult())) {
    Operation *op = alias.getDefiningOp();
    if (alias != allocation.getResult() && !llvm::isa_and_nonnull<ViewLikeOpInterface>(op))
      return nullptr;
    for (Operation *user : alias.getUsers()) {
      Operation *ancestor = allocation->getBlock()->findAncestorOpInBlock(*user);
      if (last->isBeforeInBlock(ancestor))
        last = ancestor;
    }
  }
  return last;
}

namespace {

struct FreeBuffers : impl::FreeBuffersBase<FreeBuffers> {
  void runOnOperation() override {
    func::FuncOp host = getHostFunction(getOperation());
    if (!host || !host.walk([](memref::AllocOp) { return WalkResult::interrupt(); }).wasInterrupted())
      return;
    OpPassManager freeInRegions(func::FuncOp::getOperationName());
    freeInRegions.addPass(bufferization::createOwnershipBasedBufferDeallocationPass());
    freeInRegions.addPass(createCanonicalizerPass());
    freeInRegions.addPass(bufferization::createBufferDeallocationSimplificationPass());
    if (failed(runPipeline(freeInRegions, host)))
      return signalPassFailure();

    // At the end of the run all memory is freed anyway; what ends earlier is freed earlier.
    Block &entry = host.getBody().front();
    for (auto dealloc : llvm::make_early_inc_range(entry.getOps<bufferization::DeallocOp>()))
      if (dealloc->use_empty())
        dealloc.erase();
    BufferViewFlowAnalysis flow(host);
    for (auto allocation : entry.getOps<memref::AllocOp>())
      if (Operation *last = findLastUse(allocation, flow)) {
        OpBuilder builder(&getContext());
        builder.setInsertionPointAfter(last);
        memref::DeallocOp::create(builder, allocation.getLoc(), allocation);
      }
  }
};

} // namespace
} // namespace ingot

//===-- JoinLoops.cpp - where the host program waits for parallel loops --------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/HostFunction.h"
#include "codegen/Passes.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_JOINLOOPS
#include "codegen/Passes.h.inc"

namespace {

/// Inserts joins into one function that the host program runs.
class Joins {
public:
  /// `leaving` are the functions behind whose calls loops may still have to run.
  Joins(func::FuncOp function, SymbolTable &symbols, const llvm::DenseSet<Operation *> &leaving)
      : function(function), symbols(symbols), leaving(leaving) {}

  void run();

private:
  bool leavesLoops(Operation *op);
  bool isIndifferent(Operation *op);
  bool insert(Block &block, bool pending);

  func::FuncOp function;
  SymbolTable &symbols;
  const llvm::DenseSet<Operation *> &leaving;
  bool hasStackBuffers = false;
};

} // namespace

/// Whether loops may still have to run behind it.
bool Joins::leavesLoops(Operation *op) {
  auto call = llvm::dyn_cast<func::CallOp>(op);
  return llvm::isa<rt::ParallelOp>(op) || (call && leaving.contains(symbols.lookup(call.getCallee())));
}

/// Whether it touches no memory that a loop does.
bool Joins::isIndifferent(Operation *op) {
  return isMemoryEffectFree(op) || llvm::isa<memref::AllocOp, memref::AllocaOp, rt::ArenaOp, rt::PlanOp, rt::OutputOp,
                                             rt::CheckOp, rt::ShareOp>(op);
}

/// Returns whether loops may still have to run at the block's end, if any may at its begin.
bool Joins::insert(Block &block, bool pending) {
  for (Operation &op : block) {
    auto within = [&](Operation *inner) {
      return leavesLoops(inner) ? WalkResult::interrupt() : WalkResult::advance();
    };
    if (leavesLoops(&op)) {
      pending = true;
    } else if (op.walk(within).wasInterrupted()) {
      for (Region &region : op.getRegions())
        for (Block &inner : region)
          insert(inner, /*pending=*/true);
      pending = true;
    } else if (bool returns = op.hasTrait<OpTrait::ReturnLike>() && op.getParentOp() == function;
               pending && (returns ? hasStackBuffers : !isIndifferent(&op))) {
      OpBuilder builder(&op);
      rt::JoinOp::create(builder, op.getLoc(), function.getArgument(0));
      pending = false;
    }
  }
  return pending;
}

/// Loops that a function's caller has left may still have to run when it begins.
void Joins::run() {
  function.walk([&](memref::AllocaOp) { hasStackBuffers = true; });
  for (Block &block : function.getBody())
    insert(block, leaving.contains(function) || !block.isEntryBlock());
}

/// Kernels, which may call others, and parts of these that have loops.
static llvm::DenseSet<Operation *> findLeaving(ModuleOp module, func::FuncOp host) {
  llvm::DenseSet<Operation *> leaving;
  for (auto function : module.getOps<func::FuncOp>()) {
    bool hasLoops = function.walk([](rt::ParallelOp) { return WalkResult::interrupt(); }).wasInterrupted();
    if (!function.isExternal() && function != host && (isKernel(function) || hasLoops))
      leaving.insert(function);
  }
  return leaving;
}

namespace {

struct JoinLoops : impl::JoinLoopsBase<JoinLoops> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    func::FuncOp host = getHostFunction(getOperation());
    llvm::DenseSet<Operation *> leaving = findLeaving(getOperation(), host);
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function == host || leaving.contains(function))
        Joins(function, symbols, leaving).run();
  }
};

} // namespace
} // namespace ingot

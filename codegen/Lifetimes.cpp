//===-- Lifetimes.cpp - when the buffers of the host function are live ---------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Lifetimes.h"

#include "codegen/EntrySizes.h"
#include "codegen/rt/Rt.h"

#include "mlir/Dialect/Bufferization/Transforms/BufferViewFlowAnalysis.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;

namespace ingot {
namespace {

struct Steps {
  int32_t first, last;
};

class LifetimeAnalysis {
public:
  explicit LifetimeAnalysis(func::FuncOp function) : function(function), flow(function) { number(function); }

  SmallVector<Buffer> run(llvm::function_ref<bool(memref::AllocOp)> mayPlan);

private:
  void number(Operation *op);
  bool outlivesItsIteration(memref::AllocOp allocation) const;
  Steps stepsOfUse(Operation *user, memref::AllocOp allocation) const;
  std::optional<Buffer> lifetimeOf(memref::AllocOp allocation) const;
  void shareInPlace(func::CallOp call, int64_t output, int64_t input);
  void shareBranches(scf::IfOp branches);
  void merge(Buffer &into, Buffer &from);
  /// The buffer behind argument `index` of `call` when it is certain, begins where the argument begins, and no other
  /// argument of the call may be in it.
  Buffer *soleBufferOf(func::CallOp call, int64_t index);

  func::FuncOp function;
  BufferViewFlowAnalysis flow;
  DenseMap<Operation *, Steps> steps;
  SmallVector<Buffer> buffers;
  DenseMap<Operation *, size_t> bufferOf; // of each allocation
};

} // namespace

void LifetimeAnalysis::number(Operation *op) {
  int32_t first = steps.size();
  steps[op] = {first, first};
  for (Region &region : op->getRegions())
    for (Operation &inner : region.getOps())
      number(&inner);
  steps[op].last = steps.size() - 1;
}

bool LifetimeAnalysis::outlivesItsIteration(memref::AllocOp allocation) const {
  return llvm::any_of(flow.resolve(allocation.getResult()), [&](Value alias) {
    Operation *owner = alias.getParentBlock()->getParentOp();
    if (auto result = llvm::dyn_cast<OpResult>(alias))
      owner = result.getOwner();
    return llvm::isa<LoopLikeOpInterface>(owner) && owner->isProperAncestor(allocation);
  });
}

/// A loop around the use but not around the allocation may come back to the use: all of it counts.
Steps LifetimeAnalysis::stepsOfUse(Operation *user, memref::AllocOp allocation) const {
  Operation *outermost = user;
  for (Operation *parent = user; parent != function && !parent->isAncestor(allocation); parent = parent->getParentOp())
    if (llvm::isa<LoopLikeOpInterface>(parent))
      outermost = parent;
  return steps.lookup(outermost);
}

std::optional<Buffer> LifetimeAnalysis::lifetimeOf(memref::AllocOp allocation) const {
  Buffer buffer{{allocation}, INT32_MAX, -1};
  for (Value alias : flow.resolve(allocation.getResult()))
    for (Operation *user : alias.getUsers()) {
      if (llvm::isa<memref::DimOp, ViewLikeOpInterface>(user))
        continue;
      Steps use = llvm::isa<rt::OutputOp>(user) ? Steps{steps.lookup(user).first, steps.lookup(function).last}
                                                : stepsOfUse(user, allocation);
      buffer.first = std::min(buffer.first, use.first);
      buffer.last = std::max(buffer.last, use.last);
    }
  if (buffer.last < 0)
    return std::nullopt;
  return buffer;
}

/// Follows `value` to the allocation whose first byte it begins with.
static memref::AllocOp getAllocationAtStart(Value value) {
  while (Operation *op = value.getDefiningOp()) {
    if (auto allocation = llvm::dyn_cast<memref::AllocOp>(op))
      return allocation;
    if (!llvm::isa<memref::CastOp, memref::CollapseShapeOp, memref::ExpandShapeOp, memref::ReshapeOp>(op))
      return nullptr;
    value = op->getOperand(0);
  }
  return nullptr;
}

Buffer *LifetimeAnalysis::soleBufferOf(func::CallOp call, int64_t index) {
  memref::AllocOp allocation = getAllocationAtStart(call.getOperand(index));
  if (!allocation || !bufferOf.contains(allocation))
    return nullptr;
  size_t buffer = bufferOf[allocation];
  for (OpOperand &other : call->getOpOperands()) {
    if (other.getOperandNumber() == index || !llvm::isa<MemRefType>(other.get().getType()))
      continue;
    for (Value origin : flow.resolveReverse(other.get()))
      if (Operation *op = origin.getDefiningOp(); op && bufferOf.contains(op) && bufferOf[op] == buffer)
        return nullptr;
  }
  return &buffers[buffer];
}

/// Whether the larger of the two sizes is known here: equal or both static.
static bool haveComparableSizes(memref::AllocOp a, memref::AllocOp b) {
  if (a.getDynamicSizes().empty() && b.getDynamicSizes().empty())
    return true;
  return getStaticBytes(a.getType()) == getStaticBytes(b.getType()) && a.getDynamicSizes() == b.getDynamicSizes();
}

void LifetimeAnalysis::merge(Buffer &into, Buffer &from) {
  for (memref::AllocOp allocation : from.allocations)
    bufferOf[allocation] = &into - buffers.begin();
  llvm::append_range(into.allocations, from.allocations);
  into.first = std::min(into.first, from.first);
  into.last = std::max(into.last, from.last);
  from.allocations.clear();
}

void LifetimeAnalysis::shareInPlace(func::CallOp call, int64_t output, int64_t input) {
  Buffer *out = soleBufferOf(call, output), *in = soleBufferOf(call, input);
  int32_t step = steps.lookup(call).first;
  if (!out || !in || in->last != step || out->first != step)
    return;
  if (haveComparableSizes(in->front(), out->front()))
    merge(*in, *out);
}

/// Only one of the branches runs, and the buffers are live together with the same others once it has.
void LifetimeAnalysis::shareBranches(scf::IfOp branches) {
  if (branches.getNumResults() == 0)
    return;
  for (auto [thenValue, elseValue] :
       llvm::zip(branches.thenYield().getOperands(), branches.elseYield().getOperands())) {
    memref::AllocOp a = getAllocationAtStart(thenValue), b = getAllocationAtStart(elseValue);
    if (!a || !b || !bufferOf.contains(a) || !bufferOf.contains(b) || bufferOf[a] == bufferOf[b])
      continue;
    Buffer &bufferA = buffers[bufferOf[a]], &bufferB = buffers[bufferOf[b]];
    auto isIn = [](const Buffer &buffer, Region &region) {
      return llvm::all_of(buffer.allocations,
                          [&](memref::AllocOp op) { return region.isAncestor(op->getParentRegion()); });
    };
    if (isIn(bufferA, branches.getThenRegion()) && isIn(bufferB, branches.getElseRegion()) &&
        haveComparableSizes(bufferA.front(), bufferB.front()))
      merge(bufferA, bufferB);
  }
}

SmallVector<Buffer> LifetimeAnalysis::run(llvm::function_ref<bool(memref::AllocOp)> mayPlan) {
  function.walk([&](memref::AllocOp allocation) {
    if (outlivesItsIteration(allocation) || !mayPlan(allocation))
      return;
    if (std::optional<Buffer> buffer = lifetimeOf(allocation)) {
      bufferOf[allocation] = buffers.size();
      buffers.push_back(*buffer);
    }
  });
  function.walk([&](func::CallOp call) {
    if (auto pairs = call->getAttrOfType<ArrayAttr>(rt::inplaceAttr))
      for (auto pair : pairs.getAsRange<ArrayAttr>())
        shareInPlace(call, llvm::cast<IntegerAttr>(pair[0]).getInt(), llvm::cast<IntegerAttr>(pair[1]).getInt());
  });
  function.walk([&](scf::IfOp branches) { shareBranches(branches); });
  llvm::erase_if(buffers, [](const Buffer &buffer) { return buffer.allocations.empty(); });
  return std::move(buffers);
}

SmallVector<Buffer> computeLifetimes(func::FuncOp function, llvm::function_ref<bool(memref::AllocOp)> mayPlan) {
  return LifetimeAnalysis(function).run(mayPlan);
}

} // namespace ingot

//===-- PlanMemory.cpp - places the intermediates of the host program in one arena ---------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/EntrySizes.h"
#include "codegen/HostFunction.h"
#include "codegen/Lifetimes.h"
#include "codegen/Passes.h"
#include "runtime/src/plan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_PLANMEMORY
#include "codegen/Passes.h.inc"

namespace {

struct PlanMemory : impl::PlanMemoryBase<PlanMemory> {
  void runOnOperation() override;

private:
  LogicalResult planStatically(func::FuncOp host, ArrayRef<Buffer> buffers, EntrySizes &sizes);
  void planAtRunTime(func::FuncOp host, ArrayRef<Buffer> buffers, EntrySizes &sizes);

  NamedAttrList cost;
};

} // namespace

static bool isStatic(const Buffer &buffer) {
  return buffer.front().getDynamicSizes().empty() ||
         *getStaticBytes(buffer.front().getType()) == 0;
}

/// Bytes of a buffer whose allocations have static sizes.
static int64_t getLargestBytes(const Buffer &buffer) {
  int64_t largest = 0;
  for (memref::AllocOp allocation : buffer.allocations)
    largest = std::max(largest, *getStaticBytes(allocation.getType()));
  return largest;
}

static void placeAt(const Buffer &buffer, Value arena, Value offset) {
  for (memref::AllocOp allocation : buffer.allocations) {
    OpBuilder builder(allocation);
    Value view = memref::ViewOp::create(builder, allocation.getLoc(), allocation.getType(), arena, offset,
                                        allocation.getDynamicSizes());
    allocation.replaceAllUsesWith(view);
    allocation.erase();
  }
}

/// An output that the caller gives no memory for may lie in the arena, where its size is known when a run begins.
static void givePlaces(func::FuncOp host) {
  EntrySizes sizes(host);
  for (auto output : host.getOps<rt::OutputOp>()) {
    MemRefType type = output.getResult().getType();
    if (!getStaticBytes(type))
      continue;
    OpBuilder builder(output);
    auto place = memref::AllocOp::create(builder, output.getLoc(), type, output.getSizes());
    if (sizes.areKnown(place))
      output.getPlaceMutable().assign(place);
    else
      place.erase();
  }
}

LogicalResult PlanMemory::planStatically(func::FuncOp host, ArrayRef<Buffer> buffers, EntrySizes &sizes) {
  SmallVector<int64_t> bytes, offsets(buffers.size());
  SmallVector<int32_t> first, last;
  for (const Buffer &buffer : buffers) {
    bytes.push_back(getLargestBytes(buffer));
    first.push_back(buffer.first);
    last.push_back(buffer.last);
  }
  uint64_t total = ingot_plan_offsets(buffers.size(), bytes.data(), first.data(), last.data(), offsets.data());
  if (total == INGOT_PLAN_FAILED)
    return host.emitError("the intermediates of all ") << buffers.size() << " buffers do not fit in memory";
  OpBuilder &builder = sizes.getBuilder();
  uint64_t live = ingot_plan_bound(buffers.size(), bytes.data(), first.data(), last.data());
  cost.set("arena", builder.getI64IntegerAttr(total));
  cost.set("live", builder.getI64IntegerAttr(live));
  auto type = MemRefType::get({(int64_t)total}, builder.getI8Type());
  Value arena = rt::ArenaOp::create(builder, host.getLoc(), type, host.getArgument(0));
  SmallVector<Value> places; // before an allocation at the entry goes, and the builder's place with it
  for (int64_t offset : offsets)
    places.push_back(arith::ConstantIndexOp::create(builder, host.getLoc(), offset));
  for (auto [buffer, offset] : llvm::zip(buffers, places))
    placeAt(buffer, arena, offset);
  return success();
}

void PlanMemory::planAtRunTime(func::FuncOp host, ArrayRef<Buffer> buffers, EntrySizes &sizes) {
  SmallVector<Value> bytes;
  SmallVector<int32_t> first, last;
  for (const Buffer &buffer : buffers) {
    bytes.push_back(isStatic(buffer) ? arith::ConstantIndexOp::create(sizes.getBuilder(), host.getLoc(),
                                                                      getLargestBytes(buffer))
                                     : sizes.getBytes(buffer.front()));
    first.push_back(buffer.first);
    last.push_back(buffer.last);
  }
  auto plan =
      rt::PlanOp::create(sizes.getBuilder(), host.getLoc(), host.getArgument(0), /*index=*/0, bytes, first, last);
  for (auto [buffer, offset] : llvm::zip(buffers, plan.getOffsets()))
    placeAt(buffer, plan.getArena(), offset);
}

void PlanMemory::runOnOperation() {
  func::FuncOp host = getHostFunction(getOperation());
  if (!host)
    return;
  if (host.getNumArguments() == 0 || !llvm::isa<LLVM::LLVMPointerType>(host.getArgument(0).getType())) {
    host.emitError("expected the run's context as the first argument of the host function");
    return signalPassFailure();
  }
  cost = {};
  bool tooLarge = false;
  givePlaces(host);
  EntrySizes sizes(host);
  SmallVector<Buffer> buffers = computeLifetimes(host, [&](memref::AllocOp allocation) {
    if (!getStaticBytes(allocation.getType())) {
      allocation.emitError("no memory is as large as ") << allocation.getType();
      tooLarge = true;
      return false;
    }
    return sizes.areKnown(allocation);
  });
  if (tooLarge)
    return signalPassFailure();

  if (!buffers.empty() && llvm::any_of(buffers, [](const Buffer &buffer) { return !isStatic(buffer); }))
    planAtRunTime(host, buffers, sizes);
  else if (!buffers.empty() && failed(planStatically(host, buffers, sizes)))
    return signalPassFailure();
  int64_t heap = 0;
  host.walk([&](memref::AllocOp) { ++heap; });
  cost.set("heap", sizes.getBuilder().getI64IntegerAttr(heap));
  getOperation()->setAttr(rt::memoryAttr, cost.getDictionary(&getContext()));
}

} // namespace ingot

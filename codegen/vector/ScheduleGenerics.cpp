//===- Schedule.cpp - lanes, copies and grain of a generic -----------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The pass `schedule-generics`. Lanes follow from the target's vectors and the
// widest type that the body computes with, copies from how little the body
// does, the grain from how much.
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/Schedule.h"

#include "codegen/tile/TileDialect.h"
#include "codegen/vector/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace ingot {

#define GEN_PASS_DEF_SCHEDULEGENERICS
#include "codegen/vector/Passes.h.inc"

/// Work of a chunk, in simple operations on one element: far above what its loop costs. Whether threads share them, and
/// what that costs, is another pass's to say.
static constexpr int64_t kChunkWork = 4 * 1024;
/// What a transcendental function costs, in simple operations.
static constexpr int64_t kMathWork = 12;

GenericSchedule GenericSchedule::get(Operation *op) {
  GenericSchedule schedule;
  auto attribute = op->getAttrOfType<DictionaryAttr>(kAttrName);
  if (!attribute)
    return schedule;
  auto read = [&](StringRef name, int64_t otherwise) {
    auto value = attribute.getAs<IntegerAttr>(name);
    return value ? value.getInt() : otherwise;
  };
  schedule.lanes = read("lanes", 1);
  schedule.unroll = read("unroll", 1);
  schedule.grain = read("grain", 0);
  schedule.masks = attribute.contains("masks");
  return schedule;
}

DictionaryAttr GenericSchedule::toAttr(MLIRContext *context) const {
  Builder builder(context);
  NamedAttrList entries;
  entries.append("lanes", builder.getI64IntegerAttr(lanes));
  if (unroll != 1)
    entries.append("unroll", builder.getI64IntegerAttr(unroll));
  if (grain != 0)
    entries.append("grain", builder.getI64IntegerAttr(grain));
  if (masks)
    entries.append("masks", builder.getUnitAttr());
  return entries.getDictionary(context);
}

/// Simple operations a body spends on one element.
static int64_t bodyWork(Block &body) {
  int64_t work = 1;
  body.walk([&](Operation *op) {
    bool isMath = op->getDialect() && isa<math::MathDialect>(op->getDialect());
    work += isMath && !isa<math::AbsFOp, math::AbsIOp, math::FmaOp, math::CopySignOp>(op) ? kMathWork : 1;
  });
  return work - 1;
}

/// Bits of the widest number the body handles; bools and indices follow the others' lanes.
static int64_t widestBits(Block &body) {
  int64_t bits = 8;
  auto see = [&](Type type) {
    if (type.isIntOrFloat())
      bits = std::max<int64_t>(bits, type.getIntOrFloatBitWidth());
  };
  for (BlockArgument argument : body.getArguments())
    see(argument.getType());
  body.walk([&](Operation *op) {
    if (!op->hasTrait<OpTrait::ConstantLike>())
      llvm::for_each(op->getResultTypes(), see);
  });
  return bits;
}

/// Iterations of the nest, or a negative number where only the run knows.
static int64_t knownIterations(linalg::LinalgOp op) {
  int64_t iterations = 1;
  for (int64_t size : op.getStaticLoopRanges()) {
    if (ShapedType::isDynamic(size))
      return -1;
    iterations *= size;
  }
  return iterations;
}

/// A nest inside a loop is a piece of a kernel that has its threads already.
static bool isInsideLoop(Operation *op) { return op->getParentOfType<LoopLikeOpInterface>() != nullptr; }

static GenericSchedule scheduleOf(linalg::LinalgOp op) {
  tile::TargetAttr target = tile::getTarget(op);
  Block &body = op->getRegion(0).front();
  int64_t work = bodyWork(body);
  GenericSchedule schedule;
  // LLVM takes bf16 under a mask apart into conversions from and to f32.
  bool hasBF16 = llvm::any_of(body.getArgumentTypes(), [](Type type) { return type.isBF16(); });
  schedule.masks = target.getMasks() && (!hasBF16 || target.getConvertBf16());
  schedule.lanes = std::max<int64_t>(1, target.getVectorBits() / widestBits(body));
  if (op.getNumReductionLoops() > 0)
    schedule.unroll = work <= 8 ? 4 : 2;
  else
    schedule.unroll = work <= 4 ? 4 : work <= 10 ? 2 : 1;
  int64_t grain = std::max<int64_t>(1, kChunkWork / work);
  int64_t iterations = knownIterations(op);
  if (!isInsideLoop(op) && (iterations < 0 || iterations > 2 * grain))
    schedule.grain = grain;
  return schedule;
}

namespace {
struct ScheduleGenerics : impl::ScheduleGenericsBase<ScheduleGenerics> {
  void runOnOperation() override {
    getOperation()->walk([&](linalg::LinalgOp op) {
      if (op.hasPureBufferSemantics() && !op->hasAttr(GenericSchedule::kAttrName))
        op->setAttr(GenericSchedule::kAttrName, scheduleOf(op).toAttr(&getContext()));
    });
  }
};
} // namespace

} // namespace ingot

//===- Slice.cpp - start:end:step along axes, all of them possibly run-time values
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/KernelBuilder.h"
#include "codegen/lower/Layout.h"
#include "codegen/lower/Lower.h"
#include "ir/ConstantSlice.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <limits>

using namespace ingot;
using namespace mlir;

namespace {
/// What is asked for along one dimension of the input.
struct Bounds {
  Value start, end, step;
};
/// What is read along one dimension.
struct Selection {
  Value start, step, extent;
};
} // namespace

/// Number of slices in the operand tensors; null where only the run time knows.
static std::optional<int64_t> countSlices(SliceOp op) {
  for (Value operand : {Value(op.getStarts()), Value(op.getEnds()), Value(op.getAxes()), Value(op.getSteps())})
    if (operand)
      if (auto type = cast<RankedTensorType>(operand.getType()); type.hasStaticShape())
        return type.getNumElements();
  return std::nullopt;
}

/// Operands of unequal length would be read beyond their end.
static void checkLengths(SliceOp op, HostLowering &host, KernelBuilder &b, std::optional<int64_t> count) {
  for (Value operand : op->getOperands().drop_front()) {
    if (count) {
      checkElements(host, operand, *count);
      continue;
    }
    Value have = host.size(operand, 0), want = host.size(op.getStarts(), 0);
    host.check(b.equal(have, want), "expected %lld elements but got %lld", {want, have});
  }
}

/// The bounds of every dimension after those of entry `k` of the operands were put where its axis says.
static void placeBounds(SliceOp op, HostLowering &host, KernelBuilder &b, int64_t k, MutableArrayRef<Bounds> bounds) {
  auto rank = static_cast<int64_t>(bounds.size());
  Value axis = op.getAxes() ? host.element(op.getAxes(), k) : b.index(k);
  Bounds asked{host.element(op.getStarts(), k), host.element(op.getEnds(), k),
               op.getSteps() ? host.element(op.getSteps(), k) : Value()};
  axis = b.wrapNegative(axis, b.index(rank));
  for (int64_t i = 0; i < rank; ++i) {
    Value here = b.equal(axis, b.index(i));
    bounds[i] = {b.select(here, asked.start, bounds[i].start), b.select(here, asked.end, bounds[i].end),
                     asked.step ? b.select(here, asked.step, bounds[i].step) : bounds[i].step};
  }
}

/// The same for operands whose length only the run time knows; they are in memory.
static void placeAllBounds(SliceOp op, HostLowering &host, KernelBuilder &b, MutableArrayRef<Bounds> bounds) {
  auto rank = static_cast<int64_t>(bounds.size());
  Value starts = host.buffer(op.getStarts()), ends = host.buffer(op.getEnds());
  Value axes = op.getAxes() ? host.buffer(op.getAxes()) : Value();
  Value steps = op.getSteps() ? host.buffer(op.getSteps()) : Value();
  SmallVector<Value> carried;
  for (const Bounds &bound : bounds)
    carried.append({bound.start, bound.end, bound.step});
  auto results = b.loop(b.index(0), b.dim(starts, 0), 1, carried, [&](Value k, ValueRange values) {
    auto read = [&](Value memref) {
      return b.createOrFold<arith::IndexCastOp>(b.getIndexType(), b.load(memref, k));
    };
    Value axis = b.wrapNegative(axes ? read(axes) : k, b.index(rank));
    Value asked[] = {read(starts), read(ends), steps ? read(steps) : b.index(1)};
    tile::IndexBuilder::Values next;
    for (auto [i, value] : llvm::enumerate(values))
      next.push_back(b.select(b.equal(axis, b.index(i / 3)), asked[i % 3], value));
    return next;
  });
  for (auto [i, bound] : llvm::enumerate(bounds))
    bound = {results[3 * i], results[3 * i + 1], results[3 * i + 2]};
}

/// ONNX's rules: negative bounds count from the end, then bounds are clamped to what a walk in the step's
/// direction meets.
static Selection select(KernelBuilder &b, const Bounds &bounds, Value dim) {
  Value zero = b.index(0), one = b.index(1), last = b.sub(dim, one);
  if (tile::getConstant(bounds.start) == 0 && tile::getConstant(bounds.step) == 1 &&
      tile::getConstant(bounds.end) == std::numeric_limits<int64_t>::max())
    return {zero, one, dim};
  Value backwards = b.less(bounds.step, zero);
  Value low = b.select(backwards, b.index(-1), zero), high = b.select(backwards, last, dim);
  Value start = b.min(b.max(b.wrapNegative(bounds.start, dim), zero), high);
  Value end = b.min(b.max(b.wrapNegative(bounds.end, dim), low), high);
  Value span = b.select(backwards, b.sub(start, end), b.sub(end, start));
  Value stride = b.select(backwards, b.sub(zero, bounds.step), bounds.step);
  Value extent = b.createOrFold<arith::CeilDivSIOp>(b.max(span, zero), b.max(stride, one));
  return {start, bounds.step, extent};
}

static bool isKnown(SliceOp op, HostLowering &host) {
  return hasKnownContents(host, op.getStarts()) && hasKnownContents(host, op.getEnds()) &&
         (!op.getAxes() || host.shapes.constants(op.getAxes())) &&
         (!op.getSteps() || host.shapes.constants(op.getSteps())) && !hasOpaqueDims(host, op.getResult());
}

static SmallVector<Selection> selections(SliceOp op, HostLowering &host, KernelBuilder &b) {
  SmallVector<Bounds> bounds;
  SmallVector<Value> dims = host.sizes(op.getInput());
  for (size_t i = 0; i < dims.size(); ++i)
    bounds.push_back({b.index(0), b.index(std::numeric_limits<int64_t>::max()), b.index(1)});
  std::optional<int64_t> count = countSlices(op);
  checkLengths(op, host, b, count);
  if (count)
    for (int64_t k = 0; k < *count; ++k)
      placeBounds(op, host, b, k, bounds);
  else
    placeAllBounds(op, host, b, bounds);
  SmallVector<Selection> selections;
  for (auto [bound, dim] : llvm::zip(bounds, dims)) {
    Value moves = b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::ne, bound.step, b.index(0));
    host.check(moves, "expected a step other than 0");
    selections.push_back(select(b, bound, dim));
  }
  return selections;
}

/// The part of the input that a slice is, where it lies.
static Value sliceView(SliceOp op, ArrayRef<int64_t> starts, HostLowering &host) {
  StridedMemory memory = stridedMemory(host, host.buffer(op.getInput()));
  for (auto [dim, start] : llvm::enumerate(starts))
    memory.advance(host, dim, host.index(start));
  memory.sizes = getAsOpFoldResult(host.sizes(op.getResult()));
  return memory.view(host);
}

static LogicalResult lowerSlice(SliceOp op, HostLowering &host) {
  if (auto starts = getSliceOffsets(op, host.shapes); starts && isReadStrided(host.shapes, op.getResult())) {
    host.bind(op.getResult(), sliceView(op, *starts, host));
    return success();
  }
  KernelBuilder b = hostBuilder(host);
  SmallVector<Value> starts, steps, extents;
  for (const Selection &selection : selections(op, host, b)) {
    starts.push_back(selection.start);
    steps.push_back(selection.step);
    extents.push_back(selection.extent);
  }
  Value input = host.buffer(op.getInput());
  Value out = isKnown(op, host) ? host.stridedResult(op.getResult()) : host.result(op.getResult(), extents);
  auto type = cast<MemRefType>(out.getType());
  if (llvm::is_contained(type.getShape(), 0))
    return success();
  SmallVector<Value> indices(starts);
  llvm::append_range(indices, steps);
  emitKernel(host, "slice", {input, out}, indices, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value> indices) {
    ArrayRef<Value> starts = indices.take_front(type.getRank()), steps = indices.drop_front(type.getRank());
    k.copy(k.subview(memrefs[0], starts, k.sizes(memrefs[1]), steps), memrefs[1]);
  });
  return success();
}

void ingot::registerSliceLowering(MLIRContext *c) { SliceOp::attachInterface<HostModel<SliceOp, lowerSlice>>(*c); }

//===- Sort.cpp - operators that order elements
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Lower.h"
#include "codegen/lower/RuntimeCall.h"
#include "ir/GraphBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <limits>

using namespace ingot;
using namespace mlir;
using Values = tile::IndexBuilder::Values;

/// Scratch of `count` 64-bit numbers.
static Value numbers(HostLowering &host, KernelBuilder &b, Value count) {
  std::optional<int64_t> known = tile::getConstant(count);
  auto type = MemRefType::get(known.value_or(ShapedType::kDynamic), b.getI64Type());
  return host.scratch(type, known ? ValueRange() : ValueRange(count));
}

/// A number that a kernel has left in memory.
static Value readCount(KernelBuilder &b, Value memref) { return b.toIndex(b.load(memref, b.index(0)), b.getI64Type()); }

//===----------------------------------------------------------------------===//
// Top k
//===----------------------------------------------------------------------===//

static LogicalResult lowerTopK(TopKOp op, HostLowering &host) {
  KernelBuilder b = hostBuilder(host);
  auto axis = static_cast<int64_t>(op.getAxis());
  Value extent = host.size(op.getInput(), axis), k = host.element(op.getK(), 0);
  host.check(b.less(b.index(-1), k), "expected k of at least 0 but got %lld", k);
  host.check(b.less(k, b.add(extent, 1)), "expected k of at most %lld but got %lld", {extent, k});
  SmallVector<Value> extents = host.sizes(op.getInput());
  extents[axis] = k;
  auto around = [&](Value memref) { return groupAround(host, memref, axis); };
  SmallVector<Value> memrefs{around(host.buffer(op.getInput())), around(host.result(op.getValues(), extents)),
                             around(host.result(op.getIndices(), extents)), numbers(host, b, b.mul(k, 2))};
  Type element = GraphBuilder::element(op.getInput());
  emitKernel(host, "top_k", memrefs, {}, [&](KernelBuilder &b, ValueRange m, ArrayRef<Value>) {
    callRuntime(host, b, "ingot_rt_op_top_k",
                {dtypeOf(b, element), m[0], b.dim(m[0], 0), b.dim(m[0], 1), b.dim(m[0], 2), b.dim(m[1], 1),
                 b.index(op.getLargest()), m[1], m[2], m[3]});
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Unique
//===----------------------------------------------------------------------===//

/// Copies what one array of the runtime begins with to a result of `count` numbers.
static void copyNumbers(HostLowering &host, Value from, Value result, Value count) {
  Value to = host.result(result, count);
  emitKernel(host, "copy", {from, to}, {}, [](KernelBuilder &k, ValueRange m, ArrayRef<Value>) {
    k.copy(k.subview(m[0], k.index(0), k.dim(m[1], 0)), m[1]);
  });
}

static LogicalResult lowerUnique(UniqueOp op, HostLowering &host) {
  KernelBuilder b = hostBuilder(host);
  std::optional<int64_t> axis = op.getAxis();
  Type element = GraphBuilder::element(op.getInput());
  // Without an axis, slices are single elements.
  Value input = groupAround(host, host.buffer(op.getInput()), axis);
  Value extent = b.dim(input, 1);
  Value first = numbers(host, b, extent), counts = numbers(host, b, extent), found = numbers(host, b, b.index(1));
  SmallVector<Value> memrefs{input, host.result(op.getInverse()), first, counts, numbers(host, b, extent), found};
  emitKernel(host, "unique", memrefs, {}, [&](KernelBuilder &k, ValueRange m, ArrayRef<Value>) {
    Value count = callRuntime(host, k, "ingot_rt_op_unique",
                              {dtypeOf(k, element), m[0], k.dim(m[0], 0), k.dim(m[0], 1), k.dim(m[0], 2),
                               k.index(op.getSorted()), m[1], m[2], m[3], m[4]},
                              k.getI64Type());
    k.store(count, m[5], k.index(0));
  });
  Value count = readCount(b, found);
  copyNumbers(host, first, op.getIndices(), count);
  copyNumbers(host, counts, op.getCounts(), count);
  SmallVector<Value> extents;
  if (axis)
    extents = host.sizes(op.getInput());
  extents.resize(std::max<size_t>(extents.size(), 1));
  extents[axis.value_or(0)] = count;
  Value out = host.result(op.getResult(), extents);
  out = groupAround(host, out, axis);
  emitKernel(host, "take_first", {input, first, out}, {}, [](KernelBuilder &k, ValueRange m, ArrayRef<Value>) {
    Value input = m[0], positions = k.subview(m[1], k.index(0), k.dim(m[2], 1));
    k.elementwise(positions, k.project(3, 1), m[2], [&](KernelBuilder &b, ValueRange e) {
      return Values{b.load(input, {b.loopIndex(0), b.toIndex(e[0], b.getI64Type()), b.loopIndex(2)})};
    });
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Non-maximum suppression
//===----------------------------------------------------------------------===//

/// The only element of a tensor of rank 0 or 1, or a constant where there is no tensor.
static Value onlyElement(HostLowering &host, KernelBuilder &b, Value tensor, Value otherwise) {
  if (!tensor)
    return otherwise;
  Value memref = host.buffer(tensor);
  SmallVector<Value> at(cast<MemRefType>(memref.getType()).getRank(), b.index(0));
  return b.load(memref, at);
}

static LogicalResult lowerNonMaxSuppression(NonMaxSuppressionOp op, HostLowering &host) {
  KernelBuilder b = hostBuilder(host);
  constexpr float infinity = std::numeric_limits<float>::infinity();
  Value zero = b.number(b.getF32Type(), 0), boxes = host.buffer(op.getBoxes()), scores = host.buffer(op.getScores());
  for (Value tensor : {op.getBoxes(), op.getScores()})
    if (!GraphBuilder::element(tensor).isF32() || host.shapes.rank(tensor) != 3)
      return op.emitOpError() << "expected f32 tensors of rank 3 but got " << tensor.getType();
  Value batches = b.dim(boxes, 0), count = b.dim(boxes, 1), classes = b.dim(scores, 1);
  for (auto [have, want] : {std::pair(b.dim(scores, 0), batches), std::pair(b.dim(scores, 2), count),
                            std::pair(b.dim(boxes, 2), b.index(4))})
    host.check(b.equal(have, want), "expected boxes and scores that fit but got %lld instead of %lld", {have, want});

  Value most = b.toIndex(onlyElement(host, b, op.getMaxOutput(), b.number(b.getI64Type(), 0)), b.getI64Type());
  most = b.max(b.min(most, count), b.index(0));
  Value overlap = onlyElement(host, b, op.getIouThreshold(), zero);
  Value threshold = onlyElement(host, b, op.getScoreThreshold(), b.number(b.getF32Type(), -infinity));
  Value selected = numbers(host, b, b.mul(b.mul(b.mul(batches, classes), most), 3));
  Value found = numbers(host, b, b.index(1));
  SmallVector<Value> arguments{boxes, scores, selected, numbers(host, b, b.mul(count, 4)), found, overlap, threshold};
  emitKernel(host, "non_max_suppression", arguments, most, [&](KernelBuilder &k, ValueRange m, ArrayRef<Value> limit) {
    Value total = callRuntime(host, k, "ingot_rt_op_non_max_suppression",
                              {m[0], m[1], k.dim(m[0], 0), k.dim(m[1], 1), k.dim(m[0], 1), limit[0], m[5], m[6],
                               k.index(op.getCenterPoint()), m[2], m[3]},
                              k.getI64Type());
    k.store(total, m[4], k.index(0));
  });
  Value out = host.result(op.getResult(), {readCount(b, found), b.index(3)});
  emitKernel(host, "copy", {selected, group(host, out, 2)}, {}, [](KernelBuilder &k, ValueRange m, ArrayRef<Value>) {
    k.copy(k.subview(m[0], k.index(0), k.dim(m[1], 0)), m[1]);
  });
  return success();
}

void ingot::registerSortLowering(MLIRContext *c) {
  TopKOp::attachInterface<HostModel<TopKOp, lowerTopK>>(*c);
  UniqueOp::attachInterface<HostModel<UniqueOp, lowerUnique>>(*c);
  NonMaxSuppressionOp::attachInterface<HostModel<NonMaxSuppressionOp, lowerNonMaxSuppression>>(*c);
}

//===- Gather.cpp - operators that read at positions given by data
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Indices.h"
#include "codegen/lower/Layout.h"
#include "codegen/lower/Lower.h"
#include "ir/GraphBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"

using namespace ingot;
using namespace mlir;
using Values = tile::IndexBuilder::Values;

//===----------------------------------------------------------------------===//
// Gather
//===----------------------------------------------------------------------===//

/// One entry of the first dimension, where it lies.
static Value entryView(GatherOp op, HostLowering &host) {
  KernelBuilder b = hostBuilder(host);
  StridedMemory memory = stridedMemory(host, host.buffer(op.getData()));
  Value entries = getValueOrCreateConstantIndexOp(b, b.getLoc(), memory.sizes.front());
  memory.advance(host, 0, b.wrapNegative(host.element(op.getIndices(), 0), entries));
  memory.sizes.erase(memory.sizes.begin());
  memory.strides.erase(memory.strides.begin());
  return memory.view(host);
}

static LogicalResult lowerGather(GatherOp op, HostLowering &host) {
  auto axis = static_cast<int64_t>(op.getAxis());
  int64_t rank = host.shapes.rank(op.getData()), count = host.shapes.rank(op.getIndices());
  checkIndices(host, op.getIndices(), host.size(op.getData(), axis));
  if (axis == 0 && count == 0 && isReadStrided(host.shapes, op.getResult())) {
    host.bind(op.getResult(), entryView(op, host));
    return success();
  }
  // Three dimensions: what is in front of the axis, the axis or the indices, what is contiguous behind it.
  Value data = group(host, host.buffer(op.getData()), {axis, axis + 1, rank});
  Value indices = group(host, host.buffer(op.getIndices()), count);
  Value out = group(host, host.result(op.getResult()), {axis, axis + count, rank - 1 + count});
  Type element = GraphBuilder::element(op.getIndices());
  emitKernel(host, "gather", {data, indices, out}, {}, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) {
    Value data = memrefs[0], extent = k.dim(data, 1);
    k.elementwise(memrefs[1], k.project(3, 1), memrefs[2], [&](KernelBuilder &b, ValueRange e) {
      Value position = b.wrapNegative(b.toIndex(e[0], element), extent);
      return Values{b.load(data, {b.loopIndex(0), position, b.loopIndex(2)})};
    });
  });
  return success();
}

static LogicalResult lowerGatherElements(GatherElementsOp op, HostLowering &host) {
  KernelBuilder b = hostBuilder(host);
  auto axis = static_cast<size_t>(op.getAxis());
  ArrayRef<SymExpr> data = host.shapes.dims(op.getData()), indices = host.shapes.dims(op.getIndices());
  auto rank = static_cast<unsigned>(data.size());
  for (unsigned i = 0; i < rank; ++i) {
    if (i == axis || data[i] == indices[i])
      continue;
    Value have = host.index(indices[i]), most = host.index(data[i]);
    host.check(b.less(have, b.add(most, 1)),
               "expected at most %lld indices along dimension " + Twine(i) + " but got %lld", {most, have});
  }
  checkIndices(host, op.getIndices(), host.index(data[axis]));
  SmallVector<Value> memrefs{host.buffer(op.getData()), host.buffer(op.getIndices()), host.result(op.getResult())};
  Type element = GraphBuilder::element(op.getIndices());
  emitKernel(host, "gather_elements", memrefs, {}, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) {
    Value data = memrefs[0], extent = k.dim(data, axis);
    k.elementwise(memrefs[1], k.identity(rank), memrefs[2], [&](KernelBuilder &b, ValueRange e) {
      SmallVector<Value> at;
      for (unsigned i = 0; i < rank; ++i)
        at.push_back(i == axis ? b.wrapNegative(b.toIndex(e[0], element), extent) : b.loopIndex(i));
      return Values{b.load(data, at)};
    });
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Gather by tuples
//===----------------------------------------------------------------------===//

/// [b0, b1, ...] -> one dimension, then `single` dimensions as they are, then the rest as one.
static SmallVector<int64_t> endsAround(int64_t batch, int64_t single, int64_t rank) {
  SmallVector<int64_t> ends{batch};
  for (int64_t i = 1; i <= single; ++i)
    ends.push_back(batch + i);
  ends.push_back(rank);
  return ends;
}

static LogicalResult lowerGatherND(GatherNDOp op, HostLowering &host) {
  auto batch = static_cast<int64_t>(op.getBatchDims());
  int64_t rank = host.shapes.rank(op.getData()), count = host.shapes.rank(op.getIndices());
  std::optional<int64_t> tuple = host.shapes.dim(op.getIndices(), count - 1).constant();
  if (!tuple)
    return op.emitOpError() << "expected index tuples of known length but got " << op.getIndices().getType();
  KernelBuilder b = hostBuilder(host);
  SmallVector<Value> bounds;
  for (int64_t i = 0; i < *tuple; ++i)
    bounds.push_back(host.size(op.getData(), batch + i));
  for (int64_t i = 0; i < batch; ++i) {
    Value have = host.size(op.getIndices(), i), want = host.size(op.getData(), i);
    host.check(b.equal(have, want), "expected batch dimension " + Twine(i) + " of %lld but got %lld", {want, have});
  }
  checkIndices(host, op.getIndices(), bounds);
  Value data = group(host, host.buffer(op.getData()), endsAround(batch, *tuple, rank));
  Value indices = group(host, host.buffer(op.getIndices()), {batch, count - 1, count});
  Value result = host.result(op.getResult());
  Value out = group(host, result, {batch, count - 1, count - 1 + rank - batch - *tuple});
  Type element = GraphBuilder::element(op.getIndices());
  emitKernel(host, "gather_nd", {data, indices, out}, {}, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) {
    Value data = memrefs[0], indices = memrefs[1];
    k.elementwise({}, {}, memrefs[2], [&](KernelBuilder &b, ValueRange) {
      SmallVector<Value> at{b.loopIndex(0)};
      for (int64_t i = 0; i < *tuple; ++i) {
        Value index = b.load(indices, {at[0], b.loopIndex(1), b.index(i)});
        at.push_back(b.wrapNegative(b.toIndex(index, element), b.dim(data, 1 + i)));
      }
      at.push_back(b.loopIndex(2));
      return Values{b.load(data, at)};
    });
  });
  return success();
}

//===----------------------------------------------------------------------===//
// One hot
//===----------------------------------------------------------------------===//

/// An element of any numeric type as an index.
static Value numberToIndex(KernelBuilder &b, Value value, Type element) {
  value = fromMemory(b, b.getLoc(), value, element);
  if (isa<FloatType>(element))
    return b.toIndex(arith::FPToSIOp::create(b, b.getI64Type(), value), b.getI64Type());
  return b.toIndex(value, element);
}

static LogicalResult lowerOneHot(OneHotOp op, HostLowering &host) {
  KernelBuilder b = hostBuilder(host);
  Value indices = op.getIndices(), result = op.getResult();
  int64_t rank = host.shapes.rank(indices);
  auto asked = static_cast<int64_t>(op.getAxis());
  auto axis = static_cast<unsigned>(asked < 0 ? asked + rank + 1 : asked);
  SmallVector<Value> memrefs{host.buffer(indices), host.buffer(op.getValues())};
  if (hasOpaqueDims(host, result) || !host.shapes.constants(op.getDepth())) {
    Value memref = host.buffer(op.getDepth());
    SmallVector<Value> at(cast<MemRefType>(memref.getType()).getRank(), b.index(0));
    Value depth = numberToIndex(b, b.load(memref, at), GraphBuilder::element(op.getDepth()));
    host.check(b.less(b.index(-1), depth), "expected a depth of at least 0 but got %lld", depth);
    SmallVector<Value> extents = host.sizes(indices);
    extents.insert(extents.begin() + axis, depth);
    memrefs.push_back(host.result(result, extents));
  } else {
    memrefs.push_back(host.result(result));
  }
  Type element = GraphBuilder::element(indices);
  emitKernel(host, "one_hot", memrefs, {}, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) {
    SmallVector<unsigned> others;
    for (unsigned i = 0; i <= rank; ++i)
      if (i != axis)
        others.push_back(i);
    Value depth = k.dim(memrefs[2], axis);
    Value off = k.load(memrefs[1], k.index(0)), on = k.load(memrefs[1], k.index(1));
    k.elementwise(memrefs[0], k.project(rank + 1, others), memrefs[2], [&](KernelBuilder &b, ValueRange e) {
      Value position = b.wrapNegative(numberToIndex(b, e[0], element), depth);
      return Values{b.select(b.equal(position, b.loopIndex(axis)), on, off)};
    });
  });
  return success();
}

void ingot::registerGatherLowering(MLIRContext *c) {
  GatherOp::attachInterface<HostModel<GatherOp, lowerGather>>(*c);
  GatherElementsOp::attachInterface<HostModel<GatherElementsOp, lowerGatherElements>>(*c);
  GatherNDOp::attachInterface<HostModel<GatherNDOp, lowerGatherND>>(*c);
  OneHotOp::attachInterface<HostModel<OneHotOp, lowerOneHot>>(*c);
}

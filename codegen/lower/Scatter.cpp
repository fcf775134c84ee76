//===- Scatter.cpp - operators that write at positions given by data
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Positions may repeat, and the last update wins: updates are done in order, on
// one thread. Where constant positions are those of a box, none does.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Combine.h"
#include "codegen/lower/Indices.h"
#include "codegen/lower/Lower.h"
#include "ir/GraphBuilder.h"
#include "ir/Weights.h"

using namespace ingot;
using namespace mlir;
using Values = tile::IndexBuilder::Values;

static std::optional<Combiner> combinerOf(Reduction reduction, Type element) {
  switch (reduction) {
  case Reduction::none:
    return std::nullopt;
  case Reduction::add:
    return getCombiner(Combining::add, element);
  case Reduction::mul:
    return getCombiner(Combining::mul, element);
  case Reduction::max:
    return getCombiner(Combining::max, element);
  case Reduction::min:
    return getCombiner(Combining::min, element);
  }
  llvm_unreachable("reduction");
}

/// What is stored where `old` was, all in memory types.
static Value update(KernelBuilder &b, Reduction reduction, Type element, Value old, Value fresh) {
  std::optional<Combiner> combiner = combinerOf(reduction, element);
  if (!combiner)
    return fresh;
  Location loc = b.getLoc();
  Value sum = combiner->combine(b, loc, fromMemory(b, loc, old, element), fromMemory(b, loc, fresh, element));
  return toMemory(b, loc, sum, element);
}

/// The result may take the data's memory: what is copied then is copied onto itself.
static void allowInPlace(HostLowering &host, func::CallOp call) {
  call->setAttr("rt.inplace", host.b.getArrayAttr(host.b.getI64ArrayAttr({1, 2})));
}

static LogicalResult lowerScatterElements(ScatterElementsOp op, HostLowering &host) {
  KernelBuilder b = hostBuilder(host);
  auto axis = static_cast<size_t>(op.getAxis());
  ArrayRef<SymExpr> data = host.shapes.dims(op.getData()), indices = host.shapes.dims(op.getIndices());
  ArrayRef<SymExpr> updates = host.shapes.dims(op.getUpdates());
  if (data.size() != indices.size() || updates.size() != indices.size())
    return op.emitOpError() << "expected indices and updates of rank " << data.size() << " but got " << indices.size()
                            << " and " << updates.size();
  for (size_t i = 0; i < data.size(); ++i) {
    Value have = host.index(indices[i]), most = host.index(data[i]), other = host.index(updates[i]);
    if (i != axis && indices[i] != data[i])
      host.check(b.less(have, b.add(most, 1)),
                 "expected at most %lld indices along dimension " + Twine(i) + " but got %lld", {most, have});
    if (indices[i] != updates[i])
      host.check(b.equal(have, other), "expected %lld updates along dimension " + Twine(i) + " but got %lld",
                 {have, other});
  }
  checkIndices(host, op.getIndices(), host.index(data[axis]));
  Value out = host.result(op.getResult());
  SmallVector<Value> memrefs{out, host.buffer(op.getData()), host.buffer(op.getIndices()),
                             host.buffer(op.getUpdates())};
  Type element = GraphBuilder::element(op.getData()), indexElement = GraphBuilder::element(op.getIndices());
  auto body = [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) {
    Value out = memrefs[0], extent = k.dim(out, axis);
    k.copy(memrefs[1], out);
    k.box(k.sizes(memrefs[2]), /*parallel=*/false, [&](ValueRange ivs) {
      SmallVector<Value> at(ivs);
      at[axis] = k.wrapNegative(k.toIndex(k.load(memrefs[2], ivs), indexElement), extent);
      k.store(update(k, op.getReduction(), element, k.load(out, at), k.load(memrefs[3], ivs)), out, at);
    });
  };
  auto call = emitKernel(host, "scatter_elements", memrefs, {}, body);
  allowInPlace(host, call);
  return success();
}

/// updates is [tuples..., data dimensions behind those the tuples index...].
static LogicalResult checkUpdates(ScatterNDOp op, HostLowering &host, int64_t tuple) {
  SmallVector<SymExpr> want(host.shapes.dims(op.getIndices()).drop_back());
  llvm::append_range(want, host.shapes.dims(op.getData()).drop_front(tuple));
  ArrayRef<SymExpr> have = host.shapes.dims(op.getUpdates());
  if (want.size() != have.size())
    return op.emitOpError() << "expected updates of rank " << want.size() << " but got rank " << have.size();
  KernelBuilder b = hostBuilder(host);
  for (auto [i, dims] : llvm::enumerate(llvm::zip(want, have))) {
    if (std::get<0>(dims) == std::get<1>(dims))
      continue;
    Value expected = host.index(std::get<0>(dims)), actual = host.index(std::get<1>(dims));
    host.check(b.equal(expected, actual), "expected %lld updates along dimension " + Twine(i) + " but got %lld",
               {expected, actual});
  }
  return success();
}

namespace {
/// A part of the data's leading dimensions.
struct Box {
  SmallVector<int64_t> starts, extents;
};
} // namespace

/// The box whose positions the constant indices list in row-major order, if they do.
static std::optional<Box> findBox(ScatterNDOp op, HostLowering &host, int64_t tuple) {
  std::optional<ConstantData> indices = getConstantData(op.getIndices());
  if (!indices || tuple == 0)
    return std::nullopt;
  SmallVector<int64_t> values = indices->toIntegers();
  if (values.empty())
    return std::nullopt;
  ArrayRef<int64_t> all(values), last = all.take_back(tuple);
  Box box;
  llvm::append_range(box.starts, all.take_front(tuple));
  int64_t rows = 1;
  for (int64_t i = 0; i < tuple; ++i) {
    std::optional<int64_t> most = host.shapes.dim(op.getData(), i).constant();
    box.extents.push_back(last[i] - box.starts[i] + 1);
    rows *= box.extents[i];
    if (!most || box.starts[i] < 0 || box.extents[i] < 1 || last[i] >= *most)
      return std::nullopt;
  }
  if (rows * tuple != static_cast<int64_t>(all.size()))
    return std::nullopt;
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t i = tuple - 1, rest = row; i >= 0; rest /= box.extents[i--])
      if (all[row * tuple + i] != box.starts[i] + rest % box.extents[i])
        return std::nullopt;
  return box;
}

/// Puts all updates into their box at once.
static void scatterBox(ScatterNDOp op, HostLowering &host, const Box &box) {
  Value out = host.result(op.getResult()), updates = host.buffer(op.getUpdates());
  int64_t rank = host.shapes.rank(op.getData()), tuple = box.starts.size();
  SmallVector<int64_t> shape(box.extents);
  SmallVector<Value> extents = llvm::map_to_vector(box.extents, [&](int64_t extent) { return host.index(extent); });
  for (int64_t i = tuple; i < rank; ++i) {
    shape.push_back(cast<MemRefType>(out.getType()).getDimSize(i));
    extents.push_back(host.size(op.getData(), i));
  }
  updates = host.view(updates, MemRefType::get(shape, cast<MemRefType>(out.getType()).getElementType()), extents);
  Type element = GraphBuilder::element(op.getData());
  SmallVector<Value> memrefs{out, host.buffer(op.getData()), updates};
  auto call = emitKernel(host, "scatter_box", memrefs, {}, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) {
    k.copy(memrefs[1], memrefs[0]);
    SmallVector<Value> starts(rank, k.index(0));
    for (auto [i, start] : llvm::enumerate(box.starts))
      starts[i] = k.index(start);
    Value inside = k.subview(memrefs[0], starts, k.sizes(memrefs[2]));
    SmallVector<KernelBuilder::Iterator> iterators(rank, KernelBuilder::Iterator::parallel);
    k.generic(memrefs[2], inside, {k.identity(rank), k.identity(rank)}, iterators,
              [&](KernelBuilder &b, ValueRange e) {
                return Values{update(b, op.getReduction(), element, e[1], e[0])};
              });
  });
  allowInPlace(host, call);
}

static LogicalResult lowerScatterND(ScatterNDOp op, HostLowering &host) {
  int64_t rank = host.shapes.rank(op.getData()), count = host.shapes.rank(op.getIndices());
  std::optional<int64_t> length;
  if (count > 0)
    length = host.shapes.dim(op.getIndices(), count - 1).constant();
  if (!length || *length > rank)
    return op.emitOpError() << "expected index tuples of a known length up to " << rank << " but got "
                            << op.getIndices().getType();
  int64_t tuple = *length;
  if (failed(checkUpdates(op, host, tuple)))
    return failure();
  if (std::optional<Box> box = findBox(op, host, tuple)) {
    scatterBox(op, host, *box);
    return success();
  }
  SmallVector<Value> bounds;
  SmallVector<int64_t> ends;
  for (int64_t i = 0; i < tuple; ++i) {
    bounds.push_back(host.size(op.getData(), i));
    ends.push_back(i + 1);
  }
  ends.push_back(rank);
  checkIndices(host, op.getIndices(), bounds);
  Value out = host.result(op.getResult());
  SmallVector<Value> memrefs{group(host, out, ends), group(host, host.buffer(op.getData()), ends),
                             group(host, host.buffer(op.getIndices()), {count - 1, count}),
                             group(host, host.buffer(op.getUpdates()), {count - 1, count - 1 + rank - tuple})};
  Type element = GraphBuilder::element(op.getData()), indexElement = GraphBuilder::element(op.getIndices());
  auto call = emitKernel(host, "scatter_nd", memrefs, {}, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) {
    Value out = memrefs[0], indices = memrefs[2], updates = memrefs[3];
    k.copy(memrefs[1], out);
    SmallVector<unsigned> indexed = llvm::to_vector(llvm::seq<unsigned>(0, tuple));
    k.loop(k.index(0), k.dim(indices, 0), 1, [&](Value row) {
      SmallVector<Value> at;
      for (int64_t i = 0; i < tuple; ++i)
        at.push_back(k.wrapNegative(k.toIndex(k.load(indices, {row, k.index(i)}), indexElement), k.dim(out, i)));
      k.generic(k.slice(updates, 0, row), k.slice(out, indexed, at), {k.identity(1), k.identity(1)},
                KernelBuilder::Iterator::parallel, [&](KernelBuilder &b, ValueRange e) {
                  return Values{update(b, op.getReduction(), element, e[1], e[0])};
                });
    });
  });
  allowInPlace(host, call);
  return success();
}

void ingot::registerScatterLowering(MLIRContext *c) {
  ScatterElementsOp::attachInterface<HostModel<ScatterElementsOp, lowerScatterElements>>(*c);
  ScatterNDOp::attachInterface<HostModel<ScatterNDOp, lowerScatterND>>(*c);
}

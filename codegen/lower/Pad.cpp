//===- Pad.cpp - grows or crops dimensions
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/KernelBuilder.h"
#include "codegen/lower/Lower.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace ingot;
using namespace mlir;
using Values = tile::IndexBuilder::Values;

namespace {
/// Of each dimension: what is added in front, where the part of the input that stays begins, and its extent.
struct Window {
  SmallVector<Value> begin, first, extent;
  SmallVector<bool> isWhole; ///< neither grown nor cropped
};
} // namespace

/// Negative pads crop the input first.
static Window cropped(KernelBuilder &b, ValueRange begins, ValueRange ends, ValueRange dims) {
  Window window;
  Value zero = b.index(0);
  for (auto [begin, end, dim] : llvm::zip(begins, ends, dims)) {
    bool isWhole = tile::getConstant(begin) == 0 && tile::getConstant(end) == 0;
    window.isWhole.push_back(isWhole);
    if (isWhole) {
      window.begin.push_back(zero);
      window.first.push_back(zero);
      window.extent.push_back(dim);
      continue;
    }
    Value front = b.max(b.sub(zero, begin), zero), back = b.max(b.sub(zero, end), zero);
    window.begin.push_back(b.max(begin, zero));
    window.first.push_back(front);
    window.extent.push_back(b.max(b.sub(dim, b.add(front, back)), zero));
  }
  return window;
}

static Value padValue(PadOp op, KernelBuilder &k, ValueRange memrefs) {
  if (op.getValue())
    return k.load(memrefs[2]);
  return k.number(cast<MemRefType>(memrefs[1].getType()).getElementType(), 0);
}

/// Copies the part of the input that stays.
static void copyInside(KernelBuilder &k, ValueRange memrefs, const Window &window) {
  if (llvm::any_of(window.extent, [](Value extent) { return tile::getConstant(extent) == 0; }))
    return;
  k.copy(k.subview(memrefs[0], window.first, window.extent), k.subview(memrefs[1], window.begin, window.extent));
}

/// Fills the whole result, then copies the input over its inside.
static void padConstant(PadOp op, KernelBuilder &k, ValueRange memrefs, const Window &window) {
  k.fill(padValue(op, k, memrefs), memrefs[1]);
  copyInside(k, memrefs, window);
}

/// The position inside of [0, extent) that `position`, possibly outside, repeats.
static Value repeated(KernelBuilder &k, PadMode mode, Value position, Value extent) {
  Value zero = k.index(0), one = k.index(1), last = k.sub(extent, one);
  if (mode == PadMode::edge)
    return k.max(k.min(position, last), zero);
  if (mode == PadMode::wrap)
    return k.floorMod(position, k.max(extent, one));
  // There and back again: ... 2 1 [0 1 2 ... last] last-1 ...
  Value period = k.max(k.mul(last, 2), one);
  Value phase = k.floorMod(position, period);
  return k.max(k.min(phase, k.sub(k.mul(last, 2), phase)), zero);
}

/// Elements of the result from `offsets` on, each from a position of the input that is computed.
static void repeatAt(PadMode mode, KernelBuilder &k, ValueRange memrefs, const Window &window, ValueRange offsets,
                     ValueRange sizes) {
  if (llvm::any_of(sizes, [](Value size) { return tile::getConstant(size) == 0; }))
    return;
  k.elementwise({}, {}, k.subview(memrefs[1], offsets, sizes), [&](KernelBuilder &b, ValueRange) {
    SmallVector<Value> at;
    for (auto [dim, begin] : llvm::enumerate(window.begin)) {
      Value position = b.add(b.loopIndex(dim), offsets[dim]);
      if (!window.isWhole[dim])
        position = b.add(repeated(b, mode, b.sub(position, begin), window.extent[dim]), window.first[dim]);
      at.push_back(position);
    }
    return Values{b.load(memrefs[0], at)};
  });
}

/// Copies the inside; what is in front of it and behind it in a dimension, in all of the next ones, is computed.
static void padRepeated(PadMode mode, KernelBuilder &k, ValueRange memrefs, const Window &window) {
  SmallVector<Value> offsets, sizes;
  for (auto dim : llvm::seq<int64_t>(0, window.begin.size())) {
    offsets.push_back(k.index(0));
    sizes.push_back(k.dim(memrefs[1], dim));
  }
  for (auto [dim, isWhole] : llvm::enumerate(window.isWhole)) {
    if (isWhole)
      continue;
    Value all = sizes[dim], end = k.add(window.begin[dim], window.extent[dim]);
    for (auto [begin, size] : {std::pair(k.index(0), window.begin[dim]), std::pair(end, k.sub(all, end))}) {
      offsets[dim] = begin;
      sizes[dim] = size;
      repeatAt(mode, k, memrefs, window, offsets, sizes);
    }
    offsets[dim] = window.begin[dim];
    sizes[dim] = window.extent[dim];
  }
  copyInside(k, memrefs, window);
}

/// What is repeated must exist.
static void checkNotEmpty(HostLowering &host, KernelBuilder &b, const Window &window, ValueRange extents) {
  for (auto [extent, isWhole, whole] : llvm::zip(window.extent, window.isWhole, extents)) {
    if (isWhole)
      continue;
    Value fits = b.createOrFold<arith::OrIOp>(b.less(b.index(0), extent), b.equal(whole, b.index(0)));
    host.check(fits, "cannot pad a dimension of extent %lld with its own elements", extent);
  }
}

static LogicalResult lowerPad(PadOp op, HostLowering &host) {
  KernelBuilder b = hostBuilder(host);
  int64_t rank = host.shapes.rank(op.getInput());
  checkElements(host, op.getPads(), 2 * rank);
  SmallVector<Value> begins, ends, dims = host.sizes(op.getInput()), extents;
  for (int64_t i = 0; i < rank; ++i) {
    begins.push_back(host.element(op.getPads(), i));
    ends.push_back(host.element(op.getPads(), rank + i));
    extents.push_back(b.add(b.add(dims[i], begins[i]), ends[i]));
    if (extents[i] != dims[i])
      host.check(b.less(b.index(-1), extents[i]), "expected pads that leave at least 0 elements but got %lld",
                 extents[i]);
  }
  bool known = hasKnownContents(host, op.getPads()) && !hasOpaqueDims(host, op.getResult());
  SmallVector<Value> memrefs{host.buffer(op.getInput())};
  memrefs.push_back(known ? host.result(op.getResult()) : host.result(op.getResult(), extents));
  if (op.getValue())
    memrefs.push_back(host.buffer(op.getValue()));
  Window window = cropped(b, begins, ends, dims);
  PadMode mode = op.getMode();
  if (mode != PadMode::constant)
    checkNotEmpty(host, b, window, extents);

  SmallVector<Value> indices(window.begin);
  llvm::append_range(indices, window.first);
  llvm::append_range(indices, window.extent);
  emitKernel(host, "pad", memrefs, indices, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value> indices) {
    Window inside;
    inside.begin.assign(indices.begin(), indices.begin() + rank);
    inside.first.assign(indices.begin() + rank, indices.begin() + 2 * rank);
    inside.extent.assign(indices.begin() + 2 * rank, indices.end());
    inside.isWhole = window.isWhole;
    if (mode == PadMode::constant)
      return padConstant(op, k, memrefs, inside);
    padRepeated(mode, k, memrefs, inside);
  });
  return success();
}

void ingot::registerPadLowering(MLIRContext *c) { PadOp::attachInterface<HostModel<PadOp, lowerPad>>(*c); }

//===- ConvWindows.cpp - what each output of a convolution is made of
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/ConvTile.h"
#include "codegen/lower/KernelBuilder.h"

using namespace ingot;
using namespace mlir;

static ArrayRef<int64_t> getExtents(MemRefType type) { return type.getShape().drop_front().drop_back(); }

bool ingot::wantsWindows(tile::TargetAttr target, const ConvGeometry &geometry, const ConvWeights &weights,
                         const ConvOperands &operands) {
  constexpr int64_t mostPositions = 64, leastRows = 64, mostBytes = 16 << 20, bytes = sizeof(float);
  auto input = cast<MemRefType>(operands.input.getType()), out = cast<MemRefType>(operands.out.getType());
  bool isPlain = geometry.group == 1 && weights.inputElement.isF32() && weights.type.getElementType().isF32() &&
                 input.hasStaticShape() && out.hasStaticShape() && input.isLastDimUnitStride() &&
                 llvm::all_of(geometry.pads, [](int64_t pad) { return pad >= 0; });
  if (!isPlain || out.getDimSize(0) < 2 || weights.type.getNumElements() * bytes <= target.getL2())
    return false;
  int64_t positions = llvm::product_of(getExtents(out)), rows = positions * out.getDimSize(0);
  int64_t steps = weights.groupChannels() * llvm::product_of(weights.kernel());
  return positions <= mostPositions && rows >= leastRows && rows * steps * bytes <= mostBytes;
}

/// The input's spatial extents that the windows cover, padding included.
static SmallVector<int64_t> getCovered(const ConvGeometry &geometry, const ConvWeights &weights, MemRefType out) {
  SmallVector<int64_t> covered;
  for (auto [output, kernel, stride, dilation] :
       llvm::zip_equal(getExtents(out), weights.kernel(), geometry.strides, geometry.dilations))
    covered.push_back((output - 1) * stride + (kernel - 1) * dilation + 1);
  return covered;
}

/// Writes zeros and, within them, the part of the input that is covered.
static void emitPadded(KernelBuilder &k, const ConvGeometry &geometry, Value input, Value padded) {
  auto from = cast<MemRefType>(input.getType()), to = cast<MemRefType>(padded.getType());
  int64_t rank = to.getRank();
  SmallVector<Value> zeros(rank, k.index(0)), begins(zeros), sizes;
  for (int64_t dim = 0; dim < rank; ++dim) {
    int64_t pad = dim == 0 || dim == rank - 1 ? 0 : geometry.pads[dim - 1];
    begins[dim] = k.index(pad);
    int64_t size = std::min(from.getDimSize(dim), to.getDimSize(dim) - pad);
    assert(size > 0 && "taps that meet padding only are dropped before");
    sizes.push_back(k.index(size));
  }
  k.fill(k.number(to.getElementType(), 0), padded);
  k.copy(k.subview(input, zeros, sizes), k.subview(padded, begins, sizes));
}

Value ingot::gatherWindows(HostLowering &host, const ConvGeometry &geometry, const ConvWeights &weights,
                           const ConvOperands &operands) {
  auto input = cast<MemRefType>(operands.input.getType()), out = cast<MemRefType>(operands.out.getType());
  int64_t spatial = weights.kernel().size(), channels = weights.groupChannels();
  SmallVector<int64_t> covered = getCovered(geometry, weights, out), shape(out.getShape().drop_back());
  llvm::append_range(shape, weights.kernel());
  shape.push_back(channels);
  bool isPadded = llvm::any_of(geometry.pads, [](int64_t pad) { return pad != 0; }) ||
                  llvm::any_of(llvm::zip_equal(covered, getExtents(input)),
                               [](auto pair) { return std::get<0>(pair) > std::get<1>(pair); });
  SmallVector<Value> memrefs{operands.input, host.scratch(MemRefType::get(shape, input.getElementType()))};
  if (isPadded) {
    SmallVector<int64_t> padded{out.getDimSize(0)};
    llvm::append_range(padded, covered);
    padded.push_back(channels);
    memrefs.push_back(host.scratch(MemRefType::get(padded, input.getElementType())));
  }
  emitKernel(host, "windows", memrefs, {}, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) {
    Value from = memrefs.front();
    if (isPadded) {
      emitPadded(k, geometry, from, memrefs.back());
      from = memrefs.back();
    }
    // [N, T..., K..., C] from [N, S..., C].
    auto dim = [&](int64_t i) { return getAffineDimExpr(i, k.getContext()); };
    SmallVector<AffineExpr> at{dim(0)};
    for (int64_t axis = 0; axis < spatial; ++axis)
      at.push_back(dim(1 + axis) * geometry.strides[axis] + dim(1 + spatial + axis) * geometry.dilations[axis]);
    at.push_back(dim(1 + 2 * spatial));
    k.elementwise(from, AffineMap::get(2 + 2 * spatial, 0, at, k.getContext()), memrefs[1],
                  [](KernelBuilder &, ValueRange e) { return tile::IndexBuilder::Values{e[0]}; });
  });
  return group(host, memrefs[1], {1 + spatial, 2 + 2 * spatial});
}

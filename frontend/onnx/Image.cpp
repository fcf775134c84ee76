//===-- Image.cpp - crops, sampling grids, images from columns ------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Registry.h"
#include "frontend/onnx/Window.h"
#include "ir/Weights.h"

using namespace mlir;

namespace ingot::onnx {
namespace {

//===----------------------------------------------------------------------===//
// CenterCropPad
//===----------------------------------------------------------------------===//

Value importCenterCropPad(Node &node) {
  GraphBuilder &graph = node.graph;
  int64_t rank = node.rank();
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (auto stated = node.integers("axes")) {
    auto normalized = node.normalizeAxes(*stated, rank);
    if (!normalized)
      return {};
    axes = *normalized;
  }
  if (node.rank(1) != 1 || !graph.shapes.dim(node.operand(1), 0).isConstant(int64_t(axes.size())))
    return node.fail("expected a shape of " + Twine(axes.size()) + " values");
  Value shape = graph.cast(node.operand(1), graph.builder.getI64Type());
  SmallVector<Value> pads(2 * rank, graph.integers(0));
  for (auto [index, axis] : llvm::enumerate(axes)) {
    auto place = int64_t(index);
    Value growth = graph.binary<SubOp>(graph.slice(shape, 0, place, place + 1), graph.dimOf(node.operand(0), axis));
    // Towards zero: crops and pads alike have their odd element at the end.
    pads[axis] = graph.binary<DivOp>(growth, 2.0);
    pads[rank + axis] = graph.binary<SubOp>(growth, pads[axis]);
  }
  return graph.make<PadOp>(node.element(), node.operand(0), graph.concat(pads, 0), Omittable(), PadMode::constant);
}

//===----------------------------------------------------------------------===//
// AffineGrid
//===----------------------------------------------------------------------===//

/// Where the pixels of a dimension of \p extent (a vector of one element) are between -1 and 1.
Value pixelCoordinates(GraphBuilder &graph, Type element, Value extent, bool alignCorners) {
  Value index = graph.cast(graph.range(graph.squeeze(extent, 0)), element), count = graph.cast(extent, element);
  if (alignCorners) {
    // A single pixel is at the corner -1.
    Value steps = graph.binary<MaxOp>(graph.binary<SubOp>(count, 1.0), 1.0);
    return graph.binary<SubOp>(graph.binary<DivOp>(graph.binary<MulOp>(index, 2.0), steps), 1.0);
  }
  Value middle = graph.binary<AddOp>(graph.binary<MulOp>(index, 2.0), 1.0);
  return graph.binary<SubOp>(graph.binary<DivOp>(middle, count), 1.0);
}

/// theta [N, d, d + 1] applied to the coordinates of all pixels: [N, extents..., d].
Value importAffineGrid(Node &node) {
  GraphBuilder &graph = node.graph;
  auto dimensions = node.rank() == 3 ? graph.shapes.dim(node.operand(0), 1).constant() : std::nullopt;
  if ((dimensions != 2 && dimensions != 3) || node.rank(1) != 1 ||
      !graph.shapes.dim(node.operand(1), 0).isConstant(*dimensions + 2))
    return node.fail("expected matrices [N, 2, 3] and a size of 4 values, or [N, 3, 4] and 5 values");
  int64_t count = *dimensions;
  bool alignCorners = node.integer("align_corners", 0) != 0;
  Value size = graph.cast(node.operand(1), graph.builder.getI64Type());
  // Column i of theta as [N, 1..., d]; columns go from the last spatial dimension to the first.
  SmallVector<int64_t> between = llvm::to_vector(llvm::seq<int64_t>(1, count + 1));
  auto column = [&](int64_t i) {
    Value slice = graph.squeeze(graph.slice(node.operand(0), 2, i, i + 1), 2);
    return graph.unsqueeze(slice, between);
  };
  Value result = column(count);
  for (int64_t i = 0; i < count; ++i) {
    int64_t axis = count - i; // of the result
    Value coordinates = pixelCoordinates(graph, node.element(), graph.slice(size, 0, axis + 1, axis + 2), alignCorners);
    SmallVector<int64_t> behind = llvm::to_vector(llvm::seq<int64_t>(1, count + 2 - axis));
    result = graph.binary<AddOp>(graph.binary<MulOp>(column(i), graph.unsqueeze(coordinates, behind)), result);
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Col2Im
//===----------------------------------------------------------------------===//

/// Larger blocks would make the selector below, of one row an element, huge.
constexpr int64_t kMaxBlockElements = 1024;

/// Weights [K, 1, block...] that put row k of a column at element k of its block.
Value blockSelector(GraphBuilder &graph, Type element, ArrayRef<int64_t> block) {
  int64_t count = ShapedType::getNumElements(block);
  SmallVector<double> values(size_t(count * count), 0);
  for (int64_t k = 0; k < count; ++k)
    values[k * count + k] = 1;
  SmallVector<int64_t> shape{count, 1};
  shape.append(block.begin(), block.end());
  auto type = RankedTensorType::get(shape, element);
  return graph.constant(type, makeDoubles(type, values));
}

/// The sum of overlapping blocks is what a transposed convolution computes.
Value importCol2Im(Node &node) {
  GraphBuilder &graph = node.graph;
  auto image = node.constantIntegers(1), block = node.constantIntegers(2);
  if (!image || !block)
    return node.fail("image and block shapes that only the run time knows are not supported");
  size_t count = block->size();
  if (image->size() != count || count < 1 || count > 3 || node.rank() != 3)
    return node.fail("expected an input of rank 3 and 1 to 3 extents of image and block but got rank " +
                     Twine(node.rank()) + ", " + Twine(image->size()) + " and " + Twine(count));
  std::optional<Window> window = readWindow(node, *block);
  if (!window)
    return {};
  int64_t elements = 1;
  for (int64_t extent : *block)
    elements = std::min(elements * extent, kMaxBlockElements + 1);
  if (elements > kMaxBlockElements)
    return node.fail("expected blocks of at most " + Twine(kMaxBlockElements) + " elements");
  SmallVector<int64_t> blocks{-1, elements}, outputPadding(count);
  for (size_t i = 0; i < count; ++i) {
    int64_t span = (*image)[i] + window->pads[i] + window->pads[count + i] - window->extent(i);
    if (span < 0)
      return node.fail("expected an image extent of " + Twine((*image)[i] - span) + " or more but got " +
                       Twine((*image)[i]));
    blocks.push_back(span / window->strides[i] + 1);
    outputPadding[i] = span % window->strides[i];
  }
  Value columns = graph.reshape(node.operand(0), blocks);
  Value images = graph.make<ConvTransposeOp>(node.element(), columns, blockSelector(graph, node.element(), *block),
                                             Omittable(), window->strides, window->dilations, window->pads,
                                             outputPadding, /*group=*/int64_t(1));
  SmallVector<Value> dims{graph.dimOf(node.operand(0), 0), graph.integers(-1), graph.integers(*image)};
  return graph.reshape(images, graph.concat(dims, 0));
}

} // namespace

void registerImage(Registry &registry) {
  registry.addValue("CenterCropPad", 18, 2, importCenterCropPad);
  registry.addValue("AffineGrid", 20, 2, importAffineGrid);
  registry.addValue("Col2Im", 18, 3, importCol2Im);
}

} // namespace ingot::onnx

//===-- Image.cpp - crops, sampling grids, images from columns ------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"
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

/// How the blocks lie along one dimension of the image. Scalars, int64.
struct BlockAxis {
  Value image, block, blocks;
  int64_t stride, dilation, pad;
};

/// Where element k of block l is along \p axis, [block, blocks]; negative and large ones are in the padding.
Value blockPositions(GraphBuilder &graph, const BlockAxis &axis) {
  Value inBlock = graph.binary<MulOp>(graph.unsqueeze(graph.range(axis.block), 1), double(axis.dilation));
  Value starts = graph.binary<MulOp>(graph.range(axis.blocks), double(axis.stride));
  return graph.binary<SubOp>(graph.binary<AddOp>(inBlock, starts), double(axis.pad));
}

std::optional<SmallVector<BlockAxis>> readBlockAxes(Node &node) {
  GraphBuilder &graph = node.graph;
  auto count = node.rank(1) == 1 ? graph.shapes.dim(node.operand(1), 0).constant() : std::nullopt;
  if (!count || *count < 1 || node.rank(2) != 1 || !graph.shapes.dim(node.operand(2), 0).isConstant(*count))
    return node.fail("expected as many extents of the image as of the block");
  auto rank = size_t(*count);
  auto list = [&](StringRef name, size_t size, int64_t otherwise) {
    return node.integers(name).value_or(SmallVector<int64_t>(size, otherwise));
  };
  SmallVector<int64_t> strides = list("strides", rank, 1), dilations = list("dilations", rank, 1);
  SmallVector<int64_t> pads = list("pads", 2 * rank, 0);
  if (strides.size() != rank || dilations.size() != rank || pads.size() != 2 * rank)
    return node.fail("expected " + Twine(rank) + " strides and dilations and " + Twine(2 * rank) + " pads");
  if (llvm::any_of(strides, [](int64_t stride) { return stride < 1; }))
    return node.fail("expected positive strides");
  SmallVector<BlockAxis> axes;
  auto extent = [&](size_t operand, size_t i) {
    return graph.squeeze(graph.slice(node.operand(operand), 0, int64_t(i), int64_t(i) + 1), 0);
  };
  for (size_t i = 0; i < rank; ++i) {
    BlockAxis axis{extent(1, i), extent(2, i), Value(), strides[i], dilations[i], pads[i]};
    Value reach = graph.binary<MulOp>(graph.binary<SubOp>(axis.block, 1.0), double(axis.dilation));
    Value room = graph.binary<AddOp>(axis.image, double(pads[i] + pads[rank + i]) - 1);
    Value steps = graph.binary<DivOp>(graph.binary<SubOp>(room, reach), double(axis.stride));
    axis.blocks = graph.binary<AddOp>(steps, 1.0);
    axes.push_back(axis);
  }
  return axes;
}

/// The place in the flattened image of each element of each block, [elements];
/// \p size, which is behind the image, for those in the padding.
Value flatPositions(GraphBuilder &graph, ArrayRef<BlockAxis> axes, Value size) {
  auto rank = int64_t(axes.size());
  Value flat = graph.scalar64(0), inside;
  for (auto [index, axis] : llvm::enumerate(axes)) {
    // Dimensions: one a block extent, then one a number of blocks.
    auto i = int64_t(index);
    SmallVector<int64_t> others;
    for (int64_t d = 0; d < 2 * rank; ++d)
      if (d != i && d != rank + i)
        others.push_back(d);
    Value position = graph.unsqueeze(blockPositions(graph, axis), others);
    Value valid = graph.binary<AndOp>(graph.compare(Predicate::ge, position, graph.scalar64(0)),
                                      graph.compare(Predicate::lt, position, axis.image));
    inside = index == 0 ? valid : graph.binary<AndOp>(inside, valid);
    flat = graph.binary<AddOp>(graph.binary<MulOp>(flat, axis.image), position);
  }
  return graph.reshape(graph.select(inside, flat, size), {-1});
}

/// Adds the elements of all blocks where they lie in the image.
Value importCol2Im(Node &node) {
  GraphBuilder &graph = node.graph;
  if (node.rank() != 3)
    return node.fail("expected an input of rank 3 but got rank " + Twine(node.rank()));
  auto axes = readBlockAxes(node);
  if (!axes)
    return {};
  Type i64 = graph.builder.getI64Type();
  Value size = graph.scalar64(1);
  for (const BlockAxis &axis : *axes)
    size = graph.binary<MulOp>(size, axis.image);
  Value positions = flatPositions(graph, *axes, size);
  if (!positions)
    return {};
  Value elements = graph.dimOf(positions, 0);
  // One row an image and channel.
  Value rows = graph.reshape(node.operand(0), graph.concat({graph.integers(-1), elements}, 0));
  if (!rows)
    return {};
  Value wide = graph.unsqueeze(graph.binary<AddOp>(size, 1.0), 0);
  auto zero = cast<ElementsAttr>(makeDoubles(RankedTensorType::get(1, node.element()), 0.0));
  Value empty = graph.make<ConstantOfShapeOp>(node.element(), graph.concat({graph.dimOf(rows, 0), wide}, 0), zero);
  Value places = graph.make<ExpandOp>(i64, graph.unsqueeze(positions, 0), graph.shapeOf(rows));
  Value sums = graph.make<ScatterElementsOp>(node.element(), empty, places, rows, int64_t(1), Reduction::add);
  Value images = graph.make<SliceOp>(node.element(), sums, graph.integers(0), graph.unsqueeze(size, 0),
                                     Omittable{graph.integers(1)}, Omittable());
  SmallVector<Value> dims{graph.dimOf(node.operand(0), 0), graph.integers(-1), node.operand(1)};
  return graph.reshape(images, graph.concat(dims, 0));
}

} // namespace

void registerImage(Registry &registry) {
  registry.addValue("CenterCropPad", 18, 2, importCenterCropPad);
  registry.addValue("AffineGrid", 20, 2, importAffineGrid);
  registry.addValue("Col2Im", 18, 3, importCol2Im);
}

} // namespace ingot::onnx

//===-- DeformConv.cpp - convolution at computed positions ----------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The samples of all kernel positions are gathered into columns, linearly
// interpolated between the elements around them; a matrix product with the
// weight does the rest.
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Registry.h"
#include "frontend/onnx/Window.h"
#include "ir/Weights.h"

using namespace mlir;

namespace ingot::onnx {
namespace {

constexpr int64_t kMaxSpatialRank = 3;
constexpr int64_t kMaxTaps = 1 << 16;

class DeformableConvolution {
public:
  DeformableConvolution(Node &node, const Window &window, int64_t offsetGroups)
      : node(node), graph(node.graph), window(window), rank(int64_t(window.spatialRank())),
        offsetGroups(offsetGroups), taps(ShapedType::getNumElements(window.kernel)) {}

  /// The samples, [N, offset groups, C / offset groups, taps * positions].
  Value columns();
  /// The columns times the weight, [N, O, T...].
  Value multiply(Value columns, int64_t groups);

private:
  /// Where the samples of one spatial dimension are, [N, offset groups, taps, T...].
  Value coordinates(int64_t dimension);
  Value tapPositions(int64_t dimension);
  /// The sum over the 2^rank elements around each sample.
  Value interpolate(ArrayRef<Value> coordinates);
  /// The place in the flattened input of one of them, and its weight: 0 outside. Bit i of \p corner tells
  /// whether it is the upper one along dimension i.
  std::pair<Value, Value> cornerOf(ArrayRef<Value> lower, ArrayRef<Value> fraction, int64_t corner);
  Value extent(int64_t dimension) { return graph.squeeze(graph.dimOf(node.operand(0), dimension + 2), 0); }
  Value outputDim(int64_t dimension) { return graph.dimOf(node.operand(2), dimension + 2); }
  /// [N, offset groups, taps, T...] as [N, offset groups, 1, taps * positions].
  Value flatten(Value x) { return graph.reshape(x, {0, offsetGroups, 1, -1}); }

  Node &node;
  GraphBuilder &graph;
  const Window &window;
  int64_t rank, offsetGroups, taps;
};

/// The position along \p dimension of each tap of the kernel, dilated.
Value DeformableConvolution::tapPositions(int64_t dimension) {
  int64_t inner = 1;
  for (int64_t i = dimension + 1; i < rank; ++i)
    inner *= window.kernel[i];
  SmallVector<int64_t> positions;
  for (int64_t tap = 0; tap < taps; ++tap)
    positions.push_back(tap / inner % window.kernel[dimension] * window.dilations[dimension]);
  return graph.integers(positions);
}

Value DeformableConvolution::coordinates(int64_t dimension) {
  Value offset = node.operand(2);
  Type element = GraphBuilder::element(offset), computed = element.isF64() ? element : graph.builder.getF32Type();
  SmallVector<Value> dims{graph.dimOf(offset, 0), graph.integers({offsetGroups, taps, rank})};
  for (int64_t i = 0; i < rank; ++i)
    dims.push_back(outputDim(i));
  Value split = graph.reshape(offset, graph.concat(dims, 0));
  Value shift = graph.squeeze(graph.slice(split, 3, dimension, dimension + 1), 3);
  // Windows start at position * stride - pad.
  Value starts = graph.binary<MulOp>(graph.range(graph.squeeze(outputDim(dimension), 0)),
                                     double(window.strides[dimension]));
  starts = graph.binary<SubOp>(starts, double(window.pads[dimension]));
  SmallVector<int64_t> behind = llvm::to_vector(llvm::seq<int64_t>(1, rank - dimension));
  SmallVector<int64_t> positions = llvm::to_vector(llvm::seq<int64_t>(1, rank + 1));
  Value base = graph.binary<AddOp>(graph.unsqueeze(tapPositions(dimension), positions),
                                   graph.unsqueeze(starts, behind));
  return graph.binary<AddOp>(graph.cast(shift, computed), graph.cast(base, computed));
}

std::pair<Value, Value> DeformableConvolution::cornerOf(ArrayRef<Value> lower, ArrayRef<Value> fraction,
                                                        int64_t corner) {
  Type computed = GraphBuilder::element(fraction[0]);
  Value zero = graph.scalar(computed, 0), first = graph.scalar64(0);
  Value place = graph.scalar64(0), weight = graph.scalar(computed, 1);
  for (int64_t i = 0; i < rank; ++i) {
    bool upper = (corner >> i & 1) != 0;
    Value index = upper ? graph.binary<AddOp>(lower[i], 1.0) : lower[i];
    Value last = graph.binary<SubOp>(extent(i), 1.0);
    Value inside = graph.binary<AndOp>(graph.compare(Predicate::ge, index, first),
                                       graph.compare(Predicate::le, index, last));
    Value share = upper ? fraction[i] : graph.binary<SubOp>(graph.scalar(computed, 1), fraction[i]);
    weight = graph.binary<MulOp>(weight, graph.select(inside, share, zero));
    Value clamped = graph.make<ClampOp>(graph.builder.getI64Type(), index, first, last);
    place = graph.binary<AddOp>(graph.binary<MulOp>(place, extent(i)), clamped);
  }
  return {place, weight};
}

Value DeformableConvolution::interpolate(ArrayRef<Value> coordinates) {
  Type element = node.element(), i64 = graph.builder.getI64Type();
  SmallVector<Value> lower, fraction;
  for (Value coordinate : coordinates) {
    Value floor = graph.unary<FloorOp>(coordinate);
    lower.push_back(graph.cast(floor, i64));
    fraction.push_back(graph.binary<SubOp>(coordinate, floor));
  }
  Value size = graph.scalar64(1);
  for (int64_t i = 0; i < rank; ++i)
    size = graph.binary<MulOp>(size, extent(i));
  Value flatInput = graph.reshape(node.operand(0), graph.concat({graph.dimOf(node.operand(0), 0),
                                                                 graph.integers({offsetGroups, -1}),
                                                                 graph.unsqueeze(size, 0)}, 0));
  if (!flatInput)
    return {};
  Value result;
  for (int64_t corner = 0; corner < int64_t(1) << rank; ++corner) {
    auto [place, weight] = cornerOf(lower, fraction, corner);
    Value places = flatten(place);
    Value shape = graph.concat({graph.dimOf(flatInput, 0), graph.dimOf(flatInput, 1), graph.dimOf(flatInput, 2),
                                graph.dimOf(places, 3)}, 0);
    Value gathered = graph.make<GatherElementsOp>(element, flatInput, graph.make<ExpandOp>(i64, places, shape),
                                                  int64_t(3));
    Value weighted = graph.binary<MulOp>(gathered, graph.cast(flatten(weight), element));
    result = corner == 0 ? weighted : graph.binary<AddOp>(result, weighted);
  }
  return result;
}

Value DeformableConvolution::columns() {
  SmallVector<Value> samples;
  for (int64_t i = 0; i < rank; ++i)
    samples.push_back(coordinates(i));
  if (llvm::is_contained(samples, Value()))
    return {};
  Value result = interpolate(samples);
  return node.has(4) ? graph.binary<MulOp>(result, flatten(node.operand(4))) : result;
}

Value DeformableConvolution::multiply(Value columns, int64_t groups) {
  Value weight = node.operand(1);
  SmallVector<Value> dims{graph.dimOf(node.operand(0), 0), graph.dimOf(weight, 0)};
  Value positions = graph.integers(1);
  for (int64_t i = 0; i < rank; ++i) {
    dims.push_back(outputDim(i));
    positions = graph.binary<MulOp>(positions, outputDim(i));
  }
  Value grouped = graph.reshape(columns, graph.concat({dims[0], graph.integers({groups, -1}), positions}, 0));
  Value rows = graph.binary<DivOp>(dims[1], double(groups));
  Value matrices = graph.reshape(weight, graph.concat({graph.integers(groups), rows, graph.integers(-1)}, 0));
  Value product = graph.make<MatMulOp>(node.element(), matrices, grouped, /*transpose_a=*/false,
                                       /*transpose_b=*/false);
  return graph.reshape(product, graph.concat(dims, 0));
}

Value importDeformConv(Node &node) {
  auto kernel = kernelOf(node, node.operand(1));
  std::optional<Window> window = kernel ? readWindow(node, *kernel) : std::nullopt;
  if (!window)
    return {};
  auto rank = int64_t(kernel->size()) + 2;
  int64_t taps = 1;
  for (int64_t extent : *kernel)
    taps = std::min(taps * extent, kMaxTaps + 1); // extents are below 2^32
  if (rank - 2 > kMaxSpatialRank || taps > kMaxTaps)
    return node.fail("expected a kernel of at most " + Twine(kMaxSpatialRank) + " dimensions and " + Twine(kMaxTaps) +
                     " elements");
  if (node.rank() != rank || node.rank(2) != rank)
    return node.fail("expected input and offset of rank " + Twine(rank) + " but got " + Twine(node.rank()) + " and " +
                     Twine(node.rank(2)));
  int64_t groups = node.integer("group", 1), offsetGroups = node.integer("offset_group", 1);
  if (groups < 1 || offsetGroups < 1)
    return node.fail("expected positive groups but got " + Twine(groups) + " and " + Twine(offsetGroups));
  DeformableConvolution convolution(node, *window, offsetGroups);
  Value columns = convolution.columns();
  Value result = columns ? convolution.multiply(columns, groups) : Value();
  if (!node.has(3))
    return result;
  SmallVector<int64_t> behind = llvm::to_vector(llvm::seq<int64_t>(1, rank - 1));
  return node.graph.binary<AddOp>(result, node.graph.unsqueeze(node.operand(3), behind));
}

} // namespace

void registerDeformConv(Registry &registry) { registry.addValue("DeformConv", 19, 3, importDeformConv); }

} // namespace ingot::onnx

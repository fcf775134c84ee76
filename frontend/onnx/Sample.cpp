//===-- Sample.cpp - sampling at computed coordinates ---------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"
#include <limits>

using namespace mlir;

namespace ingot::onnx {
namespace {

Value importGridSample(Node &node) {
  // Opset 20 renamed the modes.
  StringRef name = node.string("mode", node.version < 20 ? "bilinear" : "linear");
  StringRef modern = name == "bilinear" ? "linear" : name == "bicubic" ? "cubic" : name;
  auto mode = symbolizeResizeMode(modern);
  StringRef padding = node.string("padding_mode", "zeros");
  auto paddingMode = symbolizePaddingMode(padding);
  if (!mode)
    return node.fail("mode '" + name + "' is not supported");
  if (!paddingMode)
    return node.fail("padding_mode '" + padding + "' is not supported");
  return node.graph.make<GridSampleOp>(node.element(), node.operand(0),
                                       node.graph.cast(node.operand(1), node.element()), *mode, *paddingMode,
                                       node.integer("align_corners", 0) != 0);
}

Value importRoiAlign(Node &node) {
  StringRef mode = node.string("mode", "avg");
  // Before opset 16 there was no choice of coordinates: regions began where their corners were.
  StringRef coordinates =
      node.string("coordinate_transformation_mode", node.version < 16 ? "output_half_pixel" : "half_pixel");
  if (mode != "avg" && mode != "max")
    return node.fail("expected mode avg or max but got '" + mode + "'");
  if (coordinates != "half_pixel" && coordinates != "output_half_pixel")
    return node.fail("coordinate_transformation_mode '" + coordinates + "' is not supported");
  if (node.rank() != 4 || node.rank(1) != 2 || node.rank(2) != 1)
    return node.fail("expected operands of ranks 4, 2 and 1 but got " + Twine(node.rank()) + ", " +
                     Twine(node.rank(1)) + " and " + Twine(node.rank(2)));
  Value batches = node.graph.cast(node.operand(2), node.graph.builder.getI64Type());
  return node.graph.make<RoiAlignOp>(node.element(), node.operand(0), node.operand(1), batches,
                                     node.integer("output_height", 1), node.integer("output_width", 1),
                                     node.integer("sampling_ratio", 0), llvm::APFloat(node.number("spatial_scale", 1)),
                                     mode == "max", coordinates == "half_pixel");
}

//===----------------------------------------------------------------------===//
// MaxRoiPool
//===----------------------------------------------------------------------===//

/// To the nearest integer, halves away from zero.
Value roundAwayFromZero(GraphBuilder &graph, Value x) {
  Value magnitude = graph.unary<FloorOp>(graph.binary<AddOp>(graph.unary<AbsOp>(x), 0.5));
  return graph.binary<MulOp>(graph.unary<SignOp>(x), magnitude);
}

/// Which elements along a dimension of \p extent are in each of \p bins equal
/// parts of the regions from corner \p low to \p high (columns of the operand):
/// [regions, bins, extent].
Value binMembers(Node &node, int64_t low, int64_t high, int64_t bins, Value extent) {
  GraphBuilder &graph = node.graph;
  Type element = node.element(1);
  double scale = node.number("spatial_scale", 1);
  auto corner = [&](int64_t column) {
    Value values = graph.slice(node.operand(1), 1, column, column + 1);
    return roundAwayFromZero(graph, graph.binary<MulOp>(values, scale));
  };
  Value start = corner(low);
  Value length = graph.binary<AddOp>(graph.binary<SubOp>(corner(high), start), 1.0);
  Value size = graph.binary<DivOp>(graph.binary<MaxOp>(length, 1.0), double(bins));
  Value bin = graph.cast(graph.range(graph.scalar64(bins)), element);
  Value from = graph.binary<AddOp>(graph.unary<FloorOp>(graph.binary<MulOp>(bin, size)), start);
  Value next = graph.binary<MulOp>(graph.binary<AddOp>(bin, 1.0), size);
  Value to = graph.binary<AddOp>(graph.unary<CeilOp>(next), start);
  Value position = graph.cast(graph.range(graph.squeeze(extent, 0)), element);
  return graph.binary<AndOp>(graph.compare(Predicate::ge, position, graph.unsqueeze(from, 2)),
                             graph.compare(Predicate::lt, position, graph.unsqueeze(to, 2)));
}

/// Maxima along width, then along height: bins are products of ranges.
Value importMaxRoiPool(Node &node) {
  GraphBuilder &graph = node.graph;
  auto pooled = node.integers("pooled_shape");
  if (!pooled || pooled->size() != 2 || node.rank() != 4 || node.rank(1) != 2)
    return node.fail("expected operands of ranks 4 and 2 and a pooled_shape of 2 extents but got ranks " +
                     Twine(node.rank()) + " and " + Twine(node.rank(1)));
  Value x = node.operand(0);
  Value batches = graph.cast(graph.squeeze(graph.slice(node.operand(1), 1, 0, 1), 1), graph.builder.getI64Type());
  Value columns = binMembers(node, 1, 3, (*pooled)[1], graph.dimOf(x, 3));
  Value rows = binMembers(node, 2, 4, (*pooled)[0], graph.dimOf(x, 2));
  Value lowest = graph.scalar(node.element(), -std::numeric_limits<double>::infinity());
  Value regions = graph.make<GatherOp>(node.element(), x, batches, int64_t(0));
  Value inColumns = graph.select(graph.unsqueeze(columns, {1, 2}), graph.unsqueeze(regions, 3), lowest);
  Value byColumn = graph.reduce(ReduceKind::max, inColumns, 4, /*keepDims=*/false);
  Value inRows = graph.select(graph.unsqueeze(rows, {1, 4}), graph.unsqueeze(byColumn, 2), lowest);
  Value maxima = graph.reduce(ReduceKind::max, inRows, 3, /*keepDims=*/false);
  // Bins without elements are 0.
  return graph.select(graph.compare(Predicate::eq, maxima, lowest), graph.scalar(node.element(), 0), maxima);
}

} // namespace

void registerSample(Registry &registry) {
  registry.addValue("MaxRoiPool", 1, 2, importMaxRoiPool);
  registry.addValue("GridSample", 16, 2, importGridSample);
  registry.addValue("RoiAlign", 10, 3, importRoiAlign);
}

} // namespace ingot::onnx

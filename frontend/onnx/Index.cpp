//===-- Index.cpp - operators at positions given by data ------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"

using namespace mlir;

namespace ingot::onnx {
namespace {

/// Positions are int64 in the graph, whatever the model's type for them.
Value positions(Node &node, size_t operand) {
  return node.graph.cast(node.operand(operand), node.graph.builder.getI64Type());
}

/// A tensor of one element as a scalar; null after an error.
Value scalarOf(Node &node, size_t operand) {
  Value value = node.operand(operand);
  auto type = GraphBuilder::type(value);
  if (type.getRank() == 0)
    return value;
  if (type.hasStaticShape() && type.getNumElements() != 1)
    return node.fail("expected operand " + Twine(operand) + " to have 1 element but got " +
                     Twine(type.getNumElements()));
  return node.graph.reshape(value, ArrayRef<int64_t>());
}

//===----------------------------------------------------------------------===//
// Gather and scatter
//===----------------------------------------------------------------------===//

Value importGather(Node &node) {
  std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", 0), node.rank());
  return axis ? node.graph.make<GatherOp>(node.element(), node.operand(0), positions(node, 1), *axis) : Value();
}

Value importGatherElements(Node &node) {
  std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", 0), node.rank());
  return axis ? node.graph.make<GatherElementsOp>(node.element(), node.operand(0), positions(node, 1), *axis)
              : Value();
}

Value importGatherND(Node &node) {
  int64_t batchDims = node.integer("batch_dims", 0);
  if (batchDims < 0 || batchDims >= std::min(node.rank(0), node.rank(1)))
    return node.fail("expected batch_dims below " + Twine(std::min(node.rank(0), node.rank(1))) + " but got " +
                     Twine(batchDims));
  return node.graph.makeDeclared<GatherNDOp>(node.declared(), node.element(), node.operand(0), positions(node, 1),
                                             batchDims);
}

std::optional<Reduction> reduction(Node &node) {
  StringRef name = node.string("reduction", "none");
  auto reduction = symbolizeReduction(name);
  if (!reduction)
    return node.fail("reduction '" + name + "' is not supported");
  return reduction;
}

Value importScatterElements(Node &node) {
  std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", 0), node.rank());
  auto how = reduction(node);
  if (!axis || !how)
    return {};
  return node.graph.make<ScatterElementsOp>(node.element(), node.operand(0), positions(node, 1), node.operand(2),
                                            *axis, *how);
}

Value importScatterND(Node &node) {
  auto how = reduction(node);
  if (!how)
    return {};
  return node.graph.make<ScatterNDOp>(node.element(), node.operand(0), positions(node, 1), node.operand(2), *how);
}

Value importOneHot(Node &node) {
  int64_t rank = node.rank();
  std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", -1), rank + 1);
  Value depth = scalarOf(node, 1);
  if (!axis || !depth)
    return {};
  return node.graph.make<OneHotOp>(node.element(2), positions(node, 0),
                                   node.graph.cast(depth, node.graph.builder.getI64Type()), node.operand(2), *axis);
}

//===----------------------------------------------------------------------===//
// Selections whose size the data decides
//===----------------------------------------------------------------------===//

Value importNonZero(Node &node) {
  Value x = node.operand(0);
  if (node.rank() == 0) // counts as a vector of one element
    x = node.graph.unsqueeze(x, 0);
  return node.graph.make<NonZeroOp>(node.graph.builder.getI64Type(), x);
}

Value importCompress(Node &node) {
  IntegerAttr axisAttr;
  if (node.attribute("axis")) {
    std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", 0), node.rank());
    if (!axis)
      return {};
    axisAttr = node.graph.builder.getI64IntegerAttr(*axis);
  }
  return node.graph.make<CompressOp>(node.element(), node.operand(0), node.operand(1), axisAttr);
}

LogicalResult importUnique(Node &node) {
  GraphBuilder &graph = node.graph;
  IntegerAttr axisAttr;
  if (node.attribute("axis")) {
    std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", 0), node.rank());
    if (!axis)
      return failure();
    axisAttr = graph.builder.getI64IntegerAttr(*axis);
  }
  Type positions = GraphBuilder::unranked(graph.builder.getI64Type());
  auto op = UniqueOp::create(graph.builder, graph.loc, GraphBuilder::unranked(node.element()), positions, positions,
                             positions, node.operand(0), axisAttr, node.integer("sorted", 1) != 0);
  if (!graph.finish(op))
    return failure();
  node.setResults(op.getResults());
  return success();
}

LogicalResult topK(Node &node, Value k) {
  GraphBuilder &graph = node.graph;
  std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", -1), node.rank());
  if (!axis || !k)
    return failure();
  auto op = TopKOp::create(graph.builder, graph.loc, GraphBuilder::unranked(node.element()),
                           GraphBuilder::unranked(graph.builder.getI64Type()), node.operand(0), k, *axis,
                           node.integer("largest", 1) != 0);
  if (!graph.finish(op))
    return failure();
  node.setResults(op.getResults());
  return success();
}

LogicalResult importTopK1(Node &node) { return topK(node, node.graph.scalar64(node.integer("k", 0))); }

LogicalResult importTopK10(Node &node) {
  Value k = scalarOf(node, 1);
  return topK(node, k ? node.graph.cast(k, node.graph.builder.getI64Type()) : k);
}

Value importNonMaxSuppression(Node &node) {
  SmallVector<Value> limits;
  for (size_t i : {2, 3, 4}) {
    limits.push_back(node.has(i) ? scalarOf(node, i) : Value());
    if (node.has(i) && !limits.back())
      return {};
  }
  return node.graph.make<NonMaxSuppressionOp>(node.graph.builder.getI64Type(), node.operand(0), node.operand(1),
                                              Omittable{limits[0]}, Omittable{limits[1]}, Omittable{limits[2]},
                                              node.integer("center_point_box", 0) != 0);
}

} // namespace

void registerIndex(Registry &registry) {
  registry.addValue("Gather", 1, 2, importGather);
  registry.addValue("GatherElements", 11, 2, importGatherElements);
  registry.addValue("GatherND", 11, 2, importGatherND);
  registry.addValue("Scatter", 9, 3, importScatterElements);
  registry.addValue("ScatterElements", 11, 3, importScatterElements);
  registry.addValue("ScatterND", 11, 3, importScatterND);
  registry.addValue("OneHot", 9, 3, importOneHot);
  registry.addValue("NonZero", 9, 1, importNonZero);
  registry.addValue("Compress", 9, 2, importCompress);
  registry.add("Unique", 11, 1, importUnique);
  registry.add("TopK", 1, 1, importTopK1);
  registry.add("TopK", 10, 2, importTopK10);
  registry.addValue("NonMaxSuppression", 10, 2, importNonMaxSuppression);
}

} // namespace ingot::onnx

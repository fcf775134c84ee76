//===-- Dropout.cpp - dropout ---------------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Random.h"
#include "frontend/onnx/Registry.h"
#include "ir/Weights.h"

using namespace mlir;

namespace ingot::onnx {
namespace {

/// True everywhere, shaped like \p x: the mask of a dropout that drops nothing.
Value maskOfAll(GraphBuilder &graph, Value x, Type element) {
  auto type = RankedTensorType::get(1, element);
  return graph.make<ConstantOfShapeOp>(element, graph.shapeOf(x), cast<ElementsAttr>(makeIntegers(type, 1)));
}

LogicalResult keepAll(Node &node, Type maskElement) {
  if (node.wants(1))
    node.setResult(1, maskOfAll(node.graph, node.operand(0), maskElement));
  node.setResult(0, node.operand(0));
  return success();
}

LogicalResult importDropout1(Node &node) { return keepAll(node, node.element()); }
LogicalResult importDropout10(Node &node) { return keepAll(node, node.graph.builder.getI1Type()); }

/// Operand \p index, of one element, as a scalar of type \p element.
Value scalarOperand(Node &node, size_t index, Type element) {
  Value value = node.graph.cast(node.operand(index), element);
  return node.rank(index) == 0 ? value : node.graph.reshape(value, ArrayRef<int64_t>());
}

/// In training, elements are dropped with probability `ratio` and the others
/// scaled so that the sum stays what it was on average.
LogicalResult importDropout12(Node &node) {
  GraphBuilder &graph = node.graph;
  auto known = node.constantIntegers(2);
  if (!node.has(2) || (known && known->front() == 0))
    return importDropout10(node);
  Value x = node.operand(0);
  Type computed = generatedType(graph, node.element());
  Value ratio = node.has(1) ? scalarOperand(node, 1, computed) : graph.scalar(computed, 0.5);
  Value drawn = Generator(node).uniform(extentsLike(graph, x), computed);
  Value kept = graph.compare(Predicate::ge, drawn, ratio);
  Value scale = graph.unary<ReciprocalOp>(graph.binary<SubOp>(graph.scalar(computed, 1), ratio));
  if (!known) {
    Value training = scalarOperand(node, 2, graph.builder.getI1Type());
    kept = graph.binary<OrOp>(kept, graph.unary<NotOp>(training));
    scale = graph.select(training, scale, graph.scalar(computed, 1));
  }
  Value scaled = graph.binary<MulOp>(x, graph.cast(scale, node.element()));
  node.setResults({graph.select(kept, scaled, graph.scalar(node.element(), 0)), kept});
  return success(bool(node.allResults()[0]));
}

} // namespace

void registerDropout(Registry &registry) {
  registry.add("Dropout", 1, 1, importDropout1);
  registry.add("Dropout", 10, 1, importDropout10);
  registry.add("Dropout", 12, 1, importDropout12);
}

} // namespace ingot::onnx

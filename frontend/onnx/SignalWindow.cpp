//===-- SignalWindow.cpp - windows and filter banks -----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"
#include <cmath>

using namespace mlir;

namespace ingot::onnx {
namespace {

/// Operand \p index, of one element, as a scalar of type \p element.
Value scalarOperand(Node &node, size_t index, Type element) {
  Value value = node.graph.cast(node.operand(index), element);
  return node.rank(index) == 0 ? value : node.graph.reshape(value, ArrayRef<int64_t>());
}

/// \p value as the model asks with `output_datatype`.
Value inOutputType(Node &node, Value value) {
  Type element = node.elementType(node.integer("output_datatype", TensorProto::FLOAT));
  return element ? node.graph.cast(value, element) : Value();
}

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

/// a0 - a1 cos(2 pi n / N) + a2 cos(4 pi n / N), N one less unless periodic.
Value cosineWindow(Node &node, double a0, double a1, double a2) {
  GraphBuilder &graph = node.graph;
  Type f64 = graph.builder.getF64Type();
  Value size = scalarOperand(node, 0, graph.builder.getI64Type());
  Value positions = graph.cast(graph.range(size), f64);
  bool periodic = node.integer("periodic", 1) != 0;
  Value period = graph.cast(periodic ? size : graph.binary<SubOp>(size, 1.0), f64);
  Value angle = graph.binary<DivOp>(graph.binary<MulOp>(positions, 2 * M_PI), period);
  Value first = graph.binary<MulOp>(graph.unary<CosOp>(angle), -a1);
  Value second = graph.binary<MulOp>(graph.unary<CosOp>(graph.binary<MulOp>(angle, 2.0)), a2);
  return inOutputType(node, graph.binary<AddOp>(graph.binary<AddOp>(first, second), a0));
}

Value importHannWindow(Node &node) { return cosineWindow(node, 0.5, 0.5, 0); }
Value importHammingWindow(Node &node) { return cosineWindow(node, 25.0 / 46, 21.0 / 46, 0); }
Value importBlackmanWindow(Node &node) { return cosineWindow(node, 0.42, 0.5, 0.08); }

//===----------------------------------------------------------------------===//
// MelWeightMatrix
//===----------------------------------------------------------------------===//

/// 2595 log10(1 + f / 700)
Value melOfFrequency(GraphBuilder &graph, Value frequency) {
  Value logarithm = graph.unary<LogOp>(graph.binary<AddOp>(graph.binary<DivOp>(frequency, 700.0), 1.0));
  return graph.binary<MulOp>(logarithm, 2595.0 / std::log(10.0));
}

/// 700 (10^(mel / 2595) - 1)
Value frequencyOfMel(GraphBuilder &graph, Value mel) {
  Value power = graph.unary<ExpOp>(graph.binary<MulOp>(mel, std::log(10.0) / 2595.0));
  return graph.binary<MulOp>(graph.binary<SubOp>(power, 1.0), 700.0);
}

/// The edges of the filters as numbers of spectrum bins: bins + 2 of them,
/// evenly spaced on the mel scale.
Value filterEdges(Node &node, Value bins, Value dftLength) {
  GraphBuilder &graph = node.graph;
  Type f64 = graph.builder.getF64Type();
  Value low = melOfFrequency(graph, scalarOperand(node, 3, f64));
  Value high = melOfFrequency(graph, scalarOperand(node, 4, f64));
  Value edges = graph.binary<AddOp>(bins, 2.0);
  Value step = graph.binary<DivOp>(graph.binary<SubOp>(high, low), graph.cast(edges, f64));
  Value positions = graph.cast(graph.range(edges), f64);
  Value frequencies = frequencyOfMel(graph, graph.binary<AddOp>(graph.binary<MulOp>(positions, step), low));
  Value scale = graph.cast(graph.binary<AddOp>(dftLength, 1.0), f64);
  Value number = graph.binary<DivOp>(graph.binary<MulOp>(frequencies, scale), scalarOperand(node, 2, f64));
  return graph.unary<FloorOp>(number);
}

/// \p x / \p y, 1 standing in for divisors below it: what divides by them is not selected.
Value safeQuotient(GraphBuilder &graph, Value x, Value y) {
  return graph.binary<DivOp>(x, graph.binary<MaxOp>(y, 1.0));
}

/// Each column is a triangle that rises from its lower edge to its center and
/// falls to its higher edge.
Value importMelWeightMatrix(Node &node) {
  GraphBuilder &graph = node.graph;
  Type i64 = graph.builder.getI64Type(), f64 = graph.builder.getF64Type();
  Value bins = scalarOperand(node, 0, i64), dftLength = scalarOperand(node, 1, i64);
  Value edges = filterEdges(node, bins, dftLength);
  if (!edges)
    return {};
  // Edges first to first + bins, as a row.
  auto row = [&](int64_t first) {
    Value start = graph.integers(first), end = graph.binary<AddOp>(graph.unsqueeze(bins, 0), double(first));
    Value part = graph.make<SliceOp>(f64, edges, start, end, Omittable(), Omittable());
    return graph.unsqueeze(part, 0);
  };
  Value lower = row(0), center = row(1), higher = row(2);
  Value spectrum = graph.binary<AddOp>(graph.binary<DivOp>(dftLength, 2.0), 1.0);
  Value j = graph.unsqueeze(graph.cast(graph.range(spectrum), f64), 1);
  auto between = [&](Value low, Predicate upper, Value high) {
    return graph.make<AndOp>(graph.builder.getI1Type(), graph.compare(Predicate::ge, j, low),
                             graph.compare(upper, j, high));
  };
  Value zero = graph.scalar(f64, 0), one = graph.scalar(f64, 1);
  Value rise = graph.binary<SubOp>(center, lower), fall = graph.binary<SubOp>(higher, center);
  Value rising = graph.select(between(lower, Predicate::le, center),
                              safeQuotient(graph, graph.binary<SubOp>(j, lower), rise), zero);
  Value peak = graph.select(graph.compare(Predicate::eq, j, center), one, zero);
  Value left = graph.select(graph.compare(Predicate::eq, rise, zero), peak, rising);
  Value right = safeQuotient(graph, graph.binary<SubOp>(higher, j), fall);
  return inOutputType(node, graph.select(between(center, Predicate::lt, higher), right, left));
}

} // namespace

void registerSignalWindow(Registry &registry) {
  registry.addValue("HannWindow", 17, 1, importHannWindow);
  registry.addValue("HammingWindow", 17, 1, importHammingWindow);
  registry.addValue("BlackmanWindow", 17, 1, importBlackmanWindow);
  registry.addValue("MelWeightMatrix", 17, 5, importMelWeightMatrix);
}

} // namespace ingot::onnx

//===-- Activation.cpp - activation functions -----------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Activation.h"
#include "frontend/onnx/Broadcast.h"
#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"

using namespace mlir;

namespace ingot::onnx {

Value leakyRelu(GraphBuilder &graph, Value x, Value slope) {
  if (!x || !slope)
    return {};
  Value negative = graph.compare(Predicate::lt, x, graph.scalar(GraphBuilder::element(x), 0));
  return graph.select(negative, graph.binary<MulOp>(x, slope), x);
}

Value hardSigmoid(GraphBuilder &graph, Value x, double alpha, double beta) {
  Type element = GraphBuilder::element(x);
  Value line = graph.binary<AddOp>(graph.binary<MulOp>(x, alpha), beta);
  return graph.make<ClampOp>(element, line, graph.scalar(element, 0), graph.scalar(element, 1));
}

namespace {

template <typename OpTy>
Value unary(Node &node) {
  return node.graph.unary<OpTy>(node.operand(0));
}

/// scale * (x where positive, alpha * (e^(x / divisor) - 1) elsewhere).
Value exponentialUnit(Node &node, double alpha, double divisor, double scale) {
  GraphBuilder &graph = node.graph;
  Value x = node.operand(0);
  Value zero = graph.scalar(node.element(), 0);
  // The exponential of large x, which is not selected, must not overflow.
  Value negative = graph.binary<MinOp>(x, zero);
  Value exponential = graph.unary<ExpOp>(divisor == 1 ? negative : graph.binary<DivOp>(negative, divisor));
  Value low = graph.binary<MulOp>(graph.binary<SubOp>(exponential, 1.0), alpha);
  Value result = graph.select(graph.compare(Predicate::gt, x, zero), x, low);
  return scale == 1 ? result : graph.binary<MulOp>(result, scale);
}

Value importElu(Node &node) { return exponentialUnit(node, node.number("alpha", 1), 1, 1); }

Value importSelu1(Node &node) {
  return exponentialUnit(node, node.number("alpha", 1.6732), 1, node.number("gamma", 1.0507));
}

Value importSelu6(Node &node) {
  return exponentialUnit(node, node.number("alpha", 1.67326319217681884765625), 1,
                         node.number("gamma", 1.05070102214813232421875));
}

Value importCelu(Node &node) {
  double alpha = node.number("alpha", 1);
  return exponentialUnit(node, alpha, alpha, 1);
}

Value importLeakyRelu(Node &node) {
  return leakyRelu(node.graph, node.operand(0), node.graph.scalar(node.element(), node.number("alpha", 0.01)));
}

Value importPRelu7(Node &node) { return leakyRelu(node.graph, node.operand(0), node.operand(1)); }

/// Before opset 7 a slope of rank 1 is one a channel.
Value importPRelu1(Node &node) {
  Value slope = node.operand(1);
  if (node.rank(1) == 1 && node.rank() > 1)
    slope = alignAt(node.graph, slope, 1, node.rank());
  return leakyRelu(node.graph, node.operand(0), slope);
}

Value importThresholdedRelu(Node &node) {
  GraphBuilder &graph = node.graph;
  Value x = node.operand(0), zero = graph.scalar(node.element(), 0);
  Value above = graph.compare(Predicate::gt, x, graph.scalar(node.element(), node.number("alpha", 1)));
  return graph.select(above, x, zero);
}

Value importHardSigmoid(Node &node) {
  return hardSigmoid(node.graph, node.operand(0), node.number("alpha", 0.2), node.number("beta", 0.5));
}

Value importSoftsign(Node &node) {
  GraphBuilder &graph = node.graph;
  Value x = node.operand(0);
  return graph.binary<DivOp>(x, graph.binary<AddOp>(graph.unary<AbsOp>(x), 1.0));
}

Value importShrink(Node &node) {
  GraphBuilder &graph = node.graph;
  Value x = node.operand(0), zero = graph.scalar(node.element(), 0);
  double bias = node.number("bias", 0), lambda = node.number("lambd", 0.5);
  Value low = graph.compare(Predicate::lt, x, graph.scalar(node.element(), -lambda));
  Value high = graph.compare(Predicate::gt, x, graph.scalar(node.element(), lambda));
  return graph.select(low, graph.binary<AddOp>(x, bias), graph.select(high, graph.binary<SubOp>(x, bias), zero));
}

Value importMish(Node &node) {
  GraphBuilder &graph = node.graph;
  Value x = node.operand(0);
  return graph.binary<MulOp>(x, graph.unary<TanhOp>(graph.unary<SoftplusOp>(x)));
}

Value importSwish(Node &node) {
  GraphBuilder &graph = node.graph;
  Value x = node.operand(0);
  double alpha = node.number("alpha", 1);
  if (alpha == 1)
    return graph.unary<SiluOp>(x);
  return graph.binary<MulOp>(x, graph.unary<SigmoidOp>(graph.binary<MulOp>(x, alpha)));
}

/// The gate is the first operand.
Value importSwiGlu(Node &node) { return node.graph.binary<MulOp>(importSwish(node), node.operand(1)); }

Value importGelu(Node &node) {
  StringRef approximate = node.string("approximate", "none");
  if (approximate != "none" && approximate != "tanh")
    return node.fail("expected approximate to be 'none' or 'tanh' but got '" + approximate + "'");
  return node.graph.make<GeluOp>(node.element(), node.operand(0), approximate == "tanh");
}

/// com.microsoft's Gelu of the sum with an optional bias.
template <bool tanh>
Value importBiasGelu(Node &node) {
  Value x = node.operand(0);
  if (node.has(1))
    x = node.graph.binary<AddOp>(x, node.operand(1));
  return node.graph.make<GeluOp>(node.element(), x, tanh);
}

Value importQuickGelu(Node &node) {
  GraphBuilder &graph = node.graph;
  Value x = node.operand(0);
  return graph.binary<MulOp>(x, graph.unary<SigmoidOp>(graph.binary<MulOp>(x, node.number("alpha", 1.702))));
}

} // namespace

void registerActivation(Registry &registry) {
  registry.addValue("Relu", 1, 1, unary<ReluOp>);
  registry.addValue("Sigmoid", 1, 1, unary<SigmoidOp>);
  registry.addValue("Softplus", 1, 1, unary<SoftplusOp>);
  registry.addValue("HardSwish", 14, 1, unary<HardSwishOp>);
  registry.addValue("Elu", 1, 1, importElu);
  registry.addValue("Selu", 1, 1, importSelu1);
  registry.addValue("Selu", 6, 1, importSelu6);
  registry.addValue("Celu", 12, 1, importCelu);
  registry.addValue("LeakyRelu", 1, 1, importLeakyRelu);
  registry.addValue("PRelu", 1, 2, importPRelu1);
  registry.addValue("PRelu", 7, 2, importPRelu7);
  registry.addValue("ThresholdedRelu", 10, 1, importThresholdedRelu);
  registry.addValue("HardSigmoid", 1, 1, importHardSigmoid);
  registry.addValue("Softsign", 1, 1, importSoftsign);
  registry.addValue("Shrink", 9, 1, importShrink);
  registry.addValue("Mish", 18, 1, importMish);
  registry.addValue("Swish", 24, 1, importSwish);
  registry.addValue("Gelu", 1, 1, importGelu); // standard since 20, but written by tools under older opsets
  registry.addValue("SwiGLU", 28, 2, importSwiGlu);
  registry.addValue("Gelu", 1, 1, importGelu, kMicrosoftDomain);
  registry.addValue("BiasGelu", 1, 2, importBiasGelu</*tanh=*/false>, kMicrosoftDomain);
  registry.addValue("FastGelu", 1, 1, importBiasGelu</*tanh=*/true>, kMicrosoftDomain);
  registry.addValue("QuickGelu", 1, 1, importQuickGelu, kMicrosoftDomain);
}

} // namespace ingot::onnx

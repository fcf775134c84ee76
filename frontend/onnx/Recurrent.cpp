//===-- Recurrent.cpp - RNN, GRU and LSTM ---------------------------------===//
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

/// An activation function of a gate and the parameters it takes by default.
struct GateFunction {
  StringLiteral name;
  unsigned parameters; ///< 0, 1 (alpha) or 2 (alpha and beta)
  double alpha, beta;
};

constexpr GateFunction kGateFunctions[] = {
    {"Relu", 0, 0, 0},        {"Tanh", 0, 0, 0},           {"Sigmoid", 0, 0, 0},       {"Softsign", 0, 0, 0},
    {"Softplus", 0, 0, 0},    {"LeakyRelu", 1, 0.01, 0},   {"ThresholdedRelu", 1, 1, 0}, {"Elu", 1, 1, 0},
    {"Affine", 2, 1, 0},      {"ScaledTanh", 2, 1, 1},     {"HardSigmoid", 2, 0.2, 0.5},
};

const GateFunction *findGateFunction(StringRef name) {
  for (const GateFunction &function : kGateFunctions)
    if (function.name.equals_insensitive(name))
      return &function;
  return nullptr;
}

/// Activations of all directions with the parameters of each.
struct Activations {
  SmallVector<StringRef> names;
  SmallVector<double> alpha, beta;
};

SmallVector<StringRef> defaultActivations(RecurrentKind kind) {
  switch (kind) {
  case RecurrentKind::rnn:
    return {"Tanh"};
  case RecurrentKind::gru:
    return {"Sigmoid", "Tanh"};
  case RecurrentKind::lstm:
    return {"Sigmoid", "Tanh", "Tanh"};
  }
  llvm_unreachable("kind");
}

std::optional<Activations> readActivations(Node &node, RecurrentKind kind, size_t directions) {
  SmallVector<StringRef> defaults = defaultActivations(kind);
  SmallVector<StringRef> names = node.strings("activations").value_or(SmallVector<StringRef>());
  if (names.empty())
    for (size_t i = 0; i < directions; ++i)
      names.append(defaults.begin(), defaults.end());
  if (names.size() != directions * defaults.size())
    return node.fail("expected " + Twine(directions * defaults.size()) + " activations but got " +
                     Twine(names.size()));
  auto alphas = node.numbers("activation_alpha").value_or(SmallVector<double>());
  auto betas = node.numbers("activation_beta").value_or(SmallVector<double>());
  Activations result;
  // The parameters are listed for the functions that take one, in their order.
  size_t alpha = 0, beta = 0;
  for (StringRef name : names) {
    const GateFunction *function = findGateFunction(name);
    if (!function)
      return node.fail("activation '" + name + "' is not supported");
    result.names.push_back(function->name);
    bool hasAlpha = function->parameters >= 1 && alpha < alphas.size();
    bool hasBeta = function->parameters >= 2 && beta < betas.size();
    result.alpha.push_back(hasAlpha ? alphas[alpha++] : function->alpha);
    result.beta.push_back(hasBeta ? betas[beta++] : function->beta);
  }
  return result;
}

/// Between [batch, time or direction, ...] (layout 1) and the other way round.
Value swapFirstTwo(GraphBuilder &graph, Value x) { return x ? graph.transpose(x, {1, 0, 2}) : x; }

std::optional<int64_t> hiddenSize(Node &node) {
  if (node.rank(2) != 3)
    return node.fail("expected recurrence weights of rank 3 but got rank " + Twine(node.rank(2)));
  auto columns = node.graph.shapes.dim(node.operand(2), 2).constant();
  int64_t size = node.integer("hidden_size", columns.value_or(0));
  if (size < 1 || (columns && *columns != size))
    return node.fail("expected hidden_size " + Twine(columns.value_or(1)) + " but got " + Twine(size));
  return size;
}

Value yInBatchLayout(GraphBuilder &graph, Value y) { return graph.transpose(y, {2, 0, 1, 3}); }

template <RecurrentKind kind>
LogicalResult importRecurrent(Node &node) {
  GraphBuilder &graph = node.graph;
  OpBuilder &builder = graph.builder;
  StringRef directionName = node.string("direction", "forward");
  auto direction = symbolizeDirection(directionName.lower());
  if (!direction)
    return node.fail("direction '" + directionName + "' is not supported");
  auto activations = readActivations(node, kind, *direction == Direction::bidirectional ? 2 : 1);
  std::optional<int64_t> hidden = hiddenSize(node);
  if (!activations || !hidden)
    return failure();
  if (node.rank() != 3)
    return node.fail("expected an input of rank 3 but got rank " + Twine(node.rank()));
  bool batchFirst = node.integer("layout", 0) != 0;
  Value x = node.operand(0), h = node.operand(5), c = node.operand(6);
  if (batchFirst) {
    x = swapFirstTwo(graph, x);
    h = swapFirstTwo(graph, h);
    c = swapFirstTwo(graph, c);
  }
  FloatAttr clip = node.attribute("clip") ? builder.getF64FloatAttr(node.number("clip", 0)) : FloatAttr();
  Type type = GraphBuilder::unranked(node.element());
  bool isLstm = kind == RecurrentKind::lstm;
  auto op = RecurrentOp::create(builder, graph.loc, type, type, isLstm ? type : Type(), kind, x, node.operand(1),
                                node.operand(2), node.operand(3), node.operand(4), h, isLstm ? c : Value(),
                                isLstm ? node.operand(7) : Value(), *direction, *hidden,
                                builder.getStrArrayAttr(activations->names), activations->alpha, activations->beta,
                                clip, node.integer("linear_before_reset", 0) != 0,
                                node.integer("input_forget", 0) != 0);
  if (!graph.finish(op))
    return failure();
  node.setResult(0, batchFirst ? yInBatchLayout(graph, op.getY()) : op.getY());
  node.setResult(1, batchFirst ? swapFirstTwo(graph, op.getYH()) : op.getYH());
  if (isLstm)
    node.setResult(2, batchFirst ? swapFirstTwo(graph, op.getYC()) : op.getYC());
  return success();
}

} // namespace

void registerRecurrent(Registry &registry) {
  registry.add("RNN", 1, 3, importRecurrent<RecurrentKind::rnn>);
  registry.add("GRU", 1, 3, importRecurrent<RecurrentKind::gru>);
  registry.add("LSTM", 1, 3, importRecurrent<RecurrentKind::lstm>);
}

} // namespace ingot::onnx

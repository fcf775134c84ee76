//===-- Training.cpp - optimizer steps ------------------------------------===//
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

/// R (learning rate), T (update count), then all tensors, all gradients and
/// the states: group g of n tensors starts at operand 2 + g * n.
struct Step {
  Node &node;
  size_t tensors;

  Value rate() const { return node.operand(0); }
  Value at(size_t group, size_t tensor) const { return node.operand(2 + group * tensors + tensor); }
  void set(size_t group, size_t tensor, Value value) const { node.setResult(group * tensors + tensor, value); }
};

/// Operands in \p groups of equal size after R and T, all present.
std::optional<Step> readStep(Node &node, size_t groups) {
  size_t rest = node.operandCount() - 2;
  if (rest == 0 || rest % groups != 0)
    return node.fail("expected R, T and operands in groups of " + Twine(groups) + " but got " +
                     Twine(node.operandCount()) + " operands");
  if (llvm::is_contained(node.allOperands(), Value()))
    return node.fail("an operand is missing");
  return Step{node, rest / groups};
}

/// gradient + normCoefficient * x
Value regularized(GraphBuilder &graph, Value gradient, Value x, double normCoefficient) {
  return normCoefficient == 0 ? gradient
                              : graph.binary<AddOp>(gradient, graph.binary<MulOp>(x, normCoefficient));
}

/// a * x + b * y
Value blend(GraphBuilder &graph, double a, Value x, double b, Value y) {
  return graph.binary<AddOp>(graph.binary<MulOp>(x, a), graph.binary<MulOp>(y, b));
}

/// \p value where T is above 0, \p atStart before.
Value afterStart(Node &node, Value value, Value atStart) {
  GraphBuilder &graph = node.graph;
  Value started = graph.compare(Predicate::gt, node.operand(1), graph.scalar(node.element(1), 0));
  return graph.select(started, value, atStart);
}

LogicalResult importAdagrad(Node &node) {
  GraphBuilder &graph = node.graph;
  std::optional<Step> step = readStep(node, 3);
  if (!step)
    return failure();
  Type rateType = GraphBuilder::element(step->rate());
  Value count = graph.cast(node.operand(1), rateType);
  Value decay = graph.binary<AddOp>(graph.binary<MulOp>(count, node.number("decay_factor", 0)), 1.0);
  Value rate = graph.binary<DivOp>(step->rate(), decay);
  for (size_t i = 0; i < step->tensors; ++i) {
    Value x = step->at(0, i);
    Value gradient = regularized(graph, step->at(1, i), x, node.number("norm_coefficient", 0));
    Value squares = graph.binary<AddOp>(step->at(2, i), graph.binary<MulOp>(gradient, gradient));
    Value scale = graph.binary<AddOp>(graph.unary<SqrtOp>(squares), node.number("epsilon", 1e-6));
    Value change = graph.binary<DivOp>(graph.binary<MulOp>(graph.cast(rate, GraphBuilder::element(x)), gradient),
                                       scale);
    step->set(0, i, graph.binary<SubOp>(x, change));
    step->set(1, i, squares);
  }
  return success();
}

/// 1 - beta^T, in the type of x.
Value biasCorrection(Node &node, double beta, Type element) {
  GraphBuilder &graph = node.graph;
  Value power = graph.binary<PowOp>(graph.scalar(element, beta), graph.cast(node.operand(1), element));
  return graph.binary<SubOp>(graph.scalar(element, 1), power);
}

LogicalResult importAdam(Node &node) {
  GraphBuilder &graph = node.graph;
  std::optional<Step> step = readStep(node, 4);
  if (!step)
    return failure();
  double alpha = node.number("alpha", 0.9), beta = node.number("beta", 0.999);
  for (size_t i = 0; i < step->tensors; ++i) {
    Value x = step->at(0, i);
    Type element = GraphBuilder::element(x);
    Value gradient = regularized(graph, step->at(1, i), x, node.number("norm_coefficient", 0));
    Value momentum = blend(graph, alpha, step->at(2, i), 1 - alpha, gradient);
    Value squares = blend(graph, beta, step->at(3, i), 1 - beta, graph.binary<MulOp>(gradient, gradient));
    Value rate = graph.cast(step->rate(), element);
    Value corrected = graph.binary<DivOp>(
        graph.binary<MulOp>(rate, graph.unary<SqrtOp>(biasCorrection(node, beta, element))),
        biasCorrection(node, alpha, element));
    Value scale = graph.binary<AddOp>(graph.unary<SqrtOp>(squares), node.number("epsilon", 1e-6));
    Value change = graph.binary<DivOp>(graph.binary<MulOp>(afterStart(node, corrected, rate), momentum), scale);
    double post = 1 - node.number("norm_coefficient_post", 0);
    step->set(0, i, graph.binary<MulOp>(graph.binary<SubOp>(x, change), post));
    step->set(1, i, momentum);
    step->set(2, i, squares);
  }
  return success();
}

LogicalResult importMomentum(Node &node) {
  GraphBuilder &graph = node.graph;
  std::optional<Step> step = readStep(node, 3);
  if (!step)
    return failure();
  StringRef mode = node.string("mode", "");
  if (mode != "standard" && mode != "nesterov")
    return node.fail("expected mode standard or nesterov but got '" + mode + "'");
  double alpha = node.number("alpha", 0), beta = node.number("beta", 0);
  for (size_t i = 0; i < step->tensors; ++i) {
    Value x = step->at(0, i);
    Type element = GraphBuilder::element(x);
    Value gradient = regularized(graph, step->at(1, i), x, node.number("norm_coefficient", 0));
    // The first update takes the whole gradient.
    Value share = afterStart(node, graph.scalar(element, beta), graph.scalar(element, 1));
    Value momentum = graph.binary<AddOp>(graph.binary<MulOp>(step->at(2, i), alpha),
                                         graph.binary<MulOp>(gradient, share));
    Value direction = momentum;
    if (mode == "nesterov")
      direction = graph.binary<AddOp>(gradient, graph.binary<MulOp>(momentum, alpha));
    step->set(0, i, graph.binary<SubOp>(x, graph.binary<MulOp>(direction, graph.cast(step->rate(), element))));
    step->set(1, i, momentum);
  }
  return success();
}

/// xs names the tensors to differentiate by, then come those of zs, which stay as they are; y is what to differentiate.
LogicalResult importGradient(Node &node) {
  auto xs = node.strings("xs"), zs = node.strings("zs");
  StringRef y = node.string("y", "");
  if (!xs || y.empty())
    return node.fail("expected attributes xs and y");
  SmallVector<StringRef> names(*xs);
  if (zs)
    llvm::append_range(names, *zs);
  if (names.size() != node.operandCount())
    return node.fail("expected " + Twine(names.size()) + " operands, one for each of xs and zs, but got " +
                     Twine(node.operandCount()));
  for (auto [name, operand] : llvm::zip(names, node.allOperands()))
    if (node.valueNamed(name) != operand)
      return node.fail("the gradient at another point than the one '" + name + "' stands for is not supported");
  Value of = node.valueNamed(y);
  if (!of)
    return node.fail("expected y to name a tensor before this node but got '" + y + "'");
  SmallVector<Value> operands(node.allOperands().take_front(xs->size()));
  SmallVector<Type> types;
  for (Value x : operands)
    types.push_back(GraphBuilder::unranked(GraphBuilder::element(x)));
  auto op = GradientOp::create(node.graph.builder, node.graph.loc, types, of, operands);
  if (!node.graph.finish(op))
    return failure();
  node.setResults(op.getGradients());
  return success();
}

} // namespace

void registerTraining(Registry &registry) {
  registry.add("Adagrad", 1, 2, importAdagrad, kTrainingDomain);
  registry.add("Adam", 1, 2, importAdam, kTrainingDomain);
  registry.add("Gradient", 1, 1, importGradient, kTrainingDomain);
  registry.add("Momentum", 1, 2, importMomentum, kTrainingDomain);
}

} // namespace ingot::onnx

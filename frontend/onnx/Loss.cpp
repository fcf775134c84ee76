//===-- Loss.cpp - loss functions -----------------------------------------===//
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

SmallVector<int64_t> allAxes(Value x) {
  return llvm::to_vector(llvm::seq<int64_t>(0, GraphBuilder::rank(x)));
}

/// The loss of every target, and the weight it counts with (null: 1).
struct WeightedLoss {
  Value loss, weight;
};

/// -logProbabilities at the class that each target names. Targets that are
/// ignored have weight 0.
WeightedLoss lossOfTargets(Node &node, Value logProbabilities, Value targets, Value classWeights) {
  GraphBuilder &graph = node.graph;
  Type element = GraphBuilder::element(logProbabilities);
  Value classes = graph.cast(targets, graph.builder.getI64Type()), ignored;
  if (node.attribute("ignore_index")) {
    // The ignored index need not be a class: class 0 stands in for it.
    ignored = graph.compare(Predicate::eq, classes, graph.scalar64(node.integer("ignore_index", 0)));
    classes = graph.select(ignored, graph.scalar64(0), classes);
  }
  Value picked = graph.make<GatherElementsOp>(element, logProbabilities, graph.unsqueeze(classes, 1), int64_t(1));
  WeightedLoss result{graph.unary<NegOp>(graph.squeeze(picked, 1)), Value()};
  if (classWeights)
    result.weight = graph.make<GatherOp>(element, classWeights, classes, int64_t(0));
  if (ignored) {
    Value counted = result.weight ? result.weight : graph.scalar(element, 1);
    result.weight = graph.select(ignored, graph.scalar(element, 0), counted);
  }
  return result;
}

/// The loss as `reduction` asks for it.
Value reduceLoss(Node &node, WeightedLoss parts) {
  GraphBuilder &graph = node.graph;
  if (!parts.loss)
    return {};
  SmallVector<int64_t> axes = allAxes(parts.loss);
  StringRef reduction = node.string("reduction", "mean");
  Value loss = parts.weight ? graph.binary<MulOp>(parts.loss, parts.weight) : parts.loss;
  if (reduction == "none")
    return loss;
  if (reduction == "sum")
    return graph.reduce(ReduceKind::sum, loss, axes, /*keepDims=*/false);
  if (reduction != "mean")
    return node.fail("reduction '" + reduction + "' is not supported");
  if (!parts.weight)
    return graph.reduce(ReduceKind::mean, loss, axes, /*keepDims=*/false);
  return graph.binary<DivOp>(graph.reduce(ReduceKind::sum, loss, axes, /*keepDims=*/false),
                             graph.reduce(ReduceKind::sum, parts.weight, axes, /*keepDims=*/false));
}

bool checkRanks(Node &node) {
  if (node.rank(0) >= 2 && node.rank(1) == node.rank(0) - 1)
    return true;
  node.fail("expected scores of rank 2 or more and targets of one rank less but got ranks " + Twine(node.rank(0)) +
            " and " + Twine(node.rank(1)));
  return false;
}

Value importNegativeLogLikelihoodLoss(Node &node) {
  if (!checkRanks(node))
    return {};
  return reduceLoss(node, lossOfTargets(node, node.operand(0), node.operand(1), node.operand(2)));
}

LogicalResult importSoftmaxCrossEntropyLoss(Node &node) {
  if (!checkRanks(node))
    return failure();
  Value logProbabilities = node.graph.make<SoftmaxOp>(node.element(), node.operand(0), int64_t(1), /*log=*/true);
  if (!logProbabilities)
    return failure();
  Value loss = reduceLoss(node, lossOfTargets(node, logProbabilities, node.operand(1), node.operand(2)));
  node.setResults({loss, logProbabilities});
  return success(bool(loss));
}

} // namespace

void registerLoss(Registry &registry) {
  registry.addValue("NegativeLogLikelihoodLoss", 12, 2, importNegativeLogLikelihoodLoss);
  registry.add("SoftmaxCrossEntropyLoss", 12, 2, importSoftmaxCrossEntropyLoss);
}

} // namespace ingot::onnx

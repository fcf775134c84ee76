//===-- Norm.cpp - normalizations -----------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Broadcast.h"
#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"

using namespace mlir;

namespace ingot::onnx {
namespace {

SmallVector<int64_t> axesFrom(int64_t first, int64_t rank) {
  return SmallVector<int64_t>(llvm::seq<int64_t>(first, rank).begin(), llvm::seq<int64_t>(first, rank).end());
}

Value inverseDeviation(GraphBuilder &graph, Value variance, double epsilon) {
  return graph.unary<ReciprocalOp>(graph.unary<SqrtOp>(graph.binary<AddOp>(variance, epsilon)));
}

/// mean((x - mean)^2)
Value variance(GraphBuilder &graph, Value x, Value mean, ArrayRef<int64_t> axes, bool keepDims) {
  Value centered = graph.binary<SubOp>(x, mean);
  return graph.reduce(ReduceKind::mean, graph.binary<MulOp>(centered, centered), axes, keepDims);
}

//===----------------------------------------------------------------------===//
// BatchNormalization
//===----------------------------------------------------------------------===//

/// x * (scale / sqrt(variance + epsilon)) + (bias - mean * that): the factors
/// fold where the parameters are constant.
Value batchNormalize(Node &node, Value mean, Value variance) {
  GraphBuilder &graph = node.graph;
  Type element = node.element(), computed = GraphBuilder::element(variance);
  Value scale = graph.cast(node.operand(1), computed), bias = graph.cast(node.operand(2), computed);
  Value factor = graph.binary<MulOp>(scale, inverseDeviation(graph, variance, node.number("epsilon", 1e-5)));
  Value offset = graph.binary<SubOp>(bias, graph.binary<MulOp>(graph.cast(mean, computed), factor));
  auto aligned = [&](Value value) { return alignAt(graph, graph.cast(value, element), 1, node.rank()); };
  return graph.binary<AddOp>(graph.binary<MulOp>(node.operand(0), aligned(factor)), aligned(offset));
}

LogicalResult normalizeByBatch(Node &node) {
  GraphBuilder &graph = node.graph;
  SmallVector<int64_t> axes = axesFrom(2, node.rank());
  axes.insert(axes.begin(), 0);
  Value x = graph.cast(node.operand(0), node.element(3));
  Value batchMean = graph.reduce(ReduceKind::mean, x, axes, /*keepDims=*/false);
  Value batchVariance = variance(graph, x, alignAt(graph, batchMean, 1, node.rank()), axes, /*keepDims=*/false);
  node.setResult(0, batchNormalize(node, batchMean, batchVariance));
  double momentum = node.number("momentum", 0.9);
  auto running = [&](Value old, Value now) {
    return graph.binary<AddOp>(graph.binary<MulOp>(old, momentum), graph.binary<MulOp>(now, 1 - momentum));
  };
  node.setResult(1, running(node.operand(3), batchMean));
  node.setResult(2, running(node.operand(4), batchVariance));
  return success();
}

LogicalResult importBatchNormalization(Node &node) {
  if (node.rank() < 2 && node.rank() != 1)
    return node.fail("expected an input of rank 1 or more but got a scalar");
  if (node.integer("spatial", 1) == 0)
    return node.fail("batch normalization with spatial = 0 is not supported");
  // Opsets 7 to 13 tell training by the outputs asked for, earlier ones by an attribute too.
  bool training = node.version >= 14 ? node.integer("training_mode", 0) != 0 : node.wants(1);
  if (training && node.version < 14)
    return node.fail("batch normalization in training mode is not supported before opset 14");
  if (training)
    return normalizeByBatch(node);
  Value result = batchNormalize(node, node.operand(3), node.operand(4));
  node.setResult(0, result);
  return success(bool(result));
}

//===----------------------------------------------------------------------===//
// Layer, group, instance and RMS normalization
//===----------------------------------------------------------------------===//

Value normalize(GraphBuilder &graph, Value x, ArrayRef<int64_t> axes, double epsilon, bool rms) {
  return graph.make<NormalizeOp>(GraphBuilder::element(x), x, axes, llvm::APFloat(epsilon), rms);
}

/// The type to normalize in: `stash_type`, for narrow inputs.
Type stashType(Node &node) {
  return node.elementType(node.integer("stash_type", TensorProto::FLOAT));
}

/// \p x normalized in the stash type, back in its own type.
Value normalizeInStash(Node &node, Value x, ArrayRef<int64_t> axes, bool rms) {
  Type stash = stashType(node);
  if (!stash)
    return {};
  Type element = GraphBuilder::element(x);
  if (element.getIntOrFloatBitWidth() >= stash.getIntOrFloatBitWidth())
    stash = element;
  Value normalized = normalize(node.graph, node.graph.cast(x, stash), axes, node.number("epsilon", 1e-5), rms);
  return node.graph.cast(normalized, element);
}

LogicalResult importLayerNormalization(Node &node) {
  GraphBuilder &graph = node.graph;
  std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", -1), node.rank());
  if (!axis)
    return failure();
  SmallVector<int64_t> axes = axesFrom(*axis, node.rank());
  Value x = node.operand(0);
  Value result = graph.binary<MulOp>(normalizeInStash(node, x, axes, /*rms=*/false), node.operand(1));
  if (node.has(2))
    result = graph.binary<AddOp>(result, node.operand(2));
  node.setResult(0, result);
  if (node.wants(1) || node.wants(2)) {
    Value stashed = graph.cast(x, stashType(node));
    Value mean = graph.reduce(ReduceKind::mean, stashed, axes, /*keepDims=*/true);
    node.setResult(1, mean);
    if (node.wants(2))
      node.setResult(2, inverseDeviation(graph, variance(graph, stashed, mean, axes, /*keepDims=*/true),
                                         node.number("epsilon", 1e-5)));
  }
  return success(bool(result));
}

Value importRmsNormalization(Node &node) {
  std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", -1), node.rank());
  if (!axis)
    return {};
  Value normalized = normalizeInStash(node, node.operand(0), axesFrom(*axis, node.rank()), /*rms=*/true);
  return node.graph.binary<MulOp>(normalized, node.operand(1));
}

Value importInstanceNormalization(Node &node) {
  GraphBuilder &graph = node.graph;
  if (node.rank() < 3)
    return node.fail("expected an input of rank 3 or more but got rank " + Twine(node.rank()));
  Value normalized = normalize(graph, node.operand(0), axesFrom(2, node.rank()), node.number("epsilon", 1e-5),
                               /*rms=*/false);
  Value scale = alignAt(graph, node.operand(1), 1, node.rank()), bias = alignAt(graph, node.operand(2), 1, node.rank());
  return graph.binary<AddOp>(graph.binary<MulOp>(normalized, scale), bias);
}

/// Opset 18 has a scale and bias a group, 21 a channel.
Value importGroupNormalization(Node &node) {
  GraphBuilder &graph = node.graph;
  int64_t groups = node.integer("num_groups", 0);
  if (groups < 1 || node.rank() < 2)
    return node.fail("expected a positive num_groups and an input of rank 2 or more but got " + Twine(groups) +
                     " and rank " + Twine(node.rank()));
  Value x = node.operand(0), shape = graph.shapeOf(x);
  // [N, C, S...] as [N, G, C / G * S...]
  Value grouped = graph.reshape(x, {0, groups, -1});
  Value normalized = grouped ? normalizeInStash(node, grouped, 2, /*rms=*/false) : Value();
  if (node.version >= 21) {
    Value scale = alignAt(graph, node.operand(1), 1, node.rank());
    Value bias = alignAt(graph, node.operand(2), 1, node.rank());
    return graph.binary<AddOp>(graph.binary<MulOp>(graph.reshape(normalized, shape), scale), bias);
  }
  Value scale = graph.unsqueeze(node.operand(1), 1), bias = graph.unsqueeze(node.operand(2), 1);
  return graph.reshape(graph.binary<AddOp>(graph.binary<MulOp>(normalized, scale), bias), shape);
}

//===----------------------------------------------------------------------===//
// Others
//===----------------------------------------------------------------------===//

Value importMeanVarianceNormalization(Node &node) {
  GraphBuilder &graph = node.graph;
  auto axes = node.normalizeAxes(node.integers("axes").value_or(SmallVector<int64_t>{0, 2, 3}), node.rank());
  if (!axes)
    return {};
  // The operator's definition adds its epsilon to the deviation, not to the variance.
  Value x = node.operand(0), mean = graph.reduce(ReduceKind::mean, x, *axes, /*keepDims=*/true);
  Value deviation = graph.unary<SqrtOp>(variance(graph, x, mean, *axes, /*keepDims=*/true));
  return graph.binary<DivOp>(graph.binary<SubOp>(x, mean), graph.binary<AddOp>(deviation, 1e-9));
}

Value importLpNormalization(Node &node) {
  GraphBuilder &graph = node.graph;
  std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", -1), node.rank());
  int64_t p = node.integer("p", 2);
  if (!axis)
    return {};
  if (p != 1 && p != 2)
    return node.fail("expected p to be 1 or 2 but got " + Twine(p));
  Value norm = graph.reduce(p == 1 ? ReduceKind::l1 : ReduceKind::l2, node.operand(0), *axis, /*keepDims=*/true);
  // Vectors of zeros stay zeros.
  Value zero = graph.scalar(node.element(), 0);
  Value quotient = graph.binary<DivOp>(node.operand(0), norm);
  return graph.select(graph.compare(Predicate::eq, norm, zero), zero, quotient);
}

Value importLrn(Node &node) {
  return node.graph.make<LrnOp>(node.element(), node.operand(0), node.integer("size", 1),
                                llvm::APFloat(node.number("alpha", 0.0001)), llvm::APFloat(node.number("beta", 0.75)),
                                llvm::APFloat(node.number("bias", 1)));
}

//===----------------------------------------------------------------------===//
// com.microsoft: normalizations of sums
//===----------------------------------------------------------------------===//

/// Sets results 0 to 2 to \p x normalized over its last dimension times \p scale
/// plus \p bias (may be null), and what it was normalized by. Root mean square
/// normalization has no mean.
LogicalResult setNormalized(Node &node, Value x, Value scale, Value bias, double epsilon, bool rms) {
  GraphBuilder &graph = node.graph;
  if (!x)
    return failure();
  int64_t last = GraphBuilder::rank(x) - 1;
  Value result = graph.binary<MulOp>(normalize(graph, x, last, epsilon, rms), scale);
  node.setResult(0, bias ? graph.binary<AddOp>(result, bias) : result);
  Value center = rms ? graph.scalar(GraphBuilder::element(x), 0)
                     : graph.reduce(ReduceKind::mean, x, last, /*keepDims=*/true);
  if (node.wants(1) && !rms)
    node.setResult(1, center);
  if (node.wants(2))
    node.setResult(2, inverseDeviation(graph, variance(graph, x, center, last, /*keepDims=*/true), epsilon));
  return success(bool(node.allResults()[0]));
}

/// Operands: input, skip, scale, then for layer normalization its bias, and a
/// bias of the sum. The sum is the last result.
template <bool rms>
LogicalResult importSkipNormalization(Node &node) {
  GraphBuilder &graph = node.graph;
  Value sum = graph.binary<AddOp>(node.operand(0), node.operand(1));
  size_t sumBias = rms ? 3 : 4;
  if (node.has(sumBias))
    sum = graph.binary<AddOp>(sum, node.operand(sumBias));
  node.setResult(3, sum);
  return setNormalized(node, sum, node.operand(2), rms ? Value() : node.operand(3), node.number("epsilon", 1e-12), rms);
}

/// RMSNormalization as it was before it became standard.
LogicalResult importSimplifiedLayerNormalization(Node &node) {
  GraphBuilder &graph = node.graph;
  Value result = importRmsNormalization(node);
  node.setResult(0, result);
  if (result && node.wants(1)) {
    SmallVector<int64_t> axes = axesFrom(*node.normalizeAxis(node.integer("axis", -1), node.rank()), node.rank());
    Value x = graph.cast(node.operand(0), stashType(node));
    node.setResult(1, inverseDeviation(graph, variance(graph, x, graph.scalar(GraphBuilder::element(x), 0), axes, true),
                                       node.number("epsilon", 1e-5)));
  }
  return success(bool(result));
}

/// The sum of the embeddings of words, positions and (optionally) segments, normalized.
LogicalResult importEmbedLayerNormalization(Node &node) {
  GraphBuilder &graph = node.graph;
  if (node.rank(0) != 2)
    return node.fail("expected word ids of rank 2 but got rank " + Twine(node.rank(0)));
  Type element = node.element(2);
  auto embed = [&](Value table, Value ids) { return graph.make<GatherOp>(element, table, ids, int64_t(0)); };
  Value positions = node.has(8) ? node.operand(8) : graph.range(graph.squeeze(graph.dimOf(node.operand(0), 1), 0));
  Value sum = graph.binary<AddOp>(embed(node.operand(2), node.operand(0)), embed(node.operand(3), positions));
  if (node.has(1) && node.has(4))
    sum = graph.binary<AddOp>(sum, embed(node.operand(4), node.operand(1)));
  if (failed(setNormalized(node, sum, node.operand(5), node.operand(6), node.number("epsilon", 1e-12), false)))
    return failure();
  // Result 1 is not the mean here but the number of words that the mask leaves, result 2 the sum.
  Type i32 = graph.builder.getI32Type();
  node.setResult(1, node.has(7) ? graph.reduce(ReduceKind::sum, graph.cast(node.operand(7), i32), 1, false) : Value());
  node.setResult(2, sum);
  if (node.wants(1) && !node.has(7))
    return node.fail("a mask index without a mask is not supported");
  return success();
}

} // namespace

void registerNorm(Registry &registry) {
  registry.add("BatchNormalization", 1, 5, importBatchNormalization);
  registry.add("LayerNormalization", 1, 2, importLayerNormalization); // 17 in the standard, 1 as an early export
  registry.addValue("RMSNormalization", 23, 2, importRmsNormalization);
  registry.add("SimplifiedLayerNormalization", 1, 2, importSimplifiedLayerNormalization); // never standard
  registry.add("SkipLayerNormalization", 1, 3, importSkipNormalization</*rms=*/false>, kMicrosoftDomain);
  registry.add("SkipSimplifiedLayerNormalization", 1, 3, importSkipNormalization</*rms=*/true>, kMicrosoftDomain);
  registry.add("EmbedLayerNormalization", 1, 7, importEmbedLayerNormalization, kMicrosoftDomain);
  registry.addValue("InstanceNormalization", 1, 3, importInstanceNormalization);
  registry.addValue("GroupNormalization", 18, 3, importGroupNormalization);
  registry.addValue("MeanVarianceNormalization", 9, 1, importMeanVarianceNormalization);
  registry.addValue("LpNormalization", 1, 1, importLpNormalization);
  registry.addValue("LRN", 1, 1, importLrn);
}

} // namespace ingot::onnx

//===-- Reduce.cpp - reductions, scans and softmax ------------------------===//
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

/// The type to reduce in, where it is not the operand's own: booleans have no
/// maximum, and roots, logarithms and means of integers are taken as reals.
Type computeType(Node &node, ReduceKind kind) {
  Type element = node.element();
  if (!isa<IntegerType>(element))
    return element;
  switch (kind) {
  case ReduceKind::mean:
  case ReduceKind::l2:
  case ReduceKind::log_sum:
  case ReduceKind::log_sum_exp:
    return node.graph.builder.getF64Type();
  default:
    return element.isInteger(1) ? node.graph.builder.getIntegerType(8, /*isSigned=*/false) : element;
  }
}

/// \p axes is null where they are computed by the model, as operand 1.
Value reduce(Node &node, ReduceKind kind, DenseI64ArrayAttr axes) {
  GraphBuilder &graph = node.graph;
  Type element = computeType(node, kind);
  Omittable dynamicAxes{axes ? Value() : node.operand(1)};
  Value result = graph.makeDeclared<ReduceOp>(node.declared(), element, kind, graph.cast(node.operand(0), element),
                                              dynamicAxes, axes, node.integer("keepdims", 1) != 0,
                                              node.integer("noop_with_empty_axes", 0) != 0);
  return graph.cast(result, node.element());
}

Value reduceOver(Node &node, ReduceKind kind, ArrayRef<int64_t> axes) {
  auto normalized = node.normalizeAxes(axes, node.rank());
  if (!normalized)
    return {};
  if (normalized->empty()) {
    if (node.integer("noop_with_empty_axes", 0) != 0)
      return node.operand(0);
    normalized->assign(llvm::seq<int64_t>(0, node.rank()).begin(), llvm::seq<int64_t>(0, node.rank()).end());
  }
  return reduce(node, kind, node.graph.builder.getDenseI64ArrayAttr(*normalized));
}

/// The axes are an attribute.
template <ReduceKind kind>
Value reduceByAttribute(Node &node) {
  return reduceOver(node, kind, node.integers("axes").value_or(SmallVector<int64_t>()));
}

/// The axes are an operand.
template <ReduceKind kind>
Value reduceByOperand(Node &node) {
  if (!node.has(1))
    return reduceOver(node, kind, {});
  if (auto axes = node.constantIntegers(1))
    return reduceOver(node, kind, *axes);
  return reduce(node, kind, nullptr);
}

template <bool max>
Value argReduce(Node &node) {
  std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", 0), node.rank());
  if (!axis)
    return {};
  return node.graph.make<ArgReduceOp>(node.graph.builder.getI64Type(), node.operand(0), *axis, max,
                                      node.integer("keepdims", 1) != 0, node.integer("select_last_index", 0) != 0);
}

Value importCumSum(Node &node) {
  return node.graph.make<CumSumOp>(node.element(), node.operand(0), node.operand(1),
                                   node.integer("exclusive", 0) != 0, node.integer("reverse", 0) != 0);
}

/// The product over j of x_j where j comes before i, and 1 elsewhere.
Value cumProd(Node &node, int64_t axis) {
  GraphBuilder &graph = node.graph;
  bool exclusive = node.integer("exclusive", 0) != 0, reverse = node.integer("reverse", 0) != 0;
  Value positions = graph.range(graph.squeeze(graph.dimOf(node.operand(0), axis), 0));
  SmallVector<int64_t> behind = llvm::to_vector(llvm::seq<int64_t>(2, node.rank() - axis + 1));
  Predicate before = reverse ? (exclusive ? Predicate::gt : Predicate::ge)
                             : (exclusive ? Predicate::lt : Predicate::le);
  Value counted = graph.compare(before, graph.unsqueeze(positions, 0), graph.unsqueeze(positions, 1));
  Value factors = graph.select(graph.unsqueeze(counted, behind), graph.unsqueeze(node.operand(0), axis),
                               graph.scalar(node.element(), 1));
  return graph.reduce(ReduceKind::prod, factors, axis + 1, /*keepDims=*/false);
}

Value importCumProd(Node &node) {
  auto stated = node.constantIntegers(1);
  if (!stated || stated->size() != 1)
    return node.chooseByAxis(1, node.rank(), [&](int64_t axis) { return cumProd(node, axis); });
  std::optional<int64_t> axis = node.normalizeAxis(stated->front(), node.rank());
  return axis ? cumProd(node, *axis) : Value();
}

//===----------------------------------------------------------------------===//
// Softmax and its relatives
//===----------------------------------------------------------------------===//

/// 1 at the first maximum along \p axis, 0 elsewhere.
Value hardmax(GraphBuilder &graph, Value x, int64_t axis) {
  Type element = GraphBuilder::element(x);
  Value position = graph.make<ArgReduceOp>(graph.builder.getI64Type(), x, axis, /*max=*/true, /*keep_dims=*/false,
                                           /*select_last=*/false);
  Value values = graph.concat({graph.unsqueeze(graph.scalar(element, 0), 0),
                               graph.unsqueeze(graph.scalar(element, 1), 0)}, 0);
  return graph.make<OneHotOp>(element, position, graph.squeeze(graph.dimOf(x, axis), 0), values, axis);
}

template <bool log>
Value softmax(GraphBuilder &graph, Value x, int64_t axis) {
  return graph.make<SoftmaxOp>(GraphBuilder::element(x), x, axis, log);
}

using AlongAxis = Value (*)(GraphBuilder &, Value, int64_t);

template <AlongAxis function>
Value alongAxis13(Node &node) {
  std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", -1), node.rank());
  return axis ? function(node.graph, node.operand(0), *axis) : Value();
}

/// Before opset 13, all dimensions from `axis` on count as one.
template <AlongAxis function>
Value alongAxis1(Node &node) {
  GraphBuilder &graph = node.graph;
  std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", 1), node.rank());
  if (!axis)
    return {};
  Value x = node.operand(0);
  if (*axis == node.rank() - 1)
    return function(graph, x, *axis);
  Value flat = graph.make<FlattenOp>(node.element(), x, *axis);
  return flat ? graph.reshape(function(graph, flat, 1), graph.shapeOf(x)) : Value();
}

template <ReduceKind kind>
void registerReduction(Registry &registry, StringRef op, int64_t operandSince) {
  registry.addValue(op, 1, 1, reduceByAttribute<kind>);
  registry.addValue(op, operandSince, 1, reduceByOperand<kind>);
}

template <AlongAxis function>
void registerAlongAxis(Registry &registry, StringRef op) {
  registry.addValue(op, 1, 1, alongAxis1<function>);
  registry.addValue(op, 13, 1, alongAxis13<function>);
}

} // namespace

void registerReduce(Registry &registry) {
  registerReduction<ReduceKind::sum>(registry, "ReduceSum", 13);
  registerReduction<ReduceKind::mean>(registry, "ReduceMean", 18);
  registerReduction<ReduceKind::prod>(registry, "ReduceProd", 18);
  registerReduction<ReduceKind::max>(registry, "ReduceMax", 18);
  registerReduction<ReduceKind::min>(registry, "ReduceMin", 18);
  registerReduction<ReduceKind::l1>(registry, "ReduceL1", 18);
  registerReduction<ReduceKind::l2>(registry, "ReduceL2", 18);
  registerReduction<ReduceKind::log_sum>(registry, "ReduceLogSum", 18);
  registerReduction<ReduceKind::log_sum_exp>(registry, "ReduceLogSumExp", 18);
  registerReduction<ReduceKind::sum_square>(registry, "ReduceSumSquare", 18);
  registry.addValue("ArgMax", 1, 1, argReduce<true>);
  registry.addValue("ArgMin", 1, 1, argReduce<false>);
  registry.addValue("CumProd", 26, 2, importCumProd);
  registry.addValue("CumSum", 11, 2, importCumSum);
  registerAlongAxis<softmax<false>>(registry, "Softmax");
  registerAlongAxis<softmax<true>>(registry, "LogSoftmax");
  registerAlongAxis<hardmax>(registry, "Hardmax");
}

} // namespace ingot::onnx

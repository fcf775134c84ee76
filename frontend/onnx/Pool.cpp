//===-- Pool.cpp - pools --------------------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Pool.h"
#include "frontend/onnx/Registry.h"
#include "frontend/onnx/Window.h"
#include <limits>

using namespace mlir;

namespace ingot::onnx {
namespace {

/// What never wins a maximum.
double lowestOf(Type element) {
  if (auto integer = dyn_cast<IntegerType>(element))
    return integer.isUnsigned() ? 0 : -std::ldexp(1.0, int(integer.getWidth()) - 1);
  return -std::numeric_limits<double>::infinity();
}

/// A pool of \p input; its operator, or null after an error.
PoolOp pool(Node &node, PoolKind kind, Value input, double fill, bool wantsIndices, bool channelsLast) {
  GraphBuilder &graph = node.graph;
  auto kernel = node.integers("kernel_shape");
  if (!kernel) {
    node.fail("attribute 'kernel_shape' is missing");
    return {};
  }
  if (GraphBuilder::rank(input) != int64_t(kernel->size()) + 2) {
    node.fail("expected an input of rank " + Twine(kernel->size() + 2) + " but got rank " +
              Twine(GraphBuilder::rank(input)));
    return {};
  }
  std::optional<Window> window = readPaddedWindow(node, *kernel, input, fill, channelsLast);
  if (!window)
    return {};
  auto op = PoolOp::create(
      graph.builder, graph.loc, GraphBuilder::unranked(GraphBuilder::element(input)),
      wantsIndices ? GraphBuilder::unranked(graph.builder.getI64Type()) : Type(), kind, input, window->kernel,
      window->strides, window->dilations, window->pads, node.integer("ceil_mode", 0) != 0,
      node.integer("count_include_pad", 0) != 0, node.integer("p", 2), node.integer("storage_order", 0) != 0,
      channelsLast);
  return graph.finish(op) ? op : PoolOp();
}

LogicalResult importMaxPool(Node &node) {
  bool wantsIndices = node.wants(1);
  PoolOp op = pool(node, PoolKind::max, node.operand(0), lowestOf(node.element()), wantsIndices,
                   /*channelsLast=*/false);
  if (!op)
    return failure();
  node.setResult(0, op.getResult());
  if (wantsIndices)
    node.setResult(1, op.getIndices());
  return success();
}

Value importAveragePool(Node &node) { return averagePool(node, node.operand(0), /*channelsLast=*/false); }

Value importLpPool(Node &node) {
  PoolOp op = pool(node, PoolKind::lp, node.operand(0), 0, /*wantsIndices=*/false, /*channelsLast=*/false);
  return op ? op.getResult() : Value();
}

template <ReduceKind kind>
Value importGlobalPool(Node &node) {
  return globalPool(node.graph, kind, node.operand(0), /*channelsLast=*/false);
}

Value importGlobalLpPool(Node &node) {
  GraphBuilder &graph = node.graph;
  // The attribute was a float in the first version.
  double p = node.version < 2 ? node.number("p", 2) : double(node.integer("p", 2));
  if (p == 1 || p == 2)
    return globalPool(graph, p == 1 ? ReduceKind::l1 : ReduceKind::l2, node.operand(0), /*channelsLast=*/false);
  Value powers = graph.binary<PowOp>(graph.unary<AbsOp>(node.operand(0)), p);
  return graph.binary<PowOp>(globalPool(graph, ReduceKind::sum, powers, /*channelsLast=*/false), 1 / p);
}

/// Puts each element where the max pool that made the indices found it. They
/// count in the smallest output the window allows; a larger one is padded.
Value importMaxUnpool(Node &node) {
  GraphBuilder &graph = node.graph;
  Value x = node.operand(0);
  auto kernel = node.integers("kernel_shape");
  if (!kernel || node.rank() != int64_t(kernel->size()) + 2)
    return node.fail("expected a kernel_shape of " + Twine(node.rank() - 2) + " values");
  std::optional<Window> window = readWindow(node, *kernel);
  if (!window)
    return {};
  SmallVector<Value> dims{graph.dimOf(x, 0), graph.dimOf(x, 1)};
  for (size_t i = 0; i < kernel->size(); ++i) {
    Value starts = graph.binary<MulOp>(graph.binary<SubOp>(graph.dimOf(x, int64_t(i) + 2), 1.0),
                                       double(window->strides[i]));
    int64_t rest = (*kernel)[i] - window->pads[i] - window->pads[kernel->size() + i];
    dims.push_back(graph.binary<AddOp>(starts, double(rest)));
  }
  Value shape = graph.concat(dims, 0);
  auto one = RankedTensorType::get(1, node.element());
  Value size = graph.reduce(ReduceKind::prod, shape, 0, /*keepDims=*/true);
  Value zeros = graph.make<ConstantOfShapeOp>(node.element(), size,
                                              DenseElementsAttr::get(one, graph.builder.getZeroAttr(node.element())));
  Value placed = graph.make<ScatterElementsOp>(node.element(), zeros, graph.reshape(node.operand(1), -1),
                                               graph.reshape(x, -1), int64_t(0), Reduction::none);
  Value result = graph.reshape(placed, shape);
  if (!node.has(2) || !result)
    return result;
  Value growth = graph.binary<SubOp>(node.operand(2), shape);
  Value pads = graph.concat({graph.integers(SmallVector<int64_t>(node.rank(), 0)), growth}, 0);
  return graph.makeDeclared<PadOp>(node.declared(), node.element(), result, pads, Omittable(), PadMode::constant);
}

/// The average of ones in the place of \p input's elements, for one image and one channel.
Value shareOfElements(Node &node, Value input, bool channelsLast) {
  GraphBuilder &graph = node.graph;
  int64_t rank = GraphBuilder::rank(input), channel = channelsLast ? rank - 1 : 1;
  SmallVector<Value> dims;
  for (int64_t i = 0; i < rank; ++i)
    dims.push_back(i == 0 || i == channel ? graph.integers(1) : graph.dimOf(input, i));
  Type element = GraphBuilder::element(input);
  auto one = RankedTensorType::get(1, element);
  Value ones = graph.make<ConstantOfShapeOp>(element, graph.concat(dims, 0),
                                             DenseElementsAttr::get(one, graph.builder.getOneAttr(element)));
  PoolOp op = pool(node, PoolKind::average, ones, 0, /*wantsIndices=*/false, channelsLast);
  return op ? op.getResult() : Value();
}

} // namespace

Value averagePool(Node &node, Value input, bool channelsLast) {
  if (!input)
    return {};
  bool same = node.string("auto_pad", "NOTSET").starts_with("SAME");
  Value given = input;
  PoolOp op = pool(node, PoolKind::average, input, 0, /*wantsIndices=*/false, channelsLast);
  if (!op)
    return {};
  // Padding at run time makes pads count as elements: the share of those that are none corrects that.
  if (same && op.getInput() != given && node.integer("count_include_pad", 0) == 0)
    return node.graph.binary<DivOp>(op.getResult(), shareOfElements(node, given, channelsLast));
  return op.getResult();
}

Value globalPool(GraphBuilder &graph, ReduceKind kind, Value input, bool channelsLast) {
  if (!input)
    return {};
  int64_t first = channelsLast ? 1 : 2, last = GraphBuilder::rank(input) - (channelsLast ? 1 : 0);
  SmallVector<int64_t> axes;
  for (int64_t i = first; i < last; ++i)
    axes.push_back(i);
  return graph.reduce(kind, input, axes, /*keepDims=*/true);
}

void registerPool(Registry &registry) {
  registry.add("MaxPool", 1, 1, importMaxPool);
  registry.addValue("AveragePool", 1, 1, importAveragePool);
  registry.addValue("LpPool", 2, 1, importLpPool);
  registry.addValue("GlobalAveragePool", 1, 1, importGlobalPool<ReduceKind::mean>);
  registry.addValue("GlobalMaxPool", 1, 1, importGlobalPool<ReduceKind::max>);
  registry.addValue("GlobalLpPool", 1, 1, importGlobalLpPool);
  registry.addValue("MaxUnpool", 9, 2, importMaxUnpool);
}

} // namespace ingot::onnx

//===-- IntegerLinear.cpp - products and convolutions of integers ---------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Broadcast.h"
#include "frontend/onnx/Conv.h"
#include "frontend/onnx/Linear.h"
#include "frontend/onnx/Quantize.h"
#include "frontend/onnx/Registry.h"
#include "ir/Weights.h"

using namespace mlir;

namespace ingot::onnx {
namespace {

bool isZero(Value value) {
  auto data = value ? getConstantData(value) : std::nullopt;
  return !value || (data && llvm::all_of(data->bytes, [](char byte) { return byte == 0; }));
}

/// Two quantized operands with their zero points taken off: as they are where
/// both zero points are 0, else both as i32.
std::pair<Value, Value> centered(GraphBuilder &graph, Value a, Value aZero, Value b, Value bZero) {
  if (isZero(aZero) && isZero(bZero))
    return {a, b};
  Type i32 = graph.builder.getI32Type();
  auto center = [&](Value x, Value zero) {
    Value wide = graph.cast(x, i32);
    return isZero(zero) ? wide : graph.binary<SubOp>(wide, graph.cast(zero, i32));
  };
  return {center(a, aZero), center(b, bZero)};
}

/// Exact i32 accumulators, quantized anew: their scale is that of the operands.
Value requantize(GraphBuilder &graph, Value accumulators, Value aScale, Value bScale, Value scale, Value zeroPoint) {
  if (!accumulators || !scale)
    return {};
  Value ratio = graph.binary<DivOp>(scale, graph.binary<MulOp>(aScale, bScale));
  return quantize(graph, graph.cast(accumulators, GraphBuilder::element(scale)), ratio, zeroPoint);
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// A parameter of the left operand, one a row, and of the right one, one a column.
Value rowParameter(GraphBuilder &graph, Value parameter, Value a) {
  int64_t rank = GraphBuilder::rank(a);
  return alignParameter(graph, parameter, rank - 2, rank);
}

Value columnParameter(GraphBuilder &graph, Value parameter, Value b) {
  int64_t rank = GraphBuilder::rank(b);
  return alignParameter(graph, parameter, rank - 1, rank);
}

Value importMatMulInteger(Node &node) {
  GraphBuilder &graph = node.graph;
  Value a = node.operand(0), b = node.operand(1);
  auto [left, right] = centered(graph, a, rowParameter(graph, node.operand(2), a), b,
                                columnParameter(graph, node.operand(3), b));
  return matmul(graph, left, right, graph.builder.getI32Type());
}

Value importQLinearMatMul(Node &node) {
  GraphBuilder &graph = node.graph;
  Value a = node.operand(0), b = node.operand(3);
  auto [left, right] = centered(graph, a, rowParameter(graph, node.operand(2), a), b,
                                columnParameter(graph, node.operand(5), b));
  Value product = matmul(graph, left, right, graph.builder.getI32Type());
  return requantize(graph, product, rowParameter(graph, node.operand(1), a),
                    columnParameter(graph, node.operand(4), b), rowParameter(graph, node.operand(6), a),
                    rowParameter(graph, node.operand(7), a));
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

/// A parameter of a weight [O, C, K...], one an output channel.
Value weightParameter(GraphBuilder &graph, Value parameter, Value weight) {
  return alignParameter(graph, parameter, 0, GraphBuilder::rank(weight));
}

/// The same among the dimensions of the result [N, O, T...].
Value channelParameter(GraphBuilder &graph, Value parameter, int64_t rank) {
  return alignParameter(graph, parameter, 1, rank);
}

Value importConvInteger(Node &node) {
  GraphBuilder &graph = node.graph;
  Value w = node.operand(1);
  auto [x, weight] = centered(graph, node.operand(0), alignParameter(graph, node.operand(2), 0, 0), w,
                              weightParameter(graph, node.operand(3), w));
  return x && weight ? convolve(node, graph.builder.getI32Type(), x, weight, /*bias=*/Value()) : Value();
}

Value importQLinearConv(Node &node) {
  GraphBuilder &graph = node.graph;
  int64_t rank = node.rank();
  Value w = node.operand(3);
  auto [x, weight] = centered(graph, node.operand(0), alignParameter(graph, node.operand(2), 0, 0), w,
                              weightParameter(graph, node.operand(5), w));
  if (!x || !weight)
    return {};
  Value accumulators = convolve(node, graph.builder.getI32Type(), x, weight, node.operand(8));
  return requantize(graph, accumulators, channelParameter(graph, node.operand(1), rank),
                    channelParameter(graph, node.operand(4), rank), channelParameter(graph, node.operand(6), rank),
                    channelParameter(graph, node.operand(7), rank));
}

} // namespace

void registerIntegerLinear(Registry &registry) {
  registry.addValue("MatMulInteger", 10, 2, importMatMulInteger);
  registry.addValue("QLinearMatMul", 10, 8, importQLinearMatMul);
  registry.addValue("ConvInteger", 10, 2, importConvInteger);
  registry.addValue("QLinearConv", 10, 8, importQLinearConv);
}

} // namespace ingot::onnx

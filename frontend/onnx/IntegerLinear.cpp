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

/// alpha * A' * B' + C of quantized matrices; a real result where it has no scale.
/// C is in the scale of the product.
Value importQGemm(Node &node) {
  GraphBuilder &graph = node.graph;
  Value a = node.operand(0), b = node.operand(3), aScale = node.operand(1), bScale = node.operand(4);
  bool transposeA = node.integer("transA", 0) != 0, transposeB = node.integer("transB", 0) != 0;
  if (node.rank(0) != 2 || node.rank(3) != 2)
    return node.fail("expected operands of rank 2 but got " + Twine(node.rank(0)) + " and " + Twine(node.rank(3)));
  Value bZero = alignParameter(graph, node.operand(5), transposeB ? 0 : 1, 2);
  auto [left, right] = centered(graph, a, rowParameter(graph, node.operand(2), a), b, bZero);
  Value product = graph.make<MatMulOp>(graph.builder.getI32Type(), left, right, transposeA, transposeB);
  if (node.has(6))
    product = graph.binary<AddOp>(product, node.operand(6));
  double alpha = node.number("alpha", 1);
  Value columnScale = alignParameter(graph, bScale, 1, 2);
  if (alpha != 1)
    columnScale = graph.binary<MulOp>(columnScale, alpha);
  if (node.has(7))
    return requantize(graph, product, rowParameter(graph, aScale, a), columnScale, node.operand(7),
                      node.has(8) ? node.operand(8) : graph.scalar(node.element(), 0));
  Value scale = graph.binary<MulOp>(rowParameter(graph, aScale, a), columnScale);
  return scale ? graph.binary<MulOp>(graph.cast(product, GraphBuilder::element(scale)), scale) : Value();
}

/// The real product of quantized matrices [a, b, a scale, b scale, a zero point, b zero point, bias].
Value realProduct(GraphBuilder &graph, ArrayRef<Value> operands) {
  Value a = operands[0], b = operands[1];
  auto [left, right] = centered(graph, a, rowParameter(graph, operands[4], a), b,
                                columnParameter(graph, operands[5], b));
  Value product = matmul(graph, left, right, graph.builder.getI32Type());
  Value scale = graph.binary<MulOp>(rowParameter(graph, operands[2], a), columnParameter(graph, operands[3], b));
  if (!scale)
    return {};
  Value result = graph.binary<MulOp>(graph.cast(product, GraphBuilder::element(scale)), scale);
  return operands[6] ? graph.binary<AddOp>(result, operands[6]) : result;
}

Value importMatMulIntegerToFloat(Node &node) {
  SmallVector<Value> operands(7);
  for (size_t i = 0; i < operands.size(); ++i)
    operands[i] = node.operand(i);
  return realProduct(node.graph, operands);
}

/// Operands: real A, then B with its scale, zero point and bias.
Value importDynamicQuantizeMatMul(Node &node) {
  Quantized a = quantizeDynamically(node.graph, node.operand(0));
  if (!a.value)
    return {};
  return realProduct(node.graph, {a.value, node.operand(1), a.scale, node.operand(2), a.zeroPoint, node.operand(3),
                                  node.operand(4)});
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
  registry.addValue("QGemm", 1, 6, importQGemm, kMicrosoftDomain);
  registry.addValue("MatMulIntegerToFloat", 1, 4, importMatMulIntegerToFloat, kMicrosoftDomain);
  registry.addValue("DynamicQuantizeMatMul", 1, 3, importDynamicQuantizeMatMul, kMicrosoftDomain);
  registry.addValue("ConvInteger", 10, 2, importConvInteger);
  registry.addValue("QLinearConv", 10, 8, importQLinearConv);
}

} // namespace ingot::onnx

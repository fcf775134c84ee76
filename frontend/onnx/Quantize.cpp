//===-- Quantize.cpp - to and from quantized numbers ----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Quantize.h"
#include "frontend/onnx/Activation.h"
#include "frontend/onnx/Broadcast.h"
#include "frontend/onnx/DataType.h"
#include "frontend/onnx/Pool.h"
#include "frontend/onnx/Registry.h"

using namespace mlir;

namespace ingot::onnx {

Value alignParameter(GraphBuilder &graph, Value parameter, int64_t axis, int64_t rank) {
  if (!parameter || GraphBuilder::rank(parameter) == 0)
    return parameter;
  auto type = GraphBuilder::type(parameter);
  if (type.hasStaticShape() && type.getNumElements() == 1)
    return graph.reshape(parameter, ArrayRef<int64_t>());
  return GraphBuilder::rank(parameter) == 1 ? alignAt(graph, parameter, axis, rank) : parameter;
}

Value dequantize(GraphBuilder &graph, Value x, Value scale, Value zeroPoint) {
  if (!x || !scale)
    return {};
  if (!zeroPoint)
    zeroPoint = graph.scalar(GraphBuilder::element(x), 0);
  return graph.make<DequantizeOp>(GraphBuilder::element(scale), x, scale, zeroPoint);
}

Value quantize(GraphBuilder &graph, Value x, Value scale, Value zeroPoint) {
  return zeroPoint ? graph.make<QuantizeOp>(GraphBuilder::element(zeroPoint), x, scale, zeroPoint) : Value();
}

Quantized quantizeDynamically(GraphBuilder &graph, Value x) {
  Type element = GraphBuilder::element(x);
  Value zero = graph.scalar(element, 0);
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, GraphBuilder::rank(x)));
  Value low = graph.binary<MinOp>(graph.reduce(ReduceKind::min, x, axes, /*keepDims=*/false), zero);
  Value high = graph.binary<MaxOp>(graph.reduce(ReduceKind::max, x, axes, /*keepDims=*/false), zero);
  Value scale = graph.binary<DivOp>(graph.binary<SubOp>(high, low), 255.0);
  Value position = graph.unary<RoundOp>(graph.binary<DivOp>(graph.unary<NegOp>(low), scale));
  Value clamped = graph.make<ClampOp>(element, position, zero, graph.scalar(element, 255));
  Value zeroPoint = graph.cast(clamped, graph.builder.getIntegerType(8, /*isSigned=*/false));
  return {quantize(graph, x, scale, zeroPoint), scale, zeroPoint};
}

namespace {

//===----------------------------------------------------------------------===//
// QuantizeLinear and DequantizeLinear
//===----------------------------------------------------------------------===//

/// One parameter for \p block elements along \p axis: repeated to one each.
Value repeatBlocks(Node &node, Value parameter, int64_t axis, int64_t block) {
  GraphBuilder &graph = node.graph;
  if (!parameter)
    return parameter;
  int64_t rank = GraphBuilder::rank(parameter);
  SmallVector<int64_t> repeats(rank + 1, 1);
  repeats[axis + 1] = block;
  Value repeated = graph.make<TileOp>(GraphBuilder::element(parameter), graph.unsqueeze(parameter, axis + 1),
                                      graph.integers(repeats));
  SmallVector<Value> dims;
  for (int64_t i = 0; i < rank; ++i)
    dims.push_back(graph.dimOf(parameter, i));
  dims[axis] = graph.binary<MulOp>(dims[axis], double(block));
  Value flat = graph.reshape(repeated, graph.concat(dims, 0));
  // The last block may be longer than what is left of the tensor.
  return graph.make<SliceOp>(GraphBuilder::element(parameter), flat, graph.integers(0),
                             graph.dimOf(node.operand(0), axis), Omittable{graph.integers(axis)}, Omittable());
}

/// Scale and zero point (null if left out) as they broadcast against operand 0.
struct Parameters {
  Value scale, zeroPoint;
};

std::optional<Parameters> readParameters(Node &node) {
  GraphBuilder &graph = node.graph;
  int64_t rank = node.rank(), block = node.integer("block_size", 0);
  Parameters parameters{node.operand(1), node.operand(2)};
  if (node.rank(1) == 0)
    return parameters;
  int64_t axis = 0;
  auto type = GraphBuilder::type(parameters.scale);
  bool single = type.hasStaticShape() && type.getNumElements() == 1;
  if (!single || block > 0) {
    auto normalized = node.normalizeAxis(node.integer("axis", 1), rank);
    if (!normalized)
      return std::nullopt;
    axis = *normalized;
  }
  if (block > 0) {
    parameters.scale = repeatBlocks(node, parameters.scale, axis, block);
    parameters.zeroPoint = repeatBlocks(node, parameters.zeroPoint, axis, block);
  } else {
    parameters.scale = alignParameter(graph, parameters.scale, axis, rank);
    parameters.zeroPoint = alignParameter(graph, parameters.zeroPoint, axis, rank);
  }
  return parameters;
}

Value importQuantizeLinear(Node &node) {
  GraphBuilder &graph = node.graph;
  auto parameters = readParameters(node);
  if (!parameters)
    return {};
  int32_t narrow = node.initializerType(2);
  if (const DataType *type = findDataType(narrow); type && type->bits < 8) // held as bytes, with a wider range
    return node.fail("elements of type " + dataTypeName(narrow) + " are not supported");
  if (!parameters->zeroPoint) {
    int64_t type = node.integer("output_dtype", 0);
    Type element = node.elementType(type == 0 ? int64_t(TensorProto::UINT8) : type);
    parameters->zeroPoint = element ? graph.scalar(element, 0) : Value();
  }
  Value x = node.operand(0);
  if (isa<IntegerType>(node.element()))
    x = graph.cast(x, node.element(1));
  return quantize(graph, x, graph.cast(parameters->scale, GraphBuilder::element(x)), parameters->zeroPoint);
}

Value importDequantizeLinear(Node &node) {
  auto parameters = readParameters(node);
  if (!parameters)
    return {};
  Value result = dequantize(node.graph, node.operand(0), parameters->scale, parameters->zeroPoint);
  int64_t type = node.integer("output_dtype", 0);
  if (type == 0)
    return result;
  Type element = node.elementType(type);
  return element ? node.graph.cast(result, element) : Value();
}

LogicalResult importDynamicQuantizeLinear(Node &node) {
  Quantized result = quantizeDynamically(node.graph, node.operand(0));
  node.setResults({result.value, result.scale, result.zeroPoint});
  return success(bool(result.value));
}

//===----------------------------------------------------------------------===//
// com.microsoft: real operators between a dequantize and a quantize
//===----------------------------------------------------------------------===//

/// Operands [x, scale, zero point] from \p first on as real numbers.
Value realOperand(Node &node, size_t first) {
  return dequantize(node.graph, node.operand(first), node.operand(first + 1), node.operand(first + 2));
}

/// \p x quantized by the scale and zero point from operand \p first on.
Value quantizedResult(Node &node, Value x, size_t first) {
  GraphBuilder &graph = node.graph;
  Value zeroPoint = node.has(first + 1) ? node.operand(first + 1) : graph.scalar(node.element(), 0);
  return x ? quantize(graph, x, node.operand(first), zeroPoint) : Value();
}

template <typename OpTy>
Value importQLinearBinary(Node &node) {
  return quantizedResult(node, node.graph.binary<OpTy>(realOperand(node, 0), realOperand(node, 3)), 6);
}

template <typename OpTy>
Value importQLinearUnary(Node &node) {
  return quantizedResult(node, node.graph.unary<OpTy>(realOperand(node, 0)), 3);
}

Value importQLinearLeakyRelu(Node &node) {
  GraphBuilder &graph = node.graph;
  Value x = realOperand(node, 0);
  Value slope = x ? graph.scalar(GraphBuilder::element(x), node.number("alpha", 0.01)) : Value();
  return quantizedResult(node, leakyRelu(graph, x, slope), 3);
}

/// Operands: condition, then x and y with their parameters, and the result's.
Value importQLinearWhere(Node &node) {
  Value chosen = node.graph.select(node.operand(0), realOperand(node, 1), realOperand(node, 4));
  return chosen ? quantize(node.graph, chosen, node.operand(7), node.operand(8)) : Value();
}

Value importQLinearSoftmax(Node &node) {
  GraphBuilder &graph = node.graph;
  Value x = realOperand(node, 0);
  // The attribute tells which opset's Softmax is meant.
  bool flattens = node.integer("opset", 13) < 13;
  std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", flattens ? 1 : -1), node.rank());
  if (!x || !axis)
    return {};
  if (!flattens || *axis == node.rank() - 1)
    return quantizedResult(node, graph.make<SoftmaxOp>(GraphBuilder::element(x), x, *axis, /*log=*/false), 3);
  Value flat = graph.make<FlattenOp>(GraphBuilder::element(x), x, *axis);
  Value softmax = graph.make<SoftmaxOp>(GraphBuilder::element(x), flat, int64_t(1), /*log=*/false);
  return quantizedResult(node, graph.reshape(softmax, graph.shapeOf(x)), 3);
}

Value importQLinearAveragePool(Node &node) {
  bool channelsLast = node.integer("channels_last", 0) != 0;
  return quantizedResult(node, averagePool(node, realOperand(node, 0), channelsLast), 3);
}

Value importQLinearGlobalAveragePool(Node &node) {
  bool channelsLast = node.integer("channels_last", 0) != 0;
  return quantizedResult(node, globalPool(node.graph, ReduceKind::mean, realOperand(node, 0), channelsLast), 3);
}

/// Operands: the result's scale and zero point, then three an input.
Value importQLinearConcat(Node &node) {
  SmallVector<Value> inputs;
  for (size_t i = 2; i + 2 < node.operandCount(); i += 3)
    inputs.push_back(realOperand(node, i));
  if (inputs.empty() || llvm::is_contained(inputs, Value()))
    return node.fail("expected operands in threes");
  std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", 0), GraphBuilder::rank(inputs[0]));
  return axis ? quantizedResult(node, node.graph.concat(inputs, *axis), 0) : Value();
}

} // namespace

void registerQuantize(Registry &registry) {
  registry.addValue("QuantizeLinear", 10, 2, importQuantizeLinear);
  registry.addValue("DequantizeLinear", 10, 2, importDequantizeLinear);
  registry.add("DynamicQuantizeLinear", 11, 1, importDynamicQuantizeLinear);
  registry.addValue("QuantizeLinear", 1, 2, importQuantizeLinear, kMicrosoftDomain);
  registry.addValue("DequantizeLinear", 1, 2, importDequantizeLinear, kMicrosoftDomain);
  registry.addValue("QLinearAdd", 1, 7, importQLinearBinary<AddOp>, kMicrosoftDomain);
  registry.addValue("QLinearMul", 1, 7, importQLinearBinary<MulOp>, kMicrosoftDomain);
  registry.addValue("QLinearSigmoid", 1, 4, importQLinearUnary<SigmoidOp>, kMicrosoftDomain);
  registry.addValue("QLinearLeakyRelu", 1, 4, importQLinearLeakyRelu, kMicrosoftDomain);
  registry.addValue("QLinearWhere", 1, 9, importQLinearWhere, kMicrosoftDomain);
  registry.addValue("QLinearSoftmax", 1, 4, importQLinearSoftmax, kMicrosoftDomain);
  registry.addValue("QLinearAveragePool", 1, 4, importQLinearAveragePool, kMicrosoftDomain);
  registry.addValue("QLinearGlobalAveragePool", 1, 4, importQLinearGlobalAveragePool, kMicrosoftDomain);
  registry.addValue("QLinearConcat", 1, 5, importQLinearConcat, kMicrosoftDomain);
}

} // namespace ingot::onnx

//===-- Conv.cpp - convolutions -------------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Conv.h"
#include "frontend/onnx/Activation.h"
#include "frontend/onnx/Broadcast.h"
#include "frontend/onnx/Registry.h"
#include "frontend/onnx/Window.h"

using namespace mlir;

namespace ingot::onnx {

constexpr size_t kMaxSpatialRank = 3;

Value convolve(Node &node, Type element, Value input, Value weight, Value bias) {
  auto kernel = kernelOf(node, weight);
  if (!kernel)
    return {};
  if (kernel->size() > kMaxSpatialRank)
    return node.fail("convolutions over " + Twine(kernel->size()) + " dimensions are not supported, only up to " +
                     Twine(kMaxSpatialRank));
  if (GraphBuilder::rank(input) != int64_t(kernel->size()) + 2)
    return node.fail("expected an input of rank " + Twine(kernel->size() + 2) + " but got rank " +
                     Twine(GraphBuilder::rank(input)));
  std::optional<Window> window = readPaddedWindow(node, *kernel, input, /*fill=*/0);
  if (!window)
    return {};
  return node.graph.make<ConvOp>(element, input, weight, Omittable{bias}, window->strides, window->dilations,
                                 window->pads, node.integer("group", 1), /*channels_last=*/false);
}

namespace {

Value importConv(Node &node) {
  return convolve(node, node.element(), node.operand(0), node.operand(1), node.operand(2));
}

//===----------------------------------------------------------------------===//
// ConvTranspose
//===----------------------------------------------------------------------===//

/// Pads that leave \p extents of the full output; where the output must grow
/// instead, \p outputPadding does.
void padsForOutput(Window &window, ArrayRef<int64_t> fullExtents, ArrayRef<int64_t> extents, bool upper,
                   MutableArrayRef<int64_t> outputPadding) {
  size_t count = window.spatialRank();
  for (size_t i = 0; i < count; ++i) {
    int64_t total = fullExtents[i] - extents[i];
    if (total < 0)
      outputPadding[i] -= total;
    total = std::max<int64_t>(total, 0);
    window.pads[i] = upper ? total / 2 : total - total / 2;
    window.pads[count + i] = total - window.pads[i];
  }
}

/// Resolves `output_shape` and `auto_pad`; false after an error. `crop` gets the extents of an output whose pads only
/// the run time knows.
bool resolveOutput(Node &node, Window &window, MutableArrayRef<int64_t> outputPadding, SmallVector<int64_t> &crop) {
  StringRef mode = node.string("auto_pad", "NOTSET");
  bool upper = mode == "SAME_UPPER";
  auto shape = node.integers("output_shape");
  if (mode == "VALID")
    window.pads.assign(window.pads.size(), 0);
  if (!shape && mode != "SAME_UPPER" && mode != "SAME_LOWER")
    return true;
  size_t count = window.spatialRank();
  if (shape && shape->size() == count + 2) // some writers list all dimensions
    shape->erase(shape->begin(), shape->begin() + 2);
  if (shape && shape->size() != count) {
    node.fail("expected an output_shape of " + Twine(count) + " values but got " + Twine(shape->size()));
    return false;
  }
  // SAME: the output has stride * extent elements, so the pads do not depend on the extent.
  SmallVector<int64_t> full, wanted;
  for (size_t i = 0; i < count; ++i) {
    auto extent = node.graph.shapes.dim(node.operand(0), int64_t(i) + 2).constant();
    if (shape && !extent) {
      window.pads.assign(window.pads.size(), 0);
      crop = *shape;
      return true;
    }
    int64_t known = extent.value_or(1);
    full.push_back(window.strides[i] * (known - 1) + outputPadding[i] + window.extent(i));
    wanted.push_back(shape ? (*shape)[i] : window.strides[i] * known);
  }
  padsForOutput(window, full, wanted, upper, outputPadding);
  return true;
}

/// The spatial dimensions of \p full cut, or grown at their end, to \p extents.
Value cropAtRunTime(Node &node, Value full, ArrayRef<int64_t> extents) {
  GraphBuilder &graph = node.graph;
  int64_t rank = node.rank();
  bool upper = node.string("auto_pad", "NOTSET") == "SAME_UPPER";
  SmallVector<Value> pads(2 * rank, graph.integers(0));
  for (auto [i, extent] : llvm::enumerate(extents)) {
    auto axis = int64_t(i) + 2;
    Value total = graph.binary<SubOp>(graph.dimOf(full, axis), double(extent));
    Value cut = graph.binary<MaxOp>(total, 0.0), half = graph.binary<DivOp>(cut, 2.0);
    Value begin = upper ? half : graph.binary<SubOp>(cut, half);
    pads[axis] = graph.unary<NegOp>(begin);
    pads[rank + axis] = graph.binary<SubOp>(begin, total);
  }
  return graph.make<PadOp>(node.element(), full, graph.concat(pads, 0), Omittable{graph.scalar(node.element(), 0)},
                           PadMode::constant);
}

Value importConvTranspose(Node &node) {
  auto kernel = kernelOf(node, node.operand(1));
  if (!kernel)
    return {};
  if (node.rank() != int64_t(kernel->size()) + 2)
    return node.fail("expected an input of rank " + Twine(kernel->size() + 2) + " but got rank " + Twine(node.rank()));
  std::optional<Window> window = readWindow(node, *kernel);
  auto outputPadding = node.integers("output_padding").value_or(SmallVector<int64_t>(kernel->size(), 0));
  if (!window)
    return {};
  if (outputPadding.size() != kernel->size())
    return node.fail("expected " + Twine(kernel->size()) + " output_padding values but got " +
                     Twine(outputPadding.size()));
  SmallVector<int64_t> crop;
  if (!resolveOutput(node, *window, outputPadding, crop))
    return {};
  Value bias = node.operand(2);
  Value result = node.graph.make<ConvTransposeOp>(
      node.element(), node.operand(0), node.operand(1), Omittable{crop.empty() ? bias : Value()}, window->strides,
      window->dilations, window->pads, outputPadding, node.integer("group", 1));
  if (crop.empty() || !result)
    return result;
  result = cropAtRunTime(node, result, crop);
  return bias ? node.graph.binary<AddOp>(result, alignAt(node.graph, bias, 1, node.rank())) : result;
}

//===----------------------------------------------------------------------===//
// FusedConv: activation(conv(x, w, b) + z)
//===----------------------------------------------------------------------===//

Value activate(Node &node, Value x) {
  GraphBuilder &graph = node.graph;
  StringRef name = node.string("activation", "");
  auto parameters = node.numbers("activation_params").value_or(SmallVector<double>());
  auto parameter = [&](size_t i, double otherwise) { return i < parameters.size() ? parameters[i] : otherwise; };
  if (!x || name.empty())
    return x;
  Type element = GraphBuilder::element(x);
  if (name == "Relu")
    return graph.unary<ReluOp>(x);
  if (name == "Sigmoid")
    return graph.unary<SigmoidOp>(x);
  if (name == "Tanh")
    return graph.unary<TanhOp>(x);
  if (name == "LeakyRelu")
    return leakyRelu(graph, x, graph.scalar(element, parameter(0, 0.01)));
  if (name == "HardSigmoid")
    return hardSigmoid(graph, x, parameter(0, 0.2), parameter(1, 0.5));
  if (name == "Clip")
    return graph.make<ClampOp>(element, x, graph.scalar(element, parameter(0, std::numeric_limits<float>::lowest())),
                               graph.scalar(element, parameter(1, std::numeric_limits<float>::max())));
  return node.fail("activation '" + name + "' is not supported");
}

Value importFusedConv(Node &node) {
  Value result = importConv(node);
  if (result && node.has(3))
    result = node.graph.binary<AddOp>(result, node.operand(3));
  return activate(node, result);
}

} // namespace

void registerConv(Registry &registry) {
  registry.addValue("Conv", 1, 2, importConv);
  registry.addValue("ConvTranspose", 1, 2, importConvTranspose);
  registry.addValue("FusedConv", 1, 2, importFusedConv, kMicrosoftDomain);
}

} // namespace ingot::onnx

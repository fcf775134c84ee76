//===-- Window.cpp - sliding windows of convolutions and pools ------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Window.h"

using namespace mlir;

namespace ingot::onnx {

/// Keeps all later arithmetic on window attributes far from overflow.
constexpr int64_t kMaxWindowValue = int64_t(1) << 31;

static bool checkValues(Node &node, StringRef name, ArrayRef<int64_t> values, size_t count, int64_t low) {
  if (values.size() != count) {
    node.fail("expected " + Twine(count) + " " + name + " but got " + Twine(values.size()));
    return false;
  }
  for (int64_t value : values)
    if (value < low || value > kMaxWindowValue) {
      node.fail("expected " + name + " of " + Twine(low) + " to " + Twine(kMaxWindowValue) + " but got " +
                Twine(value));
      return false;
    }
  return true;
}

std::optional<Window> readWindow(Node &node, ArrayRef<int64_t> kernel) {
  size_t count = kernel.size();
  Window window;
  window.kernel.assign(kernel.begin(), kernel.end());
  window.strides = node.integers("strides").value_or(SmallVector<int64_t>(count, 1));
  window.dilations = node.integers("dilations").value_or(SmallVector<int64_t>(count, 1));
  window.pads = node.integers("pads").value_or(SmallVector<int64_t>(2 * count, 0));
  if (window.pads.empty()) // auto_pad is set and some writers leave an empty list
    window.pads.assign(2 * count, 0);
  if (!checkValues(node, "kernel extents", window.kernel, count, 1) ||
      !checkValues(node, "strides", window.strides, count, 1) ||
      !checkValues(node, "dilations", window.dilations, count, 1) ||
      !checkValues(node, "pads", window.pads, 2 * count, 0))
    return std::nullopt;
  return window;
}

/// The pads that make every dimension's output ceil(extent / stride); nothing
/// where they depend on an extent that is not known.
static std::optional<SmallVector<int64_t>> samePads(GraphBuilder &graph, const Window &window, Value input,
                                                    size_t first, bool upper) {
  size_t count = window.spatialRank();
  SmallVector<int64_t> pads(2 * count);
  for (size_t i = 0; i < count; ++i) {
    auto extent = graph.shapes.dim(input, int64_t(first + i)).constant();
    int64_t stride = window.strides[i];
    if (!extent && stride != 1)
      return std::nullopt;
    // With stride 1, the last window starts at the last element whatever the extent.
    int64_t beforeLast = stride == 1 ? -1 : (*extent + stride - 1) / stride * stride - stride - *extent;
    int64_t total = std::max<int64_t>(beforeLast + window.extent(i), 0);
    pads[i] = upper ? total / 2 : total - total / 2;
    pads[count + i] = total - pads[i];
  }
  return pads;
}

/// \p input padded by what the run time finds for its extents.
static Value padAtRunTime(Node &node, const Window &window, Value input, size_t first, bool upper, double fill) {
  GraphBuilder &graph = node.graph;
  int64_t rank = GraphBuilder::rank(input);
  SmallVector<Value> pads(2 * rank, graph.integers(0));
  for (size_t i = 0; i < window.spatialRank(); ++i) {
    auto axis = int64_t(first + i);
    auto stride = double(window.strides[i]);
    Value extent = graph.dimOf(input, axis);
    Value windows = graph.binary<DivOp>(graph.binary<AddOp>(extent, stride - 1), stride);
    Value lastStart = graph.binary<MulOp>(graph.binary<SubOp>(windows, 1.0), stride);
    Value total = graph.binary<SubOp>(graph.binary<AddOp>(lastStart, double(window.extent(i))), extent);
    total = graph.binary<MaxOp>(total, 0.0);
    Value half = graph.binary<DivOp>(total, 2.0), rest = graph.binary<SubOp>(total, half);
    pads[axis] = upper ? half : rest;
    pads[rank + axis] = upper ? rest : half;
  }
  Type element = GraphBuilder::element(input);
  return graph.make<PadOp>(element, input, graph.concat(pads, 0), Omittable{graph.scalar(element, fill)},
                           PadMode::constant);
}

std::optional<Window> readPaddedWindow(Node &node, ArrayRef<int64_t> kernel, Value &input, double fill,
                                       bool channelsLast) {
  std::optional<Window> window = readWindow(node, kernel);
  if (!window)
    return std::nullopt;
  StringRef mode = node.string("auto_pad", "NOTSET");
  if (mode == "NOTSET" || mode.empty())
    return window;
  window->pads.assign(2 * kernel.size(), 0);
  if (mode == "VALID")
    return window;
  if (mode != "SAME_UPPER" && mode != "SAME_LOWER")
    return node.fail("auto_pad '" + mode + "' is not supported");
  size_t first = channelsLast ? 1 : 2;
  bool upper = mode == "SAME_UPPER";
  if (auto pads = samePads(node.graph, *window, input, first, upper)) {
    window->pads = *pads;
    return window;
  }
  input = padAtRunTime(node, *window, input, first, upper, fill);
  return input ? window : std::nullopt;
}

std::optional<SmallVector<int64_t>> kernelOf(Node &node, Value weight) {
  ArrayRef<SymExpr> dims = node.graph.shapes.dims(weight);
  if (dims.size() < 3)
    return node.fail("expected a weight of rank 3 or more but got rank " + Twine(dims.size()));
  SmallVector<int64_t> kernel;
  for (SymExpr dim : dims.drop_front(2)) {
    if (!dim.constant())
      return node.fail("expected a weight whose kernel extents are known while compiling");
    kernel.push_back(*dim.constant());
  }
  auto stated = node.integers("kernel_shape");
  if (stated && *stated != kernel) {
    auto list = [](ArrayRef<int64_t> values) {
      std::string text;
      for (int64_t value : values)
        text += (text.empty() ? "" : ", ") + std::to_string(value);
      return "[" + text + "]";
    };
    return node.fail("expected a weight of kernel shape " + list(*stated) + " but got " + list(kernel));
  }
  return kernel;
}

} // namespace ingot::onnx

//===-- Quantization.cpp - the resolution of a model's outputs ----------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/Quantization.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Endian.h"

using namespace llvm;

namespace ingot::tool {
namespace {

using onnx::NodeProto;
using onnx::TensorProto;

/// Whether a node hands on elements of its first operand as they are.
bool movesElements(StringRef op) {
  return StringSwitch<bool>(op)
      .Cases({"Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Slice", "Concat", "Split"}, true)
      .Cases({"Gather", "Expand", "Tile", "MaxPool", "DepthToSpace", "SpaceToDepth"}, true)
      .Default(false);
}

class StepFinder {
public:
  explicit StepFinder(const onnx::ModelFile &file) : file(file) {
    for (const NodeProto &node : file.model().graph().node())
      for (const std::string &output : node.output())
        producers[output] = &node;
    for (const TensorProto &tensor : file.model().graph().initializer())
      initializers[tensor.name()] = &tensor;
  }

  double step(StringRef value) const {
    // A valid graph is acyclic; one that is not never gets here.
    const NodeProto *node = producers.lookup(value);
    while (node && movesElements(node->op_type()) && node->input_size() > 0)
      node = producers.lookup(node->input(0));
    if (!node)
      return 0;
    StringRef op = node->op_type();
    if (op == "DequantizeLinear")
      return node->input_size() > 1 ? largestElement(node->input(1)) : 0;
    return op.starts_with("QLinear") || op == "QuantizeLinear" || op == "DynamicQuantizeLinear" ? 1 : 0;
  }

private:
  /// Of an f32 constant; 0 where the value is none.
  double largestElement(StringRef name) const {
    const TensorProto *tensor = initializers.lookup(name);
    if (!tensor || tensor->data_type() != TensorProto::FLOAT)
      return 0;
    double largest = 0;
    for (float element : tensor->float_data())
      largest = std::max(largest, double(element));
    StringRef bytes = file.payload(*tensor);
    for (size_t at = 0; at + 4 <= bytes.size(); at += 4)
      largest = std::max(largest, double(bit_cast<float>(support::endian::read32le(bytes.data() + at))));
    return largest;
  }

  const onnx::ModelFile &file;
  StringMap<const NodeProto *> producers;
  StringMap<const TensorProto *> initializers;
};

} // namespace

std::vector<double> quantizationSteps(const onnx::ModelFile &file) {
  StepFinder finder(file);
  std::vector<double> steps;
  for (const onnx::ValueInfoProto &output : file.model().graph().output())
    steps.push_back(finder.step(output.name()));
  return steps;
}

} // namespace ingot::tool

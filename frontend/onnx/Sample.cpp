//===-- Sample.cpp - sampling at computed coordinates ---------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"
#include <limits>

using namespace mlir;

namespace ingot::onnx {
namespace {

Value importGridSample(Node &node) {
  // Opset 20 renamed the modes.
  StringRef name = node.string("mode", node.version < 20 ? "bilinear" : "linear");
  StringRef modern = name == "bilinear" ? "linear" : name == "bicubic" ? "cubic" : name;
  auto mode = symbolizeResizeMode(modern);
  StringRef padding = node.string("padding_mode", "zeros");
  auto paddingMode = symbolizePaddingMode(padding);
  if (!mode)
    return node.fail("mode '" + name + "' is not supported");
  if (!paddingMode)
    return node.fail("padding_mode '" + padding + "' is not supported");
  return node.graph.make<GridSampleOp>(node.element(), node.operand(0),
                                       node.graph.cast(node.operand(1), node.element()), *mode, *paddingMode,
                                       node.integer("align_corners", 0) != 0);
}

Value importRoiAlign(Node &node) {
  StringRef mode = node.string("mode", "avg");
  // Before opset 16 there was no choice of coordinates: regions began where their corners were.
  StringRef coordinates =
      node.string("coordinate_transformation_mode", node.version < 16 ? "output_half_pixel" : "half_pixel");
  if (mode != "avg" && mode != "max")
    return node.fail("expected mode avg or max but got '" + mode + "'");
  if (coordinates != "half_pixel" && coordinates != "output_half_pixel")
    return node.fail("coordinate_transformation_mode '" + coordinates + "' is not supported");
  if (node.rank() != 4 || node.rank(1) != 2 || node.rank(2) != 1)
    return node.fail("expected operands of ranks 4, 2 and 1 but got " + Twine(node.rank()) + ", " +
                     Twine(node.rank(1)) + " and " + Twine(node.rank(2)));
  Value batches = node.graph.cast(node.operand(2), node.graph.builder.getI64Type());
  return node.graph.make<RoiAlignOp>(node.element(), node.operand(0), node.operand(1), batches,
                                     node.integer("output_height", 1), node.integer("output_width", 1),
                                     node.integer("sampling_ratio", 0), llvm::APFloat(node.number("spatial_scale", 1)),
                                     mode == "max", coordinates == "half_pixel");
}

} // namespace

void registerSample(Registry &registry) {
  registry.addValue("GridSample", 16, 2, importGridSample);
  registry.addValue("RoiAlign", 10, 3, importRoiAlign);
}

} // namespace ingot::onnx

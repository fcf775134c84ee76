//===-- Resize.cpp - resampling -------------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"
#include "ir/Weights.h"

using namespace mlir;

namespace ingot::onnx {
namespace {

/// What a Resize does; exactly one of `scales` and `sizes` is set.
struct Form {
  Value roi, scales, sizes;
  SmallVector<int64_t> axes;
  ResizeMode mode = ResizeMode::nearest;
  CoordinateMode coordinates = CoordinateMode::half_pixel;
  NearestMode nearest = NearestMode::round_prefer_floor;
  AspectPolicy policy = AspectPolicy::stretch;
};


/// Leaves out axes whose constant scale is 1: they keep every element.
void dropUnitScales(Node &node, Form &form) {
  // These two shift coordinates even at scale 1.
  if (form.coordinates == CoordinateMode::tf_crop_and_resize ||
      form.coordinates == CoordinateMode::tf_half_pixel_for_nn || !form.scales)
    return;
  auto data = getConstantData(form.scales);
  if (!data || data->type.getNumElements() != int64_t(form.axes.size()))
    return;
  SmallVector<double> kept;
  SmallVector<int64_t> axes;
  for (auto [axis, scale] : llvm::zip_equal(form.axes, data->toDoubles()))
    if (scale != 1) {
      axes.push_back(axis);
      kept.push_back(scale);
    }
  auto type = RankedTensorType::get(int64_t(kept.size()), node.graph.builder.getF32Type());
  form.scales = node.graph.constant(type, makeDoubles(type, kept));
  form.axes = axes;
}

Value build(Node &node, Form form) {
  GraphBuilder &graph = node.graph;
  Type f32 = graph.builder.getF32Type();
  if (form.scales)
    form.scales = graph.cast(form.scales, f32);
  if (form.roi)
    form.roi = graph.cast(form.roi, f32);
  dropUnitScales(node, form);
  if (form.axes.empty())
    return node.operand(0);
  return graph.makeDeclared<ResizeOp>(
      node.declared(), node.element(), node.operand(0), Omittable{form.roi}, Omittable{form.scales},
      Omittable{form.sizes}, form.axes, form.mode, form.coordinates, form.nearest,
      llvm::APFloat(node.number("cubic_coeff_a", -0.75)), node.integer("exclude_outside", 0) != 0,
      llvm::APFloat(node.number("extrapolation_value", 0)), node.integer("antialias", 0) != 0, form.policy);
}

SmallVector<int64_t> allAxes(Node &node) { return llvm::to_vector(llvm::seq<int64_t>(0, node.rank())); }

bool readMode(Node &node, Form &form) {
  StringRef name = node.string("mode", "nearest");
  // Upsample called it by its two-dimensional name in places.
  auto mode = symbolizeResizeMode(name == "bilinear" ? "linear" : name);
  if (!mode) {
    node.fail("mode '" + name + "' is not supported");
    return false;
  }
  form.mode = *mode;
  return true;
}

/// Opsets up to 10: pixels are where their indices are.
Value upsample(Node &node, Value scales) {
  Form form;
  form.scales = scales;
  form.axes = allAxes(node);
  form.coordinates = CoordinateMode::asymmetric;
  form.nearest = NearestMode::floor;
  return readMode(node, form) ? build(node, form) : Value();
}

Value scalesConstant(Node &node, ArrayRef<double> scales) {
  auto type = RankedTensorType::get(int64_t(scales.size()), node.graph.builder.getF32Type());
  return node.graph.constant(type, makeDoubles(type, scales));
}

Value importUpsample1(Node &node) {
  return upsample(node, scalesConstant(node, {1, 1, node.number("height_scale", 1), node.number("width_scale", 1)}));
}

Value importUpsample7(Node &node) {
  return upsample(node, scalesConstant(node, node.numbers("scales").value_or(SmallVector<double>())));
}

Value importUpsample9(Node &node) { return upsample(node, node.operand(1)); }

/// An operand that is left out by name or by having no elements.
Value presentOperand(Node &node, size_t index) {
  if (!node.has(index))
    return {};
  auto type = GraphBuilder::type(node.operand(index));
  return type.hasStaticShape() && type.getNumElements() == 0 ? Value() : node.operand(index);
}

bool readNames(Node &node, Form &form) {
  StringRef coordinates = node.string("coordinate_transformation_mode", "half_pixel");
  StringRef nearest = node.string("nearest_mode", "round_prefer_floor");
  StringRef policy = node.string("keep_aspect_ratio_policy", "stretch");
  auto coordinateMode = symbolizeCoordinateMode(coordinates);
  auto nearestMode = symbolizeNearestMode(nearest);
  auto aspectPolicy = symbolizeAspectPolicy(policy);
  if (!coordinateMode)
    node.fail("coordinate_transformation_mode '" + coordinates + "' is not supported");
  if (!nearestMode)
    node.fail("nearest_mode '" + nearest + "' is not supported");
  if (!aspectPolicy)
    node.fail("keep_aspect_ratio_policy '" + policy + "' is not supported");
  if (!coordinateMode || !nearestMode || !aspectPolicy)
    return false;
  form.coordinates = *coordinateMode;
  form.nearest = *nearestMode;
  form.policy = *aspectPolicy;
  return readMode(node, form);
}

Value importResize11(Node &node) {
  Form form;
  if (!readNames(node, form))
    return {};
  auto axes = node.integers("axes");
  if (axes)
    axes = node.normalizeAxes(*axes, node.rank());
  else
    axes = allAxes(node);
  if (!axes)
    return {};
  form.axes = *axes;
  if (form.coordinates == CoordinateMode::tf_crop_and_resize)
    form.roi = presentOperand(node, 1);
  form.scales = presentOperand(node, 2);
  form.sizes = presentOperand(node, 3);
  if (bool(form.scales) == bool(form.sizes))
    return node.fail("expected either scales or sizes but got " + Twine(form.scales ? "both" : "none"));
  return build(node, form);
}

} // namespace

void registerResize(Registry &registry) {
  registry.addValue("Upsample", 1, 1, importUpsample1);
  registry.addValue("Upsample", 7, 1, importUpsample7);
  registry.addValue("Upsample", 9, 2, importUpsample9);
  registry.addValue("Resize", 10, 2, importUpsample9);
  registry.addValue("Resize", 11, 1, importResize11);
}

} // namespace ingot::onnx

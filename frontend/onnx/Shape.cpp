//===-- Shape.cpp - constants, shapes and views ---------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/GraphImporter.h"
#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"
#include "ir/Weights.h"

using namespace mlir;

namespace ingot::onnx {
namespace {

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

Value importConstant(Node &node) {
  GraphBuilder &graph = node.graph;
  OpBuilder &builder = graph.builder;
  if (node.attribute("value"))
    return node.tensor("value");
  if (const AttributeProto *sparse = node.attribute("sparse_value"))
    return node.importer.constant(sparse->sparse_tensor(), "attribute 'sparse_value'");
  if (node.attribute("value_int"))
    return graph.scalar64(node.integer("value_int", 0));
  if (node.attribute("value_float"))
    return graph.scalar(builder.getF32Type(), node.number("value_float", 0));
  if (auto values = node.integers("value_ints"))
    return graph.integers(*values);
  if (auto values = node.numbers("value_floats")) {
    auto type = RankedTensorType::get(int64_t(values->size()), builder.getF32Type());
    return graph.constant(type, makeDoubles(type, *values));
  }
  return node.fail("expected a value of numbers");
}

Value importConstantOfShape(Node &node) {
  GraphBuilder &graph = node.graph;
  auto type = RankedTensorType::get(1, graph.builder.getF32Type());
  Attribute value = makeDoubles(type, 0.0);
  if (node.attribute("value")) {
    auto constant = node.tensor("value").getDefiningOp<ConstantOp>();
    if (!constant)
      return {};
    type = GraphBuilder::type(constant.getResult());
    value = constant.getValue();
  }
  if (type.getNumElements() != 1)
    return node.fail("expected a value of 1 element but got " + Twine(type.getNumElements()));
  return graph.makeDeclared<ConstantOfShapeOp>(node.declared(), type.getElementType(), node.operand(0),
                                               cast<ElementsAttr>(value));
}

Value importEyeLike(Node &node) {
  Type element = node.attribute("dtype") ? node.elementType(node.integer("dtype", 0)) : node.element();
  return element ? node.graph.make<EyeLikeOp>(element, node.operand(0), node.integer("k", 0)) : Value();
}

Value importRange(Node &node) {
  return node.graph.makeDeclared<RangeOp>(node.declared(), node.element(), node.operand(0), node.operand(1),
                                          node.operand(2));
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

Value importShape(Node &node) {
  OpBuilder &builder = node.graph.builder;
  IntegerAttr end = node.attribute("end") ? builder.getI64IntegerAttr(node.integer("end", 0)) : IntegerAttr();
  return node.graph.make<ShapeOp>(builder.getI64Type(), node.operand(0),
                                  builder.getI64IntegerAttr(node.integer("start", 0)), end);
}

Value importSize(Node &node) { return node.graph.make<SizeOp>(node.graph.builder.getI64Type(), node.operand(0)); }

Value importReshape1(Node &node) {
  return node.graph.reshape(node.operand(0), node.integers("shape").value_or(SmallVector<int64_t>()));
}

Value importReshape5(Node &node) {
  return node.graph.makeDeclared<ReshapeOp>(node.declared(), node.element(), node.operand(0), node.operand(1),
                                            node.integer("allowzero", 0) != 0);
}

Value importFlatten(Node &node) {
  int64_t rank = node.rank(), axis = node.integer("axis", 1);
  if (axis < -rank || axis > rank)
    return node.fail("expected an axis in [" + Twine(-rank) + ", " + Twine(rank) + "] but got " + Twine(axis));
  return node.graph.make<FlattenOp>(node.element(), node.operand(0), axis < 0 ? axis + rank : axis);
}

/// Where only the run time can tell whether the dimensions are 1, a reshape
/// that counts the elements.
Value squeezeAxes(Node &node, ArrayRef<int64_t> axes) {
  GraphBuilder &graph = node.graph;
  auto isKnown = [&](int64_t axis) { return graph.shapes.dim(node.operand(0), axis).constant().has_value(); };
  if (llvm::all_of(axes, isKnown))
    return graph.squeeze(node.operand(0), axes);
  SmallVector<Value> kept;
  for (int64_t i = 0; i < node.rank(); ++i)
    if (!llvm::is_contained(axes, i))
      kept.push_back(graph.dimOf(node.operand(0), i));
  Value shape = kept.empty() ? graph.integers({}) : graph.concat(kept, 0);
  return graph.make<ReshapeOp>(node.element(), node.operand(0), shape, /*allow_zero=*/true);
}

/// Without axes, every dimension that is known to be 1.
Value squeeze(Node &node, std::optional<SmallVector<int64_t>> axes) {
  if (axes) {
    axes = node.normalizeAxes(*axes, node.rank());
    return axes ? squeezeAxes(node, *axes) : Value();
  }
  axes.emplace();
  bool mayBeMore = false;
  for (auto [index, dim] : llvm::enumerate(node.graph.shapes.dims(node.operand(0)))) {
    if (dim.isConstant(1))
      axes->push_back(int64_t(index));
    mayBeMore |= !dim.constant() && dim.lowerBound() <= 1;
  }
  RankedTensorType declared = node.declared();
  if (mayBeMore && (!declared || declared.getRank() != node.rank() - int64_t(axes->size())))
    return node.fail("without axes and a declared rank, squeezing a dimension that only the run time knows is not "
                     "supported");
  return node.graph.squeeze(node.operand(0), *axes);
}

Value unsqueeze(Node &node, ArrayRef<int64_t> axes) {
  auto normalized = node.normalizeAxes(axes, node.rank() + int64_t(axes.size()));
  if (!normalized)
    return {};
  llvm::sort(*normalized);
  return node.graph.unsqueeze(node.operand(0), *normalized);
}

Value importSqueeze1(Node &node) { return squeeze(node, node.integers("axes")); }

Value importUnsqueeze1(Node &node) {
  return unsqueeze(node, node.integers("axes").value_or(SmallVector<int64_t>()));
}

/// 1 at the positions in operand 1 among \p rank ones, as a boolean vector; the
/// operand's values are only known at run time.
Value markAxes(Node &node, int64_t rank) {
  GraphBuilder &graph = node.graph;
  Type i64 = graph.builder.getI64Type();
  Value count = graph.integers(rank);
  // one_hot takes positions modulo the rank, as axes are counted.
  auto valuesType = RankedTensorType::get(2, i64);
  Value marks = graph.make<OneHotOp>(i64, graph.cast(node.operand(1), i64), graph.squeeze(count, 0),
                                     graph.constant(valuesType, makeIntegers(valuesType, {0, 1})), int64_t(1));
  Value marked = graph.reduce(ReduceKind::max, marks, 0, /*keepDims=*/false);
  return graph.cast(marked, graph.builder.getI1Type());
}

std::optional<int64_t> axisCount(Node &node) {
  auto type = GraphBuilder::type(node.operand(1));
  if (type.getRank() != 1 || !type.hasStaticShape())
    return node.fail("expected a vector of known length as axes");
  return type.getNumElements();
}

/// Axes that only the run time knows: the shape is computed, its rank is known.
Value squeezeAtRunTime(Node &node) {
  GraphBuilder &graph = node.graph;
  std::optional<int64_t> count = axisCount(node);
  if (!count || *count > node.rank())
    return {};
  Value kept = graph.unary<NotOp>(markAxes(node, node.rank()));
  Value shape = graph.make<CompressOp>(graph.builder.getI64Type(), graph.shapeOf(node.operand(0)), kept,
                                       graph.builder.getI64IntegerAttr(0));
  SmallVector<int64_t> unknown(node.rank() - *count, ShapedType::kDynamic);
  return graph.makeDeclared<ReshapeOp>(RankedTensorType::get(unknown, node.element()), node.element(),
                                       node.operand(0), shape, /*allow_zero=*/true);
}

Value unsqueezeAtRunTime(Node &node) {
  GraphBuilder &graph = node.graph;
  Type i64 = graph.builder.getI64Type();
  std::optional<int64_t> count = axisCount(node);
  if (!count)
    return {};
  int64_t rank = node.rank() + *count;
  Value marked = markAxes(node, rank);
  // Position i of the result takes the dimension whose number is the count of unmarked positions before i.
  Value unmarked = graph.cast(graph.unary<NotOp>(marked), i64);
  Value source = graph.make<CumSumOp>(i64, unmarked, graph.scalar64(0), /*exclusive=*/true, /*reverse=*/false);
  Value dims = graph.concat({graph.shapeOf(node.operand(0)), graph.integers(1)}, 0);
  Value taken = graph.make<GatherOp>(i64, dims, source, int64_t(0));
  return graph.reshape(node.operand(0), graph.select(marked, graph.scalar64(1), taken));
}

Value importSqueeze13(Node &node) {
  if (!node.has(1))
    return squeeze(node, std::nullopt);
  if (auto axes = node.constantIntegers(1))
    return squeeze(node, axes);
  return squeezeAtRunTime(node);
}

Value importUnsqueeze13(Node &node) {
  if (auto axes = node.constantIntegers(1))
    return unsqueeze(node, *axes);
  return unsqueezeAtRunTime(node);
}

//===----------------------------------------------------------------------===//
// Identities
//===----------------------------------------------------------------------===//

Value importIdentity(Node &node) { return node.operand(0); }

} // namespace

void registerShape(Registry &registry) {
  registry.addValue("Constant", 1, 0, importConstant);
  registry.addValue("ConstantOfShape", 9, 1, importConstantOfShape);
  registry.addValue("EyeLike", 9, 1, importEyeLike);
  registry.addValue("Range", 11, 3, importRange);
  registry.addValue("Shape", 1, 1, importShape);
  registry.addValue("Size", 1, 1, importSize);
  registry.addValue("Reshape", 1, 1, importReshape1);
  registry.addValue("Reshape", 5, 2, importReshape5);
  registry.addValue("Flatten", 1, 1, importFlatten);
  registry.addValue("Squeeze", 1, 1, importSqueeze1);
  registry.addValue("Squeeze", 13, 1, importSqueeze13);
  registry.addValue("Unsqueeze", 1, 1, importUnsqueeze1);
  registry.addValue("Unsqueeze", 13, 2, importUnsqueeze13);
  registry.addValue("Identity", 1, 1, importIdentity);
}

} // namespace ingot::onnx

//===-- Node.cpp - one node, as import functions see it -------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Node.h"
#include "frontend/onnx/DataType.h"
#include "frontend/onnx/ElementType.h"
#include "frontend/onnx/GraphImporter.h"
#include "ir/Weights.h"
#include "llvm/ADT/Twine.h"

using namespace mlir;

namespace ingot::onnx {

Node::Node(GraphImporter &importer, const NodeProto &proto, Scope &scope, const Frame &frame, int64_t version)
    : importer(importer), graph(importer.graph), proto(proto), version(version), scope(scope), frame(frame),
      results(size_t(proto.output_size())) {}

bool Node::wants(size_t index) const {
  return index < results.size() && !proto.output(int(index)).empty();
}

void Node::setResult(size_t index, Value value) {
  if (index < results.size())
    results[index] = value;
}

void Node::setResults(ValueRange values) {
  for (auto [index, value] : llvm::enumerate(values))
    setResult(index, value);
}

RankedTensorType Node::declared(size_t index) const {
  if (index >= results.size())
    return {};
  auto type = scope.types.find(proto.output(int(index)));
  if (type == scope.types.end())
    return {};
  return tensorType(graph.builder.getContext(), *type->second,
                    [&](StringRef name) { return importer.chosenExtent(name); });
}

int32_t Node::initializerType(size_t index) const {
  for (const Scope *current = &scope; current && index < operands.size(); current = current->parent)
    if (const TensorProto *tensor = current->initializers.lookup(proto.input(int(index))))
      return tensor->data_type();
  return TensorProto::UNDEFINED;
}

const AttributeProto *Node::attribute(StringRef name) const {
  for (const AttributeProto &attribute : proto.attribute()) {
    if (attribute.name() != name)
      continue;
    if (attribute.ref_attr_name().empty())
      return &attribute;
    // An optional attribute that the caller left out counts as left out here too.
    return frame.attributes.lookup(attribute.ref_attr_name());
  }
  return nullptr;
}

int64_t Node::integer(StringRef name, int64_t otherwise) const {
  const AttributeProto *found = attribute(name);
  return found ? found->i() : otherwise;
}

double Node::number(StringRef name, double otherwise) const {
  const AttributeProto *found = attribute(name);
  return found ? double(found->f()) : otherwise;
}

StringRef Node::string(StringRef name, StringRef otherwise) const {
  const AttributeProto *found = attribute(name);
  return found ? StringRef(found->s()) : otherwise;
}

std::optional<SmallVector<int64_t>> Node::integers(StringRef name) const {
  const AttributeProto *found = attribute(name);
  if (!found)
    return std::nullopt;
  return SmallVector<int64_t>(found->ints().begin(), found->ints().end());
}

std::optional<SmallVector<double>> Node::numbers(StringRef name) const {
  const AttributeProto *found = attribute(name);
  if (!found)
    return std::nullopt;
  return SmallVector<double>(found->floats().begin(), found->floats().end());
}

std::optional<SmallVector<StringRef>> Node::strings(StringRef name) const {
  const AttributeProto *found = attribute(name);
  if (!found)
    return std::nullopt;
  return SmallVector<StringRef>(found->strings().begin(), found->strings().end());
}

const GraphProto *Node::nestedGraph(StringRef name) const {
  const AttributeProto *found = attribute(name);
  return found && found->has_g() ? &found->g() : nullptr;
}

Value Node::tensor(StringRef name) const {
  const AttributeProto *found = attribute(name);
  if (!found || !found->has_t())
    return {};
  return importer.constant(found->t(), label + ": attribute '" + name.str() + "'");
}

std::optional<SmallVector<int64_t>> Node::constantIntegers(size_t index) const {
  if (!has(index) || !isa<IntegerType>(element(index)))
    return std::nullopt;
  return graph.shapes.constants(operand(index));
}

std::optional<SmallVector<double>> Node::constantNumbers(size_t index) const {
  if (!has(index))
    return std::nullopt;
  std::optional<ConstantData> data = getConstantData(operand(index));
  if (!data)
    return std::nullopt;
  return data->toDoubles();
}

Type Node::elementType(int64_t dataType) {
  Type type = onnx::elementType(graph.builder.getContext(), int32_t(dataType));
  if (!type)
    fail("elements of type " + dataTypeName(int32_t(dataType)) + " are not supported");
  return type;
}

std::optional<int64_t> Node::normalizeAxis(int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank)
    return fail("expected an axis in [" + Twine(-rank) + ", " + Twine(rank) + ") but got " + Twine(axis));
  return axis < 0 ? axis + rank : axis;
}

std::optional<SmallVector<int64_t>> Node::normalizeAxes(ArrayRef<int64_t> axes, int64_t rank) {
  SmallVector<int64_t> result;
  for (int64_t axis : axes) {
    std::optional<int64_t> normalized = normalizeAxis(axis, rank);
    if (!normalized)
      return std::nullopt;
    if (llvm::is_contained(result, *normalized))
      return fail("axis " + Twine(axis) + " is given twice");
    result.push_back(*normalized);
  }
  return result;
}

Value Node::chooseByAxis(size_t index, int64_t count, llvm::function_ref<Value(int64_t)> result) {
  Value axis = graph.cast(operand(index), graph.builder.getI64Type());
  if (axis && GraphBuilder::rank(axis) != 0)
    axis = graph.reshape(axis, ArrayRef<int64_t>());
  Value fromEnd = graph.binary<AddOp>(axis, double(rank()));
  Value normalized = graph.select(graph.compare(Predicate::lt, axis, graph.scalar64(0)), fromEnd, axis);
  Value chosen = count > 0 ? result(0) : Value();
  for (int64_t i = 1; i < count; ++i)
    chosen = graph.select(graph.compare(Predicate::eq, normalized, graph.scalar64(i)), result(i), chosen);
  return chosen;
}

Value Node::valueNamed(StringRef name) { return importer.lookUp(name, scope); }

FailureOr<SmallVector<Value>> Node::importGraph(const GraphProto &nested, StringRef attributeName,
                                                ValueRange arguments) {
  if (size_t(nested.input_size()) != arguments.size()) {
    fail("expected " + Twine(arguments.size()) + " inputs of its graph '" + attributeName + "' but got " +
         Twine(nested.input_size()));
    return failure();
  }
  return importer.importNested(nested, label + " in " + attributeName.str(), arguments, scope, frame);
}

Node::Failure Node::fail(const Twine &message) {
  importer.report(label + ": " + message);
  return {};
}

} // namespace ingot::onnx

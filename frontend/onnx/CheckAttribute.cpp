//===-- CheckAttribute.cpp - attributes of one node -----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/CheckAttribute.h"
#include "frontend/onnx/DataType.h"
#include "llvm/ADT/Twine.h"

using namespace llvm;

namespace ingot::onnx {

static AttributeProto::AttributeType inferType(const AttributeProto &attribute) {
  if (attribute.has_f())
    return AttributeProto::FLOAT;
  if (attribute.has_i())
    return AttributeProto::INT;
  if (attribute.has_s())
    return AttributeProto::STRING;
  if (attribute.has_t())
    return AttributeProto::TENSOR;
  if (attribute.has_g())
    return AttributeProto::GRAPH;
  if (attribute.floats_size())
    return AttributeProto::FLOATS;
  if (attribute.ints_size())
    return AttributeProto::INTS;
  if (attribute.strings_size())
    return AttributeProto::STRINGS;
  if (attribute.tensors_size())
    return AttributeProto::TENSORS;
  if (attribute.graphs_size())
    return AttributeProto::GRAPHS;
  return AttributeProto::UNDEFINED;
}

/// Messages must be there; numbers and strings may be left out at their
/// default by writers that follow protobuf 3.
static bool hasValue(const AttributeProto &attribute) {
  switch (attribute.type()) {
  case AttributeProto::TENSOR:
    return attribute.has_t();
  case AttributeProto::GRAPH:
    return attribute.has_g();
  case AttributeProto::SPARSE_TENSOR:
    return attribute.has_sparse_tensor();
  case AttributeProto::TYPE_PROTO:
    return attribute.has_tp();
  default:
    return true;
  }
}

static void checkTensors(const AttributeProto &attribute, Problems &problems) {
  auto check = [&](const TensorProto &tensor) {
    if (Error error = checkTensor(tensor))
      problems.push_back("attribute '" + attribute.name() + "': " + toString(std::move(error)));
  };
  auto checkSparse = [&](const SparseTensorProto &tensor) {
    check(tensor.values());
    check(tensor.indices());
  };
  if (attribute.has_t())
    check(attribute.t());
  for (const TensorProto &tensor : attribute.tensors())
    check(tensor);
  if (attribute.has_sparse_tensor())
    checkSparse(attribute.sparse_tensor());
  for (const SparseTensorProto &tensor : attribute.sparse_tensors())
    checkSparse(tensor);
}

Problems checkAttributes(NodeProto &node, bool inFunction) {
  Problems problems;
  StringSet<> names;
  for (AttributeProto &attribute : *node.mutable_attribute()) {
    const std::string &name = attribute.name();
    if (name.empty())
      problems.push_back("an attribute has no name");
    else if (!names.insert(name).second)
      problems.push_back("attribute '" + name + "' is given twice");
    if (!attribute.ref_attr_name().empty()) {
      if (!inFunction)
        problems.push_back("attribute '" + name + "' refers to an attribute of a function");
      continue;
    }
    if (attribute.type() == AttributeProto::UNDEFINED)
      attribute.set_type(inferType(attribute));
    if (attribute.type() == AttributeProto::UNDEFINED || !hasValue(attribute))
      problems.push_back("attribute '" + name + "' has no value");
    checkTensors(attribute, problems);
  }
  return problems;
}

} // namespace ingot::onnx

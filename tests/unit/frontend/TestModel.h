//===-- TestModel.h - small models for the frontend's tests -----*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_TESTS_UNIT_FRONTEND_TESTMODEL_H
#define INGOT_TESTS_UNIT_FRONTEND_TESTMODEL_H

#include "frontend/onnx/onnx.pb.h"
#include <initializer_list>
#include <string>

namespace ingot::onnx::test {

inline ModelProto emptyModel(int64_t opset = 13) {
  ModelProto model;
  model.set_ir_version(8);
  model.add_opset_import()->set_version(opset);
  model.mutable_graph()->set_name("g");
  return model;
}

inline void setType(ValueInfoProto *value, const std::string &name, std::initializer_list<int64_t> dims) {
  value->set_name(name);
  TypeProto::Tensor *type = value->mutable_type()->mutable_tensor_type();
  type->set_elem_type(TensorProto::FLOAT);
  type->mutable_shape();
  for (int64_t dim : dims)
    type->mutable_shape()->add_dim()->set_dim_value(dim);
}

inline void addInput(GraphProto &graph, const std::string &name, std::initializer_list<int64_t> dims = {4}) {
  setType(graph.add_input(), name, dims);
}

inline void addOutput(GraphProto &graph, const std::string &name, std::initializer_list<int64_t> dims = {4}) {
  setType(graph.add_output(), name, dims);
}

inline NodeProto *addNode(GraphProto &graph, const std::string &op, const std::string &name,
                          std::initializer_list<const char *> inputs, std::initializer_list<const char *> outputs) {
  NodeProto *node = graph.add_node();
  node->set_op_type(op);
  node->set_name(name);
  for (const char *input : inputs)
    node->add_input(input);
  for (const char *output : outputs)
    node->add_output(output);
  return node;
}

inline TensorProto *addRawInitializer(GraphProto &graph, const std::string &name, int64_t floats) {
  TensorProto *tensor = graph.add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(TensorProto::FLOAT);
  tensor->add_dims(floats);
  std::string data;
  for (int64_t i = 0; i < floats * 4; ++i)
    data.push_back(char(i * 7));
  tensor->set_raw_data(data);
  return tensor;
}

/// x + w -> relu -> y
inline ModelProto smallModel() {
  ModelProto model = emptyModel();
  GraphProto &graph = *model.mutable_graph();
  addInput(graph, "x");
  addOutput(graph, "y");
  addRawInitializer(graph, "w", 4);
  addNode(graph, "Add", "add", {"x", "w"}, {"t"});
  addNode(graph, "Relu", "relu", {"t"}, {"y"});
  return model;
}

} // namespace ingot::onnx::test

#endif // INGOT_TESTS_UNIT_FRONTEND_TESTMODEL_H

//===-- CheckTest.cpp - structural checks of models -----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Check.h"
#include "TestModel.h"
#include "frontend/onnx/DataType.h"
#include <gtest/gtest.h>

using namespace ingot::onnx;
using namespace ingot::onnx::test;

namespace {

/// The one problem of \p model; fails the test when there are more.
std::string problem(ModelProto model) {
  Problems problems = checkModel(model);
  EXPECT_LE(problems.size(), 1u) << testing::PrintToString(problems);
  return problems.empty() ? "" : problems.front();
}

std::string tensorProblem(const TensorProto &tensor) { return llvm::toString(checkTensor(tensor)); }

TEST(Check, acceptsAGoodModel) { EXPECT_EQ(problem(smallModel()), ""); }

TEST(Check, versions) {
  ModelProto model = smallModel();
  model.set_ir_version(99);
  EXPECT_EQ(problem(model), "IR version 99 is not supported: expected 1 to 14");
  model.clear_ir_version();
  EXPECT_EQ(problem(model), "the model has no IR version");
  model = smallModel();
  model.mutable_opset_import(0)->set_version(0);
  EXPECT_EQ(problem(model), "opset 0 is not supported: expected 1 to 28");
  model.mutable_opset_import(0)->set_version(29);
  EXPECT_EQ(problem(model), "opset 29 is not supported: expected 1 to 28");
  model = smallModel();
  model.clear_graph();
  EXPECT_EQ(problem(model), "the model has no graph");
}

TEST(Check, highestOfRepeatedImportsCounts) {
  ModelProto model = smallModel();
  model.add_opset_import()->set_version(12);
  model.mutable_opset_import(1)->set_domain("ai.onnx");
  EXPECT_EQ(readOpsets(model.opset_import()).lookup(""), 13);
}

TEST(Check, domains) {
  ModelProto model = smallModel();
  model.mutable_graph()->mutable_node(0)->set_domain("com.example");
  EXPECT_EQ(problem(model), "node 'add' (Add): its domain 'com.example' is not imported");
  model.add_opset_import()->set_domain("com.example");
  EXPECT_EQ(problem(model), "");
}

TEST(Check, duplicateNames) {
  ModelProto model = smallModel();
  addNode(*model.mutable_graph(), "Relu", "again", {"x"}, {"t"});
  EXPECT_EQ(problem(model), "node 'again' (Relu): result 't' is defined twice");
  model = smallModel();
  addInput(*model.mutable_graph(), "x");
  EXPECT_EQ(problem(model), "input 'x' is defined twice");
  model = smallModel();
  addRawInitializer(*model.mutable_graph(), "w", 4);
  EXPECT_EQ(problem(model), "initializer 'w' is defined twice");
  model = smallModel();
  addInput(*model.mutable_graph(), "w");
  EXPECT_EQ(problem(model), "") << "an initializer may be an input's default";
}

TEST(Check, undefinedNames) {
  ModelProto model = smallModel();
  model.mutable_graph()->mutable_node(0)->set_input(1, "nowhere");
  EXPECT_EQ(problem(model), "node 'add' (Add): operand 1 'nowhere' is not defined");
  model = smallModel();
  model.mutable_graph()->mutable_node(0)->set_input(1, "");
  EXPECT_EQ(problem(model), "") << "an operand left out";
  model = smallModel();
  addOutput(*model.mutable_graph(), "nowhere");
  EXPECT_EQ(problem(model), "output 'nowhere' is not defined");
  model = smallModel();
  model.mutable_graph()->clear_output();
  EXPECT_EQ(problem(model), "the graph has no outputs");
}

TEST(Check, reportsEveryProblem) {
  ModelProto model = smallModel();
  model.mutable_graph()->mutable_node(0)->set_input(0, "a");
  model.mutable_graph()->mutable_node(0)->set_input(1, "b");
  model.mutable_graph()->mutable_node(1)->set_input(0, "c");
  EXPECT_EQ(checkModel(model).size(), 3u);
}

TEST(Check, sortsNodes) {
  ModelProto model = smallModel();
  model.mutable_graph()->mutable_node()->SwapElements(0, 1);
  EXPECT_TRUE(checkModel(model).empty());
  EXPECT_EQ(model.graph().node(0).name(), "add");
  EXPECT_EQ(model.graph().node(1).name(), "relu");
}

TEST(Check, namesCycles) {
  ModelProto model = smallModel();
  GraphProto &graph = *model.mutable_graph();
  addNode(graph, "Relu", "a", {"cc"}, {"aa"});
  addNode(graph, "Relu", "b", {"aa"}, {"bb"});
  addNode(graph, "Relu", "", {"bb"}, {"cc"});
  EXPECT_EQ(problem(model),
            "the graph has a cycle: node 'b' (Relu) -> node #4 (Relu) -> node 'a' (Relu) -> node 'b' (Relu)");
}

/// If node "if" on "cond" with one graph that returns \p output.
GraphProto *addIf(GraphProto &graph, const char *name, const char *result) {
  AttributeProto *attribute = addNode(graph, "If", name, {"x"}, {result})->add_attribute();
  attribute->set_name("then_branch");
  attribute->set_type(AttributeProto::GRAPH);
  return attribute->mutable_g();
}

TEST(Check, nestedGraphsSeeOuterNames) {
  ModelProto model = smallModel();
  GraphProto *body = addIf(*model.mutable_graph(), "if", "z");
  addNode(*body, "Relu", "inner", {"y"}, {"i"});
  addOutput(*body, "i");
  EXPECT_EQ(problem(model), "");
  addNode(*body, "Relu", "lost", {"nowhere"}, {"j"});
  EXPECT_EQ(problem(model), "node 'if' (If) in then_branch: node 'lost' (Relu): operand 0 'nowhere' is not defined");
}

TEST(Check, nestedUsesOrderNodes) {
  ModelProto model = emptyModel();
  GraphProto &graph = *model.mutable_graph();
  addInput(graph, "x");
  addOutput(graph, "z");
  GraphProto *body = addIf(graph, "if", "z");
  addNode(*body, "Relu", "inner", {"late"}, {"i"});
  addOutput(*body, "i");
  addNode(graph, "Relu", "defines", {"x"}, {"late"});
  EXPECT_EQ(problem(model), "");
  EXPECT_TRUE(checkModel(model).empty());
  EXPECT_EQ(model.graph().node(0).name(), "defines");
}

TEST(Check, nestedNamesStayInside) {
  ModelProto model = smallModel();
  GraphProto *body = addIf(*model.mutable_graph(), "if", "z");
  addNode(*body, "Relu", "inner", {"x"}, {"i"});
  addOutput(*body, "i");
  addNode(*model.mutable_graph(), "Relu", "outside", {"i"}, {"j"});
  EXPECT_EQ(problem(model), "node 'outside' (Relu): operand 0 'i' is not defined");
}

TEST(Check, functions) {
  ModelProto model = smallModel();
  FunctionProto *f = model.add_functions();
  f->set_name("f");
  f->set_domain("local");
  f->add_input("a");
  f->add_output("b");
  NodeProto *call = f->add_node();
  call->set_op_type("f");
  call->set_domain("local");
  call->add_input("a");
  call->add_output("b");
  EXPECT_EQ(problem(model), "function 'f' calls itself");
  call->set_domain("");
  EXPECT_EQ(problem(model), "");
  call->set_input(0, "x");
  EXPECT_EQ(problem(model), "function 'f': node #0 (f): operand 0 'x' is not defined");
}

TEST(Check, attributes) {
  ModelProto model = smallModel();
  NodeProto *node = model.mutable_graph()->mutable_node(1);
  AttributeProto *alpha = node->add_attribute();
  alpha->set_name("alpha");
  EXPECT_EQ(problem(model), "node 'relu' (Relu): attribute 'alpha' has no value");
  alpha->set_f(0.5f);
  EXPECT_TRUE(checkModel(model).empty());
  EXPECT_EQ(alpha->type(), AttributeProto::FLOAT) << "files of IR version 1 leave the type out";
  *node->add_attribute() = *alpha;
  EXPECT_EQ(problem(model), "node 'relu' (Relu): attribute 'alpha' is given twice");
  node->clear_attribute();
  alpha = node->add_attribute();
  alpha->set_name("alpha");
  alpha->set_ref_attr_name("beta");
  EXPECT_EQ(problem(model), "node 'relu' (Relu): attribute 'alpha' refers to an attribute of a function");
}

TEST(Check, absurdDimensions) {
  ModelProto model = emptyModel();
  addInput(*model.mutable_graph(), "x", {int64_t(1) << 40, int64_t(1) << 40});
  addOutput(*model.mutable_graph(), "x");
  EXPECT_EQ(problem(model), "input 'x': the product of its dimensions does not fit 63 bits");
  model = emptyModel();
  addInput(*model.mutable_graph(), "x", {2, -5});
  addOutput(*model.mutable_graph(), "x");
  EXPECT_EQ(problem(model), "input 'x': dimension 1 is -5");
  model = emptyModel();
  addInput(*model.mutable_graph(), "x", {2});
  addOutput(*model.mutable_graph(), "x");
  model.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(77);
  EXPECT_EQ(problem(model), "input 'x': unknown element type 77");
}

TensorProto tensor(int32_t type, std::initializer_list<int64_t> dims) {
  TensorProto result;
  result.set_data_type(type);
  for (int64_t dim : dims)
    result.add_dims(dim);
  return result;
}

TEST(CheckTensor, typesAndDimensions) {
  EXPECT_EQ(tensorProblem(tensor(0, {1})), "unknown element type 0");
  EXPECT_EQ(tensorProblem(tensor(29, {1})), "unknown element type 29");
  EXPECT_EQ(tensorProblem(tensor(TensorProto::FLOAT, {-1})), "dimension 0 is -1");
  EXPECT_EQ(tensorProblem(tensor(TensorProto::FLOAT, {0, INT64_MAX, INT64_MAX})),
            "the product of its dimensions does not fit 63 bits");
  EXPECT_EQ(tensorProblem(tensor(TensorProto::DOUBLE, {INT64_MAX / 2})),
            "4611686018427387903 elements of 64 bits do not fit 63 bits");
  EXPECT_EQ(tensorProblem(tensor(TensorProto::FLOAT, {0, 3})), "");
}

TEST(CheckTensor, rawData) {
  TensorProto raw = tensor(TensorProto::FLOAT, {2, 2});
  EXPECT_EQ(tensorProblem(raw), "expected 4 elements but there is no data");
  raw.set_raw_data(std::string(15, '\0'));
  EXPECT_EQ(tensorProblem(raw), "expected 16 bytes for 4 elements of float but got 15");
  raw.set_raw_data(std::string(16, '\0'));
  EXPECT_EQ(tensorProblem(raw), "");
  raw.add_float_data(1);
  EXPECT_EQ(tensorProblem(raw), "has data both in field 4 and in field 9");
  TensorProto packed = tensor(TensorProto::INT4, {3});
  packed.set_raw_data(std::string(2, '\0'));
  EXPECT_EQ(tensorProblem(packed), "");
}

TEST(CheckTensor, typedData) {
  TensorProto typed = tensor(TensorProto::FLOAT16, {2});
  typed.add_int32_data(1);
  EXPECT_EQ(tensorProblem(typed), "expected 2 entries for 2 elements of float16 but got 1");
  typed.add_int32_data(1);
  EXPECT_EQ(tensorProblem(typed), "");
  typed.set_data_type(TensorProto::INT64);
  EXPECT_EQ(tensorProblem(typed), "elements of int64 cannot be in field 5");
  TensorProto complex = tensor(TensorProto::COMPLEX64, {1});
  complex.add_float_data(1);
  EXPECT_EQ(tensorProblem(complex), "expected 2 entries for 1 elements of complex64 but got 1");
}

TEST(CheckTensor, externalData) {
  TensorProto external = tensor(TensorProto::FLOAT, {2});
  external.set_data_location(TensorProto::EXTERNAL);
  EXPECT_EQ(tensorProblem(external), "");
  external.add_float_data(1);
  EXPECT_EQ(tensorProblem(external), "has data both in field 4 and in an external file");
}

} // namespace

//===-- ImportTest.cpp - models as graphs ---------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Importer.h"
#include "TestModel.h"
#include "ir/Dialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "llvm/Support/raw_ostream.h"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace ingot::onnx;
using namespace ingot::onnx::test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

namespace {

class ImportTest : public testing::Test {
protected:
  /// The text of the module that \p model becomes; empty when it cannot be imported.
  std::string import(const ModelProto &model) {
    auto file = ModelFile::parse(llvm::MemoryBuffer::getMemBufferCopy(model.SerializeAsString(), "test.onnx"));
    if (!file) {
      problems = {llvm::toString(file.takeError())};
      return "";
    }
    mlir::OwningOpRef<mlir::ModuleOp> module = importModel(&context, *file, options, problems);
    if (!module)
      return "";
    EXPECT_TRUE(mlir::succeeded(mlir::verify(*module)));
    std::string text;
    llvm::raw_string_ostream stream(text);
    module->print(stream);
    return text;
  }

  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  ImportOptions options;
  Problems problems;
};

AttributeProto *addAttribute(NodeProto *node, const char *name, AttributeProto::AttributeType type) {
  AttributeProto *attribute = node->add_attribute();
  attribute->set_name(name);
  attribute->set_type(type);
  return attribute;
}

void addInteger(NodeProto *node, const char *name, int64_t value) {
  addAttribute(node, name, AttributeProto::INT)->set_i(value);
}

void addIntegers(NodeProto *node, const char *name, std::initializer_list<int64_t> values) {
  AttributeProto *attribute = addAttribute(node, name, AttributeProto::INTS);
  for (int64_t value : values)
    attribute->add_ints(value);
}

void addIntegerInitializer(GraphProto &graph, const char *name, std::initializer_list<int64_t> values) {
  TensorProto *tensor = graph.add_initializer();
  tensor->set_name(name);
  tensor->set_data_type(TensorProto::INT64);
  tensor->add_dims(int64_t(values.size()));
  for (int64_t value : values)
    tensor->add_int64_data(value);
}

/// A model of one node with inputs x (and y) and one output.
ModelProto oneNode(const char *op, int64_t opset, std::initializer_list<int64_t> x,
                   std::optional<std::initializer_list<int64_t>> y = std::nullopt) {
  ModelProto model = emptyModel(opset);
  GraphProto &graph = *model.mutable_graph();
  addInput(graph, "x", x);
  NodeProto *node = addNode(graph, op, "n", {"x"}, {"z"});
  if (y) {
    addInput(graph, "y", *y);
    node->add_input("y");
  }
  addOutput(graph, "z");
  return model;
}

NodeProto *nodeOf(ModelProto &model) { return model.mutable_graph()->mutable_node(0); }

TEST_F(ImportTest, namesAndTypes) {
  ModelProto model = smallModel();
  TensorShapeProto *shape =
      model.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
  shape->clear_dim();
  shape->add_dim()->set_dim_param("N");
  shape->add_dim()->set_dim_value(4);
  std::string text = import(model);
  EXPECT_THAT(text, HasSubstr(R"(%arg0: tensor<?x4xf32> {ingot.dims = ["N", ""], ingot.name = "x"})"));
  EXPECT_THAT(text, HasSubstr(R"(-> (tensor<?x4xf32> {ingot.dims = ["", ""], ingot.name = "y"}))"));
  EXPECT_THAT(text, HasSubstr("ingot.add"));
  options.extents["N"] = 7;
  EXPECT_THAT(import(model), HasSubstr("%arg0: tensor<7x4xf32>"));
}

TEST_F(ImportTest, unknownDimensionNames) {
  options.extents["N"] = 7;
  EXPECT_EQ(import(smallModel()), "");
  EXPECT_THAT(problems, ElementsAre("no dimension of the inputs is called 'N': all are static"));
}

/// x [N, ?, 4] -> relu -> y
static ModelProto dynamicModel() {
  ModelProto model = emptyModel();
  addInput(*model.mutable_graph(), "x", {});
  TensorShapeProto *shape =
      model.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
  shape->add_dim()->set_dim_param("N");
  shape->add_dim();
  shape->add_dim()->set_dim_value(4);
  addNode(*model.mutable_graph(), "Relu", "relu", {"x"}, {"y"});
  addOutput(*model.mutable_graph(), "y", {});
  model.mutable_graph()->mutable_output(0)->clear_type();
  return model;
}

TEST_F(ImportTest, extentsByPlace) {
  options.extents["x.1"] = 5;
  EXPECT_THAT(import(dynamicModel()), HasSubstr("%arg0: tensor<?x5x4xf32>"));
  options.extents["x.0"] = 7;
  options.extents["N"] = 7;
  options.extents["x.2"] = 4;
  EXPECT_THAT(import(dynamicModel()), HasSubstr("%arg0: tensor<7x5x4xf32>"));
}

TEST_F(ImportTest, extentsThatDoNotFit) {
  options.extents["N"] = 7;
  options.extents["x.0"] = 8;
  options.extents["x.2"] = 9;
  options.extents["x.3"] = 1;
  options.extents["z.0"] = 1;
  EXPECT_EQ(import(dynamicModel()), "");
  EXPECT_THAT(problems, ElementsAre("dimension 'N' is chosen to be 7 and, as 'x.0', 8",
                                    "dimension 'x.2' is 4 and cannot be 9",
                                    "no dimension of the inputs is called 'x.3', only 'N', 'x.1'",
                                    "no dimension of the inputs is called 'z.0', only 'N', 'x.1'"));
}

TEST_F(ImportTest, bulkDataStaysInTheFile) {
  ModelProto model = emptyModel();
  GraphProto &graph = *model.mutable_graph();
  addInput(graph, "x", {100});
  addOutput(graph, "y");
  addRawInitializer(graph, "w", 100);
  addNode(graph, "Add", "add", {"x", "w"}, {"y"});
  EXPECT_THAT(import(model), HasSubstr(R"(ingot.constant tensor<100xf32> = #ingot.external<"test.onnx", )"));
}

TEST_F(ImportTest, reportsAllThatIsNotSupported) {
  ModelProto model = emptyModel();
  GraphProto &graph = *model.mutable_graph();
  addInput(graph, "x");
  addOutput(graph, "out");
  model.add_opset_import()->set_domain("com.example");
  addNode(graph, "Fancy", "first", {"x"}, {"a"})->set_domain("com.example");
  addNode(graph, "Relu", "fine", {"a"}, {"b"});
  addNode(graph, "StringNormalizer", "second", {"b"}, {"c"});
  NodeProto *cast = addNode(graph, "Cast", "third", {"x"}, {"d"});
  addInteger(cast, "to", TensorProto::STRING);
  addNode(graph, "Mish", "fourth", {"x"}, {"e"});
  GraphProto *body =
      addAttribute(addNode(graph, "Loop", "loop", {"", "", "c"}, {"f"}), "body", AttributeProto::GRAPH)->mutable_g();
  addNode(*body, "Unheard", "fifth", {}, {"g"});
  addOutput(*body, "g");
  addNode(graph, "Sum", "sum", {"b", "c", "d", "e", "f"}, {"out"});
  EXPECT_EQ(import(model), "");
  EXPECT_THAT(problems,
              ElementsAre("node 'first' (Fancy): operator com.example.Fancy is not supported",
                          "node 'second' (StringNormalizer): operator StringNormalizer is not supported",
                          "node 'third' (Cast): elements of type string are not supported",
                          "node 'fourth' (Mish): operator Mish is supported from opset 18 but the model uses opset 13",
                          "node 'loop' (Loop) in body: node 'fifth' (Unheard): operator Unheard is not supported"));
}

TEST_F(ImportTest, reportsWrongShapesWithTheirNode) {
  EXPECT_EQ(import(oneNode("Add", 13, {2, 3}, {{2, 4}})), "");
  EXPECT_THAT(problems,
              ElementsAre(HasSubstr("node 'n' (Add): cannot broadcast dimension 1: expected 3 or 1 but got 4")));
}

TEST_F(ImportTest, reportsInputsThatAreNoTensors) {
  ModelProto model = oneNode("Relu", 13, {4});
  model.mutable_graph()->mutable_input(0)->mutable_type()->mutable_sequence_type();
  EXPECT_EQ(import(model), "");
  EXPECT_THAT(problems, ElementsAre(HasSubstr("input 'x': type seq(no type) is not supported")));
}

TEST_F(ImportTest, reportsMissingOperands) {
  ModelProto model = oneNode("Add", 13, {4});
  EXPECT_EQ(import(model), "");
  EXPECT_THAT(problems, ElementsAre("node 'n' (Add): operand 1 is missing"));
}

TEST_F(ImportTest, legacyBroadcast) {
  ModelProto model = oneNode("Add", 6, {2, 3, 4}, {{3}});
  addInteger(nodeOf(model), "broadcast", 1);
  addInteger(nodeOf(model), "axis", 1);
  EXPECT_THAT(import(model), HasSubstr("(tensor<2x3x4xf32>, tensor<3x1xf32>) -> tensor<2x3x4xf32>"));
}

TEST_F(ImportTest, sliceOfOpset1) {
  ModelProto model = oneNode("Slice", 1, {10, 4});
  addIntegers(nodeOf(model), "starts", {2});
  addIntegers(nodeOf(model), "ends", {-1});
  EXPECT_THAT(import(model), HasSubstr("-> tensor<7x4xf32>"));
}

TEST_F(ImportTest, unsqueezeTakesAxesBothWays) {
  ModelProto model = oneNode("Unsqueeze", 11, {4});
  addIntegers(nodeOf(model), "axes", {0, -1});
  EXPECT_THAT(import(model), HasSubstr("-> tensor<1x4x1xf32>"));
  model = oneNode("Unsqueeze", 13, {4});
  addIntegerInitializer(*model.mutable_graph(), "axes", {0, -1});
  nodeOf(model)->add_input("axes");
  EXPECT_THAT(import(model), HasSubstr("-> tensor<1x4x1xf32>"));
}

TEST_F(ImportTest, softmaxBeforeOpset13) {
  std::string text = import(oneNode("Softmax", 12, {2, 3, 4}));
  EXPECT_THAT(text, HasSubstr("ingot.flatten"));
  EXPECT_THAT(text, HasSubstr("(tensor<2x12xf32>) -> tensor<2x12xf32>"));
  EXPECT_THAT(import(oneNode("Softmax", 13, {2, 3, 4})), Not(HasSubstr("ingot.flatten")));
}

TEST_F(ImportTest, autoPad) {
  ModelProto model = oneNode("Conv", 11, {1, 2, 5}, {{3, 2, 2}});
  addAttribute(nodeOf(model), "auto_pad", AttributeProto::STRING)->set_s("SAME_UPPER");
  EXPECT_THAT(import(model), HasSubstr("pads = array<i64: 0, 1>"));
  nodeOf(model)->mutable_attribute(0)->set_s("SAME_LOWER");
  EXPECT_THAT(import(model), HasSubstr("pads = array<i64: 1, 0>"));
  addIntegers(nodeOf(model), "strides", {2});
  model.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(2)
      ->clear_dim_value();
  EXPECT_THAT(import(model), HasSubstr("ingot.pad")) << "pads that only the run time knows";
}

/// If on x (a boolean) whose branches return Relu(y) and Neg(y).
ModelProto ifModel() {
  ModelProto model = emptyModel();
  GraphProto &graph = *model.mutable_graph();
  addInput(graph, "c", {});
  graph.mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(TensorProto::BOOL);
  addInput(graph, "y", {4});
  addOutput(graph, "z");
  NodeProto *node = addNode(graph, "If", "if", {"c"}, {"z"});
  for (auto [name, op] : {std::pair("then_branch", "Relu"), std::pair("else_branch", "Neg")}) {
    GraphProto *branch = addAttribute(node, name, AttributeProto::GRAPH)->mutable_g();
    addNode(*branch, op, "", {"y"}, {"r"});
    addOutput(*branch, "r");
  }
  return model;
}

TEST_F(ImportTest, ifHasBothBranches) {
  std::string text = import(ifModel());
  EXPECT_THAT(text, HasSubstr("ingot.if %arg0"));
  EXPECT_THAT(text, HasSubstr("ingot.relu"));
  EXPECT_THAT(text, HasSubstr("ingot.neg"));
}

TEST_F(ImportTest, ifWithKnownConditionIsItsBranch) {
  ModelProto model = ifModel();
  TensorProto *condition = model.mutable_graph()->add_initializer();
  condition->set_name("c");
  condition->set_data_type(TensorProto::BOOL);
  condition->add_int32_data(0);
  std::string text = import(model);
  EXPECT_THAT(text, Not(HasSubstr("ingot.if")));
  EXPECT_THAT(text, HasSubstr("ingot.neg"));
  EXPECT_THAT(text, Not(HasSubstr("ingot.relu")));
}

TEST_F(ImportTest, ifOfDifferentRanksTakesTheBranchThatFits) {
  ModelProto model = ifModel();
  GraphProto &graph = *model.mutable_graph();
  // The then branch gives rank 2, the else branch rank 1; Gemm takes rank 2 only.
  NodeProto *inner = graph.mutable_node(0)->mutable_attribute(0)->mutable_g()->mutable_node(0);
  inner->set_op_type("Unsqueeze");
  inner->add_input("axes");
  addIntegerInitializer(graph, "axes", {0});
  addRawInitializer(graph, "w", 4);
  graph.mutable_initializer(1)->add_dims(1);
  graph.mutable_node(0)->set_output(0, "t");
  addNode(graph, "Gemm", "gemm", {"t", "w"}, {"z"});
  std::string text = import(model);
  EXPECT_THAT(problems, ElementsAre());
  EXPECT_THAT(text, Not(HasSubstr("ingot.if")));
  EXPECT_THAT(text, HasSubstr("ingot.unsqueeze"));
}

TEST_F(ImportTest, loopWidensWhatItsBodyChanges) {
  ModelProto model = emptyModel();
  GraphProto &graph = *model.mutable_graph();
  addInput(graph, "x", {4});
  addIntegerInitializer(graph, "trips", {3});
  addOutput(graph, "z");
  GraphProto *body =
      addAttribute(addNode(graph, "Loop", "loop", {"trips", "", "x"}, {"z"}), "body", AttributeProto::GRAPH)
          ->mutable_g();
  addInput(*body, "i", {});
  addInput(*body, "c", {});
  addInput(*body, "v", {});
  addInteger(addNode(*body, "Concat", "concat", {"v", "x"}, {"w"}), "axis", 0);
  addNode(*body, "Identity", "", {"c"}, {"d"});
  addOutput(*body, "d");
  addOutput(*body, "w");
  std::string text = import(model);
  EXPECT_THAT(problems, ElementsAre());
  EXPECT_THAT(text, HasSubstr("ingot.loop"));
  EXPECT_THAT(text, HasSubstr("(tensor<?xf32>, tensor<4xf32>) -> tensor<?xf32>"));
}

TEST_F(ImportTest, functionsAreExpanded) {
  ModelProto model = oneNode("Scale", 13, {4});
  nodeOf(model)->set_domain("local");
  addAttribute(nodeOf(model), "slope", AttributeProto::FLOAT)->set_f(0.25f);
  FunctionProto *function = model.add_functions();
  function->set_name("Scale");
  function->set_domain("local");
  function->add_input("a");
  function->add_input("unused");
  function->add_output("b");
  function->add_attribute("slope");
  function->add_opset_import()->set_version(13);
  NodeProto *inner = function->add_node();
  inner->set_op_type("LeakyRelu");
  inner->add_input("a");
  inner->add_output("b");
  AttributeProto *alpha = addAttribute(inner, "alpha", AttributeProto::FLOAT);
  alpha->set_ref_attr_name("slope");
  std::string text = import(model);
  EXPECT_THAT(problems, ElementsAre());
  EXPECT_THAT(text, HasSubstr("dense<2.500000e-01>"));
}

TEST_F(ImportTest, fourBitWeightsAreUnpacked) {
  ModelProto model = emptyModel(21);
  GraphProto &graph = *model.mutable_graph();
  TensorProto *packed = graph.add_initializer();
  packed->set_name("w");
  packed->set_data_type(TensorProto::INT4);
  packed->add_dims(3);
  packed->set_raw_data("\x7f\x08");
  addRawInitializer(graph, "scale", 1);
  addNode(graph, "DequantizeLinear", "dq", {"w", "scale"}, {"z"});
  addOutput(graph, "z");
  EXPECT_THAT(import(model), HasSubstr("dense<[-1, 7, -8]> : tensor<3xi8>"));
}

} // namespace

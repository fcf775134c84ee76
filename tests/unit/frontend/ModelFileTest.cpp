//===-- ModelFileTest.cpp - skeletons and corrupted files -----------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/ModelFile.h"
#include "TestModel.h"
#include "frontend/onnx/Check.h"
#include "frontend/onnx/Skeleton.h"
#include "frontend/onnx/WireReader.h"
#include <gtest/gtest.h>

using namespace ingot::onnx;
using namespace ingot::onnx::test;
using llvm::StringRef;

namespace {

llvm::Expected<ModelFile> parse(const std::string &bytes) {
  return ModelFile::parse(llvm::MemoryBuffer::getMemBufferCopy(bytes, "test.onnx"));
}

std::string failure(const std::string &bytes) {
  llvm::Expected<ModelFile> file = parse(bytes);
  return file ? "" : llvm::toString(file.takeError());
}

std::string field(uint32_t number, const std::string &payload) {
  std::string out;
  appendTag(out, number, WireType::Bytes);
  appendVarint(out, payload.size());
  return out + payload;
}

/// A model with bulk data in every place where a tensor may be.
ModelProto richModel() {
  ModelProto model = smallModel();
  GraphProto &graph = *model.mutable_graph();
  addRawInitializer(graph, "big", 100);
  TensorProto *typed = graph.add_initializer();
  typed->set_name("typed");
  typed->set_data_type(TensorProto::FLOAT);
  typed->add_dims(80);
  for (int i = 0; i < 80; ++i)
    typed->add_float_data(float(i));
  NodeProto *constant = addNode(graph, "Constant", "constant", {}, {"c"});
  AttributeProto *value = constant->add_attribute();
  value->set_name("value");
  value->set_type(AttributeProto::TENSOR);
  *value->mutable_t() = *addRawInitializer(graph, "attribute", 70);
  NodeProto *branch = addNode(graph, "If", "if", {"x"}, {"z"});
  AttributeProto *body = branch->add_attribute();
  body->set_name("then_branch");
  body->set_type(AttributeProto::GRAPH);
  addRawInitializer(*body->mutable_g(), "nested", 90);
  addOutput(*body->mutable_g(), "nested");
  FunctionProto *function = model.add_functions();
  function->set_name("f");
  *function->add_node() = *constant;
  return model;
}

void expectPayload(const ModelFile &file, const TensorProto &tensor, const std::string &expected) {
  ASSERT_TRUE(tensor.has_mapped_offset()) << tensor.name();
  EXPECT_FALSE(tensor.has_raw_data());
  EXPECT_EQ(file.payload(tensor).str(), expected) << tensor.name();
}

TEST(ModelFile, leavesBulkDataInTheFile) {
  ModelProto original = richModel();
  llvm::Expected<ModelFile> file = parse(original.SerializeAsString());
  ASSERT_TRUE(bool(file)) << llvm::toString(file.takeError());
  const GraphProto &graph = file->model().graph(), &expected = original.graph();
  EXPECT_EQ(file->payload(graph.initializer(0)).str(), expected.initializer(0).raw_data());
  EXPECT_FALSE(graph.initializer(0).has_mapped_offset()) << "16 bytes are not worth it";
  expectPayload(*file, graph.initializer(1), expected.initializer(1).raw_data());
  const TensorProto &typed = graph.initializer(2);
  expectPayload(*file, typed,
                std::string(reinterpret_cast<const char *>(expected.initializer(2).float_data().data()), 320));
  EXPECT_EQ(typed.mapped_field(), 4u);
  EXPECT_EQ(typed.float_data_size(), 0);
  expectPayload(*file, graph.node(2).attribute(0).t(), expected.node(2).attribute(0).t().raw_data());
  expectPayload(*file, graph.node(3).attribute(0).g().initializer(0),
                expected.node(3).attribute(0).g().initializer(0).raw_data());
  expectPayload(*file, file->model().functions(0).node(0).attribute(0).t(),
                expected.node(2).attribute(0).t().raw_data());
}

TEST(ModelFile, skeletonIsSmall) {
  ModelProto model = smallModel();
  addRawInitializer(*model.mutable_graph(), "huge", 1 << 20);
  std::string bytes = model.SerializeAsString();
  llvm::Expected<std::string> skeleton = buildSkeleton(bytes);
  ASSERT_TRUE(bool(skeleton));
  EXPECT_GT(bytes.size(), 4u << 20);
  EXPECT_LT(skeleton->size(), 300u);
}

TEST(ModelFile, keepsPayloadInPieces) {
  std::string piece(300, 'a'); // 75 floats
  std::string tensor = field(4, piece) + field(4, piece);
  llvm::Expected<ModelFile> file = parse(field(7, field(5, tensor)));
  ASSERT_TRUE(bool(file)) << llvm::toString(file.takeError());
  EXPECT_EQ(file->model().graph().initializer(0).float_data_size(), 150);
}

TEST(ModelFile, everyTruncationIsAnErrorOrAModel) {
  std::string bytes = richModel().SerializeAsString();
  unsigned errors = 0;
  for (size_t length = 0; length < bytes.size(); ++length) {
    llvm::Expected<ModelFile> file = parse(bytes.substr(0, length));
    if (!file) {
      EXPECT_TRUE(StringRef(llvm::toString(file.takeError())).starts_with("test.onnx: "));
      ++errors;
    } else {
      checkModel(file->model());
    }
  }
  EXPECT_GT(errors, bytes.size() * 9 / 10);
}

TEST(ModelFile, everyFlippedByteIsAnErrorOrAModel) {
  std::string bytes = richModel().SerializeAsString();
  for (size_t position = 0; position < bytes.size(); ++position) {
    for (int mask : {0x01, 0x80, 0xff}) {
      std::string corrupted = bytes;
      corrupted[position] = char(corrupted[position] ^ mask);
      llvm::Expected<ModelFile> file = parse(corrupted);
      if (!file)
        llvm::consumeError(file.takeError());
      else
        checkModel(file->model());
    }
  }
}

TEST(ModelFile, namesTheByteOffset) {
  EXPECT_EQ(failure(""), "test.onnx: the file is empty");
  EXPECT_EQ(failure("\x08"), "test.onnx: not a valid ONNX file: truncated varint at byte 1");
  EXPECT_EQ(failure(std::string("\x08\x08\x3a\x7f", 4)),
            "test.onnx: not a valid ONNX file: field at byte 4 needs 127 bytes but only 0 are present");
  EXPECT_EQ(failure(std::string("\x3a\x02\x0a\x05", 4)),
            "test.onnx: not a valid ONNX file: field at byte 4 needs 5 bytes but only 0 are present");
  EXPECT_EQ(failure("\x0f"), "test.onnx: not a valid ONNX file: wire type 7 at byte 0 does not occur in ONNX");
  EXPECT_EQ(failure(std::string("\x38\x01", 2)),
            "test.onnx: not a valid ONNX file: expected a message in field 7 at byte 0 but got wire type 0");
  EXPECT_EQ(failure(std::string(11, '\xff')),
            "test.onnx: not a valid ONNX file: varint of more than 10 bytes at byte 0");
}

TEST(ModelFile, refusesLengthsThatOverflow) {
  std::string bytes("\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11);
  EXPECT_EQ(failure(bytes), "test.onnx: not a valid ONNX file: field at byte 11 needs 18446744073709551615 bytes but "
                            "only 0 are present");
}

TEST(ModelFile, refusesForgedMappings) {
  std::string forged;
  appendTag(forged, TensorProto::kMappedOffsetFieldNumber, WireType::Varint);
  appendVarint(forged, 1u << 30);
  EXPECT_NE(failure(field(7, field(5, forged))).find("field number 500000001 at byte 4 is out of range"),
            std::string::npos);
}

TEST(ModelFile, limitsNesting) {
  std::string bytes; // graph in attribute in node in graph ...
  for (int i = 0; i < 60; ++i)
    bytes = field(1, field(5, field(6, bytes)));
  EXPECT_NE(failure(field(7, bytes)).find("messages nest more than 150 deep at byte"), std::string::npos);
}

TEST(ModelFile, namesAMissingFile) {
  llvm::Expected<ModelFile> file = ModelFile::open("no-such-file.onnx");
  ASSERT_FALSE(bool(file));
  EXPECT_EQ(llvm::toString(file.takeError()), "no-such-file.onnx: No such file or directory");
  file = ModelFile::open("/");
  ASSERT_FALSE(bool(file));
  EXPECT_EQ(llvm::toString(file.takeError()), "/: expected a regular file");
}

} // namespace

//===-- PbTest.cpp - ONNX TensorProto files -------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "TestFiles.h"

#include "formats.h"

using namespace ingot::test;

namespace {

template <typename T> void expectValues(const std::string &name, int32_t dtype, std::initializer_list<T> values) {
  Loaded file(fixture(name));
  ASSERT_EQ(file.status, INGOT_OK) << name << ": " << ingot_last_error();
  ASSERT_EQ(file.list.count, 1);
  EXPECT_STREQ(file.list.tensors[0].name, "x");
  EXPECT_EQ(file.tensor().dtype, dtype);
  ASSERT_EQ(file.tensor().bytes, values.size() * sizeof(T));
  for (size_t i = 0; i < values.size(); ++i)
    EXPECT_EQ(file.at<T>(i), values.begin()[i]) << name;
}

void expectError(const std::string &content, const std::string &message) {
  TempDir dir;
  writeFile(dir / "x.pb", content);
  Loaded file(dir / "x.pb");
  EXPECT_NE(file.status, INGOT_OK);
  EXPECT_EQ(ingot_last_error(), dir / "x.pb" + ": " + message);
}

ingot_status readOne(const uint8_t *data, uint64_t size, ingot_tensor_list *list) {
  ingot_named_tensor *tensor = ingot_list_append(list, nullptr, 0);
  return ingot_pb_read(data, size, tensor);
}

} // namespace

TEST(Pb, everyField) {
  expectValues<float>("raw.pb", INGOT_F32, {0, 1, 2, 3, 4, 5});
  expectValues<float>("float_data.pb", INGOT_F32, {0, 1, 2, 3, 4, 5});
  expectValues<double>("double_data.pb", INGOT_F64, {0, 1, 2, 3, 4, 5});
  expectValues<int32_t>("int32_data.pb", INGOT_I32, {1, -2, INT32_MAX});
  expectValues<int8_t>("int8_data.pb", INGOT_I8, {1, -2, 127});
  expectValues<int64_t>("int64_data.pb", INGOT_I64, {1, -2, int64_t(1) << 62});
  expectValues<uint64_t>("uint64_data.pb", INGOT_U64, {1, uint64_t(1) << 63});
  expectValues<uint32_t>("uint32_data.pb", INGOT_U32, {1, UINT32_MAX});
  expectValues<uint16_t>("half_data.pb", INGOT_F16, {0x3c00, 0xc000});
  expectValues<uint8_t>("bool_data.pb", INGOT_BOOL, {1, 0});
}

TEST(Pb, scalar) {
  Loaded file(fixture("scalar.pb"));
  ASSERT_EQ(file.status, INGOT_OK);
  EXPECT_STREQ(file.list.tensors[0].name, "s");
  EXPECT_EQ(file.tensor().rank, 0);
  EXPECT_EQ(file.at<float>(0), 2.5f);
}

TEST(Pb, packedAndNot) {
  TempDir dir;
  // dims packed [3]; int64; int64_data 1, then packed 2 and 3; no name.
  writeFile(dir / "x.pb", std::string("\x0a\x01\x03\x10\x07\x38\x01\x3a\x02\x02\x03", 11));
  Loaded file(dir / "x.pb");
  ASSERT_EQ(file.status, INGOT_OK) << ingot_last_error();
  EXPECT_EQ(file.list.tensors[0].name, nullptr);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(file.at<int64_t>(i), i + 1);
}

TEST(Pb, refusesWhatDoesNotFit) {
  expectError("\x08\x03\x10\x07\x38\x01", "shape [3] needs 3 values but the file has 1");
  expectError("\x08\x02\x10\x07\x4a\x03"
              "abc",
              "shape [2] of i64 needs 16 bytes but the file has 3");
  expectError("\x08\x7f\x10\x07", "shape [127] of i64 needs 1016 bytes but the file has 4");
  expectError("\x08\x02\x10\x0e", "ONNX element type 14 is not supported");
  expectError("\x08\x02", "not an ONNX TensorProto: it has no element type");
  expectError("", "not an ONNX TensorProto: it has no element type");
  expectError("\x4a\x7f", "not an ONNX TensorProto, or truncated");
  expectError("hello, world", "not an ONNX TensorProto, or truncated");
  expectError(readFile(fixture("text.pb")), "tensors of strings are not supported");
  expectError("\x08\x02\x10\x07\x70\x01", "a TensorProto with external data is not supported");
}

TEST(Pb, damaged) {
  checkDamaged(fixture("raw.pb"), readOne);
  checkDamaged(fixture("int64_data.pb"), readOne);
  checkDamaged(fixture("float_data.pb"), readOne);
}

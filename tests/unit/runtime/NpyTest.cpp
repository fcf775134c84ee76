//===-- NpyTest.cpp - numpy's .npy files ----------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "TestFiles.h"

#include "formats.h"

using namespace ingot::test;

namespace {

/// Loads a 2 x 3 fixture and expects the values 0 to 5.
template <typename T> void expectCounting(const std::string &name, int32_t dtype) {
  Loaded file(fixture(name));
  ASSERT_EQ(file.status, INGOT_OK) << ingot_last_error();
  ASSERT_EQ(file.list.count, 1);
  EXPECT_EQ(file.list.tensors[0].name, nullptr);
  EXPECT_EQ(file.tensor().dtype, dtype);
  ASSERT_EQ(file.tensor().rank, 2);
  EXPECT_EQ(file.tensor().dims[0], 2);
  EXPECT_EQ(file.tensor().dims[1], 3);
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(file.at<T>(i), static_cast<T>(i)) << name;
}

void expectError(const std::string &path, const std::string &message) {
  Loaded file(path);
  EXPECT_NE(file.status, INGOT_OK);
  EXPECT_EQ(ingot_last_error(), path + ": " + message);
}

std::string npy(const std::string &header, const std::string &data) {
  std::string text("\x93NUMPY\x01\x00", 8);
  return text + static_cast<char>(header.size() % 256) + static_cast<char>(header.size() / 256) + header + data;
}

void expectHeaderError(const std::string &header, const std::string &message) {
  TempDir dir;
  writeFile(dir / "x.npy", npy(header, std::string(64, '\0')));
  expectError(dir / "x.npy", message);
}

ingot_status readOne(const uint8_t *data, uint64_t size, ingot_tensor_list *list) {
  ingot_named_tensor *tensor = ingot_list_append(list, nullptr, 0);
  return ingot_npy_read(data, size, &tensor->tensor);
}

} // namespace

TEST(Npy, everyType) {
  expectCounting<float>("f4.npy", INGOT_F32);
  expectCounting<double>("f8.npy", INGOT_F64);
  expectCounting<int8_t>("i1.npy", INGOT_I8);
  expectCounting<int16_t>("i2.npy", INGOT_I16);
  expectCounting<int32_t>("i4.npy", INGOT_I32);
  expectCounting<int64_t>("i8.npy", INGOT_I64);
  expectCounting<uint8_t>("u1.npy", INGOT_U8);
  expectCounting<uint16_t>("u2.npy", INGOT_U16);
  expectCounting<uint32_t>("u4.npy", INGOT_U32);
  expectCounting<uint64_t>("u8.npy", INGOT_U64);
}

TEST(Npy, narrowFloatsAndBools) {
  Loaded half(fixture("f2.npy")), bfloat(fixture("bf16.npy")), flags(fixture("bool.npy"));
  EXPECT_EQ(half.tensor().dtype, INGOT_F16);
  EXPECT_EQ(half.at<uint16_t>(1), 0x3c00);
  EXPECT_EQ(bfloat.tensor().dtype, INGOT_BF16);
  EXPECT_EQ(bfloat.at<uint16_t>(1), 0x3f80);
  EXPECT_EQ(flags.tensor().dtype, INGOT_BOOL);
  EXPECT_EQ(flags.at<uint8_t>(0), 0);
  EXPECT_EQ(flags.at<uint8_t>(1), 1);
}

TEST(Npy, boolsBecomeZeroOrOne) {
  TempDir dir;
  writeFile(dir / "b.npy", npy("{'descr': '|b1', 'fortran_order': False, 'shape': (2,)}", std::string("\x00\x40", 2)));
  Loaded flags(dir / "b.npy");
  ASSERT_EQ(flags.status, INGOT_OK);
  EXPECT_EQ(flags.at<uint8_t>(1), 1);
}

TEST(Npy, shapes) {
  Loaded scalar(fixture("scalar.npy")), vector(fixture("vector.npy")), empty(fixture("empty.npy"));
  EXPECT_EQ(scalar.tensor().rank, 0);
  EXPECT_EQ(scalar.at<int64_t>(0), -7);
  EXPECT_EQ(vector.tensor().rank, 1);
  EXPECT_EQ(vector.at<float>(3), 3);
  EXPECT_EQ(empty.tensor().rank, 2);
  EXPECT_EQ(empty.tensor().bytes, 0u);
}

TEST(Npy, version2) { expectCounting<float>("version2.npy", INGOT_F32); }
TEST(Npy, bigEndian) { expectCounting<int32_t>("big_endian.npy", INGOT_I32); }

TEST(Npy, fortranOrder) {
  Loaded file(fixture("fortran.npy"));
  ASSERT_EQ(file.status, INGOT_OK);
  ASSERT_EQ(file.tensor().rank, 3);
  for (int i = 0; i < 24; ++i)
    EXPECT_EQ(file.at<double>(i), i);
}

TEST(Npy, refusesOtherTypes) {
  expectError(fixture("text.npy"), "element type '<U1' is not supported");
  expectError(fixture("record.npy"), "arrays of records are not supported");
}

TEST(Npy, refusesMalformedHeaders) {
  const std::string shape = "'fortran_order': False, 'shape': ";
  expectHeaderError("{'descr': '<f4', 'fortran_order': False}", "the .npy header lacks descr, fortran_order or shape");
  expectHeaderError("{'descr': '<f4', 'other': 1}", "unknown entry 'other' in the .npy header");
  expectHeaderError("{'descr': '<f4', " + shape + "(2, -1)}", "malformed shape in the .npy header");
  expectHeaderError("{'descr': '<f4', " + shape + "(99999999999999999999,)}", "malformed shape in the .npy header");
  expectHeaderError("{'descr': '<f4', 'fortran_order': Maybe}", "malformed fortran_order in the .npy header");
  expectHeaderError("{'descr': '<f4', " + shape + "(1,1,1,1,1,1,1,1,1,1,1,1,1)}",
                    "rank is above the largest supported, 12");
  expectHeaderError("{'descr': '<f4', " + shape + "(4611686018427387904, 4)}",
                    "shape [4611686018427387904, 4] is too large for memory");
  expectHeaderError("nonsense", "malformed .npy header");
}

TEST(Npy, truncated) {
  TempDir dir;
  std::string content = readFile(fixture("f4.npy"));
  writeFile(dir / "x.npy", content.substr(0, content.size() - 1));
  expectError(dir / "x.npy", "the .npy data is truncated: shape [2, 3] of f32 needs 24 bytes but there are 23");
  writeFile(dir / "x.npy", content.substr(0, 60));
  expectError(dir / "x.npy", "the .npy file is truncated: its header has 118 bytes");
  writeFile(dir / "x.npy", "");
  expectError(dir / "x.npy", "not a .npy file");
  expectError(dir / "absent.npy", "No such file or directory");
  expectError(dir / "x.txt", "unknown kind of file: expected a name that ends in .npy, .npz or .pb");
}

TEST(Npy, damaged) {
  checkDamaged(fixture("f4.npy"), readOne);
  checkDamaged(fixture("fortran.npy"), readOne);
}

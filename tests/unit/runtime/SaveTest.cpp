//===-- SaveTest.cpp - writing tensor files -------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "TestFiles.h"

#include <csignal>
#include <cstring>
#include <sys/resource.h>
#include <vector>

using namespace ingot::test;

namespace {

const int32_t allTypes[] = {INGOT_F32,  INGOT_U8,  INGOT_I8,  INGOT_U16, INGOT_I16, INGOT_I32, INGOT_I64,
                            INGOT_BOOL, INGOT_F16, INGOT_F64, INGOT_U32, INGOT_U64, INGOT_BF16};
const uint8_t bytes[64] = {1, 0, 1, 1, 0, 1};

ingot_tensor make(int32_t dtype, std::initializer_list<int64_t> dims) {
  ingot_tensor tensor = ingot_tensor_of(bytes, 0, dtype, static_cast<int32_t>(dims.size()), dims.begin());
  EXPECT_EQ(ingot_tensor_size(&tensor, &tensor.bytes), INGOT_OK);
  return tensor;
}

void expectSame(const ingot_tensor &read, const ingot_tensor &written) {
  EXPECT_EQ(read.dtype, written.dtype);
  ASSERT_EQ(read.rank, written.rank);
  for (int i = 0; i < read.rank; ++i)
    EXPECT_EQ(read.dims[i], written.dims[i]);
  ASSERT_EQ(read.bytes, written.bytes);
  EXPECT_EQ(std::memcmp(read.data, written.data, read.bytes), 0);
}

} // namespace

TEST(Save, everyTypeAndFormat) {
  TempDir dir;
  char name[] = "t";
  for (const char *suffix : {".npy", ".npz", ".pb"})
    for (int32_t dtype : allTypes)
      for (ingot_tensor tensor : {make(dtype, {}), make(dtype, {6}), make(dtype, {2, 3}), make(dtype, {0, 4})}) {
        ingot_named_tensor named = {name, tensor};
        std::string path = dir / (std::string("x") + suffix);
        ASSERT_EQ(ingot_save(path.c_str(), &named, 1), INGOT_OK) << ingot_last_error();
        Loaded file(path);
        ASSERT_EQ(file.status, INGOT_OK) << ingot_last_error();
        ASSERT_EQ(file.list.count, 1);
        expectSame(file.tensor(), tensor);
        EXPECT_EQ(file.list.tensors[0].name == nullptr, std::string(suffix) == ".npy");
      }
}

TEST(Save, severalIntoOneArchive) {
  TempDir dir;
  char names[][8] = {"a", "b/c", "d=e"};
  std::vector<ingot_named_tensor> tensors = {
      {names[0], make(INGOT_F32, {4})}, {names[1], make(INGOT_I64, {})}, {names[2], make(INGOT_U8, {3, 3})}};
  ASSERT_EQ(ingot_save((dir / "x.npz").c_str(), tensors.data(), 3), INGOT_OK);
  Loaded file(dir / "x.npz");
  ASSERT_EQ(file.list.count, 3);
  for (int i = 0; i < 3; ++i) {
    EXPECT_STREQ(file.list.tensors[i].name, names[i]);
    expectSame(file.tensor(i), tensors[i].tensor);
  }
  EXPECT_EQ(ingot_save((dir / "x.npy").c_str(), tensors.data(), 3), INGOT_INVALID);
  EXPECT_EQ(ingot_last_error(), dir / "x.npy" + ": expected one tensor but got 3; a .npz file holds several");
}

TEST(Save, sameTensorsGiveSameBytes) {
  TempDir dir;
  char name[] = "t";
  ingot_named_tensor tensor = {name, make(INGOT_F32, {4})};
  ASSERT_EQ(ingot_save((dir / "a.npz").c_str(), &tensor, 1), INGOT_OK);
  ASSERT_EQ(ingot_save((dir / "b.npz").c_str(), &tensor, 1), INGOT_OK);
  EXPECT_EQ(readFile(dir / "a.npz"), readFile(dir / "b.npz"));
}

TEST(Save, replacesAWholeFile) {
  TempDir dir;
  writeFile(dir / "x.npy", std::string(10000, 'x'));
  ingot_named_tensor tensor = {nullptr, make(INGOT_F32, {4})};
  ASSERT_EQ(ingot_save((dir / "x.npy").c_str(), &tensor, 1), INGOT_OK);
  EXPECT_EQ(readFile(dir / "x.npy").size(), 128u + 16u);
  EXPECT_EQ(dir.countFiles(), 1u);
}

TEST(Save, leavesNothingBehind) {
  TempDir dir;
  char name[] = "t";
  ingot_named_tensor bad = {name, make(INGOT_F32, {4})};
  bad.tensor.bytes = 3;
  EXPECT_EQ(ingot_save((dir / "x.npz").c_str(), &bad, 1), INGOT_INVALID);
  bad = {nullptr, make(INGOT_F32, {4})};
  EXPECT_EQ(ingot_save((dir / "x.npz").c_str(), &bad, 1), INGOT_INVALID);
  EXPECT_EQ(ingot_last_error(), dir / "x.npz" + ": a tensor in a .npz file needs a name");
  EXPECT_EQ(ingot_save((dir / "none/x.npy").c_str(), &bad, 1), INGOT_FAILED);
  EXPECT_EQ(ingot_last_error(), dir / "none/x.npy" + ": cannot create the file: No such file or directory");
  EXPECT_EQ(dir.countFiles(), 0u);
}

TEST(Save, fullDisk) {
  TempDir dir;
  std::vector<float> values(100000);
  int64_t size = 100000;
  ingot_named_tensor tensor = {nullptr, ingot_tensor_of(values.data(), 400000, INGOT_F32, 1, &size)};
  // A limit on the size of files stands in for a full disk: writes fail half way.
  struct rlimit before, small = {100000, RLIM_INFINITY};
  getrlimit(RLIMIT_FSIZE, &before);
  small.rlim_max = before.rlim_max;
  auto handler = std::signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  ingot_status status = ingot_save((dir / "x.npy").c_str(), &tensor, 1);
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(status, INGOT_FAILED);
  EXPECT_EQ(ingot_last_error(), dir / "x.npy" + ": cannot write the file: File too large");
  EXPECT_EQ(dir.countFiles(), 0u);
}

TEST(Save, writesThroughToDevices) {
  TempDir dir;
  std::filesystem::create_symlink("/dev/full", dir / "full.npy");
  ingot_named_tensor tensor = {nullptr, make(INGOT_F32, {4})};
  EXPECT_EQ(ingot_save((dir / "full.npy").c_str(), &tensor, 1), INGOT_FAILED);
  EXPECT_EQ(ingot_last_error(), dir / "full.npy" + ": cannot write the file: No space left on device");
  EXPECT_TRUE(std::filesystem::is_symlink(dir / "full.npy"));
}

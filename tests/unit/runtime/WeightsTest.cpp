//===-- WeightsTest.cpp - embedded and external weights -------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "FakeModel.h"
#include "TestFiles.h"
#include "hash.h"

#include <cstring>

using namespace ingot::test;

namespace {

void copyWeights(ingot_context *context, const ingot_tensor *inputs, const void *weights) {
  std::memcpy(ingot_rt_output(context, 0, 2, inputs[0].dims, nullptr), weights, 8);
}

struct WeightsTest : testing::Test {
  WeightsTest() {
    writeFile(path, content);
    fake.model.weights_file = "absent.bin";
    fake.model.weights_bytes = content.size();
    fake.model.weights_hash = ingot_hash(content.data(), content.size());
  }
  std::string error(const std::string &message) const { return path + ": " + message; }

  TempDir dir;
  std::string content = "weights!", path = dir / "w.bin";
  FakeModel fake{copyWeights};
};

} // namespace

TEST_F(WeightsTest, embedded) {
  fake.model.weights = "embedded";
  ASSERT_EQ(fake.create(), INGOT_OK);
  ASSERT_EQ(fake.run(), INGOT_OK);
  EXPECT_EQ(std::memcmp(fake.y.data, "embedded", 8), 0);
}

TEST_F(WeightsTest, fromAGivenPath) {
  ASSERT_EQ(fake.create({1, 0, path.c_str()}), INGOT_OK) << ingot_last_error();
  ASSERT_EQ(fake.run(), INGOT_OK);
  EXPECT_EQ(std::memcmp(fake.y.data, "weights!", 8), 0);
}

TEST_F(WeightsTest, besideTheArtifact) {
  std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
  std::string name = "weights-" + std::to_string(getpid()) + ".bin";
  std::filesystem::path beside = program.parent_path() / name;
  writeFile(beside, content);
  fake.model.weights_file = name.c_str();
  ingot_status status = fake.create();
  std::filesystem::remove(beside);
  EXPECT_EQ(status, INGOT_OK) << ingot_last_error();
}

TEST_F(WeightsTest, missing) {
  EXPECT_EQ(fake.create(), INGOT_FAILED);
  std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe");
  EXPECT_EQ(ingot_last_error(), (program.parent_path() / "absent.bin").string() +
                                    ": cannot open the weights of model 'fake': No such file or directory");
}

TEST_F(WeightsTest, refusesAnotherSize) {
  writeFile(path, "short");
  EXPECT_EQ(fake.create({1, 0, path.c_str()}), INGOT_FAILED);
  EXPECT_EQ(ingot_last_error(), error("expected 8 bytes of weights but the file has 5"));
}

TEST_F(WeightsTest, refusesAnotherContent) {
  writeFile(path, "Weights!");
  EXPECT_EQ(fake.create({1, 0, path.c_str()}), INGOT_FAILED);
  EXPECT_EQ(std::string(ingot_last_error()).find(error("these are not the weights of model 'fake': expected hash ")),
            0u);
}

TEST_F(WeightsTest, refusesAFolder) {
  EXPECT_EQ(fake.create({1, 0, dir.path.c_str()}), INGOT_FAILED);
  EXPECT_EQ(ingot_last_error(), dir.path.string() + ": not a regular file");
}

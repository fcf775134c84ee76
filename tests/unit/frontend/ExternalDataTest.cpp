//===-- ExternalDataTest.cpp - weight files that stay in their folder -----===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/ExternalData.h"
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace ingot::onnx;
namespace fs = std::filesystem;

namespace {

/// A model directory `root/model` with weights in it, and a secret beside it.
class ExternalDataTest : public testing::Test {
protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "ingot-external-XXXXXX").string();
    root = mkdtemp(pattern.data());
    directory = root / "model";
    fs::create_directories(directory / "sub");
    write(directory / "weights.bin", 100);
    write(directory / "sub" / "more.bin", 100);
    write(root / "secret", 100);
  }
  void TearDown() override { fs::remove_all(root); }

  static void write(const fs::path &path, size_t bytes) {
    std::ofstream stream(path, std::ios::binary);
    for (size_t i = 0; i < bytes; ++i)
      stream.put(char(i));
  }

  /// What opening \p location fails with, either way; empty if it succeeds.
  std::string failure(llvm::StringRef location, Containment how) {
    int at = open(directory.c_str(), O_PATH | O_DIRECTORY);
    llvm::Expected<int> file = openBeneath(at, location, how);
    close(at);
    if (!file)
      return llvm::toString(file.takeError());
    close(*file);
    return "";
  }

  void expectRefused(llvm::StringRef location) {
    EXPECT_NE(failure(location, Containment::Kernel), "") << location.str();
    EXPECT_NE(failure(location, Containment::Stepwise), "") << location.str();
  }

  void expectOpens(llvm::StringRef location) {
    EXPECT_EQ(failure(location, Containment::Kernel), "") << location.str();
    EXPECT_EQ(failure(location, Containment::Stepwise), "") << location.str();
  }

  std::string findFailure(const std::vector<std::pair<std::string, std::string>> &entries, uint64_t size) {
    TensorProto tensor = makeTensor(entries);
    ExternalFiles files((directory / "model.onnx").string());
    llvm::Expected<ExternalRange> range = files.find(tensor, size);
    return range ? "" : llvm::toString(range.takeError());
  }

  static TensorProto makeTensor(const std::vector<std::pair<std::string, std::string>> &entries) {
    TensorProto tensor;
    tensor.set_name("w");
    tensor.set_data_location(TensorProto::EXTERNAL);
    for (const auto &[key, value] : entries) {
      StringStringEntryProto *entry = tensor.add_external_data();
      entry->set_key(key);
      entry->set_value(value);
    }
    return tensor;
  }

  fs::path root, directory;
};

TEST_F(ExternalDataTest, opensFilesBelowTheModel) {
  expectOpens("weights.bin");
  expectOpens("sub/more.bin");
  expectOpens("./sub//more.bin");
}

TEST_F(ExternalDataTest, refusesEscapes) {
  expectRefused("../secret");
  expectRefused("sub/../../secret");
  expectRefused("sub/../weights.bin");
  expectRefused((root / "secret").string());
  expectRefused("");
  expectRefused(".");
  expectRefused("sub");
  expectRefused("weights.bin/x");
  expectRefused(llvm::StringRef("weights.bin\0.txt", 16));
}

TEST_F(ExternalDataTest, refusesSymbolicLinks) {
  fs::create_symlink(root / "secret", directory / "link");
  fs::create_symlink("weights.bin", directory / "inner");
  fs::create_directory_symlink(root, directory / "up");
  fs::create_directory_symlink("sub", directory / "alias");
  expectRefused("link");
  expectRefused("inner");
  expectRefused("up/secret");
  expectRefused("alias/more.bin");
}

TEST_F(ExternalDataTest, refusesHardLinks) {
  fs::create_hard_link(root / "secret", directory / "hard");
  expectRefused("hard");
  EXPECT_EQ(failure("hard", Containment::Kernel), "expected a file with 1 hard link but it has 2");
}

TEST_F(ExternalDataTest, refusesWhatIsNotAFile) {
  ASSERT_EQ(mkfifo((directory / "pipe").c_str(), 0600), 0);
  expectRefused("pipe"); // and does not wait for a writer
}

TEST_F(ExternalDataTest, findsTheBytes) {
  ExternalFiles files((directory / "model.onnx").string());
  TensorProto tensor = makeTensor({{"location", "weights.bin"}, {"offset", "8"}, {"length", "16"}, {"checksum", "x"}});
  llvm::Expected<ExternalRange> range = files.find(tensor, 16);
  ASSERT_TRUE(bool(range)) << llvm::toString(range.takeError());
  EXPECT_EQ(range->offset, 8u);
  EXPECT_EQ(range->path, (directory / "weights.bin").string());
  ASSERT_EQ(range->bytes().size(), 16u);
  EXPECT_EQ(range->bytes()[0], 8);
  EXPECT_EQ(range->bytes()[15], 23);
}

TEST_F(ExternalDataTest, checksTheRange) {
  std::string prefix = "tensor 'w' in external file 'weights.bin': ";
  EXPECT_EQ(findFailure({{"location", "weights.bin"}}, 100), "");
  EXPECT_EQ(findFailure({{"location", "weights.bin"}}, 101),
            prefix + "expected 101 bytes at offset 0 but the file has 100");
  EXPECT_EQ(findFailure({{"location", "weights.bin"}, {"offset", "90"}}, 11),
            prefix + "expected 11 bytes at offset 90 but the file has 100");
  EXPECT_EQ(findFailure({{"location", "weights.bin"}, {"offset", "18446744073709551615"}}, 8),
            prefix + "expected 8 bytes at offset 18446744073709551615 but the file has 100");
  EXPECT_EQ(findFailure({{"location", "weights.bin"}, {"length", "4"}}, 8),
            prefix + "expected 8 bytes of external data but its length is 4");
}

TEST_F(ExternalDataTest, checksTheEntries) {
  EXPECT_EQ(findFailure({}, 8), "tensor 'w': external data has no location");
  EXPECT_EQ(findFailure({{"location", "weights.bin"}, {"offset", "-1"}}, 8),
            "tensor 'w': expected a number as external data offset but got '-1'");
  EXPECT_EQ(findFailure({{"location", "weights.bin"}, {"offset", "99999999999999999999"}}, 8),
            "tensor 'w': expected a number as external data offset but got '99999999999999999999'");
  EXPECT_EQ(findFailure({{"location", "a"}, {"location", "b"}}, 8),
            "tensor 'w': external data location is given twice");
  EXPECT_EQ(findFailure({{"location", "none.bin"}}, 8),
            "tensor 'w' in external file 'none.bin': No such file or directory");
}

} // namespace

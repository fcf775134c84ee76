//===-- OutputFilesTest.cpp - files appear complete or not at all
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/OutputFiles.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace ingot;
using testing::HasSubstr;

namespace {

class OutputFilesTest : public testing::Test {
protected:
  void SetUp() override { ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("ingot-output", folder)); }
  void TearDown() override { llvm::sys::fs::remove_directories(folder); }

  std::string pathOf(llvm::StringRef name) { return (folder + "/" + name).str(); }
  std::vector<std::string> list() {
    std::vector<std::string> names;
    std::error_code error;
    for (llvm::sys::fs::directory_iterator it(folder, error), end; it != end && !error; it.increment(error))
      names.push_back(llvm::sys::path::filename(it->path()).str());
    llvm::sort(names);
    return names;
  }

  llvm::SmallString<128> folder;
};

llvm::Error writeText(llvm::raw_pwrite_stream &out) {
  out << "text";
  return llvm::Error::success();
}

std::string messageOf(llvm::Error error) { return llvm::toString(std::move(error)); }

} // namespace

TEST_F(OutputFilesTest, AppearOnCommit) {
  OutputFiles files;
  ASSERT_FALSE(errorToBool(files.write(pathOf("a"), writeText)));
  ASSERT_FALSE(errorToBool(files.write(pathOf("b"), writeText)));
  EXPECT_FALSE(llvm::sys::fs::exists(pathOf("a")));
  ASSERT_FALSE(errorToBool(files.commit()));
  EXPECT_EQ(list(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ((*llvm::MemoryBuffer::getFile(pathOf("a")))->getBuffer(), "text");
}

TEST_F(OutputFilesTest, LeaveNothingWithoutCommit) {
  {
    OutputFiles files;
    ASSERT_FALSE(errorToBool(files.write(pathOf("a"), writeText)));
    EXPECT_EQ(list().size(), 1u);
  }
  EXPECT_TRUE(list().empty());
}

TEST_F(OutputFilesTest, KeepWhatWasThereUntilCommit) {
  ASSERT_FALSE(errorToBool(llvm::writeToOutput(pathOf("a"), [](llvm::raw_ostream &out) {
    out << "old";
    return llvm::Error::success();
  })));
  {
    OutputFiles files;
    ASSERT_FALSE(errorToBool(files.write(pathOf("a"), writeText)));
  }
  EXPECT_EQ((*llvm::MemoryBuffer::getFile(pathOf("a")))->getBuffer(), "old");
}

TEST_F(OutputFilesTest, TellWhatCannotBeWritten) {
  OutputFiles files;
  EXPECT_THAT(messageOf(files.write(pathOf("none/a"), writeText)), HasSubstr("none/a': No such file or directory"));
  EXPECT_THAT(messageOf(files.write(folder.str(), writeText)), HasSubstr("Is a directory"));
}

TEST_F(OutputFilesTest, PassOnTheWritersError) {
  {
    OutputFiles files;
    auto fail = [](llvm::raw_pwrite_stream &) { return llvm::createStringError("no data"); };
    EXPECT_EQ(messageOf(files.write(pathOf("a"), fail)), "no data");
  }
  EXPECT_TRUE(list().empty());
}

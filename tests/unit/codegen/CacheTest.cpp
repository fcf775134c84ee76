//===-- CacheTest.cpp - the file of what was measured
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/tune/Cache.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace ingot::tune;
using testing::HasSubstr;

namespace {

class CacheTest : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("ingot-cache-test", folder));
    path = (folder + "/times.json").str();
  }
  void TearDown() override { llvm::sys::fs::remove_directories(folder); }

  Cache open(const std::string &processor = "p") {
    llvm::Expected<Cache> cache = Cache::open(path, processor);
    EXPECT_TRUE(bool(cache)) << llvm::toString(cache.takeError());
    return std::move(*cache);
  }
  void write(llvm::StringRef text) {
    std::error_code code;
    llvm::raw_fd_ostream(path, code) << text;
    ASSERT_FALSE(code);
  }
  std::string read() { return (*llvm::MemoryBuffer::getFile(path))->getBuffer().str(); }
  static void record(Cache &cache, Cache::Purpose purpose, const Cache::Name &name, Cache::Times times) {
    llvm::Error error = cache.record(purpose, {{name, times}});
    EXPECT_FALSE(bool(error)) << llvm::toString(std::move(error));
  }

  llvm::SmallString<128> folder;
  std::string path;
};

const Cache::Name name{"tile.matmul \"x\"", "rows = 8", "rows = 9"}, other{"tile.conv", "rows = 8", "rows = 9"};
constexpr auto trial = Cache::Purpose::Trial, contest = Cache::Purpose::Contest;

} // namespace

TEST_F(CacheTest, RemembersAndKeepsPurposesApart) {
  Cache first = open();
  EXPECT_FALSE(first.find(trial, name));
  record(first, trial, name, {12.25, 13.5});
  Cache second = open();
  ASSERT_TRUE(second.find(trial, name));
  EXPECT_DOUBLE_EQ(second.find(trial, name)->candidate, 12.25);
  EXPECT_DOUBLE_EQ(second.find(trial, name)->first, 13.5);
  EXPECT_FALSE(second.find(contest, name));
  EXPECT_FALSE(second.find(trial, other));
  EXPECT_EQ(second.takeWarning(), "");
}

TEST_F(CacheTest, TwoWritersLoseNothing) {
  Cache first = open(), second = open();
  record(first, trial, name, {1, 2});
  record(second, trial, other, {3, 4});
  EXPECT_TRUE(second.find(trial, name));
  Cache third = open();
  EXPECT_TRUE(third.find(trial, name));
  EXPECT_TRUE(third.find(trial, other));
}

TEST_F(CacheTest, TheSameEntriesAreTheSameBytes) {
  Cache first = open();
  record(first, contest, name, {1, 2});
  std::string before = read();
  record(first, contest, name, {1, 2});
  EXPECT_EQ(read(), before);
}

TEST_F(CacheTest, SetsDamagedFilesAside) {
  const char *damaged[] = {
      "", "{", "[]", "{\"schema\": 1}",
      R"({"schema": 0, "processor": "p", "trials": {}, "contests": {}})",
      R"({"schema": 1, "processor": "q", "trials": {}, "contests": {}})",
      R"({"schema": 1, "processor": "p", "trials": {"k": 1}, "contests": {}})",
      R"({"schema": 1, "processor": "p", "trials": {"k": {"f": []}}, "contests": {}})",
      R"({"schema": 1, "processor": "p", "trials": {"k": {"f": {"c": [1]}}}, "contests": {}})",
      R"({"schema": 1, "processor": "p", "trials": {"k": {"f": {"c": [-1, 1]}}}, "contests": {}})",
      R"({"schema": 1, "processor": "p", "trials": {"k": {"f": {"c": [1, -1]}}}, "contests": {}})",
      R"({"schema": 1, "processor": "p", "trials": {"k": {"f": {"c": [1, "1"]}}}, "contests": {}})"};
  for (const char *text : damaged) {
    write(text);
    Cache cache = open();
    EXPECT_THAT(cache.takeWarning(), HasSubstr(path + ": expected what a tuning of this processor measured")) << text;
    EXPECT_FALSE(llvm::sys::fs::exists(path));
    record(cache, trial, name, {1, 2});
    EXPECT_EQ(open().takeWarning(), "");
  }
}

TEST_F(CacheTest, SaysWhereItCannotRead) {
  ASSERT_FALSE(llvm::sys::fs::create_directory(path));
  llvm::Expected<Cache> cache = Cache::open(path, "p");
  ASSERT_FALSE(bool(cache));
  EXPECT_THAT(llvm::toString(cache.takeError()), HasSubstr(path));
}

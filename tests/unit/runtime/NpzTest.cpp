//===-- NpzTest.cpp - numpy's .npz files ----------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "TestFiles.h"

#include "formats.h"

using namespace ingot::test;

TEST(Npz, stored) {
  Loaded file(fixture("stored.npz"));
  ASSERT_EQ(file.status, INGOT_OK) << ingot_last_error();
  ASSERT_EQ(file.list.count, 2);
  EXPECT_STREQ(file.list.tensors[0].name, "a");
  EXPECT_STREQ(file.list.tensors[1].name, "b");
  EXPECT_EQ(file.at<float>(5, 0), 5);
  EXPECT_EQ(file.at<int64_t>(0, 1), 5);
}

TEST(Npz, deflated) {
  Loaded file(fixture("deflated.npz"));
  ASSERT_EQ(file.status, INGOT_OK) << ingot_last_error();
  ASSERT_EQ(file.list.count, 2);
  ASSERT_EQ(file.tensor(0).bytes, 24000u);
  for (int i = 0; i < 20000; ++i)
    ASSERT_EQ(file.at<uint8_t>(i, 0), i % 251);
  EXPECT_EQ(file.at<int64_t>(5, 1), 5);
}

TEST(Npz, damaged) {
  checkDamaged(fixture("stored.npz"), ingot_npz_read);
  checkDamaged(fixture("deflated.npz"), ingot_npz_read);
}

TEST(Npz, namesTheDamagedArray) {
  TempDir dir;
  std::string content = readFile(fixture("stored.npz"));
  content[content.find("NUMPY") + 150] ^= 1;
  writeFile(dir / "x.npz", content);
  Loaded file(dir / "x.npz");
  EXPECT_EQ(file.status, INGOT_INVALID);
  EXPECT_EQ(ingot_last_error(), dir / "x.npz" + ": a: malformed .npz file: wrong checksum");
}

TEST(Npz, refusesOtherFiles) {
  TempDir dir;
  for (const char *content : {"", "PK", "not a zip file at all, but long enough to be one"}) {
    writeFile(dir / "x.npz", content);
    Loaded file(dir / "x.npz");
    EXPECT_EQ(file.status, INGOT_INVALID);
    EXPECT_EQ(ingot_last_error(), dir / "x.npz" + ": not a .npz file, or truncated");
  }
}

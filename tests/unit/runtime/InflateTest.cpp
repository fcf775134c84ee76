//===-- InflateTest.cpp - the deflate format ------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "formats.h"

#include <gtest/gtest.h>

#include <string>

static std::string inflate(const std::string &packed, size_t size, bool *good = nullptr) {
  std::string out(size, '?');
  bool result = ingot_inflate(reinterpret_cast<const uint8_t *>(packed.data()), packed.size(),
                              reinterpret_cast<uint8_t *>(out.data()), size);
  if (good)
    *good = result;
  return result ? out : "failed";
}

TEST(Inflate, storedBlock) {
  EXPECT_EQ(inflate(std::string("\x01\x03\x00\xfc\xff", 5) + "abc", 3), "abc");
  EXPECT_EQ(inflate(std::string("\x01\x03\x00\xfc\xfe", 5) + "abc", 3), "failed"); // complement
  EXPECT_EQ(inflate(std::string("\x01\x03\x00\xfc\xff", 5) + "ab", 3), "failed");  // truncated
}

TEST(Inflate, fixedCodes) {
  // zlib.compress(b"aaaaaaaaaa")[2:-4]
  EXPECT_EQ(inflate(std::string("\x4b\x84\x03\x00", 4), 10), "aaaaaaaaaa");
  EXPECT_EQ(inflate(std::string("\x03\x00", 2), 0), "");
}

TEST(Inflate, needsTheExactSize) {
  std::string packed("\x4b\x84\x03\x00", 4);
  EXPECT_EQ(inflate(packed, 9), "failed");
  EXPECT_EQ(inflate(packed, 11), "failed");
}

TEST(Inflate, refusesMalformedStreams) {
  EXPECT_EQ(inflate("", 0), "failed");
  EXPECT_EQ(inflate("\x07", 1), "failed");                          // block type 3
  EXPECT_EQ(inflate(std::string("\x4b\x84", 2), 10), "failed");     // no end
  EXPECT_EQ(inflate(std::string("\x03\x02\x00", 3), 10), "failed"); // copies from before the beginning
  EXPECT_EQ(inflate(std::string("\xed\xff\xff\xff\xff\xff\xff\xff", 8), 10), "failed"); // oversubscribed
}

TEST(Inflate, checksum) {
  EXPECT_EQ(ingot_crc32(0, "123456789", 9), 0xcbf43926u);
  EXPECT_EQ(ingot_crc32(ingot_crc32(0, "1234", 4), "56789", 5), 0xcbf43926u);
}

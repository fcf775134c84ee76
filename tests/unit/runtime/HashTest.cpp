//===-- HashTest.cpp - xxh64 ----------------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "hash.h"

#include <gtest/gtest.h>

#include <string>

static uint64_t hash(const std::string &text) { return ingot_hash(text.data(), text.size()); }

TEST(Hash, matchesPublishedValues) {
  EXPECT_EQ(hash(""), 0xef46db3751d8e999u);
  EXPECT_EQ(hash("a"), 0xd24ec4f1a98c6e5bu);
  EXPECT_EQ(hash("abc"), 0x44bc2cf5ad770999u);
  EXPECT_EQ(hash("Nobody inspects the spammish repetition"), 0xfbcea83c8a378bf1u);
}

TEST(Hash, dependsOnEveryByte) {
  std::string text(77, 'x');
  uint64_t before = hash(text);
  for (char &c : text) {
    c = 'y';
    EXPECT_NE(hash(text), before);
    c = 'x';
  }
}

//===-- HashingStreamTest.cpp - the hash of what is written in pieces
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/HashingStream.h"

#include "llvm/Support/xxhash.h"
#include "gtest/gtest.h"

using namespace ingot;

static std::string makeBytes(size_t size) {
  std::string bytes;
  for (size_t i = 0; i < size; ++i)
    bytes += static_cast<char>(i * 37 + i / 7);
  return bytes;
}

/// Writes in pieces of `piece` bytes, past the stream's own buffer.
static uint64_t hashInPieces(const std::string &bytes, size_t piece, std::string &written) {
  llvm::raw_string_ostream out(written);
  HashingStream hashing(out);
  hashing.SetUnbuffered();
  for (size_t at = 0; at < bytes.size(); at += piece)
    hashing << llvm::StringRef(bytes).substr(at, piece);
  return hashing.getHash();
}

TEST(HashingStream, AgreesWithTheHashOfAllBytes) {
  for (size_t size : {0, 1, 3, 4, 7, 8, 31, 32, 33, 63, 64, 65, 100, 1000, 4097})
    for (size_t piece : {1, 5, 31, 32, 33, 500}) {
      std::string bytes = makeBytes(size), written;
      EXPECT_EQ(hashInPieces(bytes, piece, written), llvm::xxHash64(bytes)) << size << " in pieces of " << piece;
      EXPECT_EQ(written, bytes);
    }
}

TEST(HashingStream, CountsFromItsOwnBeginning) {
  std::string text;
  llvm::raw_string_ostream out(text);
  out << "before";
  HashingStream hashing(out);
  hashing << "abc";
  EXPECT_EQ(hashing.tell(), 3u);
  EXPECT_EQ(hashing.getHash(), llvm::xxHash64(llvm::StringRef("abc")));
  EXPECT_EQ(text, "beforeabc");
}

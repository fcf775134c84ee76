//===-- HashingStream.h - hashes what is written --------------------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_HASHINGSTREAM_H
#define INGOT_CODEGEN_HASHINGSTREAM_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/raw_ostream.h"

#include <array>

namespace ingot {

/// Passes on to another stream and hashes on the way, in pieces: LLVM's xxHash64 wants all bytes at once, which for
/// the weights of a large model are too many.
class HashingStream : public llvm::raw_ostream {
public:
  explicit HashingStream(llvm::raw_ostream &out) : out(out) {}
  ~HashingStream() override { flush(); }

  /// xxh64 with seed 0 of all bytes written so far.
  uint64_t getHash();

private:
  void write_impl(const char *data, size_t size) override;
  uint64_t current_pos() const override { return total; }

  static constexpr size_t stripeBytes = 32;

  llvm::raw_ostream &out;
  uint64_t total = 0;
  std::array<uint64_t, 4> lanes = {0x60ea27eeadc0b5d6u, 0xc2b2ae3d27d4eb4fu, 0, 0x61c8864e7a143579u};
  llvm::SmallVector<char, stripeBytes> rest; ///< not yet a whole stripe
};

} // namespace ingot

#endif // INGOT_CODEGEN_HASHINGSTREAM_H

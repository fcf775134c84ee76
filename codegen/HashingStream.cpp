//===-- HashingStream.cpp - hashes what is written -----------------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The XXH64 algorithm, by its specification (xxHash/doc/xxhash_spec.md).
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/HashingStream.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/Endian.h"

using llvm::rotl;
using llvm::support::endian::read32le;
using llvm::support::endian::read64le;

namespace ingot {

static constexpr uint64_t prime1 = 0x9e3779b185ebca87u, prime2 = 0xc2b2ae3d27d4eb4fu, prime3 = 0x165667b19e3779f9u,
                          prime4 = 0x85ebca77c2b2ae63u, prime5 = 0x27d4eb2f165667c5u;

static uint64_t round(uint64_t lane, uint64_t input) { return rotl(lane + input * prime2, 31) * prime1; }

static void hashStripe(std::array<uint64_t, 4> &lanes, const char *data) {
  for (size_t i = 0; i < 4; ++i)
    lanes[i] = round(lanes[i], read64le(data + 8 * i));
}

void HashingStream::write_impl(const char *data, size_t size) {
  out.write(data, size);
  total += size;
  while (size != 0) {
    if (rest.empty() && size >= stripeBytes) {
      hashStripe(lanes, data);
      data += stripeBytes;
      size -= stripeBytes;
      continue;
    }
    size_t taken = std::min(size, stripeBytes - rest.size());
    rest.append(data, data + taken);
    data += taken;
    size -= taken;
    if (rest.size() < stripeBytes)
      continue;
    hashStripe(lanes, rest.data());
    rest.clear();
  }
}

static uint64_t mergeLanes(const std::array<uint64_t, 4> &lanes) {
  uint64_t hash = rotl(lanes[0], 1) + rotl(lanes[1], 7) + rotl(lanes[2], 12) + rotl(lanes[3], 18);
  for (uint64_t lane : lanes)
    hash = (hash ^ round(0, lane)) * prime1 + prime4;
  return hash;
}

uint64_t HashingStream::getHash() {
  flush();
  uint64_t hash = (total >= stripeBytes ? mergeLanes(lanes) : prime5) + total;
  llvm::StringRef left(rest.data(), rest.size());
  for (; left.size() >= 8; left = left.drop_front(8))
    hash = rotl(hash ^ round(0, read64le(left.data())), 27) * prime1 + prime4;
  for (; left.size() >= 4; left = left.drop_front(4))
    hash = rotl(hash ^ read32le(left.data()) * prime1, 23) * prime2 + prime3;
  for (unsigned char byte : left)
    hash = rotl(hash ^ byte * prime5, 11) * prime1;
  hash = (hash ^ hash >> 33) * prime2;
  hash = (hash ^ hash >> 29) * prime3;
  return hash ^ hash >> 32;
}

} // namespace ingot

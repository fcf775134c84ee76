/*===-- hash.c - xxh64, to recognize a model's external weights -------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "hash.h"

#include <string.h>

/* Written from the algorithm's public description: four lanes over stripes of 32 bytes, merged, then the tail in
 * words of 8, 4 and 1 bytes, then an avalanche. All words are little endian. */

static const uint64_t P1 = 0x9E3779B185EBCA87u, P2 = 0xC2B2AE3D27D4EB4Fu, P3 = 0x165667B19E3779F9u,
                      P4 = 0x85EBCA77C2B2AE63u, P5 = 0x27D4EB2F165667C5u;

static uint64_t rotate(uint64_t value, int by) { return value << by | value >> (64 - by); }

static uint64_t load64(const unsigned char *from) {
  uint64_t value;
  memcpy(&value, from, sizeof value);
  return value;
}

static uint32_t load32(const unsigned char *from) {
  uint32_t value;
  memcpy(&value, from, sizeof value);
  return value;
}

static uint64_t mix(uint64_t lane, uint64_t word) { return rotate(lane + word * P2, 31) * P1; }

static const unsigned char *hash_stripes(const unsigned char *data, uint64_t bytes, uint64_t *hash) {
  uint64_t lanes[4] = {P1 + P2, P2, 0, 0 - P1};
  for (; bytes >= 32; bytes -= 32, data += 32)
    for (int i = 0; i < 4; ++i)
      lanes[i] = mix(lanes[i], load64(data + 8 * i));
  *hash = rotate(lanes[0], 1) + rotate(lanes[1], 7) + rotate(lanes[2], 12) + rotate(lanes[3], 18);
  for (int i = 0; i < 4; ++i)
    *hash = (*hash ^ mix(0, lanes[i])) * P1 + P4;
  return data;
}

static uint64_t hash_tail(const unsigned char *data, uint64_t bytes, uint64_t hash) {
  for (; bytes >= 8; bytes -= 8, data += 8)
    hash = rotate(hash ^ mix(0, load64(data)), 27) * P1 + P4;
  if (bytes >= 4) {
    hash = rotate(hash ^ load32(data) * P1, 23) * P2 + P3;
    bytes -= 4;
    data += 4;
  }
  for (; bytes; --bytes, ++data)
    hash = rotate(hash ^ *data * P5, 11) * P1;
  return hash;
}

uint64_t ingot_hash(const void *data, uint64_t bytes) {
  const unsigned char *at = data;
  uint64_t hash = P5;
  if (bytes >= 32)
    at = hash_stripes(at, bytes, &hash);
  hash = hash_tail(at, bytes % 32, hash + bytes);
  hash = (hash ^ hash >> 33) * P2;
  hash = (hash ^ hash >> 29) * P3;
  return hash ^ hash >> 32;
}

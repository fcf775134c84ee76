/*===-- inflate.c - the deflate format and zip's checksum -------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "formats.h"

/* Written from RFC 1951. Codes are decoded by a table over their first TABLE_BITS bits; the rare longer ones go on
 * bit by bit through the canonical order. */
enum { MAX_BITS = 15, TABLE_BITS = 9, MAX_SYMBOLS = 288 };

typedef struct stream {
  const uint8_t *in;
  uint64_t at, size; /* of in; `at` runs past `size` where the stream is truncated */
  uint8_t *begin, *out, *outEnd;
  uint64_t bits; /* not yet used, the next one lowest */
  int count;
} stream;

typedef struct code {
  uint16_t table[1 << TABLE_BITS]; /* symbol << 4 | length, 0 where longer */
  uint16_t counts[MAX_BITS + 1];   /* codes of each length */
  uint16_t symbols[MAX_SYMBOLS];   /* in canonical order */
} code;

/* Makes at least `n` bits available. Behind the end come zeros: a stream that uses them misses its exact size. */
static void need(stream *s, int n) {
  while (s->count < n) {
    s->bits |= (uint64_t)(s->at < s->size ? s->in[s->at] : 0) << s->count;
    ++s->at;
    s->count += 8;
  }
}

static bool overrun(const stream *s) { return s->at - (uint64_t)s->count / 8 > s->size; }

static uint32_t take(stream *s, int n) {
  need(s, n);
  uint32_t value = (uint32_t)(s->bits & ((1u << n) - 1));
  s->bits >>= n;
  s->count -= n;
  return value;
}

static uint32_t reverse(uint32_t value, int bits) {
  uint32_t result = 0;
  for (int i = 0; i < bits; ++i)
    result |= (value >> i & 1) << (bits - 1 - i);
  return result;
}

/* Builds the decoder of symbols with the given code lengths; false where these oversubscribe the code space. */
static bool build(code *c, const uint8_t *lengths, int n) {
  uint16_t offsets[MAX_BITS + 2] = {0};
  memset(c, 0, sizeof *c);
  for (int i = 0; i < n; ++i)
    ++c->counts[lengths[i]];
  c->counts[0] = 0;
  int left = 1;
  for (int bits = 1; bits <= MAX_BITS; ++bits) {
    left = 2 * left - c->counts[bits];
    if (left < 0)
      return false;
    offsets[bits + 1] = (uint16_t)(offsets[bits] + c->counts[bits]);
  }
  for (int i = 0; i < n; ++i)
    if (lengths[i])
      c->symbols[offsets[lengths[i]]++] = (uint16_t)i;
  uint32_t value = 0, index = 0;
  for (int bits = 1; bits <= TABLE_BITS; ++bits, value <<= 1)
    for (int i = 0; i < c->counts[bits]; ++i, ++value, ++index)
      for (uint32_t at = reverse(value, bits); at < 1u << TABLE_BITS; at += 1u << bits)
        c->table[at] = (uint16_t)(c->symbols[index] << 4 | bits);
  return true;
}

/* The next symbol, or -1 for a code that does not exist. */
static int decode(stream *s, const code *c) {
  need(s, MAX_BITS);
  uint16_t entry = c->table[s->bits & ((1u << TABLE_BITS) - 1)];
  if (entry) {
    s->bits >>= entry & 15;
    s->count -= entry & 15;
    return entry >> 4;
  }
  int value = 0, first = 0, index = 0;
  for (int bits = 1; bits <= MAX_BITS; ++bits) {
    value |= (int)take(s, 1);
    int count = c->counts[bits];
    if (value - first < count)
      return c->symbols[index + value - first];
    index += count;
    first = (first + count) << 1;
    value <<= 1;
  }
  return -1;
}

static bool inflate_stored(stream *s) {
  take(s, s->count % 8);
  uint32_t length = take(s, 16), complement = take(s, 16);
  s->at -= (uint64_t)s->count / 8; /* whole bytes that were read ahead */
  s->bits = 0;
  s->count = 0;
  if ((length ^ complement) != 0xffff || s->at > s->size || s->size - s->at < length || s->outEnd - s->out < length)
    return false;
  memcpy(s->out, s->in + s->at, length);
  s->at += length;
  s->out += length;
  return true;
}

static bool copy_match(stream *s, uint32_t length, uint32_t distance) {
  if (s->out - s->begin < distance || s->outEnd - s->out < length)
    return false;
  for (; length; --length, ++s->out)
    *s->out = s->out[-(int64_t)distance];
  return true;
}

static bool inflate_codes(stream *s, const code *literals, const code *distances) {
  static const uint16_t lengthBase[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                          31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
  static const uint8_t lengthBits[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                         2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
  while (!overrun(s)) {
    int symbol = decode(s, literals);
    if (symbol == 256)
      return true;
    if (symbol < 0 || symbol > 285)
      return false;
    if (symbol < 256) {
      if (s->out == s->outEnd)
        return false;
      *s->out++ = (uint8_t)symbol;
      continue;
    }
    uint32_t length = lengthBase[symbol - 257] + take(s, lengthBits[symbol - 257]);
    int far = decode(s, distances);
    if (far < 0 || far > 29)
      return false;
    uint32_t base = far < 4 ? (uint32_t)far + 1 : ((2u + (far & 1)) << (far / 2 - 1)) + 1;
    if (!copy_match(s, length, base + (far < 4 ? 0 : take(s, far / 2 - 1))))
      return false;
  }
  return false;
}

static bool inflate_fixed(stream *s, code *literals, code *distances) {
  uint8_t lengths[MAX_SYMBOLS];
  for (int i = 0; i < MAX_SYMBOLS; ++i)
    lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
  build(literals, lengths, MAX_SYMBOLS);
  memset(lengths, 5, 30);
  build(distances, lengths, 30);
  return inflate_codes(s, literals, distances);
}

/* Reads the run-length coded code lengths of both alphabets. */
static bool read_lengths(stream *s, const code *c, uint8_t *lengths, int n) {
  for (int i = 0; i < n;) {
    int symbol = decode(s, c);
    if (symbol < 0 || symbol > 18 || overrun(s) || (symbol == 16 && i == 0))
      return false;
    if (symbol < 16) {
      lengths[i++] = (uint8_t)symbol;
      continue;
    }
    uint8_t value = symbol == 16 ? lengths[i - 1] : 0;
    int times = symbol == 16 ? 3 + (int)take(s, 2) : symbol == 17 ? 3 + (int)take(s, 3) : 11 + (int)take(s, 7);
    if (times > n - i)
      return false;
    for (; times; --times)
      lengths[i++] = value;
  }
  return true;
}

static bool inflate_dynamic(stream *s, code *literals, code *distances) {
  static const uint8_t order[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  uint8_t lengths[288 + 32] = {0};
  int numLiterals = 257 + (int)take(s, 5), numDistances = 1 + (int)take(s, 5), numLengths = 4 + (int)take(s, 4);
  for (int i = 0; i < numLengths; ++i)
    lengths[order[i]] = (uint8_t)take(s, 3);
  if (numLiterals > 286 || !build(literals, lengths, 19))
    return false;
  memset(lengths, 0, sizeof lengths);
  return read_lengths(s, literals, lengths, numLiterals + numDistances) && build(literals, lengths, numLiterals) &&
         build(distances, lengths + numLiterals, numDistances) && inflate_codes(s, literals, distances);
}

bool ingot_inflate(const uint8_t *in, uint64_t inSize, uint8_t *out, uint64_t outSize) {
  stream s = {in, 0, inSize, out, out, out + outSize, 0, 0};
  code literals, distances;
  bool last = false, good = true;
  while (good && !last) {
    last = take(&s, 1);
    uint32_t type = take(&s, 2);
    good = type == 0   ? inflate_stored(&s)
           : type == 1 ? inflate_fixed(&s, &literals, &distances)
           : type == 2 ? inflate_dynamic(&s, &literals, &distances)
                       : false;
    good = good && !overrun(&s);
  }
  return good && s.out == s.outEnd;
}

uint32_t ingot_crc32(uint32_t crc, const void *data, uint64_t size) {
  uint32_t table[256];
  for (uint32_t i = 0; i < 256; ++i) {
    table[i] = i;
    for (int bit = 0; bit < 8; ++bit)
      table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xEDB88320u : 0);
  }
  const uint8_t *bytes = data;
  crc = ~crc;
  for (uint64_t i = 0; i < size; ++i)
    crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 0xff];
  return ~crc;
}

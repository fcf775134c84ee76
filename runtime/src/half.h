/*===-- half.h - 16-bit floating point, for those that print or compare it --===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_SRC_HALF_H
#define INGOT_SRC_HALF_H

#include <stdint.h>
#include <string.h>

static inline float bits_to_float(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline float bfloat_to_float(uint16_t bits) { return bits_to_float((uint32_t)bits << 16); }

static inline float half_to_float(uint16_t bits) {
  uint32_t sign = (uint32_t)(bits & 0x8000) << 16, exponent = bits >> 10 & 31, fraction = bits & 1023;
  if (exponent == 31)
    return bits_to_float(sign | 0x7f800000 | fraction << 13);
  if (exponent == 0) { /* zero, or subnormal: fraction * 2^-24 */
    float value = (float)fraction * bits_to_float((127 - 24) << 23);
    return sign ? -value : value;
  }
  return bits_to_float(sign | (exponent + 112) << 23 | fraction << 13);
}

#endif

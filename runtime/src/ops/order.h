/*===-- order.h - elements of any type as integers of the same order --------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_SRC_OPS_ORDER_H
#define INGOT_SRC_OPS_ORDER_H

#include "ingot_abi.h"

#include <stdbool.h>
#include <string.h>

/* Bits of a floating-point number, sign in bit `width` - 1, in ascending order; zeros of both signs are equal, and
 * a NaN comes after everything else. */
static inline uint64_t order_of_float(uint64_t bits, int width, uint64_t infinity) {
  uint64_t sign = (uint64_t)1 << (width - 1), magnitude = bits & (sign - 1);
  if (magnitude > infinity)
    return UINT64_MAX;
  return bits & sign ? sign - magnitude : sign + magnitude;
}

static inline uint64_t order_of_signed(int64_t value) { return (uint64_t)value ^ (uint64_t)1 << 63; }

/* Compares like element `i` of an array of `dtype`. */
static inline uint64_t order_key(int32_t dtype, const void *data, int64_t i) {
  uint64_t bits64;
  uint32_t bits32;
  switch (dtype) {
  case INGOT_F32:
    memcpy(&bits32, (const char *)data + 4 * i, 4);
    return order_of_float(bits32, 32, 0x7f800000);
  case INGOT_F64:
    memcpy(&bits64, (const char *)data + 8 * i, 8);
    return order_of_float(bits64, 64, 0x7ff0000000000000);
  case INGOT_F16:
    return order_of_float(((const uint16_t *)data)[i], 16, 0x7c00);
  case INGOT_BF16:
    return order_of_float(((const uint16_t *)data)[i], 16, 0x7f80);
  case INGOT_I8:
    return order_of_signed(((const int8_t *)data)[i]);
  case INGOT_I16:
    return order_of_signed(((const int16_t *)data)[i]);
  case INGOT_I32:
    return order_of_signed(((const int32_t *)data)[i]);
  case INGOT_I64:
    return order_of_signed(((const int64_t *)data)[i]);
  case INGOT_U16:
    return ((const uint16_t *)data)[i];
  case INGOT_U32:
    return ((const uint32_t *)data)[i];
  case INGOT_U64:
    return ((const uint64_t *)data)[i];
  default: /* bytes: u8 and booleans */
    return ((const uint8_t *)data)[i];
  }
}

static inline int64_t order_element_bytes(int32_t dtype) {
  switch (dtype) {
  case INGOT_F64:
  case INGOT_I64:
  case INGOT_U64:
    return 8;
  case INGOT_F32:
  case INGOT_I32:
  case INGOT_U32:
    return 4;
  case INGOT_F16:
  case INGOT_BF16:
  case INGOT_I16:
  case INGOT_U16:
    return 2;
  default:
    return 1;
  }
}

#endif

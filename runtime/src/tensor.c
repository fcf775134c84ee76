/*===-- tensor.c - sizes and names of element types, shapes -----------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "error.h"

#include <stdio.h>

typedef struct dtype_row {
  const char *name;
  uint8_t size;
} dtype_row;

static const dtype_row dtypes[] = {
    [INGOT_F32] = {"f32", 4},   [INGOT_U8] = {"u8", 1},   [INGOT_I8] = {"i8", 1},   [INGOT_U16] = {"u16", 2},
    [INGOT_I16] = {"i16", 2},   [INGOT_I32] = {"i32", 4}, [INGOT_I64] = {"i64", 8}, [INGOT_BOOL] = {"bool", 1},
    [INGOT_F16] = {"f16", 2},   [INGOT_F64] = {"f64", 8}, [INGOT_U32] = {"u32", 4}, [INGOT_U64] = {"u64", 8},
    [INGOT_BF16] = {"bf16", 2},
};

static const dtype_row *find_dtype(int32_t dtype) {
  if (dtype < 0 || dtype >= (int32_t)(sizeof dtypes / sizeof dtypes[0]) || !dtypes[dtype].name)
    return NULL;
  return &dtypes[dtype];
}

uint64_t ingot_dtype_size(int32_t dtype) {
  const dtype_row *row = find_dtype(dtype);
  return row ? row->size : 0;
}

const char *ingot_dtype_name(int32_t dtype) {
  const dtype_row *row = find_dtype(dtype);
  return row ? row->name : "unknown";
}

ingot_status ingot_tensor_size(const ingot_tensor *tensor, uint64_t *bytes) {
  uint64_t size = ingot_dtype_size(tensor->dtype);
  if (!size)
    return ingot_error(INGOT_INVALID, "unknown element type %d", tensor->dtype);
  if (tensor->rank < 0 || tensor->rank > INGOT_MAX_RANK)
    return ingot_error(INGOT_INVALID, "rank %d is not between 0 and %d", tensor->rank, INGOT_MAX_RANK);
  int empty = 0;
  for (int32_t i = 0; i < tensor->rank; ++i) {
    if (tensor->dims[i] < 0)
      return ingot_error(INGOT_INVALID, "dimension %d is negative: %lld", i, (long long)tensor->dims[i]);
    empty |= tensor->dims[i] == 0;
  }
  for (int32_t i = 0; i < tensor->rank && !empty; ++i)
    if (__builtin_mul_overflow(size, (uint64_t)tensor->dims[i], &size) || size > INT64_MAX) {
      char text[256];
      return ingot_error(INGOT_INVALID, "shape %s is too large for memory",
                         ingot_format_dims(text, sizeof text, tensor->rank, tensor->dims));
    }
  *bytes = empty ? 0 : size;
  return INGOT_OK;
}

const char *ingot_format_dims(char *text, uint64_t size, int32_t rank, const int64_t *dims) {
  if (!size)
    return text;
  uint64_t used = 0;
  for (int32_t i = 0; i <= rank && used < size; ++i) {
    int n = i < rank ? snprintf(text + used, size - used, "%s%lld", i ? ", " : "[", (long long)dims[i])
                     : snprintf(text + used, size - used, rank ? "]" : "[]");
    used += n > 0 ? (uint64_t)n : 0;
  }
  return text;
}

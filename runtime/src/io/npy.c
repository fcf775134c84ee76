/*===-- npy.c - numpy's .npy files ------------------------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "formats.h"

#include "context.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- Element types ---- */

static const struct {
  const char *name; /* without the byte order */
  int32_t dtype;
} descriptions[] = {
    {"f4", INGOT_F32}, {"f8", INGOT_F64}, {"f2", INGOT_F16},  {"V2", INGOT_BF16}, {"i1", INGOT_I8},
    {"i2", INGOT_I16}, {"i4", INGOT_I32}, {"i8", INGOT_I64},  {"u1", INGOT_U8},   {"u2", INGOT_U16},
    {"u4", INGOT_U32}, {"u8", INGOT_U64}, {"b1", INGOT_BOOL}, {"?", INGOT_BOOL},
};

enum { NUM_DESCRIPTIONS = sizeof descriptions / sizeof descriptions[0] };

static int32_t find_dtype(const char *description) {
  for (int i = 0; i < NUM_DESCRIPTIONS; ++i)
    if (!strcmp(descriptions[i].name, description))
      return descriptions[i].dtype;
  return 0;
}

/* ---- The header: a Python dictionary, {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } ---- */

typedef struct header {
  char description[16]; /* with the byte order */
  bool hasDescription, fortran, hasOrder, hasShape;
  int32_t rank;
  int64_t dims[INGOT_MAX_RANK];
} header;

typedef struct parser {
  const char *at, *end;
} parser;

static char peek(parser *p) {
  while (p->at < p->end && isspace((unsigned char)*p->at))
    ++p->at;
  return p->at < p->end ? *p->at : '\0';
}

static bool take(parser *p, char c) {
  if (peek(p) != c)
    return false;
  ++p->at;
  return true;
}

static bool take_word(parser *p, const char *word) {
  peek(p);
  size_t length = strlen(word);
  if ((size_t)(p->end - p->at) < length || memcmp(p->at, word, length))
    return false;
  p->at += length;
  return true;
}

/* Longer strings than fit are no type or key we know: false. */
static bool parse_string(parser *p, char *text, size_t size) {
  char quote = peek(p);
  if (quote != '\'' && quote != '"')
    return false;
  ++p->at;
  size_t length = 0;
  for (; p->at < p->end && *p->at != quote && length + 1 < size; ++p->at)
    text[length++] = *p->at;
  text[length] = '\0';
  return take(p, quote);
}

static bool parse_number(parser *p, int64_t *value) {
  if (!isdigit((unsigned char)peek(p)))
    return false;
  for (*value = 0; p->at < p->end && isdigit((unsigned char)*p->at); ++p->at)
    if (__builtin_mul_overflow(*value, 10, value) || __builtin_add_overflow(*value, *p->at - '0', value))
      return false;
  if (p->at < p->end && *p->at == 'L') /* Python 2 */
    ++p->at;
  return true;
}

static ingot_status parse_shape(parser *p, header *h) {
  if (!take(p, '('))
    return ingot_error(INGOT_INVALID, "malformed shape in the .npy header");
  h->hasShape = true;
  for (h->rank = 0; !take(p, ')'); ++h->rank) {
    if (h->rank == INGOT_MAX_RANK)
      return ingot_error(INGOT_INVALID, "rank is above the largest supported, %d", INGOT_MAX_RANK);
    if (!parse_number(p, &h->dims[h->rank]) || (!take(p, ',') && peek(p) != ')'))
      return ingot_error(INGOT_INVALID, "malformed shape in the .npy header");
  }
  return INGOT_OK;
}

static ingot_status parse_entry(parser *p, header *h) {
  char key[16];
  if (!parse_string(p, key, sizeof key) || !take(p, ':'))
    return ingot_error(INGOT_INVALID, "malformed .npy header");
  if (!strcmp(key, "shape"))
    return parse_shape(p, h);
  if (!strcmp(key, "fortran_order")) {
    h->fortran = take_word(p, "True");
    h->hasOrder = h->fortran || take_word(p, "False");
    return h->hasOrder ? INGOT_OK : ingot_error(INGOT_INVALID, "malformed fortran_order in the .npy header");
  }
  if (strcmp(key, "descr"))
    return ingot_error(INGOT_INVALID, "unknown entry '%s' in the .npy header", key);
  if (peek(p) == '[')
    return ingot_error(INGOT_INVALID, "arrays of records are not supported");
  h->hasDescription = parse_string(p, h->description, sizeof h->description);
  return h->hasDescription ? INGOT_OK : ingot_error(INGOT_INVALID, "malformed descr in the .npy header");
}

static ingot_status parse_header(parser p, header *h) {
  if (!take(&p, '{'))
    return ingot_error(INGOT_INVALID, "malformed .npy header");
  while (!take(&p, '}')) {
    if (parse_entry(&p, h) != INGOT_OK)
      return INGOT_INVALID;
    if (!take(&p, ',') && peek(&p) != '}')
      return ingot_error(INGOT_INVALID, "malformed .npy header");
  }
  if (h->hasDescription && h->hasOrder && h->hasShape)
    return INGOT_OK;
  return ingot_error(INGOT_INVALID, "the .npy header lacks descr, fortran_order or shape");
}

/* Finds the header's text and where the elements begin. */
static ingot_status find_header(const uint8_t *data, uint64_t size, parser *text) {
  if (size < 10 || memcmp(data, "\x93NUMPY", 6))
    return ingot_error(INGOT_INVALID, "not a .npy file");
  if (data[6] < 1 || data[6] > 3)
    return ingot_error(INGOT_INVALID, "unknown .npy version %d", data[6]);
  uint64_t begin = data[6] == 1 ? 10 : 12, length = data[8] | (uint64_t)data[9] << 8;
  if (data[6] > 1 && size >= 12)
    length |= (uint64_t)data[10] << 16 | (uint64_t)data[11] << 24;
  if (size < begin || size - begin < length)
    return ingot_error(INGOT_INVALID, "the .npy file is truncated: its header has %llu bytes",
                       (unsigned long long)length);
  *text = (parser){(const char *)data + begin, (const char *)data + begin + length};
  return INGOT_OK;
}

/* ---- Elements ---- */

static void swap_bytes(ingot_tensor *tensor) {
  uint64_t size = ingot_dtype_size(tensor->dtype);
  uint8_t *data = tensor->data;
  for (uint64_t i = 0; i < tensor->bytes; i += size)
    for (uint64_t k = 0; k < size / 2; ++k) {
      uint8_t byte = data[i + k];
      data[i + k] = data[i + size - 1 - k];
      data[i + size - 1 - k] = byte;
    }
}

/* Copies column-major elements into row-major order. */
static void copy_fortran(ingot_tensor *tensor, const uint8_t *from) {
  uint64_t size = ingot_dtype_size(tensor->dtype), strides[INGOT_MAX_RANK], stride = size, source = 0;
  int64_t indices[INGOT_MAX_RANK] = {0};
  for (int32_t i = 0; i < tensor->rank; ++i) {
    strides[i] = stride;
    stride *= (uint64_t)tensor->dims[i];
  }
  for (uint64_t to = 0; to < tensor->bytes; to += size) {
    memcpy((uint8_t *)tensor->data + to, from + source, size);
    for (int32_t i = tensor->rank - 1; i >= 0; --i) {
      source += strides[i];
      if (++indices[i] < tensor->dims[i])
        break;
      source -= strides[i] * (uint64_t)tensor->dims[i];
      indices[i] = 0;
    }
  }
}

static ingot_status read_elements(const header *h, const uint8_t *data, uint64_t size, ingot_tensor *tensor) {
  char order = h->description[0];
  bool ordered = order && strchr("<>|=", order);
  int32_t dtype = find_dtype(h->description + ordered);
  if (!dtype)
    return ingot_error(INGOT_INVALID, "element type '%s' is not supported", h->description);
  ingot_tensor shape = ingot_tensor_of(NULL, 0, dtype, h->rank, h->dims);
  if (ingot_tensor_size(&shape, &shape.bytes) != INGOT_OK)
    return INGOT_INVALID;
  if (shape.bytes > size) {
    char text[256];
    return ingot_error(INGOT_INVALID, "the .npy data is truncated: shape %s of %s needs %llu bytes but there are %llu",
                       ingot_format_dims(text, sizeof text, h->rank, h->dims), ingot_dtype_name(dtype),
                       (unsigned long long)shape.bytes, (unsigned long long)size);
  }
  if (ingot_tensor_allocate(tensor, dtype, h->rank, h->dims) != INGOT_OK)
    return INGOT_FAILED;
  if (h->fortran && h->rank > 1)
    copy_fortran(tensor, data);
  else
    memcpy(tensor->data, data, tensor->bytes);
  if (order == '>')
    swap_bytes(tensor);
  ingot_normalize_bools(tensor);
  return INGOT_OK;
}

ingot_status ingot_npy_read(const uint8_t *data, uint64_t size, ingot_tensor *tensor) {
  header h = {0};
  parser text;
  ingot_status status = find_header(data, size, &text);
  if (status == INGOT_OK)
    status = parse_header(text, &h);
  const uint8_t *elements = (const uint8_t *)text.end;
  return status == INGOT_OK ? read_elements(&h, elements, size - (uint64_t)(elements - data), tensor) : status;
}

/* ---- Writing ---- */

ingot_status ingot_npy_header(const ingot_tensor *tensor, char out[INGOT_NPY_HEADER_MAX], uint32_t *size) {
  const char *name = NULL;
  for (int i = 0; i < NUM_DESCRIPTIONS && !name; ++i)
    if (descriptions[i].dtype == tensor->dtype)
      name = descriptions[i].name;
  char dims[256];
  uint64_t bytes;
  if (!name || ingot_tensor_size(tensor, &bytes) != INGOT_OK)
    return name ? INGOT_INVALID : ingot_error(INGOT_INVALID, "unknown element type %d", tensor->dtype);
  ingot_format_dims(dims, sizeof dims, tensor->rank, tensor->dims);
  dims[strlen(dims) - 1] = '\0'; /* the closing bracket */
  int length =
      snprintf(out + 10, INGOT_NPY_HEADER_MAX - 10, "{'descr': '%c%s', 'fortran_order': False, 'shape': (%s%s), }",
               ingot_dtype_size(tensor->dtype) == 1 ? '|' : '<', name, dims + 1, tensor->rank == 1 ? "," : "");
  uint32_t total = ((uint32_t)length + 10 + 1 + 63) / 64 * 64; /* elements begin at a multiple of 64 */
  memset(out + 10 + length, ' ', total - 10 - (uint32_t)length);
  out[total - 1] = '\n';
  memcpy(out, "\x93NUMPY\x01\x00", 8);
  out[8] = (char)((total - 10) & 0xff);
  out[9] = (char)((total - 10) >> 8);
  *size = total;
  return INGOT_OK;
}

ingot_status ingot_npy_write(ingot_file *file, const ingot_tensor *tensor) {
  char bytes[INGOT_NPY_HEADER_MAX];
  uint32_t size;
  if (ingot_npy_header(tensor, bytes, &size) != INGOT_OK)
    return INGOT_INVALID;
  ingot_file_write(file, bytes, size);
  ingot_file_write(file, tensor->data, tensor->bytes);
  return INGOT_OK;
}

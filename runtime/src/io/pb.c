/*===-- pb.c - ONNX TensorProto files ---------------------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "formats.h"

#include "context.h"

#include <stdlib.h>

/* ---- The wire format of protobuf ---- */

enum { VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5 };

typedef struct reader {
  const uint8_t *at, *end;
} reader;

typedef struct field {
  uint32_t number;
  uint32_t wire;
  uint64_t value;  /* of VARINT, FIXED64, FIXED32 */
  reader contents; /* of BYTES */
} field;

static bool read_varint(reader *r, uint64_t *value) {
  *value = 0;
  for (int shift = 0; shift < 70 && r->at < r->end; shift += 7) {
    uint8_t byte = *r->at++;
    if (shift < 64)
      *value |= (uint64_t)(byte & 0x7f) << shift;
    if (!(byte & 0x80))
      return true;
  }
  return false;
}

static bool read_fixed(reader *r, int bytes, uint64_t *value) {
  if (r->end - r->at < bytes)
    return false;
  *value = 0;
  for (int i = 0; i < bytes; ++i)
    *value |= (uint64_t)*r->at++ << 8 * i;
  return true;
}

static bool read_field(reader *r, field *f) {
  uint64_t tag;
  if (!read_varint(r, &tag) || tag >> 3 == 0 || tag >> 3 > 0x1fffffff)
    return false;
  f->number = (uint32_t)(tag >> 3);
  f->wire = tag & 7;
  if (f->wire == VARINT)
    return read_varint(r, &f->value);
  if (f->wire == FIXED64 || f->wire == FIXED32)
    return read_fixed(r, f->wire == FIXED64 ? 8 : 4, &f->value);
  if (f->wire != BYTES || !read_varint(r, &f->value) || f->value > (uint64_t)(r->end - r->at))
    return false;
  f->contents = (reader){r->at, r->at + f->value};
  r->at += f->value;
  return true;
}

/* ---- TensorProto ---- */

enum {
  DIMS = 1,
  DATA_TYPE = 2,
  SEGMENT = 3,
  FLOAT_DATA = 4,
  INT32_DATA = 5,
  STRING_DATA = 6,
  INT64_DATA = 7,
  NAME = 8,
  RAW_DATA = 9,
  DOUBLE_DATA = 10,
  UINT64_DATA = 11,
  EXTERNAL_DATA = 13,
  DATA_LOCATION = 14
};

/* The typed field that holds elements of a type, and how they are coded in it. */
typedef struct carrier {
  uint32_t field;
  uint32_t wire;
} carrier;

static carrier find_carrier(int32_t dtype) {
  switch (dtype) {
  case INGOT_F32:
    return (carrier){FLOAT_DATA, FIXED32};
  case INGOT_F64:
    return (carrier){DOUBLE_DATA, FIXED64};
  case INGOT_I64:
    return (carrier){INT64_DATA, VARINT};
  case INGOT_U32:
  case INGOT_U64:
    return (carrier){UINT64_DATA, VARINT};
  default: /* f16 and bf16 as their bits */
    return (carrier){INT32_DATA, VARINT};
  }
}

typedef struct proto {
  uint64_t type;
  int64_t dims[INGOT_MAX_RANK];
  int32_t rank;
  reader name, raw;
  bool hasRaw, external;
} proto;

static ingot_status truncated(void) { return ingot_error(INGOT_INVALID, "not an ONNX TensorProto, or truncated"); }

static bool read_value(reader *r, uint32_t wire, uint64_t *value) {
  return wire == VARINT ? read_varint(r, value) : read_fixed(r, wire == FIXED64 ? 8 : 4, value);
}

static ingot_status read_dims(const field *f, proto *p) {
  reader packed = f->contents;
  do {
    uint64_t value = f->value;
    if (f->wire == BYTES && packed.at == packed.end)
      return INGOT_OK;
    if (f->wire == BYTES ? !read_varint(&packed, &value) : f->wire != VARINT)
      return truncated();
    if (p->rank == INGOT_MAX_RANK)
      return ingot_error(INGOT_INVALID, "rank is above the largest supported, %d", INGOT_MAX_RANK);
    p->dims[p->rank++] = (int64_t)value;
  } while (f->wire == BYTES);
  return INGOT_OK;
}

static ingot_status read_header(reader r, proto *p) {
  field f;
  while (r.at < r.end) {
    if (!read_field(&r, &f))
      return truncated();
    if (f.number == DIMS && read_dims(&f, p) != INGOT_OK)
      return INGOT_INVALID;
    if ((f.number == NAME || f.number == RAW_DATA) && f.wire != BYTES)
      return truncated();
    if (f.number == DATA_TYPE)
      p->type = f.value;
    if (f.number == NAME)
      p->name = f.contents;
    if (f.number == RAW_DATA)
      p->raw = f.contents;
    p->hasRaw |= f.number == RAW_DATA;
    p->external |= f.number == EXTERNAL_DATA || (f.number == DATA_LOCATION && f.value == 1);
    if (f.number == SEGMENT || f.number == STRING_DATA)
      return ingot_error(INGOT_INVALID, "%s are not supported",
                         f.number == SEGMENT ? "sequences, and tensors in segments," : "tensors of strings");
  }
  return INGOT_OK;
}

/* Appends the values of one occurrence of the typed field: one, or a packed list. Counts also those beyond the end. */
static bool read_values(const field *f, carrier c, ingot_tensor *tensor, uint64_t *count) {
  uint64_t size = ingot_dtype_size(tensor->dtype), value = f->value;
  if (f->wire != BYTES && f->wire != c.wire)
    return false;
  reader packed = f->contents;
  while (f->wire != BYTES || packed.at < packed.end) {
    if (f->wire == BYTES && !read_value(&packed, c.wire, &value))
      return false;
    if (*count < tensor->bytes / size)
      memcpy((char *)tensor->data + *count * size, &value, size); /* little endian: the low bytes */
    ++*count;
    if (f->wire != BYTES)
      break;
  }
  return true;
}

static ingot_status read_typed(reader r, ingot_tensor *tensor) {
  carrier c = find_carrier(tensor->dtype);
  uint64_t count = 0, expected = tensor->bytes / ingot_dtype_size(tensor->dtype);
  field f;
  while (r.at < r.end && read_field(&r, &f))
    if (f.number == c.field && !read_values(&f, c, tensor, &count))
      return truncated();
  char text[256];
  return count == expected ? INGOT_OK
                           : ingot_error(INGOT_INVALID, "shape %s needs %llu values but the file has %llu",
                                         ingot_format_dims(text, sizeof text, tensor->rank, tensor->dims),
                                         (unsigned long long)expected, (unsigned long long)count);
}

static ingot_status check_size(const proto *p, uint64_t available) {
  ingot_tensor shape = ingot_tensor_of(NULL, 0, (int32_t)p->type, p->rank, p->dims);
  if (ingot_tensor_size(&shape, &shape.bytes) != INGOT_OK)
    return INGOT_INVALID;
  /* Every element takes at least a byte of the file, so that a few bytes cannot ask for all memory. */
  uint64_t least = p->hasRaw ? shape.bytes : shape.bytes / ingot_dtype_size(shape.dtype);
  if (p->hasRaw ? least == available : least <= available)
    return INGOT_OK;
  char text[256];
  return ingot_error(INGOT_INVALID, "shape %s of %s needs %llu bytes but the file has %llu",
                     ingot_format_dims(text, sizeof text, p->rank, p->dims), ingot_dtype_name(shape.dtype),
                     (unsigned long long)shape.bytes, (unsigned long long)available);
}

ingot_status ingot_pb_read(const uint8_t *data, uint64_t size, ingot_named_tensor *out) {
  reader all = {data, data + size};
  proto p = {0};
  if (read_header(all, &p) != INGOT_OK)
    return INGOT_INVALID;
  if (p.external)
    return ingot_error(INGOT_INVALID, "a TensorProto with external data is not supported");
  if (p.type > INT32_MAX || !ingot_dtype_size((int32_t)p.type))
    return p.type ? ingot_error(INGOT_INVALID, "ONNX element type %llu is not supported", (unsigned long long)p.type)
                  : ingot_error(INGOT_INVALID, "not an ONNX TensorProto: it has no element type");
  if (check_size(&p, p.hasRaw ? (uint64_t)(p.raw.end - p.raw.at) : size) != INGOT_OK)
    return INGOT_INVALID;
  if (ingot_tensor_allocate(&out->tensor, (int32_t)p.type, p.rank, p.dims) != INGOT_OK)
    return INGOT_FAILED;
  if (p.name.at && !(out->name = strndup((const char *)p.name.at, (size_t)(p.name.end - p.name.at))))
    return ingot_error(INGOT_FAILED, "out of memory");
  if (p.hasRaw && out->tensor.bytes)
    memcpy(out->tensor.data, p.raw.at, out->tensor.bytes);
  ingot_status status = p.hasRaw ? INGOT_OK : read_typed(all, &out->tensor);
  ingot_normalize_bools(&out->tensor);
  return status;
}

/* ---- Writing ---- */

static void write_varint(ingot_file *file, uint64_t value) {
  uint8_t bytes[10];
  int n = 0;
  for (; value >= 0x80; value >>= 7)
    bytes[n++] = (uint8_t)(value | 0x80);
  bytes[n++] = (uint8_t)value;
  ingot_file_write(file, bytes, (uint64_t)n);
}

static void write_number(ingot_file *file, uint32_t number, uint64_t value) {
  write_varint(file, number << 3 | VARINT);
  write_varint(file, value);
}

static void write_bytes(ingot_file *file, uint32_t number, const void *data, uint64_t size) {
  write_varint(file, number << 3 | BYTES);
  write_varint(file, size);
  ingot_file_write(file, data, size);
}

ingot_status ingot_pb_write(ingot_file *file, const ingot_named_tensor *out) {
  const ingot_tensor *tensor = &out->tensor;
  for (int32_t i = 0; i < tensor->rank; ++i)
    write_number(file, DIMS, (uint64_t)tensor->dims[i]);
  write_number(file, DATA_TYPE, (uint64_t)tensor->dtype);
  if (out->name)
    write_bytes(file, NAME, out->name, strlen(out->name));
  write_bytes(file, RAW_DATA, tensor->data, tensor->bytes);
  return INGOT_OK;
}

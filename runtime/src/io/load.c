/*===-- load.c - tensors of a file, by the ending of its name ---------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "formats.h"

#include "context.h"

#include <stdlib.h>

ingot_status ingot_tensor_allocate(ingot_tensor *tensor, int32_t dtype, int32_t rank, const int64_t *dims) {
  *tensor = ingot_tensor_of(NULL, 0, dtype, rank, dims);
  ingot_status status = ingot_tensor_size(tensor, &tensor->bytes);
  if (status != INGOT_OK)
    return status;
  tensor->data = ingot_memory_allocate(tensor->bytes);
  if (tensor->data)
    return INGOT_OK;
  return ingot_error(INGOT_FAILED, "out of memory: cannot allocate %llu bytes", (unsigned long long)tensor->bytes);
}

ingot_named_tensor *ingot_list_append(ingot_tensor_list *list, const char *name, size_t length) {
  size_t bytes = ((size_t)list->count + 1) * sizeof *list->tensors;
  ingot_named_tensor *tensors = realloc(list->tensors, bytes);
  if (!tensors)
    return NULL;
  list->tensors = tensors;
  ingot_named_tensor *last = &tensors[list->count];
  memset(last, 0, sizeof *last);
  if (name && !(last->name = strndup(name, length)))
    return NULL;
  ++list->count;
  return last;
}

void ingot_tensor_list_free(ingot_tensor_list *list) {
  for (int32_t i = 0; i < list->count; ++i) {
    free(list->tensors[i].name);
    ingot_memory_free(list->tensors[i].tensor.data);
  }
  free(list->tensors);
  *list = (ingot_tensor_list){0};
}

void ingot_normalize_bools(ingot_tensor *tensor) {
  uint8_t *data = tensor->data;
  for (uint64_t i = 0; tensor->dtype == INGOT_BOOL && i < tensor->bytes; ++i)
    data[i] = data[i] != 0;
}

typedef enum format { UNKNOWN, NPY, NPZ, PB } format;

static format find_format(const char *path) {
  const char *dot = strrchr(path, '.');
  if (!dot)
    return UNKNOWN;
  return !strcmp(dot, ".npy") ? NPY : !strcmp(dot, ".npz") ? NPZ : !strcmp(dot, ".pb") ? PB : UNKNOWN;
}

static ingot_status parse(format kind, const uint8_t *data, uint64_t size, ingot_tensor_list *list) {
  if (kind == NPZ)
    return ingot_npz_read(data, size, list);
  ingot_named_tensor *tensor = ingot_list_append(list, NULL, 0);
  if (!tensor)
    return ingot_error(INGOT_FAILED, "out of memory");
  return kind == NPY ? ingot_npy_read(data, size, &tensor->tensor) : ingot_pb_read(data, size, tensor);
}

static ingot_status unknown_format(const char *path) {
  return ingot_error(INGOT_INVALID, "%s: unknown kind of file: expected a name that ends in .npy, .npz or .pb", path);
}

ingot_status ingot_load(const char *path, ingot_tensor_list *list) {
  *list = (ingot_tensor_list){0};
  format kind = find_format(path);
  if (kind == UNKNOWN)
    return unknown_format(path);
  uint8_t *data;
  uint64_t size;
  ingot_status status = ingot_file_read(path, &data, &size);
  if (status == INGOT_OK)
    status = parse(kind, data, size, list);
  free(data);
  if (status == INGOT_OK)
    return status;
  ingot_tensor_list_free(list);
  return ingot_error_in(status, path);
}

static ingot_status write(format kind, ingot_file *file, const ingot_named_tensor *tensors, int32_t count) {
  for (int32_t i = 0; i < count; ++i) {
    uint64_t bytes;
    if (ingot_tensor_size(&tensors[i].tensor, &bytes) != INGOT_OK)
      return INGOT_INVALID;
    if (bytes != tensors[i].tensor.bytes)
      return ingot_error(INGOT_INVALID, "the tensor's shape needs %llu bytes but it has %llu",
                         (unsigned long long)bytes, (unsigned long long)tensors[i].tensor.bytes);
  }
  return kind == NPZ   ? ingot_npz_write(file, tensors, count)
         : kind == NPY ? ingot_npy_write(file, &tensors->tensor)
                       : ingot_pb_write(file, tensors);
}

ingot_status ingot_save(const char *path, const ingot_named_tensor *tensors, int32_t count) {
  format kind = find_format(path);
  if (kind == UNKNOWN)
    return unknown_format(path);
  if (kind != NPZ && count != 1)
    return ingot_error(INGOT_INVALID, "%s: expected one tensor but got %d; a .npz file holds several", path, count);
  ingot_file file;
  ingot_status status = ingot_file_create(path, &file);
  if (status == INGOT_OK) {
    status = write(kind, &file, tensors, count);
    if (status == INGOT_OK)
      status = ingot_file_commit(&file);
    else
      ingot_file_abandon(&file);
  }
  return status == INGOT_OK ? status : ingot_error_in(status, path);
}

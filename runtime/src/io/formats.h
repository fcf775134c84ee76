/*===-- formats.h - the file formats of tensors -----------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_SRC_IO_FORMATS_H
#define INGOT_SRC_IO_FORMATS_H

#include "error.h"
#include "file.h"
#include "ingot_io.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Each reader allocates tensor->data (ingot_memory_allocate) and cleans up after itself on an error. */
ingot_status ingot_npy_read(const uint8_t *data, uint64_t size, ingot_tensor *tensor);
ingot_status ingot_npz_read(const uint8_t *data, uint64_t size, ingot_tensor_list *list);
ingot_status ingot_pb_read(const uint8_t *data, uint64_t size, ingot_named_tensor *tensor);

/* Writers note failures in the ingot_file, except those that have a message of their own. */
ingot_status ingot_npy_write(ingot_file *file, const ingot_tensor *tensor);
ingot_status ingot_npz_write(ingot_file *file, const ingot_named_tensor *tensors, int32_t count);
ingot_status ingot_pb_write(ingot_file *file, const ingot_named_tensor *tensor);

/* The bytes before the elements in a .npy file. */
enum { INGOT_NPY_HEADER_MAX = 512 };
ingot_status ingot_npy_header(const ingot_tensor *tensor, char header[INGOT_NPY_HEADER_MAX], uint32_t *size);

/* Sets dtype, rank, dims and bytes, and allocates data. `dims` has `rank` values. */
ingot_status ingot_tensor_allocate(ingot_tensor *tensor, int32_t dtype, int32_t rank, const int64_t *dims);

/* Appends an empty tensor with a copy of `name` (NULL: none) of `length` bytes; NULL when there is no memory. */
ingot_named_tensor *ingot_list_append(ingot_tensor_list *list, const char *name, size_t length);

/* Makes every byte of a bool tensor 0 or 1, which compiled code relies on. */
void ingot_normalize_bools(ingot_tensor *tensor);

/* Inflates a raw deflate stream into exactly `outSize` bytes; false where it is malformed or has another size. */
bool ingot_inflate(const uint8_t *in, uint64_t inSize, uint8_t *out, uint64_t outSize);

/* The CRC-32 of zip files. */
uint32_t ingot_crc32(uint32_t crc, const void *data, uint64_t size);

#ifdef __cplusplus
}
#endif
#endif

/*===-- ingot_io.h - tensors in .npy, .npz and ONNX .pb files ---------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_IO_H
#define INGOT_IO_H

#include "ingot.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A tensor of a file. */
typedef struct ingot_named_tensor {
  char *name; /* NULL where the file gives none, as .npy */
  ingot_tensor tensor;
} ingot_named_tensor;

typedef struct ingot_tensor_list {
  ingot_named_tensor *tensors;
  int32_t count;
} ingot_tensor_list;

/* Reads all tensors of a file, by its name's ending:
 *
 *   .npy  one array without a name; also big-endian and Fortran-ordered ones, which are rearranged
 *   .npz  any number of arrays, stored or deflated (numpy's savez and savez_compressed)
 *   .pb   one ONNX TensorProto; its name field is the name
 *
 * bf16, which numpy lacks, is the two-byte void type '<V2' in .npy and .npz, as the ml_dtypes package writes it. On an
 * error the message names the file and the list is empty. */
INGOT_API ingot_status ingot_load(const char *path, ingot_tensor_list *list);

/* Writes tensors, by the name's ending as above; more than one only into .npz, which needs their names. The file is
 * written beside `path` and then renamed, so that on an error nothing incomplete is left behind. */
INGOT_API ingot_status ingot_save(const char *path, const ingot_named_tensor *tensors, int32_t count);

INGOT_API void ingot_tensor_list_free(ingot_tensor_list *list);

#ifdef __cplusplus
}
#endif
#endif /* INGOT_IO_H */

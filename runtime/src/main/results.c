/*===-- results.c - outputs to files, or a summary of them ------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "half.h"
#include "steps.h"

#include <stdlib.h>

/* ---- Summary ---- */

enum { SHOWN_VALUES = 10 };

static void print_value(const ingot_tensor *tensor, uint64_t i) {
  const void *data = tensor->data;
  switch (tensor->dtype) {
  case INGOT_F32:
    printf(" %.6g", (double)((const float *)data)[i]);
    break;
  case INGOT_F64:
    printf(" %.6g", ((const double *)data)[i]);
    break;
  case INGOT_F16:
    printf(" %.4g", (double)half_to_float(((const uint16_t *)data)[i]));
    break;
  case INGOT_BF16:
    printf(" %.4g", (double)bfloat_to_float(((const uint16_t *)data)[i]));
    break;
  case INGOT_I8:
    printf(" %d", ((const int8_t *)data)[i]);
    break;
  case INGOT_I16:
    printf(" %d", ((const int16_t *)data)[i]);
    break;
  case INGOT_I32:
    printf(" %d", ((const int32_t *)data)[i]);
    break;
  case INGOT_I64:
    printf(" %lld", (long long)((const int64_t *)data)[i]);
    break;
  case INGOT_U16:
    printf(" %u", ((const uint16_t *)data)[i]);
    break;
  case INGOT_U32:
    printf(" %u", ((const uint32_t *)data)[i]);
    break;
  case INGOT_U64:
    printf(" %llu", (unsigned long long)((const uint64_t *)data)[i]);
    break;
  default:
    printf(" %u", ((const uint8_t *)data)[i]);
    break;
  }
}

static void print_summary(const ingot_tensor_info *info, const ingot_tensor *tensor) {
  char dims[256];
  uint64_t count = tensor->bytes / ingot_dtype_size(tensor->dtype);
  printf("%s  %s %s ", info->name, ingot_dtype_name(tensor->dtype),
         ingot_format_dims(dims, sizeof dims, tensor->rank, tensor->dims));
  for (uint64_t i = 0; i < count && i < SHOWN_VALUES; ++i)
    print_value(tensor, i);
  puts(count > SHOWN_VALUES ? " ..." : "");
}

/* ---- Files ---- */

static int save_one(const char *path, int32_t index, const ingot_tensor *outputs) {
  ingot_named_tensor named = {(char *)ingot_main_model.outputs[index].name, outputs[index]};
  return ingot_save(path, &named, 1) == INGOT_OK ? 0 : complain_last();
}

static int save_all(const char *path, const ingot_tensor *outputs) {
  int32_t count = ingot_main_model.num_outputs;
  ingot_named_tensor *named = calloc((size_t)count + 1, sizeof *named);
  if (!named)
    return complain(EXIT_FAILURE, "out of memory");
  for (int32_t i = 0; i < count; ++i)
    named[i] = (ingot_named_tensor){(char *)ingot_main_model.outputs[i].name, outputs[i]};
  ingot_status status = ingot_save(path, named, count);
  free(named);
  return status == INGOT_OK ? 0 : complain_last();
}

static int save_files(const command_line *options, const ingot_tensor *outputs) {
  const ingot_model *model = &ingot_main_model;
  int32_t next = 0;
  for (int32_t i = 0; i < options->outputs.count; ++i) {
    const char *path;
    int32_t index = split_name(options->outputs.items[i], model->outputs, model->num_outputs, "output", &path);
    if (index == -2)
      return EXIT_FAILURE;
    bool all = index < 0 && ends_with(path, ".npz");
    if (index < 0 && !all && (index = next++) >= model->num_outputs)
      return complain(EXIT_FAILURE, "%s: the model has only %d outputs", path, model->num_outputs);
    int status = all ? save_all(path, outputs) : save_one(path, index, outputs);
    if (status)
      return status;
  }
  return 0;
}

int deliver_outputs(const command_line *options, const ingot_tensor *outputs) {
  if (options->outputs.count)
    return save_files(options, outputs);
  for (int32_t i = 0; i < ingot_main_model.num_outputs; ++i)
    print_summary(&ingot_main_model.outputs[i], &outputs[i]);
  return 0;
}

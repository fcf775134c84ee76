/*===-- check.c - what a run refuses before it begins -----------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "context.h"
#include "error.h"

#include <stdio.h>
#include <stdlib.h>

ingot_status ingot_check_model(const ingot_model *model) {
  if (!model)
    return ingot_error(INGOT_INVALID, "no model given");
  if (model->magic != INGOT_MODEL_MAGIC)
    return ingot_error(INGOT_INCOMPATIBLE, "not an Ingot model: its magic number is 0x%08x but 0x%08x is expected",
                       model->magic, INGOT_MODEL_MAGIC);
  if (model->abi_version != INGOT_ABI_VERSION)
    return ingot_error(INGOT_INCOMPATIBLE,
                       "model '%s' was built against ABI version %u but this runtime has ABI version %u",
                       model->name ? model->name : "", model->abi_version, INGOT_ABI_VERSION);
  return INGOT_OK;
}

static ingot_status check_shape(const ingot_tensor_info *info, const ingot_tensor *input) {
  char expected[256], given[256];
  if (input->dtype != info->dtype)
    return ingot_error(INGOT_INVALID, "input '%s': expected type %s but got %s", info->name,
                       ingot_dtype_name(info->dtype), ingot_dtype_name(input->dtype));
  if (input->rank != info->rank)
    return ingot_error(INGOT_INVALID, "input '%s': expected rank %d but got %d", info->name, info->rank, input->rank);
  for (int32_t i = 0; i < info->rank; ++i)
    if (info->dims[i] >= 0 && input->dims[i] != info->dims[i])
      return ingot_error(INGOT_INVALID, "input '%s': expected dimension %d to be %lld but got %lld (shape %s, got %s)",
                         info->name, i, (long long)info->dims[i], (long long)input->dims[i],
                         ingot_format_dims(expected, sizeof expected, info->rank, info->dims),
                         ingot_format_dims(given, sizeof given, input->rank, input->dims));
  return INGOT_OK;
}

static ingot_status check_memory(const ingot_tensor_info *info, const ingot_tensor *input) {
  char text[256];
  uint64_t bytes;
  if (ingot_tensor_size(input, &bytes) != INGOT_OK) {
    snprintf(text, sizeof text, "input '%s'", info->name);
    return ingot_error_in(INGOT_INVALID, text);
  }
  if (input->bytes < bytes)
    return ingot_error(INGOT_INVALID, "input '%s': shape %s of %s needs %llu bytes but got %llu", info->name,
                       ingot_format_dims(text, sizeof text, input->rank, input->dims), ingot_dtype_name(info->dtype),
                       (unsigned long long)bytes, (unsigned long long)input->bytes);
  if (bytes && !input->data)
    return ingot_error(INGOT_INVALID, "input '%s': data is NULL", info->name);
  if ((uintptr_t)input->data % ingot_dtype_size(info->dtype))
    return ingot_error(INGOT_INVALID, "input '%s': data is not aligned to the %llu bytes of an element", info->name,
                       (unsigned long long)ingot_dtype_size(info->dtype));
  return INGOT_OK;
}

static const char *dim_name(const ingot_tensor_info *info, int32_t axis) {
  const char *name = info->dims[axis] < 0 && info->dim_names ? info->dim_names[axis] : NULL;
  return name && name[0] ? name : NULL;
}

/* Finds the first place of the name of `input`'s dimension `axis`, at or before that. */
static void find_first(const ingot_model *model, int32_t input, int32_t axis, ingot_same_dims *found) {
  const char *name = dim_name(&model->inputs[input], axis);
  for (int32_t i = 0; i <= input; ++i)
    for (int32_t k = 0; k < model->inputs[i].rank; ++k) {
      const char *other = dim_name(&model->inputs[i], k);
      if (!other || strcmp(name, other))
        continue;
      *found = (ingot_same_dims){i, k, input, axis};
      return;
    }
}

/* Compares the names once, so that a run only compares numbers. */
ingot_status ingot_symbols_create(ingot_context *context) {
  const ingot_model *model = context->model;
  size_t most = 1;
  for (int32_t i = 0; i < model->num_inputs; ++i)
    most += (size_t)model->inputs[i].rank;
  context->same_dims = calloc(most, sizeof *context->same_dims);
  if (!context->same_dims)
    return ingot_error(INGOT_FAILED, "out of memory");
  for (int32_t i = 0; i < model->num_inputs; ++i)
    for (int32_t k = 0; k < model->inputs[i].rank; ++k) {
      ingot_same_dims *pair = &context->same_dims[context->num_same_dims];
      if (!dim_name(&model->inputs[i], k))
        continue;
      find_first(model, i, k, pair);
      context->num_same_dims += pair->first_input != i || pair->first_axis != k;
    }
  return INGOT_OK;
}

void ingot_symbols_destroy(ingot_context *context) { free(context->same_dims); }

static ingot_status check_symbols(const ingot_context *context, const ingot_tensor *inputs) {
  const ingot_tensor_info *infos = context->model->inputs;
  for (int32_t i = 0; i < context->num_same_dims; ++i) {
    ingot_same_dims pair = context->same_dims[i];
    int64_t first = inputs[pair.first_input].dims[pair.first_axis], value = inputs[pair.input].dims[pair.axis];
    if (first == value)
      continue;
    const char *name = dim_name(&infos[pair.input], pair.axis);
    return ingot_error(INGOT_INVALID,
                       "input '%s': expected dimension %d (%s) to be %lld as in dimension %d of input '%s' but got "
                       "%lld",
                       infos[pair.input].name, pair.axis, name, (long long)first, pair.first_axis,
                       infos[pair.first_input].name, (long long)value);
  }
  return INGOT_OK;
}

ingot_status ingot_check_inputs(const ingot_context *context, const ingot_tensor *inputs) {
  const ingot_model *model = context->model;
  for (int32_t i = 0; i < model->num_inputs; ++i) {
    ingot_status status = check_shape(&model->inputs[i], &inputs[i]);
    if (status == INGOT_OK)
      status = check_memory(&model->inputs[i], &inputs[i]);
    if (status != INGOT_OK)
      return status;
  }
  return check_symbols(context, inputs);
}

ingot_status ingot_check_outputs(const ingot_model *model, const ingot_tensor *outputs) {
  for (int32_t i = 0; i < model->num_outputs; ++i) {
    uint64_t alignment = ingot_dtype_size(model->outputs[i].dtype);
    if (alignment && (uintptr_t)outputs[i].data % alignment)
      return ingot_error(INGOT_INVALID, "output '%s': data is not aligned to the %llu bytes of an element",
                         model->outputs[i].name, (unsigned long long)alignment);
  }
  return INGOT_OK;
}

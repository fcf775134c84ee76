/*===-- outputs.c - memory and shapes of a run's outputs --------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "context.h"
#include "error.h"

#include <stdio.h>
#include <stdlib.h>

ingot_status ingot_outputs_create(ingot_context *context) {
  int32_t count = context->model->num_outputs;
  context->outputs = calloc(count ? (size_t)count : 1, sizeof *context->outputs);
  return context->outputs ? INGOT_OK : ingot_error(INGOT_FAILED, "out of memory");
}

void ingot_outputs_begin_run(ingot_context *context, const ingot_tensor *outputs) {
  for (int32_t i = 0; i < context->model->num_outputs; ++i) {
    context->outputs[i].tensor = outputs[i];
    context->outputs[i].written = false;
  }
}

ingot_status ingot_outputs_end_run(ingot_context *context, ingot_tensor *outputs) {
  const ingot_model *model = context->model;
  for (int32_t i = 0; i < model->num_outputs; ++i)
    if (!context->outputs[i].written)
      return ingot_error(INGOT_FAILED, "the model left output '%s' without a value", model->outputs[i].name);
  for (int32_t i = 0; i < model->num_outputs; ++i)
    outputs[i] = context->outputs[i].tensor;
  return INGOT_OK;
}

void ingot_outputs_destroy(ingot_context *context) {
  if (!context->outputs)
    return;
  for (int32_t i = 0; i < context->model->num_outputs; ++i)
    ingot_memory_free(context->outputs[i].owned);
  free(context->outputs);
}

/* The compiler's promise, checked because a broken one overruns memory. */
static bool fits(const ingot_tensor_info *info, int32_t rank, const int64_t *dims) {
  if (rank != info->rank)
    return false;
  for (int32_t i = 0; i < rank; ++i)
    if (dims[i] < 0 || (info->dims[i] >= 0 && dims[i] != info->dims[i]))
      return false;
  return true;
}

static ingot_status describe(const ingot_tensor_info *info, int32_t rank, const int64_t *dims, ingot_tensor *tensor,
                             uint64_t *bytes) {
  char text[256];
  if (rank < 0 || rank > INGOT_MAX_RANK || !fits(info, rank, dims))
    return ingot_error(INGOT_FAILED, "output '%s': the computed shape %s is not the declared one", info->name,
                       rank < 0 || rank > INGOT_MAX_RANK ? "" : ingot_format_dims(text, sizeof text, rank, dims));
  tensor->dtype = info->dtype;
  tensor->rank = rank;
  for (int32_t i = 0; i < rank; ++i)
    tensor->dims[i] = dims[i];
  if (ingot_tensor_size(tensor, bytes) == INGOT_OK)
    return INGOT_OK;
  char what[256];
  snprintf(what, sizeof what, "output '%s'", info->name);
  return ingot_error_in(INGOT_FAILED, what);
}

static ingot_status grow(ingot_output_slot *slot, uint64_t bytes, const char *name) {
  if (slot->owned && bytes <= slot->owned_bytes)
    return INGOT_OK;
  ingot_memory_free(slot->owned);
  slot->owned = ingot_memory_allocate(bytes);
  slot->owned_bytes = slot->owned ? bytes : 0;
  if (slot->owned)
    return INGOT_OK;
  return ingot_error(INGOT_FAILED, "output '%s': out of memory: cannot allocate %llu bytes", name,
                     (unsigned long long)bytes);
}

static ingot_status provide(ingot_output_slot *slot, const ingot_tensor_info *info, int32_t rank, const int64_t *dims,
                            void *place) {
  ingot_tensor tensor = {.data = slot->tensor.data};
  if (describe(info, rank, dims, &tensor, &tensor.bytes) != INGOT_OK)
    return INGOT_FAILED;
  char text[256];
  bool callers = tensor.data && tensor.data != slot->given;
  if (callers && slot->tensor.bytes < tensor.bytes)
    return ingot_error(INGOT_FAILED, "output '%s': shape %s needs %llu bytes but the caller's memory has %llu",
                       info->name, ingot_format_dims(text, sizeof text, rank, dims), (unsigned long long)tensor.bytes,
                       (unsigned long long)slot->tensor.bytes);
  if (!callers) {
    if (!place && grow(slot, tensor.bytes, info->name) != INGOT_OK)
      return INGOT_FAILED;
    tensor.data = slot->given = place ? place : slot->owned;
  }
  slot->tensor = tensor;
  slot->written = true;
  return INGOT_OK;
}

void *ingot_rt_output(ingot_context *context, int32_t index, int32_t rank, const int64_t *dims, void *place) {
  ingot_output_slot *slot = &context->outputs[index];
  if (provide(slot, &context->model->outputs[index], rank, dims, place) != INGOT_OK)
    ingot_escape(context);
  return slot->tensor.data;
}

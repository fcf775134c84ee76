/*===-- generate.c - made-up inputs for benchmarks --------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "formats.h"
#include "steps.h"

#include <stdlib.h>

/* ---- Shapes ---- */

static const char *symbol_of(const ingot_tensor_info *info, int32_t axis) {
  const char *name = info->dims[axis] < 0 && info->dim_names ? info->dim_names[axis] : NULL;
  return name && name[0] ? name : NULL;
}

static bool is_symbol(const char *name, size_t length) {
  for (int32_t i = 0; i < ingot_main_model.num_inputs; ++i)
    for (int32_t k = 0; k < ingot_main_model.inputs[i].rank; ++k) {
      const char *symbol = symbol_of(&ingot_main_model.inputs[i], k);
      if (symbol && strlen(symbol) == length && !memcmp(symbol, name, length))
        return true;
    }
  return false;
}

/* Steps through "N=4,M=2". Returns false at the end, or with *status set after a complaint. */
static bool next_setting(const char **text, const char **name, size_t *length, int64_t *value, int *status) {
  if (!**text)
    return false;
  const char *equals = strchr(*text, '=');
  char *end = NULL;
  *name = *text;
  *length = equals ? (size_t)(equals - *text) : strcspn(*text, ",");
  *value = equals ? strtoll(equals + 1, &end, 10) : -1;
  if (!equals || end == equals + 1 || (*end && *end != ',') || *value < 0) {
    *status = complain(EXIT_USAGE, "--shape: expected NAME=N,... but got '%s'", *text);
    return false;
  }
  *text = *end ? end + 1 : end;
  return true;
}

static int check_settings(const command_line *options) {
  for (int32_t i = 0; i < options->shapes.count; ++i) {
    const char *text = options->shapes.items[i], *name;
    size_t length;
    int64_t value;
    int status = 0;
    while (next_setting(&text, &name, &length, &value, &status))
      if (!is_symbol(name, length))
        return complain(EXIT_FAILURE, "--shape: no input has a symbolic dimension named '%.*s'", (int)length, name);
    if (status)
      return status;
  }
  return 0;
}

/* The value of a symbolic dimension: what --shape says, else what a given input has there, else 1. */
static int64_t value_of(const command_line *options, const input_set *inputs, const char *symbol) {
  for (int32_t i = 0; i < options->shapes.count; ++i) {
    const char *text = options->shapes.items[i], *name;
    size_t length;
    int64_t value;
    int status;
    while (next_setting(&text, &name, &length, &value, &status))
      if (strlen(symbol) == length && !memcmp(symbol, name, length))
        return value;
  }
  for (int32_t i = 0; i < ingot_main_model.num_inputs; ++i)
    for (int32_t k = 0; inputs->given[i] && k < inputs->tensors[i].rank && k < ingot_main_model.inputs[i].rank; ++k) {
      const char *other = symbol_of(&ingot_main_model.inputs[i], k);
      if (other && !strcmp(other, symbol))
        return inputs->tensors[i].dims[k];
    }
  return 1;
}

/* ---- Values ---- */

static uint32_t next_random(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(*state >> 33);
}

/* Floats in [0, 1), where most inputs live; 16-bit ones in eighths from 1 to 2, which are exact in both formats. Wider
 * integers stay zero: they tend to be indices, which random values overrun. */
static void fill(ingot_tensor *tensor, uint64_t *state) {
  uint64_t count = tensor->bytes / ingot_dtype_size(tensor->dtype);
  memset(tensor->data, 0, tensor->bytes);
  for (uint64_t i = 0; i < count; ++i) {
    double value = next_random(state) / 2147483648.0;
    uint32_t eighths = (uint32_t)(value * 8);
    switch (tensor->dtype) {
    case INGOT_F32:
      ((float *)tensor->data)[i] = (float)value;
      break;
    case INGOT_F64:
      ((double *)tensor->data)[i] = value;
      break;
    case INGOT_F16:
      ((uint16_t *)tensor->data)[i] = (uint16_t)(0x3c00 + (eighths << 7));
      break;
    case INGOT_BF16:
      ((uint16_t *)tensor->data)[i] = (uint16_t)(0x3f80 + (eighths << 4));
      break;
    case INGOT_U8:
    case INGOT_I8:
      ((uint8_t *)tensor->data)[i] = (uint8_t)(value * 256);
      break;
    }
  }
}

int generate_inputs(const command_line *options, input_set *inputs) {
  int status = check_settings(options);
  uint64_t state = 1;
  for (int32_t i = 0; i < ingot_main_model.num_inputs && !status; ++i) {
    const ingot_tensor_info *info = &ingot_main_model.inputs[i];
    if (inputs->given[i])
      continue;
    int64_t dims[INGOT_MAX_RANK];
    for (int32_t k = 0; k < info->rank; ++k) {
      const char *symbol = symbol_of(info, k);
      dims[k] = info->dims[k] >= 0 ? info->dims[k] : symbol ? value_of(options, inputs, symbol) : 1;
    }
    ingot_named_tensor *made = ingot_list_append(&inputs->files[inputs->num_files++], NULL, 0);
    if (!made)
      return complain(EXIT_FAILURE, "out of memory");
    if (ingot_tensor_allocate(&made->tensor, info->dtype, info->rank, dims) != INGOT_OK) {
      ingot_error_in(INGOT_FAILED, info->name);
      return complain_last();
    }
    fill(&made->tensor, &state);
    inputs->tensors[i] = made->tensor;
  }
  return status;
}

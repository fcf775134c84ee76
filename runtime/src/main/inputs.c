/*===-- inputs.c - inputs from files ----------------------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "steps.h"

#include <stdlib.h>

static int assign(input_set *inputs, int32_t index, const ingot_tensor *tensor) {
  if (inputs->given[index])
    return complain(EXIT_FAILURE, "input '%s' is given twice", ingot_main_model.inputs[index].name);
  inputs->given[index] = true;
  inputs->tensors[index] = *tensor;
  return 0;
}

/* The array of a file that is meant for input `index`: the only one, or the one of that name. */
static int assign_named(input_set *inputs, int32_t index, const ingot_tensor_list *file, const char *path) {
  const char *name = ingot_main_model.inputs[index].name;
  if (file->count == 1)
    return assign(inputs, index, &file->tensors[0].tensor);
  for (int32_t i = 0; i < file->count; ++i)
    if (!strcmp(file->tensors[i].name, name))
      return assign(inputs, index, &file->tensors[i].tensor);
  return complain(EXIT_FAILURE, "%s: none of its %d arrays is named '%s'", path, file->count, name);
}

/* Which input an array of a file without a name before it is for: the one it is named after; as numpy calls unnamed
 * arrays arr_0, arr_1 and so on, the one of that number; -1 for the next one. */
static int32_t find_by_array(const char *name, bool archive) {
  const ingot_model *model = &ingot_main_model;
  int32_t index = name ? find_info(model->inputs, model->num_inputs, name) : -1;
  unsigned number;
  char rest;
  if (index >= 0 || !archive || sscanf(name, "arr_%u%c", &number, &rest) != 1)
    return index;
  return number < (unsigned)model->num_inputs ? (int32_t)number : -1;
}

static int assign_next(input_set *inputs, const ingot_tensor *tensor, const char *path) {
  for (int32_t i = 0; i < ingot_main_model.num_inputs; ++i)
    if (!inputs->given[i])
      return assign(inputs, i, tensor);
  return complain(EXIT_FAILURE, "%s: all %d inputs have a value already", path, ingot_main_model.num_inputs);
}

static int assign_unnamed(input_set *inputs, const ingot_tensor_list *file, const char *path) {
  const ingot_model *model = &ingot_main_model;
  bool archive = ends_with(path, ".npz");
  for (int32_t i = 0; i < file->count; ++i) {
    const char *name = file->tensors[i].name;
    int32_t index = find_by_array(name, archive);
    if (index < 0 && archive)
      return complain_unknown("input", name, model->inputs, model->num_inputs);
    int status = index >= 0 ? assign(inputs, index, &file->tensors[i].tensor)
                            : assign_next(inputs, &file->tensors[i].tensor, path);
    if (status)
      return status;
  }
  return 0;
}

/* Takes only the arguments with a name, or only those without. */
static int load_some(const command_line *options, bool named, input_set *inputs) {
  const ingot_model *model = &ingot_main_model;
  for (int32_t i = 0; i < options->inputs.count; ++i) {
    const char *path;
    int32_t index = split_name(options->inputs.items[i], model->inputs, model->num_inputs, "input", &path);
    if (index == -2)
      return EXIT_FAILURE;
    if ((index >= 0) != named)
      continue;
    ingot_tensor_list *file = &inputs->files[inputs->num_files++];
    if (ingot_load(path, file) != INGOT_OK)
      return complain_last();
    int status = named ? assign_named(inputs, index, file, path) : assign_unnamed(inputs, file, path);
    if (status)
      return status;
  }
  return 0;
}

int load_inputs(const command_line *options, input_set *inputs) {
  size_t count = (size_t)ingot_main_model.num_inputs + 1;
  inputs->tensors = calloc(count, sizeof *inputs->tensors);
  inputs->given = calloc(count, sizeof *inputs->given);
  inputs->files = calloc((size_t)options->inputs.count + count, sizeof *inputs->files);
  if (!inputs->tensors || !inputs->given || !inputs->files)
    return complain(EXIT_FAILURE, "out of memory");
  int status = load_some(options, true, inputs);
  return status ? status : load_some(options, false, inputs);
}

int check_all_given(const input_set *inputs) {
  int status = 0;
  for (int32_t i = 0; i < ingot_main_model.num_inputs; ++i) {
    const ingot_tensor_info *info = &ingot_main_model.inputs[i];
    char dims[512];
    if (!inputs->given[i])
      status = complain(EXIT_FAILURE, "input '%s' (%s %s) has no value: give it with --input %s=FILE", info->name,
                        ingot_dtype_name(info->dtype), format_info_dims(dims, sizeof dims, info), info->name);
  }
  return status;
}

void free_inputs(input_set *inputs) {
  for (int32_t i = 0; i < inputs->num_files; ++i)
    ingot_tensor_list_free(&inputs->files[i]);
  free(inputs->files);
  free(inputs->given);
  free(inputs->tensors);
}

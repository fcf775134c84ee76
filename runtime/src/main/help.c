/*===-- help.c - what --help prints -----------------------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "json.h"
#include "processor.h"
#include "steps.h"

const char *format_info_dims(char *text, size_t size, const ingot_tensor_info *info) {
  size_t used = (size_t)snprintf(text, size, "[");
  for (int32_t i = 0; i < info->rank && used < size; ++i) {
    const char *comma = i ? ", " : "", *name = info->dim_names ? info->dim_names[i] : NULL;
    if (info->dims[i] >= 0)
      used += (size_t)snprintf(text + used, size - used, "%s%lld", comma, (long long)info->dims[i]);
    else
      used += (size_t)snprintf(text + used, size - used, "%s%s", comma, name && name[0] ? name : "?");
  }
  if (used < size)
    snprintf(text + used, size - used, "]");
  return text;
}

static void print_infos(const char *title, const ingot_tensor_info *infos, int32_t count) {
  int width = 1;
  for (int32_t i = 0; i < count; ++i)
    width = (int)strlen(infos[i].name) > width ? (int)strlen(infos[i].name) : width;
  printf("\n%s:\n", title);
  for (int32_t i = 0; i < count; ++i) {
    char dims[512];
    printf("  %-*s  %-4s  %s\n", width, infos[i].name, ingot_dtype_name(infos[i].dtype),
           format_info_dims(dims, sizeof dims, &infos[i]));
  }
}

static void print_json_infos(const char *key, const ingot_tensor_info *infos, int32_t count) {
  printf(",\"%s\":[", key);
  for (int32_t i = 0; i < count; ++i) {
    printf("%s{\"name\":", i ? "," : "");
    json_put_string(NULL, infos[i].name, strlen(infos[i].name));
    printf(",\"type\":\"%s\",\"dims\":[", ingot_dtype_name(infos[i].dtype));
    for (int32_t k = 0; k < infos[i].rank; ++k) {
      const char *name = infos[i].dim_names && infos[i].dim_names[k] ? infos[i].dim_names[k] : "";
      if (k)
        printf(",");
      if (infos[i].dims[k] >= 0)
        printf("%lld", (long long)infos[i].dims[k]);
      else
        json_put_string(NULL, name, strlen(name));
    }
    printf("]}");
  }
  printf("]");
}

/* A static dimension is a number, a dynamic one its name, "" where it has none. */
static int print_json_help(const ingot_model *model) {
  printf("{\"name\":");
  json_put_string(NULL, model->name, strlen(model->name));
  printf(",\"target\":");
  json_put_string(NULL, model->target, strlen(model->target));
  print_json_infos("inputs", model->inputs, model->num_inputs);
  print_json_infos("outputs", model->outputs, model->num_outputs);
  printf("}\n");
  return 0;
}

int print_help(bool json) {
  const ingot_model *model = &ingot_main_model;
  if (json)
    return print_json_help(model);
  printf("usage: %s --input NAME=FILE [--output NAME=FILE] [options]\n"
         "Runs the model '%s', compiled for %s",
         model->name, model->name, model->target);
  int32_t level;
  if (!strcmp(model->target, "portable") && ingot_chosen_level(&level) == INGOT_OK)
    printf(" processors, here x86-64-v%d", level);
  printf(".\n");
  print_infos("inputs", model->inputs, model->num_inputs);
  print_infos("outputs", model->outputs, model->num_outputs);
  fputs("\n"
        "options:\n"
        "  --input NAME=FILE   reads an input; FILE alone goes to the next one without a value\n"
        "  --output NAME=FILE  writes an output; FILE alone takes the next one, a .npz takes all.\n"
        "                      Without --output, a summary of each output is printed.\n"
        "                      Files are .npy, .npz or ONNX TensorProto .pb, by their names.\n"
        "  --bench             measures the latency, of --input or of made-up values\n"
        "  --runs N            runs to measure; otherwise as many as fit into two seconds\n"
        "  --json              prints the measurement, the profile, or with --help the inputs as JSON\n"
        "  --shape NAME=N,...  sizes of symbolic dimensions of made-up inputs; otherwise 1\n"
        "  --threads N         threads to use; otherwise one for each CPU\n"
        "  --profile [FILE]    prints each kernel's time, speed and share of what the processor can do at\n"
        "                      most; writes a Chrome trace to FILE. For a model compiled with --profile.\n"
        "  --limits F,B        GFLOP/s and GB/s of the processor; otherwise probed\n"
        "  --weights FILE      external weights; otherwise the file beside the executable\n"
        "  --help              prints this\n",
        stdout);
  return 0;
}

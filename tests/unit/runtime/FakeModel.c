/*===-- FakeModel.c - a hand-written model behind the main of compiled executables ===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "ingot_abi.h"

/* y = 2 * (x + bias), and the number of elements; fails where the first element is 99. */

static void scale(void *arguments, int64_t begin, int64_t end) {
  float *y = arguments;
  for (int64_t i = begin; i < end; ++i)
    y[i] *= 2;
}

static void run(ingot_context *context, const ingot_tensor *inputs, const void *weights) {
  (void)weights;
  const float *x = inputs[0].data, *bias = inputs[1].data;
  int64_t n = inputs[0].dims[0];
  float *y = ingot_rt_output(context, 0, 2, inputs[0].dims, 0);
  int64_t *count = ingot_rt_output(context, 1, 0, 0, 0);
  *count = n * 3;
  ingot_rt_kernel_begin(context, 0);
  for (int64_t i = 0; i < n * 3; ++i) {
    if (i == 0 && x[i] == 99)
      ingot_rt_flag(context, "node \"Add\": bad element %lld of %lld", 0, n * 3);
    y[i] = x[i] + *bias;
  }
  ingot_rt_kernel_end(context, 0, n * 3, n * 24);
  ingot_rt_check(context);
  ingot_rt_kernel_begin(context, 1);
  ingot_rt_parallel(context, scale, y, 0, n * 3);
  ingot_rt_kernel_end(context, 1, 0, 0);
}

static const int64_t matrix[] = {-1, 3};
static const char *const names[] = {"N", 0};
static const ingot_tensor_info inputs[] = {{"x", INGOT_F32, 2, matrix, names}, {"bias", INGOT_F32, 0, 0, 0}};
static const ingot_tensor_info outputs[] = {{"y", INGOT_F32, 2, matrix, names}, {"count", INGOT_I64, 0, 0, 0}};
static const char *const kernels[] = {"add: (\"Add\")", "scale: (\"Mul\")"};

const ingot_model ingot_main_model = {
    .magic = INGOT_MODEL_MAGIC,
    .abi_version = INGOT_ABI_VERSION,
    .name = "fake",
    .target = "x86-64-v2",
    .num_inputs = 2,
    .num_outputs = 2,
    .inputs = inputs,
    .outputs = outputs,
    .run = run,
    .num_kernels = 2,
    .kernel_names = kernels,
};

/*===-- steps.h - the steps of a compiled model's main ----------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_SRC_MAIN_STEPS_H
#define INGOT_SRC_MAIN_STEPS_H

#include "ingot_io.h"
#include "options.h"

#include <stdio.h>

/* Each step returns 0, or an exit status after a message on stderr. */

/* help.c */
int print_help(bool json);
/* Writes an input's or output's shape as "[N, 3, ?]" and returns `text`. */
const char *format_info_dims(char *text, size_t size, const ingot_tensor_info *info);

/* inputs.c: the tensors of all inputs, in the model's order, from the files of --input. */
typedef struct input_set {
  ingot_tensor *tensors; /* data is NULL where no file gives the input */
  bool *given;
  ingot_tensor_list *files; /* that own the data */
  int32_t num_files;
} input_set;

int load_inputs(const command_line *options, input_set *inputs);
/* Complains of every input that has no value. */
int check_all_given(const input_set *inputs);
void free_inputs(input_set *inputs);

/* generate.c: fills what is not given, of the shapes that --shape says; for benchmarks. */
int generate_inputs(const command_line *options, input_set *inputs);

/* names.c */
/* Splits NAME=FILE. Returns the index of the input or output that is named, -1 where `argument` is only a file, or -2
 * after a complaint of an unknown name. */
int32_t split_name(const char *argument, const ingot_tensor_info *infos, int32_t count, const char *what,
                   const char **file);
int32_t find_info(const ingot_tensor_info *infos, int32_t count, const char *name);
int complain_unknown(const char *what, const char *name, const ingot_tensor_info *infos, int32_t count);
bool ends_with(const char *text, const char *suffix);

/* results.c: writes the files of --output, or prints a summary of each output. */
int deliver_outputs(const command_line *options, const ingot_tensor *outputs);

/* bench.c */
int run_bench(const command_line *options, ingot_session *session, const ingot_tensor *inputs, ingot_tensor *outputs);

/* probe.c: what the processor can do at most, on a number of threads together; zeros where that cannot be found out. */
enum { NUM_SIZES = 4 };
typedef struct machine_limits {
  double gflops;         /* f32 multiply-adds in registers, 10^9 operations a second */
  double gbs[NUM_SIZES]; /* reading memory again and again, 10^9 bytes a second */
  double bytes[NUM_SIZES]; /* how much of it, growing; the first to hold a kernel's memory is that kernel's limit */
} machine_limits;

void probe_limits(int32_t threads, machine_limits *limits);

/* report.c: the profile as a table or JSON, and as a file of events. The JSON is the last member of an object that
 * run_bench began, or of one of its own. */
int report_profile(const command_line *options, const ingot_session *session);
/* What can be wrong with a profile before the run. */
int check_profile(const command_line *options);

#endif

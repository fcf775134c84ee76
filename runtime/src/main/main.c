/*===-- main.c - main of a compiled executable ------------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "steps.h"

#include <stdlib.h>

static int run_once(const command_line *options, ingot_session *session, const ingot_tensor *inputs,
                    ingot_tensor *outputs) {
  if (ingot_session_run(session, inputs, outputs) != INGOT_OK)
    return complain_last();
  if (options->json && !options->outputs.count)
    return 0; /* standard output is for the JSON */
  return deliver_outputs(options, outputs);
}

static int run_session(const command_line *options, const input_set *inputs) {
  const ingot_options settings = {
      .threads = (int32_t)options->threads,
      .profiling = options->trace     ? INGOT_PROFILE_EVENTS
                   : options->profile ? INGOT_PROFILE_TOTALS
                                      : INGOT_PROFILE_OFF,
      .weights_path = options->weights,
  };
  ingot_session *session;
  if (ingot_session_create(&ingot_main_model, &settings, &session) != INGOT_OK)
    return complain_last();
  ingot_tensor *outputs = calloc((size_t)ingot_main_model.num_outputs + 1, sizeof *outputs);
  int status = outputs ? 0 : complain(EXIT_FAILURE, "out of memory");
  if (!status)
    status = (options->bench ? run_bench : run_once)(options, session, inputs->tensors, outputs);
  if (!status && options->profile)
    status = report_profile(options, session);
  free(outputs);
  ingot_session_destroy(session);
  return status;
}

static int run(const command_line *options) {
  input_set inputs = {0};
  int status = options->profile ? check_profile(options) : 0;
  if (!status)
    status = load_inputs(options, &inputs);
  if (!status)
    status = options->bench ? generate_inputs(options, &inputs) : check_all_given(&inputs);
  if (!status)
    status = run_session(options, &inputs);
  free_inputs(&inputs);
  return status;
}

int main(int argc, char **argv) {
  command_line options;
  int status = parse_command_line(argc, argv, &options);
  if (!status)
    status = options.help ? print_help(options.json) : run(&options);
  free_command_line(&options);
  if (fflush(stdout) && !status)
    status = complain(EXIT_FAILURE, "cannot write to the standard output");
  return status;
}

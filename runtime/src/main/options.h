/*===-- options.h - the command line of a compiled model --------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_SRC_MAIN_OPTIONS_H
#define INGOT_SRC_MAIN_OPTIONS_H

#include "ingot.h"

#include <stdbool.h>

/* The model of this executable; the linker binds the name to the compiled one. */
extern const ingot_model ingot_main_model;

enum { EXIT_USAGE = 2 };

typedef struct text_list {
  const char **items; /* into argv */
  int32_t count;
} text_list;

typedef struct command_line {
  bool help, bench, json, profile;
  int64_t runs;    /* 0: as many as fit into two seconds */
  int64_t threads; /* 0: one for each CPU */
  const char *weights;
  const char *limits; /* GFLOP/s,GB/s of the processor; NULL: probed */
  const char *trace; /* where the profile's events go, or NULL */
  text_list inputs, outputs, shapes;
} command_line;

/* Returns 0, or an exit status after a message on stderr. */
int parse_command_line(int argc, char **argv, command_line *options);
void free_command_line(command_line *options);

/* Prints "model: error: message" and returns `status`. */
int complain(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same for ingot_last_error. */
int complain_last(void);

#endif

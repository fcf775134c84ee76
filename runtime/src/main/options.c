/*===-- options.c - the command line of a compiled model --------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

int complain(int status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%s: error: ", ingot_main_model.name);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  return status;
}

int complain_last(void) { return complain(EXIT_FAILURE, "%s", ingot_last_error()); }

typedef enum kind { FLAG, NUMBER, TEXT, LIST, OPTIONAL } kind;

/* One row an option; `at` is where its value goes. */
typedef struct option_row {
  const char *name;
  kind kind;
  void *at;
  bool *present; /* of OPTIONAL */
} option_row;

static int append(text_list *list, const char *text) {
  const char **items = realloc(list->items, ((size_t)list->count + 1) * sizeof *items);
  if (!items)
    return complain(EXIT_FAILURE, "out of memory");
  list->items = items;
  items[list->count++] = text;
  return 0;
}

static int parse_number(const char *name, const char *text, int64_t *value) {
  char *end;
  errno = 0;
  long long number = strtoll(text, &end, 10);
  if (errno || end == text || *end || number < 1 || number > 1000000000)
    return complain(EXIT_USAGE, "--%s: expected a positive number but got '%s'", name, text);
  *value = number;
  return 0;
}

static int store(const option_row *row, const char *value) {
  switch (row->kind) {
  case FLAG:
    *(bool *)row->at = true;
    return 0;
  case NUMBER:
    return parse_number(row->name, value, row->at);
  case LIST:
    return append(row->at, value);
  case OPTIONAL:
    *row->present = true;
    *(const char **)row->at = value;
    return 0;
  case TEXT:
    *(const char **)row->at = value;
    return 0;
  }
  return 0;
}

static const option_row *find_row(const option_row *rows, const char *name, size_t length) {
  for (; rows->name; ++rows)
    if (strlen(rows->name) == length && !memcmp(rows->name, name, length))
      return rows;
  return NULL;
}

/* Handles argv[*i], and argv[*i + 1] where that is its value. */
static int parse_one(const option_row *rows, int argc, char **argv, int *i) {
  const char *argument = argv[*i];
  if (strncmp(argument, "--", 2))
    return complain(EXIT_USAGE, "unexpected argument '%s'; inputs are given as --input NAME=FILE", argument);
  const char *equals = strchr(argument, '=');
  size_t length = equals ? (size_t)(equals - argument) - 2 : strlen(argument) - 2;
  const option_row *row = find_row(rows, argument + 2, length);
  if (!row)
    return complain(EXIT_USAGE, "unknown option '%.*s'; --help lists the options", (int)length + 2, argument);
  if (row->kind == FLAG)
    return equals ? complain(EXIT_USAGE, "--%s takes no value", row->name) : store(row, NULL);
  if (equals)
    return store(row, equals + 1);
  bool more = *i + 1 < argc && (row->kind != OPTIONAL || argv[*i + 1][0] != '-');
  if (!more && row->kind != OPTIONAL)
    return complain(EXIT_USAGE, "--%s needs a value", row->name);
  return store(row, more ? argv[++*i] : NULL);
}

static int check_combination(const command_line *options) {
  if (options->limits && !options->profile)
    return complain(EXIT_USAGE, "--limits goes with --profile only");
  if (options->bench)
    return options->outputs.count ? complain(EXIT_USAGE, "--output does not go with --bench") : 0;
  if (options->json && !options->profile)
    return complain(EXIT_USAGE, "--json goes with --bench and --profile only");
  const char *stray = options->runs ? "runs" : options->shapes.count ? "shape" : NULL;
  return stray ? complain(EXIT_USAGE, "--%s goes with --bench only", stray) : 0;
}

int parse_command_line(int argc, char **argv, command_line *options) {
  *options = (command_line){0};
  const option_row rows[] = {
      {"help", FLAG, &options->help, NULL},
      {"input", LIST, &options->inputs, NULL},
      {"output", LIST, &options->outputs, NULL},
      {"bench", FLAG, &options->bench, NULL},
      {"runs", NUMBER, &options->runs, NULL},
      {"threads", NUMBER, &options->threads, NULL},
      {"json", FLAG, &options->json, NULL},
      {"shape", LIST, &options->shapes, NULL},
      {"profile", OPTIONAL, &options->trace, &options->profile},
      {"limits", TEXT, &options->limits, NULL},
      {"weights", TEXT, &options->weights, NULL},
      {NULL, FLAG, NULL, NULL},
  };
  for (int i = 1; i < argc; ++i) {
    if (!strcmp(argv[i], "-h")) {
      options->help = true;
      continue;
    }
    int status = parse_one(rows, argc, argv, &i);
    if (status)
      return status;
  }
  return options->help ? 0 : check_combination(options);
}

void free_command_line(command_line *options) {
  free(options->inputs.items);
  free(options->outputs.items);
  free(options->shapes.items);
}

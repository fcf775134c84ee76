/*===-- report.c - the profile of a run -------------------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "error.h"
#include "file.h"
#include "steps.h"

#include <stdarg.h>
#include <stdlib.h>

static const ingot_kernel_totals *sorted_totals;

static int by_time(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  uint64_t timeX = sorted_totals[x].nanoseconds, timeY = sorted_totals[y].nanoseconds;
  return timeX != timeY ? (timeX < timeY ? 1 : -1) : (x > y) - (x < y);
}

/* On stderr where stdout carries the benchmark's JSON. */
static int print_table(FILE *to, const ingot_kernel_totals *totals) {
  const ingot_model *model = &ingot_main_model;
  int32_t *order = calloc((size_t)model->num_kernels + 1, sizeof *order);
  if (!order)
    return complain(EXIT_FAILURE, "out of memory");
  uint64_t all = 0, calls = 0;
  for (int32_t i = 0; i < model->num_kernels; ++i) {
    order[i] = i;
    all += totals[i].nanoseconds;
    calls += totals[i].calls;
  }
  sorted_totals = totals;
  qsort(order, (size_t)model->num_kernels, sizeof *order, by_time);
  fprintf(to, "%10s %14s %6s  kernel\n", "calls", "total us", "%");
  for (int32_t i = 0; i < model->num_kernels; ++i) {
    const ingot_kernel_totals *row = &totals[order[i]];
    if (row->calls)
      fprintf(to, "%10llu %14.3f %6.2f  %s\n", (unsigned long long)row->calls, (double)row->nanoseconds / 1e3,
              all ? 100.0 * (double)row->nanoseconds / (double)all : 0.0, model->kernel_names[order[i]]);
  }
  fprintf(to, "%10llu %14.3f %6.2f  all kernels\n", (unsigned long long)calls, (double)all / 1e3, 100.0);
  free(order);
  return 0;
}

/* ---- Chrome's trace format ---- */

static void put(ingot_file *file, const char *format, ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  int n = vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  ingot_file_write(file, text, (uint64_t)n < sizeof text ? (uint64_t)n : sizeof text - 1);
}

static void put_string(ingot_file *file, const char *text) {
  put(file, "\"");
  for (; *text; ++text)
    put(file,
        *text == '"' || *text == '\\' ? "\\%c"
        : (unsigned char)*text < 0x20 ? "\\u%04x"
                                      : "%c",
        (unsigned char)*text);
  put(file, "\"");
}

static int write_trace(const char *path, const ingot_session *session) {
  ingot_file file;
  uint64_t count;
  const ingot_kernel_event *events = ingot_session_events(session, &count);
  if (ingot_file_create(path, &file) != INGOT_OK) {
    ingot_error_in(INGOT_FAILED, path);
    return complain_last();
  }
  put(&file, "{\"traceEvents\":[");
  for (uint64_t i = 0; i < count; ++i) {
    put(&file, "%s\n{\"name\":", i ? "," : "");
    put_string(&file, ingot_main_model.kernel_names[events[i].kernel]);
    put(&file, ",\"ph\":\"X\",\"pid\":1,\"tid\":1,\"ts\":%.3f,\"dur\":%.3f}",
        (double)(events[i].begin - events[0].begin) / 1e3, (double)(events[i].end - events[i].begin) / 1e3);
  }
  put(&file, "\n]}\n");
  if (ingot_file_commit(&file) == INGOT_OK)
    return 0;
  ingot_error_in(INGOT_FAILED, path);
  return complain_last();
}

int report_profile(const command_line *options, const ingot_session *session) {
  const ingot_kernel_totals *totals = ingot_session_totals(session);
  uint64_t calls = 0;
  for (int32_t i = 0; i < ingot_main_model.num_kernels; ++i)
    calls += totals[i].calls;
  if (!calls)
    return complain(EXIT_FAILURE, "no kernel was timed: this model was compiled without profiling hooks");
  int status = print_table(options->json ? stderr : stdout, totals);
  return status || !options->trace ? status : write_trace(options->trace, session);
}

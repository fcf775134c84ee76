/*===-- report.c - the profile of a run -------------------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "error.h"
#include "json.h"
#include "steps.h"

#include <stdlib.h>

/* ---- Figures ---- */

/* What a kernel took, and the least that the processor would need for it. */
typedef struct row {
  const char *name;
  uint64_t calls;
  double seconds, flops, bytes, least;
} row;

/* The nearer of two limits: all multiply-adds at their peak, or all memory once. */
static double least_seconds(const ingot_kernel_totals *totals, const machine_limits *limits) {
  double compute = limits->gflops > 0 ? (double)totals->flops / limits->gflops * 1e-9 : 0;
  double each = totals->calls ? (double)totals->bytes / (double)totals->calls : 0;
  int size = 0;
  while (size < NUM_SIZES - 1 && limits->bytes[size] < each)
    ++size;
  double memory = limits->gbs[size] > 0 ? (double)totals->bytes / limits->gbs[size] * 1e-9 : 0;
  return compute > memory ? compute : memory;
}

static int by_time(const void *a, const void *b) {
  const row *x = a, *y = b;
  return x->seconds != y->seconds ? (x->seconds < y->seconds ? 1 : -1) : strcmp(x->name, y->name);
}

/* One row each kernel that ran, the longest first, and one for all of them behind. Returns how many kernels ran. */
static int32_t make_rows(const ingot_kernel_totals *totals, const machine_limits *limits, row *rows) {
  int32_t count = 0;
  row all = {.name = "all kernels"};
  for (int32_t i = 0; i < ingot_main_model.num_kernels; ++i) {
    const ingot_kernel_totals *kernel = &totals[i];
    if (!kernel->calls)
      continue;
    row one = {ingot_main_model.kernel_names[i], kernel->calls,         (double)kernel->nanoseconds * 1e-9,
               (double)kernel->flops,            (double)kernel->bytes, least_seconds(kernel, limits)};
    rows[count++] = one;
    all.calls += one.calls;
    all.seconds += one.seconds;
    all.flops += one.flops;
    all.bytes += one.bytes;
    all.least += one.least;
  }
  qsort(rows, (size_t)count, sizeof *rows, by_time);
  rows[count] = all;
  return count;
}

static double rate(double amount, double seconds) { return seconds > 0 ? amount / seconds : 0; }

/* ---- A table ---- */

/* Nothing is known where there is nothing. */
static void print_figure(double value, int width, int digits) {
  if (value > 0)
    printf(" %*.*f", width, digits, value);
  else
    printf(" %*s", width, "-");
}

static void print_table(const row *rows, int32_t count, const machine_limits *limits, int32_t threads) {
  printf("%9s %13s %6s %8s %8s %7s  kernel: nodes\n", "calls", "total us", "%", "GFLOP/s", "GB/s", "limit %");
  for (int32_t i = 0; i <= count; ++i) {
    const row *one = &rows[i];
    printf("%9llu %13.3f %6.2f", (unsigned long long)one->calls, one->seconds * 1e6,
           100 * rate(one->seconds, rows[count].seconds));
    print_figure(rate(one->flops, one->seconds) * 1e-9, 8, 1);
    print_figure(rate(one->bytes, one->seconds) * 1e-9, 8, 1);
    print_figure(100 * rate(one->least, one->seconds), 7, 1);
    printf("  %s\n", one->name);
  }
  printf("limit: %.1f GFLOP/s", limits->gflops);
  for (int size = 0; size < NUM_SIZES; ++size)
    if (limits->bytes[size] > 0)
      printf("%s %.0f GB/s up to %.1f MiB", size ? "," : " of f32;", limits->gbs[size],
             limits->bytes[size] / (1 << 20));
  if (limits->bytes[0] <= 0)
    printf(" of f32, %.1f GB/s", limits->gbs[NUM_SIZES - 1]);
  printf(" (threads: %d)\n", threads);
}

/* ---- JSON ---- */

/* Names are "kernel: nodes". */
static void print_json(const row *rows, int32_t count, const machine_limits *limits, int32_t threads) {
  printf("\"profile\":{\"threads\":%d,\"peak_gflops\":%.2f,\"peak_gbs\":{", threads, limits->gflops);
  for (int size = 0; size < NUM_SIZES; ++size)
    if (limits->gbs[size] > 0)
      printf("%s\"%.0f\":%.2f", size && limits->gbs[size - 1] > 0 ? "," : "", limits->bytes[size], limits->gbs[size]);
  printf("},\"kernels\":[");
  for (int32_t i = 0; i < count; ++i) {
    const row *one = &rows[i];
    const char *colon = strstr(one->name, ": ");
    size_t length = colon ? (size_t)(colon - one->name) : strlen(one->name);
    printf("%s\n{\"kernel\":", i ? "," : "");
    json_put_string(NULL, one->name, length);
    printf(",\"nodes\":");
    json_put_string(NULL, colon ? colon + 2 : "", colon ? strlen(colon + 2) : 0);
    printf(",\"calls\":%llu,\"total_us\":%.3f,\"share\":%.5f,\"flops\":%.0f,\"bytes\":%.0f,"
           "\"gflops\":%.3f,\"gbs\":%.3f,\"limit\":%.5f}",
           (unsigned long long)one->calls, one->seconds * 1e6, rate(one->seconds, rows[count].seconds), one->flops,
           one->bytes, rate(one->flops, one->seconds) * 1e-9, rate(one->bytes, one->seconds) * 1e-9,
           rate(one->least, one->seconds));
  }
  printf("\n]}}\n");
}

/* Chrome's trace format. */
static int write_trace(const char *path, const ingot_session *session) {
  ingot_file file;
  uint64_t count;
  const ingot_kernel_event *events = ingot_session_events(session, &count);
  if (ingot_file_create(path, &file) != INGOT_OK) {
    ingot_error_in(INGOT_FAILED, path);
    return complain_last();
  }
  json_put(&file, "{\"traceEvents\":[");
  for (uint64_t i = 0; i < count; ++i) {
    const ingot_kernel_event *event = &events[i];
    const char *name = ingot_main_model.kernel_names[event->kernel];
    double nanoseconds = (double)(event->end - event->begin);
    json_put(&file, "%s\n{\"name\":", i ? "," : "");
    json_put_string(&file, name, strlen(name));
    json_put(&file, ",\"ph\":\"X\",\"pid\":1,\"tid\":1,\"ts\":%.3f,\"dur\":%.3f,",
             (double)(event->begin - events[0].begin) / 1e3, nanoseconds / 1e3);
    json_put(&file, "\"args\":{\"gflops\":%.3f,\"gbs\":%.3f}}", rate((double)event->flops, nanoseconds),
             rate((double)event->bytes, nanoseconds));
  }
  json_put(&file, "\n]}\n");
  if (ingot_file_commit(&file) == INGOT_OK)
    return 0;
  ingot_error_in(INGOT_FAILED, path);
  return complain_last();
}

/* ---- All of it ---- */

/* "GFLOP/s,GB/s" for memory of any size. */
static int parse_limits(const char *text, machine_limits *limits) {
  char *comma, *end;
  *limits = (machine_limits){0};
  limits->gflops = strtod(text, &comma);
  double *gbs = &limits->gbs[NUM_SIZES - 1];
  *gbs = *comma == ',' ? strtod(comma + 1, &end) : 0;
  if (comma == text || *comma != ',' || end == comma + 1 || *end || !(limits->gflops > 0) || !(*gbs > 0))
    return complain(EXIT_USAGE, "--limits: expected GFLOP/s,GB/s but got '%s'", text);
  return 0;
}

int check_profile(const command_line *options) {
  machine_limits limits;
  if (ingot_main_model.num_kernels == 0)
    return complain(EXIT_FAILURE, "this model was compiled without profiling hooks: compile it with --profile");
  return options->limits ? parse_limits(options->limits, &limits) : 0;
}

int report_profile(const command_line *options, const ingot_session *session) {
  const ingot_kernel_totals *totals = ingot_session_totals(session);
  int32_t threads = ingot_session_threads(session);
  machine_limits limits;
  if (options->limits)
    parse_limits(options->limits, &limits);
  else
    probe_limits(threads, &limits);
  row *rows = calloc((size_t)ingot_main_model.num_kernels + 1, sizeof *rows);
  if (!rows)
    return complain(EXIT_FAILURE, "out of memory");
  int32_t count = make_rows(totals, &limits, rows);
  if (options->json) {
    printf(options->bench ? "," : "{");
    print_json(rows, count, &limits, threads);
  } else {
    print_table(rows, count, &limits, threads);
  }
  free(rows);
  return options->trace ? write_trace(options->trace, session) : 0;
}

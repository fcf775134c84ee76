/*===-- bench.c - measures the latency of a model ---------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "steps.h"

#include <stdlib.h>
#include <time.h>

enum { WARM_UPS = 3, MIN_RUNS = 10, MAX_RUNS = 1000 };
static const double warm_up_seconds = 0.1, measured_seconds = 2.0;

static double read_clock(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static double now(void) { return read_clock(CLOCK_MONOTONIC); }

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The smallest measured value that at least `percent` of all do not exceed. */
static double percentile(const double *sorted, int64_t count, int percent) {
  int64_t rank = (count * percent + 99) / 100;
  return sorted[rank > 0 ? rank - 1 : 0];
}

/* Runs until caches, pages and clock are warm. Returns the seconds of the fastest run, below 0 on an error. */
static double warm_up(ingot_session *session, const ingot_tensor *inputs, ingot_tensor *outputs) {
  double begin = now(), best = -1;
  for (int i = 0; i < WARM_UPS || now() - begin < warm_up_seconds; ++i) {
    double before = now();
    if (ingot_session_run(session, inputs, outputs) != INGOT_OK)
      return -1;
    double seconds = now() - before;
    best = best < 0 || seconds < best ? seconds : best;
  }
  return best;
}

static int64_t choose_runs(double seconds) {
  double fit = measured_seconds / (seconds > 1e-9 ? seconds : 1e-9);
  return fit < MIN_RUNS ? MIN_RUNS : fit > MAX_RUNS ? MAX_RUNS : (int64_t)fit;
}

/* `processor` is the time that all threads worked in a run, on average: other programs disturb it less. */
static void print_times(const double *sorted, int64_t runs, double processor, int32_t threads, bool json) {
  double median = runs % 2 ? sorted[runs / 2] : (sorted[runs / 2 - 1] + sorted[runs / 2]) / 2;
  printf(json ? "{\"median_us\":%.3f,\"p90_us\":%.3f,\"p99_us\":%.3f,\"runs\":%lld,\"threads\":%d,\"cpu_us\":%.3f"
              : "median %.3f us, p90 %.3f us, p99 %.3f us (%lld runs, threads: %d)\n",
         median * 1e6, percentile(sorted, runs, 90) * 1e6, percentile(sorted, runs, 99) * 1e6, (long long)runs,
         threads, processor * 1e6);
}

int run_bench(const command_line *options, ingot_session *session, const ingot_tensor *inputs, ingot_tensor *outputs) {
  double fastest = warm_up(session, inputs, outputs);
  if (fastest < 0)
    return complain_last();
  ingot_session_reset_profile(session);
  int64_t runs = options->runs ? options->runs : choose_runs(fastest);
  double *seconds = calloc((size_t)runs, sizeof *seconds);
  if (!seconds)
    return complain(EXIT_FAILURE, "out of memory");
  int status = 0;
  double processor = read_clock(CLOCK_PROCESS_CPUTIME_ID);
  for (int64_t i = 0; i < runs && !status; ++i) {
    double before = now();
    if (ingot_session_run(session, inputs, outputs) != INGOT_OK)
      status = complain_last();
    seconds[i] = now() - before;
  }
  processor = (read_clock(CLOCK_PROCESS_CPUTIME_ID) - processor) / (double)runs;
  if (!status) {
    qsort(seconds, (size_t)runs, sizeof *seconds, by_value);
    print_times(seconds, runs, processor, ingot_session_threads(session), options->json);
    if (options->json && !options->profile) /* which would be another member */
      printf("}\n");
  }
  free(seconds);
  return status;
}

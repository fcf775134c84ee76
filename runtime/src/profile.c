/*===-- profile.c - time spent in each kernel -------------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "context.h"
#include "error.h"

#include <stdlib.h>
#include <time.h>

struct ingot_profile {
  ingot_kernel_totals *totals;
  uint64_t *begins; /* of each kernel's current call */
  bool with_events;
  ingot_kernel_event *events;
  uint64_t count, capacity;
};

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

ingot_status ingot_profile_create(ingot_context *context, int32_t profiling) {
  if (profiling == INGOT_PROFILE_OFF)
    return INGOT_OK;
  size_t count = context->model->num_kernels > 0 ? (size_t)context->model->num_kernels : 1;
  ingot_profile *profile = context->profile = calloc(1, sizeof *profile);
  if (!profile)
    return ingot_error(INGOT_FAILED, "out of memory");
  profile->with_events = profiling == INGOT_PROFILE_EVENTS;
  profile->totals = calloc(count, sizeof *profile->totals);
  profile->begins = calloc(count, sizeof *profile->begins);
  return profile->totals && profile->begins ? INGOT_OK : ingot_error(INGOT_FAILED, "out of memory");
}

void ingot_profile_destroy(ingot_context *context) {
  ingot_profile *profile = context->profile;
  if (!profile)
    return;
  free(profile->totals);
  free(profile->begins);
  free(profile->events);
  free(profile);
}

/* An event there is no memory for is dropped: a profile must not fail the run. */
static void record(ingot_profile *profile, ingot_kernel_event event) {
  if (profile->count == profile->capacity) {
    uint64_t capacity = profile->capacity ? 2 * profile->capacity : 1024;
    ingot_kernel_event *events = realloc(profile->events, capacity * sizeof *events);
    if (!events)
      return;
    profile->events = events;
    profile->capacity = capacity;
  }
  profile->events[profile->count++] = event;
}

void ingot_rt_kernel_begin(ingot_context *context, int32_t kernel) {
  if (context->profile)
    context->profile->begins[kernel] = now();
}

void ingot_rt_kernel_end(ingot_context *context, int32_t kernel, int64_t flops, int64_t bytes) {
  ingot_profile *profile = context->profile;
  if (!profile)
    return;
  ingot_kernel_event event = {kernel, profile->begins[kernel], now(), (uint64_t)flops, (uint64_t)bytes};
  ingot_kernel_totals *totals = &profile->totals[kernel];
  totals->calls += 1;
  totals->nanoseconds += event.end - event.begin;
  totals->flops += event.flops;
  totals->bytes += event.bytes;
  if (profile->with_events)
    record(profile, event);
}

const ingot_kernel_totals *ingot_profile_totals(const ingot_context *context) {
  return context->profile ? context->profile->totals : NULL;
}

const ingot_kernel_event *ingot_profile_events(const ingot_context *context, uint64_t *count) {
  *count = context->profile ? context->profile->count : 0;
  return *count ? context->profile->events : NULL;
}

void ingot_profile_reset(ingot_context *context) {
  ingot_profile *profile = context->profile;
  if (!profile)
    return;
  for (int32_t i = 0; i < context->model->num_kernels; ++i)
    profile->totals[i] = (ingot_kernel_totals){0};
  profile->count = 0;
}

/*===-- plan_cache.c - plans evaluated at run time, remembered by their sizes ===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "context.h"
#include "plan.h"

#include <stdlib.h>
#include <string.h>

/* Shapes tend to come back (a handful of batch sizes, sequence lengths), and planning costs more than a small model's
 * run. Few entries are enough, and keep a model fed with ever new shapes from hoarding. */
enum { ENTRIES_PER_PLAN = 8 };

struct ingot_plan_entry {
  ingot_plan_entry *next;
  int32_t plan;
  int64_t n;
  uint64_t total;
  int64_t values[]; /* n sizes, then n offsets */
};

/* Finds the entry and moves it to the front; or NULL. */
static ingot_plan_entry *look_up(ingot_plan_cache *cache, int32_t plan, int64_t n, const int64_t *sizes) {
  for (ingot_plan_entry **link = &cache->entries; *link; link = &(*link)->next) {
    ingot_plan_entry *entry = *link;
    if (entry->plan != plan || entry->n != n || memcmp(entry->values, sizes, (size_t)n * sizeof *sizes))
      continue;
    *link = entry->next;
    entry->next = cache->entries;
    cache->entries = entry;
    return entry;
  }
  return NULL;
}

static void drop_oldest(ingot_plan_cache *cache, int32_t plan) {
  int count = 0;
  ingot_plan_entry **oldest = NULL;
  for (ingot_plan_entry **link = &cache->entries; *link; link = &(*link)->next)
    if ((*link)->plan == plan) {
      ++count;
      oldest = link;
    }
  if (count <= ENTRIES_PER_PLAN)
    return;
  ingot_plan_entry *entry = *oldest;
  *oldest = entry->next;
  free(entry);
}

/* A cache without memory for the entry simply does not remember it. */
static void remember(ingot_plan_cache *cache, int32_t plan, int64_t n, const int64_t *sizes, const int64_t *offsets,
                     uint64_t total) {
  size_t bytes = (size_t)n * sizeof *sizes;
  ingot_plan_entry *entry = malloc(sizeof *entry + 2 * bytes);
  if (!entry)
    return;
  *entry = (ingot_plan_entry){cache->entries, plan, n, total};
  memcpy(entry->values, sizes, bytes);
  memcpy(entry->values + n, offsets, bytes);
  cache->entries = entry;
  drop_oldest(cache, plan);
}

uint64_t ingot_rt_plan(ingot_context *context, int32_t plan, int64_t n, const int64_t *sizes, const int32_t *first,
                       const int32_t *last, int64_t *offsets) {
  if (n == 0)
    return 0;
  ingot_plan_entry *entry = look_up(&context->plans, plan, n, sizes);
  if (entry) {
    memcpy(offsets, entry->values + n, (size_t)n * sizeof *offsets);
    return entry->total;
  }
  uint64_t total = ingot_plan_offsets(n, sizes, first, last, offsets);
  if (total == INGOT_PLAN_FAILED)
    ingot_rt_fail(context, "cannot plan memory for these shapes: too large, or a size is negative", 0, 0);
  remember(&context->plans, plan, n, sizes, offsets, total);
  return total;
}

void ingot_plan_cache_destroy(ingot_context *context) {
  for (ingot_plan_entry *entry = context->plans.entries, *next; entry; entry = next) {
    next = entry->next;
    free(entry);
  }
}

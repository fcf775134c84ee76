/*===-- plan.c - places buffers with known lifetimes in one arena ---------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "plan.h"

#include "ingot_abi.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Greedy placement: take the buffers in some order, put each into the smallest gap that fits among those already
 * placed that are live at the same time, else on top of them. By size, largest first, is the best single order known;
 * the others are tried only when it misses the lower bound. */

typedef struct item {
  int64_t index;
  uint64_t size; /* rounded up to INGOT_ALIGNMENT */
  int32_t first, last;
  uint64_t offset;
} item;

typedef int (*comparison)(const void *, const void *);

static int compare(uint64_t a, uint64_t b) { return (a > b) - (a < b); }
static uint64_t span(const item *a) { return (uint64_t)((int64_t)a->last - a->first + 1); }

static int by_index(const item *a, const item *b) { return compare((uint64_t)a->index, (uint64_t)b->index); }

static int by_size(const void *a, const void *b) {
  const item *x = a, *y = b;
  int order = compare(y->size, x->size);
  order = order ? order : compare(span(y), span(x));
  return order ? order : by_index(x, y);
}

static int by_area(const void *a, const void *b) {
  const item *x = a, *y = b;
  double areaX = (double)x->size * (double)span(x), areaY = (double)y->size * (double)span(y);
  int order = (areaY > areaX) - (areaY < areaX);
  return order ? order : by_size(a, b);
}

static int by_span(const void *a, const void *b) {
  const item *x = a, *y = b;
  int order = compare(span(y), span(x));
  return order ? order : by_size(a, b);
}

static int by_first(const void *a, const void *b) {
  const item *x = a, *y = b;
  int order = (x->first > y->first) - (x->first < y->first);
  return order ? order : by_size(a, b);
}

/* A buffer's begin or end, for the lower bound. */
typedef struct event {
  int64_t step;
  int64_t change;
} event;

static int by_step(const void *a, const void *b) {
  const event *x = a, *y = b;
  if (x->step != y->step)
    return x->step < y->step ? -1 : 1;
  return (x->change > y->change) - (x->change < y->change); /* ends before begins */
}

/* Fills items with the buffers of nonzero size. False where the arguments make no sense. */
static bool make_items(int64_t n, const int64_t *sizes, const int32_t *first, const int32_t *last, item *items,
                       int64_t *count) {
  uint64_t total = 0;
  *count = 0;
  for (int64_t i = 0; i < n; ++i) {
    if (sizes[i] < 0 || sizes[i] > INT64_MAX - INGOT_ALIGNMENT || last[i] < first[i])
      return false;
    uint64_t size = ((uint64_t)sizes[i] + INGOT_ALIGNMENT - 1) & ~(uint64_t)(INGOT_ALIGNMENT - 1);
    total += size;
    if (total > INT64_MAX)
      return false;
    if (size)
      items[(*count)++] = (item){i, size, first[i], last[i], 0};
  }
  return true;
}

static uint64_t lower_bound(int64_t count, const item *items, event *events) {
  for (int64_t i = 0; i < count; ++i) {
    events[2 * i] = (event){items[i].first, (int64_t)items[i].size};
    events[2 * i + 1] = (event){(int64_t)items[i].last + 1, -(int64_t)items[i].size};
  }
  qsort(events, (size_t)count * 2, sizeof *events, by_step);
  int64_t live = 0, most = 0;
  for (int64_t i = 0; i < 2 * count; ++i) {
    live += events[i].change;
    most = live > most ? live : most;
  }
  return (uint64_t)most;
}

static bool overlaps(const item *a, const item *b) { return a->first <= b->last && b->first <= a->last; }

/* The offset for `next` among `placed`, which are in the order of their offsets. */
static uint64_t find_gap(const item *next, int64_t count, const item *const *placed, bool bestFit) {
  uint64_t top = 0, best = UINT64_MAX, bestSize = UINT64_MAX;
  for (int64_t i = 0; i < count; ++i) {
    const item *other = placed[i];
    if (!overlaps(next, other))
      continue;
    if (other->offset > top) {
      uint64_t gap = other->offset - top;
      if (gap >= next->size && gap < bestSize) {
        if (!bestFit)
          return top;
        best = top;
        bestSize = gap;
      }
    }
    uint64_t end = other->offset + other->size;
    top = end > top ? end : top;
  }
  return best != UINT64_MAX ? best : top;
}

static void insert(const item *next, int64_t count, const item **placed) {
  int64_t low = 0, high = count;
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (placed[middle]->offset <= next->offset)
      low = middle + 1;
    else
      high = middle;
  }
  memmove(placed + low + 1, placed + low, (size_t)(count - low) * sizeof *placed);
  placed[low] = next;
}

static uint64_t place(int64_t count, item *items, const item **placed, comparison order, bool bestFit) {
  uint64_t total = 0;
  qsort(items, (size_t)count, sizeof *items, order);
  for (int64_t i = 0; i < count; ++i) {
    items[i].offset = find_gap(&items[i], i, placed, bestFit);
    insert(&items[i], i, placed);
    uint64_t end = items[i].offset + items[i].size;
    total = end > total ? end : total;
  }
  return total;
}

/* Tries the orders until one comes within 3 % of the bound, and keeps the offsets of the best. */
static uint64_t place_best(int64_t count, item *items, const item **placed, uint64_t bound, int64_t *offsets) {
  static const comparison orders[] = {by_size, by_area, by_span, by_first};
  uint64_t best = UINT64_MAX;
  for (int variant = 0; variant < 8 && best - bound / 32 > bound; ++variant) {
    uint64_t total = place(count, items, placed, orders[variant / 2], variant % 2 == 0);
    if (total >= best)
      continue;
    best = total;
    for (int64_t i = 0; i < count; ++i)
      offsets[items[i].index] = (int64_t)items[i].offset;
  }
  return best;
}

/* One block of scratch memory: items, then events that share their place with the list of placed items. */
static item *allocate_scratch(int64_t n, event **events) {
  if (n < 0 || n > INT64_MAX / 256)
    return NULL;
  size_t items = (size_t)n * sizeof(item);
  char *scratch = malloc(items + (size_t)n * 2 * sizeof(event) + 1);
  *events = (event *)(scratch + items);
  return (item *)scratch;
}

uint64_t ingot_plan_offsets(int64_t n, const int64_t *sizes, const int32_t *first, const int32_t *last,
                            int64_t *offsets) {
  event *events;
  int64_t count;
  item *items = allocate_scratch(n, &events);
  uint64_t total = INGOT_PLAN_FAILED;
  if (items && make_items(n, sizes, first, last, items, &count)) {
    for (int64_t i = 0; i < n; ++i)
      offsets[i] = 0;
    uint64_t bound = lower_bound(count, items, events);
    total = count ? place_best(count, items, (const item **)events, bound, offsets) : 0;
  }
  free(items);
  return total;
}

uint64_t ingot_plan_bound(int64_t n, const int64_t *sizes, const int32_t *first, const int32_t *last) {
  event *events;
  int64_t count;
  item *items = allocate_scratch(n, &events);
  uint64_t bound = INGOT_PLAN_FAILED;
  if (items && make_items(n, sizes, first, last, items, &count))
    bound = lower_bound(count, items, events);
  free(items);
  return bound;
}

/*===-- plan.c - places buffers with known lifetimes in one arena -----------===
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
 * the others are tried only where it ends more than 3 % above the lower bound.
 *
 * Then once more, in no more memory or a little: a buffer gets its middle to where a larger one has it that is not live
 * at the same time, if there is room. Threads share a buffer in the order of its elements: what of it a thread writes
 * had better lie where the thread wrote before. A line that another core holds comes at a fifth of the second cache's
 * speed, to be written as well. */

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

/* Half of a buffer, as far as its place allows. */
static uint64_t half(const item *a) { return a->size / 2 & ~(uint64_t)(INGOT_ALIGNMENT - 1); }

static bool is_free(const item *next, uint64_t offset, int64_t count, const item *items) {
  for (int64_t i = 0; i < count; ++i)
    if (overlaps(next, &items[i]) && items[i].offset < offset + next->size && offset < items[i].offset + items[i].size)
      return false;
  return true;
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

static uint64_t end_of(int64_t count, const item *items) {
  uint64_t total = 0;
  for (int64_t i = 0; i < count; ++i) {
    uint64_t end = items[i].offset + items[i].size;
    total = end > total ? end : total;
  }
  return total;
}

/* Places the items in their present order; returns where the last one ends. */
static uint64_t place(int64_t count, item *items, const item **placed, bool bestFit) {
  for (int64_t i = 0; i < count; ++i) {
    items[i].offset = find_gap(&items[i], i, placed, bestFit);
    insert(&items[i], i, placed);
  }
  return end_of(count, items);
}

/* The same in at most `most` bytes, with middles at one place where that goes. False if it does not fit. */
static bool place_middles(int64_t count, item *items, const item **placed, uint64_t most) {
  enum { MIDDLES = 16 };
  uint64_t middles[MIDDLES]; /* of those that found none to share, which are the largest in most orders */
  int known = 0;
  for (int64_t i = 0; i < count; ++i) {
    item *next = &items[i];
    int k = 0;
    while (k < known && !(middles[k] >= half(next) && is_free(next, middles[k] - half(next), i, items)))
      ++k;
    next->offset = k < known ? middles[k] - half(next) : find_gap(next, i, placed, true);
    if (next->offset > most || next->size > most - next->offset)
      return false;
    if (k == known && known < MIDDLES)
      middles[known++] = next->offset + half(next);
    insert(next, i, placed);
  }
  return true;
}

typedef struct search {
  int64_t count;
  item *items;
  const item **placed;
  uint64_t bound;
  uint64_t best;
  int64_t *offsets; /* of the best */
} search;

/* Whether the best is so near the bound that looking further is not worth the time. */
static bool within(const search *s, uint64_t percent) { return s->best <= s->bound + s->bound / 100 * percent; }

static void keep(search *s, uint64_t total) {
  s->best = total;
  for (int64_t i = 0; i < s->count; ++i)
    s->offsets[s->items[i].index] = (int64_t)s->items[i].offset;
}

static void try_order(search *s, bool bestFit) {
  uint64_t total = place(s->count, s->items, s->placed, bestFit);
  if (total < s->best)
    keep(s, total);
}

/* Moves the item that ends highest to the front: it suffered from those before it. */
static void promote_highest(search *s) {
  int64_t highest = 0;
  for (int64_t i = 1; i < s->count; ++i)
    if (s->items[i].offset + s->items[i].size > s->items[highest].offset + s->items[highest].size)
      highest = i;
  item moved = s->items[highest];
  memmove(s->items + 1, s->items, (size_t)highest * sizeof moved);
  s->items[0] = moved;
}

static const comparison orders[] = {by_size, by_area, by_span, by_first};
enum { ORDERS = sizeof orders / sizeof orders[0], MOST_WORK = 1 << 20 };

static void find_best(search *s) {
  enum { PROMOTIONS = 24 };
  for (int i = 0; i < 2 * ORDERS && !within(s, 3); ++i) {
    qsort(s->items, (size_t)s->count, sizeof *s->items, orders[i / 2]);
    try_order(s, i % 2 == 0);
  }
  /* What is left is rare, and worth some repair where that is cheap: placing takes count squared steps. */
  if (s->count * s->count > MOST_WORK)
    return;
  for (int i = 0; i < ORDERS && !within(s, 10); ++i) {
    qsort(s->items, (size_t)s->count, sizeof *s->items, orders[i]);
    place(s->count, s->items, s->placed, true);
    for (int k = 0; k < PROMOTIONS && !within(s, 10); ++k) {
      promote_highest(s);
      try_order(s, true);
    }
  }
}

/* The first order that fits, in as little more memory as one does. */
static void align_middles(search *s) {
  enum { STEPS = 3 }; /* of a sixteenth more memory each */
  if (s->count * s->count > MOST_WORK)
    return;
  for (int i = 0; i < STEPS * ORDERS; ++i) {
    qsort(s->items, (size_t)s->count, sizeof *s->items, orders[i % ORDERS]);
    if (place_middles(s->count, s->items, s->placed, s->best + s->best / 16 * (uint64_t)(i / ORDERS)))
      return keep(s, end_of(s->count, s->items));
  }
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
    search s = {count, items, (const item **)events, bound, UINT64_MAX, offsets};
    if (count) {
      find_best(&s);
      align_middles(&s);
    }
    total = count ? s.best : 0;
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

/*===-- unique.c - unique slices along an axis ------------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "ops/ops.h"
#include "ops/order.h"

/* Slice e of data[outer][extent][inner] is data[:][e][:]. */
typedef struct slices {
  int32_t dtype;
  const void *data;
  int64_t outer, extent, inner;
} slices;

/* Negative, 0 or positive, like the slices' lexicographic order. */
static int compare(const slices *s, int64_t a, int64_t b) {
  for (int64_t o = 0; o < s->outer; ++o)
    for (int64_t i = 0; i < s->inner; ++i) {
      uint64_t x = order_key(s->dtype, s->data, (o * s->extent + a) * s->inner + i);
      uint64_t y = order_key(s->dtype, s->data, (o * s->extent + b) * s->inner + i);
      if (x != y)
        return x < y ? -1 : 1;
    }
  return 0;
}

/* Equal slices in the order of their positions. */
static bool comes_before(const slices *s, int64_t a, int64_t b) {
  int order = compare(s, a, b);
  return order ? order < 0 : a < b;
}

static void sink(const slices *s, int64_t *heap, int64_t count, int64_t at) {
  int64_t moved = heap[at];
  for (int64_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && comes_before(s, heap[child], heap[child + 1]))
      ++child;
    if (!comes_before(s, moved, heap[child]))
      break;
    heap[at] = heap[child];
  }
  heap[at] = moved;
}

static void sort(const slices *s, int64_t *order) {
  int64_t count = s->extent;
  for (int64_t i = 0; i < count; ++i)
    order[i] = i;
  for (int64_t at = count / 2; at-- > 0;)
    sink(s, order, count, at);
  for (int64_t last = count - 1; last > 0; --last) {
    int64_t largest = order[0];
    order[0] = order[last];
    order[last] = largest;
    sink(s, order, last, 0);
  }
}

/* Numbers the groups by their first members' positions instead of by value. `inverse` holds the old numbers. */
static void renumber(int64_t extent, int64_t groups, int64_t *inverse, int64_t *first, int64_t *counts,
                     int64_t *number) {
  int64_t next = 0;
  for (int64_t g = 0; g < groups; ++g)
    number[g] = -1;
  for (int64_t i = 0; i < extent; ++i) {
    int64_t group = inverse[i];
    if (number[group] < 0)
      number[group] = next++;
    inverse[i] = number[group];
  }
  for (int64_t g = 0; g < groups; ++g)
    counts[g] = 0;
  for (int64_t i = extent - 1; i >= 0; --i) {
    first[inverse[i]] = i;
    ++counts[inverse[i]];
  }
}

int64_t ingot_rt_op_unique(int32_t dtype, const void *data, int64_t outer, int64_t extent, int64_t inner,
                           int64_t sorted, int64_t *inverse, int64_t *first, int64_t *counts, int64_t *scratch) {
  slices s = {dtype, data, outer, extent, inner};
  sort(&s, scratch);
  int64_t groups = 0;
  for (int64_t i = 0; i < extent; ++i) {
    if (i == 0 || compare(&s, scratch[i - 1], scratch[i]) != 0) {
      first[groups] = scratch[i];
      counts[groups++] = 0;
    }
    inverse[scratch[i]] = groups - 1;
    ++counts[groups - 1];
  }
  if (!sorted)
    renumber(extent, groups, inverse, first, counts, scratch);
  return groups;
}

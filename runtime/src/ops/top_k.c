/*===-- top_k.c - the k largest or smallest elements along an axis ----------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "ops/ops.h"
#include "ops/order.h"

/* Keys are ordered such that larger ones are wanted more. */
typedef struct entry {
  uint64_t key;
  int64_t index;
} entry;

/* Among equals, the one that comes first is better. */
static inline bool is_better(entry a, entry b) { return a.key != b.key ? a.key > b.key : a.index < b.index; }

/* Restores the heap, whose root is the worst entry, below `at`. */
static void sink(entry *heap, int64_t count, int64_t at) {
  entry moved = heap[at];
  for (int64_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && is_better(heap[child], heap[child + 1]))
      ++child;
    if (!is_better(moved, heap[child]))
      break;
    heap[at] = heap[child];
  }
  heap[at] = moved;
}

/* Fills the heap with the best k of the elements data[0], data[stride], ... */
static void select_best(int32_t dtype, const char *data, int64_t extent, int64_t stride, int64_t k, uint64_t flip,
                        entry *heap) {
  for (int64_t i = 0; i < extent; ++i) {
    entry next = {order_key(dtype, data, i * stride) ^ flip, i};
    if (i < k) {
      heap[i] = next;
      if (i == k - 1)
        for (int64_t at = k / 2; at-- > 0;)
          sink(heap, k, at);
    } else if (next.key > heap[0].key) {
      heap[0] = next;
      sink(heap, k, 0);
    }
  }
}

void ingot_rt_op_top_k(int32_t dtype, const void *input, int64_t outer, int64_t extent, int64_t inner, int64_t k,
                       int64_t largest, void *values, int64_t *indices, void *scratch) {
  if (k <= 0)
    return;
  int64_t bytes = order_element_bytes(dtype);
  entry *heap = scratch;
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t i = 0; i < inner; ++i) {
      const char *data = (const char *)input + (o * extent * inner + i) * bytes;
      select_best(dtype, data, extent, inner, k, largest ? 0 : UINT64_MAX, heap);
      /* The worst one leaves first. */
      for (int64_t place = k - 1; place >= 0; --place) {
        int64_t to = (o * k + place) * inner + i, index = heap[0].index;
        memcpy((char *)values + to * bytes, data + index * inner * bytes, (size_t)bytes);
        indices[to] = index;
        heap[0] = heap[place];
        sink(heap, place, 0);
      }
    }
}

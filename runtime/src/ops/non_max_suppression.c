/*===-- non_max_suppression.c - drops boxes that overlap better ones --------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "ops/ops.h"

#include <math.h>
#include <stdbool.h>

typedef struct corners {
  float y0, x0, y1, x1;
} corners;

/* Boxes are two opposite corners, y before x, or a centre x, y with width and height. */
static corners corners_of(const float *box, bool center_point) {
  if (center_point)
    return (corners){box[1] - box[3] / 2, box[0] - box[2] / 2, box[1] + box[3] / 2, box[0] + box[2] / 2};
  return (corners){fminf(box[0], box[2]), fminf(box[1], box[3]), fmaxf(box[0], box[2]), fmaxf(box[1], box[3])};
}

static float area(corners box) { return (box.y1 - box.y0) * (box.x1 - box.x0); }

static bool overlaps(corners a, corners b, float most) {
  float height = fminf(a.y1, b.y1) - fmaxf(a.y0, b.y0), width = fminf(a.x1, b.x1) - fmaxf(a.x0, b.x0);
  if (!(height > 0 && width > 0))
    return false;
  float both = height * width, either = area(a) + area(b) - both;
  return either > 0 && both / either > most;
}

static bool comes_before(const float *scores, int64_t a, int64_t b) {
  return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
}

static void sink(const float *scores, int64_t *heap, int64_t count, int64_t at) {
  int64_t moved = heap[at];
  for (int64_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && comes_before(scores, heap[child + 1], heap[child]))
      ++child;
    if (!comes_before(scores, heap[child], moved))
      break;
    heap[at] = heap[child];
  }
  heap[at] = moved;
}

/* Boxes of one class, best first, as long as `most` have not been found; a heap gives them out in that order. */
static int64_t select_class(const float *boxes, const float *scores, int64_t count, int64_t most, float overlap,
                            float threshold, bool center_point, int64_t *chosen, int64_t *heap) {
  int64_t waiting = 0, found = 0;
  for (int64_t i = 0; i < count; ++i)
    if (scores[i] > threshold)
      heap[waiting++] = i;
  for (int64_t at = waiting / 2; at-- > 0;)
    sink(scores, heap, waiting, at);
  while (waiting > 0 && found < most) {
    int64_t next = heap[0];
    heap[0] = heap[--waiting];
    sink(scores, heap, waiting, 0);
    corners box = corners_of(boxes + 4 * next, center_point);
    bool keep = true;
    for (int64_t i = 0; i < found && keep; ++i)
      keep = !overlaps(box, corners_of(boxes + 4 * chosen[3 * i + 2], center_point), overlap);
    if (keep)
      chosen[3 * found++ + 2] = next;
  }
  return found;
}

int64_t ingot_rt_op_non_max_suppression(const float *boxes, const float *scores, int64_t batches, int64_t classes,
                                        int64_t count, int64_t most, float overlap, float threshold,
                                        int64_t center_point, int64_t *selected, int64_t *scratch) {
  int64_t total = 0;
  for (int64_t b = 0; b < batches; ++b)
    for (int64_t c = 0; c < classes; ++c) {
      int64_t *chosen = selected + 3 * total;
      int64_t found = select_class(boxes + 4 * b * count, scores + (b * classes + c) * count, count, most, overlap,
                                   threshold, center_point != 0, chosen, scratch);
      for (int64_t i = 0; i < found; ++i) {
        chosen[3 * i] = b;
        chosen[3 * i + 1] = c;
      }
      total += found;
    }
  return total;
}

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

/* The boxes of a class that were chosen, each coordinate on its own: a box is compared with several at a time. */
typedef struct chosen_boxes {
  float *y0, *x0, *y1, *x1, *area;
  int64_t count;
} chosen_boxes;

/* Boxes are two opposite corners, y before x, or a centre x, y with width and height. */
static corners corners_of(const float *box, bool center_point) {
  if (center_point)
    return (corners){box[1] - box[3] / 2, box[0] - box[2] / 2, box[1] + box[3] / 2, box[0] + box[2] / 2};
  return (corners){fminf(box[0], box[2]), fminf(box[1], box[3]), fmaxf(box[0], box[2]), fmaxf(box[1], box[3])};
}

static float area(corners box) { return (box.y1 - box.y0) * (box.x1 - box.x0); }

static void choose(chosen_boxes *chosen, corners box) {
  int64_t i = chosen->count++;
  chosen->y0[i] = box.y0;
  chosen->x0[i] = box.x0;
  chosen->y1[i] = box.y1;
  chosen->x1[i] = box.x1;
  chosen->area[i] = area(box);
}

/* Whether the box overlaps any of those at [begin, end) by more than `most` of what both cover together. */
static bool overlaps_some(const chosen_boxes *chosen, int64_t begin, int64_t end, corners box, float most) {
  float own = area(box);
  int32_t found = 0;
  for (int64_t i = begin; i < end; ++i) {
    float y1 = box.y1 < chosen->y1[i] ? box.y1 : chosen->y1[i], y0 = box.y0 > chosen->y0[i] ? box.y0 : chosen->y0[i];
    float x1 = box.x1 < chosen->x1[i] ? box.x1 : chosen->x1[i], x0 = box.x0 > chosen->x0[i] ? box.x0 : chosen->x0[i];
    float height = y1 - y0, width = x1 - x0, both = height * width, either = own + chosen->area[i] - both;
    found |= (height > 0) & (width > 0) & (either > 0) & (both / either > most);
  }
  return found;
}

static bool overlaps_any(const chosen_boxes *chosen, corners box, float most) {
  enum { AT_ONCE = 64 };
  for (int64_t begin = 0; begin < chosen->count; begin += AT_ONCE) {
    int64_t end = begin + AT_ONCE < chosen->count ? begin + AT_ONCE : chosen->count;
    if (overlaps_some(chosen, begin, end, box, most))
      return true;
  }
  return false;
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
                            float threshold, bool center_point, int64_t *selected, int64_t *heap) {
  float *room = (float *)(heap + count);
  chosen_boxes chosen = {room, room + count, room + 2 * count, room + 3 * count, room + 4 * count, 0};
  int64_t waiting = 0;
  for (int64_t i = 0; i < count; ++i)
    if (scores[i] > threshold)
      heap[waiting++] = i;
  for (int64_t at = waiting / 2; at-- > 0;)
    sink(scores, heap, waiting, at);
  while (waiting > 0 && chosen.count < most) {
    int64_t next = heap[0];
    heap[0] = heap[--waiting];
    sink(scores, heap, waiting, 0);
    corners box = corners_of(boxes + 4 * next, center_point);
    if (overlaps_any(&chosen, box, overlap))
      continue;
    selected[3 * chosen.count + 2] = next;
    choose(&chosen, box);
  }
  return chosen.count;
}

int64_t ingot_rt_op_non_max_suppression(const float *boxes, const float *scores, int64_t batches, int64_t classes,
                                        int64_t count, int64_t most, float overlap, float threshold,
                                        int64_t center_point, int64_t *selected, int64_t *scratch) {
  int64_t total = 0;
  for (int64_t b = 0; b < batches; ++b)
    for (int64_t c = 0; c < classes; ++c) {
      int64_t *triples = selected + 3 * total;
      int64_t found = select_class(boxes + 4 * b * count, scores + (b * classes + c) * count, count, most, overlap,
                                   threshold, center_point != 0, triples, scratch);
      for (int64_t i = 0; i < found; ++i) {
        triples[3 * i] = b;
        triples[3 * i + 1] = c;
      }
      total += found;
    }
  return total;
}

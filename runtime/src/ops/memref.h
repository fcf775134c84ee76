/*===-- memref.h - tensors as compiled code hands them over -----------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_SRC_OPS_MEMREF_H
#define INGOT_SRC_OPS_MEMREF_H

#include "ingot_abi.h"

#include <stdbool.h>
#include <stddef.h>

/* Runtime functions of operators get pointers to descriptors of this layout, one for each tensor. Its length depends
 * on the rank, which the caller passes beside it:
 *
 *     struct { void *allocated; void *aligned; int64_t offset; int64_t sizes[rank]; int64_t strides[rank]; };
 *
 * Offset and strides count elements. */
typedef struct ingot_descriptor {
  void *allocated;
  void *aligned;
  int64_t offset;
  int64_t sizes_and_strides[];
} ingot_descriptor;

/* A descriptor together with what it leaves out. */
typedef struct ingot_view {
  char *data; /* of the first element */
  int32_t rank;
  int64_t element_bytes;
  const int64_t *sizes;
  const int64_t *strides; /* in elements */
} ingot_view;

static inline ingot_view ingot_view_of(const ingot_descriptor *descriptor, int32_t rank, int64_t element_bytes) {
  ingot_view view;
  view.data = (char *)descriptor->aligned + descriptor->offset * element_bytes;
  view.rank = rank;
  view.element_bytes = element_bytes;
  view.sizes = descriptor->sizes_and_strides;
  view.strides = descriptor->sizes_and_strides + rank;
  return view;
}

static inline int64_t ingot_view_elements(const ingot_view *view) {
  int64_t count = 1;
  for (int32_t i = 0; i < view->rank; ++i)
    count *= view->sizes[i];
  return count;
}

/* Dense and row-major, so that it can be walked as one array. */
static inline bool ingot_view_is_dense(const ingot_view *view) {
  int64_t expected = 1;
  for (int32_t i = view->rank - 1; i >= 0; --i) {
    if (view->sizes[i] != 1 && view->strides[i] != expected)
      return false;
    expected *= view->sizes[i];
  }
  return true;
}

/* The element at `indices`, one a dimension. */
static inline void *ingot_view_at(const ingot_view *view, const int64_t *indices) {
  int64_t offset = 0;
  for (int32_t i = 0; i < view->rank; ++i)
    offset += indices[i] * view->strides[i];
  return view->data + offset * view->element_bytes;
}

/* The element with row-major number `linear`. */
static inline void *ingot_view_element(const ingot_view *view, int64_t linear) {
  int64_t offset = 0;
  for (int32_t i = view->rank - 1; i >= 0; --i) {
    offset += linear % view->sizes[i] * view->strides[i];
    linear /= view->sizes[i];
  }
  return view->data + offset * view->element_bytes;
}

/* Steps `indices` to the next element in row-major order; false after the last. */
static inline bool ingot_view_next(const ingot_view *view, int64_t *indices) {
  for (int32_t i = view->rank - 1; i >= 0; --i) {
    if (++indices[i] < view->sizes[i])
      return true;
    indices[i] = 0;
  }
  return false;
}

#endif

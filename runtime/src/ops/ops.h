/*===-- ops.h - operators that compiled code calls instead of containing ----===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Tensors are dense and row-major; dimensions in front of and behind the axis
 * come as their products, `outer` and `inner`.
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_SRC_OPS_OPS_H
#define INGOT_SRC_OPS_OPS_H

#include <stdint.h>

/* The k best along the axis of input[outer][extent][inner], best first: values and positions [outer][k][inner].
 * `scratch` has 16 bytes for each of k entries; k is at most `extent`. */
void ingot_rt_op_top_k(int32_t dtype, const void *input, int64_t outer, int64_t extent, int64_t inner, int64_t k,
                       int64_t largest, void *values, int64_t *indices, void *scratch);

/* Groups equal slices data[:][e][:], by value where `sorted`, else by first position. Returns the number of groups;
 * each of the arrays has room for `extent` numbers: the group of each slice, and the first position and the size of
 * each group. */
int64_t ingot_rt_op_unique(int32_t dtype, const void *data, int64_t outer, int64_t extent, int64_t inner,
                           int64_t sorted, int64_t *inverse, int64_t *first, int64_t *counts, int64_t *scratch);

/* boxes[batches][count][4], scores[batches][classes][count]. Returns the number of triples (batch, class, box) in
 * `selected`, which has room for batches * classes * min(most, count) of them; `scratch` has room for 4 * count. */
int64_t ingot_rt_op_non_max_suppression(const float *boxes, const float *scores, int64_t batches, int64_t classes,
                                        int64_t count, int64_t most, float overlap, float threshold,
                                        int64_t center_point, int64_t *selected, int64_t *scratch);

#endif

/*===-- plan.h - places buffers with known lifetimes in one arena -----------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_SRC_PLAN_H
#define INGOT_SRC_PLAN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define INGOT_PLAN_FAILED UINT64_MAX

/* Places n buffers of sizes[i] bytes, each live from step first[i] to last[i] inclusive, so that no two that are live
 * at one step overlap. Writes offsets that are multiples of INGOT_ALIGNMENT and returns the size of the arena; or
 * INGOT_PLAN_FAILED for a negative size, a lifetime that ends before it begins, a total beyond INT64_MAX, or when
 * there is no memory to plan with. A pure function: the same arguments give the same offsets on every machine. */
uint64_t ingot_plan_offsets(int64_t n, const int64_t *sizes, const int32_t *first, const int32_t *last,
                            int64_t *offsets);

/* The largest number of bytes, each buffer rounded up to INGOT_ALIGNMENT, that are live at one step: no plan can be
 * smaller. INGOT_PLAN_FAILED as above. */
uint64_t ingot_plan_bound(int64_t n, const int64_t *sizes, const int32_t *first, const int32_t *last);

#ifdef __cplusplus
}
#endif
#endif

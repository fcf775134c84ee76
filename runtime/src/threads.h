/*===-- threads.h - a pool of threads for parallel loops --------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_SRC_THREADS_H
#define INGOT_SRC_THREADS_H

#include "ingot.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ingot_pool ingot_pool;

/* CPUs that this process may use, at least 1. */
int32_t ingot_available_cpus(void);

/* A pool of `threads` threads, the caller's included: starts threads - 1. */
ingot_status ingot_pool_create(int32_t threads, ingot_pool **pool);
void ingot_pool_destroy(ingot_pool *pool);
int32_t ingot_pool_threads(const ingot_pool *pool);

/* A loop: fn over [0, count), split into at most one contiguous piece a thread and at most `most_pieces`. One of a
 * single piece runs at once, behind the loops added before; others at the next ingot_pool_join or earlier, with a copy
 * of the `bytes` at `arguments`, or these themselves where that is 0. A call from inside a piece runs inline. One
 * thread at a time may call any of these from outside. */
void ingot_pool_add(ingot_pool *pool, ingot_parallel_fn fn, void *arguments, int64_t bytes, int64_t count,
                    int32_t most_pieces);
/* Returns when all loops have run. */
void ingot_pool_join(ingot_pool *pool);
/* Forgets the loops that have not run. */
void ingot_pool_drop(ingot_pool *pool);

#ifdef __cplusplus
}
#endif
#endif

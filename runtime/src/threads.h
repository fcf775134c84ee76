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

/* Runs fn over [0, count), split into at most one contiguous piece a thread; returns when all are done. A call from
 * inside a piece runs inline. One thread at a time may call it from outside. */
void ingot_pool_run(ingot_pool *pool, ingot_parallel_fn fn, void *arguments, int64_t count);

#ifdef __cplusplus
}
#endif
#endif

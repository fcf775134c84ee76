/*===-- context.h - state of one session ------------------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#ifndef INGOT_SRC_CONTEXT_H
#define INGOT_SRC_CONTEXT_H

#include "ingot.h"

#include <setjmp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* The arena, and blocks whose size only data decides. The arena only grows; a freed block is kept for reuse until a
 * whole run has gone by without it. */
typedef struct ingot_block ingot_block;
typedef struct ingot_heap {
  ingot_block *arena;
  ingot_block *live;
  ingot_block *spare;
  uint64_t bytes; /* of all of them */
  uint64_t run;   /* number of the current run, from 1 */
} ingot_heap;

/* Offsets already computed, by plan number and sizes. */
typedef struct ingot_plan_entry ingot_plan_entry;
typedef struct ingot_plan_cache {
  ingot_plan_entry *entries; /* most recently used first */
} ingot_plan_cache;

/* One output of the current run, and the memory for it where the caller gives none. */
typedef struct ingot_output_slot {
  ingot_tensor tensor;
  bool written;
  void *given; /* memory of the session that a run gave out last: a place in the arena, or `owned` */
  void *owned;
  uint64_t owned_bytes;
} ingot_output_slot;

/* An error noted inside a kernel. */
typedef struct ingot_flag {
  _Atomic int state;
  const char *message;
  int64_t a, b;
} ingot_flag;

/* Two dimensions of inputs that have one symbolic name, so must be equal; `first` is the name's first place. */
typedef struct ingot_same_dims {
  int32_t first_input, first_axis;
  int32_t input, axis;
} ingot_same_dims;

typedef struct ingot_pool ingot_pool;
typedef struct ingot_profile ingot_profile;

struct ingot_context {
  const ingot_model *model;
  ingot_same_dims *same_dims;
  int32_t num_same_dims;
  ingot_heap heap;
  ingot_plan_cache plans;
  ingot_output_slot *outputs;
  ingot_pool *pool;       /* NULL: one thread */
  bool share;             /* the loops that follow, by the pool's threads */
  ingot_profile *profile; /* NULL: off */
  ingot_flag flag;
  bool running;
  jmp_buf escape; /* out of model->run, valid while running */
};

/* control.c */
_Noreturn void ingot_escape(ingot_context *context); /* ends the run; ingot_error has the message */
ingot_status ingot_guarded_run(ingot_context *context, const ingot_tensor *inputs, const void *weights);

/* memory.c */
void *ingot_memory_allocate(uint64_t bytes); /* aligned to INGOT_ALIGNMENT or better; NULL when there is none */
void ingot_memory_free(void *memory);
void ingot_heap_end_run(ingot_context *context);
void ingot_heap_destroy(ingot_context *context);

/* plan_cache.c */
void ingot_plan_cache_destroy(ingot_context *context);

/* outputs.c */
ingot_status ingot_outputs_create(ingot_context *context);
void ingot_outputs_begin_run(ingot_context *context, const ingot_tensor *outputs);
ingot_status ingot_outputs_end_run(ingot_context *context, ingot_tensor *outputs);
void ingot_outputs_destroy(ingot_context *context);

/* check.c */
ingot_status ingot_check_model(const ingot_model *model);
ingot_status ingot_check_inputs(const ingot_context *context, const ingot_tensor *inputs);
ingot_status ingot_check_outputs(const ingot_model *model, const ingot_tensor *outputs);
ingot_status ingot_symbols_create(ingot_context *context);
void ingot_symbols_destroy(ingot_context *context);

/* profile.c */
ingot_status ingot_profile_create(ingot_context *context, int32_t profiling);
void ingot_profile_destroy(ingot_context *context);
const ingot_kernel_totals *ingot_profile_totals(const ingot_context *context);
const ingot_kernel_event *ingot_profile_events(const ingot_context *context, uint64_t *count);
void ingot_profile_reset(ingot_context *context);

#endif

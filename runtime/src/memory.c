/*===-- memory.c - arena and heap blocks ------------------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "context.h"

#include <stdlib.h>
#include <sys/mman.h>

enum { HUGE_PAGE = 2 << 20 };

void *ingot_memory_allocate(uint64_t bytes) {
  if (bytes > INT64_MAX - HUGE_PAGE)
    return NULL;
  /* Large blocks are walked from end to end in every run: huge pages save most of their TLB misses. */
  bool huge = bytes >= 2 * (uint64_t)HUGE_PAGE;
  void *memory = NULL;
  if (posix_memalign(&memory, huge ? HUGE_PAGE : INGOT_ALIGNMENT, bytes ? bytes : 1))
    return NULL;
#ifdef MADV_HUGEPAGE
  if (huge)
    (void)madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  return memory;
}

void ingot_memory_free(void *memory) { free(memory); }

/* ---- Heap blocks ---- */

struct ingot_block {
  ingot_block *next, **link; /* doubly linked: *link points here */
  uint64_t bytes;            /* usable, behind the header */
  uint64_t last_run;         /* that used it */
};

enum { HEADER = INGOT_ALIGNMENT };
_Static_assert(sizeof(struct ingot_block) <= HEADER, "a block's header must fit before its aligned data");

static void push(ingot_block **list, ingot_block *block) {
  block->next = *list;
  block->link = list;
  if (*list)
    (*list)->link = &block->next;
  *list = block;
}

static void unlink_block(ingot_block *block) {
  *block->link = block->next;
  if (block->next)
    block->next->link = block->link;
}

static void *data_of(ingot_block *block) { return (char *)block + HEADER; }

static void release(ingot_heap *heap, ingot_block *block) {
  heap->bytes -= block->bytes;
  ingot_memory_free(block);
}

/* The smallest spare block that holds `bytes` and wastes at most as much again. */
static ingot_block *take_spare(ingot_heap *heap, uint64_t bytes) {
  ingot_block *best = NULL;
  for (ingot_block *block = heap->spare; block; block = block->next)
    if (block->bytes >= bytes && block->bytes / 2 <= bytes && (!best || block->bytes < best->bytes))
      best = block;
  if (best)
    unlink_block(best);
  return best;
}

static ingot_block *make_block(ingot_heap *heap, uint64_t bytes) {
  if (bytes > INT64_MAX / 2)
    return NULL;
  ingot_block *block = ingot_memory_allocate(HEADER + bytes);
  if (!block)
    return NULL;
  block->bytes = bytes;
  heap->bytes += bytes;
  return block;
}

void *ingot_rt_alloc(ingot_context *context, uint64_t bytes) {
  ingot_heap *heap = &context->heap;
  bytes = bytes < INGOT_ALIGNMENT ? INGOT_ALIGNMENT : bytes;
  ingot_block *block = take_spare(heap, bytes);
  if (!block)
    block = make_block(heap, bytes);
  if (!block)
    ingot_rt_fail(context, "out of memory: cannot allocate %lld bytes", (int64_t)bytes, 0);
  block->last_run = heap->run;
  push(&heap->live, block);
  return data_of(block);
}

void ingot_rt_free(ingot_context *context, void *data) {
  if (!data)
    return;
  ingot_block *block = (ingot_block *)((char *)data - HEADER);
  unlink_block(block);
  push(&context->heap.spare, block);
}

/* What is still live is the run's own: the model failed, or leaves the freeing to us. */
void ingot_heap_end_run(ingot_context *context) {
  ingot_heap *heap = &context->heap;
  while (heap->live)
    ingot_rt_free(context, data_of(heap->live));
  for (ingot_block *block = heap->spare, *next; block; block = next) {
    next = block->next;
    if (block->last_run != heap->run) {
      unlink_block(block);
      release(heap, block);
    }
  }
  ++heap->run;
}

static void release_all(ingot_heap *heap, ingot_block *block) {
  while (block) {
    ingot_block *next = block->next;
    release(heap, block);
    block = next;
  }
}

void ingot_heap_destroy(ingot_context *context) {
  ingot_heap *heap = &context->heap;
  release_all(heap, heap->live);
  release_all(heap, heap->spare);
  if (heap->arena)
    release(heap, heap->arena);
}

/* ---- The arena ---- */

/* An arena outgrown before its run used it goes at once, to keep the peak low. One that this run already handed out
 * lives on until the run ends, because compiled code may hold pointers into it. */
static void retire_arena(ingot_heap *heap) {
  ingot_block *old = heap->arena;
  heap->arena = NULL;
  if (!old)
    return;
  if (old->last_run != heap->run) {
    release(heap, old);
    return;
  }
  old->last_run = 0; /* no candidate for reuse */
  push(&heap->live, old);
}

void *ingot_rt_arena(ingot_context *context, uint64_t bytes) {
  ingot_heap *heap = &context->heap;
  if (!heap->arena || heap->arena->bytes < bytes) {
    retire_arena(heap);
    heap->arena = make_block(heap, bytes);
    if (!heap->arena)
      ingot_rt_fail(context, "out of memory: cannot allocate an arena of %lld bytes", (int64_t)bytes, 0);
  }
  heap->arena->last_run = heap->run;
  return data_of(heap->arena);
}

/*===-- threads.c - a pool of threads for parallel loops --------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *===------------------------------------------------------------------------===*/
#include "threads.h"

#include "context.h"
#include "error.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A parallel loop is one "generation". The caller writes the job, opens one slot for each piece, and publishes the
 * generation's number. Thread i claims slot i first, which keeps a piece of the data in one core's cache from loop to
 * loop, and then whatever is still open: so a worker that is late (asleep, or without a CPU) never holds up the loop.
 *
 * A thread reads the job only after it has claimed a slot of the generation it saw. A slot's value names its
 * generation, so a worker that wakes up late cannot claim, and thus cannot read, a later job by mistake. */

enum { CACHE_LINE = 64 };

/* How long to wait awake, about 50 microseconds: longer than the gap between two loops of one run, too short to show
 * up as load between runs. */
enum { SPIN_ROUNDS = 1500 };

typedef struct slot {
  _Alignas(CACHE_LINE) _Atomic uint32_t state;
} slot;

struct ingot_pool {
  /* Written by the caller before a generation is published, constant while it runs. */
  ingot_parallel_fn fn;
  void *arguments;
  int64_t count;
  int32_t pieces;
  bool active;

  int32_t threads;
  int32_t started; /* workers */
  int32_t spin;
  pthread_t *workers;
  struct worker *places;

  _Alignas(CACHE_LINE) _Atomic uint32_t generation;
  _Atomic int32_t sleepers;
  _Atomic bool stop;
  _Alignas(CACHE_LINE) _Atomic uint32_t pending; /* pieces not yet done */
  _Atomic bool caller_sleeps;
  slot slots[];
};

typedef struct worker {
  ingot_pool *pool;
  int32_t index;
} worker;

static uint32_t open_state(uint32_t generation) { return generation << 1; }
static uint32_t claimed_state(uint32_t generation) { return generation << 1 | 1; }

static void futex_wait(_Atomic uint32_t *word, uint32_t value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void futex_wake(_Atomic uint32_t *word, int32_t count) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

int32_t ingot_available_cpus(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
    return CPU_COUNT(&set);
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 && online < INT_MAX ? (int32_t)online : 1;
}

/* ---- Pieces ---- */

static int64_t piece_begin(const ingot_pool *pool, int32_t piece) {
  int64_t each = pool->count / pool->pieces, rest = pool->count % pool->pieces;
  return piece * each + (piece < rest ? piece : rest);
}

static bool claim(ingot_pool *pool, int32_t piece, uint32_t generation) {
  uint32_t expected = open_state(generation);
  if (atomic_load_explicit(&pool->slots[piece].state, memory_order_relaxed) != expected)
    return false;
  return atomic_compare_exchange_strong(&pool->slots[piece].state, &expected, claimed_state(generation));
}

static void run_pieces(ingot_pool *pool, int32_t own, uint32_t generation) {
  for (int32_t i = 0; i < pool->threads; ++i) {
    int32_t piece = own + i < pool->threads ? own + i : own + i - pool->threads;
    if (!claim(pool, piece, generation))
      continue;
    pool->fn(pool->arguments, piece_begin(pool, piece), piece_begin(pool, piece + 1));
    if (atomic_fetch_sub(&pool->pending, 1) == 1 && atomic_load(&pool->caller_sleeps))
      futex_wake(&pool->pending, 1);
  }
}

/* ---- Workers ---- */

static uint32_t await_generation(ingot_pool *pool, uint32_t seen) {
  uint32_t generation = seen;
  for (int32_t i = 0; i < pool->spin; ++i) {
    generation = atomic_load_explicit(&pool->generation, memory_order_acquire);
    if (generation != seen)
      return generation;
    relax();
  }
  atomic_fetch_add(&pool->sleepers, 1);
  while ((generation = atomic_load(&pool->generation)) == seen)
    futex_wait(&pool->generation, seen);
  atomic_fetch_sub(&pool->sleepers, 1);
  return generation;
}

static void *work(void *argument) {
  worker self = *(worker *)argument;
  for (uint32_t seen = 0;;) {
    seen = await_generation(self.pool, seen);
    if (atomic_load(&self.pool->stop))
      return NULL;
    run_pieces(self.pool, self.index, seen);
  }
}

/* ---- The caller's side ---- */

static void publish(ingot_pool *pool, int32_t wake) {
  atomic_fetch_add(&pool->generation, 1);
  if (atomic_load(&pool->sleepers) > 0)
    futex_wake(&pool->generation, wake);
}

static void await_pieces(ingot_pool *pool) {
  for (int32_t i = 0; i < pool->spin; ++i) {
    if (atomic_load_explicit(&pool->pending, memory_order_acquire) == 0)
      return;
    relax();
  }
  atomic_store(&pool->caller_sleeps, true);
  for (uint32_t left; (left = atomic_load(&pool->pending)) != 0;)
    futex_wait(&pool->pending, left);
  atomic_store(&pool->caller_sleeps, false);
}

void ingot_pool_run(ingot_pool *pool, ingot_parallel_fn fn, void *arguments, int64_t count) {
  if (count <= 0)
    return;
  if (count == 1 || pool->active) {
    fn(arguments, 0, count);
    return;
  }
  pool->fn = fn;
  pool->arguments = arguments;
  pool->count = count;
  pool->pieces = count < pool->threads ? (int32_t)count : pool->threads;
  pool->active = true;
  uint32_t generation = atomic_load_explicit(&pool->generation, memory_order_relaxed) + 1;
  atomic_store(&pool->pending, (uint32_t)pool->pieces);
  for (int32_t i = 0; i < pool->pieces; ++i)
    atomic_store_explicit(&pool->slots[i].state, open_state(generation), memory_order_release);
  publish(pool, pool->pieces - 1);
  run_pieces(pool, 0, generation);
  await_pieces(pool);
  pool->active = false;
}

/* ---- Begin and end ---- */

static ingot_status start_workers(ingot_pool *pool) {
  for (int32_t i = 0; i + 1 < pool->threads; ++i) {
    pool->places[i] = (worker){pool, i + 1};
    int error = pthread_create(&pool->workers[i], NULL, work, &pool->places[i]);
    if (error)
      return ingot_error(INGOT_FAILED, "cannot start thread %d of %d: %s", i + 2, pool->threads, strerror(error));
    ++pool->started;
  }
  return INGOT_OK;
}

ingot_status ingot_pool_create(int32_t threads, ingot_pool **result) {
  *result = NULL;
  size_t bytes = sizeof(ingot_pool) + (size_t)threads * sizeof(slot);
  ingot_pool *pool = ingot_memory_allocate(bytes);
  if (!pool)
    return ingot_error(INGOT_FAILED, "out of memory");
  memset(pool, 0, bytes);
  pool->threads = threads;
  /* Waiting awake takes the CPU from the thread that is waited for when there are more threads than CPUs. */
  pool->spin = threads <= ingot_available_cpus() ? SPIN_ROUNDS : 0;
  pool->workers = calloc((size_t)threads, sizeof *pool->workers);
  pool->places = calloc((size_t)threads, sizeof *pool->places);
  if (!pool->workers || !pool->places) {
    ingot_pool_destroy(pool);
    return ingot_error(INGOT_FAILED, "out of memory");
  }
  /* The program's signals are for the program's own threads. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  ingot_status status = start_workers(pool);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (status != INGOT_OK) {
    ingot_pool_destroy(pool);
    return status;
  }
  *result = pool;
  return INGOT_OK;
}

void ingot_pool_destroy(ingot_pool *pool) {
  if (!pool)
    return;
  atomic_store(&pool->stop, true);
  publish(pool, INT_MAX);
  for (int32_t i = 0; i < pool->started; ++i)
    pthread_join(pool->workers[i], NULL);
  free(pool->workers);
  free(pool->places);
  ingot_memory_free(pool);
}

int32_t ingot_pool_threads(const ingot_pool *pool) { return pool ? pool->threads : 1; }

void ingot_rt_parallel(ingot_context *context, ingot_parallel_fn fn, void *arguments, int64_t count) {
  if (context->pool)
    ingot_pool_run(context->pool, fn, arguments, count);
  else if (count > 0)
    fn(arguments, 0, count);
}

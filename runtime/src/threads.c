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
#include <time.h>
#include <unistd.h>

/* A parallel loop is cut into pieces, the first for the caller, one more for each worker. A worker has a box, in which
 * the caller puts its piece; all that is to be known of it is in one line of the cache, as lines that go from core to
 * core are what a short loop costs. Worker i gets piece i of every loop, which keeps a piece of the data in one core's
 * cache from loop to loop.
 *
 * Who has finished its own piece takes those that are still open, the caller first of all: so a worker that is late
 * (asleep, or without a CPU) never holds up the loop. What is in a box is read only by who has taken it, and written
 * only when it is empty, so that who comes late finds the box empty, or the piece of a later loop, but no mixture. */

enum { CACHE_LINE = 64 };

/* How long to wait awake: a sleeper costs the one who wakes it ten microseconds on a virtual machine, so longer than
 * what a run does between two loops, and too short to show up as load between runs. */
enum { AWAKE_NANOSECONDS = 200 * 1000 };

/* Looks at a box from one look at the clock to the next. */
enum { LOOKS = 32 };

enum state {
  EMPTY,
  OPEN,
  TAKEN,
  AWAITED, /* taken, and somebody sleeps until it is done */
  ENDED,   /* the worker is to leave */
};

/* Sets of states, to wait in. */
enum { BUSY = 1 << TAKEN | 1 << AWAITED, NOTHING_TO_DO = BUSY | 1 << EMPTY };

typedef struct box {
  _Alignas(CACHE_LINE) _Atomic uint32_t state;
  _Atomic bool asleep; /* the box's worker */
  ingot_parallel_fn fn;
  void *arguments;
  int64_t begin, end;
} box;

struct ingot_pool {
  bool active;
  bool awake; /* whether to wait awake */
  int32_t threads;
  int32_t started; /* workers */
  pthread_t *workers;
  struct worker *places;
  /* Sleeping workers, and in the upper half a count of loops: what each side writes before it changes this word, the
   * other one sees. So either the worker finds its box filled or the caller finds the worker asleep. */
  _Alignas(CACHE_LINE) _Atomic uint64_t sleepers;
  box boxes[]; /* of threads - 1 workers */
};

typedef struct worker {
  ingot_pool *pool;
  int32_t index;
} worker;

static const uint64_t kOneLoop = UINT64_C(1) << 32;

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

static int64_t nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* ---- Boxes ---- */

static bool is_in(uint32_t states, uint32_t state) { return states >> state & 1; }

static void take(box *from) {
  uint32_t expected = OPEN;
  if (atomic_load_explicit(&from->state, memory_order_relaxed) != OPEN ||
      !atomic_compare_exchange_strong(&from->state, &expected, TAKEN))
    return;
  from->fn(from->arguments, from->begin, from->end);
  if (atomic_exchange(&from->state, EMPTY) == AWAITED)
    futex_wake(&from->state, INT_MAX);
}

/* Waits awake while the box is in one of `states`; returns the last one seen. */
static uint32_t watch(const ingot_pool *pool, box *watched, uint32_t states) {
  uint32_t state = atomic_load_explicit(&watched->state, memory_order_acquire);
  for (int64_t end = 0; pool->awake && is_in(states, state);) {
    for (int32_t i = 0; i < LOOKS; ++i) {
      state = atomic_load_explicit(&watched->state, memory_order_acquire);
      if (!is_in(states, state))
        return state;
      relax();
    }
    int64_t now = nanoseconds();
    if (end == 0)
      end = now + AWAKE_NANOSECONDS;
    else if (now >= end)
      break;
  }
  return state;
}

/* Sleeps if the box is in one of `states`, until somebody may have changed that. */
static void sleep_in(box *watched, uint32_t states) {
  uint32_t state = atomic_load(&watched->state);
  if (state == TAKEN && atomic_compare_exchange_strong(&watched->state, &state, AWAITED))
    state = AWAITED;
  if (is_in(states, state))
    futex_wait(&watched->state, state);
}

/* ---- Workers ---- */

/* Returns when there may be something to do. */
static uint32_t await_work(ingot_pool *pool, box *own) {
  uint32_t state = watch(pool, own, NOTHING_TO_DO);
  if (!is_in(NOTHING_TO_DO, state))
    return state;
  atomic_store(&own->asleep, true);
  atomic_fetch_add(&pool->sleepers, 1);
  sleep_in(own, NOTHING_TO_DO);
  atomic_fetch_sub(&pool->sleepers, 1);
  atomic_store(&own->asleep, false);
  return atomic_load(&own->state);
}

static void *work(void *argument) {
  worker self = *(worker *)argument;
  ingot_pool *pool = self.pool;
  int32_t boxes = pool->threads - 1;
  while (await_work(pool, &pool->boxes[self.index]) != ENDED)
    for (int32_t i = 0; i < boxes; ++i)
      take(&pool->boxes[(self.index + i) % boxes]);
  return NULL;
}

/* ---- The caller's side ---- */

/* After a change of the first boxes' states. */
static void announce(ingot_pool *pool, int32_t boxes) {
  if ((uint32_t)atomic_fetch_add(&pool->sleepers, kOneLoop) == 0)
    return;
  for (int32_t i = 0; i < boxes; ++i)
    if (atomic_load(&pool->boxes[i].asleep))
      futex_wake(&pool->boxes[i].state, INT_MAX);
}

/* Where piece `piece` of `pieces` begins. */
static int64_t piece_begin(int64_t count, int32_t pieces, int32_t piece) {
  int64_t each = count / pieces, rest = count % pieces;
  return piece * each + (piece < rest ? piece : rest);
}

void ingot_pool_run(ingot_pool *pool, ingot_parallel_fn fn, void *arguments, int64_t count) {
  if (count <= 0)
    return;
  if (count == 1 || pool->active || pool->threads == 1) {
    fn(arguments, 0, count);
    return;
  }
  int32_t pieces = count < pool->threads ? (int32_t)count : pool->threads;
  pool->active = true;
  for (int32_t i = 0; i + 1 < pieces; ++i) {
    box *to = &pool->boxes[i];
    to->fn = fn;
    to->arguments = arguments;
    to->begin = piece_begin(count, pieces, i + 1);
    to->end = piece_begin(count, pieces, i + 2);
    atomic_store_explicit(&to->state, OPEN, memory_order_release);
  }
  announce(pool, pieces - 1);
  fn(arguments, 0, piece_begin(count, pieces, 1));
  for (int32_t i = 0; i + 1 < pieces; ++i)
    take(&pool->boxes[i]);
  for (int32_t i = 0; i + 1 < pieces; ++i)
    while (is_in(BUSY, watch(pool, &pool->boxes[i], BUSY)))
      sleep_in(&pool->boxes[i], BUSY);
  pool->active = false;
}

/* ---- Begin and end ---- */

static ingot_status start_workers(ingot_pool *pool) {
  for (int32_t i = 0; i + 1 < pool->threads; ++i) {
    pool->places[i] = (worker){pool, i};
    int error = pthread_create(&pool->workers[i], NULL, work, &pool->places[i]);
    if (error)
      return ingot_error(INGOT_FAILED, "cannot start thread %d of %d: %s", i + 2, pool->threads, strerror(error));
    ++pool->started;
  }
  return INGOT_OK;
}

ingot_status ingot_pool_create(int32_t threads, ingot_pool **result) {
  *result = NULL;
  size_t bytes = sizeof(ingot_pool) + (size_t)(threads - 1) * sizeof(box);
  ingot_pool *pool = ingot_memory_allocate(bytes);
  if (!pool)
    return ingot_error(INGOT_FAILED, "out of memory");
  memset(pool, 0, bytes);
  pool->threads = threads;
  /* Waiting awake takes the CPU from the thread that is waited for when there are more threads than CPUs. */
  pool->awake = threads <= ingot_available_cpus();
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
  for (int32_t i = 0; i < pool->started; ++i)
    atomic_store(&pool->boxes[i].state, ENDED);
  announce(pool, pool->started);
  for (int32_t i = 0; i < pool->started; ++i)
    pthread_join(pool->workers[i], NULL);
  free(pool->workers);
  free(pool->places);
  ingot_memory_free(pool);
}

int32_t ingot_pool_threads(const ingot_pool *pool) { return pool ? pool->threads : 1; }

void ingot_rt_share(ingot_context *context, int32_t shared) { context->share = shared != 0; }

void ingot_rt_parallel(ingot_context *context, ingot_parallel_fn fn, void *arguments, int64_t count) {
  if (context->pool && context->share)
    ingot_pool_run(context->pool, fn, arguments, count);
  else if (count > 0)
    fn(arguments, 0, count);
}

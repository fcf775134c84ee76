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

/* Loops that are shared run in chains. A loop is cut into pieces, one for each thread: thread i, the caller being
 * thread 0, runs piece i of every loop of a chain, which keeps a piece of the data in one core's cache from loop to
 * loop. All loops of a session are numbered; a piece of loop n may begin once all pieces of loop n - 1 are done. So
 * threads meet after each loop, but nobody hands out work: what goes from core to core is one line of the cache a
 * thread and loop.
 *
 * A piece is claimed before it runs. Who waits for a piece that nobody has claimed runs it, so a thread that is late
 * (asleep, or without a CPU) never holds up the others: it finds its pieces claimed and joins in at the first that is
 * not. Only who has claimed a piece may look at what its loop is: the chain can't end before. */

/* Some processors fetch two lines of the cache at once. */
enum { LINES = 128 };

/* How long to wait awake: a sleeper costs the one who wakes it ten microseconds on a virtual machine, so longer than
 * what a run does between two loops, and too short to show up as load between runs. */
enum { AWAKE_NANOSECONDS = 200 * 1000 };

/* Looks at what is waited for from one look at the clock to the next, and before somebody's piece is taken over. */
enum { LOOKS = 32 };

enum { MAX_LOOPS = 64, MAX_ARGUMENT_BYTES = 16 * 1024 };

/* Threads asleep until something changes, and how often they have been woken. */
typedef struct bell {
  _Atomic uint32_t sleepers, rings;
} bell;

/* What is known of the pieces of one thread. */
typedef struct place {
  _Alignas(LINES) _Atomic uint64_t done;    /* number of the last loop whose piece is done */
  bell waiters;                             /* until that changes */
  bell idle;                                /* the thread itself, until there is a chain */
  _Atomic bool late;                        /* somebody else ran its last piece */
  _Alignas(LINES) _Atomic uint64_t claimed; /* number of the last loop whose piece is claimed */
} place;

typedef struct worker {
  ingot_pool *pool;
  int32_t index;
} worker;

typedef struct loop {
  ingot_parallel_fn fn;
  void *arguments;
  int64_t count;
  int32_t bytes; /* of arguments */
  int16_t pieces;
  bool is_first; /* of its chain */
} loop;

struct ingot_pool {
  bool awake; /* whether to wait awake */
  int32_t threads;
  int32_t started; /* workers */
  pthread_t *workers;
  worker *seats;
  /* The caller's: others do not look at it, but for a loop that begins inside a piece. */
  _Alignas(LINES) bool active;
  int32_t level;   /* places from the first that have taken part in all chains */
  int32_t length;  /* of the chain that runs or is being gathered */
  uint64_t before; /* number of the loop in front of it */
  size_t argument_bytes;
  /* What workers look at. */
  _Alignas(LINES) loop loops[MAX_LOOPS]; /* loop n is the one at n % MAX_LOOPS */
  _Alignas(INGOT_ALIGNMENT) char arguments[MAX_ARGUMENT_BYTES];
  /* Number of the last loop that may run and, in the lowest bits, how many threads its chain is for; kEnded: the
   * workers are to leave. */
  _Alignas(LINES) _Atomic uint64_t published;
  place places[]; /* of all threads */
};

enum { THREAD_BITS = 16 };
static const uint64_t kThreads = (UINT64_C(1) << THREAD_BITS) - 1, kEnded = UINT64_MAX;

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

/* ---- Waiting until a number has reached a value ---- */

static bool has_reached(_Atomic uint64_t *number, uint64_t value) {
  return atomic_load_explicit(number, memory_order_acquire) >= value;
}

static bool look(_Atomic uint64_t *number, uint64_t value) {
  for (int32_t i = 0; i < LOOKS; ++i) {
    if (has_reached(number, value))
      return true;
    relax();
  }
  return false;
}

static bool watch(_Atomic uint64_t *number, uint64_t value) {
  for (int64_t end = 0;;) {
    if (look(number, value))
      return true;
    int64_t now = nanoseconds();
    if (end == 0)
      end = now + AWAKE_NANOSECONDS;
    else if (now >= end)
      return false;
  }
}

static void await(const ingot_pool *pool, _Atomic uint64_t *number, uint64_t value, bell *bell) {
  if (pool->awake && watch(number, value))
    return;
  while (!has_reached(number, value)) {
    atomic_fetch_add(&bell->sleepers, 1);
    uint32_t rings = atomic_load(&bell->rings);
    if (atomic_load(number) < value)
      futex_wait(&bell->rings, rings);
    atomic_fetch_sub(&bell->sleepers, 1);
  }
}

/* After an atomic_exchange of the number. Who goes to sleep counts itself first, then looks at the number again: one of
 * the two sees the other. */
static void ring(bell *bell) {
  if (atomic_load(&bell->sleepers) == 0)
    return;
  atomic_fetch_add(&bell->rings, 1);
  futex_wake(&bell->rings, INT_MAX);
}

/* ---- Pieces ---- */

static bool claim(place *at, uint64_t number) {
  uint64_t last = atomic_load_explicit(&at->claimed, memory_order_relaxed);
  return last < number && atomic_compare_exchange_strong(&at->claimed, &last, number);
}

/* Where piece `piece` of the loop begins. */
static int64_t piece_begin(const loop *loop, int32_t piece) {
  int64_t each = loop->count / loop->pieces, rest = loop->count % loop->pieces;
  return piece * each + (piece < rest ? piece : rest);
}

static loop *loop_of(ingot_pool *pool, uint64_t number) { return &pool->loops[number % MAX_LOOPS]; }

/* A piece that has been claimed, and that all others of the loop before are done for. */
static void run_piece(ingot_pool *pool, int32_t index, uint64_t number) {
  const loop *loop = loop_of(pool, number);
  if (index < loop->pieces)
    loop->fn(loop->arguments, piece_begin(loop, index), piece_begin(loop, index + 1));
  atomic_exchange(&pool->places[index].done, number);
  ring(&pool->places[index].waiters);
}

/* Returns when the piece is done, if need be by the thread that calls. */
static void await_piece(ingot_pool *pool, int32_t index, uint64_t number) {
  place *at = &pool->places[index];
  if (has_reached(&at->done, number))
    return;
  bool patient = pool->awake && !atomic_load_explicit(&at->late, memory_order_relaxed);
  if (patient && look(&at->done, number))
    return;
  if (claim(at, number)) {
    atomic_store_explicit(&at->late, true, memory_order_relaxed);
    run_piece(pool, index, number);
  } else {
    await(pool, &at->done, number, &at->waiters);
  }
}

static void await_pieces(ingot_pool *pool, int32_t threads, uint64_t number) {
  for (int32_t i = 0; i < threads; ++i)
    await_piece(pool, i, number);
}

static void prefetch(const void *memory, size_t bytes) {
  for (size_t i = 0; i < bytes; i += INGOT_ALIGNMENT)
    __builtin_prefetch((const char *)memory + i);
}

/* This thread's pieces, up to that of the last loop, as far as nobody else has claimed them. */
static void run_own(ingot_pool *pool, int32_t index, int32_t threads, uint64_t last) {
  place *own = &pool->places[index];
  for (uint64_t number; (number = atomic_load_explicit(&own->claimed, memory_order_relaxed) + 1) <= last;) {
    if (!claim(own, number))
      continue;
    if (atomic_load_explicit(&own->late, memory_order_relaxed))
      atomic_store_explicit(&own->late, false, memory_order_relaxed);
    const loop *loop = loop_of(pool, number);
    if (!loop->is_first) { /* what is before that is done */
      prefetch(loop->arguments, (size_t)loop->bytes);
      await_pieces(pool, threads, number - 1);
    }
    run_piece(pool, index, number);
  }
}

/* ---- Workers ---- */

static void *work(void *argument) {
  worker self = *(worker *)argument;
  ingot_pool *pool = self.pool;
  for (uint64_t seen = 0; seen != kEnded;) {
    await(pool, &pool->published, seen + 1, &pool->places[self.index].idle);
    seen = atomic_load_explicit(&pool->published, memory_order_acquire);
    /* What the first loop is comes from the caller's core: all of it at once. */
    enum { LIKELY_BYTES = 4 * INGOT_ALIGNMENT };
    prefetch(loop_of(pool, atomic_load_explicit(&pool->places[self.index].claimed, memory_order_relaxed) + 1),
             sizeof(loop));
    prefetch(pool->arguments, LIKELY_BYTES);
    int32_t threads = (int32_t)(seen & kThreads);
    if (seen != kEnded && self.index < threads)
      run_own(pool, self.index, threads, seen >> THREAD_BITS);
  }
  return NULL;
}

/* ---- The caller's side ---- */

/* Places that did not take part in the last chains have done all of their loops. */
static void level(ingot_pool *pool, int32_t threads) {
  for (int32_t i = pool->level; i < threads; ++i) {
    atomic_store_explicit(&pool->places[i].claimed, pool->before, memory_order_relaxed);
    atomic_store_explicit(&pool->places[i].done, pool->before, memory_order_relaxed);
  }
  pool->level = threads;
}

static void publish(ingot_pool *pool, uint64_t value, int32_t threads) {
  atomic_exchange(&pool->published, value);
  for (int32_t i = 1; i < threads; ++i)
    ring(&pool->places[i].idle);
}

void ingot_pool_join(ingot_pool *pool) {
  if (pool->length == 0 || pool->active)
    return;
  uint64_t last = pool->before + (uint64_t)pool->length;
  int32_t threads = 1;
  for (uint64_t number = pool->before + 1; number <= last; ++number)
    threads = loop_of(pool, number)->pieces > threads ? loop_of(pool, number)->pieces : threads;
  pool->active = true;
  level(pool, threads);
  publish(pool, last << THREAD_BITS | (uint64_t)threads, threads);
  run_own(pool, 0, threads, last);
  await_pieces(pool, threads, last);
  pool->before = last;
  pool->active = false;
  ingot_pool_drop(pool);
}

void ingot_pool_drop(ingot_pool *pool) {
  pool->length = 0;
  pool->argument_bytes = 0;
}

void ingot_pool_add(ingot_pool *pool, ingot_parallel_fn fn, void *arguments, int64_t bytes, int64_t count,
                    int32_t most_pieces) {
  if (count <= 0)
    return;
  int32_t most = most_pieces < pool->threads ? most_pieces : pool->threads;
  int32_t pieces = count < most ? (int32_t)count : most;
  if (pieces == 1)
    ingot_pool_join(pool);
  if (pieces == 1 || pool->active) {
    fn(arguments, 0, count);
    return;
  }
  size_t room = ((size_t)bytes + INGOT_ALIGNMENT - 1) / INGOT_ALIGNMENT * INGOT_ALIGNMENT;
  if (pool->length == MAX_LOOPS || room > MAX_ARGUMENT_BYTES - pool->argument_bytes)
    ingot_pool_join(pool);
  bool fits = room <= MAX_ARGUMENT_BYTES;
  if (fits && bytes > 0) {
    arguments = memcpy(pool->arguments + pool->argument_bytes, arguments, (size_t)bytes);
    pool->argument_bytes += room;
  }
  bool is_first = pool->length == 0;
  ++pool->length;
  *loop_of(pool, pool->before + (uint64_t)pool->length) =
      (loop){fn, arguments, count, (int32_t)bytes, (int16_t)pieces, is_first};
  if (!fits) /* the arguments are the caller's */
    ingot_pool_join(pool);
}

/* ---- Begin and end ---- */

static ingot_status start_workers(ingot_pool *pool) {
  for (int32_t i = 1; i < pool->threads; ++i) {
    pool->seats[i] = (worker){pool, i};
    int error = pthread_create(&pool->workers[i], NULL, work, &pool->seats[i]);
    if (error)
      return ingot_error(INGOT_FAILED, "cannot start thread %d of %d: %s", i + 1, pool->threads, strerror(error));
    ++pool->started;
  }
  return INGOT_OK;
}

ingot_status ingot_pool_create(int32_t threads, ingot_pool **result) {
  *result = NULL;
  size_t bytes = sizeof(ingot_pool) + (size_t)threads * sizeof(place);
  ingot_pool *pool = aligned_alloc(LINES, bytes); /* a multiple of LINES, as their alignment is */
  if (!pool)
    return ingot_error(INGOT_FAILED, "out of memory");
  memset(pool, 0, bytes);
  pool->threads = threads;
  /* Waiting awake takes the CPU from the thread that is waited for when there are more threads than CPUs. */
  pool->awake = threads <= ingot_available_cpus();
  pool->workers = calloc((size_t)threads, sizeof *pool->workers);
  pool->seats = calloc((size_t)threads, sizeof *pool->seats);
  if (!pool->workers || !pool->seats) {
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
  publish(pool, kEnded, pool->threads);
  for (int32_t i = 1; i <= pool->started; ++i)
    pthread_join(pool->workers[i], NULL);
  free(pool->workers);
  free(pool->seats);
  free(pool);
}

int32_t ingot_pool_threads(const ingot_pool *pool) { return pool ? pool->threads : 1; }

void ingot_rt_share(ingot_context *context, int32_t shared) { context->share = shared != 0; }

void ingot_rt_parallel(ingot_context *context, ingot_parallel_fn fn, void *arguments, int64_t bytes, int64_t count) {
  if (context->pool)
    ingot_pool_add(context->pool, fn, arguments, bytes, count, context->share ? INT32_MAX : 1);
  else if (count > 0)
    fn(arguments, 0, count);
}

void ingot_rt_join(ingot_context *context) {
  if (context->pool)
    ingot_pool_join(context->pool);
}

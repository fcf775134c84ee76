/*===-- probe.c - what the processor can do at most --------------------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * f32 multiply-adds in registers and reading memory, by loops in assembly: what
 * the runtime itself was compiled for must not matter. Each figure is the best
 * of many short samples.
 *===------------------------------------------------------------------------===*/
#include "processor.h"
#include "steps.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef void (*probe_body)(const char *data, uint64_t steps);

/* A loop of its own over `steps`, for a register's letter: 12 chains of multiply-adds, or 8 loads. */
#define CHAINS 12
#define LOADS 8
#define LOOP(body) "1:\n" body "sub $1, %[steps]\n jnz 1b\n"
#define EACH_CHAIN(a, b)                                                                                               \
  a "0" b a "1" b a "2" b a "3" b a "4" b a "5" b a "6" b a "7" b a "8" b a "9" b a "10" b a "11" b
#define CLOBBERS                                                                                                       \
  "cc", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11",    \
      "xmm12", "xmm13"

#if defined(__x86_64__)

static void add_512(const char *data, uint64_t steps) {
  (void)data;
  __asm__ volatile("vpxord %%zmm12, %%zmm12, %%zmm12\n" EACH_CHAIN("vmovaps %%zmm12, %%zmm", "\n")
                       LOOP(EACH_CHAIN("vfmadd231ps %%zmm12, %%zmm12, %%zmm", "\n")) "vzeroupper\n"
                   : [steps] "+r"(steps)::CLOBBERS);
}

static void add_256(const char *data, uint64_t steps) {
  (void)data;
  __asm__ volatile("vxorps %%ymm12, %%ymm12, %%ymm12\n" EACH_CHAIN("vmovaps %%ymm12, %%ymm", "\n")
                       LOOP(EACH_CHAIN("vfmadd231ps %%ymm12, %%ymm12, %%ymm", "\n")) "vzeroupper\n"
                   : [steps] "+r"(steps)::CLOBBERS);
}

/* Without fused multiply-adds, additions and multiplications run side by side. */
static void add_128(const char *data, uint64_t steps) {
  (void)data;
  __asm__ volatile("xorps %%xmm12, %%xmm12\n" EACH_CHAIN("movaps %%xmm12, %%xmm", "\n")
                       LOOP(EACH_CHAIN("addps %%xmm12, %%xmm", "\n") EACH_CHAIN("mulps %%xmm12, %%xmm", "\n"))
                   : [steps] "+r"(steps)::CLOBBERS);
}

#define READ_ONE(load, reg, bytes, n) load " " n "*" bytes "(%[data]), %%" reg n "\n"
#define READ_FOUR(load, reg, bytes, a, b, c, d)                                                                        \
  READ_ONE(load, reg, bytes, a)                                                                                        \
  READ_ONE(load, reg, bytes, b) READ_ONE(load, reg, bytes, c) READ_ONE(load, reg, bytes, d)
#define READ(load, reg, bytes)                                                                                         \
  READ_FOUR(load, reg, bytes, "0", "1", "2", "3")                                                                      \
  READ_FOUR(load, reg, bytes, "4", "5", "6", "7") "add $8*" bytes ", %[data]\n"
#define RUN_READ(text) __asm__ volatile(text : [steps] "+r"(steps), [data] "+r"(data)::CLOBBERS)

static void read_512(const char *data, uint64_t steps) { RUN_READ(LOOP(READ("vmovups", "zmm", "64")) "vzeroupper\n"); }

static void read_256(const char *data, uint64_t steps) { RUN_READ(LOOP(READ("vmovups", "ymm", "32")) "vzeroupper\n"); }

static void read_128(const char *data, uint64_t steps) { RUN_READ(LOOP(READ("movups", "xmm", "16"))); }

#elif defined(__aarch64__)

static void add_128(const char *data, uint64_t steps) {
  (void)data;
#define STEP(r) "fmla v" r ".4s, v31.4s, v31.4s\n"
  __asm__ volatile("1:\n" STEP("0") STEP("1") STEP("2") STEP("3") STEP("4") STEP("5") STEP("6") STEP("7") STEP("16")
                       STEP("17") STEP("18") STEP("19") "subs %[steps], %[steps], #1\n b.ne 1b\n"
                   : [steps] "+r"(steps)::"cc", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v16", "v17", "v18",
                     "v19");
#undef STEP
}

static void read_128(const char *data, uint64_t steps) {
  __asm__ volatile("1:\n ldp q0, q1, [%[data]]\n ldp q2, q3, [%[data], #32]\n ldp q4, q5, [%[data], #64]\n"
                   "ldp q6, q7, [%[data], #96]\n add %[data], %[data], #128\n"
                   "subs %[steps], %[steps], #1\n b.ne 1b\n"
                   : [steps] "+r"(steps), [data] "+r"(data)::"cc", "memory", "v0", "v1", "v2", "v3", "v4", "v5", "v6",
                     "v7");
}

#endif

/* The widest loops that processor and operating system have. */
typedef struct probe_loops {
  probe_body add, read;
  int width; /* bytes of a register */
} probe_loops;

static probe_loops choose_loops(void) {
#if defined(__x86_64__)
  if (ingot_processor_level() >= 4)
    return (probe_loops){add_512, read_512, 64};
  if (ingot_processor_level() >= 3)
    return (probe_loops){add_256, read_256, 32};
#endif
#if defined(__x86_64__) || defined(__aarch64__)
  return (probe_loops){add_128, read_128, 16};
#else
  return (probe_loops){0};
#endif
}

static const double seconds_of_a_probe = 0.02;
static const uint64_t bytes_of_size[NUM_SIZES] = {256 << 10, 2 << 20, 16 << 20, 64 << 20}; /* of each thread */

typedef struct probe {
  int32_t threads;
  probe_loops loops;
  pthread_barrier_t barrier;
  atomic_int start; /* 1: begin, -1: leave, as there are too few threads */
  double *begins, *ends;
  bool stop, failed;
  machine_limits *limits;
} probe;

typedef struct worker {
  probe *shared;
  int32_t index;
} worker;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* All threads run `body` at the same time; the shortest that took from the first begin to the last end. */
static double best_seconds(const worker *self, probe_body body, const char *data, uint64_t steps) {
  probe *shared = self->shared;
  double best = 0, until = now() + seconds_of_a_probe;
  for (int sample = 0;; ++sample) {
    if (self->index == 0)
      shared->stop = sample > 3 && now() > until;
    pthread_barrier_wait(&shared->barrier);
    bool stop = shared->stop;
    pthread_barrier_wait(&shared->barrier); /* everybody knows before it changes */
    if (stop)
      return best;
    shared->begins[self->index] = now();
    body(data, steps);
    shared->ends[self->index] = now();
    pthread_barrier_wait(&shared->barrier);
    double begin = shared->begins[0], end = shared->ends[0];
    for (int32_t i = 1; i < shared->threads; ++i) {
      begin = shared->begins[i] < begin ? shared->begins[i] : begin;
      end = shared->ends[i] > end ? shared->ends[i] : end;
    }
    best = sample == 0 || end - begin < best ? end - begin : best;
  }
}

static void *work(void *argument) {
  const worker *self = argument;
  probe *shared = self->shared;
  int start;
  while (!(start = atomic_load(&shared->start)))
    sched_yield();
  if (start < 0)
    return NULL;
  const uint64_t steps = 20000, largest = bytes_of_size[NUM_SIZES - 1];
  double flops = 2.0 * CHAINS * (double)steps * shared->loops.width / sizeof(float) * shared->threads;
  double seconds = best_seconds(self, shared->loops.add, NULL, steps);
  if (self->index == 0)
    shared->limits->gflops = flops / seconds * 1e-9;
  char *data = aligned_alloc(4096, largest);
  if (!data)
    shared->failed = true;
  else
    memset(data, self->index + 1, largest);
  pthread_barrier_wait(&shared->barrier);
  for (int size = 0; size < NUM_SIZES && !shared->failed; ++size) {
    uint64_t bytes = bytes_of_size[size];
    seconds = best_seconds(self, shared->loops.read, data, bytes / (uint64_t)(LOADS * shared->loops.width));
    if (self->index == 0) {
      shared->limits->bytes[size] = (double)bytes * shared->threads;
      shared->limits->gbs[size] = (double)bytes * shared->threads / seconds * 1e-9;
    }
  }
  free(data);
  return NULL;
}

static void run_probe(probe *shared, worker *workers, pthread_t *handles) {
  int32_t created = 1;
  for (int32_t i = 0; i < shared->threads; ++i)
    workers[i] = (worker){shared, i};
  while (created < shared->threads && !pthread_create(&handles[created], NULL, work, &workers[created]))
    ++created;
  atomic_store(&shared->start, created == shared->threads ? 1 : -1);
  work(&workers[0]);
  for (int32_t i = 1; i < created; ++i)
    pthread_join(handles[i], NULL);
}

void probe_limits(int32_t threads, machine_limits *limits) {
  *limits = (machine_limits){0};
  size_t count = (size_t)threads;
  probe shared = {.threads = threads, .loops = choose_loops(), .limits = limits};
  worker *workers = calloc(count, sizeof *workers);
  pthread_t *handles = calloc(count, sizeof *handles);
  shared.begins = calloc(2 * count, sizeof *shared.begins);
  if (shared.loops.add && workers && handles && shared.begins &&
      !pthread_barrier_init(&shared.barrier, NULL, (unsigned)threads)) {
    shared.ends = shared.begins + count;
    run_probe(&shared, workers, handles);
    pthread_barrier_destroy(&shared.barrier);
  }
  free(workers);
  free(handles);
  free(shared.begins);
}

/*===-- probe.c - the limits of the processors that it runs on ---------------===
 *
 * Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
 * See LICENSE for licence information.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * usage: probe THREADS SECONDS. Prints a JSON object: GFLOP/s of f32
 * multiply-adds in registers, and GB/s of reading arrays of growing size, for
 * all threads together, each the best of many short samples. Compiled for the
 * processor at hand.
 *===------------------------------------------------------------------------===*/
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifdef __AVX512F__
enum { WIDTH = 16, CHAINS = 24 };
#elif defined(__AVX__)
enum { WIDTH = 8, CHAINS = 12 };
#else
enum { WIDTH = 4, CHAINS = 12 };
#endif
typedef float lanes __attribute__((vector_size(WIDTH * sizeof(float))));

enum { STEPS = 20000, MAX_THREADS = 256, SIZES = 6 };
static const size_t bytes_of_size[SIZES] = {512 << 10, 2 << 20, 8 << 20, 20 << 20, 64 << 20, 256 << 20};

static int threads;
static double seconds_of_a_probe;
static pthread_barrier_t barrier;
static volatile double begins[MAX_THREADS], ends[MAX_THREADS];
static volatile int stop;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Chains that do not wait for each other. The empty asm uses their sum, so that the compiler keeps them. */
static void multiply_add(void) {
  lanes sums[CHAINS], factor, term;
  for (int lane = 0; lane < WIDTH; ++lane)
    factor[lane] = 0.999f, term[lane] = 0.001f;
#pragma GCC unroll 32
  for (int i = 0; i < CHAINS; ++i)
    sums[i] = term * (float)i;
  for (int step = 0; step < STEPS; ++step) {
#pragma GCC unroll 32
    for (int i = 0; i < CHAINS; ++i)
      sums[i] = sums[i] * factor + term;
  }
#pragma GCC unroll 32
  for (int i = 1; i < CHAINS; ++i)
    sums[0] += sums[i];
  __asm__ volatile("" ::"m"(sums[0]) : "memory");
}

static void read_array(const char *data, size_t bytes) {
  typedef uint64_t words __attribute__((vector_size(WIDTH * sizeof(float))));
  const words *begin = (const words *)data, *end = (const words *)(data + bytes);
  words sums[8] = {0};
  for (; begin < end; begin += 8)
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i)
      sums[i] ^= begin[i];
#pragma GCC unroll 8
  for (int i = 1; i < 8; ++i)
    sums[0] ^= sums[i];
  __asm__ volatile("" ::"m"(sums[0]) : "memory");
}

/* All threads do `repeats` passes together; the best of the samples, in passes a second. */
static double best_rate(int thread, const char *data, size_t bytes, int repeats) {
  double best = 0, until = 0;
  for (int sample = 0;; ++sample) {
    pthread_barrier_wait(&barrier);
    if (thread == 0)
      stop = sample > 3 && now() > until;
    pthread_barrier_wait(&barrier);
    if (stop)
      return best;
    if (sample == 0)
      until = now() + seconds_of_a_probe;
    begins[thread] = now();
    for (int i = 0; i < repeats; ++i)
      data ? read_array(data, bytes) : multiply_add();
    ends[thread] = now();
    pthread_barrier_wait(&barrier);
    double first = begins[0], last = ends[0];
    for (int i = 1; i < threads; ++i) {
      first = begins[i] < first ? begins[i] : first;
      last = ends[i] > last ? ends[i] : last;
    }
    double rate = repeats / (last - first);
    best = rate > best ? rate : best;
  }
}

static void *probe(void *argument) {
  int thread = (int)(intptr_t)argument;
  double gflops = threads * 2e-9 * WIDTH * CHAINS * STEPS * best_rate(thread, NULL, 0, 10);
  if (thread == 0)
    printf("{\"threads\": %d, \"f32_gflops\": %.2f, \"read_gbs\": {", threads, gflops);
  for (int size = 0; size < SIZES; ++size) {
    size_t bytes = bytes_of_size[size];
    char *data = aligned_alloc(4096, bytes);
    if (!data)
      exit(EXIT_FAILURE);
    memset(data, thread + 1, bytes);
    int repeats = (int)((8 << 20) / bytes);
    double rate = best_rate(thread, data, bytes, repeats ? repeats : 1);
    if (thread == 0)
      printf("%s\"%zu\": %.2f", size ? ", " : "", bytes, threads * 1e-9 * (double)bytes * rate);
    free(data);
  }
  if (thread == 0)
    printf("}}\n");
  return NULL;
}

/* A thread a processor, of those that the process may use. */
static void pin(pthread_attr_t *attributes, int thread) {
  cpu_set_t allowed, one;
  sched_getaffinity(0, sizeof allowed, &allowed);
  int left = thread % CPU_COUNT(&allowed);
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &allowed) && left-- == 0)
      CPU_SET(cpu, &one);
  pthread_attr_setaffinity_np(attributes, sizeof one, &one);
}

int main(int argc, char **argv) {
  threads = argc > 1 ? atoi(argv[1]) : 1;
  seconds_of_a_probe = argc > 2 ? atof(argv[2]) : 0.2;
  if (threads < 1 || threads > MAX_THREADS)
    return EXIT_FAILURE;
  pthread_barrier_init(&barrier, NULL, (unsigned)threads);
  pthread_t handles[MAX_THREADS];
  for (int i = 0; i < threads; ++i) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pin(&attributes, i);
    if (pthread_create(&handles[i], &attributes, probe, (void *)(intptr_t)i))
      return EXIT_FAILURE;
  }
  for (int i = 0; i < threads; ++i)
    pthread_join(handles[i], NULL);
  return EXIT_SUCCESS;
}

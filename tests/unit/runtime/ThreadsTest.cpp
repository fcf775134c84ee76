//===-- ThreadsTest.cpp - the pool of threads -----------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "threads.h"

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <thread>
#include <vector>

namespace {

struct Pool {
  explicit Pool(int32_t threads) { EXPECT_EQ(ingot_pool_create(threads, &pool), INGOT_OK); }
  ~Pool() { ingot_pool_destroy(pool); }
  operator ingot_pool *() const { return pool; }
  ingot_pool *pool = nullptr;
};

/// One loop, on its own.
void run(ingot_pool *pool, ingot_parallel_fn fn, void *arguments, int64_t count) {
  ingot_pool_add(pool, fn, arguments, 0, count, INT32_MAX);
  ingot_pool_join(pool);
}

void increment(void *arguments, int64_t begin, int64_t end) {
  auto *values = static_cast<int *>(arguments);
  for (int64_t i = begin; i < end; ++i)
    ++values[i];
}

} // namespace

TEST(Threads, visitEveryIterationOnce) {
  for (int32_t threads : {1, 2, 3, 4, 7, 16}) {
    Pool pool(threads);
    EXPECT_EQ(ingot_pool_threads(pool), threads);
    for (int64_t count : {0, 1, 2, 3, 5, 16, 17, 1000, 1}) {
      std::vector<int> values(static_cast<size_t>(count) + 1);
      for (int round = 1; round <= 50; ++round)
        run(pool, increment, values.data(), count);
      for (int64_t i = 0; i < count; ++i)
        ASSERT_EQ(values[i], 50) << threads << " threads, iteration " << i << " of " << count;
      EXPECT_EQ(values[count], 0);
    }
  }
}

TEST(Threads, negativeCountRunsNothing) {
  Pool pool(2);
  run(
      pool, [](void *, int64_t, int64_t) { FAIL(); }, nullptr, -5);
}

TEST(Threads, splitIntoEvenPieces) {
  Pool pool(4);
  struct Pieces {
    std::atomic<int> count{0};
    std::atomic<int64_t> most{0};
  } pieces;
  run(
      pool,
      [](void *arguments, int64_t begin, int64_t end) {
        auto *pieces = static_cast<Pieces *>(arguments);
        ++pieces->count;
        int64_t most = pieces->most;
        while (most < end - begin && !pieces->most.compare_exchange_weak(most, end - begin))
          ;
      },
      &pieces, 10);
  EXPECT_EQ(pieces.count, 4);
  EXPECT_EQ(pieces.most, 3);
}

TEST(Threads, nestedCallsRunInline) {
  Pool pool(3);
  struct State {
    ingot_pool *pool;
    std::atomic<int> sum{0};
  } state{pool, {}};
  auto inner = [](void *arguments, int64_t begin, int64_t end) {
    static_cast<State *>(arguments)->sum += static_cast<int>(end - begin);
  };
  static ingot_parallel_fn innerFn = inner;
  for (int round = 0; round < 100; ++round)
    run(
        pool,
        [](void *arguments, int64_t begin, int64_t end) {
          for (int64_t i = begin; i < end; ++i)
            run(static_cast<State *>(arguments)->pool, innerFn, arguments, 10);
        },
        &state, 8);
  EXPECT_EQ(state.sum, 100 * 8 * 10);
}

TEST(Threads, workAfterSleep) {
  Pool pool(4);
  std::vector<int> values(100);
  for (int round = 0; round < 5; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    run(pool, increment, values.data(), 100);
  }
  for (int value : values)
    EXPECT_EQ(value, 5);
}

TEST(Threads, waitAwakeForTheNextLoop) {
  if (ingot_available_cpus() < 2)
    GTEST_SKIP() << "needs two CPUs";
  Pool pool(2);
  std::vector<int> values(100);
  enum { ROUNDS = 200 };
  // What another program does to one round is none of the pool's: the best of some attempts counts.
  long fewest = ROUNDS;
  for (int attempt = 0; attempt < 10; ++attempt) {
    rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    for (int round = 0; round < ROUNDS; ++round) {
      auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(80);
      while (std::chrono::steady_clock::now() < end)
        ;
      run(pool, increment, values.data(), 100);
    }
    getrusage(RUSAGE_SELF, &after);
    fewest = std::min(fewest, after.ru_nvcsw - before.ru_nvcsw);
  }
  EXPECT_LT(fewest, ROUNDS / 4) << "sleeps in " << ROUNDS << " loops";
  EXPECT_EQ(values, std::vector<int>(100, 10 * ROUNDS));
}

// Sleepers that find their pieces taken must not miss the next loop's.
TEST(Threads, shortLoopsAfterSleep) {
  Pool pool(7);
  std::vector<int> values(7);
  for (int round = 0; round < 200; ++round) {
    if (round % 10 == 0)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    run(pool, increment, values.data(), 2 + round % 6);
  }
  for (int i = 0; i < 7; ++i) {
    int visits = 0;
    for (int round = 0; round < 200; ++round)
      visits += i < 2 + round % 6;
    EXPECT_EQ(values[i], visits);
  }
}

namespace {

/// Adds to each element the sum of the elements that another loop has written, so that each loop needs all of the last.
struct Sum {
  const std::vector<int64_t> *from;
  std::vector<int64_t> *to;

  static void run(void *arguments, int64_t begin, int64_t end) {
    auto *sum = static_cast<Sum *>(arguments);
    int64_t total = 0;
    for (int64_t value : *sum->from)
      total = (total * 31 + value) % 1000003;
    for (int64_t i = begin; i < end; ++i)
      (*sum->to)[i] = total + i;
  }
};

std::vector<int64_t> runChain(ingot_pool *pool, int64_t size, int loops, int32_t mostPieces) {
  std::vector<int64_t> a(static_cast<size_t>(size), 1), b(a);
  for (int i = 0; i < loops; ++i) {
    Sum sum{i % 2 ? &b : &a, i % 2 ? &a : &b};
    ingot_pool_add(pool, Sum::run, &sum, sizeof sum, size, i % 5 == 4 ? 1 : mostPieces); // `sum` is copied
  }
  ingot_pool_join(pool);
  return loops % 2 ? b : a;
}

} // namespace

TEST(Threads, loopsOfAChainRunInOrder) {
  for (int loops : {1, 2, 7, 64, 65, 300}) {
    for (int64_t size : {1, 3, 50}) {
      Pool one(1);
      std::vector<int64_t> expected = runChain(one, size, loops, 1);
      for (int32_t threads : {2, 3, 8}) {
        Pool pool(threads);
        for (int32_t most : {2, 3, 8, 2}) { // threads that stayed out come back
          if (loops == 7)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
          ASSERT_EQ(runChain(pool, size, loops, most), expected) << threads << " threads, " << loops << " loops";
        }
      }
    }
  }
}

TEST(Threads, argumentsBeyondTheRoomForThem) {
  Pool pool(2);
  struct Large {
    std::atomic<int64_t> *sum;
    char rest[20000];
  };
  std::atomic<int64_t> sum{0};
  auto add = [](void *arguments, int64_t begin, int64_t end) { *static_cast<Large *>(arguments)->sum += end - begin; };
  for (int i = 0; i < 3; ++i) {
    Large large{&sum, {}};
    ingot_pool_add(pool, add, &large, sizeof large, 10, INT32_MAX);
    large.sum = nullptr;
  }
  EXPECT_EQ(sum, 30); // nothing to join
}

TEST(Threads, droppedLoopsDoNotRun) {
  Pool pool(2);
  std::vector<int> values(10);
  ingot_pool_add(pool, increment, values.data(), 0, 10, INT32_MAX);
  ingot_pool_drop(pool);
  ingot_pool_join(pool);
  EXPECT_EQ(values, std::vector<int>(10));
}

TEST(Threads, severalPoolsAtOnce) {
  std::vector<std::thread> callers;
  std::atomic<int> right{0};
  for (int caller = 0; caller < 4; ++caller)
    callers.emplace_back([&] {
      Pool pool(3);
      std::vector<int> values(64);
      for (int round = 0; round < 500; ++round)
        run(pool, increment, values.data(), 64);
      right += values == std::vector<int>(64, 500);
    });
  for (std::thread &caller : callers)
    caller.join();
  EXPECT_EQ(right, 4);
}

TEST(Threads, idleThreadsUseNoTime) {
  Pool pool(4);
  std::vector<int> values(16);
  run(pool, increment, values.data(), 16);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::clock_t before = std::clock();
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_LT(std::clock() - before, CLOCKS_PER_SEC / 20);
}

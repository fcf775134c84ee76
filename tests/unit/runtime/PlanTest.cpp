//===-- PlanTest.cpp - placement of buffers -------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "plan.h"

#include "ingot_abi.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace {

struct Case {
  std::vector<int64_t> sizes;
  std::vector<int32_t> first, last;
  std::vector<int64_t> offsets;
  uint64_t total = 0;

  void add(int64_t size, int32_t begin, int32_t end) {
    sizes.push_back(size);
    first.push_back(begin);
    last.push_back(end);
  }
  int64_t count() const { return static_cast<int64_t>(sizes.size()); }
  void plan() {
    offsets.assign(sizes.size(), -1);
    total = ingot_plan_offsets(count(), sizes.data(), first.data(), last.data(), offsets.data());
  }
  uint64_t bound() const { return ingot_plan_bound(count(), sizes.data(), first.data(), last.data()); }

  bool collide(size_t a, size_t b) const {
    return first[a] <= last[b] && first[b] <= last[a] && sizes[a] && sizes[b] && offsets[a] < offsets[b] + sizes[b] &&
           offsets[b] < offsets[a] + sizes[a];
  }

  /// The largest live set, step by step.
  uint64_t liveByForce(int32_t steps) const {
    uint64_t most = 0;
    for (int32_t step = 0; step < steps; ++step) {
      uint64_t live = 0;
      for (size_t i = 0; i < sizes.size(); ++i)
        if (first[i] <= step && step <= last[i])
          live += (sizes[i] + INGOT_ALIGNMENT - 1) / INGOT_ALIGNMENT * INGOT_ALIGNMENT;
      most = std::max(most, live);
    }
    return most;
  }

  void check() {
    plan();
    ASSERT_NE(total, INGOT_PLAN_FAILED);
    for (size_t i = 0; i < sizes.size(); ++i) {
      EXPECT_EQ(offsets[i] % INGOT_ALIGNMENT, 0);
      EXPECT_LE(static_cast<uint64_t>(offsets[i] + sizes[i]), total);
      for (size_t k = 0; k < i; ++k)
        ASSERT_FALSE(collide(i, k)) << i << " and " << k;
    }
  }
};

/// A network's shape: mostly short lifetimes in order, a few long ones (skips), sizes over several magnitudes.
Case randomCase(unsigned seed, int32_t count) {
  std::mt19937 random(seed);
  auto pick = [&](int64_t low, int64_t high) { return std::uniform_int_distribution<int64_t>(low, high)(random); };
  Case result;
  for (int32_t i = 0; i < count; ++i) {
    int64_t length = pick(0, 9) ? pick(0, 3) : pick(0, count);
    result.add(pick(0, 1) ? pick(0, 2000) : pick(0, 2000000), i, std::min<int64_t>(count - 1, i + length));
  }
  return result;
}

} // namespace

TEST(Plan, nothing) {
  Case none;
  none.plan();
  EXPECT_EQ(none.total, 0u);
}

TEST(Plan, reusesMemoryOfTheDead) {
  Case chain;
  for (int32_t i = 0; i < 10; ++i)
    chain.add(1000, i, i + 1);
  chain.check();
  EXPECT_EQ(chain.total, 2 * 1024u);
}

TEST(Plan, middlesLieAtOnePlace) {
  Case narrowing;
  narrowing.add(8192, 0, 1);
  narrowing.add(4096, 1, 2);
  narrowing.add(4096, 2, 3);
  narrowing.add(2048, 3, 4);
  narrowing.check();
  EXPECT_EQ(narrowing.total, narrowing.bound());
  EXPECT_EQ(narrowing.offsets, (std::vector<int64_t>{0, 8192, 2048, 8192 + 1024}));
}

TEST(Plan, middlesTakeAnEighthMoreAtMost) {
  Case two, halves;
  two.add(8192, 0, 0);
  two.add(4096, 1, 1);
  two.add(2048, 1, 1); // 2048 bytes are left on either side of the other one
  two.check();
  EXPECT_EQ(two.total, 8192u);
  EXPECT_EQ(two.offsets[1], 2048);
  halves.add(8192, 0, 0);
  halves.add(4096, 1, 1);
  halves.add(4096, 1, 1);
  halves.check();
  EXPECT_EQ(halves.total, 8192u); // side by side
}

TEST(Plan, emptyBuffersTakeNoSpace) {
  Case one;
  one.add(0, 0, 5);
  one.add(64, 0, 5);
  one.check();
  EXPECT_EQ(one.total, 64u);
}

TEST(Plan, boundIsTheLargestLiveSet) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    Case random = randomCase(seed, 60);
    EXPECT_EQ(random.bound(), random.liveByForce(60));
  }
}

TEST(Plan, stays20PercentFromTheBound) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    Case random = randomCase(seed, 5 + static_cast<int32_t>(seed % 100) * 2);
    random.check();
    EXPECT_LE(static_cast<double>(random.total), 1.2 * static_cast<double>(random.bound())) << "seed " << seed;
  }
}

TEST(Plan, isDeterministic) {
  Case random = randomCase(7, 100);
  random.plan();
  std::vector<int64_t> before = random.offsets;
  random.plan();
  EXPECT_EQ(random.offsets, before);
}

TEST(Plan, refusesNonsense) {
  Case negative, backward, large;
  negative.add(-1, 0, 1);
  backward.add(1, 2, 1);
  large.add(INT64_MAX - 100, 0, 1);
  large.add(INT64_MAX - 100, 0, 1);
  for (Case *one : {&negative, &backward, &large}) {
    one->plan();
    EXPECT_EQ(one->total, INGOT_PLAN_FAILED);
    EXPECT_EQ(one->bound(), INGOT_PLAN_FAILED);
  }
}

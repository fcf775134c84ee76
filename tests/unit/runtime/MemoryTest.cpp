//===-- MemoryTest.cpp - arena, heap blocks and the plan cache ------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "FakeModel.h"

#include <cstring>

using namespace ingot::test;

namespace {

bool aligned(const void *pointer) { return reinterpret_cast<uintptr_t>(pointer) % INGOT_ALIGNMENT == 0; }

void makeOutput(ingot_context *context, const ingot_tensor *inputs) {
  ingot_rt_output(context, 0, 2, inputs[0].dims, nullptr);
}

} // namespace

TEST(Memory, arenaGrowsAndStays) {
  static void *seen[2];
  FakeModel fake([](ingot_context *context, const ingot_tensor *inputs, const void *) {
    makeOutput(context, inputs);
    void *small = ingot_rt_arena(context, 100);
    EXPECT_TRUE(aligned(small));
    std::memset(small, 1, 100);
    void *large = ingot_rt_arena(context, 8 << 20);
    EXPECT_TRUE(aligned(large));
    std::memset(large, 2, 8 << 20);
    if (small != large) // the outgrown one still belongs to this run
      std::memset(small, 3, 100);
    EXPECT_EQ(ingot_rt_arena(context, 50), large);
    seen[static_cast<float *>(inputs[0].data)[0] != 1] = large;
  });
  ASSERT_EQ(fake.create(), INGOT_OK);
  EXPECT_EQ(fake.run(), INGOT_OK);
  fake.xs[0] = 2;
  EXPECT_EQ(fake.run(), INGOT_OK);
  EXPECT_EQ(seen[0], seen[1]);
  EXPECT_LT(ingot_session_memory(fake.session), (8u << 20) + 4096);
}

TEST(Memory, heapBlocksAreReusedThenReleased) {
  FakeModel fake([](ingot_context *context, const ingot_tensor *inputs, const void *) {
    makeOutput(context, inputs);
    if (static_cast<float *>(inputs[0].data)[0] != 1)
      return;
    void *a = ingot_rt_alloc(context, 100000), *b = ingot_rt_alloc(context, 0);
    EXPECT_TRUE(aligned(a) && aligned(b));
    EXPECT_NE(a, b);
    std::memset(a, 1, 100000);
    ingot_rt_free(context, a);
    ingot_rt_free(context, nullptr);
    void *reused = ingot_rt_alloc(context, 100000);
    EXPECT_EQ(reused, a);
    EXPECT_NE(ingot_rt_alloc(context, 100000), reused);
    // Blocks of a few bytes, too, which are made larger than what was asked for.
    void *small = ingot_rt_alloc(context, 5);
    ingot_rt_free(context, small);
    EXPECT_EQ(ingot_rt_alloc(context, 6), small);
  });
  ASSERT_EQ(fake.create(), INGOT_OK);
  EXPECT_EQ(fake.run(), INGOT_OK);
  uint64_t after = ingot_session_memory(fake.session);
  EXPECT_GT(after, 190000u);
  EXPECT_EQ(fake.run(), INGOT_OK);
  EXPECT_EQ(ingot_session_memory(fake.session), after);
  fake.xs[0] = 2; // a run without them
  EXPECT_EQ(fake.run(), INGOT_OK);
  EXPECT_LT(ingot_session_memory(fake.session), 1000u);
}

TEST(Memory, absurdSizesFail) {
  FakeModel heap([](ingot_context *context, const ingot_tensor *, const void *) {
    ingot_rt_alloc(context, static_cast<uint64_t>(-8));
  });
  ASSERT_EQ(heap.create(), INGOT_OK);
  EXPECT_EQ(heap.run(), INGOT_FAILED);
  EXPECT_STREQ(ingot_last_error(), "out of memory: cannot allocate -8 bytes");
  FakeModel arena(
      [](ingot_context *context, const ingot_tensor *, const void *) { ingot_rt_arena(context, UINT64_MAX / 2); });
  ASSERT_EQ(arena.create(), INGOT_OK);
  EXPECT_EQ(arena.run(), INGOT_FAILED);
  EXPECT_STREQ(ingot_last_error(), "out of memory: cannot allocate an arena of 9223372036854775807 bytes");
}

TEST(Memory, planIsRememberedBySizes) {
  FakeModel fake([](ingot_context *context, const ingot_tensor *inputs, const void *) {
    makeOutput(context, inputs);
    const int32_t first[] = {0, 1, 2}, last[] = {1, 2, 3};
    for (int64_t round = 0; round < 40; ++round) {
      int64_t sizes[] = {64 * (round % 20 + 1), 64, 128}, offsets[3], again[3];
      uint64_t total = ingot_rt_plan(context, 5, 3, sizes, first, last, offsets);
      EXPECT_EQ(ingot_rt_plan(context, 5, 3, sizes, first, last, again), total);
      EXPECT_EQ(std::memcmp(offsets, again, sizeof offsets), 0);
      EXPECT_EQ(total, std::max<uint64_t>(sizes[0] + 64, 192));
    }
    EXPECT_EQ(ingot_rt_plan(context, 6, 0, nullptr, nullptr, nullptr, nullptr), 0u);
  });
  ASSERT_EQ(fake.create(), INGOT_OK);
  EXPECT_EQ(fake.run(), INGOT_OK) << ingot_last_error();
}

TEST(Memory, planOfNegativeSizesFails) {
  FakeModel fake([](ingot_context *context, const ingot_tensor *, const void *) {
    const int32_t step = 0;
    int64_t size = -5, offset;
    ingot_rt_plan(context, 0, 1, &size, &step, &step, &offset);
  });
  ASSERT_EQ(fake.create(), INGOT_OK);
  EXPECT_EQ(fake.run(), INGOT_FAILED);
  EXPECT_STREQ(ingot_last_error(), "cannot plan memory for these shapes: too large, or a size is negative");
}

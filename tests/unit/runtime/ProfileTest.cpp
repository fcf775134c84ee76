//===-- ProfileTest.cpp - time spent in each kernel -----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "FakeModel.h"

using namespace ingot::test;

static void timedBody(ingot_context *context, const ingot_tensor *inputs, const void *weights) {
  for (int32_t kernel : {0, 1, 1}) {
    ingot_rt_kernel_begin(context, kernel);
    addBody(context, inputs, weights);
    ingot_rt_kernel_end(context, kernel, 10 + kernel, 100);
  }
}

TEST(Profile, off) {
  FakeModel fake(timedBody);
  ASSERT_EQ(fake.create(), INGOT_OK);
  EXPECT_EQ(fake.run(), INGOT_OK);
  uint64_t count = 1;
  EXPECT_EQ(ingot_session_totals(fake.session), nullptr);
  EXPECT_EQ(ingot_session_events(fake.session, &count), nullptr);
  EXPECT_EQ(count, 0u);
}

TEST(Profile, totals) {
  FakeModel fake(timedBody);
  ASSERT_EQ(fake.create({1, INGOT_PROFILE_TOTALS, nullptr}), INGOT_OK);
  EXPECT_EQ(fake.run(), INGOT_OK);
  EXPECT_EQ(fake.run(), INGOT_OK);
  const ingot_kernel_totals *totals = ingot_session_totals(fake.session);
  ASSERT_NE(totals, nullptr);
  EXPECT_EQ(totals[0].calls, 2u);
  EXPECT_EQ(totals[1].calls, 4u);
  EXPECT_EQ(totals[0].flops, 20u);
  EXPECT_EQ(totals[1].flops, 44u);
  EXPECT_EQ(totals[1].bytes, 400u);
  ingot_session_reset_profile(fake.session);
  EXPECT_EQ(totals[1].calls, 0u);
}

TEST(Profile, events) {
  FakeModel fake(timedBody);
  ASSERT_EQ(fake.create({1, INGOT_PROFILE_EVENTS, nullptr}), INGOT_OK);
  for (int round = 0; round < 500; ++round)
    EXPECT_EQ(fake.run(), INGOT_OK);
  uint64_t count, time = 0;
  const ingot_kernel_event *events = ingot_session_events(fake.session, &count);
  ASSERT_EQ(count, 1500u);
  for (uint64_t i = 0; i < count; ++i) {
    EXPECT_EQ(events[i].kernel, i % 3 != 0);
    EXPECT_EQ(events[i].flops, 10u + (i % 3 != 0));
    EXPECT_LE(time, events[i].begin);
    EXPECT_LE(events[i].begin, events[i].end);
    time = events[i].end;
  }
}

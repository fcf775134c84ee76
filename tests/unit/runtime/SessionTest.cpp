//===-- SessionTest.cpp - sessions: what they refuse, and how runs end ----===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "FakeModel.h"

#include <atomic>
#include <thread>

using namespace ingot::test;

TEST(Session, runsIntoItsOwnMemory) {
  FakeModel fake(addBody);
  ASSERT_EQ(fake.create(), INGOT_OK);
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(fake.run(), INGOT_OK) << ingot_last_error();
    EXPECT_EQ(fake.y.dtype, INGOT_F32);
    EXPECT_EQ(fake.y.rank, 2);
    EXPECT_EQ(fake.y.dims[0], 2);
    EXPECT_EQ(fake.y.bytes, 24u);
    EXPECT_EQ(static_cast<float *>(fake.y.data)[5], 26);
  }
}

TEST(Session, runsIntoTheCallersMemory) {
  FakeModel fake(addBody);
  ASSERT_EQ(fake.create(), INGOT_OK);
  float memory[10] = {};
  fake.y.data = memory;
  fake.y.bytes = sizeof memory;
  ASSERT_EQ(fake.run(), INGOT_OK);
  EXPECT_EQ(fake.y.data, memory);
  EXPECT_EQ(fake.y.bytes, 24u);
  EXPECT_EQ(memory[5], 26);
  fake.y.bytes = 23;
  EXPECT_EQ(fake.run(), INGOT_FAILED);
  EXPECT_STREQ(ingot_last_error(), "output 'y': shape [2, 3] needs 24 bytes but the caller's memory has 23");
  EXPECT_EQ(fake.y.bytes, 23u);
}

TEST(Session, runsIntoAPlaceInTheArena) {
  static char *place;
  FakeModel fake([](ingot_context *context, const ingot_tensor *inputs, const void *) {
    place = static_cast<char *>(ingot_rt_arena(context, inputs[0].dims[0] << 20)) + 64;
    *static_cast<float *>(ingot_rt_output(context, 0, 2, inputs[0].dims, place)) = 7;
  });
  ASSERT_EQ(fake.create(), INGOT_OK);
  // A larger arena may lie elsewhere: what the run before gave out is none of the caller's memory.
  for (int64_t rows : {1, 2}) {
    fake.x.dims[0] = fake.z.dims[0] = rows;
    ASSERT_EQ(fake.run(), INGOT_OK) << ingot_last_error();
    EXPECT_EQ(fake.y.data, place);
    EXPECT_EQ(fake.y.bytes, static_cast<uint64_t>(rows) * 12);
  }
  float memory[6] = {};
  fake.y.data = memory;
  fake.y.bytes = sizeof memory;
  ASSERT_EQ(fake.run(), INGOT_OK) << ingot_last_error();
  EXPECT_EQ(fake.y.data, memory);
  EXPECT_EQ(memory[0], 7);
}

TEST(Session, refusesAnotherAbi) {
  FakeModel fake(addBody);
  fake.model.abi_version = INGOT_ABI_VERSION + 6;
  EXPECT_EQ(fake.create(), INGOT_INCOMPATIBLE);
  EXPECT_EQ(fake.session, nullptr);
  std::string expected = "model 'fake' was built against ABI version " + std::to_string(INGOT_ABI_VERSION + 6) +
                         " but this runtime has ABI version " + std::to_string(INGOT_ABI_VERSION);
  EXPECT_EQ(ingot_last_error(), expected);
}

TEST(Session, refusesAnotherMagic) {
  FakeModel fake(addBody);
  fake.model.magic = 0x1234;
  EXPECT_EQ(fake.create(), INGOT_INCOMPATIBLE);
  EXPECT_STREQ(ingot_last_error(), "not an Ingot model: its magic number is 0x00001234 but 0x544f474e is expected");
  ingot_session *session;
  EXPECT_EQ(ingot_session_create(nullptr, nullptr, &session), INGOT_INVALID);
}

TEST(Session, refusesAbsurdThreads) {
  FakeModel fake(addBody);
  EXPECT_EQ(fake.create({-2, 0, nullptr}), INGOT_INVALID);
  EXPECT_STREQ(ingot_last_error(), "expected 0 to 4096 threads but got -2");
}

namespace {

/// Runs after a change of the inputs, and expects a message.
template <typename Change> void expectRefused(const char *message, Change change) {
  FakeModel fake(addBody);
  ASSERT_EQ(fake.create(), INGOT_OK);
  change(fake);
  EXPECT_EQ(fake.run(), INGOT_INVALID);
  EXPECT_STREQ(ingot_last_error(), message);
}

} // namespace

TEST(Session, refusesWrongInputs) {
  expectRefused("input 'x': expected type f32 but got i64", [](FakeModel &fake) { fake.x.dtype = INGOT_I64; });
  expectRefused("input 'x': expected type f32 but got unknown", [](FakeModel &fake) { fake.x.dtype = 77; });
  expectRefused("input 'z': expected rank 1 but got 2", [](FakeModel &fake) { fake.z.rank = 2; });
  expectRefused("input 'x': expected dimension 1 to be 3 but got 4 (shape [-1, 3], got [2, 4])",
                [](FakeModel &fake) { fake.x.dims[1] = 4; });
  expectRefused("input 'x': dimension 0 is negative: -1", [](FakeModel &fake) { fake.x.dims[0] = -1; });
  expectRefused("input 'x': shape [2, 3] of f32 needs 24 bytes but got 20", [](FakeModel &fake) { fake.x.bytes = 20; });
  expectRefused("input 'x': shape [4611686018427387904, 3] is too large for memory",
                [](FakeModel &fake) { fake.x.dims[0] = int64_t(1) << 62; });
  expectRefused("input 'x': data is NULL", [](FakeModel &fake) { fake.x.data = nullptr; });
  expectRefused("input 'z': expected dimension 0 (N) to be 2 as in dimension 0 of input 'x' but got 1",
                [](FakeModel &fake) { fake.z.dims[0] = 1; });
  expectRefused("input 'x': data is not aligned to the 4 bytes of an element",
                [](FakeModel &fake) { fake.x.data = reinterpret_cast<char *>(fake.xs) + 1; });
  expectRefused("output 'y': data is not aligned to the 4 bytes of an element",
                [](FakeModel &fake) { fake.y.data = reinterpret_cast<char *>(fake.xs) + 2; });
}

TEST(Session, acceptsEmptyInputs) {
  FakeModel fake(addBody);
  ASSERT_EQ(fake.create(), INGOT_OK);
  fake.x = {nullptr, 0, INGOT_F32, 2, {0, 3}};
  fake.z = {nullptr, 0, INGOT_F32, 1, {0}};
  ASSERT_EQ(fake.run(), INGOT_OK) << ingot_last_error();
  EXPECT_EQ(fake.y.bytes, 0u);
  EXPECT_NE(fake.y.data, nullptr);
}

TEST(Session, failureEndsTheRun) {
  FakeModel fake([](ingot_context *context, const ingot_tensor *inputs, const void *) {
    ingot_rt_output(context, 0, 2, inputs[0].dims, nullptr);
    ingot_rt_alloc(context, 1000);
    if (static_cast<float *>(inputs[0].data)[0] == 7)
      ingot_rt_fail(context, "node \"Gather\": index %lld is not below %lld, 100 % sure", 9, 4);
  });
  ASSERT_EQ(fake.create(), INGOT_OK);
  fake.xs[0] = 7;
  EXPECT_EQ(fake.run(), INGOT_FAILED);
  EXPECT_STREQ(ingot_last_error(), "node \"Gather\": index 9 is not below 4, 100 % sure");
  EXPECT_EQ(fake.y.data, nullptr);
  fake.xs[0] = 1;
  EXPECT_EQ(fake.run(), INGOT_OK);
}

/// Counts the pieces of two loops, the first of which is not shared.
TEST(Session, loopsAreSharedUnlessTheProgramSaysOtherwise) {
  static std::atomic<int> pieces[2];
  FakeModel fake([](ingot_context *context, const ingot_tensor *inputs, const void *) {
    auto count = [](void *pieces, int64_t, int64_t) { ++*static_cast<std::atomic<int> *>(pieces); };
    ingot_rt_output(context, 0, 2, inputs[0].dims, nullptr);
    ingot_rt_parallel(context, count, &pieces[0], 0, 4);
    ingot_rt_share(context, 0);
    ingot_rt_parallel(context, count, &pieces[1], 0, 4);
  });
  ASSERT_EQ(fake.create({4, 0, nullptr}), INGOT_OK);
  for (int run = 1; run < 3; ++run) { // each run begins anew
    ASSERT_EQ(fake.run(), INGOT_OK);
    EXPECT_EQ(pieces[0], 4 * run);
    EXPECT_EQ(pieces[1], run);
  }
}

TEST(Session, firstFlagWins) {
  FakeModel fake([](ingot_context *context, const ingot_tensor *inputs, const void *) {
    ingot_rt_output(context, 0, 2, inputs[0].dims, nullptr);
    ingot_rt_parallel(
        context,
        [](void *arguments, int64_t begin, int64_t) {
          ingot_rt_flag(static_cast<ingot_context *>(arguments), "flagged %lld and %lld", begin, -1);
        },
        context, 0, 4);
    ingot_rt_join(context);
    ingot_rt_check(context);
    ADD_FAILURE() << "went on after a failed check";
  });
  ASSERT_EQ(fake.create({4, 0, nullptr}), INGOT_OK);
  for (int round = 0; round < 20; ++round) {
    EXPECT_EQ(fake.run(), INGOT_FAILED);
    EXPECT_EQ(std::string(ingot_last_error()).substr(0, 8), "flagged ");
  }
}

TEST(Session, flagWithoutCheckStillFails) {
  FakeModel fake([](ingot_context *context, const ingot_tensor *inputs, const void *) {
    ingot_rt_output(context, 0, 2, inputs[0].dims, nullptr);
    ingot_rt_flag(context, "division by zero", 0, 0);
  });
  ASSERT_EQ(fake.create(), INGOT_OK);
  EXPECT_EQ(fake.run(), INGOT_FAILED);
  EXPECT_STREQ(ingot_last_error(), "division by zero");
}

TEST(Session, outputsKeepTheDeclaredShape) {
  FakeModel fake([](ingot_context *context, const ingot_tensor *, const void *) {
    int64_t dims[] = {2, 4};
    ingot_rt_output(context, 0, 2, dims, nullptr);
  });
  ASSERT_EQ(fake.create(), INGOT_OK);
  EXPECT_EQ(fake.run(), INGOT_FAILED);
  EXPECT_STREQ(ingot_last_error(), "output 'y': the computed shape [2, 4] is not the declared one");
}

TEST(Session, everyOutputNeedsAValue) {
  FakeModel fake([](ingot_context *, const ingot_tensor *, const void *) {});
  ASSERT_EQ(fake.create(), INGOT_OK);
  EXPECT_EQ(fake.run(), INGOT_FAILED);
  EXPECT_STREQ(ingot_last_error(), "the model left output 'y' without a value");
}

TEST(Session, refusesASecondRunAtTheSameTime) {
  static std::atomic<int> stage;
  stage = 0;
  FakeModel fake([](ingot_context *context, const ingot_tensor *inputs, const void *) {
    stage = 1;
    while (stage != 2)
      std::this_thread::yield();
    ingot_rt_output(context, 0, 2, inputs[0].dims, nullptr);
  });
  ASSERT_EQ(fake.create(), INGOT_OK);
  ingot_status background = INGOT_FAILED;
  std::thread other([&] { background = fake.run(); });
  while (stage != 1)
    std::this_thread::yield();
  ingot_tensor inputs[] = {fake.x, fake.z}, y = {};
  EXPECT_EQ(ingot_session_run(fake.session, inputs, &y), INGOT_INVALID);
  EXPECT_STREQ(ingot_last_error(), "this session is already running on another thread");
  stage = 2;
  other.join();
  EXPECT_EQ(background, INGOT_OK);
}

TEST(Session, severalRunAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      FakeModel fake(addBody);
      bool good = fake.create({3, 0, nullptr}) == INGOT_OK;
      for (int round = 0; round < 50 && good; ++round)
        good = fake.run() == INGOT_OK && static_cast<float *>(fake.y.data)[0] == 11;
      right += good;
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(right, 4);
}

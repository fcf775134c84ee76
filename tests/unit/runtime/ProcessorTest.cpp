//===-- ProcessorTest.cpp - the level of the processor --------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "FakeModel.h"
#include "processor.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

struct Asked {
  explicit Asked(const char *level) { setenv("INGOT_TARGET", level, 1); }
  ~Asked() { unsetenv("INGOT_TARGET"); }
};

} // namespace

#if defined(__x86_64__)

TEST(Processor, agreesWithTheCompilersRuntime) {
  __builtin_cpu_init();
  EXPECT_EQ(ingot_processor_level() >= 2, __builtin_cpu_supports("x86-64-v2") != 0);
  EXPECT_EQ(ingot_processor_level() >= 3, __builtin_cpu_supports("x86-64-v3") != 0);
  EXPECT_EQ(ingot_processor_level() >= 4, __builtin_cpu_supports("x86-64-v4") != 0);
}

TEST(Processor, takesLessWhereAsked) {
  int32_t level = 0;
  ASSERT_EQ(ingot_chosen_level(&level), INGOT_OK);
  EXPECT_EQ(level, ingot_processor_level());
  Asked asked("x86-64-v2");
  ASSERT_EQ(ingot_chosen_level(&level), INGOT_OK);
  EXPECT_EQ(level, 2);
}

TEST(Processor, refusesWhatIsNoLevel) {
  int32_t level = 0;
  for (const char *wrong : {"x86-64-v1", "x86-64-v5", "x86-64-v33", "native", "v3"}) {
    Asked asked(wrong);
    EXPECT_EQ(ingot_chosen_level(&level), INGOT_INVALID) << wrong;
    EXPECT_EQ(ingot_last_error(),
              std::string("INGOT_TARGET: expected x86-64-v2, x86-64-v3 or x86-64-v4 but got '") + wrong + "'");
  }
}

/// What asks for tile registers before anything else, and what came of it.
static void requestAmx(ingot_context *context, const ingot_tensor *inputs, const void *weights) {
  ingot_rt_request_amx(context);
  ingot::test::addBody(context, inputs, weights);
}

TEST(Processor, givesTileRegistersOrSaysWhyNot) {
  constexpr long requestPermission = 0x1023, tileData = 18;
  bool given = syscall(SYS_arch_prctl, requestPermission, tileData) == 0;
  ingot::test::FakeModel fake(requestAmx);
  ASSERT_EQ(fake.create(), INGOT_OK);
  for (int run = 0; run < 2; ++run)
    EXPECT_EQ(fake.run(), given ? INGOT_OK : INGOT_FAILED);
  if (!given)
    EXPECT_EQ(std::string(ingot_last_error()).find("the model was compiled for a processor with tile registers (AMX), "
                                                   "but there are none: "), 0u);
}

#else

TEST(Processor, hasNoTileRegistersElsewhere) {
  ingot::test::FakeModel fake([](ingot_context *context, const ingot_tensor *, const void *) {
    ingot_rt_request_amx(context);
  });
  ASSERT_EQ(fake.create(), INGOT_OK);
  EXPECT_EQ(fake.run(), INGOT_FAILED);
  EXPECT_NE(std::string(ingot_last_error()).find("not an x86-64 processor"), std::string::npos);
}

TEST(Processor, hasNoLevelElsewhere) { EXPECT_EQ(ingot_processor_level(), 0); }

#endif

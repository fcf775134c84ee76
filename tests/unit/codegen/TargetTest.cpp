//===-- TargetTest.cpp - names of processors
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Phase.h"
#include "codegen/Target.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/Target/TargetMachine.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace ingot;

static tile::TargetAttr describe(llvm::StringRef name, int64_t weightBytes = 0) {
  static mlir::MLIRContext context;
  llvm::Expected<Target> target = resolveTarget(name);
  return target ? describeTarget(*target, &context, weightBytes) : nullptr;
}

TEST(Target, KnowsTheLevelsOfX86) {
  EXPECT_EQ(describe("x86-64").getVectorBits(), 128);
  EXPECT_EQ(describe("x86-64-v2").getVectorBits(), 128);
  EXPECT_EQ(describe("x86-64-v3").getVectorBits(), 256);
  EXPECT_EQ(describe("x86-64-v3").getRegisters(), 16);
  EXPECT_EQ(describe("x86-64-v4").getVectorBits(), 512);
  EXPECT_TRUE(describe("x86-64-v4").getMasks());
  EXPECT_FALSE(describe("x86-64-v4").getDotI8());
  EXPECT_TRUE(describe("znver4").getDotI8());
  EXPECT_TRUE(describe("znver4").getDotBf16());
}

TEST(Target, KnowsTileRegisters) {
  EXPECT_TRUE(describe("sapphirerapids").getAmxBf16());
  EXPECT_FALSE(describe("icelake-server").getAmxBf16());
  EXPECT_FALSE(describe("x86-64-v4").getAmxBf16());
  EXPECT_FALSE(describe("znver5").getAmxBf16());
}

TEST(Target, KnowsTheCachesOfSome) {
  EXPECT_EQ(describe("x86-64-v3").getL1(), 32 << 10);
  EXPECT_EQ(describe("x86-64-v3").getL2(), 512 << 10);
  EXPECT_EQ(describe("x86-64-v4").getL2(), 1 << 20);
  EXPECT_EQ(describe("znver4").getL1(), 32 << 10);
  EXPECT_EQ(describe("znver5").getL1(), 48 << 10);
  EXPECT_EQ(describe("znver5").getL2(), 1 << 20);
  EXPECT_EQ(describe("graniterapids").getL1(), 48 << 10);
  EXPECT_EQ(describe("graniterapids").getL2(), 2 << 20);
  EXPECT_EQ(describe("graniterapids").getStream(), 8);
  EXPECT_EQ(describe("znver5").getStream(), 16);
}

TEST(Target, HasTheWeightsOfLargeModelsInMemory) {
  EXPECT_EQ(describe("graniterapids", 100 << 20).getStream(), 8);
  EXPECT_EQ(describe("graniterapids", 400 << 20).getStream(), 4);
  EXPECT_EQ(describe("znver5", 400 << 20).getStream(), 8);
  EXPECT_EQ(describe("aarch64", 400 << 20).getStream(), 8);
}

TEST(Target, ReadsItsOwnCachesWhereTheyAreLikely) {
  int64_t l1 = readCaches().l1, l2 = readCaches().l2;
  if (l1 >= 16 << 10 && l1 <= 256 << 10)
    EXPECT_EQ(describe("native").getL1(), l1);
  if (l2 >= 128 << 10 && l2 <= 4 << 20)
    EXPECT_EQ(describe("native").getL2(), l2);
  EXPECT_GE(describe("native").getL1(), 16 << 10);
  EXPECT_GE(describe("native").getL2(), 128 << 10);
}

TEST(Target, IsPortableByItsVariants) {
  llvm::Expected<Target> target = resolveTarget("portable");
  ASSERT_TRUE(static_cast<bool>(target));
  EXPECT_EQ(target->cpu, "x86-64-v2");
  ASSERT_EQ(target->variants.size(), 3u);
  EXPECT_EQ(target->variants.front().name, "x86-64-v4");
  EXPECT_EQ(target->variants.back().name, "x86-64-v2");
}

TEST(Target, KnowsAArch64) {
  EXPECT_EQ(describe("aarch64").getVectorBits(), 128);
  EXPECT_EQ(describe("cortex-a76").getRegisters(), 32);
}

TEST(Target, MakesAMachineForEach) {
  for (llvm::StringRef name : {"native", "x86-64-v3", "aarch64", "cortex-a76"}) {
    llvm::Expected<Target> target = resolveTarget(name);
    ASSERT_TRUE(static_cast<bool>(target)) << name.str();
    EXPECT_TRUE(createTargetMachine(*target)) << name.str();
  }
}

TEST(Target, RefusesOthers) {
  llvm::Expected<Target> target = resolveTarget("pentagon");
  ASSERT_FALSE(static_cast<bool>(target));
  EXPECT_THAT(llvm::toString(target.takeError()), testing::HasSubstr("unknown target 'pentagon': expected native"));
}

TEST(Phase, NamesLeadBack) {
  for (Phase phase : getPhases())
    EXPECT_EQ(parsePhase(getName(phase)), phase);
  EXPECT_EQ(parsePhase("lunch"), std::nullopt);
}

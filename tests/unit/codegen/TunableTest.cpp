//===-- TunableTest.cpp - what is found in a lowered model is what lowering asks for
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/tune/Tunable.h"
#include "codegen/Pipeline.h"

#include "mlir/IR/Builders.h"
#include "mlir/Parser/Parser.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace ingot;
using namespace ingot::tune;
using namespace mlir;

namespace {

class TunableTest : public testing::Test {
protected:
  TunableTest() : context(makeRegistry(), MLIRContext::Threading::DISABLED) {
    context.loadAllAvailableDialects();
    options.target = llvm::cantFail(resolveTarget("x86-64-v4"));
  }

  void parse(const std::string &x, const std::string &w, const std::string &y, const std::string &op) {
    fused = parseSourceString<ModuleOp>(
        "module { func.func @main(%x: tensor<" + x + "> {ingot.name = \"x\"}) -> (tensor<" + y +
            "> {ingot.name = \"y\"}) {\n%w = ingot.constant tensor<" + w + "> = dense<1.0> : tensor<" + w + ">\n%y = " +
            op + " : (tensor<" + x + ">, tensor<" + w + ">) -> tensor<" + y + ">\nreturn %y : tensor<" + y + "> }}",
        &context);
    ASSERT_TRUE(fused);
  }
  OwningOpRef<ModuleOp> lower(const NamedAttrList &tuned) {
    OwningOpRef<ModuleOp> module = fused->clone();
    (*module)->setAttr("rt.tuned", tuned.getDictionary(&context));
    EXPECT_TRUE(succeeded(runPhases(*module, Phase::Fuse, Phase::Lower, options)));
    return module;
  }

  /// Each of the choices there are is obeyed.
  void expectObeyed(std::vector<Tunable> (*find)(ModuleOp)) {
    OwningOpRef<ModuleOp> first = lower({});
    std::vector<Tunable> tunables = find(*first);
    ASSERT_EQ(tunables.size(), 1u);
    llvm::SmallVector<Attribute> choices = tunables[0].neighbours(tunables[0].first);
    EXPECT_TRUE(llvm::is_contained(choices, tunables[0].first));
    EXPECT_GT(choices.size(), 1u);
    for (Attribute choice : choices) {
      NamedAttrList tuned;
      tuned.set(tunables[0].key, choice);
      OwningOpRef<ModuleOp> module = lower(tuned);
      std::vector<Tunable> again = find(*module);
      ASSERT_EQ(again.size(), 1u);
      EXPECT_EQ(again[0].key, tunables[0].key);
      EXPECT_EQ(again[0].first, choice);
    }
  }

  static const DialectRegistry &makeRegistry() {
    static DialectRegistry registry;
    static bool once = (registerPipelineDialects(registry), true);
    (void)once;
    return registry;
  }

  MLIRContext context;
  PipelineOptions options;
  OwningOpRef<ModuleOp> fused;
};

} // namespace

TEST_F(TunableTest, PanelsOfProducts) {
  for (const char *rows : {"49", "?", "4x7", "?x7"}) {
    std::string prefix = std::string(rows) + "x";
    parse(prefix + "24xf32", "24x100xf32", prefix + "100xf32", "ingot.matmul %x, %w");
    expectObeyed(findPanels);
  }
}

TEST_F(TunableTest, PanelsAndTilesOfConvolutions) {
  auto conv = [](int64_t pad, int64_t stride, int64_t group) {
    std::string p = std::to_string(pad), s = std::to_string(stride);
    return "ingot.conv %x, %w {strides = array<i64: " + s + ", " + s + ">, dilations = array<i64: 1, 1>, pads = " +
           "array<i64: " + p + ", " + p + ", " + p + ", " + p + ">, group = " + std::to_string(group) +
           " : i64, channels_last}";
  };
  parse("1x14x14x64xf32", "96x64x1x1xf32", "1x14x14x96xf32", conv(0, 1, 1));
  expectObeyed(findPanels);
  parse("2x14x14x64xf32", "96x32x3x3xf32", "2x7x7x96xf32", conv(1, 2, 2));
  expectObeyed(findPanels);
  for (const char *batch : {"1x28x28x", "2x28x28x", "?x28x28x"}) {
    parse(batch + std::string("64xf32"), "64x64x3x3xf32", batch + std::string("64xf32"), conv(1, 1, 1));
    expectObeyed(findPanels);
    expectObeyed(findOutputTiles);
  }
}

TEST_F(TunableTest, LeavesProductsByTileInstructionsAlone) {
  options.target = llvm::cantFail(resolveTarget("sapphirerapids"));
  parse("128x768xf32", "768x768xf32", "128x768xf32", "ingot.matmul %x, %w");
  EXPECT_TRUE(findSchedules(*lower({})).empty());
  parse("1x24xf32", "24x100xf32", "1x100xf32", "ingot.matmul %x, %w");
  EXPECT_EQ(findSchedules(*lower({})).size(), 1u);
}

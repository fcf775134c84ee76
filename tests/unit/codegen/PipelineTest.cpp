//===-- PipelineTest.cpp - what the recipe tells its passes
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Pipeline.h"

#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace ingot;
using namespace mlir;

namespace {

class PipelineTest : public testing::Test {
protected:
  PipelineTest() : context(MLIRContext::Threading::DISABLED) {
    DialectRegistry registry;
    registerPipelineDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    options.target = llvm::cantFail(resolveTarget("graniterapids"));
  }

  /// A product with a square matrix of so many columns.
  OwningOpRef<ModuleOp> parse(int64_t columns) {
    std::string n = std::to_string(columns), row = "tensor<1x" + n + "xf32>", w = "tensor<" + n + "x" + n + "xf32>";
    return parseSourceString<ModuleOp>(
        "module { func.func @main(%x: " + row + " {ingot.name = \"x\"}) -> (" + row + " {ingot.name = \"y\"}) {\n" +
            "%w = ingot.constant " + w + " = dense<1.0> : " + w + "\n" +
            "%y = ingot.matmul %x, %w : (" + row + ", " + w + ") -> " + row + "\nreturn %y : " + row + " }}",
        &context);
  }
  int64_t getStream(ModuleOp module) {
    EXPECT_TRUE(succeeded(runPhases(module, Phase::Fuse, Phase::Lower, options)));
    return module->getAttrOfType<tile::TargetAttr>(tile::kTargetAttrName).getStream();
  }

  MLIRContext context;
  PipelineOptions options;
};

} // namespace

TEST_F(PipelineTest, CountsWeightsBeforeAndAfterLowering) {
  OwningOpRef<ModuleOp> module = parse(1024);
  ASSERT_TRUE(module);
  EXPECT_EQ(countWeightBytes(*module), 4 << 20);
  EXPECT_EQ(getStream(*module), 8);
  EXPECT_EQ(countWeightBytes(*module), 4 << 20);
}

TEST_F(PipelineTest, LargeModelsReadTheirWeightsFromMemory) {
  OwningOpRef<ModuleOp> module = parse(8192);
  ASSERT_TRUE(module);
  EXPECT_EQ(getStream(*module), 4);
}

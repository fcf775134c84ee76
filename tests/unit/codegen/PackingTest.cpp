//===-- PackingTest.cpp - panels of weights, and which are kept as 24-bit integers
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/tile/Packing.h"
#include "codegen/Pipeline.h"
#include "codegen/tile/WinogradSchedule.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/BuiltinOps.h"
#include "gtest/gtest.h"

using namespace ingot::tile;
using namespace mlir;

namespace {

class Packing : public testing::Test {
protected:
  Packing() : context(MLIRContext::Threading::DISABLED) { context.loadDialect<TileDialect>(); }

  TargetAttr getTarget(bool amx, int64_t registers = 32) {
    std::string text = "#tile.target<vector_bits = 512, masks = true, funnel_shift = true, registers = " +
                       std::to_string(registers) + ", " +
                       std::string(amx ? "amx_bf16 = true, " : "") + "l1 = 49152, l2 = 2097152, stream = 8>";
    return cast<TargetAttr>(parseAttribute(text, &context));
  }

  /// Of an f32 product or convolution on an AVX-512 machine.
  int64_t chooseColumns(const PanelProblem &problem, bool amx, int64_t registers = 32) {
    OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
    Type element = Float32Type::get(&context);
    return choosePacking(*module, getTarget(amx, registers), {element, element}, problem).columns;
  }

  /// The same, by panels of four vectors where it is.
  bool isFixed24(const PanelProblem &problem, bool amx, int64_t parts = 1) {
    Type element = Float32Type::get(&context);
    std::optional<PackingChoice> choice = chooseFixed24Packing(getTarget(amx), {element, element}, problem, parts);
    if (choice) {
      EXPECT_TRUE(choice->fixed24);
      EXPECT_EQ(choice->columns % (4 * 16), 0);
    }
    return choice.has_value();
  }

  bool isInPieces(const PanelProblem &problem, bool amx) {
    Type element = Float32Type::get(&context);
    PackingChoice choice{chooseColumns(problem, amx)};
    return wantsBf16Pieces(getTarget(amx), {element, element}, problem, choice);
  }

  static constexpr int64_t dynamic = ShapedType::kDynamic;
  MLIRContext context;
};

} // namespace

TEST_F(Packing, TileInstructionsHaveWidePanels) {
  EXPECT_EQ(chooseColumns({784, 256, 256}, /*amx=*/false), 32);
  EXPECT_EQ(chooseColumns({784, 256, 256}, /*amx=*/true), 64);
  EXPECT_EQ(chooseColumns({784, 256, 64, 9}, /*amx=*/true), 64);
  EXPECT_EQ(chooseColumns({784, 256, 256}, /*amx=*/true, /*registers=*/16), 32); // packed for variants without them
  EXPECT_EQ(chooseColumns({192, 576, 96}, /*amx=*/true), 64);
  EXPECT_EQ(chooseColumns({196, 576, 96}, /*amx=*/true), 64);
  EXPECT_EQ(chooseColumns({49, 1280, 320}, /*amx=*/true), 32); // the block ends with rows for vectors
  EXPECT_EQ(chooseColumns({31, 1024, 1280}, /*amx=*/true), 32); // all rows are multiplied at once
  EXPECT_EQ(chooseColumns({2, 256, 256}, /*amx=*/true), 32);    // few enough for vectors
  EXPECT_EQ(chooseColumns({784, 160, 256}, /*amx=*/true), 32); // or the third panel would be half empty
}

TEST_F(Packing, FewRowsWaitForTheWeights) {
  EXPECT_TRUE(isFixed24({1, 1024, 1024}, /*amx=*/false));
  EXPECT_TRUE(isFixed24({1, 1024, 1024}, /*amx=*/true));
  EXPECT_TRUE(isFixed24({dynamic, 1024, 1024}, /*amx=*/false));
  EXPECT_TRUE(isFixed24({2, 512, 512, 9}, /*amx=*/false)); // positions of a convolution
}

TEST_F(Packing, TheRowsOfOneImageTellOfABatchOfUnknownSize) {
  EXPECT_EQ(countLikelyRows({dynamic, 7, 7}), 49);
  EXPECT_EQ(countLikelyRows({dynamic, 1, 4}), dynamic); // may be anything
  EXPECT_EQ(countLikelyRows({dynamic, dynamic}), dynamic);
  PanelProblem unknown{dynamic, 160, 960}, image = unknown, known{49, 160, 960};
  image.likelyRows = 49;
  EXPECT_TRUE(isFixed24(unknown, /*amx=*/true));
  EXPECT_EQ(isFixed24(image, /*amx=*/true), isFixed24(known, /*amx=*/true));
  EXPECT_FALSE(isFixed24(image, /*amx=*/true));
  EXPECT_EQ(chooseColumns({dynamic, 256, 256, 1, false, 784}, /*amx=*/true), 64);
}

TEST_F(Packing, SomeRowsWaitForWeightsFromBeyondTheSecondCache) {
  EXPECT_TRUE(isFixed24({4, 1024, 1024}, /*amx=*/false));
  EXPECT_TRUE(isFixed24({12, 1024, 1024}, /*amx=*/false));
  EXPECT_FALSE(isFixed24({16, 1024, 1024}, /*amx=*/false)); // in three tiles, each of which converts
  EXPECT_FALSE(isFixed24({4, 512, 1024}, /*amx=*/false));
}

TEST_F(Packing, ManyRowsAreForTileInstructions) {
  EXPECT_FALSE(isFixed24({128, 1024, 1024}, /*amx=*/false));
  EXPECT_TRUE(isFixed24({128, 1024, 1024}, /*amx=*/true));
  EXPECT_TRUE(isFixed24({128, 4 * 512, 512}, /*amx=*/true, /*parts=*/4));
  EXPECT_FALSE(isFixed24({4, 512, 1024}, /*amx=*/true)); // few enough for vectors
  EXPECT_FALSE(isFixed24({49, 512, 2048}, /*amx=*/true));  // too few to convert behind
  EXPECT_FALSE(isFixed24({196, 256, 1024}, /*amx=*/true)); // some of them for vectors
}

TEST_F(Packing, FewWeightsForSomeRowsArePieces) {
  EXPECT_TRUE(isInPieces({196, 576, 96}, /*amx=*/true));
  EXPECT_TRUE(isInPieces({49, 576, 96}, /*amx=*/true)); // which vectors did otherwise
  EXPECT_TRUE(isInPieces({77, 100, 300}, /*amx=*/true));
  EXPECT_FALSE(isInPieces({196, 576, 96}, /*amx=*/false));
  EXPECT_FALSE(isInPieces({3136, 576, 96}, /*amx=*/true)); // weights become pieces soon enough
  EXPECT_FALSE(isInPieces({20, 576, 96}, /*amx=*/true));   // two tiles, mostly of nothing, wait for memory
  EXPECT_FALSE(isInPieces({49, 160, 576}, /*amx=*/true));  // one of two threads would have three panels of five
  EXPECT_FALSE(isInPieces({dynamic, 576, 96}, /*amx=*/true));
  EXPECT_FALSE(isInPieces({196, 1024, 1024}, /*amx=*/true)); // of more than the second cache has room for
  EXPECT_FALSE(isInPieces({196, 32, 4096}, /*amx=*/true));   // with the left operand's
  EXPECT_FALSE(isInPieces({196, 576, 96, 9}, /*amx=*/true)); // a convolution
}

TEST_F(Packing, ConvolutionsAreForTileInstructionsWhereTheirStepsAreOfOneTap) {
  EXPECT_TRUE(isFixed24({49, 512, 512, 9}, /*amx=*/true));
  EXPECT_FALSE(isFixed24({49, 512, 520, 9}, /*amx=*/true));
  EXPECT_FALSE(isFixed24({49, 512, 512, 9}, /*amx=*/false));
  EXPECT_FALSE(isFixed24({dynamic, 512, 512, 9}, /*amx=*/false));
}

TEST_F(Packing, NoPositionsAreFiltered) {
  EXPECT_EQ(chooseWinogradTile(getTarget(/*amx=*/true), {0, 20, 64, 64}, 32, 64), 0);
  EXPECT_EQ(chooseWinogradTile(getTarget(/*amx=*/true), {20, 0, 64, 64}, 32, 64), 0);
}

TEST_F(Packing, SmallOrRaggedMatricesStay) {
  EXPECT_FALSE(isFixed24({1, 256, 256}, /*amx=*/true));
  EXPECT_FALSE(isFixed24({1, 80, 4096}, /*amx=*/true)); // two panels of 64 for 80 columns
  EXPECT_FALSE(isFixed24({1, 33, 8192}, /*amx=*/true));
}

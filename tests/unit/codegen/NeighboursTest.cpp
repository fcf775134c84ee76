//===-- NeighboursTest.cpp - the schedules a search may try, and the names of what it tries them on
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/tile/Neighbours.h"
#include "codegen/Pipeline.h"
#include "codegen/tile/Passes.h"
#include "codegen/tile/TileKey.h"
#include "codegen/tile/TileSchedule.h"

#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace ingot::tile;
using namespace mlir;

namespace {

class Neighbours : public testing::Test {
protected:
  Neighbours() : context(makeRegistry(), MLIRContext::Threading::DISABLED) { context.loadAllAvailableDialects(); }

  /// A function around one operation, for AVX-512 or for AVX2.
  void parse(const std::string &arguments, const std::string &op, bool wide = true) {
    std::string target = wide ? "vector_bits = 512, registers = 32, masks = true, l2 = 1048576"
                              : "vector_bits = 256, registers = 16";
    module = parseSourceString<ModuleOp>("module attributes {rt.target = #tile.target<" + target +
                                             ">} { func.func @f(" + arguments + ") {\n" + op + "\nreturn }}",
                                         &context);
    ASSERT_TRUE(module);
  }

  Operation *findOp(ModuleOp in) {
    Operation *found = nullptr;
    in.walk([&](Operation *op) {
      if (isa<TileOpInterface, AttentionOp>(op))
        found = op;
    });
    return found;
  }
  Operation *op() { return findOp(*module); }
  std::vector<ScheduleAttr> neighbours(ScheduleAttr of) {
    auto found = getNeighbours(op(), of);
    return {found.begin(), found.end()};
  }

  /// All schedules within two steps become loops.
  void expectAllVerify() {
    ScheduleAttr start = chooseSchedule(op());
    llvm::SetVector<Attribute> reached;
    reached.insert(start);
    for (size_t begin = 0, step = 0; step < 2; ++step) {
      size_t end = reached.size();
      for (; begin < end; ++begin)
        for (ScheduleAttr next : neighbours(cast<ScheduleAttr>(reached[begin]))) {
          EXPECT_NE(next, reached[begin]);
          reached.insert(next);
        }
    }
    EXPECT_GT(reached.size(), 8u);
    for (Attribute schedule : reached) {
      EXPECT_TRUE(succeeded(verifySchedule(op(), cast<ScheduleAttr>(schedule))));
      OwningOpRef<ModuleOp> clone = module->clone();
      findOp(*clone)->setAttr("schedule", schedule);
      PassManager passes(&context);
      passes.addPass(createTileToVector());
      EXPECT_TRUE(succeeded(passes.run(*clone)));
    }
  }

  static const DialectRegistry &makeRegistry() {
    static DialectRegistry registry;
    static bool once = (ingot::registerPipelineDialects(registry), true);
    (void)once;
    return registry;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

constexpr const char *sum = " epilogue {\n^bb0(%sum: f32):\n tile.yield %sum : f32\n}";

} // namespace

TEST_F(Neighbours, OfPackedProducts) {
  parse("%a: memref<49x512xf32>, %b: memref<16x512x32xf32>, %out: memref<49x512xf32>",
        std::string("tile.matmul packed ins(%a, %b : memref<49x512xf32>, memref<16x512x32xf32>) "
                    "outs(%out : memref<49x512xf32>)") + sum);
  expectAllVerify();
  // Seven rows cover 49 without a rest.
  bool seven = false;
  for (ScheduleAttr next : neighbours(chooseSchedule(op()))) {
    EXPECT_EQ(next.getColumns(), 32);
    seven |= next.getRows() == 7;
  }
  EXPECT_TRUE(seven || chooseSchedule(op()).getRows() == 7);
}

TEST_F(Neighbours, OfProductsOfUnpackedOperands) {
  for (bool wide : {true, false}) {
    parse("%a: memref<4x64x300xf32>, %b: memref<4x300x70xf32>, %out: memref<4x64x70xf32>",
          std::string("tile.matmul row_major ins(%a, %b : memref<4x64x300xf32>, memref<4x300x70xf32>) "
                      "outs(%out : memref<4x64x70xf32>)") + sum, wide);
    expectAllVerify();
    parse("%a: memref<?x?xf32>, %b: memref<?x?xf32>, %out: memref<?x?xf32>",
          std::string("tile.matmul transposed ins(%a, %b : memref<?x?xf32>, memref<?x?xf32>) "
                      "outs(%out : memref<?x?xf32>)") + sum, wide);
    expectAllVerify();
    parse("%a: memref<1x64xf32>, %b: memref<64x512xf32>, %out: memref<1x512xf32>",
          std::string("tile.matmul row_major ins(%a, %b : memref<1x64xf32>, memref<64x512xf32>) "
                      "outs(%out : memref<1x512xf32>)") + sum, wide);
    expectAllVerify();
  }
}

TEST_F(Neighbours, OfConvolutions) {
  const std::string strides = " {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>}";
  parse("%a: memref<1x28x28x24xf32>, %b: memref<1x2x3x3x24x32xf32>, %out: memref<1x28x28x64xf32>",
        "tile.conv ins(%a, %b : memref<1x28x28x24xf32>, memref<1x2x3x3x24x32xf32>) "
        "outs(%out : memref<1x28x28x64xf32>)" + strides + sum);
  expectAllVerify();
  parse("%a: memref<1x28x28x24xf32>, %b: memref<3x3x24xf32>, %out: memref<1x28x28x24xf32>",
        "tile.depthwise_conv ins(%a, %b : memref<1x28x28x24xf32>, memref<3x3x24xf32>) "
        "outs(%out : memref<1x28x28x24xf32>)" + strides + sum);
  expectAllVerify();
  parse("%a: memref<?x?x?x64xf32>, %b: memref<1x2x6x6x64x32xf32>, %out: memref<?x?x?x64xf32>",
        std::string("tile.winograd_conv ins(%a, %b : memref<?x?x?x64xf32>, memref<1x2x6x6x64x32xf32>) "
                    "outs(%out : memref<?x?x?x64xf32>) {pads = array<i64: 1, 1>}") + sum);
  expectAllVerify();
  parse("%a: memref<1x28x28x64xf32>, %b: memref<1x2x4x4x64x32xf32>, %out: memref<1x28x28x64xf32>",
        std::string("tile.winograd_conv ins(%a, %b : memref<1x28x28x64xf32>, memref<1x2x4x4x64x32xf32>) "
                    "outs(%out : memref<1x28x28x64xf32>) {pads = array<i64: 1, 1>}") + sum);
  expectAllVerify();
}

TEST_F(Neighbours, OfAttention) {
  for (const char *type : {"memref<12x128x64xf32>", "memref<12x?x64xf32>"}) {
    std::string t = type;
    parse("%q: " + t + ", %k: " + t + ", %v: " + t + ", %out: " + t,
          "tile.attention ins(%q, %k, %v : " + t + ", " + t + ", " + t + ") outs(%out : " + t +
              ") {scale = 1.0 : f64}");
    expectAllVerify();
  }
}

TEST_F(Neighbours, KeysSayWhatMattersAndNoMore) {
  auto keyOf = [&](const std::string &names, const std::string &columns, const std::string &body) {
    std::string a = "memref<4x8xf32>", b = "memref<1x8x" + columns + "xf32>", out = "memref<4x16xf32>";
    parse(names + "%a: " + a + ", %b: " + b + ", %out: " + out,
          "tile.matmul packed ins(%a, %b : " + a + ", " + b + ") outs(%out : " + out +
              ") epilogue {\n^bb0(%s: f32):\n" + body + "\n}");
    return getKey(op());
  };
  std::string plain = keyOf("", "16", "tile.yield %s : f32"), key = keyOf("%x: index, ", "16", "tile.yield %s : f32");
  EXPECT_EQ(plain, key);
  op()->setAttr("schedule", chooseSchedule(op()));
  EXPECT_EQ(plain, getKey(op()));
  EXPECT_THAT(plain, testing::StartsWith("tile.matmul(memref<4x8xf32>, memref<1x8x16xf32>, memref<4x16xf32>) {"));
  EXPECT_NE(plain, keyOf("", "32", "tile.yield %s : f32"));
  EXPECT_NE(plain, keyOf("", "16", "%r = arith.addf %s, %s : f32\ntile.yield %r : f32"));
}

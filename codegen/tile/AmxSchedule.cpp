//===- AmxSchedule.cpp - Which products tile instructions do ---------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/AmxUnit.h"
#include "codegen/tile/TileSchedule.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

/// The largest block, and steps of a panel that become pieces at a time: these are to stay in the first cache.
static constexpr int64_t kRowBlock = 256, kColumnBlock = 1024, kRightDepth = 64;
/// Rows whose products leave the time to fetch what comes next, mostly.
static constexpr int64_t kLeastRowsOfPrefetch = 48;
/// Rows that a product of a dynamic number of them may need to be done by tiles.
static constexpr int64_t kMostLeastRows = 256;

namespace {
/// A product of so many rows, columns and steps, its panels of right operands `panel` columns wide.
struct AmxProblem {
  int64_t m, n, k, panel;
};

/// How a product is cut: rows and columns of a block, and how many blocks the columns make.
struct AmxBlocks {
  int64_t rowBlock, columnBlock, columnBlocks;
};
} // namespace

static AmxBlocks chooseBlocks(TargetAttr target, const AmxProblem &problem) {
  int64_t rowBlocks = llvm::divideCeil(problem.m, kRowBlock), rows = llvm::divideCeil(problem.m, rowBlocks);
  rows = llvm::alignTo(rows, rows > AmxUnit::kRows ? 2 * AmxUnit::kRows : AmxUnit::kRows);
  // Sums take a quarter of the second cache.
  int64_t most = std::clamp<int64_t>(target.getL2() / 4 / (rows * sizeof(float)), problem.panel, kColumnBlock);
  int64_t panels = llvm::divideCeil(problem.n, problem.panel);
  int64_t columnBlocks = llvm::divideCeil(panels, most / problem.panel);
  // An even number of blocks, so that two threads have equal shares.
  if (rowBlocks * columnBlocks % 2 != 0 && panels > columnBlocks)
    ++columnBlocks;
  return {rows, static_cast<int64_t>(llvm::divideCeil(panels, columnBlocks)) * problem.panel, columnBlocks};
}

/// Cycles of multiply-adds of vectors, which loads from the second cache keep from two a cycle.
static int64_t getVectorCost(const AmxProblem &problem) { return problem.m * problem.n * problem.k / 24; }

static int64_t getAmxCost(TargetAttr target, const AmxProblem &problem) {
  constexpr int64_t start = 20000, rightSplit = 12, leftSplit = 20, finish = 8; // the splits for 32 numbers
  auto [m, n, k, panel] = problem;
  AmxBlocks blocks = chooseBlocks(target, problem);
  int64_t whole = llvm::alignTo(m, AmxUnit::kRows) * llvm::alignTo(n, panel) * llvm::alignTo(k, AmxUnit::kSteps);
  // Six products, 512 multiply-adds a cycle, two thirds of the time.
  int64_t products = whole * 6 / 512 * 3 / 2, bytes = n * k * sizeof(float);
  int64_t splits = n * k / 32 * rightSplit * llvm::divideCeil(m, blocks.rowBlock) +
                   m * k / 32 * leftSplit * blocks.columnBlocks;
  int64_t memory = bytes > target.getL2() / 2 && m < kLeastRowsOfPrefetch ? bytes / (2 * target.getStream()) : 0;
  return start + products + splits + memory + m * n / AmxUnit::kWords * finish;
}

/// The least number of rows, up to what is given where that is known, from which on tiles are faster; 0 for none.
static int64_t chooseLeastRows(TargetAttr target, AmxProblem problem) {
  auto isFaster = [&] { return getAmxCost(target, problem) < getVectorCost(problem); };
  if (!ShapedType::isDynamic(problem.m))
    return isFaster() ? problem.m : 0;
  for (problem.m = 1; problem.m <= kMostLeastRows; ++problem.m)
    if (isFaster())
      return problem.m;
  return 0;
}

AmxAttr ingot::tile::chooseAmx(MatmulOp op, TargetAttr target) {
  int64_t panel = op.getPackedColumns();
  bool isFloat = op.getFixed24() || op.getB().getType().getElementType().isF32();
  MemRefType a = op.getA().getType();
  if (!target.getAmxBf16() || !panel || panel % AmxUnit::kWords != 0 || op.getPackedDepth() != 1 || !isFloat ||
      !a.getElementType().isF32() || !a.isLastDimUnitStride() || !op.getB().getType().hasStaticShape())
    return {};
  ArrayRef<int64_t> out = op.getOut().getType().getShape();
  int64_t n = ShapedType::isDynamic(out.back()) ? out.back() : out.back() * static_cast<int64_t>(op.getParts());
  AmxProblem problem{out[out.size() - 2], n, a.getShape().back(), panel};
  bool isEmpty = problem.m == 0 || problem.n == 0 || problem.k == 0;
  if (isEmpty || ShapedType::isDynamic(problem.n) || ShapedType::isDynamic(problem.k))
    return {};
  int64_t leastRows = chooseLeastRows(target, problem);
  if (!leastRows)
    return {};
  if (ShapedType::isDynamic(problem.m))
    problem.m = kRowBlock;
  bool prefetch = problem.m >= kLeastRowsOfPrefetch;
  AmxBlocks blocks = chooseBlocks(target, problem);
  int64_t rightDepth = std::min(kRightDepth, static_cast<int64_t>(llvm::alignTo(problem.k, AmxUnit::kSteps)));
  // The left pieces, six bytes a number, take up to a third of the second cache.
  int64_t mostDepth = llvm::alignDown(target.getL2() / 3 / (6 * blocks.rowBlock), rightDepth);
  int64_t leftDepth = std::min<int64_t>(std::max(mostDepth, rightDepth), llvm::alignTo(problem.k, rightDepth));
  return AmxAttr::get(op.getContext(), leastRows, blocks.rowBlock, blocks.columnBlock, leftDepth, rightDepth, prefetch);
}

//===- TileSchedule.cpp - Chooses how tile operations become loops ---------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Packing.h"
#include "codegen/tile/Passes.h"

#include "llvm/Support/MathExtras.h"

namespace ingot::tile {
#define GEN_PASS_DEF_TILESCHEDULE
#include "codegen/tile/Passes.h.inc"
} // namespace ingot::tile

using namespace mlir;
using namespace ingot::tile;

namespace {

/// What the choices below depend on.
struct Problem {
  TargetAttr target;
  int64_t lanes;
  int64_t vectors;
  /// Rows and steps of the reduction; ShapedType::kDynamic where unknown.
  int64_t rows, steps;
  /// Multiply-adds of the whole operation, kDynamic where unknown.
  int64_t work;
};

} // namespace

/// Multiply-adds in flight that hide their latency: four cycles, two a cycle.
static constexpr int64_t kInFlight = 8;
/// Rows that share one pass over a panel: enough for its way from the outer caches not to show.
static constexpr int64_t kRowBlock = 128;
/// Steps of a panel that is packed on the fly; with 32 columns two thirds of a first-level cache.
static constexpr int64_t kPanelSteps = 256;
/// Taps of a line that a depthwise convolution does without a loop.
static constexpr int64_t kTapUnroll = 7;
/// Multiply-adds below which waking a thread costs more than it brings.
static constexpr int64_t kSerialWork = 1 << 17;

static int64_t multiply(std::initializer_list<int64_t> sizes) {
  int64_t product = 1;
  for (int64_t size : sizes) {
    if (ShapedType::isDynamic(size))
      return ShapedType::kDynamic;
    product *= size;
  }
  return product;
}

/// The most rows for which sums, a row of the right operand and a factor have registers.
static int64_t getMaxRows(TargetAttr target, int64_t vectors) {
  int64_t rows = (target.getRegisters() - 2 - vectors) / vectors;
  return std::clamp<int64_t>(rows, 1, 14);
}

/// Cycles of one reduction step of a tile, doubled: multiply-adds, loads or latency, whichever is slowest.
static int64_t getStepCost(int64_t rows, int64_t vectors) {
  int64_t sums = rows * vectors;
  int64_t sets = std::max<int64_t>(1, kInFlight / sums);
  return std::max({sums, rows + vectors, kInFlight / sets});
}

/// The row count that covers `problem.rows` rows fastest.
static int64_t chooseRows(const Problem &problem) {
  int64_t most = getMaxRows(problem.target, problem.vectors);
  if (ShapedType::isDynamic(problem.rows))
    return std::min<int64_t>(most, 8);
  // A tile costs its start and epilogue besides its steps.
  int64_t steps = ShapedType::isDynamic(problem.steps) ? 256 : std::max<int64_t>(problem.steps, 1);
  auto getCost = [&](int64_t rows) {
    return rows ? getStepCost(rows, problem.vectors) * steps + 2 * rows * problem.vectors + 32 : 0;
  };
  int64_t best = 1, bestCost = std::numeric_limits<int64_t>::max();
  for (int64_t rows = std::min(most, std::max<int64_t>(problem.rows, 1)); rows > 0; --rows) {
    int64_t cost = problem.rows / rows * getCost(rows) + getCost(problem.rows % rows);
    if (cost < bestCost)
      best = rows, bestCost = cost;
  }
  return best;
}

static bool isWorthThreads(int64_t work) { return ShapedType::isDynamic(work) || work > kSerialWork; }

/// Sets of sums for one row; a row tile of r rows takes a share of 1 / r.
static int64_t chooseSplit(const Problem &problem) {
  return std::max<int64_t>(1, kInFlight / problem.vectors);
}

static ScheduleAttr schedule(MatmulOp op, TargetAttr target) {
  ArrayRef<int64_t> out = op.getOut().getType().getShape();
  int64_t m = out[out.size() - 2], n = out.back(), k = op.getA().getType().getShape().back();
  int64_t lanes = getLanes(target, cast<TileOpInterface>(op.getOperation()).getAccumulatorType());
  int64_t columns = op.getPackedColumns();
  if (!columns) {
    Type a = op.getA().getType().getElementType(), b = op.getB().getType().getElementType();
    columns = choosePacking(target, {a, b}, ShapedType::isDynamic(n) ? 2 * lanes : n, k).columns;
  }
  // A packed operand may have been made for other vectors than this target's.
  lanes = std::min(lanes, columns & -columns);
  int64_t batch = 1;
  for (int64_t size : out.drop_back(2))
    batch = multiply({batch, size});
  Problem problem{target, lanes, columns / lanes, m, k, multiply({batch, m, n, k})};

  int64_t rows = chooseRows(problem);
  bool isRagged = ShapedType::isDynamic(n) || n % columns != 0;
  int64_t panel = 0, rowBlock = llvm::alignTo(kRowBlock, rows);
  bool copies = op.getLayout() == RhsLayout::transposed ||
                (op.getLayout() == RhsLayout::row_major && isRagged && !target.getMasks());
  if (copies)
    panel = ShapedType::isDynamic(k) ? kPanelSteps : std::clamp<int64_t>(k, 1, kPanelSteps);
  if (!ShapedType::isDynamic(m) && m <= rowBlock + rowBlock / 2)
    rowBlock = panel && k > panel ? llvm::alignTo(std::max<int64_t>(m, 1), rows) : 0;
  return ScheduleAttr::get(op.getContext(), rows, columns, lanes, /*unroll=*/1, chooseSplit(problem), rowBlock, panel,
                           target.getMasks(), isWorthThreads(problem.work));
}

/// Lines that together have the rows of a row block.
static int64_t chooseLines(int64_t width) {
  return ShapedType::isDynamic(width) ? 2 : std::max<int64_t>(1, kRowBlock / std::max<int64_t>(width, 1));
}

static int64_t getElementCount(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    count = multiply({count, size});
  return count;
}

static ScheduleAttr schedule(ConvOp op, TargetAttr target) {
  ArrayRef<int64_t> out = op.getOut().getType().getShape();
  int64_t columns = op.getPackedColumns(), width = out[out.size() - 2];
  int64_t lanes = getLanes(target, cast<TileOpInterface>(op.getOperation()).getAccumulatorType());
  lanes = std::min(lanes, columns & -columns);
  int64_t taps = getElementCount(op.getKernelShape());
  int64_t steps = taps * op.getA().getType().getShape().back() / op.getGroups();
  Problem problem{target, lanes, columns / lanes, width, steps, multiply({getElementCount(out), steps})};
  return ScheduleAttr::get(op.getContext(), chooseRows(problem), columns, lanes, /*unroll=*/1, chooseSplit(problem),
                           chooseLines(width), /*panel=*/0, target.getMasks(), isWorthThreads(problem.work));
}

static ScheduleAttr schedule(DepthwiseConvOp op, TargetAttr target) {
  ArrayRef<int64_t> out = op.getOut().getType().getShape();
  int64_t width = out[out.size() - 2];
  int64_t lanes = getLanes(target, cast<TileOpInterface>(op.getOperation()).getAccumulatorType());
  int64_t taps = getElementCount(op.getKernelShape());
  Problem problem{target, lanes, /*vectors=*/1, width, taps, multiply({getElementCount(out), taps})};
  int64_t unroll = std::min(op.getKernelShape().back(), kTapUnroll);
  return ScheduleAttr::get(op.getContext(), chooseRows(problem), lanes, lanes, unroll, /*split=*/1,
                           chooseLines(width), /*panel=*/0, target.getMasks(), isWorthThreads(problem.work));
}

namespace {

struct TileSchedule : ingot::tile::impl::TileScheduleBase<TileSchedule> {
  void runOnOperation() override {
    getOperation()->walk([](TileOpInterface op) {
      if (op.getScheduleAttr())
        return;
      TargetAttr target = getTarget(op);
      if (auto matmul = dyn_cast<MatmulOp>(op.getOperation()))
        op.setScheduleAttr(schedule(matmul, target));
      else if (auto conv = dyn_cast<ConvOp>(op.getOperation()))
        op.setScheduleAttr(schedule(conv, target));
      else
        op.setScheduleAttr(schedule(cast<DepthwiseConvOp>(op.getOperation()), target));
    });
  }
};

} // namespace

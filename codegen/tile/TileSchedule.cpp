//===- TileSchedule.cpp - Chooses how tile operations become loops ---------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/TileSchedule.h"

#include "codegen/tile/AttentionSchedule.h"
#include "codegen/tile/Packing.h"
#include "codegen/tile/Passes.h"
#include "codegen/tile/PlanesSchedule.h"
#include "codegen/tile/TileKey.h"
#include "codegen/tile/WinogradSchedule.h"

#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

namespace ingot::tile {
#define GEN_PASS_DEF_TILESCHEDULE
#include "codegen/tile/Passes.h.inc"
} // namespace ingot::tile

using namespace mlir;
using namespace ingot::tile;

/// Multiply-adds in flight that hide their latency: four cycles, two a cycle.
static constexpr int64_t kInFlight = 8;
/// Rows that share one pass over a panel: enough for the panel's way from the outer caches not to show.
static constexpr int64_t kLeastRowBlock = 32, kRowBlock = 128;
/// Blocks of rows of which the first one's way to the weights does not matter.
static constexpr int64_t kManyBlocks = 8;
/// Rows of a block that is one so that threads share evenly.
static constexpr int64_t kLeastShare = 24;
/// Steps of a panel that is packed on the fly; with 32 columns two thirds of a first-level cache.
static constexpr int64_t kPanelSteps = 256;
/// Copies of a step in a row, so that counting steps and computing addresses does not show beside two multiply-adds a
/// cycle, and the steps and rows from which they do not make more code than they are worth.
static constexpr int64_t kUnroll = 4, kLeastUnrolledSteps = 32, kLeastUnrolledRows = 4;
/// Taps of a line that a depthwise convolution does without a loop.
static constexpr int64_t kTapUnroll = 7;
/// Bytes between rows of a right operand, and rows of the left one, from which copying pays; rows from which it does
/// where vectors lie across the borders of lines.
static constexpr int64_t kFarApart = 4096, kCopyRows = 32, kRealignRows = 96;
/// Vectors of a wide tile, which leave it six rows of 32 registers.
static constexpr int64_t kWideVectors = 4;
/// Multiply-adds that threads never share. Of more, `share-kernels` looks at what is around them as well.
static constexpr int64_t kSerialWork = 1 << 15;

static int64_t multiply(ArrayRef<int64_t> sizes) {
  int64_t product = 1;
  for (int64_t size : sizes) {
    if (ShapedType::isDynamic(size))
      return ShapedType::kDynamic;
    product *= size;
  }
  return product;
}

int64_t ingot::tile::getMaxRows(TargetAttr target, int64_t vectors) {
  int64_t rows = (target.getRegisters() - 2 - vectors) / vectors;
  return std::clamp<int64_t>(rows, 1, 14);
}

/// Cycles of one reduction step of a tile, doubled: multiply-adds, loads or latency, whichever is slowest. The right
/// operand streams from the second cache, at a quarter of the first one's speed.
static int64_t getStepCost(int64_t rows, int64_t vectors) {
  int64_t sums = rows * vectors;
  int64_t sets = std::max<int64_t>(1, kInFlight / sums);
  return std::max({sums, rows + 4 * vectors, kInFlight / sets});
}

int64_t ingot::tile::chooseRows(const TileProblem &problem, int64_t most) {
  if (ShapedType::isDynamic(problem.rows))
    return std::min(most, kInFlight);
  // A tile costs its start and epilogue besides its steps.
  int64_t steps = ShapedType::isDynamic(problem.steps) ? 256 : std::max<int64_t>(problem.steps, 1);
  auto getCost = [&](int64_t rows) {
    return rows ? getStepCost(rows, problem.vectors) * steps + 2 * rows * problem.vectors + 32 : 0;
  };
  SmallVector<int64_t> costs;
  for (int64_t rows = 1; rows <= std::min(most, std::max<int64_t>(problem.rows, 1)); ++rows)
    costs.push_back(problem.rows / rows * getCost(rows) + getCost(problem.rows % rows));
  // Of the row counts within two percent of the fastest, the one of the least code: a tile, and one for the rest.
  int64_t bound = *llvm::min_element(costs) * 102 / 100, best = 1, bestSize = std::numeric_limits<int64_t>::max();
  for (auto [i, cost] : llvm::enumerate(costs)) {
    int64_t rows = i + 1, size = rows + problem.rows % rows;
    if (cost <= bound && size < bestSize)
      best = rows, bestSize = size;
  }
  return best;
}

/// As many rows of the left operand as the second cache holds beside a panel and the one that comes next: each block
/// reads all panels once more, from the outer caches mostly. A step takes `leftBits` of a row, `rightBits` of a panel.
static int64_t chooseRowBlock(const TileProblem &problem, int64_t rows, int64_t leftBits, int64_t rightBits) {
  int64_t steps = ShapedType::isDynamic(problem.steps) ? 1024 : std::max<int64_t>(problem.steps, 1);
  int64_t fitting = problem.target.getL2() * 8 / (steps * leftBits) - 2 * llvm::divideCeil(rightBits, leftBits);
  int64_t block = std::clamp(fitting, kLeastRowBlock, kRowBlock);
  if (ShapedType::isDynamic(problem.rows))
    return llvm::alignTo(block, rows);
  // A remainder that is no block of its own.
  if (problem.rows <= block + block / 2)
    return 0;
  return llvm::alignTo(llvm::divideCeil(problem.rows, llvm::divideCeil(problem.rows, block)), rows);
}

/// Blocks of rows that threads share evenly, instead of columns: what comes before and after is mostly cut by rows or
/// lines as well, and finds its piece in its own core's cache then. What another core wrote comes at a fifth of the
/// second cache's speed. Returns the rows of a register tile, which are chosen for those of a block, and of a block.
static std::pair<int64_t, int64_t> shareRows(const TileProblem &problem, int64_t tileRows, int64_t rowBlock) {
  int64_t m = problem.rows, blocks = rowBlock ? llvm::divideCeil(m, rowBlock) : 1;
  int64_t least = std::numeric_limits<int64_t>::max();
  std::pair best{tileRows, rowBlock};
  for (int64_t share : {4, 2}) {
    int64_t count = llvm::alignTo(blocks, share);
    TileProblem part = problem;
    part.rows = llvm::divideCeil(m, count);
    int64_t rows = chooseRows(part, getMaxRows(problem.target, problem.vectors));
    int64_t block = llvm::alignTo(part.rows, rows), rest = count * block - m;
    if (block >= kLeastShare && int64_t(llvm::divideCeil(m, block)) == count && rest < least)
      best = {rows, block}, least = rest;
  }
  return best;
}

bool ingot::tile::isWorthThreads(int64_t work) { return ShapedType::isDynamic(work) || work > kSerialWork; }

int64_t ingot::tile::chooseSplit(const TileProblem &problem) {
  return std::max<int64_t>(1, kInFlight / problem.vectors);
}

int64_t ingot::tile::chooseUnroll(int64_t rows, int64_t steps) {
  return rows >= kLeastUnrolledRows && !ShapedType::isDynamic(steps) && steps >= kLeastUnrolledSteps ? kUnroll : 1;
}

/// A panel that several tiles share comes from the second cache each time if the first one has no room for it.
int64_t ingot::tile::chooseAhead(const TileProblem &problem, int64_t sharing, int64_t rows, MemRefType weights,
                                 unsigned panelRank) {
  if (!weights.hasStaticShape() || (!ShapedType::isDynamic(sharing) && sharing <= rows))
    return 0;
  int64_t elements = multiply(weights.getShape().take_back(panelRank));
  return elements * weights.getElementTypeBitWidth() / 8 > problem.target.getL1() * 3 / 4 ? kFetchAhead : 0;
}

/// Columns of a tile whose right operand is not packed.
static int64_t chooseColumns(MatmulOp op, TargetAttr target, int64_t lanes) {
  ArrayRef<int64_t> out = op.getOut().getType().getShape();
  int64_t m = out[out.size() - 2], n = out.back();
  // A single row has the registers for a longer piece of each of the operand's rows, which memory prefers.
  if (m == 1 && op.getLayout() == RhsLayout::row_major && n >= kInFlight * lanes)
    return kInFlight * lanes;
  // Many rows make up for low tiles, and wide ones read more of each of the operand's rows at a time.
  int64_t rest = llvm::divideCeil(std::max<int64_t>(n, 0), lanes) % kWideVectors;
  if (m >= kCopyRows && n > 2 * lanes && target.getRegisters() >= 32 && (rest == 0 || rest == kWideVectors - 1))
    return kWideVectors * lanes;
  Type a = op.getA().getType().getElementType(), b = op.getB().getType().getElementType();
  return choosePacking(target, {a, b}, ShapedType::isDynamic(n) ? 2 * lanes : n, /*k=*/1).columns;
}

/// Whether pieces of the right operand are copied into packed order: where it is transposed, where its ragged columns
/// could not be read, where its rows are so far apart that caches cannot hold a piece of many of them, and where each
/// of many loads would touch two lines.
static bool copiesPanels(MatmulOp op, TargetAttr target, int64_t columns) {
  if (op.getLayout() != RhsLayout::row_major)
    return op.getLayout() == RhsLayout::transposed;
  ArrayRef<int64_t> out = op.getOut().getType().getShape();
  int64_t m = out[out.size() - 2], n = out.back();
  if (!target.getMasks() && (ShapedType::isDynamic(n) || n % columns != 0))
    return true;
  MemRefType type = op.getB().getType();
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(type.getStridesAndOffset(strides, offset)) || ShapedType::isDynamic(strides[strides.size() - 2]))
    return false;
  int64_t stride = strides[strides.size() - 2] * type.getElementTypeBitWidth() / 8;
  return (m >= kCopyRows && stride >= kFarApart) || (m >= kRealignRows && stride % (target.getVectorBits() / 8) != 0);
}

/// Products along a reduction of `extent` elements.
static int64_t getSteps(int64_t extent, int64_t depth) {
  return ShapedType::isDynamic(extent) ? extent : llvm::divideCeil(extent, depth);
}

/// Columns that a vector of sums spans, `lanes` at most.
template <typename OpT>
static int64_t getColumnLanes(OpT op, int64_t columns, int64_t lanes) {
  if (reducesInLanes(op.getA().getType().getElementType(), op.getPackedDepth()))
    return 1;
  // A packed operand may have been made for other vectors than this target's.
  return std::min(lanes, columns & -columns);
}

/// Whether panels come from beyond the first cache (and from beyond the second where other layers' weights were read
/// since), and there is enough to do with one for the next to come meanwhile. Of many blocks of rows, all but the first
/// find them in the second cache.
static bool fetchesAhead(MatmulOp op, TargetAttr target, int64_t rows) {
  if (op.getLayout() != RhsLayout::packed || !op.getB().getType().hasStaticShape() || op.getBf16Pieces())
    return false;
  int64_t m = op.getOut().getType().getShape().drop_back().back();
  MemRefType type = op.getB().getType();
  int64_t bytes = type.getNumElements() * type.getElementTypeBitWidth() / 8;
  if (!ShapedType::isDynamic(m) && (m <= rows || (m >= kManyBlocks * kRowBlock && bytes <= target.getL2() / 4)))
    return false;
  return bytes > target.getL1();
}

static int64_t chooseAhead(MatmulOp op, const TileProblem &problem, int64_t rows) {
  if (op.getLayout() != RhsLayout::packed || op.getBf16Pieces())
    return 0;
  if (op.getFixed24()) // of which there are more than the first cache holds
    return kFetchAhead;
  return chooseAhead(problem, problem.rows, rows, op.getB().getType(), op.getMatrixRankOfB() - 1);
}

static ScheduleAttr schedule(MatmulOp op, TargetAttr target) {
  ArrayRef<int64_t> out = op.getOut().getType().getShape();
  int64_t m = out[out.size() - 2], n = out.back(), k = op.getA().getType().getShape().back();
  int64_t lanes = getLanes(target, cast<TileOpInterface>(op.getOperation()).getAccumulatorType());
  int64_t columns = op.getPackedColumns();
  if (!columns)
    columns = chooseColumns(op, target, lanes);
  lanes = getColumnLanes(op, columns, lanes);
  int64_t batch = 1;
  for (int64_t size : out.drop_back(2))
    batch = multiply({batch, size});
  TileProblem problem{target, lanes, columns / lanes, m, getSteps(k, op.getPackedDepth())};

  int64_t stepBits = op.getA().getType().getElementTypeBitWidth() * op.getPackedDepth();
  int64_t panel = 0, rows = chooseRows(problem, getMaxRows(target, problem.vectors));
  int64_t rowBlock = chooseRowBlock(problem, rows, stepBits,
                                    columns * op.getB().getType().getElementTypeBitWidth() * op.getPackedDepth());
  if (copiesPanels(op, target, columns))
    panel = ShapedType::isDynamic(k) ? kPanelSteps : std::clamp<int64_t>(k, 1, kPanelSteps);
  // Sums that wait for the next panel need a block of known size.
  if (rowBlock == 0 && panel && (ShapedType::isDynamic(k) || k > panel))
    rowBlock = llvm::alignTo(std::max<int64_t>(m, 1), rows);
  int64_t parts = op.getParts();
  bool isParallel = isWorthThreads(multiply({batch, m, n, parts, k}));
  // Each block reads the weights once more.
  int64_t weightBits = multiply({n, parts, k, op.getB().getType().getElementTypeBitWidth()});
  if (isParallel && !panel && batch == 1 && !ShapedType::isDynamic(m) && !ShapedType::isDynamic(weightBits) &&
      weightBits / 8 <= target.getL2() / 2)
    std::tie(rows, rowBlock) = shareRows(problem, rows, rowBlock);
  return ScheduleAttr::get(op.getContext(), rows, columns, lanes, chooseUnroll(rows, problem.steps),
                           chooseSplit(problem), rowBlock, /*lineBlock=*/0, panel, target.getMasks(), isParallel,
                           fetchesAhead(op, target, rows), chooseAhead(op, problem, rows));
}

/// Lines that together have the rows of a row block.
static int64_t chooseLines(int64_t width) {
  return ShapedType::isDynamic(width) ? 2 : std::max<int64_t>(1, kRowBlock / std::max<int64_t>(width, 1));
}

/// About as many lines as given, in blocks that two threads share evenly.
static int64_t shareLines(int64_t height, int64_t lines) {
  if (ShapedType::isDynamic(height) || height < 2)
    return lines;
  int64_t about = llvm::alignTo(llvm::divideCeil(height, lines), 2), best = lines;
  int64_t least = height;
  for (int64_t count = std::max<int64_t>(2, about / 4 * 2); count <= about * 2; count += 2) {
    int64_t block = llvm::divideCeil(height, count), rest = block * count - height;
    if (int64_t(llvm::divideCeil(height, block)) == count && rest < least)
      best = block, least = rest;
  }
  return best;
}

/// Where all lines are one block, of groups and panels so few that threads do not share them evenly: about as many
/// positions of a line as half a row block has, in blocks that two threads do. 0 for all of them.
static int64_t chooseLineBlock(int64_t width, int64_t rows, int64_t lineBlocks, int64_t panels) {
  if (lineBlocks != 1 || panels % 2 == 0 || panels >= kManyBlocks)
    return 0;
  if (ShapedType::isDynamic(width))
    return llvm::alignTo(kRowBlock / 2, rows);
  int64_t block = rows * shareLines(llvm::divideCeil(width, rows), std::max<int64_t>(1, kRowBlock / 2 / rows));
  return block < width ? block : 0;
}

/// Blocks of lines of an output; a batch of unknown size is taken for one image.
static int64_t countLineBlocks(ArrayRef<int64_t> out, int64_t lines) {
  int64_t batch = ShapedType::isDynamic(out.front()) ? 1 : out.front();
  ArrayRef<int64_t> outer = out.drop_front().drop_back(2);
  if (outer.empty())
    return batch;
  int64_t blocks = ShapedType::isDynamic(outer.back()) ? outer.back() : llvm::divideCeil(outer.back(), lines);
  return multiply({batch, multiply(outer.drop_back()), blocks});
}

static ScheduleAttr schedule(ConvOp op, TargetAttr target) {
  ArrayRef<int64_t> out = op.getOut().getType().getShape();
  int64_t columns = op.getPackedColumns(), width = out[out.size() - 2];
  int64_t lanes = getLanes(target, cast<TileOpInterface>(op.getOperation()).getAccumulatorType());
  lanes = getColumnLanes(op, columns, lanes);
  int64_t taps = multiply(op.getKernelShape());
  int64_t channels = op.getA().getType().getShape().back() / op.getGroups();
  int64_t stepsOfTap = getSteps(channels, op.getPackedDepth());
  TileProblem problem{target, lanes, columns / lanes, width, taps * stepsOfTap};
  if (op.getMergedGroups() > 1)
    problem.vectors = std::min(problem.vectors, kColumnsAtOnce);
  int64_t work = multiply({multiply(out), taps, channels});
  int64_t rows = chooseRows(problem, getMaxRows(target, problem.vectors));
  // Lines of merged groups share no pass over the weights: they are threads' alone.
  int64_t lines = op.getMergedGroups() > 1 ? 1 : chooseLines(width);
  MemRefType weights = op.getB().getType();
  bool isParallel = isWorthThreads(work);
  int64_t panels = multiply({op.getGroupBlocks(), weights.getDimSize(1)});
  int64_t lineBlock = isParallel ? chooseLineBlock(width, rows, countLineBlocks(out, lines), panels) : 0;
  return ScheduleAttr::get(op.getContext(), rows, columns, lanes, chooseUnroll(rows, stepsOfTap), chooseSplit(problem),
                           lines, lineBlock, /*panel=*/0, target.getMasks(), isParallel, /*prefetch=*/false,
                           chooseAhead(problem, multiply({width, lines}), rows, weights, weights.getRank() - 2));
}

/// Channels whose lines of a window take half the first cache, so that the next line finds most of them there. 0 for
/// all: where no line is read twice, and where they were so few vectors that memory came in no runs.
static int64_t chooseChannels(DepthwiseConvOp op, TargetAttr target, int64_t lanes) {
  constexpr int64_t leastVectors = 4, likelyWidth = 32;
  MemRefType input = op.getA().getType();
  if (op.getSpatialRank() < 2)
    return 0;
  unsigned axis = op.getSpatialRank() - 2;
  int64_t window = (op.getKernelShape()[axis] - 1) * op.getDilations()[axis] + 1;
  int64_t width = input.getDimSize(input.getRank() - 2), channels = op.getB().getType().getShape().back();
  if (window <= op.getStrides()[axis])
    return 0;
  int64_t lines = window * (ShapedType::isDynamic(width) ? likelyWidth : std::max<int64_t>(width, 1));
  int64_t inputs = target.getL1() / 2 * 8 / (lines * input.getElementTypeBitWidth());
  int64_t fitting = llvm::alignDown(inputs * op.getMultiplier(), lanes);
  return fitting >= leastVectors * lanes && fitting < channels ? fitting : 0;
}

static ScheduleAttr schedule(DepthwiseConvOp op, TargetAttr target) {
  ArrayRef<int64_t> out = op.getOut().getType().getShape();
  int64_t width = out[out.size() - 2];
  int64_t lanes = getLanes(target, cast<TileOpInterface>(op.getOperation()).getAccumulatorType());
  int64_t taps = multiply(op.getKernelShape());
  TileProblem problem{target, lanes, /*vectors=*/1, width, taps};
  int64_t unroll = std::min(op.getKernelShape().back(), kTapUnroll);
  // More rows would be more streams of memory without more reuse.
  int64_t rows = chooseRows(problem, kInFlight), lines = shareLines(out[out.size() - 3], chooseLines(width));
  bool isParallel = isWorthThreads(multiply({multiply(out), taps}));
  int64_t lineBlock = isParallel ? chooseLineBlock(width, rows, countLineBlocks(out, lines), /*panels=*/1) : 0;
  return ScheduleAttr::get(op.getContext(), rows, lanes, lanes, unroll, /*split=*/1, lines, lineBlock,
                           chooseChannels(op, target, lanes), target.getMasks(), isParallel, /*prefetch=*/false,
                           /*ahead=*/0);
}

ScheduleAttr ingot::tile::chooseSchedule(Operation *op) {
  TargetAttr target = getTarget(op);
  return llvm::TypeSwitch<Operation *, ScheduleAttr>(op)
      .Case<MatmulOp, ConvOp, DepthwiseConvOp>([&](auto contraction) { return schedule(contraction, target); })
      .Case([&](PlanesConvOp planes) { return schedulePlanes(planes, target); })
      .Case([&](WinogradConvOp winograd) { return scheduleWinograd(winograd, target); })
      .Case([&](AttentionOp attention) { return scheduleAttention(attention, target); });
}

/// What was measured goes before what is estimated.
static ScheduleAttr findSchedule(Operation *op) {
  auto module = op->getParentOfType<ModuleOp>();
  if (module && module->hasAttr(kTunedAttrName))
    if (Attribute tuned = getTuned(module, getKey(op)))
      return cast<ScheduleAttr>(tuned);
  return chooseSchedule(op);
}

namespace {

struct TileSchedule : ingot::tile::impl::TileScheduleBase<TileSchedule> {
  void runOnOperation() override {
    getOperation()->walk([](AttentionOp op) {
      if (!op.getSchedule())
        op.setScheduleAttr(findSchedule(op));
    });
    getOperation()->walk([](TileOpInterface op) {
      if (!op.getScheduleAttr()) {
        op.setScheduleAttr(findSchedule(op));
        llvm::TypeSwitch<Operation *>(op).Case<MatmulOp, ConvOp>([](auto contraction) {
          if (AmxAttr amx = chooseAmx(contraction, getTarget(contraction)))
            contraction.setAmxAttr(amx);
        });
      }
    });
  }
};

} // namespace

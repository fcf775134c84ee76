//===- AmxSchedule.cpp - Which products tile instructions do ---------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/AmxImage.h"
#include "codegen/tile/TileSchedule.h"
#include "codegen/tile/WinogradSchedule.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

/// The largest block.
static constexpr int64_t kRowBlock = 256, kColumnBlock = 1024;
/// Steps of a panel that become pieces at a time, which stay in the first cache.
static constexpr int64_t kRightDepth = 64;
/// The least rows of a block for which they do so between products, and steps that do then: sums stay in registers so
/// long.
static constexpr int64_t kOverlapRows = 64, kOverlapDepth = 256;
/// Rows that are enough for threads to share them.
static constexpr int64_t kLeastSharedRows = 96;
/// Rows that a product of a dynamic number of them may need to be done by tiles.
static constexpr int64_t kMostLeastRows = 256;
/// Rows behind whole tiles that vectors do faster than a tile of mostly nothing, of all blocks and of one.
static constexpr int64_t kMostVectorRows = 4, kMostBlockVectorRows = 3;

namespace {
/// Products, so many of them, of so many rows, columns and steps, their right operands read `panel` columns at a time.
/// The left split is what pieces of 32 of its numbers cost, or all of an image's. Of a number of rows that only the run
/// knows, `m` is an example.
struct AmxProblem {
  int64_t m, n, k, panel, leftSplit, count;
  bool hasWeights;
  bool canStream = false;
  bool isTransposed = false;
  bool knowsRows = true;
  int64_t imageSplit = 0;
  bool hasPieces = false; ///< of the right operand, in memory

  int64_t rowTiles() const { return llvm::divideCeil(m, AmxUnit::kRows); }
  int64_t columnTiles() const { return llvm::alignTo(n, panel) / AmxUnit::kWords; }
  int64_t stepTiles() const { return llvm::divideCeil(k, AmxUnit::kSteps); }
};

/// Blocks of rows by blocks of columns.
struct AmxBlocks {
  int64_t rowBlocks, columnBlocks;
};
} // namespace

/// What pieces of 32 numbers cost: of rows in memory, of rows to be gathered tap by tap, of an image, of panels, and of
/// columns that have to be put side by side.
/// What it costs to read 32 numbers that another core has written, as one of two threads that share panels does with
/// half of the left operand. Those that share the steps instead mostly find theirs in their own cache.
static constexpr int64_t kPass = 30;
static constexpr int64_t kLeftSplit = 20, kGatherSplit = 36, kImageSplit = 24, kRightSplit = 9, kTransposedSplit = 24;

/// The rows that are left to vectors, where blocks of one size, give or take a row, have no more than a few behind
/// their whole tiles; otherwise 0.
static int64_t getVectorRows(const AmxProblem &problem, int64_t blocks) {
  int64_t whole = llvm::alignDown(problem.m / blocks, AmxUnit::kRows), rest = problem.m - blocks * whole;
  bool isFew = rest <= std::min(kMostVectorRows, kMostBlockVectorRows * blocks);
  return problem.knowsRows && !problem.imageSplit && whole && isFew ? rest : 0;
}

static int64_t getRowBlock(const AmxProblem &problem, int64_t blocks) {
  int64_t share = llvm::divideCeil(problem.m, blocks);
  if (getVectorRows(problem, blocks))
    return llvm::alignDown(problem.m / blocks, AmxUnit::kRows);
  return llvm::alignTo(share, share > AmxUnit::kRows ? 2 * AmxUnit::kRows : AmxUnit::kRows);
}

static int64_t getColumnBlock(const AmxProblem &problem, int64_t blocks) {
  return static_cast<int64_t>(llvm::divideCeil(llvm::divideCeil(problem.n, problem.panel), blocks)) * problem.panel;
}

/// Whether the right operand becomes pieces between products: it is read as it lies, more of it than the first panel,
/// and there are enough products, but not so many that it would not matter. Rows for vectors would have it read once
/// more, and blocks of several sizes have more code than it is worth.
static bool overlaps(const AmxProblem &problem, const AmxBlocks &blocks) {
  int64_t rowBlock = getRowBlock(problem, blocks.rowBlocks);
  return !problem.isTransposed && !problem.imageSplit && rowBlock >= kOverlapRows && rowBlock <= 2 * kOverlapRows &&
         getColumnBlock(problem, blocks.columnBlocks) > problem.panel && !getVectorRows(problem, blocks.rowBlocks) &&
         (blocks.rowBlocks == 1 || problem.m % rowBlock == 0);
}

/// Each block of columns has the left operand split once more, each block of rows the right one: between products, that
/// costs half as much. Two threads that share the panels of one both split its left operand.
static int64_t getSplitCost(const AmxProblem &problem, const AmxBlocks &blocks) {
  int64_t rightSplit = problem.isTransposed ? kTransposedSplit : kRightSplit;
  int64_t right = problem.columnTiles() * AmxUnit::kWords * rightSplit * blocks.rowBlocks;
  if (overlaps(problem, blocks))
    right /= 2;
  int64_t all = std::max<int64_t>(problem.count, 1) * blocks.rowBlocks * blocks.columnBlocks;
  int64_t left = (problem.m * problem.leftSplit * problem.stepTiles() + problem.imageSplit) * blocks.columnBlocks;
  return problem.stepTiles() * right + left * static_cast<int64_t>(llvm::alignTo(all, 2)) / all;
}

/// Whether threads share the rows rather than the columns, as what comes before and after mostly does: of few weights,
/// as each reads all of them then.
static bool sharesRows(TargetAttr target, const AmxProblem &problem) {
  return problem.m >= kLeastSharedRows && problem.n * problem.k * int64_t(sizeof(float)) <= target.getL2() / 2;
}

/// Steps of the left operand whose pieces, six bytes a number, take up to a third of the second cache.
static int64_t getMostLeftDepth(TargetAttr target, int64_t rowBlock) { return target.getL2() / 3 / (6 * rowBlock); }

/// The cut of the least cost; into an even number of blocks of all products where threads share the rows, so that two
/// have equal shares.
static AmxBlocks chooseBlocks(TargetAttr target, const AmxProblem &problem) {
  int64_t panels = llvm::divideCeil(problem.n, problem.panel), pieces = llvm::divideCeil(problem.m, 2 * AmxUnit::kRows);
  int64_t leastRowBlocks = llvm::divideCeil(problem.m, kRowBlock);
  SmallVector<int64_t, 3> counts{leastRowBlocks, static_cast<int64_t>(llvm::alignTo(leastRowBlocks, 2))};
  // Half as large ones overlap more, but not at the price of blocks of several sizes.
  if (problem.m % getRowBlock(problem, 2 * leastRowBlocks) == 0)
    counts.push_back(2 * leastRowBlocks);
  AmxBlocks best{};
  int64_t bestCost = std::numeric_limits<int64_t>::max();
  for (int64_t rowBlocks : counts) {
    bool isUneven = rowBlocks * problem.count % 2 != 0;
    if (rowBlocks > std::max(pieces, leastRowBlocks) || (isUneven && sharesRows(target, problem)))
      continue;
    // Sums take a quarter of the second cache, those of all columns if they are not finished panel by panel.
    int64_t rowBlock = getRowBlock(problem, rowBlocks), most = target.getL2() / 4 / (rowBlock * sizeof(float));
    int64_t columnBlocks = llvm::divideCeil(panels, std::clamp(most, problem.panel, kColumnBlock) / problem.panel);
    if (problem.k <= getMostLeftDepth(target, rowBlock) && !getVectorRows(problem, rowBlocks))
      columnBlocks = 1;
    AmxBlocks blocks{rowBlocks, columnBlocks};
    if (int64_t cost = getSplitCost(problem, blocks); cost < bestCost)
      best = blocks, bestCost = cost;
  }
  return best;
}

/// Whether rows of the output begin anywhere in a line, so that most of its vectors are of two lines.
static bool isUnaligned(const AmxProblem &problem) { return problem.n % AmxUnit::kWords != 0; }

/// Cycles of vectors: a little more than half of one for a multiply-add, those of finishing a vector of sums, and a
/// quarter of what weights take from beyond the caches, which tile instructions hide.
static int64_t getVectorCost(TargetAttr target, const AmxProblem &problem) {
  int64_t vectors = llvm::divideCeil(problem.n, AmxUnit::kWords), finish = isUnaligned(problem) ? 4 : 1;
  int64_t bytes = problem.n * problem.k * int64_t(sizeof(float));
  int64_t memory = problem.hasWeights && bytes > target.getL2() ? bytes / target.getStream() / 4 : 0;
  return problem.m * vectors * (problem.k * 33 / 64 + finish) + memory;
}

/// Cycles of tile instructions. Each of the six products of a tile's pieces takes 16, and half as many more for what is
/// around it; that of rows without a second tile of rows waits for the one before. A row by vectors takes half as many
/// more than its multiply-adds. These, the splits and the cost of vectors are fitted to times of 90 products of 16 to
/// 784 rows, which they mostly tell within an eighth.
static int64_t getAmxCost(const AmxProblem &problem, const AmxBlocks &blocks) {
  constexpr int64_t start = 500, products = 6, paired = 24, single = 36, vectorRow = 24;
  int64_t finish = isUnaligned(problem) ? 8 : 6;
  int64_t vectorRows = getVectorRows(problem, blocks.rowBlocks);
  int64_t tiles = vectorRows ? getRowBlock(problem, blocks.rowBlocks) / AmxUnit::kRows : problem.rowTiles();
  int64_t count = vectorRows ? blocks.rowBlocks : 1, pairs = count * (tiles / 2), rest = count * (tiles % 2);
  int64_t multiply = (2 * pairs * paired + rest * single) * products + vectorRows * vectorRow;
  int64_t cost = start + multiply * problem.columnTiles() * problem.stepTiles() + getSplitCost(problem, blocks) +
                 problem.m * problem.columnTiles() * finish;
  if (blocks.rowBlocks * problem.count != 1)
    return cost;
  // Threads share the panels then, of which one of two may have one more: halfway between one thread and two.
  int64_t columns = problem.columnTiles() * AmxUnit::kWords;
  int64_t padded = llvm::alignTo(columns, 2 * problem.panel);
  return cost * (columns + padded) / (2 * columns);
}

static int64_t getAmxCost(TargetAttr target, const AmxProblem &problem) {
  return getAmxCost(problem, chooseBlocks(target, problem));
}

namespace {
/// How many blocks of columns there are whose right operands stay while the rows pass by.
struct Stream {
  int64_t columnBlocks, cost;
};
} // namespace

/// Cycles, but for the right operand's pieces. Those of the left one cost what the products of another leave of the
/// vectors; finishing sums is hidden altogether. Fitted to times of 50 products of 49 to 3136 rows.
static int64_t getStreamCost(const AmxProblem &problem, int64_t columnBlocks) {
  constexpr int64_t start = 500, leftSplit = 15, products = 6, paired = 22, single = 30;
  int64_t tiles = problem.rowTiles(), left = problem.m * problem.stepTiles() * leftSplit;
  int64_t multiply = (tiles / 2 * 2 * paired + tiles % 2 * single) * products;
  return columnBlocks * (start + left) + multiply * problem.columnTiles() * problem.stepTiles();
}

/// Bytes of the pieces of so many columns.
static int64_t countPieceBytes(const AmxProblem &problem, int64_t columns) {
  constexpr int64_t pieceBytes = 6;
  return columns * problem.stepTiles() * AmxUnit::kSteps * pieceBytes;
}

/// Bytes of a right operand's pieces that stay while rows pass by: three eighths of the second cache, and three
/// quarters with those of four tiles of rows and columns that are put side by side.
static int64_t getStreamRoom(TargetAttr target, const AmxProblem &problem) {
  int64_t steps = problem.stepTiles() * AmxUnit::kSteps, leftBytes = countPieceBytes(problem, 4 * AmxUnit::kRows);
  int64_t copyBytes = problem.isTransposed ? steps * problem.panel * int64_t(sizeof(float)) : 0;
  return std::min(target.getL2() * 3 / 8, target.getL2() * 3 / 4 - leftBytes - copyBytes);
}

/// Pieces that are there take some of the time of reading them. Threads share the tiles of rows; of a few rows, which
/// are few tiles, two blocks of columns, one of which may have a panel more: that is counted halfway between one thread
/// and two.
static std::optional<Stream> chooseStreamOfPieces(TargetAttr target, const AmxProblem &problem) {
  int64_t panels = llvm::divideCeil(problem.n, problem.panel), columnBlocks = 1;
  int64_t bytes = countPieceBytes(problem, panels * problem.panel), memory = bytes / target.getStream() / 8;
  if (bytes > getStreamRoom(target, problem))
    return std::nullopt;
  int64_t cost = getStreamCost(problem, columnBlocks) + memory;
  if (problem.m < kOverlapRows && panels > 1) {
    columnBlocks = 2;
    cost = (getStreamCost(problem, columnBlocks) + memory) * (panels + llvm::divideCeil(panels, 2) * 2) / (2 * panels);
  }
  return Stream{columnBlocks, cost};
}

/// The pieces of a block's right operand are written to the second cache, not to the first one. One of two threads that
/// share the rows of one block has as many to make as one alone, which is counted as above, halfway.
static std::optional<Stream> chooseStream(TargetAttr target, const AmxProblem &problem) {
  constexpr int64_t rightSplit = 20, transposedSplit = 35;
  if (problem.hasPieces)
    return chooseStreamOfPieces(target, problem);
  int64_t panels = llvm::divideCeil(problem.n, problem.panel);
  int64_t most = getStreamRoom(target, problem) / countPieceBytes(problem, problem.panel);
  if (!problem.canStream || most <= 0)
    return std::nullopt;
  int64_t columnBlocks = llvm::divideCeil(panels, most);
  int64_t right = problem.columnTiles() * AmxUnit::kWords * problem.stepTiles() *
                  (problem.isTransposed ? transposedSplit : rightSplit);
  bool isShared = columnBlocks * problem.count % 2 != 0;
  return Stream{columnBlocks, getStreamCost(problem, columnBlocks) + right + (isShared ? right / 2 : 0)};
}

static int64_t getBestCost(TargetAttr target, const AmxProblem &problem) {
  int64_t cost = getAmxCost(target, problem);
  std::optional<Stream> stream = chooseStream(target, problem);
  return stream ? std::min(cost, stream->cost) : cost;
}

/// Whether what tiles gain is worth more code, which has that of vectors in it.
static bool isWorthCode(TargetAttr target, const AmxProblem &problem, int64_t cost) {
  constexpr int64_t least = 12000;
  return (getVectorCost(target, problem) - cost) * std::max<int64_t>(problem.count, 1) > least;
}

/// The least number of rows, up to what is given where that is known, from which on tiles are faster; 0 for none.
static int64_t chooseLeastRows(TargetAttr target, AmxProblem problem) {
  auto isFaster = [&] { return isWorthCode(target, problem, getBestCost(target, problem)); };
  if (!ShapedType::isDynamic(problem.m))
    return isFaster() ? problem.m : 0;
  for (problem.m = 1; problem.m <= kMostLeastRows; ++problem.m)
    if (isFaster())
      return problem.m;
  return 0;
}

/// An equal part of `steps`, in whole tiles, of `most` at most.
static int64_t divideSteps(int64_t steps, int64_t most) {
  int64_t parts = llvm::divideCeil(steps, most);
  return llvm::alignTo(llvm::divideCeil(steps, parts), AmxUnit::kSteps);
}

/// Steps of the left and of the right operand that are pieces at a time.
static std::pair<int64_t, int64_t> chooseDepths(TargetAttr target, const AmxProblem &problem, const AmxBlocks &blocks) {
  int64_t right = overlaps(problem, blocks) ? kOverlapDepth : kRightDepth;
  int64_t left =
      divideSteps(problem.k, std::max(right, getMostLeftDepth(target, getRowBlock(problem, blocks.rowBlocks))));
  int64_t rightDepth = divideSteps(left, right);
  return {llvm::alignTo(left, rightDepth), rightDepth};
}

/// Weights beyond the first cache come from memory in a model of many layers.
static bool wantsPrefetch(TargetAttr target, const AmxProblem &problem) {
  return problem.hasWeights && problem.n * problem.k * int64_t(sizeof(float)) > target.getL1();
}

static bool isEmpty(const AmxProblem &problem) { return problem.m == 0 || problem.n == 0 || problem.k == 0; }

/// Null if vectors are faster.
static AmxAttr choose(TargetAttr target, AmxProblem problem) {
  if (isEmpty(problem) || ShapedType::isDynamic(problem.n) || ShapedType::isDynamic(problem.k))
    return {};
  problem.knowsRows = !ShapedType::isDynamic(problem.m);
  // Vectors would have to make numbers of pieces first.
  int64_t leastRows = problem.hasPieces ? 1 : chooseLeastRows(target, problem);
  if (!leastRows)
    return {};
  if (!problem.knowsRows)
    problem.m = kRowBlock;
  AmxBlocks blocks = chooseBlocks(target, problem);
  std::optional<Stream> stream = chooseStream(target, problem);
  if (problem.hasPieces && !stream)
    return {};
  if (stream && (problem.hasPieces || stream->cost < getAmxCost(problem, blocks))) {
    int64_t depth = problem.stepTiles() * AmxUnit::kSteps;
    return AmxAttr::get(target.getContext(), leastRows, /*row_block=*/AmxUnit::kRows,
                        getColumnBlock(problem, stream->columnBlocks), depth, depth, /*overlap=*/false,
                        /*prefetch=*/false, /*vector_rows=*/0, /*image=*/false, /*stream=*/true);
  }
  int64_t rowBlock = getRowBlock(problem, blocks.rowBlocks);
  auto [leftDepth, rightDepth] = chooseDepths(target, problem, blocks);
  int64_t vectorRows = llvm::divideCeil(getVectorRows(problem, blocks.rowBlocks), blocks.rowBlocks);
  return AmxAttr::get(target.getContext(), leastRows, rowBlock, getColumnBlock(problem, blocks.columnBlocks), leftDepth,
                      rightDepth, overlaps(problem, blocks), wantsPrefetch(target, problem), vectorRows,
                      /*image=*/false, /*stream=*/false);
}

/// Whether there are tile instructions for contiguous rows of `a` and panels of so many columns.
static bool isPossible(TargetAttr target, MemRefType a, int64_t panel, int64_t packedDepth) {
  return target.getAmxBf16() && panel && panel % AmxUnit::kWords == 0 && packedDepth == 1 &&
         a.getElementType().isF32() && a.isLastDimUnitStride();
}

/// A step's 16 channels have to be of one tap.
static bool hasWholeTaps(int64_t channels) { return channels % AmxUnit::kWords == 0; }

static AmxAttr choose(TargetAttr target, const PanelProblem &problem, int64_t columns) {
  if (!target.getAmxBf16() || problem.vectorsOnly || columns % AmxUnit::kWords != 0 ||
      (problem.taps != 1 && !hasWholeTaps(problem.k)))
    return {};
  int64_t leftSplit = problem.taps == 1                     ? kLeftSplit
                      : ShapedType::isDynamic(problem.rows) ? kGatherSplit
                                                            : kImageSplit / problem.taps;
  return choose(target, {problem.getExpectedRows(), problem.n, problem.k * problem.taps, columns, leftSplit,
                         /*count=*/1, /*hasWeights=*/true, /*canStream=*/problem.taps == 1});
}

bool ingot::tile::convertsByAmx(TargetAttr target, const PanelProblem &problem, int64_t columns) {
  AmxAttr amx = choose(target, problem, columns);
  // Of few rows, nothing is left to convert behind; and vectors would convert once more.
  bool hasTime = problem.taps != 1 || (problem.getExpectedRows() >= kOverlapRows && amx && !amx.getVectorRows());
  return amx && hasTime;
}

bool ingot::tile::wantsWidePanels(TargetAttr target, const PanelProblem &problem, int64_t columns) {
  AmxAttr amx = choose(target, problem, columns);
  bool hasGroups = problem.getExpectedRows() > 2 * AmxUnit::kRows;
  // Threads share tiles of rows that pass by in halves of their panels.
  bool canHalve = amx && (!amx.getStream() || problem.n > columns);
  return amx && (problem.taps != 1 || (hasGroups && canHalve && !amx.getVectorRows()));
}

/// One product by weights, not a convolution.
static AmxProblem describe(const PanelProblem &problem, int64_t columns) {
  return {problem.rows,      problem.n, problem.k, columns, kLeftSplit, /*count=*/1, /*hasWeights=*/true,
          /*canStream=*/true};
}

int64_t ingot::tile::chooseDepthBlocks(TargetAttr target, const PanelProblem &problem, int64_t columns) {
  // Cycles of one more kernel, and of adding up a vector.
  constexpr int64_t blocks = 2, kernel = 4000, add = 12;
  AmxAttr amx = choose(target, problem, columns);
  if (!amx || amx.getStream() || ShapedType::isDynamic(problem.rows) || problem.k % (blocks * AmxUnit::kSteps) != 0)
    return 1;
  AmxProblem product = describe(problem, columns);
  int64_t cost = getAmxCost(target, product);
  if (chooseBlocks(target, product).rowBlocks == 1)
    cost += product.m * product.stepTiles() * kPass;
  product.k /= blocks;
  product.count = blocks;
  int64_t divided = blocks * getAmxCost(target, product) + kernel + product.m * product.columnTiles() * add;
  return divided < cost / 16 * 15 ? blocks : 1;
}

bool ingot::tile::isFasterByPieces(TargetAttr target, const PanelProblem &problem, int64_t columns) {
  AmxProblem product = describe(problem, columns);
  if (!target.getAmxBf16() || problem.taps != 1 || columns % AmxUnit::kWords != 0 || ShapedType::isDynamic(product.m) ||
      isEmpty(product))
    return false;
  int64_t cost = std::min(getVectorCost(target, product), getBestCost(target, product));
  product.hasPieces = true;
  std::optional<Stream> pieces = chooseStream(target, product);
  return pieces && pieces->cost <= cost / 16 * 15 && isWorthCode(target, product, pieces->cost);
}

/// Columns that a right operand is read by: of a packed one, of a panel.
static int64_t getPanel(MatmulOp op) {
  if (int64_t columns = op.getPackedColumns())
    return columns;
  return (op.getSchedule() ? *op.getSchedule() : chooseSchedule(op)).getColumns();
}

/// How many there are; one, where only the run knows: mostly it is that of a batch of one.
static int64_t countProducts(ArrayRef<int64_t> batch) {
  return ShapedType::isDynamicShape(batch) ? 1 : llvm::product_of(batch);
}

bool ingot::tile::joinsPanels(MatmulOp op) {
  ArrayRef<int64_t> out = op.getOut().getType().getShape();
  return op.getLayout() == RhsLayout::packed && op.getBatchRank() == 1 && op.getParts() == 1 && !op.getBf16Pieces() &&
         op.getA().getType().getRank() == 2 && !ShapedType::isDynamic(out.front()) &&
         !ShapedType::isDynamic(out.back()) && out.back() % op.getPackedColumns() == 0;
}

AmxAttr ingot::tile::chooseAmx(MatmulOp op, TargetAttr target) {
  MemRefType a = op.getA().getType(), b = op.getB().getType();
  bool isPacked = op.getLayout() == RhsLayout::packed;
  bool isReadable = isPacked ? b.hasStaticShape() : b.isLastDimUnitStride();
  if (!target.getAmxBf16() || !isReadable || !(op.getFixed24() || op.getBf16Pieces() || b.getElementType().isF32()))
    return {};
  int64_t panel = getPanel(op);
  if (!isPossible(target, a, panel, op.getPackedDepth()))
    return {};
  ArrayRef<int64_t> out = op.getOut().getType().getShape();
  int64_t n = ShapedType::isDynamic(out.back()) ? out.back() : out.back() * static_cast<int64_t>(op.getParts());
  int64_t count = countProducts(out.drop_back(2));
  if (joinsPanels(op))
    n *= std::exchange(count, 1);
  return choose(target, {out[out.size() - 2], n, a.getShape().back(), panel, kLeftSplit, count, isPacked,
                         /*canStream=*/true, op.getLayout() == RhsLayout::transposed, /*knowsRows=*/true,
                         /*imageSplit=*/0, op.getBf16Pieces()});
}

namespace {
/// How an image is cut into blocks whose inputs become pieces at once.
struct ImageChoice {
  int64_t rowBlock, cost;
};
} // namespace

/// The cut of the least cost of `product`, a convolution's as if its rows were gathered; none if there is room for
/// none.
static std::optional<ImageChoice> chooseImage(TargetAttr target, const ImageShape &shape, AmxProblem product) {
  std::optional<ImageChoice> best;
  product.k = shape.getSteps();
  product.leftSplit = 0;
  int64_t count = product.count;
  for (int64_t rowBlock = 2 * AmxUnit::kRows; rowBlock <= kRowBlock; rowBlock += 2 * AmxUnit::kRows) {
    ImageCut cut(shape, rowBlock);
    constexpr int64_t pieceBytes = 6;
    if (cut.planeElements * pieceBytes > target.getL2() / 2)
      continue;
    int64_t blocks = shape.outerOutputs * cut.yBlocks * cut.xBlocks;
    product.m = cut.getRows();
    product.count = count * blocks;
    product.imageSplit = cut.planeElements / AmxUnit::kSteps * kImageSplit;
    if (int64_t cost = getAmxCost(product, {1, 1}) * blocks; !best || cost < best->cost)
      best = {rowBlock, cost};
  }
  return best;
}

std::optional<int64_t> ingot::tile::getAmxFilterCost(TargetAttr target, const FilterProblem &problem, int64_t columns) {
  if (!target.getAmxBf16() || columns % AmxUnit::kWords != 0 || !hasWholeTaps(problem.channels))
    return std::nullopt;
  AmxProblem product{problem.height * problem.width,
                     problem.outChannels,
                     9 * problem.channels,
                     columns,
                     kGatherSplit,
                     /*count=*/1,
                     /*hasWeights=*/true};
  if (isEmpty(product))
    return std::nullopt;
  int64_t cost = getAmxCost(target, product);
  ImageShape shape{.y = {problem.height, problem.height, 1, 3, 1, 1},
                   .x = {problem.width, problem.width, 1, 3, 1, 1},
                   .channels = problem.channels};
  if (std::optional<ImageChoice> image = chooseImage(target, shape, product))
    cost = std::min(cost, image->cost);
  return cost < getVectorCost(target, product) ? std::optional(cost) : std::nullopt;
}

AmxAttr ingot::tile::chooseAmx(ConvOp op, TargetAttr target) {
  MemRefType a = op.getA().getType(), b = op.getB().getType();
  int64_t panel = op.getPackedColumns(), channels = a.getShape().back() / op.getGroups();
  if (!isPossible(target, a, panel, op.getPackedDepth()) || !hasWholeTaps(channels) ||
      !(op.getFixed24() || b.getElementType().isF32()) ||
      !b.areTrailingDimsContiguous(b.getRank() - 1))
    return {};
  ArrayRef<int64_t> extents = op.getOut().getType().getShape().drop_front().drop_back();
  if (meetsMostlyPadding(a.getShape().drop_front().drop_back(), extents, op.getKernelShape(), op.getStrides(),
                         op.getDilations(), op.getPads()))
    return {};
  int64_t positions = 1;
  for (int64_t size : extents)
    if (!ShapedType::isDynamic(positions))
      positions = ShapedType::isDynamic(size) ? size : positions * size;
  int64_t outChannels = op.getOut().getType().getShape().back() / op.getGroups();
  int64_t steps = channels * ShapedType::getNumElements(op.getKernelShape());
  int64_t count = countProducts(op.getOut().getType().getShape().front()) * op.getGroupBlocks();
  AmxProblem product{positions, outChannels, steps, panel, kGatherSplit, count, /*hasWeights=*/true};
  std::optional<ImageShape> shape = ImageShape::get(op);
  std::optional<ImageChoice> image;
  if (shape && !isEmpty(product))
    image = chooseImage(target, *shape, product);
  // The costs do not tell them apart better than that.
  if (!image || image->cost > getAmxCost(target, product) / 20 * 19)
    return choose(target, product);
  if (!isWorthCode(target, product, image->cost))
    return {};
  // Sums of a panel are finished before the next one's begin.
  int64_t depth = divideSteps(shape->getSteps(), kRightDepth);
  return AmxAttr::get(target.getContext(), positions, image->rowBlock, getColumnBlock(product, /*blocks=*/1),
                      llvm::alignTo(shape->getSteps(), depth), depth, /*overlap=*/false, wantsPrefetch(target, product),
                      /*vector_rows=*/0, /*image=*/true, /*stream=*/false);
}

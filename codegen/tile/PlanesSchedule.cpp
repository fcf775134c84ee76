//===- PlanesSchedule.cpp - How planes are convolved -----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/PlanesSchedule.h"

#include "codegen/tile/Packing.h"
#include "codegen/tile/TileSchedule.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

/// Multiply-adds in flight that hide their latency and that of their operands.
static constexpr int64_t kInFlight = 12;
/// Output channels of a tile, at most, and taps of a line that are done without a loop.
static constexpr int64_t kMostRows = 8, kTapUnroll = 7;

PlanesCopy PlanesCopy::get(PlanesConvOp op, int64_t outLines) {
  ArrayRef<int64_t> kernel = op.getKernelShape(), strides = op.getStrides(), dilations = op.getDilations();
  auto reach = [&](unsigned axis) { return (kernel[axis] - 1) * dilations[axis] / strides[axis]; };
  return {outLines + reach(0), op.getOut().getType().getDimSize(3) + reach(1), strides[0] * strides[1]};
}

SmallVector<int64_t> PlanesCopy::readPhases(PlanesConvOp op) {
  auto isRead = [&](unsigned axis, int64_t phase) {
    int64_t stride = op.getStrides()[axis], dilation = op.getDilations()[axis];
    return llvm::any_of(llvm::seq<int64_t>(0, op.getKernelShape()[axis]),
                        [&](int64_t tap) { return tap * dilation % stride == phase; });
  };
  SmallVector<int64_t> phases;
  for (int64_t line = 0; line < op.getStrides()[0]; ++line)
    for (int64_t position = 0; position < op.getStrides()[1]; ++position)
      if (isRead(0, line) && isRead(1, position))
        phases.push_back(line * op.getStrides()[1] + position);
  return phases;
}

/// Output lines of a block whose copy stays in the first cache, beside the sums of a tile's channels.
static int64_t chooseLines(PlanesConvOp op, TargetAttr target) {
  int64_t height = op.getOut().getType().getDimSize(2), best = 1;
  int64_t rows = std::min(op.getGroupOutputs(), kMostRows / 2);
  for (int64_t lines = 1; lines <= height; ++lines) {
    PlanesCopy copy = PlanesCopy::get(op, lines);
    int64_t elements = op.getGroupInputs() * copy.channelSize() + rows * lines * copy.length;
    if (elements * int64_t(sizeof(float)) <= target.getL1() * 3 / 4)
      best = lines;
  }
  int64_t blocks = llvm::divideCeil(std::max<int64_t>(height, 1), best);
  // Two threads have equal shares.
  if (op.getGroups() == 1 && height > 1)
    blocks = llvm::alignTo(blocks, 2);
  return llvm::divideCeil(std::max<int64_t>(height, 1), blocks);
}

/// How outputs of a group are tiled, and half cycles that a group of an image takes then.
struct PlanesTiles {
  int64_t rows = 1, vectors = 1;
  int64_t lines = 0; ///< of a tile that reads the input where it is
  int64_t cost = std::numeric_limits<int64_t>::max();

  void improve(const PlanesTiles &other) {
    if (other.cost < cost)
      *this = other;
  }
};

/// Half cycles of a tap in a tile: multiply-adds, loads, or latency, and addresses. Vectors of positions mostly cross a
/// line's border.
static int64_t getTapCost(int64_t rows, int64_t vectors) {
  return rows ? std::max({rows * vectors, rows + 3 * vectors, kInFlight}) + 2 : 0;
}

/// The best tiles of blocks of so many lines, which are copied first.
static PlanesTiles chooseTilesOfCopies(PlanesConvOp op, TargetAttr target, int64_t lanes, int64_t lines) {
  // Loads and stores of a vector, with their addresses: one that is copied, the same at a line's border where windows
  // move by more than one, and one of sums that waits in memory.
  constexpr int64_t kCopied = 6, kGathered = 20, kWaiting = 9;
  ArrayRef<int64_t> out = op.getOut().getType().getShape();
  PlanesCopy copy = PlanesCopy::get(op, lines);
  int64_t needed = llvm::divideCeil(std::max<int64_t>(copy.countPositions(lines, out[3]), 1), lanes);
  int64_t outputs = op.getGroupOutputs(), inputs = op.getGroupInputs();
  int64_t taps = llvm::product_of(op.getKernelShape()) * inputs;
  int64_t copiedVectors = llvm::divideCeil(copy.length, lanes);
  int64_t gathered = op.getStrides()[1] > 1 ? std::min<int64_t>(copiedVectors, 2) : 0;
  int64_t copied = inputs * copy.phases * copy.lines * ((copiedVectors - gathered) * kCopied + gathered * kGathered);
  PlanesTiles best;
  for (int64_t rows = 1; rows <= std::min(std::max<int64_t>(outputs, 1), kMostRows); ++rows)
    for (int64_t vectors = 1; rows * vectors + vectors + 1 < target.getRegisters(); ++vectors) {
      int64_t cost = outputs / rows * getTapCost(rows, vectors) + getTapCost(outputs % rows, vectors);
      cost = cost * taps * llvm::divideCeil(needed, vectors) + copied + outputs * needed * kWaiting;
      int64_t blocks = llvm::divideCeil(std::max<int64_t>(out[2], 1), lines);
      best.improve({rows, vectors, /*lines=*/0, cost * blocks});
    }
  return best;
}

namespace {

/// Tiles that read the input where it is: what they take.
class LinesCost {
public:
  LinesCost(PlanesConvOp op, TargetAttr target, int64_t lanes)
      : op(op), registers(target.getRegisters()), lanes(lanes), vectors(llvm::divideCeil(width(), lanes)) {}

  PlanesTiles chooseTiles();
  /// Whether all taps of a tile are code of their own.
  bool isUnrolled(const PlanesTiles &tiles) {
    return tiles.rows * tiles.lines * tiles.vectors * taps() <= kMostProducts;
  }

private:
  /// Half cycles of a load over a border of the cache's lines, of a line's address, and of a sum that is finished.
  static constexpr int64_t kCrossing = 4, kLine = 6, kFinished = 4;
  /// Products that a tile's code has, at most.
  static constexpr int64_t kMostProducts = 256;

  int64_t width() { return op.getOut().getType().getDimSize(3); }
  int64_t height() { return op.getOut().getType().getDimSize(2); }
  int64_t taps() { return llvm::product_of(op.getKernelShape()); }
  /// Registers beside the sums: three windows of vectors and the weights of a tap.
  bool fits(const PlanesTiles &tiles) {
    return (tiles.rows * tiles.lines + 3) * tiles.vectors + tiles.rows < registers &&
           (tiles.lines == 1 || isUnrolled(tiles));
  }
  int64_t countOutputs(const PlanesTiles &tiles);
  int64_t countLines(const PlanesTiles &tiles);
  int64_t countColumns(const PlanesTiles &tiles);
  int64_t countTile(const PlanesTiles &tile);

  PlanesConvOp op;
  int64_t registers, lanes;
  int64_t vectors; ///< of a line
};

} // namespace

/// The best ones; none where vectors have no pairs, or many of them have code of their own because they are near a
/// border.
PlanesTiles LinesCost::chooseTiles() {
  int64_t stride = op.getStrides()[1], reach = (op.getKernelShape()[1] - 1) * op.getDilations()[1];
  int64_t padding = (width() - 1) * stride + reach + 1 - op.getA().getType().getDimSize(3);
  PlanesTiles best;
  if (stride > 2 || reach + padding > 4 * lanes)
    return best;
  for (int64_t rows = 1; rows <= std::min(op.getGroupOutputs(), kMostRows); ++rows)
    for (int64_t lines = 1; lines <= height(); ++lines)
      for (int64_t columns = 1; columns <= vectors; ++columns)
        if (PlanesTiles tiles{rows, columns, lines, 0}; fits(tiles)) {
          tiles.cost = countOutputs(tiles);
          best.improve(tiles);
        }
  return best;
}

int64_t LinesCost::countOutputs(const PlanesTiles &tiles) {
  PlanesTiles rest = tiles;
  rest.rows = op.getGroupOutputs() % tiles.rows;
  return op.getGroupOutputs() / tiles.rows * countLines(tiles) + countLines(rest);
}

int64_t LinesCost::countLines(const PlanesTiles &tiles) {
  PlanesTiles rest = tiles;
  rest.lines = height() % tiles.lines;
  return height() / tiles.lines * countColumns(tiles) + countColumns(rest);
}

int64_t LinesCost::countColumns(const PlanesTiles &tiles) {
  PlanesTiles rest = tiles;
  rest.vectors = vectors % tiles.vectors;
  return vectors / tiles.vectors * countTile(tiles) + countTile(rest);
}

/// Arithmetic or loads, whatever takes longer, and addresses. Weights of few taps stay in registers.
int64_t LinesCost::countTile(const PlanesTiles &tile) {
  ArrayRef<int64_t> kernel = op.getKernelShape(), strides = op.getStrides(), dilations = op.getDilations();
  int64_t sums = tile.rows * tile.lines * tile.vectors, reach = (kernel[1] - 1) * dilations[1];
  if (sums == 0)
    return 0;
  int64_t lines = std::min((tile.lines - 1) * strides[0] + (kernel[0] - 1) * dilations[0] + 1, tile.lines * kernel[0]);
  int64_t loads = 2 * tile.vectors * (reach / 2 + 1), shuffles = tile.vectors * kernel[1];
  if (sharesWindows(op)) {
    int64_t windows = strides[1] * (tile.vectors + llvm::divideCeil(reach, strides[1] * lanes));
    loads = windows;
    shuffles = tile.vectors * (kernel[1] - strides[1]) + (strides[1] > 1 ? windows : 0);
  }
  int64_t held = tile.rows * taps() * op.getGroupInputs();
  int64_t weights = held + sums + 3 * tile.vectors < registers ? 0 : tile.rows * tile.lines * taps();
  int64_t work = std::max(sums * taps() + lines * shuffles, lines * loads * kCrossing + weights) + lines * kLine;
  return op.getGroupInputs() * work + sums * kFinished;
}

bool ingot::tile::sharesWindows(PlanesConvOp op) {
  int64_t reach = (op.getKernelShape()[1] - 1) * op.getDilations()[1];
  // A pair of vectors has two of three taps in a row.
  return op.getStrides()[1] == 1 || reach > 3;
}

ScheduleAttr ingot::tile::schedulePlanes(PlanesConvOp op, TargetAttr target) {
  ArrayRef<int64_t> out = op.getOut().getType().getShape();
  int64_t lanes = getLanes(target, Float32Type::get(op.getContext())), lines = chooseLines(op, target);
  PlanesTiles tiles = chooseTilesOfCopies(op, target, lanes, lines);
  LinesCost linesCost(op, target, lanes);
  tiles.improve(linesCost.chooseTiles());
  int64_t unroll = std::min(op.getKernelShape().back(), kTapUnroll);
  if (tiles.lines) {
    lines = llvm::alignTo(lines, tiles.lines);
    unroll = tiles.lines == 1 && linesCost.isUnrolled(tiles) ? op.getKernelShape()[0] : 1;
  }
  int64_t taps = llvm::product_of(op.getKernelShape());
  int64_t work = ShapedType::isDynamic(out[0]) ? out[0] : llvm::product_of(out) * taps * op.getGroupInputs();
  return ScheduleAttr::get(op.getContext(), tiles.rows, tiles.vectors * lanes, lanes, unroll, /*split=*/1, lines,
                           tiles.lines, /*panel=*/0, target.getMasks(), isWorthThreads(work),
                           /*prefetch=*/false, /*ahead=*/0);
}

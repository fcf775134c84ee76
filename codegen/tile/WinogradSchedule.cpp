//===- WinogradSchedule.cpp - When and how to filter minimally -------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/WinogradSchedule.h"

#include "codegen/tile/Packing.h"
#include "codegen/tile/TileSchedule.h"
#include "codegen/tile/WinogradTransform.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

/// Tiles whose transformed inputs share one pass over the weights: enough for the weights' way from the outer caches
/// not to show, no more than the second cache holds beside them.
static constexpr int64_t kMostTiles = 28, kLeastTiles = 6;
/// An extent in place of an unknown one.
static constexpr int64_t kLikelyExtent = 32;

int64_t ingot::tile::getTransformLanes(int64_t lanes, int64_t channels) {
  return std::min(lanes, channels & -channels);
}

static int64_t countTiles(const FilterProblem &problem, int64_t tile) {
  if (ShapedType::isDynamic(problem.height) || ShapedType::isDynamic(problem.width))
    return ShapedType::kDynamic;
  return llvm::divideCeil(problem.height, tile) * llvm::divideCeil(problem.width, tile);
}

/// Whether the transformed weights come from beyond the second cache for each block.
static bool areFar(TargetAttr target, int64_t weightBytes) { return weightBytes > target.getL2() / 2; }

/// Tiles of a block: all of them, if the weights are to be `readOnce` and there is room.
static int64_t chooseBlock(TargetAttr target, int64_t tiles, int64_t channels, int64_t inputTile, bool readOnce) {
  int64_t tileBytes = inputTile * inputTile * channels * sizeof(float);
  if (readOnce && !ShapedType::isDynamic(tiles) && tiles * tileBytes <= target.getL2() / 2)
    return std::max<int64_t>(tiles, 1);
  int64_t most = std::clamp<int64_t>(target.getL2() / 4 / tileBytes, 1, kMostTiles);
  if (ShapedType::isDynamic(tiles))
    return most;
  // Blocks of one size, an even number of them, so that two threads have equal shares.
  int64_t blocks = llvm::divideCeil(std::max<int64_t>(tiles, 1), most);
  return llvm::divideCeil(std::max<int64_t>(tiles, 1), llvm::alignTo(blocks, 2));
}

namespace {
/// Instructions that transform a tile's inputs or outputs, a vector of channels at a time, loads and stores included.
struct TransformCost {
  int64_t input, output;
};
} // namespace

static TransformCost getTransformCost(int64_t tile) {
  return tile == 2 ? TransformCost{64, 48} : TransformCost{256, 160};
}

/// Cycles of minimal filtering at two instructions a cycle; the largest number where there is no room for it.
static int64_t getFilterCost(TargetAttr target, const FilterProblem &problem, int64_t columns, int64_t tile) {
  constexpr int64_t none = std::numeric_limits<int64_t>::max();
  int64_t lanes = target.getVectorBits() / 32, transformLanes = getTransformLanes(lanes, problem.channels);
  if (transformLanes < 4)
    return none;
  int64_t points = (tile + 2) * (tile + 2), tiles = countTiles(problem, tile);
  int64_t outChannels = llvm::alignTo(problem.outChannels, columns);
  int64_t weightBytes = points * problem.channels * outChannels * sizeof(float);
  int64_t block = chooseBlock(target, tiles, problem.channels, tile + 2, areFar(target, weightBytes));
  if (block < std::min(tiles, kLeastTiles))
    return none;
  int64_t products = points * tiles * problem.channels * outChannels / lanes / 2;
  // Beside products, they come at half the speed.
  if (areFar(target, weightBytes))
    products = std::max<int64_t>(products, llvm::divideCeil(tiles, block) * weightBytes * 2 / target.getStream());
  TransformCost cost = getTransformCost(tile);
  return products + tiles * (cost.input * problem.channels / transformLanes + cost.output * outChannels / lanes) / 2;
}

static FilterProblem withLikelyExtents(FilterProblem problem) {
  for (int64_t *extent : {&problem.height, &problem.width})
    if (ShapedType::isDynamic(*extent))
      *extent = kLikelyExtent;
  return problem;
}

SmallVector<int64_t> ingot::tile::getWinogradTiles(TargetAttr target, const FilterProblem &given, int64_t columns) {
  FilterProblem problem = withLikelyExtents(given);
  SmallVector<int64_t> tiles{0};
  if (target.getVectorBits() < 128 || problem.height < 2 || problem.width < 2)
    return tiles;
  for (int64_t tile : {2, 4})
    if (getFilterCost(target, problem, columns, tile) != std::numeric_limits<int64_t>::max())
      tiles.push_back(tile);
  return tiles;
}

int64_t ingot::tile::chooseWinogradTile(TargetAttr target, const FilterProblem &given, int64_t columns,
                                        int64_t directColumns) {
  FilterProblem problem = withLikelyExtents(given);
  int64_t lanes = std::max<int64_t>(target.getVectorBits() / 32, 1);
  int64_t direct = 9 * problem.height * problem.width * problem.channels *
                   llvm::alignTo(problem.outChannels, directColumns) / lanes / 2;
  // Of either, what is measured is a quarter to a third more.
  if (std::optional<int64_t> amx = getAmxFilterCost(target, problem, directColumns))
    direct = std::min(direct, *amx);
  // What it gains has to be worth the larger weights and the rounding.
  int64_t best = direct - direct / 5, bestTile = 0;
  for (int64_t tile : getWinogradTiles(target, problem, columns))
    if (int64_t cost = tile ? getFilterCost(target, problem, columns, tile) : best; cost < best)
      best = cost, bestTile = tile;
  return bestTile;
}

std::string ingot::tile::getFilterKey(const FilterProblem &problem, int64_t columns) {
  auto extent = [](int64_t size) { return ShapedType::isDynamic(size) ? "?" : std::to_string(size); };
  return "output tile of a convolution: " + extent(problem.height) + " x " + extent(problem.width) + " x " +
         extent(problem.outChannels) + " from " + extent(problem.channels) + " channels, in panels of " +
         extent(columns);
}

std::optional<std::pair<FilterProblem, int64_t>> ingot::tile::getFilterProblem(Operation *op) {
  auto describe = [](auto conv, int64_t columns) {
    ArrayRef<int64_t> out = conv.getOut().getType().getShape();
    return std::pair(FilterProblem{out[1], out[2], conv.getA().getType().getShape().back(), out[3]}, columns);
  };
  if (auto winograd = dyn_cast<WinogradConvOp>(op))
    return describe(winograd, winograd.getPackedColumns());
  auto conv = dyn_cast<ConvOp>(op);
  auto areOne = [](ArrayRef<int64_t> values) { return llvm::all_of(values, [](int64_t value) { return value == 1; }); };
  if (!conv || conv.getKernelShape() != ArrayRef<int64_t>{3, 3} || conv.getGroups() != 1 ||
      conv.getPackedDepth() != 1 || !areOne(conv.getStrides()) || !areOne(conv.getDilations()) ||
      !conv.getA().getType().getElementType().isF32() || !conv.getB().getType().getElementType().isF32() ||
      !conv.getA().getType().isLastDimUnitStride())
    return std::nullopt;
  PanelProblem panels = *getPanelProblem(op);
  panels.vectorsOnly = true;
  Type f32 = conv.getA().getType().getElementType();
  return describe(conv, choosePacking(op->getParentOfType<ModuleOp>(), getTarget(op), {f32, f32}, panels).columns);
}

ScheduleAttr ingot::tile::scheduleWinograd(WinogradConvOp op, TargetAttr target) {
  ArrayRef<int64_t> out = op.getOut().getType().getShape();
  FilterProblem problem{out[1], out[2], op.getA().getType().getDimSize(3), out[3]};
  int64_t columns = op.getPackedColumns(), inputTile = op.getInputTile();
  // Packed weights may have been made for other vectors than this target's.
  int64_t lanes = std::min(getLanes(target, Float32Type::get(op.getContext())), columns & -columns);
  int64_t tiles = countTiles(problem, op.getOutputTile());
  int64_t weightBytes = op.getB().getType().getNumElements() * sizeof(float);
  // Of several images, threads share the blocks.
  bool readOnce = out[0] == 1 && areFar(target, weightBytes);
  int64_t block = chooseBlock(target, tiles, problem.channels, inputTile, readOnce);
  // All blocks are done whole.
  TileProblem product{target, lanes, columns / lanes, block, problem.channels};
  int64_t rows = chooseRows(product, getMaxRows(target, product.vectors));
  bool parallel = ShapedType::isDynamic(tiles) || ShapedType::isDynamic(out[0]) ||
                  isWorthThreads(out[0] * tiles * inputTile * inputTile * problem.channels * problem.outChannels);
  return ScheduleAttr::get(op.getContext(), rows, columns, lanes, chooseUnroll(rows, problem.channels),
                           chooseSplit(product), block, /*lineBlock=*/0, /*panel=*/0, target.getMasks(), parallel,
                           areFar(target, weightBytes),
                           chooseAhead(product, block, rows, op.getB().getType(), /*panelRank=*/2));
}

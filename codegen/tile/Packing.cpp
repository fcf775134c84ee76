//===- Packing.cpp - How constant right operands are laid out --------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Packing.h"

#include "codegen/tile/TileKey.h"
#include "codegen/tile/TileSchedule.h"

#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace mlir;
using namespace ingot::tile;

Type ingot::tile::getAccumulatorType(Type element) {
  MLIRContext *context = element.getContext();
  if (isa<FloatType>(element))
    return element.getIntOrFloatBitWidth() < 32 ? Float32Type::get(context) : element;
  return IntegerType::get(context, element.getIntOrFloatBitWidth() > 32 ? 64 : 32);
}

int64_t ingot::tile::getLanes(TargetAttr target, Type accumulator) {
  return std::max<int64_t>(1, target.getVectorBits() / accumulator.getIntOrFloatBitWidth());
}

/// Elements that one dot instruction takes a lane.
static int64_t getDepth(TargetAttr target, PackedElements elements) {
  auto areBoth = [&](auto predicate) { return predicate(elements.a) && predicate(elements.b); };
  if (!elements.aContiguous)
    return 1;
  if (target.getDotI8() && areBoth([](Type type) { return type.isInteger(8); }) && !elements.bUnsigned &&
      !elements.bZero)
    return 4;
  if (target.getDotBf16() && areBoth([](Type type) { return type.isBF16(); }))
    return 2;
  return 1;
}

bool ingot::tile::reducesInLanes(Type element, int64_t depth) {
  return isa<FloatType>(element) && depth > (element.isBF16() ? 2 : 1);
}

/// Whether vectors along the reduction are faster than vectors of columns, most of which would be padding.
static bool wantsLaneSums(PackedElements elements, int64_t lanes, int64_t n, int64_t k, int64_t taps) {
  constexpr int64_t mostColumns = 8;   // each has a register
  constexpr int64_t additions = 8;     // multiply-adds that adding up the lanes takes as long as
  if (!isa<FloatType>(elements.a) || elements.a != elements.b || !elements.aContiguous || lanes < 4 ||
      n > mostColumns || n < 1)
    return false;
  return n * (taps * static_cast<int64_t>(llvm::divideCeil(k, lanes)) + additions) < taps * k;
}

/// What products by a panel's vector take, and what they take longer where it is a panel's only one.
static constexpr int64_t kVectorCost = 4, kSingleCost = 1;

PackingChoice ingot::tile::choosePacking(TargetAttr target, PackedElements elements, int64_t n, int64_t k,
                                         int64_t taps) {
  if (target.getVectorBits() == 0)
    return {std::max<int64_t>(n, 1)}; // one panel: the columns as they are
  int64_t lanes = getLanes(target, getAccumulatorType(elements.b));
  if (wantsLaneSums(elements, lanes, n, k, taps))
    return {n, lanes};
  // Wide panels want fewer loads of the left operand. Where that makes no
  // difference take two vectors, which leave the tile enough rows for either
  // operand's loads to hide.
  int64_t all = llvm::divideCeil(std::max<int64_t>(n, 1), lanes);
  int64_t bestVectors = 1, bestCost = std::numeric_limits<int64_t>::max() / 100;
  for (int64_t vectors : {2, 3, 4, 1}) {
    if (vectors > all || (vectors > 2 && target.getRegisters() < 32))
      continue;
    // A single vector uses each element of the left operand but once.
    int64_t singles = vectors == 1 ? all : all % vectors == 1;
    int64_t cost = all * kVectorCost + singles * kSingleCost;
    if (cost * 100 < bestCost * 98)
      bestVectors = vectors, bestCost = cost;
  }
  return {bestVectors * lanes, getDepth(target, elements)};
}

bool ingot::tile::meetsMostlyPadding(ArrayRef<int64_t> input, ArrayRef<int64_t> output, ArrayRef<int64_t> kernel,
                                     ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations, ArrayRef<int64_t> pads) {
  double inside = 1;
  for (size_t axis = 0; axis < kernel.size(); ++axis) {
    if (ShapedType::isDynamic(input[axis]) || ShapedType::isDynamic(output[axis]) || ShapedType::isDynamic(pads[axis]))
      return false;
    int64_t all = kernel[axis] * output[axis], met = 0;
    for (int64_t i = 0; i < all; ++i) {
      int64_t at = i / kernel[axis] * strides[axis] + i % kernel[axis] * dilations[axis] - pads[axis];
      met += at >= 0 && at < input[axis];
    }
    inside *= all ? double(met) / all : 1;
  }
  return inside < 0.5;
}

int64_t ingot::tile::countLikelyRows(ArrayRef<int64_t> extents) {
  constexpr int64_t least = 16;
  int64_t rows = 1;
  for (int64_t extent : extents)
    rows *= ShapedType::isDynamic(extent) ? 1 : extent;
  return rows >= least ? rows : ShapedType::kDynamic;
}

/// The same for so many rows.
static PackingChoice estimatePacking(TargetAttr target, PackedElements elements, const PanelProblem &problem) {
  PackingChoice choice = choosePacking(target, elements, problem.n, problem.k, problem.taps);
  if (choice.depth != 1 || !elements.hasOnlyF32() || !elements.aContiguous)
    return choice;
  // Tile instructions have less to begin anew in wider panels, for which vectors need registers as well.
  int64_t wide = 4 * getLanes(target, elements.b);
  bool isFull = llvm::alignTo(problem.n, wide) == llvm::alignTo(problem.n, choice.columns);
  if (target.getRegisters() >= 32 && isFull && wantsWidePanels(target, problem, wide))
    choice.columns = wide;
  return choice;
}

std::optional<PackingChoice> ingot::tile::chooseMergedPacking(TargetAttr target, PackedElements elements,
                                                              int64_t groups, int64_t n, int64_t k, int64_t taps) {
  if (target.getVectorBits() == 0 || !isa<FloatType>(elements.a) || elements.a != elements.b ||
      !elements.aContiguous || n != k || k < 2 || !llvm::isPowerOf2_64(k))
    return {};
  int64_t lanes = getLanes(target, getAccumulatorType(elements.b)), merged = 1;
  while (2 * merged * k <= lanes && groups % (2 * merged) == 0)
    merged *= 2;
  // A vector of sums for each column against one for each group and step. Adding up the lanes is two shuffles and an
  // addition for each column but one.
  if (merged == 1 || n * taps + 3 * (n - 1) >= merged * k * taps)
    return {};
  return PackingChoice{n, merged * k, /*fixed24=*/false, merged};
}

PackingChoice ingot::tile::choosePartsPacking(TargetAttr target, PackedElements elements, int64_t parts) {
  return {parts * getLanes(target, getAccumulatorType(elements.b)), getDepth(target, elements)};
}

/// Rows that are so few that vectors have time to convert weights, whatever the rest.
static constexpr int64_t kFewRows = 3;

/// Whether there are the instructions to convert so many bytes of f32: what stays in a core's own cache is not worth
/// it. Without shifts of pairs of words, a fourth of the vectors take four instructions more. There is time for these
/// as well while weights come from beyond the second cache, if few rows are one tile and vectors are not short.
static bool canConvert(TargetAttr target, int64_t rows, int64_t bytes) {
  constexpr int64_t panelVectors = 4, leastBits = 256;
  if (target.getFunnelShift())
    return bytes >= target.getL2() / 4;
  return rows >= 1 && rows <= std::min(kFewRows, getMaxRows(target, panelVectors)) &&
         target.getVectorBits() >= leastBits && bytes >= target.getL2();
}

/// Whether vectors have the issue slots to convert while memory delivers. Of up to three rows they do; of more where
/// the weights come from beyond the second cache. A step of a panel takes what is slower, the bytes or the vectors, and
/// a quarter of the other: measured with 2048 x 2048 weights and 4 to 16 rows.
static bool isConvertedInTime(TargetAttr target, const PanelProblem &problem, int64_t vectors) {
  constexpr int64_t issue = 2;
  int64_t rows = problem.getExpectedRows();
  if (rows <= kFewRows)
    return true;
  // Seven instructions make four vectors.
  int64_t tiles = llvm::divideCeil(rows, getMaxRows(target, vectors)), conversion = vectors * 7 / 4;
  auto getCost = [&](int64_t bytes, int64_t instructions) {
    int64_t memory = vectors * target.getVectorBits() / 32 * bytes / target.getStream(), work = instructions / issue;
    return std::max(memory, work) + std::min(memory, work) / 4;
  };
  return problem.n * problem.k * problem.taps * int64_t(sizeof(float)) > target.getL2() &&
         getCost(3, rows * vectors + tiles * conversion) < getCost(4, rows * vectors);
}

bool ingot::tile::wantsBf16Pieces(TargetAttr target, PackedElements elements, const PanelProblem &problem,
                                  const PackingChoice &choice) {
  return choice.depth == 1 && elements.aContiguous && elements.hasOnlyF32() &&
         isFasterByPieces(target, problem, choice.columns);
}

std::optional<PackingChoice> ingot::tile::chooseFixed24Packing(TargetAttr target, PackedElements elements,
                                                               const PanelProblem &problem, int64_t parts) {
  int64_t rows = problem.getExpectedRows(), n = problem.n, k = problem.k, taps = problem.taps;
  if (!elements.hasOnlyF32() || !canConvert(target, rows, n * k * taps * int64_t(sizeof(float))))
    return {};
  // Panels are four vectors wide, or some times that: the padding may take more than is saved.
  int64_t columns = std::lcm(4, parts) * getLanes(target, elements.b);
  int64_t wide = parts > 1 ? choosePartsPacking(target, elements, parts).columns
                           : choosePacking(target, elements, n, k, taps).columns;
  if (llvm::alignTo(n, columns) * 3 >= llvm::alignTo(n, wide) * 4)
    return {};
  bool isSkinny = ShapedType::isDynamic(rows)
                      ? taps == 1
                      : rows >= 1 && isConvertedInTime(target, problem, columns / getLanes(target, elements.b));
  if (!isSkinny && !(elements.aContiguous && convertsByAmx(target, problem, columns)))
    return {};
  return PackingChoice{columns, /*depth=*/1, /*fixed24=*/true};
}

//===----------------------------------------------------------------------===//
// Columns by measurement
//===----------------------------------------------------------------------===//

PackingChoice ingot::tile::choosePacking(ModuleOp module, TargetAttr target, PackedElements elements,
                                         const PanelProblem &problem) {
  PackingChoice choice = estimatePacking(target, elements, problem);
  if (choice.depth != 1 || target.getVectorBits() == 0 || !elements.hasOnlyF32())
    return choice;
  if (module->hasAttr(kTunedAttrName))
    if (Attribute tuned = getTuned(module, getPanelKey(problem)))
      choice.columns = cast<IntegerAttr>(tuned).getInt();
  return choice;
}

std::string ingot::tile::getPanelKey(const PanelProblem &problem) {
  std::string rows = ShapedType::isDynamic(problem.rows) ? "?" : std::to_string(problem.rows);
  return "columns of a panel: " + rows + " x " + std::to_string(problem.n) + " from " + std::to_string(problem.k) +
         " x " + std::to_string(problem.taps) + " steps";
}

SmallVector<int64_t> ingot::tile::getPanelColumns(TargetAttr target) {
  int64_t lanes = target.getVectorBits() / 32;
  SmallVector<int64_t> columns{2 * lanes, 3 * lanes, 4 * lanes, lanes};
  if (target.getRegisters() < 32)
    columns.erase(columns.begin() + 2);
  return columns;
}

/// The product of all extents but the last.
static int64_t countRows(ArrayRef<int64_t> shape) {
  int64_t rows = 1;
  for (int64_t size : shape.drop_back()) {
    if (ShapedType::isDynamic(size))
      return size;
    rows *= size;
  }
  return rows;
}

std::optional<PanelProblem> ingot::tile::getPanelProblem(Operation *op) {
  auto isFloat = [](auto contraction) {
    return contraction.getA().getType().getElementType().isF32() &&
           contraction.getB().getType().getElementType().isF32();
  };
  auto describe = [&](auto contraction, int64_t groups, int64_t taps) {
    ArrayRef<int64_t> out = contraction.getOut().getType().getShape();
    int64_t k = contraction.getA().getType().getShape().back();
    return PanelProblem{countRows(out), out.back() / groups, k / groups, taps};
  };
  if (auto winograd = dyn_cast<WinogradConvOp>(op))
    return describe(winograd, 1, 9);
  if (auto conv = dyn_cast<ConvOp>(op); conv && conv.getPackedDepth() == 1 && isFloat(conv))
    return describe(conv, conv.getGroups(), llvm::product_of(conv.getKernelShape()));
  auto matmul = dyn_cast<MatmulOp>(op);
  if (!matmul || matmul.getLayout() != RhsLayout::packed || matmul.getPackedDepth() != 1 || matmul.getParts() != 1 ||
      !isFloat(matmul) ||
      ShapedType::isDynamic(matmul.getOut().getType().getShape().back()) ||
      ShapedType::isDynamic(matmul.getA().getType().getShape().back()))
    return std::nullopt;
  return describe(matmul, 1, 1);
}

//===- Neighbours.cpp - Schedules one step away from a schedule ------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Neighbours.h"

#include "codegen/tile/Packing.h"
#include "codegen/tile/PlanesSchedule.h"
#include "codegen/tile/TileSchedule.h"

#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

/// Bounds of what is tried: vectors of a register tile's row, of a product of a single row too; unrolling; steps of a
/// panel; rows that share it.
static constexpr int64_t kMostVectors = 4, kMostVectorsOfOneRow = 8, kMostUnroll = 4;
static constexpr int64_t kLeastPanel = 32, kMostPanel = 1024, kMostRowBlock = 1024;

namespace {

/// A schedule that can be changed.
struct Choice {
  int64_t rows, columns, lanes, unroll, split, rowBlock, lineBlock, panel, ahead;
  bool masks, parallel, prefetch;

  explicit Choice(ScheduleAttr s)
      : rows(s.getRows()), columns(s.getColumns()), lanes(s.getLanes()), unroll(s.getUnroll()), split(s.getSplit()),
        rowBlock(s.getRowBlock()), lineBlock(s.getLineBlock()), panel(s.getPanel()), ahead(s.getAhead()),
        masks(s.getMasks()), parallel(s.getParallel()), prefetch(s.getPrefetch()) {}

  int64_t vectors() const { return columns / lanes; }
  ScheduleAttr get(MLIRContext *context) const {
    return ScheduleAttr::get(context, rows, columns, lanes, unroll, split, rowBlock, lineBlock, panel, masks, parallel,
                             prefetch, ahead);
  }
};

/// Collects what is one step away. A change is settled: made to fit the operation, or dropped where it cannot be.
class Neighbours {
public:
  Neighbours(Operation *op, ScheduleAttr from) : op(op), target(getTarget(op)), from(from) {}

  SmallVector<ScheduleAttr> find();

private:
  using Settle = function_ref<bool(Choice &)>;

  void findMatmul(MatmulOp matmul);
  void findConv(MemRefType out);
  void findDepthwise(DepthwiseConvOp conv);
  void findPlanes(PlanesConvOp conv);
  void findWinograd(WinogradConvOp conv);
  void findAttention(AttentionOp attention);

  /// Adds the choice with one of its numbers set to `value`, of `least` to `most`.
  void set(int64_t Choice::*number, int64_t value, int64_t least, int64_t most, Settle settle);
  void doubleAndHalve(int64_t Choice::*number, int64_t least, int64_t most, Settle settle);
  void stepRows(int64_t most, int64_t extent, Settle settle);
  void stepColumns(int64_t most, Settle settle);
  void stepSums(int64_t extent, Settle settle);
  void stepAhead(Settle settle) { set(&Choice::ahead, from.ahead ? 0 : kFetchAhead, 0, kFetchAhead, settle); }
  int64_t rowsInRegisters(const Choice &choice) const;
  bool isInCache(int64_t elements) const {
    return elements * static_cast<int64_t>(sizeof(float)) <= target.getL2();
  }
  void add(Choice choice, Settle settle);

  Operation *op;
  TargetAttr target;
  Choice from;
  SmallVector<ScheduleAttr> found;
};

} // namespace

void Neighbours::add(Choice choice, Settle settle) {
  if (!settle(choice))
    return;
  ScheduleAttr schedule = choice.get(op->getContext());
  if (schedule != from.get(op->getContext()) && !llvm::is_contained(found, schedule))
    found.push_back(schedule);
}

void Neighbours::set(int64_t Choice::*number, int64_t value, int64_t least, int64_t most, Settle settle) {
  if (value < least || value > most)
    return;
  Choice choice = from;
  choice.*number = value;
  add(choice, settle);
}

void Neighbours::doubleAndHalve(int64_t Choice::*number, int64_t least, int64_t most, Settle settle) {
  set(number, from.*number * 2, least, most, settle);
  set(number, from.*number / 2, least, most, settle);
}

/// The schedule's own rows are fine, even if they are more than the bound that schedules are usually made for.
int64_t Neighbours::rowsInRegisters(const Choice &choice) const {
  int64_t most = getMaxRows(target, choice.vectors());
  return choice.vectors() <= from.vectors() ? std::max(most, from.rows) : most;
}

/// One or two rows more or less, and the next numbers that divide `extent` (kDynamic where unknown).
void Neighbours::stepRows(int64_t most, int64_t extent, Settle settle) {
  for (int64_t step : {1, -1})
    set(&Choice::rows, from.rows + step, 1, most, settle);
  for (int64_t step : {1, -1})
    for (int64_t rows = from.rows + step; extent > 0 && rows >= 1 && rows <= most; rows += step)
      if (extent % rows == 0) {
        set(&Choice::rows, rows, 1, most, settle);
        break;
      }
  for (int64_t step : {2, -2})
    set(&Choice::rows, from.rows + step, 1, most, settle);
}

/// A vector more or less in a tile's row, and as many rows as that leaves registers for.
void Neighbours::stepColumns(int64_t most, Settle settle) {
  for (int64_t vectors : {from.vectors() + 1, from.vectors() - 1, from.vectors() * 2, from.vectors() / 2}) {
    if (vectors < 1 || vectors > most)
      continue;
    Choice choice = from;
    choice.columns = vectors * from.lanes;
    int64_t rows = getMaxRows(target, vectors);
    choice.rows = std::min(from.rows, rows);
    add(choice, settle);
    // As many sums as before, in another shape.
    choice.rows = std::clamp<int64_t>(from.rows * from.vectors() / vectors, 1, rows);
    add(choice, settle);
  }
}

/// Unrolling, and sums that take turns where a tile of `extent` rows (kDynamic where unknown) has few of its own.
void Neighbours::stepSums(int64_t extent, Settle settle) {
  int64_t most = std::max(getMaxRows(target, from.vectors()), from.split);
  for (int64_t split : {from.split * 2, from.split / 2}) {
    auto changes = [&](int64_t rows) {
      return rows > 0 && std::max<int64_t>(1, split / rows) != std::max<int64_t>(1, from.split / rows);
    };
    if (changes(from.rows) || changes(ShapedType::isDynamic(extent) ? 1 : extent % from.rows))
      set(&Choice::split, split, 1, most, settle);
  }
  doubleAndHalve(&Choice::unroll, 1, kMostUnroll, settle);
}

//===----------------------------------------------------------------------===//
// Each operation's own
//===----------------------------------------------------------------------===//

void Neighbours::findMatmul(MatmulOp matmul) {
  ArrayRef<int64_t> out = matmul.getOut().getType().getShape();
  int64_t m = out[out.size() - 2], n = out.back(), k = matmul.getA().getType().getShape().back();
  bool packed = matmul.getLayout() == RhsLayout::packed, rowMajor = matmul.getLayout() == RhsLayout::row_major;
  bool knownRows = !ShapedType::isDynamic(m);
  auto settle = [&](Choice &choice) {
    bool ragged = ShapedType::isDynamic(n) || n % (choice.columns / int64_t(matmul.getParts())) != 0;
    if (!packed && choice.panel == 0 && (!rowMajor || (ragged && !choice.masks)))
      return false;
    bool waits = !packed && choice.panel && (ShapedType::isDynamic(k) || k > choice.panel);
    if (choice.rowBlock)
      choice.rowBlock = llvm::alignTo(choice.rowBlock, choice.rows);
    if (knownRows && choice.rowBlock >= m)
      choice.rowBlock = 0;
    if (waits && choice.rowBlock == 0) {
      if (!knownRows)
        return false;
      choice.rowBlock = llvm::alignTo(std::max<int64_t>(m, 1), choice.rows);
    }
    return choice.rows <= rowsInRegisters(choice) && isInCache((choice.panel + choice.rowBlock) * choice.columns);
  };
  stepRows(std::min(rowsInRegisters(from), knownRows ? std::max<int64_t>(m, 1) : kMostRowBlock), m, settle);
  int64_t mostBlock = knownRows ? std::min(m, kMostRowBlock) : kMostRowBlock;
  // All rows in one block, or half of them.
  set(&Choice::rowBlock, from.rowBlock ? 0 : llvm::divideCeil(knownRows ? m : 2 * kMostRowBlock, 2), 0, kMostRowBlock,
      settle);
  doubleAndHalve(&Choice::rowBlock, from.rows, mostBlock, settle);
  if (packed && !matmul.getFixed24() && !matmul.getBf16Pieces() && matmul.getB().getType().hasStaticShape()) {
    Choice choice = from;
    choice.prefetch = !from.prefetch;
    add(choice, settle);
    stepAhead(settle);
  }
  if (!packed) {
    int64_t most = ShapedType::isDynamic(k) ? kMostPanel : std::min(std::max<int64_t>(k, 1), kMostPanel);
    stepColumns(m == 1 ? kMostVectorsOfOneRow : kMostVectors, settle);
    set(&Choice::panel, from.panel ? 0 : std::min<int64_t>(most, kMostPanel / 4), 0, most, settle);
    doubleAndHalve(&Choice::panel, kLeastPanel, most, settle);
    set(&Choice::panel, most, kLeastPanel, most, settle);
  }
  stepSums(m, settle);
}

/// Register tiles along output lines, and lines of a block; of the general and the depthwise convolution.
void Neighbours::findConv(MemRefType out) {
  ArrayRef<int64_t> shape = out.getShape();
  auto settle = [&](Choice &choice) {
    choice.lineBlock = llvm::alignTo(choice.lineBlock, choice.rows);
    return choice.rows <= rowsInRegisters(choice);
  };
  int64_t width = shape[shape.size() - 2];
  bool known = !ShapedType::isDynamic(width);
  stepRows(known ? std::min(rowsInRegisters(from), std::max<int64_t>(width, 1)) : rowsInRegisters(from), width, settle);
  if (shape.size() > 3) {
    int64_t lines = shape[shape.size() - 3];
    doubleAndHalve(&Choice::rowBlock, 1, ShapedType::isDynamic(lines) ? kMostRowBlock : lines, settle);
  }
  doubleAndHalve(&Choice::lineBlock, from.rows, known ? width : kMostRowBlock, settle);
}

void Neighbours::findDepthwise(DepthwiseConvOp conv) {
  auto settle = [&](Choice &choice) { return choice.rows <= rowsInRegisters(choice); };
  int64_t kernel = conv.getKernelShape().back(), channels = conv.getB().getType().getShape().back();
  auto settlePanel = [&](Choice &choice) { return choice.panel % choice.lanes == 0; };
  doubleAndHalve(&Choice::panel, from.lanes, channels, settlePanel);
  set(&Choice::panel, 0, 0, 0, settlePanel);
  doubleAndHalve(&Choice::unroll, 1, kernel, settle);
  set(&Choice::unroll, kernel, 1, kernel, settle);
  // Narrower vectors leave fewer lanes of ragged channels empty.
  int64_t most = getLanes(target, cast<TileOpInterface>(conv.getOperation()).getAccumulatorType());
  for (int64_t lanes : {from.lanes / 2, from.lanes * 2}) {
    Choice choice = from;
    choice.columns = from.vectors() * lanes;
    choice.lanes = lanes;
    choice.panel = llvm::alignTo(from.panel, lanes);
    if (lanes >= 4 && lanes <= most)
      add(choice, settle);
  }
}

void Neighbours::findPlanes(PlanesConvOp conv) {
  auto settle = [&](Choice &choice) {
    if (choice.lineBlock) {
      choice.rowBlock = llvm::alignTo(choice.rowBlock, choice.lineBlock);
      return choice.rows * choice.lineBlock <= getMaxRows(target, choice.vectors());
    }
    int64_t onStack = conv.getGroupInputs() * PlanesCopy::get(conv, choice.rowBlock).channelSize();
    return choice.rows <= rowsInRegisters(choice) && isInCache(onStack);
  };
  for (int64_t step : {1, -1})
    if (from.lineBlock)
      set(&Choice::lineBlock, from.lineBlock + step, 1, conv.getOut().getType().getDimSize(2), settle);
  stepRows(std::min(rowsInRegisters(from), conv.getGroupOutputs()), conv.getGroupOutputs(), settle);
  doubleAndHalve(&Choice::rowBlock, 1, std::max<int64_t>(conv.getOut().getType().getDimSize(2), 1), settle);
}

void Neighbours::findWinograd(WinogradConvOp conv) {
  ArrayRef<int64_t> out = conv.getOut().getType().getShape();
  int64_t points = conv.getInputTile() * conv.getInputTile(), channels = conv.getA().getType().getDimSize(3);
  auto settle = [&](Choice &choice) {
    choice.rows = std::min(choice.rows, choice.rowBlock);
    return choice.rows <= rowsInRegisters(choice) && isInCache(points * choice.rowBlock * (channels + choice.columns));
  };
  stepRows(std::min(rowsInRegisters(from), from.rowBlock), from.rowBlock, settle);
  if (ShapedType::isDynamic(out[1]) || ShapedType::isDynamic(out[2])) {
    doubleAndHalve(&Choice::rowBlock, 1, kMostRowBlock, settle);
  } else {
    int64_t tiles = llvm::divideCeil(out[1], conv.getOutputTile()) * llvm::divideCeil(out[2], conv.getOutputTile());
    int64_t blocks = llvm::divideCeil(std::max<int64_t>(tiles, 1), from.rowBlock);
    for (int64_t count : {blocks - 1, blocks + 1, blocks / 2, blocks * 2})
      if (count >= 1)
        set(&Choice::rowBlock, llvm::divideCeil(std::max<int64_t>(tiles, 1), count), 1, kMostRowBlock, settle);
  }
  stepSums(from.rowBlock, settle);
  stepAhead(settle);
}

void Neighbours::findAttention(AttentionOp attention) {
  int64_t rows = attention.getRows(), keys = attention.getKeys();
  int64_t width = attention.getKeyColumns() + attention.getValueColumns();
  auto settle = [&](Choice &choice) {
    choice.panel = llvm::alignTo(choice.panel, choice.columns);
    choice.rowBlock = llvm::alignTo(choice.rowBlock, choice.rows);
    int64_t onStack = choice.panel * (width + choice.rows) + choice.rowBlock * (attention.getValueColumns() + 2);
    return choice.rows <= rowsInRegisters(choice) && isInCache(onStack);
  };
  stepRows(rowsInRegisters(from), rows, settle);
  auto covering = [](int64_t extent, int64_t tile) -> int64_t {
    return ShapedType::isDynamic(extent) ? kMostPanel : llvm::alignTo(std::max<int64_t>(extent, 1), tile);
  };
  doubleAndHalve(&Choice::rowBlock, from.rows, covering(rows, from.rows), settle);
  doubleAndHalve(&Choice::panel, from.columns, std::min(covering(keys, from.columns), kMostPanel), settle);
  stepColumns(kMostVectors, settle);
}

SmallVector<ScheduleAttr> Neighbours::find() {
  llvm::TypeSwitch<Operation *>(op)
      .Case([&](MatmulOp matmul) { findMatmul(matmul); })
      .Case([&](ConvOp conv) {
        findConv(conv.getOut().getType());
        auto settle = [](Choice &) { return true; };
        stepSums(conv.getOut().getType().getShape().drop_back().back(), settle);
        stepAhead(settle);
      })
      .Case([&](DepthwiseConvOp conv) {
        findConv(conv.getOut().getType());
        findDepthwise(conv);
      })
      .Case([&](PlanesConvOp planes) { findPlanes(planes); })
      .Case([&](WinogradConvOp winograd) { findWinograd(winograd); })
      .Case([&](AttentionOp attention) { findAttention(attention); });
  return std::move(found);
}

SmallVector<ScheduleAttr> ingot::tile::getNeighbours(Operation *op, ScheduleAttr schedule) {
  return Neighbours(op, schedule).find();
}

//===- PlaneLinesEmitter.cpp - tile.planes_conv to tiles of lines ----------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   parallel (batch, block of lines, group) {
//     for each tile of the group's outputs, for each tile of the block's lines, for each vectors of a line's positions
//     {
//       sums = 0
//       for (channel, line that the tile reads, tap of a line) {
//         values = input[channel, line, positions + tap]
//         for each output line of the tile that the line is in the window of { sums += weights[outputs] * values }
//       }
//       out = epilogue(sums)
//     }
//   }
//
// The input is read where it is: for few outputs a group, which would not make
// up for a copy. What is loaded serves all lines of the tile.
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Emitters.h"
#include "codegen/tile/EpilogueEmitter.h"
#include "codegen/tile/Fetch.h"
#include "codegen/tile/PlanesSchedule.h"
#include "codegen/tile/RegisterTile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

namespace {

class PlaneLinesEmitter {
public:
  PlaneLinesEmitter(IndexBuilder &builder, PlanesConvOp conv)
      : b(builder), op(conv), schedule(*conv.getSchedule()),
        multiplier(builder, conv.getB().getType().getElementType(), schedule.getLanes()),
        epilogue(builder, cast<TileOpInterface>(conv.getOperation()), schedule.getMasks()), lanes(schedule.getLanes()),
        inputWidth(conv.getA().getType().getDimSize(3)), width(conv.getOut().getType().getDimSize(3)) {}

  void emit();

private:
  /// Outputs of a group and lines of them.
  struct Tile {
    Value batch, group;
    int64_t rows;
    Value output;
    int64_t lines;
    Value line;
  };
  /// Positions of a line, from a vector's first one on; `known` where the line's border is near.
  struct Columns {
    int64_t vectors;
    Value first;
    std::optional<int64_t> known;
  };

  /// A line of the tile that an input's line is in the window of, and the tap that it is then.
  struct LineUse {
    int64_t out;
    Value tap;
  };

  int64_t countReadLines(int64_t lines) {
    return (lines - 1) * op.getStrides()[0] + (op.getKernelShape()[0] - 1) * op.getDilations()[0] + 1;
  }
  void clearLine();
  void emitLine(const Tile &tile);
  void emitColumns(const Tile &tile, const Columns &columns);
  void fetchOutput(const Tile &tile, const Columns &columns);
  void fetchNext(const Tile &tile, const Columns &columns, Value channel);
  SmallVector<Value> sumChannel(const Tile &tile, const Columns &columns, Value channel, ValueRange sums);
  void sumLine(const Tile &tile, const Columns &columns, Value channel, Value line, ArrayRef<LineUse> uses,
               MutableArrayRef<Value> sums);
  Value getLine(const Tile &tile, Value channel, Value line);
  /// What is loaded of a line, by how much further than the tile's first position it begins.
  struct Window {
    Value line;
    llvm::DenseMap<int64_t, Value> loaded, strided;
  };

  /// In front of the first tap, by a multiple of what windows move by.
  int64_t getBegin() {
    int64_t stride = op.getStrides()[1];
    return llvm::divideFloorSigned(-op.getPads()[1], stride) * stride;
  }
  SmallVector<Value> loadTap(Window &window, const Columns &columns, int64_t tap);
  Value loadStrided(Window &window, const Columns &columns, int64_t shift);
  Value shuffle(Value vector, Value next, int64_t first, int64_t step);
  Value load(Value line, const Columns &columns, int64_t shift);
  bool isInside(int64_t first);

  IndexBuilder &b;
  PlanesConvOp op;
  ScheduleAttr schedule;
  Multiplier multiplier;
  EpilogueEmitter epilogue;
  int64_t lanes, inputWidth, width;
  Value zeros; ///< a line outside of the input, on the stack
};

} // namespace

void PlaneLinesEmitter::emit() {
  int64_t lines = schedule.getRowBlock(), tileLines = schedule.getLineBlock(), rows = schedule.getRows();
  int64_t height = op.getOut().getType().getDimSize(2), outputs = op.getGroupOutputs();
  b.box({b.dim(op.getOut(), 0), b.index(llvm::divideCeil(height, lines)), b.index(op.getGroups())},
        schedule.getParallel(), [&](ValueRange ivs) {
          clearLine();
          Value begin = b.mul(ivs[1], lines), end = b.min(b.add(begin, lines), b.index(height));
          emitRowTiles(
              b, b.index(0), b.index(outputs), rows, getTailRows(rows, outputs), [&](int64_t tileRows, Value output) {
                emitRowTiles(b, begin, end, tileLines, getTailRows(tileLines, height), [&](int64_t count, Value line) {
                  emitLine({ivs[0], ivs[2], tileRows, output, count, line});
                });
              });
        });
}

void PlaneLinesEmitter::clearLine() {
  int64_t whole = llvm::alignTo(inputWidth, lanes);
  zeros = b.stackBuffer({whole}, multiplier.getSumType());
  b.loop(b.index(0), b.index(whole), lanes,
         [&](Value position) { vector::StoreOp::create(b, multiplier.zero(), zeros, position); });
}

/// Where the first and the last vectors of a line end, what they read is known to lie inside of it or not.
void PlaneLinesEmitter::emitLine(const Tile &tile) {
  int64_t vectors = schedule.getColumns() / lanes, step = schedule.getColumns(), begin = 0;
  auto emitKnown = [&](int64_t first) {
    emitColumns(tile, {std::min<int64_t>(vectors, llvm::divideCeil(width - first, lanes)), b.index(first), first});
  };
  while (begin < width && !isInside(begin))
    emitKnown(std::exchange(begin, begin + step));
  int64_t end = begin;
  while (end + step <= width && isInside(end))
    end += step;
  b.loop(b.index(begin), b.index(end), step, [&](Value first) { emitColumns(tile, {vectors, first, std::nullopt}); });
  for (; end < width; end += step)
    emitKnown(end);
}

void PlaneLinesEmitter::emitColumns(const Tile &tile, const Columns &columns) {
  int64_t sumsOfLine = tile.rows * columns.vectors;
  SmallVector<Value> start(tile.lines * sumsOfLine, multiplier.zero());
  fetchOutput(tile, columns);
  SmallVector<Value> sums =
      b.loop(b.index(0), b.index(op.getGroupInputs()), 1, start, [&](Value channel, ValueRange carried) {
        fetchNext(tile, columns, channel);
        return sumChannel(tile, columns, channel, carried);
      });
  bool isRagged = columns.known && *columns.known + columns.vectors * lanes > width;
  Value channel = b.add(b.mul(tile.group, op.getGroupOutputs()), tile.output);
  for (int64_t line = 0; line < tile.lines; ++line)
    for (int64_t row = 0; row < tile.rows; ++row) {
      Value place[] = {tile.batch, b.add(channel, row), b.add(tile.line, line)};
      ArrayRef<Value> rowSums = ArrayRef(sums).slice((line * tile.rows + row) * columns.vectors, columns.vectors);
      epilogue.emit({rowSums, /*rows=*/1, place, columns.first, isRagged ? b.index(width) : Value()});
    }
}

/// While a tile is multiplied, its place in the output comes.
void PlaneLinesEmitter::fetchOutput(const Tile &tile, const Columns &columns) {
  Value channel = b.add(b.mul(tile.group, op.getGroupOutputs()), tile.output);
  for (int64_t line = 0; line < tile.lines; ++line)
    for (int64_t row = 0; row < tile.rows; ++row)
      fetchLines(b, op.getOut(), {tile.batch, b.add(channel, row), b.add(tile.line, line), columns.first},
                 llvm::divideCeil(columns.vectors * lanes, getLineElements(op.getOut())), FetchInto::first_cache,
                 /*toWrite=*/true);
}

/// What the tile below this one reads of a channel and this one does not.
void PlaneLinesEmitter::fetchNext(const Tile &tile, const Columns &columns, Value channel) {
  ArrayRef<int64_t> strides = op.getStrides();
  Value inputChannel = b.add(b.mul(tile.group, op.getGroupInputs()), channel);
  Value below = b.add(b.mul(tile.line, strides[0]), countReadLines(tile.lines) - op.getPads()[0]);
  for (int64_t line = 0; line < tile.lines * strides[0]; ++line)
    fetchLines(b, op.getA(), {tile.batch, inputChannel, b.add(below, line), b.mul(columns.first, strides[1])},
               llvm::divideCeil(columns.vectors * lanes * strides[1], getLineElements(op.getA())),
               FetchInto::first_cache);
}

/// Adds what one channel contributes. Of a single line, its taps' lines may be a loop.
SmallVector<Value> PlaneLinesEmitter::sumChannel(const Tile &tile, const Columns &columns, Value channel,
                                                 ValueRange sums) {
  int64_t kernel = op.getKernelShape()[0], stride = op.getStrides()[0], dilation = op.getDilations()[0];
  SmallVector<Value> results(sums);
  if (schedule.getLineBlock() == 1 && schedule.getUnroll() == 1)
    return b.loop(b.index(0), b.index(kernel), 1, results, [&](Value tap, ValueRange carried) {
      SmallVector<Value> lineSums(carried);
      sumLine(tile, columns, channel, b.mul(tap, dilation), LineUse{0, tap}, lineSums);
      return lineSums;
    });
  for (int64_t line = 0; line < countReadLines(tile.lines); ++line) {
    SmallVector<LineUse> uses;
    for (int64_t out = 0; out < tile.lines; ++out)
      if (int64_t reach = line - out * stride; reach >= 0 && reach % dilation == 0 && reach / dilation < kernel)
        uses.push_back({out, b.index(reach / dilation)});
    if (!uses.empty())
      sumLine(tile, columns, channel, b.index(line), uses, results);
  }
  return results;
}

/// Adds what a line of one channel contributes: `line` further than the first one in the window of the tile.
void PlaneLinesEmitter::sumLine(const Tile &tile, const Columns &columns, Value channel, Value line,
                                ArrayRef<LineUse> uses, MutableArrayRef<Value> sums) {
  RegisterTile lineTile{tile.rows, columns.vectors};
  Window window;
  window.line = getLine(tile, channel, line);
  for (int64_t tap = 0; tap < op.getKernelShape()[1]; ++tap) {
    SmallVector<Value> vectors = loadTap(window, columns, tap);
    for (const LineUse &use : uses) {
      auto loadLeft = [&](int64_t row) {
        Value indices[] = {tile.group, b.add(tile.output, row), channel, use.tap, b.index(tap)};
        return multiplier.loadLeft(op.getB(), indices, Value());
      };
      accumulate(multiplier, lineTile, {0, tile.rows}, {loadLeft, [&](int64_t vector) { return vectors[vector]; }},
                 sums.slice(use.out * lineTile.size(), lineTile.size()));
    }
  }
}

/// A line of the input, or zeros in front of the first and behind the last one.
Value PlaneLinesEmitter::getLine(const Tile &tile, Value channel, Value line) {
  Value at = b.sub(b.add(b.mul(tile.line, op.getStrides()[0]), line), b.index(op.getPads()[0]));
  OpFoldResult zero = b.getIndexAttr(0), one = b.getIndexAttr(1);
  Value inputChannel = b.add(b.mul(tile.group, op.getGroupInputs()), channel);
  OpFoldResult offsets[] = {tile.batch, inputChannel, at, zero}, sizes[] = {one, one, one, b.getIndexAttr(inputWidth)};
  auto type = MemRefType::get(inputWidth, multiplier.getSumType(),
                              StridedLayoutAttr::get(b.getContext(), ShapedType::kDynamic, {1}));
  Value inside = memref::SubViewOp::create(b, type, op.getA(), offsets, sizes, SmallVector<OpFoldResult>(4, one));
  Value whole = memref::SubViewOp::create(b, zeros, offsets[3], sizes[3], one);
  Value outside = memref::CastOp::create(b, type, whole);
  // As an unsigned number, a line in front of the input is behind it.
  Value height = b.index(op.getA().getType().getDimSize(2));
  Value isInput = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, at, height);
  return arith::SelectOp::create(b, isInput, inside, outside);
}

/// What a tap of a line reads: all vectors of the tile's positions. Loads mostly cross a border of the caches' lines,
/// so what lies a few positions further is shuffled out of what is there.
SmallVector<Value> PlaneLinesEmitter::loadTap(Window &window, const Columns &columns, int64_t tap) {
  int64_t stride = op.getStrides()[1], reach = tap * op.getDilations()[1] - op.getPads()[1] - getBegin();
  int64_t further = sharesWindows(op) ? reach / stride % lanes : 0;
  SmallVector<Value> vectors;
  for (int64_t vector = 0; vector < columns.vectors; ++vector) {
    int64_t shift = getBegin() + vector * lanes * stride + reach - further * stride;
    Value values = loadStrided(window, columns, shift);
    if (further)
      values = shuffle(values, loadStrided(window, columns, shift + lanes * stride), further, 1);
    vectors.push_back(values);
  }
  return vectors;
}

/// Every stride-th element of the line from the tile's first position and `shift` on.
Value PlaneLinesEmitter::loadStrided(Window &window, const Columns &columns, int64_t shift) {
  int64_t stride = op.getStrides()[1], rest = (shift - getBegin()) % stride;
  auto loadAt = [&](int64_t from) {
    Value &vector = window.loaded[from];
    if (!vector)
      vector = load(window.line, columns, from);
    return vector;
  };
  Value &values = window.strided[shift];
  if (!values) {
    values = loadAt(shift - rest);
    if (stride > 1)
      values = shuffle(values, loadAt(shift - rest + lanes), rest, stride);
  }
  return values;
}

/// Every `step`-th element of two vectors in a row, from the `first` one on.
Value PlaneLinesEmitter::shuffle(Value vector, Value next, int64_t first, int64_t step) {
  SmallVector<int64_t> picks;
  for (int64_t lane = 0; lane < lanes; ++lane)
    picks.push_back(first + lane * step);
  return vector::ShuffleOp::create(b, vector, next, picks);
}

/// The line's elements from the tile's first position and `shift` on; zeros where it has none.
Value PlaneLinesEmitter::load(Value line, const Columns &columns, int64_t shift) {
  auto type = VectorType::get(lanes, multiplier.getSumType());
  int64_t stride = op.getStrides()[1];
  Value from = b.add(b.mul(columns.first, stride), shift);
  int64_t known = columns.known ? *columns.known * stride + shift : 0;
  if (!columns.known || (known >= 0 && known + lanes <= inputWidth))
    return vector::LoadOp::create(b, type, line, from);
  if (known + lanes <= 0 || known >= inputWidth)
    return multiplier.zero();
  SmallVector<bool> inside;
  for (int64_t lane = 0; lane < lanes; ++lane)
    inside.push_back(known + lane >= 0 && known + lane < inputWidth);
  Value mask = arith::ConstantOp::create(b, DenseElementsAttr::get(VectorType::get(lanes, b.getI1Type()), inside));
  return vector::MaskedLoadOp::create(b, type, line, from, mask, multiplier.zero());
}

/// Whether all that is loaded for the tile at a known position is inside of the line.
bool PlaneLinesEmitter::isInside(int64_t first) {
  int64_t stride = op.getStrides()[1], pad = op.getPads()[1],
          reach = (op.getKernelShape()[1] - 1) * op.getDilations()[1];
  int64_t begin = first * stride - pad;
  return begin >= stride - 1 &&
         begin + schedule.getColumns() * stride + int64_t(llvm::alignTo(reach, lanes)) <= inputWidth;
}

void ingot::tile::emitPlaneLines(IndexBuilder &builder, PlanesConvOp op) { PlaneLinesEmitter(builder, op).emit(); }

//===- Window.cpp - Which taps of a kernel meet the input ------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Window.h"

#include "codegen/tile/Emitters.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

Value WindowAxis::origin(IndexBuilder &b, Value position) const { return b.sub(b.mul(position, stride), pad); }

std::pair<Value, Value> WindowAxis::validTaps(IndexBuilder &b, Value position) const {
  Value first = origin(b, position), zero = b.index(0);
  Value begin = b.ceilDiv(b.max(zero, b.sub(zero, first)), dilation);
  Value end = b.ceilDiv(b.max(zero, b.sub(input, first)), dilation);
  return {b.min(b.index(kernel), begin), b.min(b.index(kernel), end)};
}

bool WindowAxis::isAllInside() const {
  auto inputs = getConstant(input), outputs = getConstant(output);
  return inputs && outputs && getConstant(pad) == 0 && (*outputs - 1) * stride + (kernel - 1) * dilation < *inputs;
}

template <typename OpT>
SmallVector<WindowAxis> ingot::tile::getWindow(IndexBuilder &b, OpT op) {
  SmallVector<WindowAxis> axes;
  SmallVector<OpFoldResult> pads = op.getMixedPads();
  for (unsigned i = 0; i < op.getSpatialRank(); ++i)
    axes.push_back({b.dim(op.getA(), i + 1), b.dim(op.getOut(), i + 1),
                    getValueOrCreateConstantIndexOp(b, b.getLoc(), pads[i]), op.getKernelShape()[i],
                    op.getStrides()[i], op.getDilations()[i]});
  return axes;
}
template SmallVector<WindowAxis> ingot::tile::getWindow(IndexBuilder &, ConvOp);
template SmallVector<WindowAxis> ingot::tile::getWindow(IndexBuilder &, DepthwiseConvOp);

namespace {

/// A WindowAxis of which everything is known.
struct StaticAxis {
  int64_t input, output, pad, kernel, stride, dilation;

  static std::optional<StaticAxis> get(const WindowAxis &axis) {
    auto input = getConstant(axis.input), output = getConstant(axis.output), pad = getConstant(axis.pad);
    if (!input || !output || !pad)
      return std::nullopt;
    return StaticAxis{*input, *output, *pad, axis.kernel, axis.stride, axis.dilation};
  }

  /// The rows, of a tile at output position `first`, for which `tap` is inside of the input.
  RowRange getValidRows(int64_t tap, int64_t first, int64_t rows) const {
    int64_t position = first * stride - pad + tap * dilation;
    int64_t begin = std::clamp<int64_t>(llvm::divideCeilSigned(-position, stride), 0, rows);
    int64_t end = std::clamp<int64_t>(llvm::divideCeilSigned(input - position, stride), begin, rows);
    return {begin, end};
  }
};

/// Taps [begin, end) with the same valid rows.
struct Taps {
  int64_t begin, end;
  RowRange rows;
  bool operator==(const Taps &other) const = default;
};

/// Consecutive tiles that have the same taps.
struct TileRun {
  int64_t first, end, rows;
  SmallVector<Taps> taps;
};

} // namespace

/// Bodies of a reduction that one line may cost; kernels wider than that have their border done one by one.
static constexpr int64_t kMaxBodies = 12;

static SmallVector<Taps> getTaps(const StaticAxis &axis, int64_t first, int64_t rows) {
  SmallVector<Taps> taps;
  for (int64_t tap = 0; tap < axis.kernel; ++tap) {
    RowRange valid = axis.getValidRows(tap, first, rows);
    if (valid.begin == valid.end)
      continue;
    if (!taps.empty() && taps.back().rows == valid && taps.back().end == tap)
      ++taps.back().end;
    else
      taps.push_back({tap, tap + 1, valid});
  }
  return taps;
}

static std::optional<SmallVector<TileRun>> planLine(const StaticAxis &axis, int64_t rows) {
  SmallVector<TileRun> runs;
  int64_t bodies = 0;
  for (int64_t first = 0; first < axis.output; first += rows) {
    int64_t count = std::min(rows, axis.output - first);
    SmallVector<Taps> taps = getTaps(axis, first, count);
    if (!runs.empty() && runs.back().rows == count && runs.back().taps == taps) {
      runs.back().end = first + count;
      continue;
    }
    bodies += taps.size();
    if (bodies > kMaxBodies)
      return std::nullopt;
    runs.push_back({first, first + count, count, taps});
  }
  return runs;
}

static void emitStaticLine(IndexBuilder &b, ArrayRef<TileRun> runs, LineRange range, LineTileEmitter emitTile) {
  for (const TileRun &run : runs) {
    Value begin = b.max(b.index(run.first), range.begin), end = b.min(b.index(run.end), range.end);
    b.loop(begin, end, run.rows, [&](Value first) {
      SmallVector<TapGroup> groups;
      for (const Taps &taps : run.taps)
        groups.push_back({b.index(taps.begin), b.index(taps.end), taps.rows});
      emitTile(run.rows, first, groups);
    });
  }
}

/// The positions of a range that every tap is inside for.
static LineRange getInterior(IndexBuilder &b, const WindowAxis &axis, LineRange range) {
  Value zero = b.index(0);
  Value begin = b.max(range.begin, b.min(range.end, b.ceilDiv(b.max(zero, axis.pad), axis.stride)));
  Value reach = b.add(b.sub(axis.input, b.index((axis.kernel - 1) * axis.dilation)), axis.pad);
  Value end = b.min(range.end, b.ceilDiv(b.max(zero, reach), axis.stride));
  return {begin, b.max(begin, end)};
}

/// Of a tile that is not all inside: the taps that are so for all rows, and in front of and behind these, each row's
/// own.
static SmallVector<TapGroup> getBorderTaps(IndexBuilder &b, const WindowAxis &axis, Value first, int64_t rows) {
  SmallVector<std::pair<Value, Value>> valid;
  for (int64_t row = 0; row < rows; ++row)
    valid.push_back(axis.validTaps(b, b.add(first, row)));
  // Both bounds fall from row to row.
  Value begin = valid.front().first, end = b.max(begin, valid.back().second);
  SmallVector<TapGroup> groups;
  for (int64_t row = 1; row < rows; ++row)
    groups.push_back({valid[row].first, b.min(begin, valid[row].second), {row, row + 1}});
  groups.push_back({begin, end, {0, rows}});
  for (int64_t row = 0; row < rows - 1; ++row)
    groups.push_back({end, valid[row].second, {row, row + 1}});
  return groups;
}

/// Whether the border may be some tiles wide.
static bool hasWideBorder(const WindowAxis &axis, int64_t rows) {
  return rows > 1 && (axis.kernel - 1) * axis.dilation >= 2 * rows * axis.stride;
}

/// All of it in tiles: those inside, those at the border, and the rest one by one.
static void emitWideLine(IndexBuilder &b, const WindowAxis &axis, LineRange range, int64_t rows,
                         LineTileEmitter emitTile) {
  Value tilesEnd = b.add(range.begin, b.alignDown(b.sub(range.end, range.begin), rows));
  LineRange inside = getInterior(b, axis, range);
  Value begin = b.add(range.begin, b.mul(b.ceilDiv(b.sub(inside.begin, range.begin), rows), rows));
  begin = b.min(begin, tilesEnd);
  Value count = b.alignDown(b.max(b.index(0), b.sub(b.min(inside.end, tilesEnd), begin)), rows);
  b.loop(begin, b.add(begin, count), rows, [&](Value first) {
    emitTile(rows, first, TapGroup{b.index(0), b.index(axis.kernel), {0, rows}});
  });
  b.loop(range.begin, b.sub(tilesEnd, count), rows, [&](Value i) {
    Value isFront = b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::slt, i, begin);
    Value first = b.createOrFold<arith::SelectOp>(isFront, i, b.add(i, count));
    emitTile(rows, first, getBorderTaps(b, axis, first, rows));
  });
  b.loop(tilesEnd, range.end, 1, [&](Value position) {
    auto [tapBegin, tapEnd] = axis.validTaps(b, position);
    emitTile(1, position, TapGroup{tapBegin, tapEnd, {0, 1}});
  });
}

static void emitDynamicLine(IndexBuilder &b, const WindowAxis &axis, LineRange range, int64_t rows,
                            LineTileEmitter emitTile) {
  auto [front, end] = getInterior(b, axis, range);
  Value begin = front;
  SmallVector<int64_t> sizes{rows};
  if (rows > 4)
    sizes.push_back(rows / 2);
  for (int64_t size : sizes) {
    Value full = b.add(begin, b.alignDown(b.sub(end, begin), size));
    b.loop(begin, full, size, [&](Value first) {
      emitTile(size, first, TapGroup{b.index(0), b.index(axis.kernel), {0, size}});
    });
    begin = full;
  }
  // What lies in front of the tiles and behind them, in one loop.
  Value gap = b.sub(begin, front);
  b.loop(range.begin, b.sub(range.end, gap), 1, [&](Value i) {
    Value isFront = b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::slt, i, front);
    Value position = b.createOrFold<arith::SelectOp>(isFront, i, b.add(i, gap));
    auto [tapBegin, tapEnd] = axis.validTaps(b, position);
    emitTile(1, position, TapGroup{tapBegin, tapEnd, {0, 1}});
  });
}

Value ingot::tile::countLineBlocks(IndexBuilder &b, const WindowAxis &axis, int64_t size) {
  return size ? b.ceilDiv(axis.output, size) : b.index(1);
}

LineRange ingot::tile::getLineBlock(IndexBuilder &b, const WindowAxis &axis, int64_t size, Value number) {
  if (!size)
    return {b.index(0), axis.output};
  Value begin = b.mul(number, size);
  return {begin, b.min(b.add(begin, size), axis.output)};
}

void ingot::tile::emitLine(IndexBuilder &b, const WindowAxis &axis, LineRange range, int64_t rows, bool tilesBorder,
                           LineTileEmitter emitTile) {
  std::optional<SmallVector<TileRun>> runs;
  if (std::optional<StaticAxis> known = StaticAxis::get(axis))
    runs = planLine(*known, rows);
  if (runs)
    emitStaticLine(b, *runs, range, emitTile);
  else if (tilesBorder && hasWideBorder(axis, rows))
    emitWideLine(b, axis, range, rows, emitTile);
  else
    emitDynamicLine(b, axis, range, rows, emitTile);
}

SmallVector<TapGroup> ingot::tile::addPaddingTaps(IndexBuilder &b, const WindowAxis &axis,
                                                  ArrayRef<TapGroup> groups) {
  SmallVector<TapGroup> result;
  Value end = b.index(0);
  for (const TapGroup &group : groups) {
    result.push_back({end, group.begin, {0, 0}});
    result.push_back(group);
    end = group.end;
  }
  result.push_back({end, b.index(axis.kernel), {0, 0}});
  return result;
}

SmallVector<Value> ingot::tile::emitOuterTaps(
    IndexBuilder &b, ArrayRef<WindowAxis> axes, ArrayRef<Value> outer, ValueRange sums,
    function_ref<SmallVector<Value>(ValueRange, ValueRange, ValueRange)> body) {
  SmallVector<Value> taps, positions;
  std::function<SmallVector<Value>(ValueRange)> nest = [&](ValueRange carried) -> SmallVector<Value> {
    unsigned depth = taps.size();
    if (depth == outer.size())
      return body(taps, positions, carried);
    auto [begin, end] = axes[depth].validTaps(b, outer[depth]);
    return b.loop(begin, end, 1, carried, [&](Value tap, ValueRange inner) {
      taps.push_back(tap);
      Value origin = axes[depth].origin(b, outer[depth]);
      positions.push_back(b.add(origin, b.mul(tap, axes[depth].dilation)));
      SmallVector<Value> results = nest(inner);
      taps.pop_back();
      positions.pop_back();
      return results;
    });
  };
  return nest(sums);
}

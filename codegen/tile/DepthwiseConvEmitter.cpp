//===- DepthwiseConvEmitter.cpp - tile.depthwise_conv to loops and vectors -===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   parallel (batch, outer spatial.., block of lines, block of positions) {
//     for each panel of channels, for each line of the block, for each tile of the positions, for each vector of
//     channels {
//       sums = 0; for the taps inside of the input { sums += input[rows, channels] * weights[channels] }
//       out = epilogue(sums)
//     }
//   }
//
// Of a panel, the lines of the window stay in the first cache. Within it,
// channels are the innermost loop, as memory is walked in order then.
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Emitters.h"
#include "codegen/tile/EpilogueEmitter.h"
#include "codegen/tile/Window.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot::tile;

namespace {

class DepthwiseConvEmitter {
public:
  DepthwiseConvEmitter(IndexBuilder &builder, DepthwiseConvOp conv)
      : b(builder), op(conv), schedule(*conv.getSchedule()), axes(getWindow(builder, conv)),
        channels(conv.getB().getType().getShape().back()), blockLines(std::max<int64_t>(1, schedule.getRowBlock())) {}

  void emit();

private:
  /// Output positions [first, first + rows) of one line.
  struct LineTile {
    Value batch;
    SmallVector<Value> outer;
    int64_t rows;
    Value first;
    ArrayRef<TapGroup> groups;
  };

  void emitBlock(ValueRange ivs);
  void emitLines(ValueRange ivs, Value channelBegin, Value channelEnd, int64_t lanes, bool ragged);
  void emitChannels(const LineTile &tile, Value channel, int64_t lanes, bool ragged);
  SmallVector<Value> sumTaps(const LineTile &tile, Multiplier &multiplier, const TapGroup &group, ValueRange taps,
                             ValueRange positions, Value channel, Value mask, ValueRange sums);
  Value loadInput(ValueRange indices, int64_t lanes, Value mask);
  Value load(Value memref, ValueRange indices, int64_t lanes, Value mask);
  Value createMask(int64_t lanes, int64_t count);

  IndexBuilder &b;
  DepthwiseConvOp op;
  ScheduleAttr schedule;
  SmallVector<WindowAxis> axes;
  int64_t channels, blockLines;
};

} // namespace

void DepthwiseConvEmitter::emit() {
  unsigned outerRank = op.getSpatialRank() - 1;
  SmallVector<Value> sizes{b.dim(op.getOut(), 0)};
  for (unsigned i = 0; i < outerRank; ++i)
    sizes.push_back(axes[i].output);
  if (outerRank)
    sizes.back() = b.ceilDiv(sizes.back(), blockLines);
  sizes.push_back(countLineBlocks(b, axes.back(), schedule.getLineBlock()));
  b.box(sizes, schedule.getParallel(), [&](ValueRange ivs) { emitBlock(ivs); });
}

void DepthwiseConvEmitter::emitBlock(ValueRange ivs) {
  int64_t lanes = schedule.getLanes(), full = channels / lanes * lanes;
  int64_t panel = schedule.getPanel() ? schedule.getPanel() : full;
  b.loop(b.index(0), b.index(full), panel, [&](Value channel) {
    emitLines(ivs, channel, b.min(b.add(channel, panel), b.index(full)), lanes, /*ragged=*/false);
  });
  if (full < channels)
    emitLines(ivs, b.index(full), b.index(channels), schedule.getMasks() ? lanes : 1, schedule.getMasks());
}

void DepthwiseConvEmitter::emitLines(ValueRange ivs, Value channelBegin, Value channelEnd, int64_t lanes, bool ragged) {
  LineTile tile{ivs[0], ivs.drop_front().drop_back(), 0, {}, {}};
  LineRange range = getLineBlock(b, axes.back(), schedule.getLineBlock(), ivs.back());
  auto emitPositions = [&] {
    auto emitTile = [&](int64_t rows, Value first, ArrayRef<TapGroup> groups) {
      tile.rows = rows, tile.first = first, tile.groups = groups;
      b.loop(channelBegin, channelEnd, lanes, [&](Value channel) { emitChannels(tile, channel, lanes, ragged); });
    };
    emitLine(b, axes.back(), range, schedule.getRows(), /*tilesBorder=*/true, emitTile);
  };
  if (tile.outer.empty())
    return emitPositions();
  Value begin = b.mul(tile.outer.back(), blockLines), height = axes[tile.outer.size() - 1].output;
  b.loop(begin, b.min(b.add(begin, blockLines), height), 1, [&](Value line) {
    tile.outer.back() = line;
    emitPositions();
  });
}

void DepthwiseConvEmitter::emitChannels(const LineTile &tile, Value channel, int64_t lanes, bool ragged) {
  Multiplier multiplier(b, op, lanes);
  RegisterTile sumsTile{tile.rows, /*vectors=*/1};
  Value mask;
  if (ragged)
    mask = createMask(lanes, channels % lanes);
  SmallVector<Value> sums = emitOuterTaps(
      b, axes, tile.outer, sumsTile.start(multiplier), [&](ValueRange taps, ValueRange positions, ValueRange carried) {
        SmallVector<Value> results(carried);
        for (const TapGroup &group : tile.groups)
          results = sumTaps(tile, multiplier, group, taps, positions, channel, mask, results);
        return results;
      });
  SmallVector<Value> firstRow{tile.batch};
  llvm::append_range(firstRow, tile.outer);
  firstRow.push_back(tile.first);
  EpilogueEmitter epilogue(b, cast<TileOpInterface>(op.getOperation()), schedule.getMasks());
  epilogue.emit({sums, tile.rows, firstRow, channel, ragged ? b.index(channels) : Value()});
}

SmallVector<Value> DepthwiseConvEmitter::sumTaps(const LineTile &tile, Multiplier &multiplier, const TapGroup &group,
                                                 ValueRange taps, ValueRange positions, Value channel, Value mask,
                                                 ValueRange sums) {
  const WindowAxis &axis = axes.back();
  RegisterTile sumsTile{tile.rows, /*vectors=*/1};
  // One row's own taps are few.
  bool isOneOfSeveral = tile.rows > 1 && group.rows.end - group.rows.begin == 1;
  return reduce(b, sumsTile, group.begin, group.end, isOneOfSeveral ? 1 : schedule.getUnroll(), sums,
                [&](Value tap, MutableArrayRef<Value> stepSums) {
                  Value origin = b.add(axis.origin(b, tile.first), b.mul(tap, axis.dilation));
                  auto loadLeft = [&](int64_t row) {
                    SmallVector<Value> indices{tile.batch};
                    llvm::append_range(indices, positions);
                    indices.append({b.add(origin, row * axis.stride), b.div(channel, op.getMultiplier())});
                    return multiplier.extendLeft(loadInput(indices, multiplier.getLanes(), mask));
                  };
                  auto loadRight = [&](int64_t) {
                    SmallVector<Value> indices(taps);
                    indices.append({tap, channel});
                    return multiplier.extendRight(load(op.getB(), indices, multiplier.getLanes(), mask));
                  };
                  accumulate(multiplier, sumsTile, group.rows, {loadLeft, loadRight}, stepSums);
                });
}

/// The input of the channels of so many lanes: each is there for all that it becomes.
Value DepthwiseConvEmitter::loadInput(ValueRange indices, int64_t lanes, Value mask) {
  int64_t multiplier = op.getMultiplier(), inputs = std::max<int64_t>(1, lanes / multiplier);
  if (mask && multiplier > 1)
    mask = createMask(inputs, channels % lanes / multiplier);
  Value values = load(op.getA(), indices, inputs, mask);
  if (inputs == lanes)
    return values;
  SmallVector<int64_t> repeated =
      llvm::map_to_vector(llvm::seq<int64_t>(lanes), [&](int64_t lane) { return lane / multiplier; });
  return vector::ShuffleOp::create(b, values, values, repeated);
}

Value DepthwiseConvEmitter::createMask(int64_t lanes, int64_t count) {
  return vector::CreateMaskOp::create(b, VectorType::get(lanes, b.getI1Type()), b.index(count));
}

Value DepthwiseConvEmitter::load(Value memref, ValueRange indices, int64_t lanes, Value mask) {
  auto type = VectorType::get(lanes, cast<MemRefType>(memref.getType()).getElementType());
  if (!mask)
    return vector::LoadOp::create(b, type, memref, indices);
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(type));
  return vector::MaskedLoadOp::create(b, type, memref, indices, mask, zero);
}

void ingot::tile::emitDepthwiseConv(IndexBuilder &builder, DepthwiseConvOp op) {
  DepthwiseConvEmitter(builder, op).emit();
}

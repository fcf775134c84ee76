//===- ConvEmitter.cpp - tile.conv to loops and vectors --------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The loop nest of a product, its rows being the positions of one output line:
//
//   parallel (batch, outer spatial.., block of lines, group, panel of channels) {
//     for each line of the block, for each register tile of the line {
//       sums = 0
//       for the outer taps inside of the input, for each group of inner taps,
//         for (tap, input channel) { sums += input[rows] * weights[channels] }
//       out = epilogue(sums)
//     }
//   }
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Emitters.h"
#include "codegen/tile/EpilogueEmitter.h"
#include "codegen/tile/Window.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot::tile;

namespace {

class ConvEmitter {
public:
  ConvEmitter(IndexBuilder &builder, ConvOp conv)
      : b(builder), op(conv), schedule(*conv.getSchedule()), multiplier(builder, conv, schedule.getLanes()),
        epilogue(builder, cast<TileOpInterface>(conv.getOperation()), schedule.getMasks()),
        axes(getWindow(builder, conv)), vectors(schedule.getColumns() / schedule.getLanes()),
        channels(conv.getA().getType().getShape().back() / conv.getGroups()),
        outChannels(conv.getOut().getType().getShape().back() / conv.getGroups()) {}

  void emit();

private:
  /// A line of the output, in one group and panel.
  struct Line {
    Value batch, group, panel;
    /// The output's positions along the outer spatial dimensions.
    SmallVector<Value> outer;
  };

  void flattenLines();
  void emitLineTile(const Line &line, int64_t rows, Value first, ArrayRef<TapGroup> groups);
  SmallVector<Value> sumFlat(const Line &line, RegisterTile tile, Value first, const TapGroup &group,
                             ValueRange taps, ValueRange positions, ValueRange sums);
  SmallVector<Value> sumTaps(const Line &line, RegisterTile tile, Value first, const TapGroup &group,
                             ValueRange taps, ValueRange positions, ValueRange sums);
  Value loadInput(ValueRange indices);
  Value loadWeights(ValueRange indices, int64_t vector);

  IndexBuilder &b;
  ConvOp op;
  ScheduleAttr schedule;
  Multiplier multiplier;
  EpilogueEmitter epilogue;
  SmallVector<WindowAxis> axes;
  int64_t vectors, channels, outChannels;
  /// The operands with (inner position, channel) and (inner tap, channel) as one dimension each; null where the taps
  /// do not follow each other in memory.
  Value flatInput, flatWeights;
};

} // namespace

static Value collapseDims(IndexBuilder &b, Value memref, unsigned first) {
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<ReassociationIndices> groups;
  for (int64_t i = 0; i < type.getRank(); ++i) {
    if (i == first + 1)
      groups.back().push_back(i);
    else
      groups.push_back({i});
  }
  if (!memref::CollapseShapeOp::isGuaranteedCollapsible(type, groups))
    return {};
  return memref::CollapseShapeOp::create(b, memref, groups);
}

void ConvEmitter::flattenLines() {
  if (op.getGroups() != 1 || axes.back().dilation != 1)
    return;
  unsigned spatial = op.getSpatialRank();
  flatInput = collapseDims(b, op.getA(), spatial);
  flatWeights = collapseDims(b, op.getB(), spatial + 1);
}

void ConvEmitter::emit() {
  flattenLines();
  unsigned outerRank = op.getSpatialRank() - 1;
  SmallVector<Value> sizes{b.dim(op.getOut(), 0)};
  for (unsigned i = 0; i < outerRank; ++i)
    sizes.push_back(axes[i].output);
  int64_t block = std::max<int64_t>(1, schedule.getRowBlock());
  if (outerRank)
    sizes.back() = b.ceilDiv(sizes.back(), block);
  sizes.push_back(b.index(op.getGroups()));
  sizes.push_back(b.index(op.getB().getType().getDimSize(1)));

  b.box(sizes, schedule.getParallel(), [&](ValueRange ivs) {
    Line line{ivs[0], ivs[outerRank + 1], ivs[outerRank + 2], ivs.slice(1, outerRank)};
    auto emitWholeLine = [&] {
      emitLine(b, axes.back(), schedule.getRows(), [&](int64_t rows, Value first, ArrayRef<TapGroup> groups) {
        emitLineTile(line, rows, first, groups);
      });
    };
    if (!outerRank)
      return emitWholeLine();
    Value begin = b.mul(line.outer.back(), block);
    b.loop(begin, b.min(b.add(begin, block), axes[outerRank - 1].output), 1, [&](Value position) {
      line.outer.back() = position;
      emitWholeLine();
    });
  });
}

void ConvEmitter::emitLineTile(const Line &line, int64_t rows, Value first, ArrayRef<TapGroup> groups) {
  RegisterTile tile{rows, vectors, std::max<int64_t>(1, schedule.getSplit() / rows)};
  SmallVector<Value> sums = emitOuterTaps(
      b, axes, line.outer, tile.zeros(multiplier), [&](ValueRange taps, ValueRange positions, ValueRange carried) {
        SmallVector<Value> results(carried);
        for (const TapGroup &group : groups)
          results = flatInput && flatWeights ? sumFlat(line, tile, first, group, taps, positions, results)
                                             : sumTaps(line, tile, first, group, taps, positions, results);
        return results;
      });
  sums = tile.combine(multiplier, sums);
  SmallVector<Value> firstRow{line.batch};
  llvm::append_range(firstRow, line.outer);
  firstRow.push_back(first);
  Value groupColumn = b.mul(line.group, outChannels);
  Value column = b.add(groupColumn, b.mul(line.panel, schedule.getColumns()));
  bool ragged = outChannels % schedule.getColumns() != 0;
  epilogue.emit({sums, rows, firstRow, column, ragged ? b.add(groupColumn, outChannels) : Value()});
}

/// Inner taps and channels in one loop.
SmallVector<Value> ConvEmitter::sumFlat(const Line &line, RegisterTile tile, Value first, const TapGroup &group,
                                        ValueRange taps, ValueRange positions, ValueRange sums) {
  Value origin = b.mul(axes.back().origin(b, first), channels);
  return reduce(b, tile, b.mul(group.begin, channels), b.mul(group.end, channels),
                std::max(schedule.getUnroll(), tile.sets), sums, [&](Value k, MutableArrayRef<Value> stepSums) {
                  auto loadA = [&](int64_t row, int64_t) {
                    SmallVector<Value> indices{line.batch};
                    llvm::append_range(indices, positions);
                    indices.push_back(b.add(b.add(origin, row * axes.back().stride * channels), k));
                    return loadInput(indices);
                  };
                  auto loadB = [&](int64_t vector) {
                    SmallVector<Value> indices{line.group, line.panel};
                    llvm::append_range(indices, taps);
                    indices.push_back(k);
                    return loadWeights(indices, vector);
                  };
                  accumulate(multiplier, tile, group.rows, {loadA, loadB}, stepSums);
                });
}

SmallVector<Value> ConvEmitter::sumTaps(const Line &line, RegisterTile tile, Value first, const TapGroup &group,
                                        ValueRange taps, ValueRange positions, ValueRange sums) {
  const WindowAxis &axis = axes.back();
  Value groupChannel = b.mul(line.group, channels);
  return b.loop(group.begin, group.end, 1, sums, [&](Value tap, ValueRange carried) {
    Value origin = b.add(axis.origin(b, first), b.mul(tap, axis.dilation));
    return reduce(b, tile, b.index(0), b.index(channels), std::max(schedule.getUnroll(), tile.sets), carried,
                  [&](Value c, MutableArrayRef<Value> stepSums) {
                    auto loadA = [&](int64_t row, int64_t) {
                      SmallVector<Value> indices{line.batch};
                      llvm::append_range(indices, positions);
                      indices.append({b.add(origin, row * axis.stride), b.add(groupChannel, c)});
                      return loadInput(indices);
                    };
                    auto loadB = [&](int64_t vector) {
                      SmallVector<Value> indices{line.group, line.panel};
                      llvm::append_range(indices, taps);
                      indices.append({tap, c});
                      return loadWeights(indices, vector);
                    };
                    accumulate(multiplier, tile, group.rows, {loadA, loadB}, stepSums);
                  });
  });
}

Value ConvEmitter::loadInput(ValueRange indices) {
  Value input = flatInput && flatWeights ? flatInput : Value(op.getA());
  return multiplier.extendA(memref::LoadOp::create(b, input, indices));
}

Value ConvEmitter::loadWeights(ValueRange indices, int64_t vector) {
  Value weights = flatInput && flatWeights ? flatWeights : Value(op.getB());
  SmallVector<Value> all(indices);
  all.push_back(b.index(vector * multiplier.getLanes()));
  auto type = VectorType::get(multiplier.getLanes(), op.getB().getType().getElementType());
  return multiplier.extendB(vector::LoadOp::create(b, type, weights, all));
}

void ingot::tile::emitConv(IndexBuilder &builder, ConvOp op) { ConvEmitter(builder, op).emit(); }

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
//   parallel (batch, outer spatial.., block of lines, block of positions, group, panel of channels) {
//     for each line of the block, for each register tile of the positions {
//       sums = 0
//       for the outer taps inside of the input, for each group of inner taps,
//         for (tap, input channel) { sums += input[rows] * weights[channels] }
//       out = epilogue(sums)
//     }
//   }
//
// Merged groups are the innermost loop of a tile, as a depthwise convolution's
// channels: all memory is walked in order.
//
// By tile instructions, it is a product of all positions of an image, as rows,
// and all channels of all taps, as steps: these are gathered where the left
// operand is split into its pieces, or read out of pieces of the image.
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/AmxImage.h"
#include "codegen/tile/CreateMultiplier.h"
#include "codegen/tile/Emitters.h"
#include "codegen/tile/EpilogueEmitter.h"
#include "codegen/tile/Fetch.h"
#include "codegen/tile/TileSchedule.h"
#include "codegen/tile/Window.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

namespace {

class ConvEmitter {
public:
  ConvEmitter(IndexBuilder &builder, ConvOp conv)
      : b(builder), op(conv), schedule(*conv.getSchedule()),
        ownMultiplier(createMultiplier(builder, conv, schedule.getLanes())), multiplier(*ownMultiplier),
        epilogue(builder, cast<TileOpInterface>(conv.getOperation()), schedule.getMasks()),
        axes(getWindow(builder, conv)), vectors(schedule.getColumns() / schedule.getLanes()),
        channels(conv.getA().getType().getShape().back() / conv.getGroupBlocks()),
        outChannels(conv.getOut().getType().getShape().back() / conv.getGroupBlocks()) {
    prepareOperands();
  }

  void emit();

private:
  /// A line of the output, or a block of its positions, in one group (or block of merged ones) and panel.
  struct Line {
    Value batch, group, panel;
    LineRange range;
    /// The output's positions along the outer spatial dimensions.
    SmallVector<Value> outer;
    /// What the sums of each vector start from; empty for zero.
    SmallVector<Value> columnStart;
    /// Vectors of the panel, those that would be empty left out, and whether the last one may have columns less.
    int64_t vectors = 0;
    bool isRagged = false;
    /// The first one of these, where not all of the panel are multiplied at once.
    int64_t firstVector = 0;
  };

  bool groupsInside() { return op.getMergedGroups() > 1 && axes.size() > 1; }
  void emitVectors();
  void emitAmx(Value positions);
  void emitAmxBlock(const Line &line, AmxImage *image, const AmxRows &rows, Value panelEnd, Value packed);
  Value gatherSteps(const Line &line, ValueRange origins, Value step, Value count);
  void forRow(Line line, AmxImage *image, Value panel, Value row, function_ref<void(const Line &at, Value first)> body);
  SmallVector<Value> getOutputSizes();
  void prepareOperands();
  void emitBlock(Line line);
  void emitPositions(Line &line);
  SmallVector<Value> getColumnStart(const Line &line);
  void emitLineTile(const Line &line, int64_t rows, Value first, ArrayRef<TapGroup> groups);
  SmallVector<Value> sumTaps(const Line &line, int64_t rows, Value first, ArrayRef<TapGroup> groups);
  SmallVector<Value> sumGroup(const Line &line, RegisterTile tile, Value first, const TapGroup &group,
                              ValueRange taps, ValueRange positions, ValueRange sums);
  SmallVector<Value> sumFlat(const Line &line, RegisterTile tile, Value first, const TapGroup &group,
                             ValueRange taps, ValueRange positions, ValueRange sums);
  SmallVector<Value> sumTap(const Line &line, RegisterTile tile, Value origin, RowRange rows, ValueRange taps,
                            ValueRange positions, ValueRange sums);
  void finish(const Line &line, int64_t rows, Value first, ArrayRef<Value> sums);
  void emitPosition(const Line &line, Value position);
  Value loadWeights(const Line &line, ValueRange taps, int64_t vector);
  void fetchAhead(const Line &line, ValueRange taps);

  IndexBuilder &b;
  ConvOp op;
  ScheduleAttr schedule;
  std::unique_ptr<Multiplier> ownMultiplier;
  Multiplier &multiplier;
  EpilogueEmitter epilogue;
  SmallVector<WindowAxis> axes;
  int64_t vectors, channels, outChannels;
  /// Whether the channels of consecutive inner taps follow each other in memory; `input` and `weights` have taps and
  /// channels as one dimension then. The weights' columns and depth always are one.
  bool isFlat = false;
  Value input, weights;
};

} // namespace

void ConvEmitter::prepareOperands() {
  unsigned spatial = op.getSpatialRank();
  input = op.getA();
  weights = op.getB();
  if (multiplier.getDepth() > 1 || op.getFixed24())
    weights = b.collapseDims(weights, spatial + 3);
  if (op.getGroupBlocks() != 1 || axes.back().dilation != 1 || channels % multiplier.getDepth() != 0)
    return;
  Value flatInput = b.collapseDims(input, spatial), flatWeights = b.collapseDims(weights, spatial + 1);
  if (!flatInput || !flatWeights)
    return;
  isFlat = true;
  input = flatInput;
  weights = flatWeights;
}

void ConvEmitter::emit() {
  AmxAttr amx = op.getAmxAttr();
  if (!amx)
    return emitVectors();
  Value positions = b.index(1);
  for (Value size : getOutputSizes())
    positions = b.mul(positions, size);
  Value isLong = b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::sge, positions, b.index(amx.getLeastRows()));
  b.branch(isLong, [&] { emitAmx(positions); }, [&] { emitVectors(); });
}

SmallVector<Value> ConvEmitter::getOutputSizes() {
  return llvm::map_to_vector(axes, [](const WindowAxis &axis) { return axis.output; });
}

void ConvEmitter::emitVectors() {
  unsigned outerRank = op.getSpatialRank() - 1;
  SmallVector<Value> sizes{b.dim(op.getOut(), 0)};
  for (unsigned i = 0; i < outerRank; ++i)
    sizes.push_back(axes[i].output);
  int64_t block = std::max<int64_t>(1, schedule.getRowBlock());
  if (outerRank)
    sizes.back() = b.ceilDiv(sizes.back(), block);
  sizes.push_back(countLineBlocks(b, axes.back(), schedule.getLineBlock()));
  sizes.push_back(b.index(groupsInside() ? 1 : op.getGroupBlocks()));
  sizes.push_back(b.index(op.getB().getType().getDimSize(1)));

  b.box(sizes, schedule.getParallel(), [&](ValueRange ivs) {
    LineRange range = getLineBlock(b, axes.back(), schedule.getLineBlock(), ivs[outerRank + 1]);
    Line line{ivs[0], ivs[outerRank + 2], ivs[outerRank + 3], range, ivs.slice(1, outerRank), {}};
    emitPanel(b, schedule, outChannels, line.panel, sizes.back(), [&](int64_t panelVectors, bool isRagged) {
      line.vectors = panelVectors;
      line.isRagged = isRagged;
      emitBlock(line);
    });
  });
}

/// The lines of a block, of one panel.
void ConvEmitter::emitBlock(Line line) {
  if (line.outer.empty())
    return emitPositions(line);
  int64_t block = std::max<int64_t>(1, schedule.getRowBlock());
  Value begin = b.mul(line.outer.back(), block);
  b.loop(begin, b.min(b.add(begin, block), axes[line.outer.size() - 1].output), 1, [&](Value position) {
    line.outer.back() = position;
    emitPositions(line);
  });
}

void ConvEmitter::emitPositions(Line &line) {
  line.columnStart = getColumnStart(line);
  auto emitTile = [&](int64_t rows, Value first, ArrayRef<TapGroup> groups) {
    if (!groupsInside())
      return emitLineTile(line, rows, first, groups);
    b.loop(b.index(0), b.index(op.getGroupBlocks()), 1, [&](Value group) {
      line.group = group;
      emitLineTile(line, rows, first, groups);
    });
  };
  emitLine(b, axes.back(), line.range, schedule.getRows(), /*tilesBorder=*/false, emitTile);
}

/// Minus what the multiplier's products have in excess: that times the sums of the columns, over all taps of the
/// lines that are there.
SmallVector<Value> ConvEmitter::getColumnStart(const Line &line) {
  Value excess = multiplier.getExcess();
  if (!excess)
    return {};
  RegisterTile tile{/*rows=*/1, line.vectors};
  Value ones = multiplier.getOnes();
  auto addColumns = [&](ValueRange taps, MutableArrayRef<Value> sums) {
    accumulate(multiplier, tile, {0, 1},
               {[&](int64_t) { return ones; }, [&](int64_t v) { return loadWeights(line, taps, v); }}, sums);
  };
  Value steps = b.index(llvm::divideCeil(channels, multiplier.getDepth())), kernel = b.index(axes.back().kernel);
  SmallVector<Value> sums = emitOuterTaps(
      b, axes, line.outer, tile.start(multiplier), [&](ValueRange outerTaps, ValueRange, ValueRange carried) {
        SmallVector<Value> taps(outerTaps);
        if (!isFlat)
          taps.push_back({});
        taps.push_back({});
        auto sumSteps = [&](Value end, ValueRange tapSums) {
          return reduce(b, tile, b.index(0), end, /*unroll=*/1, tapSums,
                        [&](Value step, MutableArrayRef<Value> stepSums) {
                          taps.back() = step;
                          addColumns(taps, stepSums);
                        });
        };
        if (isFlat)
          return sumSteps(b.mul(kernel, steps), carried);
        return b.loop(b.index(0), kernel, 1, carried, [&](Value tap, ValueRange tapSums) {
          taps[taps.size() - 2] = tap;
          return sumSteps(steps, tapSums);
        });
      });
  for (Value &sum : sums)
    sum = multiplier.subtract(multiplier.zero(), arith::MulIOp::create(b, excess, sum));
  return sums;
}

void ConvEmitter::emitLineTile(const Line &line, int64_t rows, Value first, ArrayRef<TapGroup> groups) {
  if (op.getMergedGroups() == 1)
    return finish(line, rows, first, sumTaps(line, rows, first, groups));
  // A few columns at a time, which become one vector a row each.
  SmallVector<SmallVector<Value>> passes;
  Line columns = line;
  for (; columns.firstVector < line.vectors; columns.firstVector += columns.vectors) {
    columns.vectors = std::min(line.vectors - columns.firstVector, kColumnsAtOnce);
    passes.push_back(multiplier.finish(sumTaps(columns, rows, first, groups), columns.vectors));
  }
  SmallVector<Value> sums;
  for (int64_t row = 0; row < rows; ++row)
    for (ArrayRef<Value> pass : passes)
      sums.push_back(pass[row]);
  columns.vectors = passes.size();
  finish(columns, rows, first, sums);
}

/// The sums of the line's vectors in each row of a tile.
SmallVector<Value> ConvEmitter::sumTaps(const Line &line, int64_t rows, Value first, ArrayRef<TapGroup> groups) {
  RegisterTile tile{rows, line.vectors, std::max<int64_t>(1, schedule.getSplit() / rows)};
  SmallVector<TapGroup> allGroups(groups);
  if (multiplier.getExcess())
    allGroups = addPaddingTaps(b, axes.back(), groups);
  SmallVector<Value> sums =
      emitOuterTaps(b, axes, line.outer, tile.start(multiplier, line.columnStart),
                    [&](ValueRange taps, ValueRange positions, ValueRange carried) {
                      SmallVector<Value> results(carried);
                      for (const TapGroup &group : allGroups)
                        results = sumGroup(line, tile, first, group, taps, positions, results);
                      return results;
                    });
  return tile.combine(multiplier, sums);
}

void ConvEmitter::finish(const Line &line, int64_t rows, Value first, ArrayRef<Value> sums) {
  auto emit = [&] {
    SmallVector<Value> values = multiplier.finish(sums, line.vectors), firstRow{line.batch};
    llvm::append_range(firstRow, line.outer);
    firstRow.push_back(first);
    Value groupColumn = b.mul(line.group, outChannels);
    Value column = b.add(groupColumn, b.mul(line.panel, schedule.getColumns()));
    epilogue.emit({values, rows, firstRow, column, line.isRagged ? b.add(groupColumn, outChannels) : Value()});
  };
  auto redo = [&] { b.loop(first, b.add(first, rows), 1, [&](Value row) { emitPosition(line, row); }); };
  multiplier.emitOrRedo(sums, emit, redo);
}

/// A single position of a line, in code that hardly ever runs.
void ConvEmitter::emitPosition(const Line &line, Value position) {
  auto [tapBegin, tapEnd] = axes.back().validTaps(b, position);
  emitLineTile(line, /*rows=*/1, position, TapGroup{tapBegin, tapEnd, {0, 1}});
}

SmallVector<Value> ConvEmitter::sumGroup(const Line &line, RegisterTile tile, Value first, const TapGroup &group,
                                         ValueRange taps, ValueRange positions, ValueRange sums) {
  if (isFlat)
    return sumFlat(line, tile, first, group, taps, positions, sums);
  const WindowAxis &axis = axes.back();
  return b.loop(group.begin, group.end, 1, sums, [&](Value tap, ValueRange carried) {
    SmallVector<Value> allTaps(taps);
    allTaps.push_back(tap);
    Value origin = b.add(axis.origin(b, first), b.mul(tap, axis.dilation));
    return sumTap(line, tile, origin, group.rows, allTaps, positions, carried);
  });
}

/// Inner taps and channels in one loop.
SmallVector<Value> ConvEmitter::sumFlat(const Line &line, RegisterTile tile, Value first, const TapGroup &group,
                                        ValueRange taps, ValueRange positions, ValueRange sums) {
  int64_t depth = multiplier.getDepth(), steps = channels / depth;
  Value origin = b.mul(axes.back().origin(b, first), channels);
  return reduce(b, tile, b.mul(group.begin, steps), b.mul(group.end, steps), tile.getUnroll(schedule), sums,
                [&](Value k, MutableArrayRef<Value> stepSums) {
                  SmallVector<Value> allTaps(taps);
                  allTaps.push_back(k);
                  auto loadLeft = [&](int64_t row) {
                    SmallVector<Value> indices{line.batch};
                    llvm::append_range(indices, positions);
                    indices.push_back(b.add(b.add(origin, row * axes.back().stride * channels), b.mul(k, depth)));
                    return multiplier.loadLeft(input, indices, Value());
                  };
                  auto loadRight = [&](int64_t vector) { return loadWeights(line, allTaps, vector); };
                  fetchAhead(line, allTaps);
                  accumulate(multiplier, tile, group.rows, {loadLeft, loadRight}, stepSums);
                });
}

/// The channels of one inner tap; `origin` is its input position for the tile's first row.
SmallVector<Value> ConvEmitter::sumTap(const Line &line, RegisterTile tile, Value origin, RowRange rows,
                                       ValueRange taps, ValueRange positions, ValueRange sums) {
  int64_t depth = multiplier.getDepth();
  Value groupChannel = b.mul(line.group, channels);
  auto emitStep = [&](Value step, Value rest, MutableArrayRef<Value> stepSums) {
    SmallVector<Value> allTaps(taps);
    allTaps.push_back(step);
    auto loadLeft = [&](int64_t row) {
      SmallVector<Value> indices{line.batch};
      llvm::append_range(indices, positions);
      indices.append({b.add(origin, row * axes.back().stride), b.add(groupChannel, b.mul(step, depth))});
      return multiplier.loadLeft(input, indices, rest);
    };
    auto loadRight = [&](int64_t vector) { return loadWeights(line, allTaps, vector); };
    fetchAhead(line, allTaps);
    accumulate(multiplier, tile, rows, {loadLeft, loadRight}, stepSums);
  };
  int64_t full = channels / depth;
  SmallVector<Value> results =
      reduce(b, tile, b.index(0), b.index(full), tile.getUnroll(schedule), sums,
             [&](Value step, MutableArrayRef<Value> stepSums) { emitStep(step, Value(), stepSums); });
  // One product more, of fewer channels than its depth.
  if (int64_t rest = channels % depth)
    emitStep(b.index(full), b.index(rest), MutableArrayRef(results).take_front(tile.size()));
  return results;
}

Value ConvEmitter::loadWeights(const Line &line, ValueRange taps, int64_t vector) {
  SmallVector<Value> indices{line.group, line.panel};
  llvm::append_range(indices, taps);
  indices.push_back(b.index((line.firstVector + vector) * multiplier.getLanes() * multiplier.getDepth()));
  return multiplier.loadRight(weights, indices);
}

/// Behind the last step of a tap are the weights of the next.
void ConvEmitter::fetchAhead(const Line &line, ValueRange taps) {
  if (schedule.getAhead() == 0)
    return;
  SmallVector<Value> indices{line.group, line.panel};
  llvm::append_range(indices, taps);
  indices.back() = b.add(indices.back(), schedule.getAhead());
  fetchStep(b, weights, indices);
}

//===----------------------------------------------------------------------===//
// Tile instructions
//===----------------------------------------------------------------------===//

void ConvEmitter::emitAmx(Value positions) {
  AmxAttr amx = op.getAmxAttr();
  // Taps and channels are one dimension, the steps.
  Value packed = op.getFixed24() ? b.collapseDims(op.getB(), op.getSpatialRank() + 3) : op.getB();
  for (unsigned i = 0; i < op.getSpatialRank(); ++i)
    packed = b.collapseDims(packed, 2);
  std::optional<AmxImage> image;
  if (amx.getImage())
    image.emplace(b, op, *ImageShape::get(op), axes);
  Value blocks = image ? b.index(image->countBlocks()) : countRowBlocks(b, amx, positions);
  Value sizes[] = {b.dim(op.getOut(), 0), blocks, b.index(op.getGroupBlocks())};
  auto emitBlock = [&](ValueRange ivs, Value panelBegin, Value panelEnd) {
    Line line{ivs[0], ivs[2], panelBegin, {}, {}, {}};
    line.vectors = vectors;
    line.isRagged = outChannels % schedule.getColumns() != 0;
    AmxRows rows = image ? image->enter(line.batch, line.group, ivs[1]) : getRowBlock(b, amx, positions, ivs[1]);
    emitAmxBlock(line, image ? &*image : nullptr, rows, panelEnd, packed);
  };
  b.itemsOfBox(sizes, b.dim(packed, 1), b.index(amx.getColumnBlock() / schedule.getColumns()), schedule.getParallel(),
               emitBlock);
}

/// Panels [line.panel, panelEnd) of `rows`, positions of the output or what `image` makes of them.
void ConvEmitter::emitAmxBlock(const Line &line, AmxImage *image, const AmxRows &rows, Value panelEnd, Value packed) {
  Value lastStep = b.sub(b.dim(packed, 2), b.index(1)), lastPanel = b.sub(b.dim(packed, 1), b.index(1));
  auto locateLeft = [&](Value row) {
    SmallVector<Value> origins = b.delinearize(row, getOutputSizes());
    for (auto [origin, axis] : llvm::zip(origins, axes))
      origin = axis.origin(b, origin);
    return origins;
  };
  auto loadLeft = [&](ValueRange origins, Value step, Value count) { return gatherSteps(line, origins, step, count); };
  auto locateStep = [&](Value step) { return image ? image->locateStep(step) : AmxImage::Step{step, {}}; };
  auto loadRight = [&](Value panel, Value tileStep, int64_t vector) -> Value {
    auto [step, isThere] = locateStep(tileStep);
    SmallVector<Value> indices{line.group, panel, isThere ? b.min(step, lastStep) : step,
                               b.index(vector * multiplier.getLanes())};
    Value loaded = multiplier.loadRight(packed, indices);
    if (!isThere)
      return loaded;
    return arith::SelectOp::create(b, isThere, loaded, arith::ConstantOp::create(b, b.getZeroAttr(loaded.getType())));
  };
  auto fetchRight = [&](Value panel, Value tileStep) {
    int64_t elements = cast<MemRefType>(packed.getType()).getShape().back();
    Value step = locateStep(tileStep).step;
    fetchLines(b, packed, {line.group, b.min(panel, lastPanel), image ? b.min(step, lastStep) : step, b.index(0)},
               llvm::divideCeil(elements, getLineElements(packed)), FetchInto::second_cache);
  };
  auto finishRow = [&](Value row, Value panel, ArrayRef<Value> sums) {
    forRow(line, image, panel, row, [&](const Line &at, Value first) { finish(at, /*rows=*/1, first, sums); });
  };
  auto fallBack = [&](Value begin, Value end, Value panel) {
    b.loop(begin, end, 1, [&](Value row) {
      forRow(line, image, panel, row, [&](const Line &at, Value first) { emitPosition(at, first); });
    });
  };
  Value steps = image ? b.index(image->countSteps()) : b.dim(packed, 2);
  ingot::tile::emitAmxBlock(b,
                            {rows, line.panel, panelEnd, steps, image, /*isGathered=*/true, locateLeft, loadLeft,
                             /*prepareRight=*/nullptr, loadRight, fetchRight, finishRow, fallBack},
                            op.getAmxAttr(), schedule.getColumns());
}

/// The panel's line that a row is in, and its place there; nothing for a row that is of no output.
void ConvEmitter::forRow(Line line, AmxImage *image, Value panel, Value row,
                         function_ref<void(const Line &at, Value first)> body) {
  line.panel = panel;
  Value isThere = arith::ConstantOp::create(b, b.getBoolAttr(true));
  if (image)
    std::tie(line.outer, isThere) = image->locateRow(row);
  else
    line.outer = b.delinearize(row, getOutputSizes());
  Value first = line.outer.pop_back_val();
  b.branch(
      isThere, [&] { body(line, first); }, [] {});
}

/// 16 steps, all of one tap, of the output position whose tap 0 is at `origins`; zeros where that is outside.
Value ConvEmitter::gatherSteps(const Line &line, ValueRange origins, Value step, Value count) {
  Value tap = b.div(step, channels), channel = b.sub(step, b.mul(tap, channels)), isInside, zero = b.index(0);
  SmallVector<Value> kernel = llvm::map_to_vector(axes, [&](const WindowAxis &axis) { return b.index(axis.kernel); });
  SmallVector<Value> indices{line.batch};
  for (auto [axis, origin, axisTap] : llvm::zip(axes, origins, b.delinearize(tap, kernel))) {
    indices.push_back(b.add(origin, b.mul(axisTap, axis.dilation)));
    if (axis.isAllInside())
      continue;
    // As an unsigned number, a position in front of the input is behind it.
    Value isValid = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, indices.back(), axis.input);
    isInside = isInside ? arith::AndIOp::create(b, isInside, isValid) : isValid;
  }
  indices.push_back(b.add(b.mul(line.group, channels), channel));
  if (isInside) {
    auto select = [&](Value inside) { return arith::SelectOp::create(b, isInside, inside, zero).getResult(); };
    for (Value &index : MutableArrayRef(indices).drop_front().drop_back())
      index = select(index);
    count = select(count ? count : b.index(AmxUnit::kWords));
  }
  return loadSteps(b, op.getA(), indices, count);
}

void ingot::tile::emitConv(IndexBuilder &builder, ConvOp op) { ConvEmitter(builder, op).emit(); }

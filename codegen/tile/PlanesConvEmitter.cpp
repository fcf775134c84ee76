//===- PlanesConvEmitter.cpp - tile.planes_conv to loops and vectors -------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   parallel (batch, block of lines, group) {
//     copy = the lines that the block reads, of the group's channels, with padding
//     for each tile of the group's outputs {
//       for each vectors of the block's positions {
//         sums = 0; for (channel, tap) { sums += weights[outputs] * copy[offset of channel and tap + positions] }
//       }
//       for each line { out = epilogue(sums) }
//     }
//   }
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Emitters.h"
#include "codegen/tile/EpilogueEmitter.h"
#include "codegen/tile/Fetch.h"
#include "codegen/tile/PlanesSchedule.h"
#include "codegen/tile/RegisterTile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

namespace {

class PlanesConvEmitter {
public:
  PlanesConvEmitter(IndexBuilder &builder, PlanesConvOp conv)
      : b(builder), op(conv), schedule(*conv.getSchedule()),
        multiplier(builder, conv.getB().getType().getElementType(), schedule.getLanes()),
        epilogue(builder, cast<TileOpInterface>(conv.getOperation()), schedule.getMasks()),
        copy(PlanesCopy::get(conv, schedule.getRowBlock())), lanes(schedule.getLanes()),
        width(conv.getOut().getType().getDimSize(3)),
        positions(llvm::alignTo(copy.countPositions(schedule.getRowBlock(), width), schedule.getColumns())) {}

  void emit();

private:
  /// Output lines from `first` on, of one group and image.
  struct Block {
    Value batch, group, first;
  };

  void clear(int64_t begin, int64_t end);
  void copyLines(const Block &block);
  void copyLine(const Block &block, Value channel, Value line, int64_t phase, Value to);
  Value loadPositions(ValueRange place, Value column, int64_t begin, int64_t end);
  void fetch(const Block &block, int64_t rows, Value output, Value first);
  void multiply(const Block &block, int64_t rows, Value output);
  Value getOffset(Value channel, Value tapLine, Value tap);
  void finish(const Block &block, int64_t rows, Value output);

  IndexBuilder &b;
  PlanesConvOp op;
  ScheduleAttr schedule;
  Multiplier multiplier;
  EpilogueEmitter epilogue;
  PlanesCopy copy;
  int64_t lanes, width;
  int64_t positions;  ///< that a block computes, in whole tiles
  Value memory, sums; ///< on the stack
};

} // namespace

void PlanesConvEmitter::emit() {
  int64_t lines = schedule.getRowBlock(), outputs = op.getGroupOutputs(), rows = schedule.getRows();
  Value blocks = b.index(llvm::divideCeil(op.getOut().getType().getDimSize(2), lines));
  b.box({b.dim(op.getOut(), 0), blocks, b.index(op.getGroups())}, schedule.getParallel(), [&](ValueRange ivs) {
    // The last vectors of the copy and of the block's positions reach over their ends.
    int64_t end = op.getGroupInputs() * copy.channelSize(), size = end + schedule.getColumns() + lanes;
    memory = b.stackBuffer({size}, multiplier.getSumType());
    clear(copy.isReadWhole(op) ? end : 0, size);
    sums = b.stackBuffer({rows, positions}, multiplier.getSumType());
    Block block{ivs[0], ivs[2], b.mul(ivs[1], lines)};
    copyLines(block);
    emitRowTiles(b, b.index(0), b.index(outputs), rows, getTailRows(rows, outputs), [&](int64_t count, Value output) {
      multiply(block, count, output);
      finish(block, count, output);
    });
  });
}

//===----------------------------------------------------------------------===//
// The copy
//===----------------------------------------------------------------------===//

/// What no line is copied to is read as well, for sums that are for nothing. Whatever the stack has there may be
/// subnormal numbers, by which a product takes a hundred times as long.
void PlanesConvEmitter::clear(int64_t begin, int64_t end) {
  b.loop(b.index(begin), b.index(end - lanes + 1), lanes,
         [&](Value position) { vector::StoreOp::create(b, multiplier.zero(), memory, position); });
}

/// In the order of memory: a line's last vector may reach into the next one's place, which is written after it.
void PlanesConvEmitter::copyLines(const Block &block) {
  b.loop(b.index(0), b.index(op.getGroupInputs()), 1, [&](Value channel) {
    for (int64_t phase : copy.readPhases(op))
      b.loop(b.index(0), b.index(copy.lines), 1, [&](Value line) {
        Value to = b.add(b.mul(channel, copy.channelSize()), b.mul(line, copy.length));
        copyLine(block, channel, line, phase, b.add(to, phase * copy.phaseSize()));
      });
  });
}

void PlanesConvEmitter::copyLine(const Block &block, Value channel, Value line, int64_t phase, Value to) {
  int64_t stride = op.getStrides()[1], shift = phase % stride - op.getPads()[1];
  ArrayRef<int64_t> input = op.getA().getType().getShape();
  Value from = b.add(b.mul(b.add(block.first, line), op.getStrides()[0]), phase / stride - op.getPads()[0]);
  Value place[] = {block.batch, b.add(b.mul(block.group, op.getGroupInputs()), channel), from};
  auto store = [&](Value vector, Value position) {
    vector::StoreOp::create(b, vector, memory, b.add(to, position));
  };
  // Lanes [first, second) of the vector at a position lie in the input.
  auto getLanesInside = [&](int64_t position) {
    auto bound = [&](int64_t column) {
      return std::clamp<int64_t>(llvm::divideCeilSigned(column - shift, stride) - position, 0, lanes);
    };
    return std::pair(bound(0), bound(input[3]));
  };
  std::pair<int64_t, int64_t> all(0, lanes);
  int64_t begin = 0;
  while (begin < copy.length && getLanesInside(begin) != all)
    begin += lanes;
  int64_t end = begin;
  while (end < copy.length && getLanesInside(end) == all)
    end += lanes;
  auto copyVector = [&](Value position, std::pair<int64_t, int64_t> inside) {
    store(loadPositions(place, b.add(b.mul(position, stride), shift), inside.first, inside.second), position);
  };
  auto copyAll = [&] {
    for (int64_t position = 0; position < begin; position += lanes)
      copyVector(b.index(position), getLanesInside(position));
    b.loop(b.index(begin), b.index(end), lanes, [&](Value position) { copyVector(position, all); });
    for (int64_t position = end; position < copy.length; position += lanes)
      copyVector(b.index(position), getLanesInside(position));
  };
  auto fill = [&] {
    b.loop(b.index(0), b.index(copy.length), lanes, [&](Value position) { store(multiplier.zero(), position); });
  };
  // As an unsigned number, a line in front of the input is behind it.
  b.branch(arith::CmpIOp::create(b, arith::CmpIPredicate::ult, from, b.index(input[2])), copyAll, fill);
}

/// Every stride-th element of a line, from `column` on; zeros but in lanes [begin, end).
Value PlanesConvEmitter::loadPositions(ValueRange place, Value column, int64_t begin, int64_t end) {
  int64_t stride = op.getStrides()[1];
  bool isWhole = begin == 0 && end == lanes;
  auto type = VectorType::get(lanes, multiplier.getSumType());
  auto load = [&](Value from) {
    SmallVector<Value> indices(place);
    indices.push_back(from);
    return vector::LoadOp::create(b, type, op.getA(), indices).getResult();
  };
  if (isWhole && stride == 1)
    return load(column);
  if (isWhole && stride == 2) {
    SmallVector<int64_t> picks;
    for (int64_t lane = 0; lane < lanes; ++lane)
      picks.push_back(2 * lane < lanes ? 2 * lane : 2 * lane + 1); // the second vector begins a lane early
    return vector::ShuffleOp::create(b, load(column), load(b.add(column, lanes - 1)), picks);
  }
  SmallVector<bool> inside;
  SmallVector<int32_t> offsets;
  for (int64_t lane = 0; lane < lanes; ++lane) {
    inside.push_back(begin <= lane && lane < end);
    offsets.push_back(lane * stride);
  }
  Value mask = arith::ConstantOp::create(b, DenseElementsAttr::get(VectorType::get(lanes, b.getI1Type()), inside));
  SmallVector<Value> indices(place);
  indices.push_back(column);
  if (stride == 1)
    return vector::MaskedLoadOp::create(b, type, op.getA(), indices, mask, multiplier.zero());
  auto offsetType = VectorType::get(lanes, b.getI32Type());
  Value columns = arith::ConstantOp::create(b, DenseElementsAttr::get(offsetType, ArrayRef(offsets)));
  return vector::GatherOp::create(b, type, op.getA(), indices, columns, mask, multiplier.zero());
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

/// Where the copy has what a tap reads for the block's first position.
Value PlanesConvEmitter::getOffset(Value channel, Value tapLine, Value tap) {
  ArrayRef<int64_t> strides = op.getStrides(), dilations = op.getDilations();
  auto locate = [&](unsigned axis, Value at) {
    Value reach = b.mul(at, dilations[axis]), whole = b.div(reach, strides[axis]);
    return std::pair(whole, b.sub(reach, b.mul(whole, strides[axis])));
  };
  auto [line, linePhase] = locate(0, tapLine);
  auto [position, phase] = locate(1, tap);
  Value offset = b.mul(b.add(b.mul(linePhase, strides[1]), phase), copy.phaseSize());
  offset = b.add(offset, b.add(b.mul(line, copy.length), position));
  return b.add(b.mul(channel, copy.channelSize()), offset);
}

/// While a tile is multiplied, its place in the output comes, and a piece of what the next block reads.
void PlanesConvEmitter::fetch(const Block &block, int64_t rows, Value output, Value first) {
  int64_t columns = schedule.getColumns(), line = getLineElements(op.getA()), lines = schedule.getRowBlock();
  for (int64_t row = 0; row < rows; ++row) {
    Value channel = b.add(b.add(b.mul(block.group, op.getGroupOutputs()), output), row);
    fetchLines(b, op.getOut(), {block.batch, channel, block.first, first}, llvm::divideCeil(columns, line),
               FetchInto::first_cache, /*toWrite=*/true);
  }
  ArrayRef<int64_t> input = op.getA().getType().getShape(), strides = op.getStrides();
  int64_t elements = ((lines - 1) * strides[0] + (op.getKernelShape()[0] - 1) * op.getDilations()[0] + 1) * input[3];
  int64_t tiles = llvm::divideCeil(op.getGroupOutputs(), schedule.getRows()) * (positions / columns);
  int64_t piece = llvm::divideCeil(elements, line * tiles) * line;
  Value number = b.add(b.mul(b.div(output, schedule.getRows()), positions / columns), b.div(first, columns));
  Value next = op.getGroups() > 1 ? block.first : b.add(block.first, lines);
  Value from = b.max(b.index(0), b.sub(b.mul(next, strides[0]), b.index(op.getPads()[0])));
  Value group = op.getGroups() > 1 ? b.add(block.group, 1) : block.group;
  Value place = b.mul(number, piece);
  for (int64_t channel = 0; channel < op.getGroupInputs(); ++channel)
    fetchLines(b, op.getA(), {block.batch, b.add(b.mul(group, op.getGroupInputs()), channel), from, place},
               piece / line, FetchInto::second_cache);
}

/// Sums of `rows` outputs of the group, from `output` on, at all positions of the block.
void PlanesConvEmitter::multiply(const Block &block, int64_t rows, Value output) {
  RegisterTile tile{rows, schedule.getColumns() / lanes};
  ArrayRef<int64_t> kernel = op.getKernelShape();
  b.loop(b.index(0), b.index(positions), schedule.getColumns(), [&](Value first) {
    auto sumLine = [&](Value channel, Value tapLine, ValueRange carried) {
      return reduce(b, tile, b.index(0), b.index(kernel[1]), schedule.getUnroll(), carried,
                    [&](Value tap, MutableArrayRef<Value> stepSums) {
                      Value offset = b.add(getOffset(channel, tapLine, tap), first);
                      auto loadLeft = [&](int64_t row) {
                        return multiplier.loadLeft(
                            op.getB(), {block.group, b.add(output, row), channel, tapLine, tap}, Value());
                      };
                      auto loadRight = [&](int64_t vector) {
                        return multiplier.loadRight(memory, b.add(offset, vector * lanes));
                      };
                      accumulate(multiplier, tile, {0, rows}, {loadLeft, loadRight}, stepSums);
                    });
    };
    fetch(block, rows, output, first);
    SmallVector<Value> results = b.loop(
        b.index(0), b.index(op.getGroupInputs()), 1, tile.start(multiplier), [&](Value channel, ValueRange carried) {
          return b.loop(b.index(0), b.index(kernel[0]), 1, carried,
                        [&](Value tapLine, ValueRange inner) { return sumLine(channel, tapLine, inner); });
        });
    for (auto [i, sum] : llvm::enumerate(results))
      vector::StoreOp::create(b, sum, sums,
                              ValueRange{b.index(i / tile.vectors), b.add(first, i % tile.vectors * lanes)});
  });
}

void PlanesConvEmitter::finish(const Block &block, int64_t rows, Value output) {
  Value height = b.index(op.getOut().getType().getDimSize(2));
  Value lines = b.min(b.index(schedule.getRowBlock()), b.sub(height, block.first));
  Value channel = b.add(b.mul(block.group, op.getGroupOutputs()), output);
  int64_t full = width / lanes * lanes;
  b.loop(b.index(0), b.index(rows), 1, [&](Value row) {
    b.loop(b.index(0), lines, 1, [&](Value line) {
      Value begin = b.mul(line, copy.length), firstRow[] = {block.batch, b.add(channel, row), b.add(block.first, line)};
      auto emit = [&](Value position, Value end) {
        Value sum = multiplier.loadRight(sums, {row, b.add(begin, position)});
        epilogue.emit({sum, /*rows=*/1, firstRow, position, end});
      };
      b.loop(b.index(0), b.index(full), lanes, [&](Value position) { emit(position, Value()); });
      if (full < width)
        emit(b.index(full), b.index(width));
    });
  });
}

void ingot::tile::emitPlanesConv(IndexBuilder &builder, PlanesConvOp op) {
  if (op.getSchedule()->getLineBlock())
    return emitPlaneLines(builder, op);
  PlanesConvEmitter(builder, op).emit();
}

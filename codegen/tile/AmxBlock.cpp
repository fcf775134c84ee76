//===- AmxBlock.cpp - f32 products by tile instructions --------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/AmxBlockEmitter.h"
#include "codegen/tile/RegisterTile.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

Value ingot::tile::countRowBlocks(IndexBuilder &b, AmxAttr schedule, Value rows) {
  return b.ceilDiv(rows, schedule.getRowBlock() + schedule.getVectorRows());
}

AmxRows ingot::tile::getRowBlock(IndexBuilder &b, AmxAttr schedule, Value rows, Value number) {
  int64_t most = schedule.getRowBlock();
  std::optional<int64_t> known = getConstant(rows);
  if (schedule.getVectorRows()) {
    Value blocks = countRowBlocks(b, schedule, rows);
    auto beginOf = [&](Value block) { return b.div(b.mul(block, rows), blocks); };
    Value begin = beginOf(number), vectorEnd = beginOf(b.add(number, 1));
    bool isWhole = known && *known / *getConstant(blocks) >= most;
    return {begin, b.min(b.add(begin, most), vectorEnd), isWhole ? std::optional(most) : std::nullopt, vectorEnd};
  }
  if (known && *known <= most)
    return {b.index(0), rows, known};
  if (known && *known % most == 0)
    return {b.mul(number, most), b.mul(b.add(number, 1), most), most};
  int64_t tile = AmxUnit::kRows, piece = most % (2 * tile) == 0 ? 2 * tile : tile;
  Value pieces = b.ceilDiv(rows, piece), blocks = countRowBlocks(b, schedule, rows);
  auto beginOf = [&](Value block) { return b.mul(b.div(b.mul(block, pieces), blocks), piece); };
  return {beginOf(number), b.min(rows, beginOf(b.add(number, 1))), std::nullopt};
}

Value ingot::tile::loadSteps(IndexBuilder &b, Value memref, ValueRange indices, Value count) {
  auto type = VectorType::get(AmxUnit::kWords, b.getF32Type());
  if (!count)
    return vector::LoadOp::create(b, type, memref, indices);
  Value mask = vector::CreateMaskOp::create(b, type.clone(b.getI1Type()), count);
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(type));
  return vector::MaskedLoadOp::create(b, type, memref, indices, mask, zero);
}

void AmxBlockEmitter::emit() {
  Type word = b.getI32Type();
  // Of two groups of two tiles each, one is at hand.
  int64_t rowTiles = streams() ? 4 : schedule.getRowBlock() / kRows;
  if (!block.left)
    left = unit.tiles(rowTiles * (schedule.getLeftDepth() / kSteps) * kPieces, word);
  right = block.rightPieces;
  if (!right)
    right = unit.tiles(rightBuffers() * vectors * (rightDepth / kSteps) * kPieces, word);
  sums = unit.tiles(rowTiles * sumPanels() * vectors, b.getF32Type());
  if (int64_t vectorRows = schedule.getVectorRows()) {
    vectorLeft = b.stackBuffer({vectorRows, schedule.getLeftDepth()}, b.getF32Type());
    vectorSums = b.stackBuffer({vectorRows, schedule.getColumnBlock()}, b.getF32Type());
  }
  rows = block.rows.known ? b.index(*block.rows.known) : b.sub(block.rows.end, block.rows.begin);
  tiles = b.ceilDiv(rows, kRows);
  unit.configure();
  if (streams())
    emitStream();
  else
    emitParts();
  unit.release();
}

void AmxBlockEmitter::emitParts() {
  leftDepth = getLeftDepth();
  Value groups = b.mul(b.ceilDiv(tiles, 2), vectorPairs());
  rowsToSplit = b.ceilDiv(b.index(kRows), groups);
  stepsToFetch = b.ceilDiv(b.index(kSteps), groups);
  b.loop(b.index(0), block.steps, leftDepth, [&](Value leftBegin) {
    Value leftEnd = b.min(block.steps, b.add(leftBegin, leftDepth)), buffer = b.index(0);
    splitLeft(leftBegin, leftEnd);
    if (vectorLeft)
      copyVectorRows(leftBegin, leftEnd);
    if (overlaps())
      splitRight({block.panelBegin, leftBegin, buffer}, b.index(0), countRightRows(leftBegin, leftEnd));
    b.loop(block.panelBegin, block.panelEnd, 1, buffer, [&](Value panel, ValueRange before) {
      return b.loop(leftBegin, leftEnd, b.index(rightDepth), before, [&](Value begin, ValueRange carried) {
        RightPart part{panel, begin, carried.front()}, next = follow(part, leftBegin, leftEnd);
        Value end = b.min(leftEnd, b.add(begin, rightDepth)), partRows = countRightRows(begin, end);
        if (block.prepareRight)
          block.prepareRight(panel, begin, end);
        if (!overlaps())
          splitRight(part, b.index(0), partRows);
        Value hasNext = compare(arith::CmpIPredicate::slt, next.panel, block.panelEnd);
        Value nextRows = select(hasNext, countRightRows(next.begin, leftEnd), b.index(0));
        RightPart fetched = overlaps() ? follow(next, leftBegin, leftEnd) : next;
        Chunk chunk{leftBegin, end, b.div(partRows, kRows), nextRows, part, next, fetched};
        multiplyPanel(chunk);
        if (vectorLeft)
          multiplyVectorRows(chunk);
        return SmallVector<Value>{next.buffer};
      });
    });
  });
}

/// A block of fewer rows has room for more steps of each.
Value AmxBlockEmitter::getLeftDepth() {
  int64_t depth = schedule.getLeftDepth();
  if (block.rows.known || block.left)
    return b.index(depth);
  Value room = b.index(schedule.getRowBlock() / kRows * depth);
  return b.alignDown(b.div(room, tiles), rightDepth);
}

//===----------------------------------------------------------------------===//
// Operands to pieces
//===----------------------------------------------------------------------===//

/// A word of the left operand has steps k and k + 16, and so has one of the right: any order of the steps will do, and
/// this one needs no permutation.
void AmxBlockEmitter::splitLeft(Value begin, Value end) {
  if (block.left)
    return block.left->split();
  Value full = hasWholeSteps() ? end : b.add(begin, b.alignDown(b.sub(end, begin), kSteps));
  auto forEachBlock = [&](function_ref<void(Value step, Value lastEnd)> body) {
    b.loop(begin, full, kSteps, [&](Value step) { body(step, /*lastEnd=*/Value()); });
    b.loop(full, end, kSteps, [&](Value step) { body(step, end); });
  };
  auto locate = [&](Value row) { return block.locateLeft(b.add(block.rows.begin, row)); };
  auto splitSteps = [&](ValueRange place, Value row, Value step, Value lastEnd) {
    splitLeftSteps(place, step, lastEnd, row, b.div(b.sub(step, begin), kSteps));
  };
  if (block.isGathered) {
    b.loop(b.index(0), rows, 1, [&](Value row) {
      SmallVector<Value> place = locate(row);
      forEachBlock([&](Value step, Value lastEnd) { splitSteps(place, row, step, lastEnd); });
    });
    return;
  }
  // A tile's rows are lines that follow each other: sixteen in a row stay in the first cache, one of each tile do not.
  b.loop(b.index(0), tiles, 1, [&](Value tile) {
    Value first = b.mul(tile, kRows), last = b.min(rows, b.add(first, kRows));
    forEachBlock([&](Value step, Value lastEnd) {
      b.loop(first, last, 1, [&](Value row) { splitSteps(locate(row), row, step, lastEnd); });
    });
  });
}

/// 32 steps of a row, from `step` on, become row `target` of the left tiles; with `end`, zeros from that step on.
void AmxBlockEmitter::splitLeftSteps(ValueRange place, Value step, Value end, Value target, Value kBlock) {
  SmallVector<Value> halves;
  for (int64_t half : {0, 1}) {
    Value first = b.add(step, half * kWords);
    halves.push_back(block.loadLeft(place, first, end ? b.max(b.sub(end, first), b.index(0)) : Value()));
  }
  Value rowTile = b.div(target, kRows);
  for (auto [piece, words] : llvm::enumerate(splitToBf16(b, halves[0], halves[1])))
    store(left, leftTile(rowTile, kBlock, piece), b.sub(target, b.mul(rowTile, kRows)), words);
}

/// Rows of tiles, of all blocks of steps one after another, that hold steps [begin, end), of no more than one part.
Value AmxBlockEmitter::countRightRows(Value begin, Value end) {
  std::optional<int64_t> steps = getConstant(block.steps);
  if (steps && *steps % rightDepth == 0)
    return b.index(rightRows());
  return b.mul(b.ceilDiv(b.min(b.sub(end, begin), b.index(rightDepth)), kSteps), kRows);
}

AmxBlockEmitter::RightPart AmxBlockEmitter::follow(const RightPart &part, Value leftBegin, Value leftEnd) {
  Value after = b.add(part.begin, rightDepth), isInPanel = compare(arith::CmpIPredicate::slt, after, leftEnd);
  return {select(isInPanel, part.panel, b.add(part.panel, 1)), select(isInPanel, after, leftBegin),
          overlaps() ? b.sub(b.index(1), part.buffer) : part.buffer};
}

/// 16 columns of a step; zeros behind the last one.
Value AmxBlockEmitter::loadRight(const RightPart &part, Value step, int64_t vector) {
  if (hasWholeSteps())
    return block.loadRight(part.panel, step, vector);
  Value last = b.sub(block.steps, b.index(1)), isStep = compare(arith::CmpIPredicate::sle, step, last);
  Value words = block.loadRight(part.panel, b.min(step, last), vector);
  return arith::SelectOp::create(b, isStep, words, arith::ConstantOp::create(b, b.getZeroAttr(words.getType())));
}

void AmxBlockEmitter::splitRightRow(const RightPart &part, Value row) {
  Value kBlock = b.div(row, kRows), tileRow = b.sub(row, b.mul(kBlock, kRows));
  Value first = b.add(part.begin, b.mul(kBlock, kSteps)), step = b.add(first, b.mul(tileRow, block.left ? 2 : 1));
  for (int64_t vector = 0; vector < vectors; ++vector) {
    Value low = loadRight(part, step, vector), high = loadRight(part, b.add(step, block.left ? 1 : kWords), vector);
    for (auto [piece, words] : llvm::enumerate(splitToBf16(b, low, high)))
      store(right, rightTile(part.buffer, b.index(vector), kBlock, piece), tileRow, words);
  }
}

void AmxBlockEmitter::splitRight(const RightPart &part, Value begin, Value end) {
  b.loop(begin, end, 1, [&](Value row) { splitRightRow(part, row); });
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// Once for the case that two tiles from `tile` on are there, and once for the last one alone.
void AmxBlockEmitter::forGroup(Value tile, function_ref<void(int64_t tiles)> body) {
  Value next = b.add(tile, 2), isSingle = compare(arith::CmpIPredicate::ugt, next, areTilesEven() ? next : tiles);
  b.branch(
      isSingle, [&] { body(1); }, [&] { body(2); });
}

void AmxBlockEmitter::multiplyPanel(const Chunk &chunk) {
  Value isLast = compare(arith::CmpIPredicate::eq, chunk.end, block.steps);
  auto meanwhile = [&](const TileGroup &group, Value vectorPair, Value kBlock, int64_t product) {
    if (overlaps()) {
      Value firstVisit = b.add(countVisits(chunk, group.first), b.mul(chunk.kBlocks, vectorPair));
      splitNext(chunk, b.add(firstVisit, kBlock), product);
    }
    if (schedule.getPrefetch())
      fetchNext(chunk, group, kBlock, vectorPair, product);
  };
  b.loop(b.index(0), tiles, 2, [&](Value tile) {
    forGroup(tile, [&](int64_t count) { multiply(chunk, {tile, count, tile, tile}, meanwhile); });
    Value next = b.add(tile, 2), end = areTilesEven() ? next : b.min(tiles, next);
    b.branch(
        isLast,
        [&] {
          finish({tile, end, chunk.part.panel, tile});
        },
        [] {});
  });
  // What a part of fewer steps than others has had no time for.
  if (overlaps())
    splitRight(chunk.next, b.mul(countVisits(chunk, tiles), rowsToSplit), chunk.nextRows);
}

/// How often a part's blocks of steps are multiplied by the tiles of rows before `tile`.
Value AmxBlockEmitter::countVisits(const Chunk &chunk, Value tile) {
  return b.mul(b.mul(b.ceilDiv(tile, 2), vectorPairs()), chunk.kBlocks);
}

void AmxBlockEmitter::multiply(const Chunk &chunk, const TileGroup &group, Meanwhile meanwhile) {
  b.loop(b.index(0), b.index(vectors / 2), 1,
         [&](Value vectorPair) { multiplyRegisters(chunk, group, vectorPair, /*columns=*/2, meanwhile); });
  if (vectors % 2)
    multiplyRegisters(chunk, group, b.index(vectors / 2), /*columns=*/1, meanwhile);
}

void AmxBlockEmitter::multiplyRegisters(const Chunk &chunk, const TileGroup &group, Value vectorPair, int64_t columns,
                                        Meanwhile meanwhile) {
  const RightPart &part = chunk.part;
  Value vector = b.mul(vectorPair, 2);
  auto forEachSum = [&](function_ref<void(int64_t sum, int64_t r, int64_t c)> body) {
    for (int64_t r = 0; r < group.tiles; ++r)
      for (int64_t c = 0; c < columns; ++c)
        body(kSums + 2 * r + c, r, c);
  };
  auto place = [&](int64_t r, int64_t c) { return sumTile(b.add(group.sums, r), part.panel, b.add(vector, c)); };
  b.branch(
      compare(arith::CmpIPredicate::eq, part.begin, b.index(0)),
      [&] { forEachSum([&](int64_t sum, int64_t, int64_t) { unit.zero(sum); }); },
      [&] { forEachSum([&](int64_t sum, int64_t r, int64_t c) { unit.load(sum, sums, place(r, c)); }); });

  Value leftBlock = b.div(b.sub(part.begin, chunk.leftBegin), kSteps);
  b.loop(b.index(0), chunk.kBlocks, 1, [&](Value kBlock) {
    auto loadLeft = [&](int64_t piece) {
      for (int64_t r = 0; r < group.tiles; ++r)
        loadLeftTile(kLeft + r, b.add(group.left, r), b.add(leftBlock, kBlock), piece);
    };
    auto loadRight = [&](int64_t piece) {
      for (int64_t c = 0; c < columns; ++c)
        unit.load(kRight + c, right, rightTile(part.buffer, b.add(vector, c), kBlock, piece));
    };
    int64_t product = 0;
    auto multiplyAll = [&] {
      forEachSum([&](int64_t sum, int64_t r, int64_t c) { unit.multiplyAdd(sum, kLeft + r, kRight + c); });
      meanwhile(group, vectorPair, kBlock, product);
      ++product;
    };
    // Pieces 0 are the largest. In this order, one side's pieces stay where they are from product to product.
    loadLeft(0);
    for (int64_t piece : {2, 1, 0}) {
      loadRight(piece);
      multiplyAll();
    }
    for (int64_t piece : {2, 1}) {
      loadLeft(piece);
      multiplyAll();
    }
    loadRight(1);
    multiplyAll();
  });
  forEachSum([&](int64_t sum, int64_t r, int64_t c) { unit.store(sum, sums, place(r, c)); });
}

void AmxBlockEmitter::loadLeftTile(int64_t target, Value rowTile, Value kBlock, int64_t piece) {
  if (block.left)
    return block.left->load(unit, target, rowTile, kBlock, piece);
  unit.load(target, left, leftTile(rowTile, kBlock, piece));
}

/// A product of pieces' part of `share`. Of a share that only the run knows, it is a loop, which not all of them have.
void AmxBlockEmitter::forEachInShare(Value share, int64_t product, function_ref<void(Value i)> body) {
  int64_t parts = getConstant(share) ? kProducts : 4;
  int64_t first = product * parts / kProducts, last = (product + 1) * parts / kProducts;
  if (first == last)
    return;
  b.loop(b.div(b.mul(share, first), parts), b.div(b.mul(share, last), parts), 1, body);
}

/// Makes some of the next part's steps pieces: vectors are idle while tiles are multiplied.
void AmxBlockEmitter::splitNext(const Chunk &chunk, Value visit, int64_t product) {
  forEachInShare(rowsToSplit, product, [&](Value i) {
    Value row = b.add(b.mul(visit, rowsToSplit), i), isLeft = compare(arith::CmpIPredicate::slt, row, chunk.nextRows);
    b.branch(
        isLeft, [&] { splitRightRow(chunk.next, row); }, [] {});
  });
}

/// What is split after the part that is split meanwhile, if any, comes nearer, a few steps after each product of
/// pieces: memory is kept busy all the time, and tiles do not wait behind a queue of lines. Behind the block's last
/// panel it is what comes after the block.
void AmxBlockEmitter::fetchNext(const Chunk &chunk, const TileGroup &group, Value kBlock, Value vectorPair,
                                int64_t product) {
  Value share = b.add(b.mul(b.div(group.first, 2), vectorPairs()), vectorPair);
  Value step = b.add(chunk.fetched.begin, b.add(b.mul(kBlock, kSteps), b.mul(share, stepsToFetch)));
  Value last = b.sub(block.steps, b.index(1));
  forEachInShare(stepsToFetch, product,
                 [&](Value i) { block.fetchRight(chunk.fetched.panel, b.min(b.add(step, i), last)); });
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

/// The rows, tile by tile: where sums lie is found once for each.
SmallVector<Value> AmxBlockEmitter::forEachRow(const TileRange &range, ValueRange carried, RowBody body) {
  std::optional<int64_t> known = getConstant(rows);
  return b.loop(range.begin, range.end, 1, carried, [&](Value rowTile, ValueRange before) {
    Value begin = b.mul(rowTile, kRows), all = b.index(kRows);
    Value count = known && *known % kRows == 0 ? all : b.min(all, b.sub(rows, begin));
    SmallVector<Value> sumTiles;
    for (int64_t vector = 0; vector < vectors; ++vector)
      sumTiles.push_back(sumTile(b.add(range.sums, b.sub(rowTile, range.begin)), range.panel, b.index(vector)));
    return b.loop(b.index(0), count, 1, before, [&](Value row, ValueRange passed) {
      SmallVector<Value> rowSums = llvm::map_to_vector(sumTiles, [&](Value tile) -> Value {
        return vector::LoadOp::create(b, floats(), sums, ValueRange{tile, row, b.index(0)});
      });
      return body(b.add(begin, row), rowSums, passed);
    });
  });
}

/// Lanes that are so in `passed` or have no number in one of `rowSums`.
Value AmxBlockEmitter::addNaNs(Value passed, ArrayRef<Value> rowSums) {
  for (Value sum : rowSums)
    passed = arith::OrIOp::create(b, passed, arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, sum, sum));
  return passed;
}

Value AmxBlockEmitter::hasNaN(ArrayRef<Value> rowSums) {
  return vector::ReductionOp::create(b, vector::CombiningKind::OR, addNaNs(noLane(), rowSums));
}

Value AmxBlockEmitter::hasNaN(const TileRange &range) {
  SmallVector<Value> found = forEachRow(range, noLane(), [&](Value, ArrayRef<Value> rowSums, ValueRange passed) {
    return SmallVector<Value>{addNaNs(passed.front(), rowSums)};
  });
  return vector::ReductionOp::create(b, vector::CombiningKind::OR, found.front());
}

void AmxBlockEmitter::finish(const TileRange &range) {
  auto rowOf = [&](Value row) { return b.add(block.rows.begin, row); };
  b.branch(
      hasNaN(range),
      [&] {
        block.fallBack(rowOf(b.mul(range.begin, kRows)), rowOf(b.min(rows, b.mul(range.end, kRows))), range.panel);
      },
      [&] {
        forEachRow(range, {}, [&](Value row, ArrayRef<Value> rowSums, ValueRange) {
          block.finish(rowOf(row), range.panel, rowSums);
          return SmallVector<Value>();
        });
      });
}

//===----------------------------------------------------------------------===//
// Rows behind the tiles
//===----------------------------------------------------------------------===//

/// As many rows as any block has; where it has less, its last one is there more than once.
void AmxBlockEmitter::copyVectorRows(Value begin, Value end) {
  Value last = b.sub(block.rows.vectorEnd, b.index(1));
  b.loop(b.index(0), b.index(schedule.getVectorRows()), 1, [&](Value row) {
    SmallVector<Value> place = block.locateLeft(b.min(b.add(block.rows.end, row), last));
    b.loop(begin, end, kWords, [&](Value step) {
      Value words = block.loadLeft(place, step, hasWholeSteps() ? Value() : b.sub(end, step));
      vector::StoreOp::create(b, words, vectorLeft, ValueRange{row, b.sub(step, begin)});
    });
  });
}

/// While the chunk's part of the panel is in the first cache.
void AmxBlockEmitter::multiplyVectorRows(const Chunk &chunk) {
  Value panel = chunk.part.panel;
  RegisterTile tile{schedule.getVectorRows(), vectors};
  Multiplier multiplier(b, Type(b.getF32Type()), kWords);
  auto place = [&](int64_t sum) {
    Value column = b.mul(b.add(b.mul(b.sub(panel, block.panelBegin), vectors), sum % vectors), kWords);
    return SmallVector<Value>{b.index(sum / vectors), column};
  };
  auto store = [&](ValueRange values) {
    for (auto [i, value] : llvm::enumerate(values))
      vector::StoreOp::create(b, value, vectorSums, place(i));
  };
  b.branch(
      compare(arith::CmpIPredicate::eq, chunk.part.begin, b.index(0)), [&] { store(tile.start(multiplier)); }, [] {});
  SmallVector<Value> before;
  for (int64_t sum = 0; sum < tile.size(); ++sum)
    before.push_back(vector::LoadOp::create(b, floats(), vectorSums, place(sum)));
  store(reduce(b, tile, chunk.part.begin, chunk.end, /*unroll=*/1, before,
               [&](Value step, MutableArrayRef<Value> stepSums) {
                 auto loadLeft = [&](int64_t row) {
                   return multiplier.loadLeft(vectorLeft, {b.index(row), b.sub(step, chunk.leftBegin)}, Value());
                 };
                 accumulate(multiplier, tile, {0, tile.rows},
                            {loadLeft, [&](int64_t vector) { return block.loadRight(panel, step, vector); }}, stepSums);
               }));
  auto finishAll = [&] {
    b.loop(block.rows.end, block.rows.vectorEnd, 1, [&](Value row) {
      SmallVector<Value> rowSums;
      for (int64_t vector = 0; vector < vectors; ++vector) {
        SmallVector<Value> indices = place(vector);
        indices.front() = b.sub(row, block.rows.end);
        rowSums.push_back(vector::LoadOp::create(b, floats(), vectorSums, indices));
      }
      block.finish(row, panel, rowSums);
    });
  };
  b.branch(compare(arith::CmpIPredicate::eq, chunk.end, block.steps), finishAll, [] {});
}

void ingot::tile::emitAmxBlock(IndexBuilder &builder, const AmxBlock &block, AmxAttr schedule, int64_t panelColumns) {
  AmxBlockEmitter(builder, block, schedule, panelColumns).emit();
}

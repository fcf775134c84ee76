//===- AmxStream.cpp - Rows that pass by a right operand -------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/AmxBlockEmitter.h"
#include "codegen/tile/Fetch.h"

using namespace mlir;
using namespace ingot::tile;

/// Tiles of rows pass by the panels. What is carried says which buffers are for the tiles at hand, and what waits to be
/// finished in the shadow of the products that come next.
void AmxBlockEmitter::emitStream() {
  Value zero = b.index(0), one = b.index(1), kBlocks = b.ceilDiv(block.steps, kSteps);
  leftDepth = b.index(schedule.getLeftDepth());
  auto bufferOf = [&](Value panel) { return block.rightPieces ? panel : b.sub(panel, block.panelBegin); };
  auto splitPanel = [&](Value panel) {
    if (block.prepareRight)
      block.prepareRight(panel, zero, block.steps);
    splitRight({panel, zero, bufferOf(panel)}, zero, countRightRows(zero, block.steps));
  };
  if (!block.rightPieces)
    b.loop(block.panelBegin, block.panelEnd, 1, splitPanel);

  StreamOrder order = getStreamOrder();
  Value panels = b.sub(block.panelEnd, block.panelBegin);
  Value rowsOfVisit = b.ceilDiv(b.index(2 * kRows), b.mul(panels, vectorPairs()));
  Value finishedOfVisit = b.ceilDiv(b.index(2 * kRows), b.mul(kBlocks, vectorPairs()));
  SmallVector<Value> start{/*left=*/zero, /*sums=*/zero, /*row=*/zero, /*count=*/zero, /*panel=*/block.panelBegin};
  auto other = [&](Value buffer) { return b.sub(one, buffer); };
  auto getWaiting = [&](ValueRange carried) {
    return Waiting{carried[2], carried[3], carried[4], b.mul(other(carried[1]), 2)};
  };
  b.loop(zero, order.count, 1, start, [&](Value place, ValueRange before) {
    StreamPart part = getStreamPart(order, place), next = getStreamPart(order, b.add(place, 1));
    Value leftBuffer = before[0], hasTwo = isPair(order, place), hasNextTwo = isPair(order, b.add(place, 1));
    // The first tiles, and what comes behind a single one, have not become pieces in the shadow of others.
    Value isSplit =
        b.createOrFold<arith::AndIOp>(compare(arith::CmpIPredicate::ne, place, zero), isPair(order, b.sub(place, one)));
    b.loop(zero, select(isSplit, zero, kBlocks), 1,
           [&](Value kBlock) { splitLeftRows(b.mul(part.tile, kRows), zero, part.rows, leftBuffer, kBlock); });
    SmallVector<Value> after = b.loop(part.panelBegin, part.panelEnd, 1, before, [&](Value panel, ValueRange carried) {
      Value sumBuffer = carried[1], sumPlace = b.mul(sumBuffer, 2);
      Value panelPlace = b.sub(panel, block.panelBegin);
      Shadow shadow{b.mul(next.tile, kRows), next.rows, other(leftBuffer), rowsOfVisit, panelPlace,
                    getWaiting(carried),     kBlocks,   finishedOfVisit};
      auto meanwhile = [&](const TileGroup &group, Value vectorPair, Value kBlock, int64_t product) {
        if (group.tiles == 2) // nothing is split while a single one is multiplied, and nothing waits for it
          workInShadow(shadow, vectorPair, kBlock, product);
        if (block.rightPieces)
          b.branch(
              compare(arith::CmpIPredicate::eq, place, zero), [&] { fetchPieces(panel, vectorPair, kBlock, product); },
              [] {});
      };
      Chunk chunk{zero, block.steps, kBlocks, zero, {panel, zero, bufferOf(panel)}, {}, {}};
      auto multiplyTiles = [&](int64_t count) {
        multiply(chunk, {part.tile, count, b.mul(leftBuffer, 2), sumPlace}, meanwhile);
      };
      b.branch(
          hasTwo, [&] { multiplyTiles(2); }, [&] { multiplyTiles(1); });
      // What waits does so for the products of two tiles.
      Value isLastPanel = compare(arith::CmpIPredicate::eq, b.add(panel, 1), part.panelEnd);
      Value waits = select(isLastPanel, hasNextTwo, hasTwo), row = b.mul(part.tile, kRows);
      b.branch(
          waits, [] {},
          [&] {
            finishWaiting({row, part.rows, panel, sumPlace}, zero, part.rows);
          });
      return SmallVector<Value>{leftBuffer, other(sumBuffer), row, select(waits, part.rows, zero), panel};
    });
    after.front() = other(leftBuffer);
    return after;
  });
}

/// Pairs of whole tiles, a last one of these, the tiles of some panels.
AmxBlockEmitter::StreamOrder AmxBlockEmitter::getStreamOrder() {
  auto countIf = [&](Value lhs, Value rhs) {
    return lhs ? select(compare(arith::CmpIPredicate::ne, lhs, rhs), b.index(1), b.index(0)) : b.index(0);
  };
  Value heads = countIf(block.firstPanel, block.panelBegin), tails = countIf(block.lastPanelEnd, block.panelEnd);
  Value wholeEnd = b.sub(tiles, tails), whole = b.sub(wholeEnd, heads);
  Value tail = b.ceilDiv(whole, 2), head = b.add(tail, tails);
  return {/*wholeBegin=*/heads,        wholeEnd, /*pairs=*/b.div(whole, 2), tail, head,
          /*count=*/b.add(head, heads)};
}

Value AmxBlockEmitter::isPair(const StreamOrder &order, Value place) {
  return compare(arith::CmpIPredicate::slt, place, order.pairs);
}

AmxBlockEmitter::StreamPart AmxBlockEmitter::getStreamPart(const StreamOrder &order, Value place) {
  auto isBefore = [&](Value end) { return compare(arith::CmpIPredicate::slt, place, end); };
  Value isWhole = isBefore(order.tail), isNoHead = isBefore(order.head), zero = b.index(0);
  Value other = select(isNoHead, order.wholeEnd, zero), panelBegin = block.panelBegin, panelEnd = block.panelEnd;
  Value tile = select(isWhole, b.add(order.wholeBegin, b.mul(place, 2)), other);
  Value most = select(isPair(order, place), b.index(2 * kRows), select(isBefore(order.count), b.index(kRows), zero));
  if (block.firstPanel) {
    panelBegin = select(isNoHead, panelBegin, block.firstPanel);
    panelEnd = select(isWhole, panelEnd, select(isNoHead, block.lastPanelEnd, panelEnd));
  }
  return {tile, b.min(most, b.sub(rows, b.mul(tile, kRows))), panelBegin, panelEnd};
}

/// Of the two tiles that begin at row `first` of the block, rows [begin, end), and a block of steps of these.
void AmxBlockEmitter::splitLeftRows(Value first, Value begin, Value end, Value buffer, Value kBlock) {
  b.loop(begin, end, 1, [&](Value row) {
    SmallVector<Value> place = block.locateLeft(b.add(block.rows.begin, b.add(first, row)));
    splitLeftSteps(place, b.mul(kBlock, kSteps), hasWholeSteps() ? Value() : block.steps,
                   b.add(b.mul(buffer, 2 * kRows), row), kBlock);
  });
}

void AmxBlockEmitter::workInShadow(const Shadow &shadow, Value vectorPair, Value kBlock, int64_t product) {
  Value visit = b.add(b.mul(shadow.place, vectorPairs()), vectorPair);
  Value begin = b.mul(visit, shadow.rowsOfVisit), half = b.add(begin, b.div(shadow.rowsOfVisit, 2));
  auto splitNextRows = [&](Value from, Value to) {
    splitLeftRows(shadow.nextRow, from, b.min(shadow.nextRows, to), shadow.nextBuffer, kBlock);
  };
  if (product == 0)
    splitNextRows(begin, half);
  if (product == 3)
    splitNextRows(half, b.add(begin, shadow.rowsOfVisit));
  if (product == 4) {
    Value first = b.mul(b.add(b.mul(shadow.kBlocks, vectorPair), kBlock), shadow.finishedOfVisit);
    finishWaiting(shadow.waiting, first, b.min(shadow.waiting.count, b.add(first, shadow.finishedOfVisit)));
  }
}

/// Finishes rows [begin, end) of those. Each falls back by itself: which rows share tiles depends on the threads.
void AmxBlockEmitter::finishWaiting(const Waiting &waiting, Value begin, Value end) {
  b.loop(begin, end, 1, [&](Value row) {
    Value rowTile = b.div(row, kRows), place = b.sub(row, b.mul(rowTile, kRows));
    SmallVector<Value> rowSums;
    for (int64_t vector = 0; vector < vectors; ++vector) {
      Value tile = sumTile(b.add(waiting.sums, rowTile), waiting.panel, b.index(vector));
      rowSums.push_back(vector::LoadOp::create(b, floats(), sums, ValueRange{tile, place, b.index(0)}));
    }
    Value rowOfAll = b.add(block.rows.begin, b.add(waiting.row, row));
    b.branch(
        hasNaN(rowSums), [&] { block.fallBack(rowOfAll, b.add(rowOfAll, 1), waiting.panel); },
        [&] { block.finish(rowOfAll, waiting.panel, rowSums); });
  });
}

/// While the first tiles pass by, the next panel's pieces come nearer, a tile of those in the same place as what is
/// multiplied with each product. Behind the last panel it is what comes after the weights.
void AmxBlockEmitter::fetchPieces(Value panel, Value vectorPair, Value kBlock, int64_t product) {
  Value vector = b.add(b.mul(vectorPair, 2), product / kPieces), piece = b.index(product % kPieces);
  for (int64_t row = 0; row < kRows; ++row)
    fetchLines(b, right, {b.add(panel, 1), vector, kBlock, piece, b.index(row), b.index(0)}, /*count=*/1,
               FetchInto::second_cache);
}

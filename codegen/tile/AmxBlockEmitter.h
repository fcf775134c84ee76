//===- AmxBlockEmitter.h - Loops around tile instructions -------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_AMXBLOCKEMITTER_H
#define INGOT_CODEGEN_TILE_AMXBLOCKEMITTER_H

#include "codegen/rt/Bf16Pieces.h"
#include "codegen/tile/AmxBlock.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace ingot::tile {

/// Emits `emitAmxBlock`'s loops: AmxBlock.cpp has what all of them share and those of parts, AmxStream.cpp those of
/// `stream`.
class AmxBlockEmitter {
public:
  AmxBlockEmitter(IndexBuilder &builder, const AmxBlock &block, AmxAttr schedule, int64_t panelColumns)
      : b(builder), block(block), schedule(schedule), unit(builder), rightDepth(schedule.getRightDepth()),
        vectors(panelColumns / kWords) {}

  void emit();

private:
  static constexpr int64_t kRows = AmxUnit::kRows, kWords = AmxUnit::kWords, kSteps = AmxUnit::kSteps;
  /// Pieces of a number, and products of pieces.
  static constexpr int64_t kPieces = rt::Bf16Pieces::pieces, kProducts = 6;
  static_assert(rt::Bf16Pieces::rows == kRows && rt::Bf16Pieces::words == kWords && rt::Bf16Pieces::steps == kSteps);
  /// Register numbers: sums of two by two tiles, two tiles of the left operand, two of the right.
  static constexpr int64_t kSums = 0, kLeft = 4, kRight = 6;

  /// Steps of a panel, from `begin` on, that become pieces together, and which of `right`'s buffers is for these.
  struct RightPart {
    mlir::Value panel, begin, buffer;
  };
  /// Steps [part.begin, end) of the reduction, of which the pieces of the left operand begin at `leftBegin`: so many
  /// blocks of them. The next part has so many rows of tiles, none behind the last panel; one is fetched meanwhile.
  struct Chunk {
    mlir::Value leftBegin, end, kBlocks, nextRows;
    RightPart part, next, fetched;
  };
  /// One or two tiles of rows, from tile `first` of the block on, by all columns of a panel, and which tiles their
  /// pieces and sums are.
  struct TileGroup {
    mlir::Value first;
    int64_t tiles;
    mlir::Value left, sums;
  };
  /// Tiles of rows by all columns of a panel whose sums are complete, from tile `sums` of these on.
  struct TileRange {
    mlir::Value begin, end, panel, sums;
  };
  /// So many rows from `row` of the block on, by all columns of a panel, that have yet to be finished.
  struct Waiting {
    mlir::Value row, count, panel, sums;
  };
  /// What is done while two tiles of rows are multiplied by panel `place` of the block's: the `nextRows` from `nextRow`
  /// on become pieces in the other buffer, equal parts at each pair of vectors of all panels, and what waits is
  /// finished, equal parts at each block of steps.
  struct Shadow {
    mlir::Value nextRow, nextRows, nextBuffer, rowsOfVisit;
    mlir::Value place;
    Waiting waiting;
    mlir::Value kBlocks, finishedOfVisit;
  };
  /// Does something else after a product of pieces, while tiles are multiplied.
  using Meanwhile =
      llvm::function_ref<void(const TileGroup &group, mlir::Value vectorPair, mlir::Value kBlock, int64_t product)>;

  /// The tiles of rows in the order they pass by: two at a time from `wholeBegin` on, `pairs` times; at place `tail`,
  /// the one at `wholeEnd`, of the first panels; at place `head`, the first one, of the last panels. The last whole one
  /// may be alone, before these.
  struct StreamOrder {
    mlir::Value wholeBegin, wholeEnd, pairs, tail, head, count;
  };
  /// One or two tiles of rows that pass by some panels; no rows behind the last one.
  struct StreamPart {
    mlir::Value tile, rows, panelBegin, panelEnd;
  };

  void emitParts();
  void emitStream();
  StreamOrder getStreamOrder();
  mlir::Value isPair(const StreamOrder &order, mlir::Value place);
  StreamPart getStreamPart(const StreamOrder &order, mlir::Value place);
  mlir::Value getLeftDepth();
  void splitLeft(mlir::Value begin, mlir::Value end);
  void splitLeftSteps(mlir::ValueRange place, mlir::Value step, mlir::Value end, mlir::Value target,
                      mlir::Value kBlock);
  void splitLeftRows(mlir::Value first, mlir::Value begin, mlir::Value end, mlir::Value buffer, mlir::Value kBlock);
  mlir::Value countRightRows(mlir::Value begin, mlir::Value end);
  RightPart follow(const RightPart &part, mlir::Value leftBegin, mlir::Value leftEnd);
  mlir::Value loadRight(const RightPart &part, mlir::Value step, int64_t vector);
  void splitRightRow(const RightPart &part, mlir::Value row);
  void splitRight(const RightPart &part, mlir::Value begin, mlir::Value end);
  void multiplyPanel(const Chunk &chunk);
  mlir::Value countVisits(const Chunk &chunk, mlir::Value tile);
  void forGroup(mlir::Value tile, llvm::function_ref<void(int64_t tiles)> body);
  void multiply(const Chunk &chunk, const TileGroup &group, Meanwhile meanwhile);
  void multiplyRegisters(const Chunk &chunk, const TileGroup &group, mlir::Value vectorPair, int64_t columns,
                         Meanwhile meanwhile);
  void loadLeftTile(int64_t target, mlir::Value rowTile, mlir::Value kBlock, int64_t piece);
  void forEachInShare(mlir::Value share, int64_t product, llvm::function_ref<void(mlir::Value i)> body);
  void splitNext(const Chunk &chunk, mlir::Value visit, int64_t product);
  void workInShadow(const Shadow &shadow, mlir::Value vectorPair, mlir::Value kBlock, int64_t product);
  void fetchPieces(mlir::Value panel, mlir::Value vectorPair, mlir::Value kBlock, int64_t product);
  void fetchNext(const Chunk &chunk, const TileGroup &group, mlir::Value kBlock, mlir::Value vectorPair,
                 int64_t product);
  using RowBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value row, llvm::ArrayRef<mlir::Value> sums,
                                                                    mlir::ValueRange carried)>;
  llvm::SmallVector<mlir::Value> forEachRow(const TileRange &range, mlir::ValueRange carried, RowBody body);
  mlir::Value addNaNs(mlir::Value passed, llvm::ArrayRef<mlir::Value> rowSums);
  mlir::Value hasNaN(llvm::ArrayRef<mlir::Value> rowSums);
  mlir::Value hasNaN(const TileRange &range);
  void finish(const TileRange &range);
  void finishWaiting(const Waiting &waiting, mlir::Value begin, mlir::Value end);
  void copyVectorRows(mlir::Value begin, mlir::Value end);
  void multiplyVectorRows(const Chunk &chunk);

  bool hasWholeSteps() {
    std::optional<int64_t> steps = getConstant(block.steps);
    return steps && *steps % kSteps == 0;
  }
  /// Whether the next part of the right operand becomes pieces between the products of the one at hand.
  bool overlaps() { return schedule.getOverlap(); }
  int64_t rightRows() { return rightDepth / kSteps * kRows; }
  int64_t vectorPairs() { return (vectors + 1) / 2; }
  mlir::Value leftTile(mlir::Value rowTile, mlir::Value kBlock, int64_t piece) {
    return b.add(b.mul(b.add(b.mul(rowTile, b.div(leftDepth, kSteps)), kBlock), kPieces), piece);
  }
  mlir::Value rightTile(mlir::Value buffer, mlir::Value vector, mlir::Value kBlock, int64_t piece) {
    mlir::Value first = b.add(b.mul(buffer, vectors), vector);
    return b.add(b.mul(b.add(b.mul(first, rightDepth / kSteps), kBlock), kPieces), piece);
  }
  /// Whether two tiles of rows at a time pass by panels that are pieces all the while.
  bool streams() { return schedule.getStream(); }
  int64_t rightBuffers() { return streams() ? schedule.getColumnBlock() / kWords / vectors : overlaps() ? 2 : 1; }
  /// Where all steps of the left operand are pieces at a time, a panel's sums are finished before the next one's begin.
  int64_t sumPanels() {
    std::optional<int64_t> steps = getConstant(block.steps);
    return steps && *steps <= schedule.getLeftDepth() ? 1 : schedule.getColumnBlock() / kWords / vectors;
  }
  bool areTilesEven() {
    std::optional<int64_t> known = getConstant(tiles);
    return known && *known % 2 == 0;
  }
  mlir::Value sumTile(mlir::Value rowTile, mlir::Value panel, mlir::Value vector) {
    mlir::Value place = sumPanels() == 1 ? b.index(0) : b.sub(panel, block.panelBegin);
    return b.add(b.mul(b.add(b.mul(rowTile, sumPanels()), place), vectors), vector);
  }
  mlir::Value compare(mlir::arith::CmpIPredicate predicate, mlir::Value lhs, mlir::Value rhs) {
    return b.createOrFold<mlir::arith::CmpIOp>(predicate, lhs, rhs);
  }
  mlir::Value select(mlir::Value condition, mlir::Value yes, mlir::Value no) {
    return b.createOrFold<mlir::arith::SelectOp>(condition, yes, no);
  }
  mlir::VectorType floats() { return mlir::VectorType::get(kWords, b.getF32Type()); }
  mlir::Value noLane() {
    return mlir::arith::ConstantOp::create(b, b.getZeroAttr(mlir::VectorType::get(kWords, b.getI1Type())));
  }
  void store(mlir::Value tiles, mlir::Value tile, mlir::Value row, mlir::Value words) {
    mlir::vector::StoreOp::create(b, words, tiles, mlir::ValueRange{tile, row, b.index(0)});
  }

  IndexBuilder &b;
  const AmxBlock &block;
  AmxAttr schedule;
  AmxUnit unit;
  int64_t rightDepth, vectors;
  /// What a group of rows sees to with each block of steps and pair of vectors: rows of the next right part to split,
  /// and steps of another to fetch.
  mlir::Value rowsToSplit, stepsToFetch;
  mlir::Value left, right, sums;      ///< on the stack
  mlir::Value vectorLeft, vectorSums; ///< the same of the rows for vectors, which are f32 all the time
  mlir::Value rows, tiles;            ///< of the block, tiles of 16 rows
  mlir::Value leftDepth;              ///< steps of the left operand that are pieces at a time
};

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_AMXBLOCKEMITTER_H

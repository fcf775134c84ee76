//===- TransposeTiles.cpp - transposing generics, tile by tile -------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the outputs are contiguous along one loop (the lanes') and an input
// along another (the rows'), a square tile is loaded along the rows' loop,
// transposed in registers, computed on and stored along the lanes' loop. Each
// tile touches whole cache lines on both sides. Where the lanes are few and
// the rows follow each other in the outputs (channels of an image put last),
// the rows are interleaved instead, to whole vectors.
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/LaneChoice.h"
#include "codegen/vector/NestEmitter.h"
#include "codegen/vector/SquareTranspose.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace ingot {

/// Loops shorter than this do not fill a tile.
static constexpr int64_t kMinExtent = 3;
/// Lanes of which whole vectors are made by fewer shuffles than a square takes.
static constexpr int64_t kMostInterleaved = 4;

static bool isTransposed(const StridedOperand &operand, unsigned laneDim, unsigned rowDim) {
  return operand.base && !operand.isOutput && !operand.argument.use_empty() && operand.strides[rowDim].is(1) &&
         !operand.strides[laneDim].is(0) && !operand.strides[laneDim].is(1);
}

static bool isTooShort(const Extent &size) { return size.isKnown() && size.factor < kMinExtent; }

std::optional<TransposeDims> chooseTranspose(linalg::GenericOp op, const IterationSpace &space, int64_t lanes) {
  if (lanes < 2 || op.getNumReductionLoops() > 0)
    return std::nullopt;
  auto isContiguousOutput = [&](unsigned dim) {
    return llvm::all_of(space.operands, [&](const StridedOperand &operand) {
      return !operand.isOutput || (operand.strides[dim].is(1) && operand.argument.use_empty());
    });
  };
  for (unsigned laneDim = 0; laneDim < space.dims.size(); ++laneDim) {
    if (!isContiguousOutput(laneDim) || isTooShort(space.dims[laneDim].size))
      continue;
    for (unsigned rowDim = 0; rowDim < space.dims.size(); ++rowDim) {
      if (rowDim == laneDim || isTooShort(space.dims[rowDim].size))
        continue;
      bool applies = llvm::any_of(
          space.operands, [&](const StridedOperand &operand) { return isTransposed(operand, laneDim, rowDim); });
      if (applies && isVectorizableAlong(op, space, laneDim))
        return TransposeDims{laneDim, rowDim};
    }
  }
  return std::nullopt;
}

/// Whether a tile of few lanes is contiguous in the outputs as a whole, so that rows need no stores of their own.
bool NestEmitter::interleavesRows() {
  const Extent &lanes = space.dims[*laneDim].size;
  if (!lanes.isKnown() || lanes.factor > std::min(kMostInterleaved, schedule.lanes) || op.hasIndexSemantics() ||
      IndexMath::known(begins[*laneDim]) != 0 || IndexMath::known(ends[*laneDim]) != lanes.factor)
    return false;
  return llvm::all_of(space.operands, [&](const StridedOperand &operand) {
    if (operand.isOutput)
      return operand.strides[*rowDim].is(lanes.factor);
    return !operand.base || operand.argument.use_empty() || isTransposed(operand, *laneDim, *rowDim);
  });
}

/// Elements `piece` * size to (`piece` + 1) * size of the rows of `columns`, one after another.
static Value interleaveColumns(ImplicitLocOpBuilder &b, ArrayRef<Value> columns, int64_t piece) {
  int64_t size = cast<VectorType>(columns.front().getType()).getNumElements(), count = columns.size();
  Value result = columns.front();
  for (int64_t column = 1; column < count; ++column) {
    SmallVector<int64_t> picks;
    for (int64_t lane = 0; lane < size; ++lane) {
      int64_t element = piece * size + lane, row = element / count, from = element % count;
      bool isPlaced = column > 1 || from > 1;
      picks.push_back(from == column ? size + row : isPlaced ? lane : row);
    }
    result = vector::ShuffleOp::create(b, result, columns[column], picks);
  }
  return result;
}

/// As many rows as a vector has elements, all lanes of each: whole vectors go in and out.
void NestEmitter::emitInterleaved(const Cursor &cursor) {
  int64_t numLanes = space.dims[*laneDim].size.factor;
  SmallVector<Values> columns(space.operands.size());
  for (auto [position, operand] : llvm::enumerate(space.operands)) {
    if (!isTransposed(operand, *laneDim, *rowDim))
      continue;
    Index stride = space.materialize(b, operand.strides[*laneDim]);
    for (int64_t lane = 0; lane < numLanes; ++lane) {
      Index offset = math.add(cursor.offsets[position], math.mul(math.constant(lane), stride));
      columns[position].push_back(loadLanes(b, operand.base, offset, math.constant(1), Lanes{schedule.lanes, {}}));
    }
  }
  for (int64_t piece = 0; piece < numLanes; ++piece) {
    Cursor at = cursor;
    for (auto [position, operand] : llvm::enumerate(space.operands)) {
      if (operand.isOutput)
        at.offsets[position] = math.add(at.offsets[position], math.constant(piece * schedule.lanes));
      if (!columns[position].empty())
        hoisted[position] = interleaveColumns(b, columns[position], piece);
    }
    Lanes lanes{schedule.lanes, {}};
    storeOutputs(at, lanes, emitBody(at, lanes, Values(op.getNumDpsInits())));
    llvm::fill(hoisted, Value());
  }
}

/// Loads a tile of every transposed operand; `lines[operand]` are its vectors along the lanes' loop, one a row.
SmallVector<NestEmitter::Values> NestEmitter::loadTransposed(const Cursor &cursor, Index numLanes, Value rowMask) {
  SmallVector<Values> lines(space.operands.size());
  for (auto [position, operand] : llvm::enumerate(space.operands)) {
    if (!isTransposed(operand, *laneDim, *rowDim))
      continue;
    Index stride = space.materialize(b, operand.strides[*laneDim]);
    auto known = IndexMath::known(numLanes);
    Values loads;
    for (int64_t lane = 0; lane < schedule.lanes; ++lane) {
      // Beyond the edge: any vector does, nothing of it is stored.
      if (known && lane >= *known) {
        loads.push_back(loads.front());
        continue;
      }
      Index at = known ? math.constant(lane) : math.min(math.constant(lane), math.sub(numLanes, math.constant(1)));
      Index offset = math.add(cursor.offsets[position], math.mul(at, stride));
      loads.push_back(loadLanes(b, operand.base, offset, math.constant(1), Lanes{schedule.lanes, rowMask}));
    }
    lines[position] = transposeSquare(b, loads);
  }
  return lines;
}

void NestEmitter::emitTransposedRow(const Cursor &cursor, const Lanes &lanes, int64_t row, ArrayRef<Values> lines) {
  Cursor at = advance(cursor, *rowDim, math.constant(row));
  for (auto [value, line] : llvm::zip(hoisted, lines))
    value = line.empty() ? Value() : line[row];
  storeOutputs(at, lanes, emitBody(at, lanes, Values(op.getNumDpsInits())));
  llvm::fill(hoisted, Value());
}

void NestEmitter::emitFullTile(const Cursor &cursor) {
  SmallVector<Values> lines = loadTransposed(cursor, math.constant(schedule.lanes), Value());
  for (int64_t row = 0; row < schedule.lanes; ++row)
    emitTransposedRow(cursor, Lanes{schedule.lanes, {}}, row, lines);
}

/// A tile at the edge: under masks where they are cheap, else element by element.
void NestEmitter::emitEdgeTile(const Cursor &cursor, Index numRows, Index numLanes) {
  if (!schedule.masks) {
    emitLoop(math.constant(0), numRows, 1, {}, [&](Index row, ValueRange) {
      Cursor inRow = advance(cursor, *rowDim, row);
      emitLoop(math.constant(0), numLanes, 1, {}, [&](Index lane, ValueRange) {
        emitTile(advance(inRow, *laneDim, lane), 1, Lanes{});
        return Values();
      });
      return Values();
    });
    return;
  }
  SmallVector<Values> lines = loadTransposed(cursor, numLanes, maskUpTo(numRows));
  Lanes lanes{schedule.lanes, maskUpTo(numLanes)};
  auto known = IndexMath::known(numRows);
  for (int64_t row = 0; row < (known ? *known : schedule.lanes); ++row) {
    if (known) {
      emitTransposedRow(cursor, lanes, row, lines);
      continue;
    }
    Value isInside =
        arith::CmpIOp::create(b, arith::CmpIPredicate::slt, math.value(math.constant(row)), math.value(numRows));
    auto ifOp = scf::IfOp::create(b, isInside, /*withElseRegion=*/false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(ifOp.thenBlock()->getTerminator());
    emitTransposedRow(cursor, lanes, row, lines);
  }
}

/// One tile of at most lanes x lanes at `cursor`.
void NestEmitter::emitTransposeTile(const Cursor &cursor, Index rowsLeft, Index lanesLeft) {
  Index size = math.constant(schedule.lanes);
  auto rows = IndexMath::known(rowsLeft), lanes = IndexMath::known(lanesLeft);
  bool interleaves = interleavesRows();
  auto emitWhole = [&] { interleaves ? emitInterleaved(cursor) : emitFullTile(cursor); };
  if (rows && *rows >= schedule.lanes && (interleaves || (lanes && *lanes >= schedule.lanes)))
    return emitWhole();
  Index numRows = math.min(rowsLeft, size), numLanes = math.min(lanesLeft, size);
  Value least = math.value(interleaves ? numRows : math.min(numRows, numLanes));
  Value isFull = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, least, math.value(size));
  auto ifOp = scf::IfOp::create(b, isFull, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(ifOp.thenBlock()->getTerminator());
  emitWhole();
  b.setInsertionPoint(ifOp.elseBlock()->getTerminator());
  emitEdgeTile(cursor, numRows, numLanes);
}

/// What is left from `index` to `end` of a loop in steps of a tile: known where every tile is full or there is one.
Index NestEmitter::leftInTile(Index begin, Index index, Index end) {
  auto first = IndexMath::known(begin), last = IndexMath::known(end);
  if (first && last && *last - *first <= schedule.lanes)
    return math.constant(*last - *first);
  if (first && last && (*last - *first) % schedule.lanes == 0)
    return math.constant(schedule.lanes);
  return math.sub(end, index);
}

void NestEmitter::emitTransposed(const Cursor &cursor) {
  unsigned lane = *laneDim, row = *rowDim;
  emitLoop(begins[row], ends[row], schedule.lanes, {}, [&](Index rowIndex, ValueRange) {
    Cursor atRow = advance(cursor, row, rowIndex);
    Index rowsLeft = leftInTile(begins[row], rowIndex, ends[row]);
    emitLoop(begins[lane], ends[lane], schedule.lanes, {}, [&](Index laneIndex, ValueRange) {
      emitTransposeTile(advance(atRow, lane, laneIndex), rowsLeft, leftInTile(begins[lane], laneIndex, ends[lane]));
      return Values();
    });
    return Values();
  });
}

} // namespace ingot

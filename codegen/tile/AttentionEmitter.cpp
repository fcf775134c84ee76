//===- AttentionEmitter.cpp - tile.attention to loops and vectors ----------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   parallel (batch, block of queries) {
//     for each block of keys {
//       copy its keys, transposed, and its values into packed order on the stack
//       for each register tile of queries {
//         scores = queries * keys, on the stack
//         scores = e^(scores - largest of the row so far)
//         sums = [sums, corrected for a larger score] + scores * values
//       }
//     }
//     out = sums / sum of the row's scores
//   }
//
// All scores there ever are in memory are those of a register tile and a block
// of keys. With a single block of keys the sums stay in registers.
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Emitters.h"
#include "codegen/tile/PanelCopy.h"
#include "codegen/tile/RegisterTile.h"
#include "codegen/tile/RowSoftmax.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

namespace {

class AttentionEmitter {
public:
  AttentionEmitter(IndexBuilder &builder, AttentionOp attention)
      : b(builder), op(attention), schedule(*attention.getSchedule()), lanes(schedule.getLanes()),
        columns(schedule.getColumns()), multiplier(builder, Type(builder.getF32Type()), lanes),
        softmax(builder, attention) {}

  void emit();

private:
  /// Rows [begin, end) at one point of the batch.
  struct Queries {
    SmallVector<Value> batch;
    Value begin, end;
  };
  /// Keys [begin, end).
  struct Keys {
    Value begin, end;
  };
  /// Columns of the values that a register tile holds: tile `index` of several, `first` on.
  struct Columns {
    Value memory, index, first;
    int64_t vectors;
  };
  /// Register tile of queries from `first` on, which need the keys of a block up to `seen`.
  struct Tile {
    int64_t rows;
    Value first, seen;
  };

  void allocate();
  SmallVector<Value> indices(Value operand, const Queries &queries, ValueRange matrix);
  Value slab(Value memory, Value index);
  Value load(Value memory, Value index) { return memref::LoadOp::create(b, memory, index); }
  void store(Value value, Value memory, Value index) { memref::StoreOp::create(b, value, memory, index); }
  /// Keys, of those from `keys.begin` on, that come at or before query `query`'s own.
  Value seenFrom(Value query, const Keys &keys);
  void copyBlock(const Queries &queries, const Keys &keys);
  void forEachColumns(function_ref<void(const Columns &)> body);
  void forEachTile(const Queries &queries, const Keys &keys, function_ref<void(const Tile &)> body);
  void emitBlock(const Queries &queries, const Keys &keys);
  void formScores(const Queries &queries, const Tile &tile);
  void formScores(const Queries &queries, const Tile &tile, Value key, int64_t vectors);
  void formWeights(const Queries &queries, const Keys &keys, const Tile &tile);
  void sumValues(const Queries &queries, const Tile &tile, const Columns &at);
  void startRows(const Queries &queries);
  void finishRows(const Queries &queries);
  void storeOut(const Queries &queries, Value query, const Columns &at, int64_t vector, Value sum);
  RegisterTile registers(int64_t rows, int64_t vectors) const;

  IndexBuilder &b;
  AttentionOp op;
  ScheduleAttr schedule;
  int64_t lanes, columns;
  Multiplier multiplier;
  RowSoftmax softmax;
  Value rows, keyCount, keyColumns;
  bool oneBlock = false;

  // On the stack.
  Value packedKeys;              ///< [tiles of keys][D][columns]
  Value packedValues, lastValues; ///< [tiles of columns][keys][columns], and the columns that are left
  Value scores;                  ///< [rows of a tile][keys]
  Value factors;                 ///< [rows of a tile]: the largest score, then what the sums are multiplied by
  Value maxima, sums, sumsOfValues, lastSums; ///< of the block of queries, between blocks of keys
};

} // namespace

/// Multiply-adds in flight that hide their latency.
static constexpr int64_t kInFlight = 8;

void AttentionEmitter::emit() {
  unsigned batchRank = op.getBatchRank();
  rows = b.dim(op.getOut(), batchRank);
  keyCount = b.dim(op.getKey(), batchRank);
  keyColumns = b.index(op.getKeyColumns());
  oneBlock = !ShapedType::isDynamic(op.getKeys()) && op.getKeys() <= schedule.getPanel();
  SmallVector<Value> sizes;
  for (unsigned i = 0; i < batchRank; ++i)
    sizes.push_back(b.dim(op.getOut(), i));
  sizes.push_back(b.ceilDiv(rows, schedule.getRowBlock()));
  b.box(sizes, schedule.getParallel(), [&](ValueRange ivs) {
    Queries queries{llvm::to_vector(ivs.drop_back()), b.mul(ivs.back(), schedule.getRowBlock()), Value()};
    queries.end = b.min(rows, b.add(queries.begin, schedule.getRowBlock()));
    allocate();
    Value end = seenFrom(b.sub(queries.end, b.index(1)), {b.index(0), keyCount});
    if (oneBlock)
      return emitBlock(queries, {b.index(0), end});
    startRows(queries);
    b.loop(b.index(0), end, schedule.getPanel(), [&](Value begin) {
      emitBlock(queries, {begin, b.min(end, b.add(begin, schedule.getPanel()))});
    });
    finishRows(queries);
  });
}

void AttentionEmitter::allocate() {
  Type f32 = b.getF32Type();
  int64_t panel = schedule.getPanel(), full = op.getValueColumns() / columns;
  int64_t last = llvm::alignTo(op.getValueColumns() % columns, lanes);
  packedKeys = b.stackBuffer({panel / columns, op.getKeyColumns(), columns}, f32);
  packedValues = full ? b.stackBuffer({full, panel, columns}, f32) : Value();
  lastValues = last ? b.stackBuffer({1, panel, last}, f32) : Value();
  // A row more than the keys need keeps rows of the tile apart in the cache, and has room for a ragged vector.
  scores = b.stackBuffer({schedule.getRows(), panel + lanes}, f32);
  factors = b.stackBuffer({schedule.getRows()}, f32);
  if (oneBlock)
    return;
  maxima = b.stackBuffer({schedule.getRowBlock()}, f32);
  sums = b.stackBuffer({schedule.getRowBlock()}, f32);
  sumsOfValues = full ? b.stackBuffer({full, schedule.getRowBlock(), columns}, f32) : Value();
  lastSums = last ? b.stackBuffer({1, schedule.getRowBlock(), last}, f32) : Value();
}

/// Indices of an operand of the output's rank, a static 1 repeated.
SmallVector<Value> AttentionEmitter::indices(Value operand, const Queries &queries, ValueRange matrix) {
  SmallVector<Value> all(queries.batch);
  llvm::append_range(all, matrix);
  auto type = cast<MemRefType>(operand.getType());
  for (unsigned i = 0; i + 1 < all.size(); ++i)
    if (type.getDimSize(i) == 1)
      all[i] = b.index(0);
  return all;
}

/// The matrix at `index` of `memory`.
Value AttentionEmitter::slab(Value memory, Value index) {
  auto type = cast<MemRefType>(memory.getType());
  SmallVector<OpFoldResult> offsets{getAsOpFoldResult(index), b.getIndexAttr(0), b.getIndexAttr(0)};
  SmallVector<OpFoldResult> sizes = {b.getIndexAttr(1), b.getIndexAttr(type.getDimSize(1)),
                                     b.getIndexAttr(type.getDimSize(2))};
  SmallVector<OpFoldResult> strides(3, b.getIndexAttr(1));
  auto result =
      memref::SubViewOp::inferRankReducedResultType(type.getShape().drop_front(), type, offsets, sizes, strides);
  return memref::SubViewOp::create(b, cast<MemRefType>(result), memory, offsets, sizes, strides);
}

Value AttentionEmitter::seenFrom(Value query, const Keys &keys) {
  Value all = b.sub(keys.end, keys.begin);
  if (!op.getOffset())
    return all;
  Value seen = b.sub(b.add(b.add(query, op.getOffset()), 1), keys.begin);
  return b.max(b.index(0), b.min(all, seen));
}

RegisterTile AttentionEmitter::registers(int64_t tileRows, int64_t vectors) const {
  return {tileRows, vectors, std::max<int64_t>(1, kInFlight / (tileRows * vectors))};
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

void AttentionEmitter::forEachColumns(function_ref<void(const Columns &)> body) {
  int64_t full = op.getValueColumns() / columns;
  b.loop(b.index(0), b.index(full), 1, [&](Value i) {
    body({packedValues, i, b.mul(i, columns), columns / lanes});
  });
  if (int64_t rest = op.getValueColumns() % columns)
    body({lastValues, b.index(0), b.index(full * columns), (rest + lanes - 1) / lanes});
}

void AttentionEmitter::forEachTile(const Queries &queries, const Keys &keys, function_ref<void(const Tile &)> body) {
  SmallVector<int64_t> tails = getTailRows(schedule.getRows(), getConstant(rows));
  emitRowTiles(b, queries.begin, queries.end, schedule.getRows(), tails, [&](int64_t tileRows, Value first) {
    body({tileRows, first, seenFrom(b.add(first, tileRows - 1), keys)});
  });
}

void AttentionEmitter::emitBlock(const Queries &queries, const Keys &keys) {
  copyBlock(queries, keys);
  forEachTile(queries, keys, [&](const Tile &tile) {
    formScores(queries, tile);
    formWeights(queries, keys, tile);
    forEachColumns([&](const Columns &at) { sumValues(queries, tile, at); });
  });
}

void AttentionEmitter::copyBlock(const Queries &queries, const Keys &keys) {
  Value count = b.sub(keys.end, keys.begin);
  auto batchOf = [&](Value operand) {
    return llvm::to_vector(ArrayRef<Value>(indices(operand, queries, {b.index(0), b.index(0)})).drop_back(2));
  };
  bool raggedKeys = ShapedType::isDynamic(op.getKeys()) || op.getKeys() % columns != 0;
  b.loop(b.index(0), b.ceilDiv(count, columns), 1, [&](Value i) {
    PanelCopy copy(b, multiplier, {op.getKey(), RhsLayout::transposed, batchOf(op.getKey())}, slab(packedKeys, i),
                   b.add(keys.begin, b.mul(i, columns)), keyCount, raggedKeys, schedule.getMasks());
    copy.copy(b.index(0), keyColumns);
  });
  forEachColumns([&](const Columns &at) {
    PanelCopy copy(b, multiplier, {op.getValue(), RhsLayout::row_major, batchOf(op.getValue())},
                   slab(at.memory, at.index), at.first, b.index(op.getValueColumns()),
                   op.getValueColumns() % (at.vectors * lanes) != 0, schedule.getMasks());
    copy.copy(keys.begin, keys.end);
  });
}

//===----------------------------------------------------------------------===//
// One register tile of queries
//===----------------------------------------------------------------------===//

void AttentionEmitter::formScores(const Queries &queries, const Tile &tile) {
  // What is left of a panel of four vectors is done in pieces of two.
  int64_t vectors = columns / lanes, few = vectors == 4 ? 2 : vectors;
  Value whole = few < vectors ? b.alignDown(tile.seen, columns) : b.index(0);
  b.loop(b.index(0), whole, columns, [&](Value key) { formScores(queries, tile, key, vectors); });
  b.loop(whole, tile.seen, few * lanes, [&](Value key) { formScores(queries, tile, key, few); });
}

/// The scores of `vectors` of keys from `key` on.
void AttentionEmitter::formScores(const Queries &queries, const Tile &tile, Value key, int64_t vectors) {
  RegisterTile shape = registers(tile.rows, vectors);
  Value panel = b.div(key, columns), first = b.sub(key, b.mul(panel, columns));
  auto totals = reduce(b, shape, b.index(0), keyColumns, shape.getUnroll(schedule), shape.start(multiplier),
                       [&](Value d, MutableArrayRef<Value> stepSums) {
                         auto loadLeft = [&](int64_t r) {
                           auto at = indices(op.getQuery(), queries, {b.add(tile.first, r), d});
                           return multiplier.loadLeft(op.getQuery(), at, Value());
                         };
                         auto loadRight = [&](int64_t v) {
                           return multiplier.loadRight(packedKeys, {panel, d, b.add(first, v * lanes)});
                         };
                         accumulate(multiplier, shape, {0, tile.rows}, {loadLeft, loadRight}, stepSums);
                       });
  for (auto [i, total] : llvm::enumerate(shape.combine(multiplier, totals)))
    vector::StoreOp::create(b, total, scores, ValueRange{b.index(i / vectors), b.add(key, i % vectors * lanes)});
}

/// Row after row in each step: what one row waits for, the next ones hide.
void AttentionEmitter::formWeights(const Queries &queries, const Keys &keys, const Tile &tile) {
  auto forEachRow = [&](function_ref<void(Value r, Value query, const ScoreRow &row)> body) {
    b.loop(b.index(0), b.index(tile.rows), 1, [&](Value r) {
      Value query = b.add(tile.first, r);
      ScoreRow row{scores, r, tile.seen, tile.seen, {}};
      if (op.getOffset())
        row.count = b.min(tile.seen, seenFrom(query, keys));
      if (op.getMask())
        row.mask = indices(op.getMask(), queries, {query, keys.begin});
      body(r, query, row);
    });
  };
  forEachRow([&](Value r, Value query, const ScoreRow &row) {
    Value before = oneBlock ? softmax.least() : load(maxima, b.sub(query, queries.begin));
    store(softmax.largest(row, before), factors, r);
  });
  forEachRow([&](Value r, Value query, const ScoreRow &row) {
    Value largest = load(factors, r), added = softmax.weigh(row, largest);
    if (oneBlock)
      return store(softmax.inverse(added), factors, r);
    Value inBlock = b.sub(query, queries.begin);
    Value factor = softmax.correction(load(maxima, inBlock), largest);
    store(arith::AddFOp::create(b, arith::MulFOp::create(b, load(sums, inBlock), factor), added), sums, inBlock);
    store(largest, maxima, inBlock);
    store(factor, factors, r);
  });
}

void AttentionEmitter::sumValues(const Queries &queries, const Tile &tile, const Columns &at) {
  RegisterTile shape = registers(tile.rows, at.vectors);
  auto factor = [&](int64_t r) {
    return multiplier.broadcast(load(factors, b.index(r)));
  };
  Value waiting = at.memory == lastValues ? lastSums : sumsOfValues;
  auto place = [&](int64_t i) {
    Value row = b.add(b.sub(tile.first, queries.begin), i / shape.vectors);
    return SmallVector<Value>{at.index, row, b.index(i % shape.vectors * lanes)};
  };
  SmallVector<Value> start = shape.start(multiplier);
  for (int64_t i = 0; i < shape.size() && !oneBlock; ++i)
    start[i] = arith::MulFOp::create(
        b, vector::LoadOp::create(b, multiplier.getSumVector(), waiting, place(i)), factor(i / shape.vectors));
  auto totals = reduce(b, shape, b.index(0), tile.seen, shape.getUnroll(schedule), start,
                       [&](Value key, MutableArrayRef<Value> stepSums) {
                         auto loadLeft = [&](int64_t r) {
                           return multiplier.loadLeft(scores, {b.index(r), key}, Value());
                         };
                         auto loadRight = [&](int64_t v) {
                           return multiplier.loadRight(at.memory, {at.index, key, b.index(v * lanes)});
                         };
                         accumulate(multiplier, shape, {0, tile.rows}, {loadLeft, loadRight}, stepSums);
                       });
  for (auto [i, total] : llvm::enumerate(shape.combine(multiplier, totals))) {
    int64_t row = i / shape.vectors, vector = i % shape.vectors;
    if (oneBlock)
      storeOut(queries, b.add(tile.first, row), at, vector, arith::MulFOp::create(b, total, factor(row)));
    else
      vector::StoreOp::create(b, total, waiting, place(i));
  }
}

void AttentionEmitter::storeOut(const Queries &queries, Value query, const Columns &at, int64_t vector, Value sum) {
  Value column = b.add(at.first, vector * lanes);
  SmallVector<Value> to = indices(op.getOut(), queries, {query, column});
  std::optional<int64_t> first = getConstant(column);
  int64_t valid = first ? std::min(lanes, op.getValueColumns() - *first) : lanes;
  if (valid == lanes) {
    vector::StoreOp::create(b, sum, op.getOut(), to);
    return;
  }
  if (schedule.getMasks()) {
    Value mask = vector::CreateMaskOp::create(b, VectorType::get(lanes, b.getI1Type()), ValueRange{b.index(valid)});
    vector::MaskedStoreOp::create(b, op.getOut(), to, mask, sum);
    return;
  }
  for (int64_t i = 0; i < valid; ++i) {
    to.back() = b.add(column, i);
    memref::StoreOp::create(b, vector::ExtractOp::create(b, sum, i), op.getOut(), to);
  }
}

//===----------------------------------------------------------------------===//
// Between blocks of keys
//===----------------------------------------------------------------------===//

void AttentionEmitter::startRows(const Queries &queries) {
  Value zero = arith::ConstantOp::create(b, b.getF32FloatAttr(0));
  b.loop(b.index(0), b.sub(queries.end, queries.begin), 1, [&](Value row) {
    store(softmax.least(), maxima, row);
    store(zero, sums, row);
    forEachColumns([&](const Columns &at) {
      for (int64_t v = 0; v < at.vectors; ++v)
        vector::StoreOp::create(b, multiplier.zero(), at.memory == lastValues ? lastSums : sumsOfValues,
                                ValueRange{at.index, row, b.index(v * lanes)});
    });
  });
}

void AttentionEmitter::finishRows(const Queries &queries) {
  b.loop(b.index(0), b.sub(queries.end, queries.begin), 1, [&](Value row) {
    Value factor = multiplier.broadcast(softmax.inverse(load(sums, row)));
    forEachColumns([&](const Columns &at) {
      for (int64_t v = 0; v < at.vectors; ++v) {
        Value total = vector::LoadOp::create(b, multiplier.getSumVector(),
                                             at.memory == lastValues ? lastSums : sumsOfValues,
                                             ValueRange{at.index, row, b.index(v * lanes)});
        storeOut(queries, b.add(queries.begin, row), at, v, arith::MulFOp::create(b, total, factor));
      }
    });
  });
}

void ingot::tile::emitAttention(IndexBuilder &builder, AttentionOp op) { AttentionEmitter(builder, op).emit(); }

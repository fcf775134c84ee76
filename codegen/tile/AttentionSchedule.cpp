//===- AttentionSchedule.cpp - Chooses how attention becomes loops ---------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/AttentionSchedule.h"

#include "codegen/tile/Packing.h"
#include "codegen/tile/TileSchedule.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

/// Vectors of a register tile's row, scores having columns enough for the most: the widest row of a tile that 32
/// registers hold has the fewest loads for each multiply-add.
static constexpr int64_t kLeastVectors = 2, kMostVectors = 4;
/// Copies of a step of a product.
static constexpr int64_t kUnroll = 4;
/// Queries that share a packed block of keys: of few points of the batch, and of so many that threads have enough to do
/// without blocks of queries.
static constexpr int64_t kRowBlock = 128, kLargeRowBlock = 512;
/// Points of the batch from which on they have.
static constexpr int64_t kEnoughBatch = 4;
/// Keys of a block at most, so that the scores of a register tile stay in the first cache.
static constexpr int64_t kMostKeys = 512;

static int64_t multiply(ArrayRef<int64_t> sizes) {
  if (llvm::is_contained(sizes, ShapedType::kDynamic))
    return ShapedType::kDynamic;
  int64_t product = 1;
  for (int64_t size : sizes)
    product *= size;
  return product;
}

/// Vectors of a row for values of `all`: the most that leave no tile of a single one.
static int64_t chooseVectors(TargetAttr target, int64_t all) {
  if (target.getRegisters() < 32)
    return kLeastVectors;
  for (int64_t vectors = kMostVectors; vectors > kLeastVectors; --vectors)
    if (vectors <= all && all % vectors != 1)
      return vectors;
  return kLeastVectors;
}

/// Queries that share a packed block of keys. Sums of values that wait for the next block take a sixteenth of the
/// second cache at most.
static int64_t chooseRowBlock(AttentionOp op, TargetAttr target, int64_t rows, int64_t batch, int64_t keys) {
  if (ShapedType::isDynamic(op.getRows()))
    return llvm::alignTo(kRowBlock, rows);
  int64_t most = !ShapedType::isDynamic(batch) && batch < kEnoughBatch ? kRowBlock : kLargeRowBlock;
  bool waits = ShapedType::isDynamic(op.getKeys()) || op.getKeys() > keys;
  if (waits)
    most = std::clamp<int64_t>(target.getL2() / 16 / 4 / std::max<int64_t>(op.getValueColumns(), 1), kRowBlock, most);
  int64_t queries = std::max<int64_t>(op.getRows(), 1);
  return llvm::alignTo(llvm::divideCeil(queries, llvm::divideCeil(queries, most)), rows);
}

ScheduleAttr ingot::tile::scheduleAttention(AttentionOp op, TargetAttr target) {
  int64_t lanes = getLanes(target, op.getOut().getType().getElementType());
  int64_t vectors = chooseVectors(target, llvm::divideCeil(std::max<int64_t>(op.getValueColumns(), 1), lanes));
  int64_t columns = vectors * lanes;
  int64_t rows = chooseRows({target, lanes, vectors, op.getRows(), op.getKeyColumns()}, getMaxRows(target, vectors));
  // A quarter of the second cache for the packed keys, and one for the values.
  int64_t widest = std::max<int64_t>(op.getKeyColumns(), llvm::alignTo(op.getValueColumns(), lanes));
  int64_t keys = llvm::alignDown(std::max(std::min(target.getL2() / 16 / widest, kMostKeys), columns), columns);
  if (!ShapedType::isDynamic(op.getKeys()))
    keys = std::min<int64_t>(keys, llvm::alignTo(std::max<int64_t>(op.getKeys(), 1), columns));
  ArrayRef<int64_t> out = op.getOut().getType().getShape();
  int64_t batch = multiply(out.drop_back(2)), work = multiply({batch, op.getRows(), op.getKeys(), widest, 2});
  return ScheduleAttr::get(op.getContext(), rows, columns, lanes, kUnroll, /*split=*/1,
                           chooseRowBlock(op, target, rows, batch, keys), /*lineBlock=*/0, keys, target.getMasks(),
                           isWorthThreads(work), /*prefetch=*/false, /*ahead=*/0);
}

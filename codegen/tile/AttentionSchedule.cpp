//===- AttentionSchedule.cpp - Chooses how attention becomes loops ---------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/AttentionSchedule.h"

#include "codegen/tile/Packing.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

/// Vectors of a register tile's row: two leave enough rows for the loads of either operand to hide.
static constexpr int64_t kVectors = 2;
/// Rows of a register tile at most, and queries that share a packed block of keys: as many as wait for the next one, or
/// up to the second number where none do.
static constexpr int64_t kMostRows = 12, kRowBlock = 128, kFreeRowBlock = 512;
/// Points of the batch from which on threads have enough to do without blocks of queries.
static constexpr int64_t kEnoughBatch = 4;
/// Keys of a block at most, so that the scores of a register tile stay in the first cache.
static constexpr int64_t kMostKeys = 512;
/// Multiply-adds below which waking a thread costs more than it brings.
static constexpr int64_t kSerialWork = 1 << 17;

static int64_t multiply(ArrayRef<int64_t> sizes) {
  if (llvm::is_contained(sizes, ShapedType::kDynamic))
    return ShapedType::kDynamic;
  int64_t product = 1;
  for (int64_t size : sizes)
    product *= size;
  return product;
}

/// The row count that covers all rows with the fewest tiles, of the least code.
static int64_t chooseRows(int64_t rows, int64_t most) {
  if (ShapedType::isDynamic(rows))
    return llvm::bit_floor(static_cast<uint64_t>(most));
  rows = std::max<int64_t>(rows, 1);
  int64_t tiles = llvm::divideCeil(rows, most);
  return llvm::divideCeil(rows, tiles);
}

ScheduleAttr ingot::tile::scheduleAttention(AttentionOp op, TargetAttr target) {
  int64_t lanes = getLanes(target, op.getOut().getType().getElementType()), columns = kVectors * lanes;
  int64_t rows = chooseRows(op.getRows(),
                            std::clamp<int64_t>((target.getRegisters() - 2 - kVectors) / kVectors, 1, kMostRows));
  // A quarter of the second cache for the packed keys, and one for the values.
  int64_t widest = std::max<int64_t>(op.getKeyColumns(), llvm::alignTo(op.getValueColumns(), lanes));
  int64_t fitting = llvm::alignDown(std::max(target.getL2() / 16 / widest, columns), columns);
  int64_t keys = std::min(fitting, kMostKeys);
  if (!ShapedType::isDynamic(op.getKeys()))
    keys = std::min<int64_t>(keys, llvm::alignTo(std::max<int64_t>(op.getKeys(), 1), columns));
  ArrayRef<int64_t> out = op.getOut().getType().getShape();
  int64_t batch = multiply(out.drop_back(2)), work = multiply({batch, op.getRows(), op.getKeys(), widest, 2});
  int64_t block = kRowBlock;
  bool free = !ShapedType::isDynamic(op.getKeys()) && op.getKeys() <= keys && !ShapedType::isDynamic(op.getRows());
  if (free && (op.getRows() <= kRowBlock || (batch >= kEnoughBatch && op.getRows() <= kFreeRowBlock)))
    block = std::max<int64_t>(op.getRows(), 1);
  return ScheduleAttr::get(op.getContext(), rows, columns, lanes, /*unroll=*/1, /*split=*/1,
                           llvm::alignTo(block, rows), /*lineBlock=*/0, keys, target.getMasks(),
                           /*parallel=*/ShapedType::isDynamic(work) || work > kSerialWork,
                           /*prefetch=*/false, /*ahead=*/0);
}

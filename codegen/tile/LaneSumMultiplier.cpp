//===- LaneSumMultiplier.cpp - Reductions in the lanes ---------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/LaneSumMultiplier.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot::tile;

Value LaneSumMultiplier::loadLeft(Value memref, ValueRange indices, Value rest) {
  auto type = VectorType::get(depth, cast<MemRefType>(memref.getType()).getElementType());
  if (!rest)
    return extendLeft(vector::LoadOp::create(b, type, memref, indices));
  Value mask = vector::CreateMaskOp::create(b, type.clone(b.getI1Type()), rest);
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(type));
  return extendLeft(vector::MaskedLoadOp::create(b, type, memref, indices, mask, zero));
}

Value LaneSumMultiplier::loadRight(Value memref, ValueRange indices) {
  auto type = VectorType::get(depth, cast<MemRefType>(memref.getType()).getElementType());
  return extendRight(vector::LoadOp::create(b, type, memref, indices));
}

/// The sums of each group's lanes, for one column after another: log2 rounds of adding neighbours of two vectors.
Value LaneSumMultiplier::addInGroups(ValueRange columns) {
  int64_t width = depth / groups;
  SmallVector<int64_t> even, odd;
  for (int64_t lane = 0; lane < depth; ++lane) {
    int64_t group = lane / width, pair = lane % width;
    int64_t first = pair < width / 2 ? 2 * pair : depth + 2 * pair - width;
    even.push_back(group * width + first);
    odd.push_back(group * width + first + 1);
  }
  SmallVector<Value> sums(columns);
  while (sums.size() > 1) {
    SmallVector<Value> halves;
    for (size_t i = 0; i < sums.size(); i += 2)
      halves.push_back(add(vector::ShuffleOp::create(b, sums[i], sums[i + 1], even),
                           vector::ShuffleOp::create(b, sums[i], sums[i + 1], odd)));
    sums.assign(halves);
  }
  return sums.front();
}

SmallVector<Value> LaneSumMultiplier::finish(ValueRange sums, int64_t vectors) {
  auto type = VectorType::get(vectors, sumType);
  SmallVector<Value> rows;
  for (; !sums.empty(); sums = sums.drop_front(vectors)) {
    if (groups > 1) {
      rows.push_back(addInGroups(sums.take_front(vectors)));
      continue;
    }
    SmallVector<Value> columns;
    for (Value sum : sums.take_front(vectors))
      columns.push_back(vector::ReductionOp::create(b, vector::CombiningKind::ADD, sum, arith::FastMathFlags::reassoc));
    rows.push_back(vector::FromElementsOp::create(b, type, columns));
  }
  return rows;
}

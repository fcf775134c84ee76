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

SmallVector<Value> LaneSumMultiplier::finish(ValueRange sums, int64_t vectors) {
  auto type = VectorType::get(vectors, sumType);
  SmallVector<Value> rows;
  for (; !sums.empty(); sums = sums.drop_front(vectors)) {
    SmallVector<Value> columns;
    for (Value sum : sums.take_front(vectors))
      columns.push_back(vector::ReductionOp::create(b, vector::CombiningKind::ADD, sum, arith::FastMathFlags::reassoc));
    rows.push_back(vector::FromElementsOp::create(b, type, columns));
  }
  return rows;
}

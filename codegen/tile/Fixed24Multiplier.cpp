//===- Fixed24Multiplier.cpp - Weights of three bytes an element -----------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Fixed24Multiplier.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot::tile;

/// The words whose bytes are those of words of `left` and `right`, in the same place, by their number in the pair.
static Value permuteBytes(OpBuilder &b, Location loc, Value left, Value right, ArrayRef<int64_t> word) {
  constexpr int64_t wordBytes = 4;
  auto words = cast<VectorType>(left.getType());
  auto bytes = VectorType::get(words.getNumElements() * wordBytes, b.getI8Type());
  SmallVector<int64_t> order;
  for (int64_t lane = 0; lane < words.getNumElements(); ++lane)
    for (int64_t byte : word)
      order.push_back(byte / wordBytes * bytes.getNumElements() + lane * wordBytes + byte % wordBytes);
  Value from = vector::BitCastOp::create(b, loc, bytes, left), with = vector::BitCastOp::create(b, loc, bytes, right);
  return vector::BitCastOp::create(b, loc, words, vector::ShuffleOp::create(b, loc, from, with, order));
}

Value Fixed24Multiplier::loadRight(Value memref, ValueRange indices) {
  auto type = VectorType::get(lanes, b.getI32Type());
  auto load = [&](int64_t word) -> Value {
    SmallVector<Value> at(indices.drop_back());
    at.push_back(b.index(word));
    return vector::LoadOp::create(b, type, memref, at);
  };
  auto toFloat = [&](Value integers) { return arith::SIToFPOp::create(b, getSumVector(), integers); };
  int64_t column = *getConstant(indices.back()), quarter = cast<MemRefType>(memref.getType()).getShape().back() / 3;
  if (column < 3 * quarter)
    return toFloat(load(column));
  // The lowest bytes of all three, the first one's twice.
  Value upper = permuteBytes(b, b.getLoc(), load(column - 3 * quarter), load(column - 2 * quarter), {0, 0, 4, 0});
  return toFloat(permuteBytes(b, b.getLoc(), upper, load(column - quarter), {0, 4, 2, 3}));
}

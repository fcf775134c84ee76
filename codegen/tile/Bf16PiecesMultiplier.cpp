//===- Bf16PiecesMultiplier.cpp - Weights in pieces of bf16 ----------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Bf16PiecesMultiplier.h"
#include "codegen/rt/Bf16Pieces.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot::tile;
using ingot::rt::Bf16Pieces;

Bf16PiecesPlace::Bf16PiecesPlace(IndexBuilder &builder, Value panel, Value step, Value column)
    : b(builder), panel(panel) {
  auto split = [&](Value value, int64_t extent) {
    Value quotient = b.div(value, extent);
    return std::pair(quotient, b.sub(value, b.mul(quotient, extent)));
  };
  std::tie(vector, word) = split(column, Bf16Pieces::words);
  auto [blockNumber, stepOfBlock] = split(step, Bf16Pieces::steps);
  block = blockNumber;
  auto [half, halfRow] = split(stepOfBlock, Bf16Pieces::rows);
  row = halfRow;
  Value bits = b.sub(b.index(16), b.mul(half, 16));
  shift = b.createOrFold<arith::IndexCastUIOp>(b.getI32Type(), bits);
}

SmallVector<Value> Bf16PiecesPlace::getIndices(int64_t piece) {
  return {panel, vector, block, b.index(piece), row, word};
}

Value Bf16PiecesPlace::takeHalf(Value words) {
  Value bits = shift, upper = arith::ConstantIntOp::create(b, 0xffff0000, 32);
  Type result = b.getF32Type();
  if (auto type = dyn_cast<VectorType>(words.getType())) {
    bits = vector::BroadcastOp::create(b, type, bits);
    upper = vector::BroadcastOp::create(b, type, upper);
    result = type.clone(result);
  }
  Value half = arith::AndIOp::create(b, arith::ShLIOp::create(b, words, bits), upper);
  return arith::BitcastOp::create(b, result, half);
}

Value ingot::tile::joinBf16Pieces(IndexBuilder &b, Bf16PiecesPlace place,
                                  function_ref<Value(ValueRange indices)> load) {
  Value sum; // from the least: none of the sums has more bits than f32
  for (int64_t piece = Bf16Pieces::pieces - 1; piece >= 0; --piece) {
    Value value = place.takeHalf(load(place.getIndices(piece)));
    sum = sum ? arith::AddFOp::create(b, value, sum) : value;
  }
  return sum;
}

Value Bf16PiecesMultiplier::loadRight(Value memref, ValueRange indices) {
  auto words = VectorType::get(lanes, b.getI32Type());
  return joinBf16Pieces(b, {b, indices[0], indices[1], indices[2]},
                        [&](ValueRange at) -> Value { return vector::LoadOp::create(b, words, memref, at); });
}

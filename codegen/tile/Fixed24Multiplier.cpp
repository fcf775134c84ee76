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

Value Fixed24Multiplier::loadRight(Value memref, ValueRange indices) {
  constexpr int64_t stored = 3, word = 4;
  // A whole vector of bytes is loaded, so the last elements of a row come with bytes before them, the others with some
  // behind.
  int64_t begin = *getConstant(indices.back()) * stored, width = lanes * word;
  int64_t load = std::min(begin, cast<MemRefType>(memref.getType()).getShape().back() - width);
  SmallVector<Value> at(indices.drop_back());
  at.push_back(b.index(load));
  auto type = VectorType::get(width, b.getI8Type());
  Value bytes = vector::LoadOp::create(b, type, memref, at);
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(type));
  SmallVector<int64_t> order;
  for (int64_t lane = 0; lane < lanes; ++lane) {
    order.push_back(width);
    for (int64_t byte = 0; byte < stored; ++byte)
      order.push_back(begin - load + lane * stored + byte);
  }
  Value words = vector::ShuffleOp::create(b, bytes, zero, order);
  Value integers = vector::BitCastOp::create(b, VectorType::get(lanes, b.getI32Type()), words);
  return arith::SIToFPOp::create(b, getSumVector(), integers);
}

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
  auto type = VectorType::get(lanes, b.getI32Type());
  int64_t column = *getConstant(indices.back()), quarter = cast<MemRefType>(memref.getType()).getShape().back() / 3;
  auto load = [&](int64_t row) -> Value {
    SmallVector<Value> at(indices.drop_back());
    at.push_back(b.index(row * quarter + column % quarter));
    return vector::LoadOp::create(b, type, memref, at);
  };
  auto bits = [&](int64_t count) -> Value {
    return arith::ConstantOp::create(b, DenseElementsAttr::get(type, b.getI32IntegerAttr(count)));
  };
  // The upper word of a pair that is shifted as one.
  auto shiftPair = [&](Value upper, Value lower) -> Value {
    Value lowest = arith::ShLIOp::create(b, upper, bits(24)), rest = arith::ShRUIOp::create(b, lower, bits(8));
    return arith::OrIOp::create(b, lowest, rest);
  };
  int64_t part = column / quarter;
  Value integers = part == 3   ? shiftPair(load(0), shiftPair(load(1), load(2)))
                   : part == 2 ? Value(arith::ShLIOp::create(b, load(2), bits(8)))
                               : load(part);
  return arith::SIToFPOp::create(b, getSumVector(), integers);
}

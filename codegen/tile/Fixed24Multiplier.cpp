//===- Fixed24Multiplier.cpp - Weights of three bytes an element -----------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Fixed24Multiplier.h"
#include "codegen/rt/Fixed24.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot::tile;

Value Fixed24Multiplier::takeFraction(Value value) {
  Attribute fraction = b.getFloatAttr(sumType, ingot::rt::Fixed24::fraction);
  auto splat = DenseElementsAttr::get(getSumVector(), fraction);
  return arith::MulFOp::create(b, value, arith::ConstantOp::create(b, splat));
}

Value Fixed24Multiplier::loadLeft(Value memref, ValueRange indices, Value rest) {
  Value value = Multiplier::loadLeft(memref, indices, rest);
  return isReduced ? takeFraction(value) : value;
}

void Fixed24Multiplier::emitOrRedo(ValueRange sums, function_ref<void()> emit, function_ref<void()> redo) {
  if (isReduced)
    return emit();
  Value any;
  for (Value sum : sums) { // only of finite ones, the difference to themselves is a number
    Value none = arith::SubFOp::create(b, sum, sum);
    Value is = arith::CmpFOp::create(b, arith::CmpFPredicate::UNO, none, none);
    any = any ? arith::OrIOp::create(b, any, is) : is;
  }
  auto redoReduced = [&] {
    isReduced = true;
    redo();
    isReduced = false;
  };
  b.branch(vector::ReductionOp::create(b, vector::CombiningKind::OR, any), redoReduced, emit);
}

SmallVector<Value> Fixed24Multiplier::finish(ValueRange sums, int64_t) {
  if (isReduced)
    return sums;
  return llvm::map_to_vector(sums, [&](Value sum) { return takeFraction(sum); });
}

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

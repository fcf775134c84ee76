//===- RowSoftmax.cpp - From scores to weights, a row at a time ------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/RowSoftmax.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <limits>

using namespace mlir;
using namespace ingot::tile;

RowSoftmax::RowSoftmax(IndexBuilder &builder, AttentionOp attention)
    : b(builder), op(attention), lanes(attention.getSchedule()->getLanes()),
      type(VectorType::get(lanes, builder.getF32Type())), scale(attention.getScale().convertToDouble()),
      softcap(attention.getSoftcap().convertToDouble()), isPlain(!attention.getMask() && softcap == 0 && scale > 0) {}

Value RowSoftmax::number(Type numberType, double value) {
  auto scalar = b.getF32FloatAttr(static_cast<float>(value));
  if (auto vector = dyn_cast<VectorType>(numberType))
    return arith::ConstantOp::create(b, DenseElementsAttr::get(vector, Attribute(scalar)));
  return arith::ConstantOp::create(b, scalar);
}

Value RowSoftmax::least() { return number(b.getF32Type(), std::numeric_limits<float>::lowest()); }

Value RowSoftmax::load(const ScoreRow &row, Value key) {
  return vector::LoadOp::create(b, type, row.buffer, ValueRange{row.row, key});
}

void RowSoftmax::store(Value value, const ScoreRow &row, Value key) {
  vector::StoreOp::create(b, value, row.buffer, ValueRange{row.row, key});
}

/// The larger one, as processors compute it: of a NaN and a number, `y`.
Value RowSoftmax::larger(Value x, Value y) {
  return arith::SelectOp::create(b, arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, x, y), x, y);
}

/// The largest lane, in log2(lanes) steps.
Value RowSoftmax::largestLane(Value vector) {
  for (int64_t distance = lanes / 2; distance > 0; distance /= 2) {
    SmallVector<int64_t> other;
    for (int64_t i = 0; i < lanes; ++i)
      other.push_back(i ^ distance);
    vector = larger(vector, vector::ShuffleOp::create(b, vector, vector, other));
  }
  return vector::ExtractOp::create(b, vector, int64_t(0));
}

//===----------------------------------------------------------------------===//
// Scores
//===----------------------------------------------------------------------===//

/// The mask's elements from `key` on; those outside of `valid`, if it is given, are not read.
Value RowSoftmax::loadMask(const ScoreRow &row, Value key, Value valid) {
  SmallVector<Value> at(row.mask);
  at.back() = b.add(at.back(), key);
  auto memory = VectorType::get(lanes, op.getMask().getType().getElementType());
  if (!valid)
    return vector::LoadOp::create(b, memory, op.getMask(), at);
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(memory));
  return vector::MaskedLoadOp::create(b, memory, op.getMask(), at, valid, zero);
}

Value RowSoftmax::score(Value product, const ScoreRow &row, Value key, Value valid) {
  if (softcap != 0) {
    Value small = arith::MulFOp::create(b, product, number(type, scale / softcap));
    product = arith::MulFOp::create(b, math::TanhOp::create(b, small), number(type, softcap));
  }
  double factor = softcap != 0 ? 1 : scale;
  if (!op.getMask())
    return factor == 1 ? product : arith::MulFOp::create(b, product, number(type, factor)).getResult();
  Value mask = loadMask(row, key, valid);
  if (op.getMask().getType().getElementType().isF32())
    return vector::FMAOp::create(b, product, number(type, factor), mask);
  Value scaled = arith::MulFOp::create(b, product, number(type, factor));
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(mask.getType()));
  Value isSeen = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, mask, zero);
  return arith::SelectOp::create(b, isSeen, scaled, number(type, op.getExcluded().convertToDouble()));
}

/// The largest score, which is stored in place of the product unless it is plain; -infinity up to the end of a vector.
Value RowSoftmax::largest(const ScoreRow &row, Value before) {
  Value full = b.alignDown(row.count, lanes);
  Value start = vector::BroadcastOp::create(b, type, before);
  auto carried = b.loop(b.index(0), full, lanes, start, [&](Value key, ValueRange best) {
    Value value = load(row, key);
    if (!isPlain) {
      value = score(value, row, key, Value());
      store(value, row, key);
    }
    return IndexBuilder::Values{larger(value, best[0])};
  });
  carried = b.loop(full, row.count, lanes, carried, [&](Value key, ValueRange best) {
    Value valid = vector::CreateMaskOp::create(b, VectorType::get(lanes, b.getI1Type()),
                                               ValueRange{b.sub(row.count, key)});
    Value value = load(row, key);
    if (!isPlain)
      value = score(value, row, key, valid);
    Value none = number(type, -std::numeric_limits<double>::infinity());
    value = arith::SelectOp::create(b, valid, value, none);
    store(value, row, key);
    return IndexBuilder::Values{larger(value, best[0])};
  });
  return largestLane(carried[0]);
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

Value RowSoftmax::weigh(const ScoreRow &row, Value largest) {
  Value bestVector = vector::BroadcastOp::create(b, type, largest);
  Value zero = number(type, 0);
  auto sums = b.loop(b.index(0), row.count, lanes, zero, [&](Value key, ValueRange sum) {
    Value below = arith::SubFOp::create(b, load(row, key), bestVector);
    if (isPlain && scale != 1)
      below = arith::MulFOp::create(b, below, number(type, scale));
    Value weight = math::ExpOp::create(b, below);
    store(weight, row, key);
    return IndexBuilder::Values{arith::AddFOp::create(b, sum[0], weight)};
  });
  if (row.count != row.width)
    b.loop(b.mul(b.ceilDiv(row.count, lanes), lanes), row.width, lanes, [&](Value key) { store(zero, row, key); });
  return vector::ReductionOp::create(b, vector::CombiningKind::ADD, sums[0], arith::FastMathFlags::reassoc);
}

Value RowSoftmax::correction(Value before, Value after) {
  Value below = arith::SubFOp::create(b, before, after);
  if (isPlain && scale != 1)
    below = arith::MulFOp::create(b, below, number(b.getF32Type(), scale));
  return math::ExpOp::create(b, below);
}

Value RowSoftmax::inverse(Value sum) {
  Value zero = number(b.getF32Type(), 0);
  Value isEmpty = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, sum, zero);
  return arith::SelectOp::create(b, isEmpty, zero, arith::DivFOp::create(b, number(b.getF32Type(), 1), sum));
}

//===- Reducer.cpp - what each kind of reduction computes
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Reduce.h"

#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

using namespace ingot;
using namespace mlir;

static Combining combiningOf(ReduceKind kind) {
  switch (kind) {
  case ReduceKind::prod:
    return Combining::mul;
  case ReduceKind::max:
    return Combining::max;
  case ReduceKind::min:
    return Combining::min;
  default:
    return Combining::add;
  }
}

Reducer::Reducer(ReduceKind kind, Type element)
    : kind(kind), element(element), combiner(getCombiner(combiningOf(kind), element)) {}

static Value magnitude(KernelBuilder &b, Value x, Type element) {
  if (isa<FloatType>(x.getType()))
    return math::AbsFOp::create(b, x);
  return element.isUnsignedInteger() ? x : math::AbsIOp::create(b, x).getResult();
}

static Value square(KernelBuilder &b, Value x) {
  if (isa<FloatType>(x.getType()))
    return arith::MulFOp::create(b, x, x);
  return arith::MulIOp::create(b, x, x);
}

Value Reducer::add(KernelBuilder &b, Value total, Value element, Value shift) const {
  switch (kind) {
  case ReduceKind::l1:
    element = magnitude(b, element, this->element);
    break;
  case ReduceKind::l2:
  case ReduceKind::sum_square:
    element = square(b, element);
    break;
  case ReduceKind::log_sum_exp:
    element = math::ExpOp::create(b, arith::SubFOp::create(b, element, shift));
    break;
  default:
    break;
  }
  return combiner.combine(b, b.getLoc(), total, element);
}

bool Reducer::hasFinish() const {
  return kind == ReduceKind::mean || kind == ReduceKind::l2 || kind == ReduceKind::log_sum ||
         kind == ReduceKind::log_sum_exp;
}

static Value mean(KernelBuilder &b, Value total, Value count, Type element) {
  Value number = arith::IndexCastOp::create(b, b.getI64Type(), count);
  Type type = total.getType();
  if (isa<FloatType>(type))
    return arith::DivFOp::create(b, total, b.createOrFold<arith::SIToFPOp>(type, number));
  number = b.select(b.equal(number, b.number(number.getType(), 0)), b.number(number.getType(), 1), number);
  if (type.getIntOrFloatBitWidth() < 64)
    number = arith::TruncIOp::create(b, type, number);
  return element.isUnsignedInteger() ? arith::DivUIOp::create(b, total, number).getResult()
                                     : arith::DivSIOp::create(b, total, number).getResult();
}

Value Reducer::finish(KernelBuilder &b, Value total, Value count, Value shift) const {
  switch (kind) {
  case ReduceKind::mean:
    return mean(b, total, count, element);
  case ReduceKind::l2:
    return math::SqrtOp::create(b, total);
  case ReduceKind::log_sum:
    return math::LogOp::create(b, total);
  case ReduceKind::log_sum_exp:
    return arith::AddFOp::create(b, math::LogOp::create(b, total), shift);
  default:
    return total;
  }
}

Value Reducer::finiteShift(KernelBuilder &b, Value largest) {
  Value infinity = b.number(largest.getType(), std::numeric_limits<double>::infinity());
  Value size = math::AbsFOp::create(b, largest);
  Value isFinite = arith::CmpFOp::create(b, arith::CmpFPredicate::OLT, size, infinity);
  return arith::SelectOp::create(b, isFinite, largest, b.number(largest.getType(), 0));
}

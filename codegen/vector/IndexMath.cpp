//===- IndexMath.cpp - index arithmetic that folds as it is built ---------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/IndexMath.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace ingot {

static constexpr auto kNoWrap = arith::IntegerOverflowFlags::nsw;

Value IndexMath::value(Index index) {
  if (auto value = dyn_cast<Value>(index))
    return value;
  return arith::ConstantIndexOp::create(b, *known(index));
}

Index IndexMath::add(Index lhs, Index rhs) {
  auto l = known(lhs), r = known(rhs);
  if (l && r)
    return constant(*l + *r);
  if (l && *l == 0)
    return rhs;
  if (r && *r == 0)
    return lhs;
  return arith::AddIOp::create(b, value(lhs), value(rhs), kNoWrap).getResult();
}

Index IndexMath::sub(Index lhs, Index rhs) {
  auto l = known(lhs), r = known(rhs);
  if (l && r)
    return constant(*l - *r);
  if (r && *r == 0)
    return lhs;
  return arith::SubIOp::create(b, value(lhs), value(rhs), kNoWrap).getResult();
}

Index IndexMath::mul(Index lhs, Index rhs) {
  auto l = known(lhs), r = known(rhs);
  if (l && r)
    return constant(*l * *r);
  if ((l && *l == 1) || (r && *r == 0))
    return rhs;
  if ((r && *r == 1) || (l && *l == 0))
    return lhs;
  return arith::MulIOp::create(b, value(lhs), value(rhs), kNoWrap).getResult();
}

Index IndexMath::min(Index lhs, Index rhs) {
  auto l = known(lhs), r = known(rhs);
  if (l && r)
    return constant(std::min(*l, *r));
  return arith::MinSIOp::create(b, value(lhs), value(rhs)).getResult();
}

Index IndexMath::max(Index lhs, Index rhs) {
  auto l = known(lhs), r = known(rhs);
  if (l && r)
    return constant(std::max(*l, *r));
  return arith::MaxSIOp::create(b, value(lhs), value(rhs)).getResult();
}

Index IndexMath::floorDiv(Index lhs, Index rhs) {
  auto l = known(lhs), r = known(rhs);
  if (r && *r == 1)
    return lhs;
  if (l && r)
    return constant(*l / *r);
  return arith::DivUIOp::create(b, value(lhs), value(rhs)).getResult();
}

Index IndexMath::ceilDiv(Index lhs, Index rhs) { return floorDiv(add(lhs, sub(rhs, constant(1))), rhs); }

Index IndexMath::roundDown(Index index, int64_t factor) {
  assert(llvm::isPowerOf2_64(factor) && "expected a power of two");
  if (factor == 1)
    return index;
  if (auto k = known(index))
    return constant(*k / factor * factor);
  return arith::AndIOp::create(b, value(index), value(constant(-factor))).getResult();
}

} // namespace ingot

//===- ExpandConversions.cpp - conversions of f16 and bf16 as integers -----===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM turns a conversion that the processor lacks into a call, one element at
// a time, of a function that only some compilers' libraries have.
//
//===----------------------------------------------------------------------===//
#include "codegen/tile/TileDialect.h"
#include "codegen/vector/MathBuilder.h"
#include "codegen/vector/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace ingot {

#define GEN_PASS_DEF_EXPANDCONVERSIONS
#include "codegen/vector/Passes.h.inc"

namespace {

/// Integer arithmetic on the bits of floats.
class BitBuilder : public MathBuilder {
public:
  using MathBuilder::MathBuilder;

  Value i(int64_t value) { return integer(i32(), value); }
  Value plus(Value x, Value y) { return arith::AddIOp::create(b, x, y); }
  Value minus(Value x, Value y) { return arith::SubIOp::create(b, x, y); }
  Value both(Value x, Value y) { return arith::AndIOp::create(b, x, y); }
  Value either(Value x, Value y) { return arith::OrIOp::create(b, x, y); }
  Value left(Value x, int64_t by) { return arith::ShLIOp::create(b, x, i(by)); }
  Value right(Value x, int64_t by) { return arith::ShRUIOp::create(b, x, i(by)); }
  Value above(Value x, int64_t y) { return arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, x, i(y)); }

  Value bf16FromF32(Value x);
  Value f16FromF32(Value x);
  Value f32FromF16(Value x);

private:
  /// 1 where bit `at` is set: added before a shift, it rounds ties to even.
  Value bitAt(Value x, int64_t at) { return both(right(x, at), i(1)); }
  Value narrow(Value x, Type element) {
    Value half = arith::TruncIOp::create(b, type(b.getI16Type()), x);
    return arith::BitcastOp::create(b, type(element), half);
  }
};

} // namespace

Value BitBuilder::bf16FromF32(Value x) {
  Value all = bits(x);
  Value rounded = plus(all, plus(bitAt(all, 16), i(0x7fff)));
  Value quiet = either(all, i(0x400000));
  Value isNumber = arith::CmpFOp::create(b, arith::CmpFPredicate::ORD, x, x);
  return narrow(right(select(isNumber, rounded, quiet), 16), b.getBF16Type());
}

Value BitBuilder::f16FromF32(Value x) {
  Value all = bits(x);
  Value magnitude = both(all, i(0x7fffffff));
  // Exponents move by 112. Adding 0.5 lets the float adder round what becomes subnormal.
  Value normal = right(plus(plus(magnitude, bitAt(magnitude, 13)), i(0xfff - (112 << 23))), 13);
  Value subnormal = minus(bits(add(fromBits(magnitude), 0.5)), i(0x3f000000));
  Value infinite = select(above(magnitude, 0x7f800000), i(0x7e00), i(0x7c00));
  Value finite = select(above(magnitude, 0x387fffff), normal, subnormal);
  Value half = select(above(magnitude, 0x477fffff), infinite, finite);
  return narrow(either(half, both(right(all, 16), i(0x8000))), b.getF16Type());
}

Value BitBuilder::f32FromF16(Value x) {
  Value half = arith::ExtUIOp::create(b, i32(), arith::BitcastOp::create(b, type(b.getI16Type()), x));
  Value magnitude = left(both(half, i(0x7fff)), 13);
  // The product moves the exponent, and normalizes what was subnormal.
  Value number = bits(mul(fromBits(magnitude), 0x1p112));
  Value special = either(magnitude, i(0x7f800000));
  Value result = select(above(magnitude, (0x7c00 << 13) - 1), special, number);
  return fromBits(either(result, left(both(half, i(0x8000)), 16)));
}

namespace {
struct ExpandConversions : impl::ExpandConversionsBase<ExpandConversions> {
  void runOnOperation() override;
  void expand(Operation *op);
  void expandBroadcast(vector::BroadcastOp op);
  Value toNarrow(BitBuilder &m, Value x, Type element);
  Value fromNarrow(BitBuilder &m, Value x, Type element);

  bool hasF16, hasBF16;
};
} // namespace

/// From f32 to f16 or bf16.
Value ExpandConversions::toNarrow(BitBuilder &m, Value x, Type element) {
  if (element.isF16() ? hasF16 : hasBF16)
    return arith::TruncFOp::create(m.b, m.type(element), x);
  return element.isF16() ? m.f16FromF32(x) : m.bf16FromF32(x);
}

/// From f16 or bf16 to f32. For bf16 that is a shift, which LLVM knows.
Value ExpandConversions::fromNarrow(BitBuilder &m, Value x, Type element) {
  if (element.isBF16() || hasF16)
    return arith::ExtFOp::create(m.b, m.f32(), x);
  return m.f32FromF16(x);
}

/// Copies bits to all lanes as integers: for types that it has no registers for, LLVM would convert each copy.
void ExpandConversions::expandBroadcast(vector::BroadcastOp op) {
  auto type = cast<VectorType>(op.getType());
  if (!(type.getElementType().isF16() && !hasF16) && !(type.getElementType().isBF16() && !hasBF16))
    return;
  OpBuilder b(op);
  auto bits = [&](Type of) -> Type {
    auto vector = dyn_cast<VectorType>(of);
    return vector ? Type(vector.clone(b.getI16Type())) : b.getI16Type();
  };
  Value source = arith::BitcastOp::create(b, op.getLoc(), bits(op.getSourceType()), op.getSource());
  Value copies = vector::BroadcastOp::create(b, op.getLoc(), bits(type), source);
  op.replaceAllUsesWith(arith::BitcastOp::create(b, op.getLoc(), type, copies).getResult());
  op.erase();
}

static bool isNarrow(Type type) { return type.isF16() || type.isBF16(); }

void ExpandConversions::expand(Operation *op) {
  if (auto broadcast = dyn_cast<vector::BroadcastOp>(op))
    return expandBroadcast(broadcast);
  if (!isa<arith::ExtFOp, arith::TruncFOp, arith::SIToFPOp, arith::UIToFPOp, arith::FPToSIOp, arith::FPToUIOp>(op))
    return;
  Value source = op->getOperand(0);
  Type resultType = op->getResult(0).getType();
  Type from = getElementTypeOrSelf(source.getType()), to = getElementTypeOrSelf(resultType);
  if (!isNarrow(from) && !isNarrow(to))
    return;
  OpBuilder builder(op);
  ImplicitLocOpBuilder b(op->getLoc(), builder);
  BitBuilder m(b, resultType);
  // In two steps, with f32 between them, unless it is one of them already.
  auto convert = [&](Value value, Type type) -> Value {
    if (value.getType() == type)
      return value;
    return b.create(op->getLoc(), op->getName().getIdentifier(), value, type, op->getAttrs())->getResult(0);
  };
  Value result;
  if (isNarrow(to))
    result = toNarrow(m, convert(source, m.f32()), to);
  else
    result = convert(fromNarrow(m, source, from), resultType);
  op->replaceAllUsesWith(ValueRange{result});
  op->erase();
}

void ExpandConversions::runOnOperation() {
  tile::TargetAttr target = tile::getTarget(getOperation());
  hasF16 = target.getConvertF16();
  hasBF16 = target.getConvertBf16();
  SmallVector<Operation *> ops;
  getOperation()->walk([&](Operation *op) { ops.push_back(op); });
  for (Operation *op : ops)
    expand(op);
}

} // namespace ingot

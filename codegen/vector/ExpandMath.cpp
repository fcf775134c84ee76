//===- ExpandMath.cpp - functions on f32 as arithmetic ---------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/MathFunctions.h"
#include "codegen/vector/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace ingot {

#define GEN_PASS_DEF_EXPANDMATH
#include "codegen/vector/Passes.h.inc"

using Unary = Value (*)(MathBuilder &, Value);
using Binary = Value (*)(MathBuilder &, Value, Value);

static Unary unaryFunction(Operation *op) {
  return TypeSwitch<Operation *, Unary>(op)
      .Case<math::ExpOp>([](auto) { return buildExp; })
      .Case<math::Exp2Op>([](auto) { return buildExp2; })
      .Case<math::ExpM1Op>([](auto) { return buildExpM1; })
      .Case<math::SinhOp>([](auto) { return buildSinh; })
      .Case<math::CoshOp>([](auto) { return buildCosh; })
      .Case<math::LogOp>([](auto) { return buildLog; })
      .Case<math::Log2Op>([](auto) { return buildLog2; })
      .Case<math::Log10Op>([](auto) { return buildLog10; })
      .Case<math::Log1pOp>([](auto) { return buildLog1p; })
      .Case<math::AsinhOp>([](auto) { return buildAsinh; })
      .Case<math::AcoshOp>([](auto) { return buildAcosh; })
      .Case<math::AtanhOp>([](auto) { return buildAtanh; })
      .Case<math::TanhOp>([](auto) { return buildTanh; })
      .Case<math::ErfOp>([](auto) { return buildErf; })
      .Case<math::SinOp>([](auto) { return buildSin; })
      .Case<math::CosOp>([](auto) { return buildCos; })
      .Case<math::TanOp>([](auto) { return buildTan; })
      .Case<math::AsinOp>([](auto) { return buildAsin; })
      .Case<math::AcosOp>([](auto) { return buildAcos; })
      .Case<math::AtanOp>([](auto) { return buildAtan; })
      .Case<math::RsqrtOp>([](auto) { return buildRsqrt; })
      .Default([](auto) { return nullptr; });
}

static Binary binaryFunction(Operation *op) {
  return TypeSwitch<Operation *, Binary>(op)
      .Case<math::PowFOp>([](auto) { return buildPow; })
      .Case<arith::RemFOp>([](auto) { return buildRemainder; })
      .Default([](auto) { return nullptr; });
}

/// Of a result type: f32, or a type whose functions f32 serves.
static bool isServed(Type type) {
  Type element = getElementTypeOrSelf(type);
  return element.isF32() || element.isF16() || element.isBF16();
}

static void expand(Operation *op, bool fast) {
  Unary unary = unaryFunction(op);
  Binary binary = binaryFunction(op);
  if ((!unary && !binary) || !isServed(op->getResult(0).getType()))
    return;
  OpBuilder builder(op);
  ImplicitLocOpBuilder b(op->getLoc(), builder);
  MathBuilder m(b, op->getResult(0).getType(), fast);
  auto widen = [&](Value x) -> Value {
    return x.getType() == m.f32() ? x : arith::ExtFOp::create(b, m.f32(), x).getResult();
  };
  Value result =
      unary ? unary(m, widen(op->getOperand(0))) : binary(m, widen(op->getOperand(0)), widen(op->getOperand(1)));
  if (op->getResult(0).getType() != m.f32())
    result = arith::TruncFOp::create(b, op->getResult(0).getType(), result);
  op->replaceAllUsesWith(ValueRange{result});
  op->erase();
}

static void addFlags(Operation *op, arith::FastMathFlags flags) {
  auto fastMath = cast<arith::ArithFastMathInterface>(op);
  flags = fastMath.getFastMathFlagsAttr().getValue() | flags;
  op->setAttr(fastMath.getFastMathAttrName(), arith::FastMathFlagsAttr::get(op->getContext(), flags));
}

/// Of two zeros the maximum may be either: IEEE's order of them takes three instructions more of most vector units.
static void ignoreSignOfZero(Operation *op) {
  if (isa<arith::MaximumFOp, arith::MinimumFOp>(op))
    addFlags(op, arith::FastMathFlags::nsz);
}

/// Not of what functions are expanded to: their steps undo each other in exact arithmetic.
static void relax(Operation *op) {
  using arith::FastMathFlags;
  if (isa<arith::ArithFastMathInterface>(op) && !isa<CastOpInterface>(op) && isServed(op->getResult(0).getType()))
    addFlags(op, FastMathFlags::reassoc | FastMathFlags::nsz | FastMathFlags::arcp | FastMathFlags::contract |
                     FastMathFlags::afn);
}

namespace {
struct ExpandMath : impl::ExpandMathBase<ExpandMath> {
  using ExpandMathBase::ExpandMathBase;

  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation()->walk([&](Operation *op) { ops.push_back(op); });
    for (Operation *op : ops) {
      ignoreSignOfZero(op);
      if (fast)
        relax(op);
      expand(op, fast);
    }
  }
};
} // namespace

} // namespace ingot

//===- WidenHalf.cpp - 16-bit floats are computed and kept in 32 bits
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/Dialect.h"
#include "passes/Passes.h"

#include "mlir/IR/Builders.h"

namespace ingot {
#define GEN_PASS_DEF_WIDENHALF
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace ingot;
using namespace mlir;

namespace {
struct WidenHalf : ingot::impl::WidenHalfBase<WidenHalf> {
  void runOnOperation() override;
};
} // namespace

static bool isHalf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && isa<FloatType>(tensor.getElementType()) && tensor.getElementType().getIntOrFloatBitWidth() == 16;
}

static RankedTensorType widened(Type type) {
  return cast<RankedTensorType>(type).clone(Float32Type::get(type.getContext()));
}

/// Everyone who uses a 16-bit value from outside the graph (an input, a constant) gets it cast.
static void castUses(OpBuilder &b, Value value) {
  if (value.use_empty())
    return;
  auto cast = CastOp::create(b, value.getLoc(), widened(value.getType()), value);
  value.replaceAllUsesExcept(cast, cast);
}

void WidenHalf::runOnOperation() {
  func::FuncOp function = getOperation();
  SmallVector<Operation *> ops;
  function.walk([&](Operation *op) {
    if (op != function)
      ops.push_back(op);
  });
  OpBuilder b(&getContext());
  for (Operation *op : ops) {
    for (Region &region : op->getRegions())
      for (BlockArgument argument : region.getArguments())
        if (isHalf(argument.getType()))
          argument.setType(widened(argument.getType()));
    if (isa<ConstantOp, ConstantOfShapeOp>(op)) {
      b.setInsertionPointAfter(op);
      if (isHalf(op->getResult(0).getType()))
        castUses(b, op->getResult(0));
      continue;
    }
    for (Value result : op->getResults())
      if (isHalf(result.getType()))
        result.setType(widened(result.getType()));
  }
  b.setInsertionPointToStart(&function.front());
  for (BlockArgument argument : function.getArguments())
    if (isHalf(argument.getType()))
      castUses(b, argument);
  // The results keep the types the model declares.
  Operation *ret = function.front().getTerminator();
  b.setInsertionPoint(ret);
  for (auto [operand, type] : llvm::zip(ret->getOpOperands(), function.getResultTypes()))
    if (isHalf(type))
      operand.set(CastOp::create(b, ret->getLoc(), cast<RankedTensorType>(operand.get().getType())
                                                       .clone(cast<RankedTensorType>(type).getElementType()),
                                 operand.get()));
}

//===- FoldConstants.cpp - computes operators whose operands are constants
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/Weights.h"
#include "passes/Evaluate.h"
#include "passes/Passes.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace ingot {
#define GEN_PASS_DEF_FOLDCONSTANTS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace ingot;
using namespace mlir;

namespace {
struct FoldConstants : ingot::impl::FoldConstantsBase<FoldConstants> {
  void runOnOperation() override;
};
} // namespace

static int64_t countBytes(Value constant) {
  auto type = cast<RankedTensorType>(constant.getType());
  return type.getNumElements() * elementBytes(type.getElementType());
}

/// Whether folding is worth its memory: the result is about as small as the constants it is computed from.
static bool staysSmall(Operation *op) {
  auto isConstant = [](Value operand) { return operand.getDefiningOp<ConstantOp>() != nullptr; };
  if (!llvm::all_of(op->getOperands(), isConstant))
    return false;
  int64_t before = 64 << 10;
  for (Value operand : op->getOperands())
    before += countBytes(operand);
  return countBytes(op->getResult(0)) <= before;
}

/// Replaces `op` by its value. Constants in `made`, which were made here, are freed with their last reader: chains of
/// operators on weights take no more memory than two of their values.
static void fold(Operation *op, llvm::SmallPtrSetImpl<Operation *> &made) {
  if (isa<ConstantOp, IfOp, LoopOp, FusedOp>(op) || op->getNumResults() != 1 || op->getNumOperands() == 0)
    return;
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  if (!type || !type.hasStaticShape() || op->getResult(0).use_empty())
    return;
  auto viewed = isa<ViewOpInterface>(op) ? op->getOperand(0).getDefiningOp<ConstantOp>() : ConstantOp();
  Attribute value = viewed || staysSmall(op) ? evaluateConstants(op) : Attribute();
  if (!value)
    return;
  OpBuilder b(op);
  auto constant = ConstantOp::create(b, op->getLoc(), type, value);
  op->getResult(0).replaceAllUsesWith(constant);
  llvm::SmallSetVector<Operation *, 4> sources;
  for (Value operand : op->getOperands())
    sources.insert(operand.getDefiningOp());
  op->erase();
  // A view has the bytes of what it views, and is what frees them where nobody else reads these.
  if (!viewed || (made.erase(viewed) && viewed->use_empty()))
    made.insert(constant);
  for (Operation *source : sources)
    if (source->use_empty() && made.erase(source)) {
      freeConstant(cast<ConstantOp>(source).getValue());
      source->erase();
    }
}

void FoldConstants::runOnOperation() {
  SmallVector<Operation *> ops;
  getOperation()->walk([&](Operation *op) {
    if (isa_and_nonnull<IngotDialect>(op->getDialect()))
      ops.push_back(op);
  });
  llvm::SmallPtrSet<Operation *, 16> made;
  for (Operation *op : ops)
    fold(op, made);
}

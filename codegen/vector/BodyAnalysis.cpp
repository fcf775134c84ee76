//===- BodyAnalysis.cpp - may a scalar region be cloned as vectors? -------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Follows which values differ between lanes. An operation that has no vector
// form may stay only where all lanes agree on its operands and on whether it
// runs at all.
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/FlatMemRef.h"
#include "codegen/vector/VectorizeBody.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace ingot {
namespace {

class DivergenceAnalysis {
public:
  DivergenceAnalysis(int64_t laneDim) : laneDim(laneDim) {}

  void addDivergent(Value value) { divergent.insert(value); }
  bool visit(Block &block, bool divergentControl);

private:
  bool visitOp(Operation *op, bool divergentControl);
  bool visitIf(scf::IfOp op, bool divergentControl);
  bool anyDivergent(ValueRange operands) {
    return llvm::any_of(operands, [&](Value value) { return divergent.contains(value); });
  }
  void markResults(Operation *op, bool isDivergent) {
    if (isDivergent)
      divergent.insert(op->result_begin(), op->result_end());
  }

  int64_t laneDim;
  DenseSet<Value> divergent;
};

} // namespace

bool DivergenceAnalysis::visit(Block &block, bool divergentControl) {
  return llvm::all_of(block.without_terminator(), [&](Operation &op) { return visitOp(&op, divergentControl); });
}

bool DivergenceAnalysis::visitOp(Operation *op, bool divergentControl) {
  if (auto index = dyn_cast<linalg::IndexOp>(op)) {
    markResults(op, static_cast<int64_t>(index.getDim()) == laneDim);
    return true;
  }
  if (auto load = dyn_cast<memref::LoadOp>(op)) {
    markResults(op, divergentControl || anyDivergent(op->getOperands()));
    return isFlattenable(load.getMemRefType()) && VectorType::isValidElementType(load.getType()) &&
           !divergent.contains(load.getMemRef());
  }
  if (auto ifOp = dyn_cast<scf::IfOp>(op))
    return visitIf(ifOp, divergentControl);
  if (OpTrait::hasElementwiseMappableTraits(op)) {
    markResults(op, anyDivergent(op->getOperands()));
    return llvm::all_of(op->getResultTypes(), VectorType::isValidElementType);
  }
  if (isPure(op) && op->getNumRegions() == 0 && !anyDivergent(op->getOperands()))
    return true;
  if (divergentControl || anyDivergent(op->getOperands()))
    return false;
  // Cloned as it is: nothing inside may differ between lanes or refer to the loops.
  WalkResult nested = op->walk([&](Operation *inner) {
    bool differs = anyDivergent(inner->getOperands()) || isa<linalg::IndexOp>(inner);
    return differs ? WalkResult::interrupt() : WalkResult::advance();
  });
  return !nested.wasInterrupted();
}

bool DivergenceAnalysis::visitIf(scf::IfOp op, bool divergentControl) {
  bool differs = divergent.contains(op.getCondition());
  bool inner = divergentControl || differs;
  if (!visit(*op.thenBlock(), inner) || (op.elseBlock() && !visit(*op.elseBlock(), inner)))
    return false;
  if (op.elseBlock())
    for (auto [result, lhs, rhs] :
         llvm::zip(op.getResults(), op.thenYield().getOperands(), op.elseYield().getOperands()))
      if (differs || divergent.contains(lhs) || divergent.contains(rhs))
        divergent.insert(result);
  return llvm::all_of(op.getResultTypes(), VectorType::isValidElementType);
}

bool isBodyVectorizable(Block &body, function_ref<bool(BlockArgument)> isUniform, int64_t laneDim) {
  DivergenceAnalysis analysis(laneDim);
  for (BlockArgument argument : body.getArguments()) {
    if (isUniform(argument))
      continue;
    if (!VectorType::isValidElementType(argument.getType()))
      return false;
    analysis.addDivergent(argument);
  }
  return analysis.visit(body, /*divergentControl=*/false);
}

} // namespace ingot

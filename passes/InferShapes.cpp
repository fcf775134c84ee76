//===- InferShapes.cpp - refines types, and replaces what shapes decide
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/GraphBuilder.h"
#include "ir/Weights.h"
#include "passes/Evaluate.h"
#include "passes/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace ingot {
#define GEN_PASS_DEF_INFERSHAPES
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace ingot;
using namespace mlir;

namespace {
struct InferShapes : ingot::impl::InferShapesBase<InferShapes> {
  void runOnOperation() override;
};
} // namespace

/// Replaces results whose elements are all known numbers by constants: sizes of static shapes, and what comes of them.
static void replaceKnownContents(Operation *op, ShapeAnalysis &shapes) {
  if (isa<ConstantOp>(op) || op->getNumResults() != 1 || op->getNumRegions() != 0)
    return;
  Value result = op->getResult(0);
  if (result.use_empty() || !hasTrackedContents(result.getType()))
    return;
  auto constants = shapes.constants(result);
  if (!constants)
    return;
  OpBuilder b(op);
  auto type = cast<RankedTensorType>(result.getType());
  Value constant = ConstantOp::create(b, op->getLoc(), type, makeIntegers(type, *constants));
  result.replaceAllUsesWith(constant);
}

/// Computes what the analysis does not follow, as it has more than one dimension: matrices of pads, turned and cut.
/// Only of small constants, as shapes are made of; folding others is a matter of memory.
static bool foldSmall(Operation *op) {
  auto isSmall = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.hasStaticShape() && tensor.getElementType().isIntOrFloat() &&
           tensor.getNumElements() <= ShapeAnalysis::maxContents;
  };
  auto isConstant = [](Value operand) { return operand.getDefiningOp<ConstantOp>() != nullptr; };
  if (isa<ConstantOp>(op) || op->getNumResults() != 1 || op->getNumRegions() != 0 || op->getNumOperands() == 0 ||
      op->getResult(0).use_empty() || !isSmall(op->getResult(0).getType()) ||
      !llvm::all_of(op->getOperandTypes(), isSmall) || !llvm::all_of(op->getOperands(), isConstant))
    return false;
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  Attribute value = evaluateConstants(op);
  if (!value)
    return false;
  OpBuilder b(op);
  op->getResult(0).replaceAllUsesWith(ConstantOp::create(b, op->getLoc(), type, value));
  return true;
}

/// Whether an operator's result is its first operand, given that both have the same shape.
static bool keepsOrder(Operation *op, ShapeAnalysis &shapes) {
  if (isa<ReshapeOp, ExpandOp>(op))
    return true;
  auto slice = dyn_cast<SliceOp>(op);
  if (!slice || !slice.getSteps())
    return slice != nullptr;
  auto steps = shapes.constants(slice.getSteps());
  return steps && llvm::all_of(*steps, [](int64_t step) { return step > 0; });
}

/// Drops reshapes, expansions and slices to the shape that is there already.
static void dropIdentity(Operation *op, ShapeAnalysis &shapes) {
  if (!isa<ReshapeOp, ExpandOp, SliceOp>(op))
    return;
  Value from = op->getOperand(0), to = op->getResult(0);
  if (from.getType() == to.getType() && shapes.dims(from) == shapes.dims(to) && keepsOrder(op, shapes))
    to.replaceAllUsesWith(from);
}

/// Puts the branch that a constant condition takes in the place of an `if`.
static bool resolveIf(IfOp op, ShapeAnalysis &shapes) {
  auto condition = shapes.constants(op.getCondition());
  if (!condition)
    return false;
  Region &taken = condition->front() ? op.getThenRegion() : op.getElseRegion();
  auto yield = cast<YieldOp>(taken.front().getTerminator());
  SmallVector<Value> values(yield.getValues());
  yield.erase();
  op->getBlock()->getOperations().splice(op->getIterator(), taken.front().getOperations());
  op->replaceAllUsesWith(values);
  op->erase();
  return true;
}

/// An operator that cannot run on its shapes is an error, but inside a branch only of a run that takes the branch: it
/// gives way to an operator that says so then.
static bool postpone(Operation *op, StringRef message) {
  auto isRanked = [](Type type) { return isa<RankedTensorType>(type); };
  if (!op || !op->getParentOfType<IfOp>() || !llvm::all_of(op->getResultTypes(), isRanked))
    return false;
  message.consume_front(("'" + op->getName().getStringRef() + "' op ").str()); // says nothing to the user
  OpBuilder b(op);
  auto fail = FailOp::create(b, op->getLoc(), op->getResultTypes(), message);
  op->replaceAllUsesWith(fail.getResults());
  op->erase();
  return true;
}

/// Runs the analysis until it finds nothing more to postpone.
static LogicalResult inferAll(func::FuncOp function, std::optional<ShapeAnalysis> &shapes) {
  for (;;) {
    std::string message;
    std::optional<Location> loc;
    {
      ScopedDiagnosticHandler handler(function.getContext(), [&](Diagnostic &diagnostic) {
        if (diagnostic.getSeverity() != DiagnosticSeverity::Error || loc)
          return failure();
        message = diagnostic.str();
        loc = diagnostic.getLocation();
        return success();
      });
      if (succeeded(shapes.emplace().run(function)))
        return success();
    }
    if (!postpone(shapes->culprit(), message))
      return emitError(loc.value_or(function.getLoc()), message);
  }
}

/// The function's results have the types of the values it returns.
static void updateSignature(func::FuncOp function) {
  auto ret = dyn_cast<func::ReturnOp>(function.front().getTerminator());
  if (ret)
    function.setFunctionType(FunctionType::get(function.getContext(), function.getArgumentTypes(),
                                               llvm::to_vector(ret.getOperandTypes())));
}

void InferShapes::runOnOperation() {
  func::FuncOp function = getOperation();
  if (function.isExternal() || function->hasAttr("rt.kernel") || function->hasAttr("rt.entry"))
    return;
  // A branch put in place of its `if` may let more be inferred, and so do constants.
  for (bool changed = true; changed;) {
    changed = false;
    std::optional<ShapeAnalysis> shapes;
    if (failed(inferAll(function, shapes)))
      return signalPassFailure();
    function.walk([&](Operation *op) {
      replaceKnownContents(op, *shapes);
      changed |= foldSmall(op);
      dropIdentity(op, *shapes);
    });
    SmallVector<IfOp> conditionals;
    function.walk([&](IfOp op) { conditionals.push_back(op); });
    for (IfOp op : conditionals)
      changed |= resolveIf(op, *shapes);
  }
  updateSignature(function);
}

//===- Differentiate.cpp - derivatives become operators
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reverse mode over the block of a `gradient`: the operators between the xs
// and y, last first, hand the gradients of their results on to their operands.
//
//===----------------------------------------------------------------------===//

#include "ir/GraphBuilder.h"
#include "passes/Derivatives.h"
#include "passes/Passes.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_DIFFERENTIATE
#include "passes/Passes.h.inc"

namespace {
class Reverse {
public:
  Reverse(GradientOp op, GraphBuilder &graph) : op(op), g(graph) {}
  LogicalResult run();

private:
  void findDependents();
  LogicalResult passOn(Operation *of);
  Value filled(Value like, double value);

  GradientOp op;
  GraphBuilder &g;
  DenseSet<Value> dependents;            ///< of the xs, these included
  SmallVector<Operation *> between;      ///< whose results are dependents, in order
  DenseMap<Value, Value> gradients;
};
} // namespace

void Reverse::findDependents() {
  dependents.insert(op.getXs().begin(), op.getXs().end());
  auto reads = [&](Operation *reader) {
    return llvm::any_of(reader->getOperands(), [&](Value value) { return dependents.contains(value); });
  };
  for (Operation &before : llvm::make_range(op->getBlock()->begin(), op->getIterator()))
    // Regions see the values around them.
    if (before.walk([&](Operation *nested) { return reads(nested) ? WalkResult::interrupt() : WalkResult::advance(); })
            .wasInterrupted()) {
      between.push_back(&before);
      dependents.insert(before.result_begin(), before.result_end());
    }
}

/// A tensor shaped like `like`.
Value Reverse::filled(Value like, double value) {
  Type element = GraphBuilder::element(like);
  return g.make<ExpandOp>(element, g.scalar(element, value), g.shapeOf(like));
}

LogicalResult Reverse::passOn(Operation *of) {
  SmallVector<Value> results;
  for (Value result : of->getResults())
    results.push_back(gradients.lookup(result));
  if (llvm::none_of(results, [](Value value) { return static_cast<bool>(value); }))
    return success();
  auto differentiable = dyn_cast<DifferentiableOpInterface>(of);
  if (!differentiable)
    return of->emitError() << "the derivative of " << of->getName().stripDialect() << " is not supported";
  FailureOr<SmallVector<Value>> operands = differentiable.buildGradients(g, results);
  if (failed(operands))
    return failure();
  for (auto [operand, gradient] : llvm::zip_equal(of->getOperands(), *operands)) {
    if (!gradient || !dependents.contains(operand))
      continue;
    Value &sum = gradients[operand];
    sum = sum ? g.binary<AddOp>(sum, gradient) : gradient;
  }
  return success();
}

LogicalResult Reverse::run() {
  if (!isa<func::FuncOp>(op->getParentOp()))
    return op.emitError() << "the derivative inside of " << op->getParentOp()->getName() << " is not supported";
  g.builder.setInsertionPoint(op);
  g.loc = op.getLoc();
  findDependents();
  gradients[op.getY()] = filled(op.getY(), 1);
  for (Operation *each : llvm::reverse(between))
    if (failed(passOn(each)))
      return failure();
  for (auto [x, result] : llvm::zip(op.getXs(), op.getGradients())) {
    Value gradient = gradients.lookup(x);
    result.replaceAllUsesWith(gradient ? gradient : filled(x, 0));
  }
  op.erase();
  return success();
}

namespace {
struct Differentiate : impl::DifferentiateBase<Differentiate> {
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<IngotDialect>();
    registerDerivatives(registry);
  }
  void runOnOperation() override {
    SmallVector<GradientOp> ops;
    getOperation().walk([&](GradientOp op) { ops.push_back(op); });
    if (ops.empty())
      return;
    ShapeAnalysis shapes;
    if (failed(shapes.run(getOperation())))
      return signalPassFailure();
    OpBuilder b(&getContext());
    GraphBuilder g(b, shapes);
    for (GradientOp op : ops)
      if (failed(Reverse(op, g).run()))
        return signalPassFailure();
  }
};
} // namespace
} // namespace ingot

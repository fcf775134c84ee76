//===- ShapeAnalysis.h - symbolic shapes and contents of every value
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dimensions are always known as expressions; contents are followed for
// integer tensors of rank 0 and 1 with few elements: the ones that shapes are
// computed with.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_IR_SHAPEANALYSIS_H
#define INGOT_IR_SHAPEANALYSIS_H

#include "ir/Symbolic.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"

namespace ingot {

class ShapeAnalysis {
public:
  using Exprs = llvm::SmallVector<SymExpr, 4>;

  /// Tensors with more elements than this have no contents.
  static constexpr int64_t maxContents = 64;

  SymContext &symbols() { return context; }
  SymExpr constant(int64_t value) { return context.constant(value); }

  /// The dimensions of a ranked value. Values nobody set get those of their type, opaque where dynamic.
  llvm::ArrayRef<SymExpr> dims(mlir::Value value);
  SymExpr dim(mlir::Value value, int64_t index) { return dims(value)[index]; }
  int64_t rank(mlir::Value value) { return static_cast<int64_t>(dims(value).size()); }
  /// False for a value of unknown rank.
  bool hasRank(mlir::Value value);
  /// Number of elements.
  SymExpr size(mlir::Value value) { return product(context, dims(value)); }

  /// The elements of a small integer tensor, where they are known (constants, arithmetic on dimensions);
  /// elements only the run time knows are opaque symbols. Nothing for other tensors.
  std::optional<Exprs> contents(mlir::Value value);
  /// The elements where all of them are compile-time constants.
  std::optional<llvm::SmallVector<int64_t>> constants(mlir::Value value);
  /// Whether `contents` has at least one element that must be read from memory.
  static bool readsMemory(llvm::ArrayRef<SymExpr> exprs);
  /// Whether the expressions are known when a run begins: made of the dimensions of inputs, and of no others.
  static bool followFromInputs(llvm::ArrayRef<SymExpr> exprs);

  /// For inferShapes: gives a result its dimensions (and refines its type) or contents.
  void setDims(mlir::Value result, llvm::ArrayRef<SymExpr> dims);
  void setContents(mlir::Value result, llvm::ArrayRef<SymExpr> contents);
  /// A dimension of `result` that only the run time will know; the extent the model declares for it, where it declares
  /// one (the lowering checks it at run time).
  SymExpr opaque(mlir::Value result, int64_t index);
  /// Gives `result` opaque dimensions only; fails with a diagnostic where not even its rank is declared.
  llvm::LogicalResult setOpaque(mlir::Value result);
  /// Forgets what is known of a value; loops that do not keep a carried shape use it.
  void forget(mlir::Value value);

  /// Infers one operator (and its regions).
  llvm::LogicalResult infer(mlir::Operation *op);
  /// Infers everything nested in `root`, in order.
  llvm::LogicalResult run(mlir::Operation *root);
  /// The operator whose shapes could not be inferred, after a failure.
  mlir::Operation *culprit() const { return failing; }

private:
  SymContext context;
  // Behind pointers: what dims() returns stays valid while other values are looked up.
  llvm::DenseMap<mlir::Value, std::unique_ptr<Exprs>> dimensions;
  llvm::DenseMap<mlir::Value, Exprs> elements;
  mlir::Operation *failing = nullptr;
};

/// Whether tensors of this type have contents the analysis follows.
bool hasTrackedContents(mlir::Type type);

/// Numpy-style broadcasting of all operands; the shape inference of elementwise operators.
llvm::LogicalResult inferBroadcast(mlir::Operation *op, ShapeAnalysis &shapes);
/// The dimension two operands broadcast to; null when they provably cannot.
SymExpr broadcastDims(SymExpr a, SymExpr b);

} // namespace ingot

#endif // INGOT_IR_SHAPEANALYSIS_H

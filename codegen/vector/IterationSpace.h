//===- IterationSpace.h - the loops of a generic and its strides ----------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A linalg.generic on strided memory is a set of loops, and for each operand a
// base, a start and one stride a loop. Everything that decides how to emit the
// loops (which dimensions are one in memory, which one the lanes run along)
// reads this form and not the indexing maps.
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VECTOR_ITERATIONSPACE_H
#define INGOT_CODEGEN_VECTOR_ITERATIONSPACE_H

#include "codegen/vector/IndexMath.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace ingot {

/// A size or a stride: a constant times sizes known at run time, such that equal products compare equal.
struct Extent {
  int64_t factor = 1;
  /// Sorted indices into IterationSpace::symbols.
  llvm::SmallVector<unsigned, 2> symbols;

  bool isKnown() const { return symbols.empty() || factor == 0; }
  bool is(int64_t value) const { return isKnown() && factor == value; }
  bool operator==(const Extent &other) const;
  Extent operator*(const Extent &other) const;
};

struct LoopDim {
  Extent size;
  bool isReduction = false;
};

struct StridedOperand {
  /// 1-D memref with unit stride; null for an operand that is a scalar.
  mlir::Value base;
  /// The argument of the body that stands for it.
  mlir::BlockArgument argument;
  bool isOutput = false;
  /// Linear index at iteration 0 of every loop.
  Index start;
  /// One a loop.
  llvm::SmallVector<Extent> strides;
};

class IterationSpace {
public:
  /// Fails where an indexing map is not linear or a layout is not strided.
  static mlir::FailureOr<IterationSpace> get(mlir::ImplicitLocOpBuilder &b, mlir::linalg::GenericOp op);

  /// Drops loops of one iteration and merges each pair that is one loop in the memory of all operands.
  void collapse();

  Index materialize(mlir::ImplicitLocOpBuilder &b, const Extent &extent) const;
  Index sizeOf(mlir::ImplicitLocOpBuilder &b, unsigned dim) const { return materialize(b, dims[dim].size); }

  /// The loop that linalg.index `position` counts, or none where it had a single iteration.
  std::optional<unsigned> loopOfIndex(unsigned position) const { return indexed[position]; }

  llvm::SmallVector<LoopDim> dims;
  /// Inputs, then outputs.
  llvm::SmallVector<StridedOperand> operands;

private:
  mlir::LogicalResult addSizes(mlir::ImplicitLocOpBuilder &b, mlir::linalg::GenericOp op);
  mlir::LogicalResult addOperand(mlir::ImplicitLocOpBuilder &b, mlir::linalg::GenericOp op, mlir::OpOperand &operand);
  llvm::SmallVector<Extent> memoryStrides(mlir::ImplicitLocOpBuilder &b, mlir::Value memref, mlir::AffineMap map);
  mlir::LogicalResult addTerms(mlir::ImplicitLocOpBuilder &b, mlir::AffineExpr expr, const Extent &stride,
                               StridedOperand &result);
  void addStride(mlir::ImplicitLocOpBuilder &b, Extent &sum, const Extent &term);
  Extent symbol(mlir::Value value);
  bool canMerge(unsigned outer, unsigned inner) const;
  void eraseDim(unsigned dim);

  llvm::SmallVector<mlir::Value> symbols;
  /// For each loop of the operation, the loop it is now. Loops that the body's indices count are never merged.
  llvm::SmallVector<std::optional<unsigned>> indexed;
  llvm::SmallVector<bool> isCounted;
};

} // namespace ingot

#endif // INGOT_CODEGEN_VECTOR_ITERATIONSPACE_H

//===- Epilogue.h - elementwise work at the end of a kernel, or as a kernel
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_EPILOGUE_H
#define INGOT_CODEGEN_LOWER_EPILOGUE_H

#include "codegen/lower/HostLowering.h"

#include "mlir/IR/AffineMap.h"

namespace ingot {

/// An expression of elementwise operators, read backwards from its root: transposes, broadcasts, slices and views of
/// one-sized dimensions on the way become index maps, splat constants become literals, anything else is a leaf.
class ScalarExpression {
public:
  /// A tensor the expression reads: element `map`(result indices) of it.
  struct Leaf {
    mlir::Value tensor;
    mlir::AffineMap map;
  };

  /// The roots have the same extents; `stop` is a value to treat as a leaf although it has a definition (an anchor's
  /// result).
  ScalarExpression(ShapeAnalysis &shapes, mlir::ValueRange roots, mlir::Value stop = {});

  llvm::ArrayRef<Leaf> leaves() const { return found; }
  mlir::Value root() const { return roots.front(); }
  /// Emits the roots' values for one element; `scalars` are the leaves' elements in body types.
  llvm::SmallVector<mlir::Value> emit(mlir::OpBuilder &b, mlir::Location loc, llvm::ArrayRef<mlir::Value> scalars);

private:
  void collect(mlir::Value value, mlir::AffineMap map);
  unsigned leaf(mlir::Value value, mlir::AffineMap map);
  mlir::Value emit(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value, mlir::AffineMap map,
                   llvm::ArrayRef<mlir::Value> scalars);
  std::optional<std::pair<mlir::Value, mlir::AffineMap>> look(mlir::Value value, mlir::AffineMap map);
  mlir::AffineMap operandMap(mlir::Value operand, mlir::Value result, mlir::AffineMap map);

  ShapeAnalysis &shapes;
  llvm::SmallVector<mlir::Value> roots;
  mlir::Value stop;
  llvm::SmallVector<Leaf> found;
  llvm::DenseMap<std::pair<mlir::Value, mlir::AffineMap>, mlir::Value> emitted;
};

/// What a kernel does with each element of its anchor before it writes it.
class Epilogue {
public:
  /// `anchor`'s result goes through the operators of its `ingot.fused` group, where it stands in one.
  Epilogue(HostLowering &host, mlir::Operation *anchor);

  /// The tensor the kernel writes, a result in the host program; its buffer is yet to be allocated.
  mlir::Value result() const { return targets.front(); }
  /// All of them, where a product's kernel writes several.
  llvm::ArrayRef<mlir::Value> results() const { return targets; }
  /// The parts of the anchor's columns that the elements of a result are made of, all of the same extent: 1 but for a
  /// product whose columns are sliced.
  int64_t parts() const;
  /// Buffers of the further tensors the epilogue reads, arguments of the kernel, and their index maps over the result.
  llvm::SmallVector<mlir::Value> extras();
  llvm::SmallVector<mlir::AffineMap> maps() const;
  bool isTrivial() const { return expression.root() == anchorResult; }
  /// The element to store, in the memory type; `sum` is the anchor's element in the body type of its result,
  /// `elements` are those of the extras in memory types.
  mlir::Value emit(mlir::OpBuilder &b, mlir::Location loc, mlir::Value sum, mlir::ValueRange elements);
  /// The same for an element of each result, of a sum of each part.
  llvm::SmallVector<mlir::Value> emitAll(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange sums,
                                         mlir::ValueRange elements);
  /// The host program's value for a value of the anchor's region (an operand of the anchor).
  mlir::Value outside(mlir::Value value) const;

private:
  int64_t partOf(const ScalarExpression::Leaf &leaf) const;

  HostLowering &host;
  mlir::Value anchorResult;
  llvm::SmallVector<mlir::Value> targets;
  ScalarExpression expression;
};

/// A kernel for one elementwise expression: a linalg.generic over the result.
llvm::LogicalResult lowerElementwise(HostLowering &host, mlir::Value root, mlir::Value result,
                                     llvm::function_ref<mlir::Value(mlir::Value)> outside);

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_EPILOGUE_H

//===-- Extents.h - sizes inside of a kernel as expressions of its arguments ----------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_EXTENTS_H
#define INGOT_CODEGEN_EXTENTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/BuiltinAttributes.h"

namespace ingot {

/// Traces sizes and index arithmetic of a kernel back to its arguments. Each dynamic dimension of an argument, and each
/// index that is an argument, becomes a symbol. A null expression stands for what cannot be traced.
class Extents {
public:
  explicit Extents(mlir::func::FuncOp kernel) : kernel(kernel), context(kernel.getContext()) {}

  /// From now on `index`, which is no argument of the kernel, stands for `value`.
  void assume(mlir::Value index, mlir::AffineExpr value) { assumed[index] = value; }
  /// A number of type index.
  mlir::AffineExpr of(mlir::Value index);
  mlir::AffineExpr of(mlir::OpFoldResult index);
  /// The size of a memref's dimension.
  mlir::AffineExpr of(mlir::Value memref, unsigned dim);
  /// The number of elements of a memref; repeated ones, of stride 0, count once.
  mlir::AffineExpr elements(mlir::Value memref);

  /// `[argument, dimension]` or `[argument]` of each symbol.
  mlir::ArrayAttr describeSymbols() const;
  unsigned getNumSymbols() const { return symbols.size(); }

private:
  mlir::AffineExpr symbol(mlir::BlockArgument argument, std::optional<unsigned> dim);

  mlir::func::FuncOp kernel;
  mlir::MLIRContext *context;
  llvm::SmallVector<std::pair<unsigned, std::optional<unsigned>>> symbols;
  llvm::DenseMap<mlir::Value, mlir::AffineExpr> assumed;
};

/// a * b, null where one of them is.
mlir::AffineExpr multiply(mlir::AffineExpr a, mlir::AffineExpr b);
/// a + b, null where one of them is.
mlir::AffineExpr add(mlir::AffineExpr a, mlir::AffineExpr b);

} // namespace ingot

#endif // INGOT_CODEGEN_EXTENTS_H

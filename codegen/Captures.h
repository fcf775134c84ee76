//===-- Captures.h - what code that becomes a function takes along ------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_CAPTURES_H
#define INGOT_CODEGEN_CAPTURES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"

namespace ingot {

/// What a region uses from around it.
struct Captures {
  llvm::SetVector<mlir::Value> values;
  /// Of these the new function gets copies.
  llvm::SmallVector<mlir::Operation *> constants;
};

/// What \p region uses from around it, and \p more.
Captures collectCaptures(mlir::Region &region, mlir::ValueRange more = {});

/// Marks the arguments of \p body from number \p first on, which stand for \p captures: a buffer that nothing else
/// captured shares, as far as the function \p from knows, is not shared in the body either.
void markNoalias(mlir::func::FuncOp body, unsigned first, mlir::ValueRange captures, mlir::func::FuncOp from);

} // namespace ingot

#endif // INGOT_CODEGEN_CAPTURES_H

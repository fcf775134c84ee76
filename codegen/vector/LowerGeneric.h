//===- LowerGeneric.h - one structured operation to loops ------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VECTOR_LOWERGENERIC_H
#define INGOT_CODEGEN_VECTOR_LOWERGENERIC_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace ingot {

/// Replaces each structured operation on memory inside `root` that `filter` accepts by loops, as its schedule says.
mlir::LogicalResult lowerGenerics(mlir::Operation *root, llvm::function_ref<bool(mlir::linalg::LinalgOp)> filter);

} // namespace ingot

#endif // INGOT_CODEGEN_VECTOR_LOWERGENERIC_H

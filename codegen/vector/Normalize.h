//===- Normalize.h - any structured op as a generic with linear maps -------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VECTOR_NORMALIZE_H
#define INGOT_CODEGEN_VECTOR_NORMALIZE_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/PatternMatch.h"

namespace ingot {

/// Rewrites `op` to a linalg.generic whose indexing maps are linear: an input whose map divides becomes a load in the
/// body, affine.apply becomes arithmetic. Reports and fails where that is not possible.
mlir::FailureOr<mlir::linalg::GenericOp> normalizeGeneric(mlir::RewriterBase &rewriter, mlir::linalg::LinalgOp op);

} // namespace ingot

#endif // INGOT_CODEGEN_VECTOR_NORMALIZE_H

//===- Combiners.h - how a reduction combines ------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VECTOR_COMBINERS_H
#define INGOT_CODEGEN_VECTOR_COMBINERS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace ingot {

/// One result of a reduction: an associative operation on the result so far and a value that does not depend on it.
struct LaneCombiner {
  mlir::vector::CombiningKind kind;
  mlir::TypedAttr neutral;
};

/// The combiner of each output of `op`, or failure where an output is formed in any other way.
mlir::FailureOr<llvm::SmallVector<LaneCombiner>> matchCombiners(mlir::linalg::GenericOp op);

} // namespace ingot

#endif // INGOT_CODEGEN_VECTOR_COMBINERS_H

//===- Evaluate.h - operators on constants, at compile time
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_PASSES_EVALUATE_H
#define INGOT_PASSES_EVALUATE_H

#include "ir/Dialect.h"

namespace ingot {

/// The value of an operator's only result where constants define all operands, or the one that a view is of, which
/// shares its bytes; nothing where it is not one of those computed at compile time (arithmetic on elements, products,
/// and movement). Floats are computed in double precision and rounded once.
mlir::Attribute evaluateConstants(mlir::Operation *op);

/// The same bytes as a constant of another shape.
mlir::Attribute reshapeConstant(mlir::Attribute value, mlir::RankedTensorType type);

} // namespace ingot

#endif // INGOT_PASSES_EVALUATE_H

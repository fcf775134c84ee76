//===- LaneChoice.h - the loop that lanes run along ------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VECTOR_LANECHOICE_H
#define INGOT_CODEGEN_VECTOR_LANECHOICE_H

#include "codegen/vector/IterationSpace.h"
#include "codegen/vector/Schedule.h"

namespace ingot {

/// The loop of `space` along which `lanes` elements at once cost least, or none where the body has no vector form.
std::optional<unsigned> chooseLaneDim(mlir::linalg::GenericOp op, const IterationSpace &space, int64_t lanes);

/// Whether the body of `op` has a vector form with lanes along `dim`.
bool isVectorizableAlong(mlir::linalg::GenericOp op, const IterationSpace &space, unsigned dim);

} // namespace ingot

#endif // INGOT_CODEGEN_VECTOR_LANECHOICE_H

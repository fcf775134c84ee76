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

/// The loop that the lanes of a transpose store along, and the one its rows are loaded along.
struct TransposeDims {
  unsigned laneDim;
  unsigned rowDim;
};

/// The loops of a transpose, if `op` is one: its outputs are contiguous along one loop and an input along another.
std::optional<TransposeDims> chooseTranspose(mlir::linalg::GenericOp op, const IterationSpace &space, int64_t lanes);

/// Sides of the square tile of a transpose: more than 16 registers of 16 elements do not shuffle well.
inline constexpr int64_t kMaxTransposeTile = 16;

/// Whether lanes along `dim` reach some operand's elements one by one only.
bool needsGather(const IterationSpace &space, unsigned dim);

/// Whether the body of `op` has a vector form with lanes along `dim`.
bool isVectorizableAlong(mlir::linalg::GenericOp op, const IterationSpace &space, unsigned dim);

} // namespace ingot

#endif // INGOT_CODEGEN_VECTOR_LANECHOICE_H

//===- LaneAccess.h - loads and stores of lanes along a stride -------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VECTOR_LANEACCESS_H
#define INGOT_CODEGEN_VECTOR_LANEACCESS_H

#include "codegen/vector/IndexMath.h"

namespace ingot {

/// The lanes that one piece of code works on. A single lane is a scalar; the mask (if any) includes lane 0.
struct Lanes {
  int64_t count = 1;
  mlir::Value mask;

  bool isScalar() const { return count == 1; }
};

/// Elements offset, offset + stride, ... of a 1-D memref: a scalar where all lanes share it (a known stride of 0, or a
/// single lane), else a vector.
mlir::Value loadLanes(mlir::ImplicitLocOpBuilder &b, mlir::Value base, Index offset, Index stride, const Lanes &lanes);

/// Stores a vector (or, for a single lane, a scalar) to elements offset, offset + stride, ...
void storeLanes(mlir::ImplicitLocOpBuilder &b, mlir::Value value, mlir::Value base, Index offset, Index stride,
                const Lanes &lanes);

/// Strides that loadLanes serves with contiguous loads and shuffles.
bool isShuffledStride(int64_t stride);

} // namespace ingot

#endif // INGOT_CODEGEN_VECTOR_LANEACCESS_H

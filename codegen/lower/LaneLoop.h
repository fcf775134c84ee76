//===- LaneLoop.h - loops over contiguous elements, several at a time
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For kernels that linalg cannot describe (windows, samples at computed
// positions) and that still run along contiguous channels: the arithmetic is
// written once and works on elements and on vectors of them.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_LANELOOP_H
#define INGOT_CODEGEN_LOWER_LANELOOP_H

#include "codegen/tile/IndexBuilder.h"

#include "mlir/IR/BuiltinTypes.h"

namespace ingot {

/// Covers [0, count) with pieces of at most `lanes` elements; `body` gets the first element and the (static) width.
/// Without a known count what is left over goes one by one.
void forLanes(tile::IndexBuilder &b, mlir::Value count, int64_t lanes,
              llvm::function_ref<void(mlir::Value first, int64_t width)> body);

/// `element`, or a vector of `width` of them.
mlir::Type laneType(mlir::Type element, int64_t width);
/// A scalar in each lane.
mlir::Value splat(tile::IndexBuilder &b, mlir::Value scalar, int64_t width);
mlir::Value numberLike(tile::IndexBuilder &b, mlir::Type element, double value, int64_t width);

/// `width` elements that start at `indices`, in the body type of a tensor of `element`s (see fromMemory).
mlir::Value loadLanes(tile::IndexBuilder &b, mlir::Value memref, mlir::ValueRange indices, mlir::Type element,
                      int64_t width);
void storeLanes(tile::IndexBuilder &b, mlir::Value value, mlir::Value memref, mlir::ValueRange indices,
                mlir::Type element);

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_LANELOOP_H

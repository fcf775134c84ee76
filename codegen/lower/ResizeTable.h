//===- ResizeTable.h - input positions and weights of each output position
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_RESIZETABLE_H
#define INGOT_CODEGEN_LOWER_RESIZETABLE_H

#include "codegen/lower/HostLowering.h"
#include "ir/Dialect.h"

namespace ingot {

/// An axis whose extents, scale and region of interest are known when the model is compiled.
struct KnownAxis {
  int64_t in, out;
  double scale;
  double start, end;
};

/// One axis of a resize, in run-time values: extents are indices, the rest is f32.
struct AxisScale {
  int64_t axis;
  mlir::Value in, out, scale;
  std::pair<mlir::Value, mlir::Value> roi; ///< null where nothing is cropped
  std::optional<KnownAxis> known;
  std::optional<double> knownScale; ///< also where an extent is not
};

/// Row o of `positions` (i32) and `weights` (f32), both [out, taps], says what output position o takes. A position of
/// -1 lies outside of the input and asks for the extrapolation value.
struct ResizeTable {
  int64_t axis, taps;
  mlir::Value positions, weights;
};

/// Source: ONNX Resize, the formulas of its coordinate, nearest and cubic modes. Fails with a diagnostic for
/// antialiasing with a scale that only the run time knows: the number of taps depends on it.
llvm::FailureOr<ResizeTable> makeResizeTable(ResizeOp op, HostLowering &host, const AxisScale &axis);

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_RESIZETABLE_H

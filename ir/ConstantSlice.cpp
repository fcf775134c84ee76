//===- ConstantSlice.cpp - slices that only shift indices
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/ConstantSlice.h"

using namespace ingot;
using namespace mlir;

std::optional<SmallVector<int64_t>> ingot::getSliceOffsets(SliceOp op, ShapeAnalysis &shapes) {
  ArrayRef<SymExpr> dims = shapes.dims(op.getInput());
  auto starts = shapes.constants(op.getStarts()), ends = shapes.constants(op.getEnds());
  auto axes = op.getAxes() ? shapes.constants(op.getAxes()) : std::nullopt;
  auto steps = op.getSteps() ? shapes.constants(op.getSteps()) : std::nullopt;
  if (!starts || !ends || (op.getAxes() && !axes) || (op.getSteps() && !steps))
    return std::nullopt;
  if (steps && llvm::any_of(*steps, [](int64_t step) { return step != 1; }))
    return std::nullopt;
  SmallVector<int64_t> offsets(dims.size());
  for (auto [i, start] : llvm::enumerate(*starts)) {
    int64_t axis = axes ? (*axes)[i] : i;
    axis += axis < 0 ? dims.size() : 0;
    std::optional<int64_t> extent = dims[axis].constant();
    if (!extent)
      return std::nullopt;
    offsets[axis] = std::clamp<int64_t>(start < 0 ? start + *extent : start, 0, *extent);
  }
  return offsets;
}

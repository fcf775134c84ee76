//===- ConstantSlice.h - slices that only shift indices
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_IR_CONSTANTSLICE_H
#define INGOT_IR_CONSTANTSLICE_H

#include "ir/Dialect.h"
#include "ir/ShapeAnalysis.h"

namespace ingot {

/// What a slice adds to each index of its result to give that of its input; nothing where a step is not 1, or only the
/// run time knows a bound or the extent between them.
std::optional<llvm::SmallVector<int64_t>> getSliceOffsets(SliceOp op, ShapeAnalysis &shapes);

} // namespace ingot

#endif // INGOT_IR_CONSTANTSLICE_H

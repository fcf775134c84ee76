//===- JoinedDims.h - Which dimensions a reshape joined -*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_PASSES_JOINEDDIMS_H
#define INGOT_PASSES_JOINEDDIMS_H

#include "ir/Symbolic.h"

#include <optional>

namespace ingot {

/// Dimensions [begin, end).
struct DimRange {
  unsigned begin, end;
};

/// The dimensions of `whole` that each of `joined` is made of; nothing where a reshape from one to the other does more
/// than join dimensions, and insert or drop ones.
std::optional<llvm::SmallVector<DimRange>> findJoined(SymContext &symbols, llvm::ArrayRef<SymExpr> whole,
                                                      llvm::ArrayRef<SymExpr> joined);

/// The dimensions of `ranges[axis]` for each of `axes`.
llvm::SmallVector<int64_t> expand(llvm::ArrayRef<DimRange> ranges, llvm::ArrayRef<int64_t> axes);

} // namespace ingot

#endif // INGOT_PASSES_JOINEDDIMS_H

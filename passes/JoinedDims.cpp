//===- JoinedDims.cpp - Which dimensions a reshape joined
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/JoinedDims.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"

using namespace ingot;
using namespace llvm;

std::optional<SmallVector<DimRange>> ingot::findJoined(SymContext &symbols, ArrayRef<SymExpr> whole,
                                                       ArrayRef<SymExpr> joined) {
  SmallVector<DimRange> found;
  unsigned end = 0;
  for (SymExpr extent : joined) {
    unsigned begin = end;
    auto isComplete = [&] { return product(symbols, whole.slice(begin, end - begin)) == extent; };
    if (end < whole.size() && extent == whole[end])
      ++end;
    while (end < whole.size() && !isComplete())
      ++end;
    if (!isComplete())
      return std::nullopt;
    found.push_back({begin, end});
  }
  if (found.empty() || !all_of(whole.drop_front(end), [](SymExpr extent) { return extent.isConstant(1); }))
    return std::nullopt;
  found.back().end = whole.size();
  return found;
}

SmallVector<int64_t> ingot::expand(ArrayRef<DimRange> ranges, ArrayRef<int64_t> axes) {
  SmallVector<int64_t> dims;
  for (int64_t axis : axes)
    append_range(dims, seq<int64_t>(ranges[axis].begin, ranges[axis].end));
  return dims;
}

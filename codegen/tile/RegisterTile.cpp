//===- RegisterTile.cpp - The sums of one tile through a reduction ---------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/RegisterTile.h"

using namespace mlir;
using namespace ingot::tile;

SmallVector<Value> RegisterTile::start(Multiplier &multiplier, ArrayRef<Value> columns) const {
  SmallVector<Value> sums(size() * sets, multiplier.zero());
  if (!columns.empty())
    for (int64_t i = 0; i < size(); ++i)
      sums[i] = columns[i % vectors];
  return sums;
}

SmallVector<Value> RegisterTile::combine(Multiplier &multiplier, ValueRange sums) const {
  SmallVector<Value> result(sums);
  // A tree, so that the additions of one sum do not wait for each other.
  for (int64_t left = sets; left > 1; left = (left + 1) / 2)
    for (int64_t set = (left + 1) / 2; set < left; ++set)
      for (int64_t i = 0; i < size(); ++i) {
        Value &sum = result[(set - (left + 1) / 2) * size() + i];
        sum = multiplier.add(sum, result[set * size() + i]);
      }
  result.truncate(size());
  return result;
}

void ingot::tile::accumulate(Multiplier &multiplier, const RegisterTile &tile, RowRange rows,
                             const ReductionStep &step, MutableArrayRef<Value> sums) {
  SmallVector<Value> right;
  for (int64_t v = 0; v < tile.vectors; ++v)
    right.push_back(step.loadRight(v));
  Value padding = multiplier.loadPadding();
  for (int64_t r = 0; r < tile.rows; ++r) {
    bool isInside = r >= rows.begin && r < rows.end;
    if (!isInside && !padding)
      continue;
    Value left = isInside ? step.loadLeft(r) : padding;
    for (int64_t v = 0; v < tile.vectors; ++v) {
      Value &sum = sums[r * tile.vectors + v];
      sum = multiplier.multiplyAdd(left, right[v], sum);
    }
  }
}

SmallVector<Value> ingot::tile::reduce(IndexBuilder &b, const RegisterTile &tile, Value lo, Value hi, int64_t unroll,
                                       ValueRange sums,
                                       function_ref<void(Value k, MutableArrayRef<Value> sums)> step) {
  Value mainEnd = b.add(lo, b.alignDown(b.max(b.sub(hi, lo), b.index(0)), unroll));
  auto emitSteps = [&](Value first, int64_t count, ValueRange carried) {
    SmallVector<Value> results(carried);
    for (int64_t u = 0; u < count; ++u)
      step(b.add(first, u), MutableArrayRef(results).slice(u % tile.sets * tile.size(), tile.size()));
    return results;
  };
  SmallVector<Value> result = b.loop(lo, mainEnd, unroll, sums, [&](Value k, ValueRange carried) {
    return emitSteps(k, unroll, carried);
  });
  if (unroll == 1)
    return result;
  std::optional<int64_t> rest = getConstant(b.sub(hi, mainEnd));
  if (rest)
    return emitSteps(mainEnd, std::max<int64_t>(*rest, 0), result);
  return b.loop(mainEnd, hi, 1, result, [&](Value k, ValueRange carried) { return emitSteps(k, 1, carried); });
}

//===- RowTiles.cpp - Covers rows with register tiles ----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Emitters.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

SmallVector<int64_t> ingot::tile::getTailRows(int64_t rows, std::optional<int64_t> extent) {
  if (extent)
    return *extent % rows ? SmallVector<int64_t>{*extent % rows} : SmallVector<int64_t>{};
  SmallVector<int64_t> tails;
  for (int64_t tail = llvm::bit_floor(static_cast<uint64_t>(rows - 1)); tail > 0; tail /= 2)
    tails.push_back(tail);
  return tails;
}

void ingot::tile::emitPanel(IndexBuilder &b, ScheduleAttr schedule, std::optional<int64_t> extent, Value panel,
                            Value panels, function_ref<void(int64_t vectors, bool isRagged)> emit) {
  int64_t lanes = schedule.getLanes(), vectors = schedule.getColumns() / lanes;
  int64_t rest = extent ? *extent % schedule.getColumns() : 0;
  int64_t last = rest ? llvm::divideCeil(rest, lanes) : vectors;
  bool isRagged = !extent || *extent % lanes != 0;
  if (last == vectors)
    return emit(vectors, isRagged);
  Value isLast = b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::eq, panel, b.add(panels, -1));
  b.branch(isLast, [&] { emit(last, isRagged); }, [&] { emit(vectors, /*isRagged=*/false); });
}

void ingot::tile::emitRowTiles(IndexBuilder &b, Value lo, Value hi, int64_t rows, ArrayRef<int64_t> tails,
                               function_ref<void(int64_t rows, Value first)> emitTile) {
  SmallVector<int64_t> sizes{rows};
  llvm::append_range(sizes, tails);
  for (int64_t size : sizes) {
    Value end = b.add(lo, b.alignDown(b.sub(hi, lo), size));
    b.loop(lo, end, size, [&](Value first) { emitTile(size, first); });
    lo = end;
  }
}

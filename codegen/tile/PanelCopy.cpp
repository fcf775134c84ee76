//===- PanelCopy.cpp - Packs a right operand on the fly --------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/PanelCopy.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot::tile;

PanelCopy::PanelCopy(IndexBuilder &builder, Multiplier &elementMultiplier, PanelSource from, Value to,
                     Value firstColumn, Value end, bool isRagged, bool hasMasks)
    : b(builder), multiplier(elementMultiplier), source(std::move(from)), panel(to), column(firstColumn),
      columnEnd(end), width(cast<MemRefType>(to.getType()).getDimSize(1)), lanes(multiplier.getLanes()),
      ragged(isRagged), masks(hasMasks) {}

Value PanelCopy::load(Value step, int64_t vector) {
  return vector::LoadOp::create(b, multiplier.getSumVector(), panel, ValueRange{step, b.index(vector * lanes)});
}

SmallVector<Value> PanelCopy::indexB(Value k, Value atColumn) {
  SmallVector<Value> indices(source.batch);
  if (source.layout == RhsLayout::transposed)
    indices.append({atColumn, k});
  else
    indices.append({k, atColumn});
  return indices;
}

Value PanelCopy::getValidColumns() {
  return ragged ? b.min(b.index(width), b.sub(columnEnd, column)) : b.index(width);
}

void PanelCopy::copy(Value kBegin, Value kEnd) {
  if (source.layout == RhsLayout::transposed)
    return copyTransposed(kBegin, kEnd);
  if (ragged && masks)
    return copyRows(kBegin, kEnd, /*masked=*/true);
  Value isFull = b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::eq, getValidColumns(), b.index(width));
  b.branch(isFull, [&] { copyRows(kBegin, kEnd, /*masked=*/false); },
           [&] {
             clear(b.sub(kEnd, kBegin));
             copyElements(kBegin, kBegin, kEnd, b.index(0));
           });
}

void PanelCopy::clear(Value rows) {
  Value zero = multiplier.zero();
  b.loop(b.index(0), rows, 1, [&](Value row) {
    for (int64_t c = 0; c < width; c += lanes)
      vector::StoreOp::create(b, zero, panel, ValueRange{row, b.index(c)});
  });
}

void PanelCopy::copyRows(Value kBegin, Value kEnd, bool masked) {
  auto type = VectorType::get(lanes, cast<MemRefType>(source.memref.getType()).getElementType());
  auto load = [&](Value k, Value at) -> Value {
    if (!masked)
      return vector::LoadOp::create(b, type, source.memref, indexB(k, at));
    Value valid = b.max(b.sub(columnEnd, at), b.index(0));
    Value mask = vector::CreateMaskOp::create(b, type.clone(b.getI1Type()), valid);
    Value zero = arith::ConstantOp::create(b, b.getZeroAttr(type));
    return vector::MaskedLoadOp::create(b, type, source.memref, indexB(k, at), mask, zero);
  };
  b.loop(kBegin, kEnd, 1, [&](Value k) {
    for (int64_t c = 0; c < width; c += lanes) {
      Value row = load(k, b.add(column, c));
      vector::StoreOp::create(b, multiplier.extendRight(row), panel, ValueRange{b.sub(k, kBegin), b.index(c)});
    }
  });
}

/// Columns [firstColumn, valid) of steps [lo, hi), one by one.
void PanelCopy::copyElements(Value kBegin, Value lo, Value hi, Value firstColumn) {
  b.loop(lo, hi, 1, [&](Value k) {
    b.loop(firstColumn, getValidColumns(), 1, [&](Value c) {
      Value element = memref::LoadOp::create(b, source.memref, indexB(k, b.add(column, c)));
      memref::StoreOp::create(b, multiplier.extendRight(element), panel, ValueRange{b.sub(k, kBegin), c});
    });
  });
}

/// Transposes square vectors in log2(lanes) rounds of interleaving row i with row i + lanes / 2.
static void transpose(IndexBuilder &b, SmallVectorImpl<Value> &rows) {
  int64_t lanes = rows.size();
  SmallVector<int64_t> low, high;
  for (int64_t i = 0; i < lanes / 2; ++i) {
    low.append({i, lanes + i});
    high.append({lanes / 2 + i, lanes + lanes / 2 + i});
  }
  for (int64_t round = 1; round < lanes; round *= 2) {
    SmallVector<Value> next;
    for (int64_t i = 0; i < lanes / 2; ++i) {
      next.push_back(vector::ShuffleOp::create(b, rows[i], rows[i + lanes / 2], low));
      next.push_back(vector::ShuffleOp::create(b, rows[i], rows[i + lanes / 2], high));
    }
    rows.assign(next);
  }
}

/// Squares of lanes x lanes go through registers, what is left over element by element.
void PanelCopy::copyTransposed(Value kBegin, Value kEnd) {
  Value squareColumns = b.alignDown(getValidColumns(), lanes);
  Value squareEnd = b.add(kBegin, b.alignDown(b.sub(kEnd, kBegin), lanes));
  if (ragged)
    clear(b.sub(kEnd, kBegin));
  auto type = VectorType::get(lanes, cast<MemRefType>(source.memref.getType()).getElementType());
  b.loop(b.index(0), squareColumns, lanes, [&](Value c) {
    b.loop(kBegin, squareEnd, lanes, [&](Value k) {
      SmallVector<Value> square;
      for (int64_t i = 0; i < lanes; ++i) {
        Value row = vector::LoadOp::create(b, type, source.memref, indexB(k, b.add(b.add(column, c), i)));
        square.push_back(multiplier.extendRight(row));
      }
      transpose(b, square);
      for (int64_t i = 0; i < lanes; ++i)
        vector::StoreOp::create(b, square[i], panel, ValueRange{b.add(b.sub(k, kBegin), i), c});
    });
  });
  copyElements(kBegin, squareEnd, kEnd, b.index(0));
  copyElements(kBegin, kBegin, squareEnd, squareColumns);
}

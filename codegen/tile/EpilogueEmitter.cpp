//===- EpilogueEmitter.cpp - Finishes and stores a register tile -----------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/EpilogueEmitter.h"

#include "codegen/vector/VectorizeBody.h"

#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace ingot::tile;

using Indices = SmallVector<Value>;

static Indices withColumn(ArrayRef<Value> row, Value column) {
  Indices indices(row);
  indices.push_back(column);
  return indices;
}

static Indices getRow(IndexBuilder &b, const FinishedTile &tile, Value row) {
  Indices indices(tile.firstRow);
  indices.back() = b.add(indices.back(), row);
  return indices;
}

/// Whether element i of a row of the output meets element `start + i` of the extra.
static bool isContiguousAlongColumns(AffineMap map, MemRefType type) {
  unsigned column = map.getNumDims() - 1;
  if (map.getNumResults() == 0 || map.getResults().back() != getAffineDimExpr(column, map.getContext()))
    return false;
  return llvm::none_of(map.getResults().drop_back(),
                       [&](AffineExpr e) { return e.isFunctionOfDim(column); }) &&
         type.isLastDimUnitStride();
}

/// Whether the map looks at the column alone, so that all rows of a tile share the loaded vector.
static bool isSharedByRows(AffineMap map) {
  for (unsigned d = 0; d + 1 < map.getNumDims(); ++d)
    if (map.isFunctionOfDim(d))
      return false;
  return true;
}

Value EpilogueEmitter::loadElement(unsigned i, ArrayRef<Value> row, Value column) {
  Indices indices = *affine::expandAffineMap(b, b.getLoc(), op.getExtraMap(i), withColumn(row, column));
  return memref::LoadOp::create(b, op.getExtras()[i], indices);
}

/// Lane by lane, for a memory order that vector loads do not meet. Lanes beyond the end repeat the last element.
Value EpilogueEmitter::gatherExtra(unsigned i, ArrayRef<Value> row, Value column, int64_t lanes, Value columnEnd) {
  Indices elements;
  for (int64_t lane = 0; lane < lanes; ++lane) {
    Value at = b.add(column, lane);
    if (columnEnd)
      at = b.min(at, b.sub(columnEnd, b.index(1)));
    elements.push_back(loadElement(i, row, at));
  }
  auto type = VectorType::get(lanes, elements.front().getType());
  return vector::FromElementsOp::create(b, type, elements);
}

Value EpilogueEmitter::loadExtra(unsigned i, ArrayRef<Value> row, Value column, int64_t lanes, Value mask,
                                 Value columnEnd) {
  AffineMap map = op.getExtraMap(i);
  Value extra = op.getExtras()[i];
  auto memrefType = cast<MemRefType>(extra.getType());
  if (!map.isFunctionOfDim(map.getNumDims() - 1))
    return loadElement(i, row, column);
  if (!isContiguousAlongColumns(map, memrefType))
    return gatherExtra(i, row, column, lanes, mask ? columnEnd : Value());
  Indices indices = *affine::expandAffineMap(b, b.getLoc(), map, withColumn(row, column));
  auto type = VectorType::get(lanes, memrefType.getElementType());
  if (!mask)
    return vector::LoadOp::create(b, type, extra, indices);
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(type));
  return vector::MaskedLoadOp::create(b, type, extra, indices, mask, zero);
}

SmallVector<Value> EpilogueEmitter::getOuts() {
  SmallVector<Value> outs{op.getOut()};
  llvm::append_range(outs, op.getFurtherOuts());
  return outs;
}

void EpilogueEmitter::emitVectors(const FinishedTile &tile, bool masked) {
  int64_t lanes = cast<VectorType>(tile.sums[0].getType()).getNumElements();
  int64_t vectors = tile.sums.size() / tile.rows / parts;
  // A vector that all rows share is loaded once, before any store could hide that it stays the same.
  SmallVector<Indices> shared(vectors, Indices(op.getExtras().size()));
  Indices columns, maskOf(vectors);
  for (int64_t v = 0; v < vectors; ++v) {
    columns.push_back(b.add(tile.column, v * lanes));
    if (masked)
      maskOf[v] = vector::CreateMaskOp::create(b, VectorType::get(lanes, b.getI1Type()),
                                               ValueRange{b.max(b.sub(tile.columnEnd, columns[v]), b.index(0))});
    for (unsigned i = 0; i < op.getExtras().size(); ++i)
      if (isSharedByRows(op.getExtraMap(i)))
        shared[v][i] = loadExtra(i, tile.firstRow, columns[v], lanes, maskOf[v], tile.columnEnd);
  }
  for (int64_t r = 0; r < tile.rows; ++r) {
    Indices row = getRow(b, tile, b.index(r));
    for (int64_t v = 0; v < vectors; ++v) {
      Indices arguments;
      for (int64_t part = 0; part < parts; ++part)
        arguments.push_back(tile.sums[(r * parts + part) * vectors + v]);
      for (unsigned i = 0; i < op.getExtras().size(); ++i)
        arguments.push_back(shared[v][i] ? shared[v][i]
                                         : loadExtra(i, row, columns[v], lanes, maskOf[v], tile.columnEnd));
      Indices results = vectorizeBody(b, b.getLoc(), op.getEpilogue().front(), arguments, lanes);
      Indices indices = withColumn(row, columns[v]);
      for (auto [result, out] : llvm::zip(results, getOuts()))
        if (masked)
          vector::MaskedStoreOp::create(b, out, indices, maskOf[v], result);
        else
          vector::StoreOp::create(b, result, out, indices);
    }
  }
}

/// Spills the sums and finishes the columns that are left one by one.
void EpilogueEmitter::emitScalars(const FinishedTile &tile) {
  auto sumVector = cast<VectorType>(tile.sums[0].getType());
  int64_t lanes = sumVector.getNumElements(), vectors = tile.sums.size() / tile.rows;
  int64_t partColumns = vectors * lanes / parts;
  Value spill = b.stackBuffer({tile.rows, vectors * lanes}, sumVector.getElementType());
  for (auto [i, sum] : llvm::enumerate(tile.sums))
    vector::StoreOp::create(b, sum, spill, ValueRange{b.index(i / vectors), b.index(i % vectors * lanes)});
  b.loop(b.index(0), b.index(tile.rows), 1, [&](Value r) {
    Indices row = getRow(b, tile, r);
    b.loop(b.index(0), b.sub(tile.columnEnd, tile.column), 1, [&](Value c) {
      Indices sums;
      for (int64_t part = 0; part < parts; ++part)
        sums.push_back(memref::LoadOp::create(b, spill, ValueRange{r, b.add(c, part * partColumns)}));
      emitScalar(sums, row, b.add(tile.column, c));
    });
  });
}

void EpilogueEmitter::emitScalar(ArrayRef<Value> sums, ArrayRef<Value> row, Value column) {
  Block &body = op.getEpilogue().front();
  IRMapping mapping;
  mapping.map(body.getArguments().take_front(parts), sums);
  for (unsigned i = 0; i < op.getExtras().size(); ++i)
    mapping.map(body.getArgument(i + parts), loadElement(i, row, column));
  for (Operation &inner : body.without_terminator())
    b.clone(inner, mapping);
  for (auto [value, out] : llvm::zip(cast<YieldOp>(body.getTerminator()).getValues(), getOuts()))
    memref::StoreOp::create(b, mapping.lookupOrDefault(value), out, withColumn(row, column));
}

void EpilogueEmitter::emit(const FinishedTile &tile) {
  if (!tile.columnEnd)
    return emitVectors(tile, /*masked=*/false);
  if (masks)
    return emitVectors(tile, /*masked=*/true);
  int64_t width = cast<VectorType>(tile.sums[0].getType()).getNumElements() * tile.sums.size() / tile.rows / parts;
  Value fits = b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::sle, b.add(tile.column, width), tile.columnEnd);
  b.branch(fits, [&] { emitVectors(tile, /*masked=*/false); }, [&] { emitScalars(tile); });
}

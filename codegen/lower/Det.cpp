//===- Det.cpp - determinants
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/FloatBuilder.h"
#include "codegen/lower/Lower.h"
#include "codegen/lower/Sample.h"
#include "ir/GraphBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace ingot;
using namespace mlir;
using Values = tile::IndexBuilder::Values;

/// The row at or below `column` with the largest element in it.
static Value findPivot(KernelBuilder &b, Value matrix, Value batch, Value column, Value size) {
  auto magnitude = [&](Value row) -> Value { return math::AbsFOp::create(b, b.load(matrix, {batch, row, column})); };
  Values best{column, magnitude(column)};
  best = b.loop(b.add(column, 1), size, 1, best, [&](Value row, ValueRange carried) -> Values {
    Value candidate = magnitude(row);
    Value larger = arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, candidate, carried[1]);
    return {b.select(larger, row, carried[0]), b.select(larger, candidate, carried[1])};
  });
  return best[0];
}

static void swapRows(KernelBuilder &b, Value matrix, Value batch, Value x, Value y, Value size) {
  b.loop(b.index(0), size, 1, [&](Value column) {
    Value first = b.load(matrix, {batch, x, column}), second = b.load(matrix, {batch, y, column});
    b.store(second, matrix, {batch, x, column});
    b.store(first, matrix, {batch, y, column});
  });
}

/// Gaussian elimination with pivots on one matrix of [batch, size, size]; the product of the pivots.
static Value eliminate(KernelBuilder &b, FloatBuilder &f, Value matrix, Value batch, Value size) {
  Values determinant{f.number(1)};
  determinant = b.loop(b.index(0), size, 1, determinant, [&](Value k, ValueRange carried) -> Values {
    Value row = findPivot(b, matrix, batch, k, size);
    swapRows(b, matrix, batch, row, k, size);
    Value pivot = b.load(matrix, {batch, k, k});
    Value sign = b.select(b.equal(row, k), f.number(1), f.number(-1));
    // Below a zero pivot all elements are zero: any divisor does.
    Value isZero = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, pivot, f.number(0));
    Value divisor = b.select(isZero, f.number(1), pivot);
    b.loop(b.add(k, 1), size, 1, [&](Value i) {
      Value factor = f.div(b.load(matrix, {batch, i, k}), divisor);
      b.loop(b.add(k, 1), size, 1, [&](Value j) {
        Value change = f.mul(factor, b.load(matrix, {batch, k, j}));
        b.store(f.sub(b.load(matrix, {batch, i, j}), change), matrix, {batch, i, j});
      });
    });
    return {f.mul(f.mul(carried[0], sign), pivot)};
  });
  return determinant[0];
}

LogicalResult ingot::lowerDet(DetOp op, HostLowering &host) {
  int64_t rank = host.shapes.rank(op.getInput());
  Type element = GraphBuilder::element(op.getInput()), body = bodyType(element);
  SymExpr rows = host.shapes.dim(op.getInput(), rank - 2), columns = host.shapes.dim(op.getInput(), rank - 1);
  if (rows != columns) {
    Value want = host.index(rows), have = host.index(columns);
    Value same = arith::CmpIOp::create(host.b, host.loc, arith::CmpIPredicate::eq, want, have);
    host.check(same, "expected %lld columns of a square matrix but got %lld", {want, have});
  }
  Value input = group(host, host.buffer(op.getInput()), {rank - 2, rank - 1, rank});
  Value result = group(host, host.result(op.getResult()), {rank - 2});
  auto type = cast<MemRefType>(input.getType());
  SmallVector<Value> dynamic;
  for (int64_t dim = 0; dim < 3; ++dim)
    if (type.isDynamicDim(dim))
      dynamic.push_back(memref::DimOp::create(host.b, host.loc, input, dim));
  Value work = host.scratch(MemRefType::get(type.getShape(), body), dynamic);
  emitKernel(host, "det", {input, work, result}, {}, [&](KernelBuilder &b, ValueRange args, ArrayRef<Value>) {
    FloatBuilder f(b, body);
    Value size = b.dim(args[0], 1);
    b.box({b.dim(args[0], 0)}, /*parallel=*/true, [&](ValueRange at) {
      b.box({size, size}, /*parallel=*/false, [&](ValueRange ij) {
        Value value = fromMemory(b, b.getLoc(), b.load(args[0], {at[0], ij[0], ij[1]}), element);
        b.store(value, args[1], {at[0], ij[0], ij[1]});
      });
      Value determinant = eliminate(b, f, args[1], at[0], size);
      b.store(toMemory(b, b.getLoc(), determinant, element), args[2], at[0]);
    });
  });
  return success();
}

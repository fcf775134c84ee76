//===- Select.cpp - operators that keep the elements that data chooses
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One kernel counts, which tells the size of the result; the next one fills it.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/KernelBuilder.h"
#include "codegen/lower/Lower.h"
#include "ir/GraphBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace ingot;
using namespace mlir;
using Values = tile::IndexBuilder::Values;

static Value isNonZero(KernelBuilder &b, Value memory, Type element) {
  Value x = fromMemory(b, b.getLoc(), memory, element);
  if (element.isInteger(1))
    return x;
  if (isa<FloatType>(element))
    return arith::CmpFOp::create(b, arith::CmpFPredicate::UNE, x, b.number(x.getType(), 0));
  return arith::CmpIOp::create(b, arith::CmpIPredicate::ne, x, b.number(x.getType(), 0));
}

/// The number of non-zero elements in a one-dimensional memref.
static Value countNonZero(HostLowering &host, KernelBuilder &b, Value memref, Type element) {
  Value total = host.scratch(MemRefType::get({}, b.getI64Type()));
  emitKernel(host, "count_non_zero", {memref, total}, {}, [&](KernelBuilder &k, ValueRange m, ArrayRef<Value>) {
    k.store(k.number(k.getI64Type(), 0), m[1]);
    k.generic(m[0], m[1], {k.identity(1), AffineMap::get(1, 0, k.getContext())}, KernelBuilder::Iterator::reduction,
              [&](KernelBuilder &b, ValueRange e) {
                Value one = arith::ExtUIOp::create(b, b.getI64Type(), isNonZero(b, e[0], element));
                return Values{arith::AddIOp::create(b, e[1], one)};
              });
  });
  return b.toIndex(b.load(total), b.getI64Type());
}

/// Calls `write(position, place)` for each non-zero element of a one-dimensional memref, in order.
static void forEachNonZero(KernelBuilder &k, Value memref, Type element, Value extent,
                           llvm::function_ref<void(Value position, Value place)> write) {
  auto loop = scf::ForOp::create(k, k.index(0), extent, k.index(1), k.index(0));
  OpBuilder::InsertionGuard guard(k);
  k.setInsertionPointToStart(loop.getBody());
  Value position = loop.getInductionVar(), place = loop.getRegionIterArg(0);
  Value chosen = isNonZero(k, k.load(memref, position), element);
  auto branch = scf::IfOp::create(k, chosen, /*withElseRegion=*/false);
  Value next = k.add(place, k.createOrFold<arith::IndexCastUIOp>(k.getIndexType(), chosen));
  scf::YieldOp::create(k, next);
  k.setInsertionPointToStart(branch.thenBlock());
  write(position, place);
}

static LogicalResult lowerNonZero(NonZeroOp op, HostLowering &host) {
  KernelBuilder b = hostBuilder(host);
  int64_t rank = host.shapes.rank(op.getInput());
  Type element = GraphBuilder::element(op.getInput());
  Value whole = host.buffer(op.getInput()), input = group(host, whole, rank);
  Value count = countNonZero(host, b, input, element);
  Value out = host.result(op.getResult(), {b.index(rank), count});
  SmallVector<Value> extents = host.sizes(op.getInput());
  emitKernel(host, "non_zero", {input, out}, extents, [&](KernelBuilder &k, ValueRange m, ArrayRef<Value> extents) {
    forEachNonZero(k, m[0], element, k.dim(m[0], 0), [&](Value position, Value place) {
      for (int64_t i = rank - 1; i >= 0; --i) {
        Value index = i > 0 ? k.createOrFold<arith::RemSIOp>(position, extents[i]) : position;
        k.store(arith::IndexCastOp::create(k, k.getI64Type(), index), m[1], {k.index(i), place});
        if (i > 0)
          position = k.createOrFold<arith::DivSIOp>(position, extents[i]);
      }
    });
  });
  return success();
}

static LogicalResult lowerCompress(CompressOp op, HostLowering &host) {
  KernelBuilder b = hostBuilder(host);
  std::optional<int64_t> axis = op.getAxis();
  Type chosen = GraphBuilder::element(op.getCondition());
  Value input = groupAround(host, host.buffer(op.getInput()), axis), condition = host.buffer(op.getCondition());
  Value length = b.dim(condition, 0), extent = b.dim(input, 1);
  host.check(b.less(length, b.add(extent, 1)), "expected a condition of at most %lld elements but got %lld",
             {extent, length});
  Value count = countNonZero(host, b, condition, chosen);
  SmallVector<Value> extents{count};
  if (axis) {
    extents = host.sizes(op.getInput());
    extents[*axis] = count;
  }
  Value out = host.result(op.getResult(), extents);
  out = groupAround(host, out, axis);
  emitKernel(host, "compress", {condition, input, out}, {}, [&](KernelBuilder &k, ValueRange m, ArrayRef<Value>) {
    forEachNonZero(k, m[0], chosen, k.dim(m[0], 0), [&](Value position, Value place) {
      k.copy(k.slice(m[1], 1, position), k.slice(m[2], 1, place));
    });
  });
  return success();
}

void ingot::registerSelectLowering(MLIRContext *c) {
  NonZeroOp::attachInterface<HostModel<NonZeroOp, lowerNonZero>>(*c);
  CompressOp::attachInterface<HostModel<CompressOp, lowerCompress>>(*c);
}

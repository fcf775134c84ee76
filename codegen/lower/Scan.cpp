//===- Scan.cpp - operators that walk along one axis
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Combine.h"
#include "codegen/lower/KernelBuilder.h"
#include "codegen/lower/Lower.h"
#include "ir/GraphBuilder.h"

using namespace ingot;
using namespace mlir;
using Values = tile::IndexBuilder::Values;
using Iterator = KernelBuilder::Iterator;

//===----------------------------------------------------------------------===//
// Position of the largest or smallest element
//===----------------------------------------------------------------------===//

/// Whether `x` takes the place of `best`.
static Value isBetter(KernelBuilder &b, ArgReduceOp op, Type element, Value x, Value best) {
  bool last = op.getSelectLast();
  if (isa<FloatType>(element)) {
    using P = arith::CmpFPredicate;
    P predicate = op.getMax() ? (last ? P::OGE : P::OGT) : (last ? P::OLE : P::OLT);
    return arith::CmpFOp::create(b, predicate, x, best);
  }
  using P = arith::CmpIPredicate;
  bool isUnsigned = element.isUnsignedInteger() || element.isInteger(1);
  P predicate = op.getMax() ? (last ? P::sge : P::sgt) : (last ? P::sle : P::slt);
  if (isUnsigned)
    predicate = op.getMax() ? (last ? P::uge : P::ugt) : (last ? P::ule : P::ult);
  return arith::CmpIOp::create(b, predicate, x, best);
}

static LogicalResult lowerArgReduce(ArgReduceOp op, HostLowering &host) {
  KernelBuilder b = hostBuilder(host);
  auto axis = static_cast<int64_t>(op.getAxis());
  int64_t rank = host.shapes.rank(op.getInput()), resultRank = host.shapes.rank(op.getResult());
  Value extent = host.size(op.getInput(), axis);
  host.check(b.less(b.index(0), extent), "expected a dimension of at least 1 but got %lld", extent);
  Value input = group(host, host.buffer(op.getInput()), {axis, axis + 1, rank});
  Value out = group(host, host.result(op.getResult()), {axis, resultRank});
  auto type = cast<MemRefType>(input.getType());
  auto bestType = MemRefType::get({type.getDimSize(0), type.getDimSize(2)}, type.getElementType());
  SmallVector<Value> dynamic;
  for (int64_t dim : {0, 2})
    if (type.isDynamicDim(dim))
      dynamic.push_back(b.dim(input, dim));
  Type element = GraphBuilder::element(op.getInput());
  SmallVector<Value> memrefs{input, host.scratch(bestType, dynamic), out};
  emitKernel(host, "arg_reduce", memrefs, {}, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) {
    Value input = memrefs[0];
    k.copy(k.slice(input, 1, k.index(0)), memrefs[1]);
    k.fill(k.number(k.getI64Type(), 0), memrefs[2]);
    AffineMap outer = k.project(3, {0, 2});
    k.generic(input, memrefs.drop_front(), {k.identity(3), outer, outer},
              {Iterator::parallel, Iterator::reduction, Iterator::parallel}, [&](KernelBuilder &b, ValueRange e) {
                Location loc = b.getLoc();
                Value better =
                    isBetter(b, op, element, fromMemory(b, loc, e[0], element), fromMemory(b, loc, e[1], element));
                Value position = arith::IndexCastOp::create(b, b.getI64Type(), b.loopIndex(1));
                return Values{b.select(better, e[0], e[1]), b.select(better, position, e[2])};
              });
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Running sums
//===----------------------------------------------------------------------===//

/// The input's memory as [in front of the axis, axis, behind it]; the axis may be a run-time value.
static Value aroundAxis(HostLowering &host, KernelBuilder &b, Value memref, ValueRange dims, Value axis) {
  Value extents[] = {b.index(1), b.index(1), b.index(1)};
  SmallVector<int64_t> shape;
  for (auto [i, dim] : llvm::enumerate(dims)) {
    Value position = b.index(i), one = b.index(1);
    extents[0] = b.mul(extents[0], b.select(b.less(position, axis), dim, one));
    extents[1] = b.mul(extents[1], b.select(b.equal(position, axis), dim, one));
    extents[2] = b.mul(extents[2], b.select(b.less(axis, position), dim, one));
  }
  for (Value extent : extents)
    shape.push_back(tile::getConstant(extent).value_or(ShapedType::kDynamic));
  auto type = MemRefType::get(shape, cast<MemRefType>(memref.getType()).getElementType());
  return host.view(memref, type, extents);
}

static LogicalResult lowerCumSum(CumSumOp op, HostLowering &host) {
  KernelBuilder b = hostBuilder(host);
  SmallVector<Value> dims = host.sizes(op.getInput());
  auto rank = static_cast<int64_t>(dims.size());
  Value asked = host.element(op.getAxis(), 0), bound = b.index(rank);
  Value axis = b.wrapNegative(asked, bound);
  host.check(b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::ult, axis, bound),
             "expected an axis below %lld but got %lld", {bound, asked});
  Value input = aroundAxis(host, b, host.buffer(op.getInput()), dims, axis);
  Value out = aroundAxis(host, b, host.result(op.getResult()), dims, axis);
  Type element = GraphBuilder::element(op.getInput());
  Combiner sum = getCombiner(Combining::add, element);
  emitKernel(host, "cum_sum", {input, out}, {}, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) {
    Value input = memrefs[0], out = memrefs[1], extent = k.dim(input, 1);
    k.box({k.dim(input, 0), k.dim(input, 2)}, /*parallel=*/true, [&](ValueRange outer) {
      k.loop(k.index(0), extent, 1, sum.neutral(k, k.getLoc()), [&](Value i, ValueRange total) {
        Value position = op.getReverse() ? k.sub(k.sub(extent, k.index(1)), i) : i;
        Value at[] = {outer[0], position, outer[1]};
        Value x = fromMemory(k, k.getLoc(), k.load(input, at), element);
        Value next = sum.combine(k, k.getLoc(), total[0], x);
        k.store(toMemory(k, k.getLoc(), op.getExclusive() ? total[0] : next, element), out, at);
        return Values{next};
      });
    });
  });
  return success();
}

void ingot::registerScanLowering(MLIRContext *c) {
  ArgReduceOp::attachInterface<HostModel<ArgReduceOp, lowerArgReduce>>(*c);
  CumSumOp::attachInterface<HostModel<CumSumOp, lowerCumSum>>(*c);
}

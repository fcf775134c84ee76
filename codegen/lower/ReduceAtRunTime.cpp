//===- ReduceAtRunTime.cpp - reductions over axes that only the run time knows
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One flag a dimension tells whether it is reduced. The totals are visited with
// stride 0 along the dimensions that are, so one loop nest serves all cases.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Reduce.h"

#include "ir/GraphBuilder.h"

using namespace ingot;
using namespace mlir;
using Values = tile::IndexBuilder::Values;

/// Whether each of `rank` dimensions is reduced, as i1 values of the host program.
static Values reducedFlags(ReduceOp op, HostLowering &host, KernelBuilder &b, Value axes, int64_t rank) {
  auto mark = [&](Value axis, ValueRange flags) {
    axis = b.wrapNegative(axis, b.index(rank));
    Values next;
    for (auto [i, flag] : llvm::enumerate(flags))
      next.push_back(b.createOrFold<arith::OrIOp>(flag, b.equal(axis, b.index(i))));
    return next;
  };
  Values flags(rank, b.number(b.getI1Type(), 0));
  Value count = host.size(axes, 0);
  if (std::optional<int64_t> known = tile::getConstant(count)) {
    for (int64_t k = 0; k < *known; ++k)
      flags = mark(host.element(axes, k), flags);
  } else {
    Value memref = host.buffer(axes);
    Type element = GraphBuilder::element(axes);
    flags = b.loop(b.index(0), count, 1, flags,
                   [&](Value k, ValueRange carried) { return mark(b.toIndex(b.load(memref, k), element), carried); });
  }
  if (op.getNoopWithEmptyAxes())
    return flags;
  Value none = b.equal(count, b.index(0));
  for (Value &flag : flags)
    flag = b.createOrFold<arith::OrIOp>(flag, none);
  return flags;
}

/// The extents of the result: those of dimensions that are kept, in order, or 1 in place of the others.
static Values resultExtents(ReduceOp op, HostLowering &host, KernelBuilder &b, ValueRange dims, ValueRange flags,
                            int64_t resultRank) {
  Values extents;
  Value one = b.index(1);
  if (op.getKeepDims()) {
    for (auto [dim, flag] : llvm::zip(dims, flags))
      extents.push_back(b.select(flag, one, dim));
    return extents;
  }
  extents.assign(resultRank, one);
  Value position = b.index(0);
  for (auto [dim, flag] : llvm::zip(dims, flags)) {
    for (auto [j, extent] : llvm::enumerate(extents)) {
      Value isHere = b.select(flag, b.number(b.getI1Type(), 0), b.equal(position, b.index(j)));
      extent = b.select(isHere, dim, extent);
    }
    position = b.add(position, b.select(flag, b.index(0), one));
  }
  Value want = b.index(resultRank);
  host.check(b.equal(position, want), "expected a result of rank %lld but got rank %lld", {want, position});
  return extents;
}

/// A buffer of totals, twice: as what it is, in the result's shape, and spread over the input's dimensions.
static std::pair<Value, Value> totalsBuffer(HostLowering &host, KernelBuilder &b, Type type, ValueRange dims,
                                            ValueRange flags, ValueRange extents) {
  SmallVector<int64_t> dynamic(extents.size(), ShapedType::kDynamic);
  Value totals = host.scratch(MemRefType::get(dynamic, type), extents);
  auto rank = static_cast<int64_t>(dims.size());
  SmallVector<OpFoldResult> sizes, strides(rank);
  Value stride = b.index(1);
  for (int64_t i = rank - 1; i >= 0; --i) {
    strides[i] = b.createOrFold<arith::SelectOp>(flags[i], b.index(0), stride);
    stride = b.mul(stride, b.select(flags[i], b.index(1), dims[i]));
  }
  for (Value dim : dims)
    sizes.push_back(dim);
  SmallVector<int64_t> unknown(rank, ShapedType::kDynamic);
  auto spread = MemRefType::get(unknown, type, StridedLayoutAttr::get(b.getContext(), 0, unknown));
  return {totals, memref::ReinterpretCastOp::create(b, spread, totals, b.getIndexAttr(0), sizes, strides)};
}

namespace {
/// The kernel's memory and what is reduced.
struct RunTimeReduction {
  const Reducer &reducer;
  Type element;
  Value input, totals, spread, shifts, spreadShifts;

  void accumulate(KernelBuilder &k, const Reducer &how, Value memory, Value into) const {
    k.fill(how.neutral(k), memory);
    k.box(k.sizes(input), /*parallel=*/false, [&](ValueRange ivs) {
      Value x = fromMemory(k, k.getLoc(), k.load(input, ivs), element);
      Value shift = into == spread && shifts ? k.load(spreadShifts, ivs) : Value();
      k.store(how.add(k, k.load(into, ivs), x, shift), into, ivs);
    });
  }
  void emit(KernelBuilder &k) const {
    if (shifts) {
      accumulate(k, Reducer(ReduceKind::max, element), shifts, spreadShifts);
      k.elementwise({}, {}, shifts,
                    [](KernelBuilder &b, ValueRange e) { return Values{Reducer::finiteShift(b, e[0])}; });
    }
    accumulate(k, reducer, totals, spread);
  }
};
} // namespace

LogicalResult ingot::lowerReduceAtRunTime(ReduceOp op, HostLowering &host, Epilogue &epilogue) {
  KernelBuilder b = hostBuilder(host);
  Value input = epilogue.outside(op.getInput()), axes = epilogue.outside(op.getDynamicAxes());
  Values dims = host.sizes(input);
  Values flags = reducedFlags(op, host, b, axes, dims.size());
  Values extents = resultExtents(op, host, b, dims, flags, host.shapes.rank(op.getResult()));
  Value count = b.index(1);
  for (auto [dim, flag] : llvm::zip(dims, flags))
    count = b.mul(count, b.select(flag, dim, b.index(1)));

  Type element = GraphBuilder::element(input);
  Reducer reducer(op.getKind(), element);
  Value out = host.result(epilogue.result(), extents);
  SmallVector<Value> memrefs{host.buffer(input), out};
  for (int i = 0; i < 1 + reducer.needsShift(); ++i) {
    auto [totals, spread] = totalsBuffer(host, b, reducer.type(), dims, flags, extents);
    memrefs.append({totals, spread});
  }
  unsigned own = memrefs.size();
  llvm::append_range(memrefs, epilogue.extras());
  emitKernel(host, "reduce", memrefs, count, [&](KernelBuilder &k, ValueRange arguments, ArrayRef<Value> counts) {
    RunTimeReduction kernel{reducer, element, arguments[0], arguments[2], arguments[3], {}, {}};
    SmallVector<Value> ins{kernel.totals};
    if (reducer.needsShift()) {
      kernel.shifts = arguments[4];
      kernel.spreadShifts = arguments[5];
      ins.push_back(kernel.shifts);
    }
    kernel.emit(k);
    SmallVector<AffineMap> maps(ins.size(), k.identity(extents.size()));
    unsigned first = ins.size();
    llvm::append_range(ins, arguments.drop_front(own));
    llvm::append_range(maps, epilogue.maps());
    k.elementwise(ins, maps, arguments[1], [&](KernelBuilder &b, ValueRange e) {
      Value total = reducer.finish(b, e[0], counts[0], kernel.shifts ? e[1] : Value());
      return Values{epilogue.emit(b, b.getLoc(), total, e.drop_front(first).drop_back())};
    });
  });
  return success();
}

//===- Reduce.cpp - reductions over axes
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Reduce.h"

#include "codegen/lower/Lower.h"
#include "ir/GraphBuilder.h"

using namespace ingot;
using namespace mlir;
using Values = tile::IndexBuilder::Values;
using Iterator = KernelBuilder::Iterator;

/// The axes, where they are known now: all for none, unless none are wanted.
static std::optional<SmallVector<int64_t>> knownAxes(ReduceOp op, HostLowering &host, Value dynamicAxes) {
  SmallVector<int64_t> axes;
  int64_t rank = host.shapes.rank(op.getInput());
  if (op.getAxes()) {
    axes.assign(op.getAxes()->begin(), op.getAxes()->end());
  } else if (dynamicAxes) {
    auto constants = host.shapes.constants(dynamicAxes);
    if (!constants)
      return std::nullopt;
    for (int64_t axis : *constants)
      axes.push_back(axis < 0 ? axis + rank : axis);
  }
  if (axes.empty() && !op.getNoopWithEmptyAxes())
    axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  return axes;
}

namespace {

/// Over axes known when the model is compiled.
class StaticReduction {
public:
  StaticReduction(ReduceOp op, HostLowering &host, Epilogue &epilogue, ArrayRef<int64_t> axes);
  void lower();

private:
  Value totalsBuffer();
  Value withoutReduced(Value result);
  Value countReduced();

  // In the kernel.
  void findShifts(KernelBuilder &k);
  void addUp(KernelBuilder &k);
  void finishInPlace(KernelBuilder &k, Value count);
  void finish(KernelBuilder &k, Value count, Value out, ValueRange extras);
  Value shiftOf(ValueRange elements) const { return shifts ? elements[1] : Value(); }

  ReduceOp op;
  HostLowering &host;
  Epilogue &epilogue;
  Value input; ///< the tensor, then its memory in the kernel
  Type element;
  Reducer reducer;
  ArrayRef<int64_t> axes;
  SmallVector<unsigned> kept;     ///< dimensions of the input
  SmallVector<unsigned> inResult; ///< where they are in the result
  SmallVector<Iterator> iterators;
  AffineMap whole, keptMap;
  Value memory, totals, shifts; ///< in the kernel
};

} // namespace

StaticReduction::StaticReduction(ReduceOp op, HostLowering &host, Epilogue &epilogue, ArrayRef<int64_t> axes)
    : op(op), host(host), epilogue(epilogue), input(epilogue.outside(op.getInput())),
      element(GraphBuilder::element(input)), reducer(op.getKind(), element), axes(axes) {
  auto rank = static_cast<unsigned>(host.shapes.rank(input));
  for (unsigned i = 0; i < rank; ++i) {
    bool isReduced = llvm::is_contained(axes, i);
    iterators.push_back(isReduced ? Iterator::reduction : Iterator::parallel);
    if (isReduced)
      continue;
    inResult.push_back(op.getKeepDims() ? i : kept.size());
    kept.push_back(i);
  }
  KernelBuilder b = hostBuilder(host);
  whole = b.identity(rank);
  keptMap = b.project(rank, kept);
}

/// A buffer with the extents of the kept dimensions.
Value StaticReduction::totalsBuffer() {
  SmallVector<int64_t> shape;
  SmallVector<Value> dynamic;
  for (unsigned dim : kept) {
    SymExpr extent = host.shapes.dim(input, dim);
    shape.push_back(extent.constant().value_or(ShapedType::kDynamic));
    if (!extent.constant())
      dynamic.push_back(host.index(extent));
  }
  return host.scratch(MemRefType::get(shape, reducer.type()), dynamic);
}

/// The memory of the result without the dimensions of extent 1 that reduced ones left.
Value StaticReduction::withoutReduced(Value result) {
  auto type = cast<MemRefType>(result.getType());
  if (static_cast<int64_t>(inResult.size()) == type.getRank())
    return result;
  if (inResult.empty())
    return memref::CollapseShapeOp::create(host.b, host.loc, MemRefType::get({}, type.getElementType()), result,
                                           ArrayRef<ReassociationIndices>());
  SmallVector<int64_t> ends;
  for (unsigned dim : ArrayRef(inResult).drop_back())
    ends.push_back(dim + 1);
  ends.push_back(type.getRank());
  return group(host, result, ends);
}

Value StaticReduction::countReduced() {
  KernelBuilder b = hostBuilder(host);
  Value count = b.index(1);
  for (int64_t axis : axes)
    count = b.mul(count, host.size(input, axis));
  return count;
}

void StaticReduction::findShifts(KernelBuilder &k) {
  Reducer largest(ReduceKind::max, element);
  k.fill(largest.neutral(k), shifts);
  k.generic(memory, shifts, {whole, keptMap}, iterators, [&](KernelBuilder &b, ValueRange e) {
    return Values{largest.add(b, e[1], fromMemory(b, b.getLoc(), e[0], element))};
  });
  k.elementwise({}, {}, shifts, [](KernelBuilder &b, ValueRange e) { return Values{Reducer::finiteShift(b, e[0])}; });
}

void StaticReduction::addUp(KernelBuilder &k) {
  SmallVector<Value> ins{memory};
  if (shifts)
    ins.push_back(shifts);
  SmallVector<AffineMap> maps(ins.size() + 1, keptMap);
  maps.front() = whole;
  k.fill(reducer.neutral(k), totals);
  k.generic(ins, totals, maps, iterators, [&](KernelBuilder &b, ValueRange e) {
    return Values{reducer.add(b, e.back(), fromMemory(b, b.getLoc(), e[0], element), shiftOf(e))};
  });
}

void StaticReduction::finishInPlace(KernelBuilder &k, Value count) {
  if (!reducer.hasFinish())
    return;
  SmallVector<Value> ins;
  if (shifts)
    ins.push_back(shifts);
  k.elementwise(ins, SmallVector<AffineMap>(ins.size(), k.identity(kept.size())), totals,
                [&](KernelBuilder &b, ValueRange e) {
                  return Values{reducer.finish(b, e.back(), count, shifts ? e[0] : Value())};
                });
}

/// The total's last steps and the epilogue, over the dimensions of the result.
void StaticReduction::finish(KernelBuilder &k, Value count, Value out, ValueRange extras) {
  SmallVector<Value> ins{totals};
  if (shifts)
    ins.push_back(shifts);
  unsigned own = ins.size();
  auto rank = static_cast<unsigned>(cast<MemRefType>(out.getType()).getRank());
  SmallVector<AffineMap> maps(own, k.project(rank, inResult));
  llvm::append_range(ins, extras);
  llvm::append_range(maps, epilogue.maps());
  k.elementwise(ins, maps, out, [&](KernelBuilder &b, ValueRange e) {
    Value total = reducer.finish(b, e[0], count, shiftOf(e));
    return Values{epilogue.emit(b, b.getLoc(), total, e.drop_front(own).drop_back())};
  });
}

void StaticReduction::lower() {
  SmallVector<Value> extras = epilogue.extras();
  Value out = host.result(epilogue.result());
  // The result itself collects the totals where it can hold them.
  bool direct = epilogue.isTrivial() && memoryType(element) == reducer.type();
  SmallVector<Value> memrefs{host.buffer(input), direct ? withoutReduced(out) : totalsBuffer()};
  if (reducer.needsShift())
    memrefs.push_back(totalsBuffer());
  if (!direct)
    memrefs.push_back(out);
  llvm::append_range(memrefs, extras);
  auto body = [&](KernelBuilder &k, ValueRange arguments, ArrayRef<Value> counts) {
    memory = arguments[0];
    totals = arguments[1];
    ValueRange rest = arguments.drop_front(2);
    if (reducer.needsShift()) {
      shifts = rest.front();
      rest = rest.drop_front();
      findShifts(k);
    }
    addUp(k);
    if (direct)
      return finishInPlace(k, counts[0]);
    finish(k, counts[0], rest.front(), rest.drop_front());
  };
  emitKernel(host, "reduce", memrefs, countReduced(), body);
}

static LogicalResult lowerReduce(ReduceOp op, HostLowering &host, Epilogue &epilogue) {
  Value dynamicAxes = op.getDynamicAxes() ? epilogue.outside(op.getDynamicAxes()) : Value();
  auto axes = knownAxes(op, host, dynamicAxes);
  if (!axes)
    return lowerReduceAtRunTime(op, host, epilogue);
  StaticReduction(op, host, epilogue, *axes).lower();
  return success();
}

void ingot::registerReduceLowering(MLIRContext *c) {
  ReduceOp::attachInterface<AnchorModel<ReduceOp, lowerReduce>>(*c);
}

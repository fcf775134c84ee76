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

/// Elements and lines from which on threads share the lines of an image, say, whose channels are added up; and how much
/// in front of the lines is enough for them to share.
constexpr int64_t leastLineElements = 1 << 15, leastLines = 8, enoughInFront = 16;

/// Over axes known when the model is compiled.
///
/// Of many elements that become few, groups of the outermost reduced axis' indices (lines) have totals of their own
/// first, so that threads share the lines: those that each has written, and will read, as most kernels go by lines.
class StaticReduction {
public:
  StaticReduction(ReduceOp op, HostLowering &host, Epilogue &epilogue, ArrayRef<int64_t> axes);
  void lower();

private:
  bool goesByLines();
  unsigned line() const { return static_cast<unsigned>(*llvm::min_element(axes)); }
  Value totalsBuffer(ArrayRef<unsigned> dims);
  Value withoutReduced(Value result);
  Value countReduced();

  // In the kernel.
  void findShifts(KernelBuilder &k);
  void addUp(KernelBuilder &k);
  void addUpGroups(KernelBuilder &k);
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
  Value groups;                 ///< their totals, where lines are grouped
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

/// Whether there are lines, of vectors of what is kept, and too little in front of them to share.
bool StaticReduction::goesByLines() {
  if (axes.size() < 2 || kept.empty() || kept.back() + 1 != iterators.size() || reducer.needsShift())
    return false;
  int64_t inFront = 1, elements = 1;
  for (unsigned dim = 0; dim < iterators.size(); ++dim) {
    std::optional<int64_t> extent = host.shapes.dim(input, dim).constant();
    if (dim < line())
      inFront *= extent.value_or(1);
    elements *= extent.value_or(leastLineElements);
  }
  int64_t lines = host.shapes.dim(input, line()).constant().value_or(leastLines);
  return inFront < enoughInFront && lines >= leastLines && elements >= leastLineElements;
}

/// How many groups of equal size there are of so many lines: a few, which two threads share evenly if that can be.
static int64_t countGroups(int64_t lines) {
  constexpr int64_t most = 8;
  for (int64_t divisor : {2, 1})
    for (int64_t count = most; count > 1; --count)
      if (count % divisor == 0 && lines % count == 0)
        return count;
  return lines;
}

/// For totals with these dimensions of the input, or groups in the place of the lines.
Value StaticReduction::totalsBuffer(ArrayRef<unsigned> dims) {
  SmallVector<int64_t> shape;
  SmallVector<Value> dynamic;
  for (unsigned dim : dims) {
    SymExpr extent = host.shapes.dim(input, dim);
    std::optional<int64_t> known = extent.constant();
    bool isGrouped = known && llvm::is_contained(axes, dim);
    shape.push_back(isGrouped ? countGroups(*known) : known.value_or(ShapedType::kDynamic));
    if (!known)
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
  if (groups)
    return addUpGroups(k);
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

/// The lines as groups of lines; where only the run knows how many there are, each is a group.
static Value groupLines(KernelBuilder &k, Value memory, unsigned line, int64_t groups) {
  auto type = cast<MemRefType>(memory.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[line] = ShapedType::isDynamic(shape[line]) ? 1 : shape[line] / groups;
  shape.insert(shape.begin() + line, groups);
  SmallVector<ReassociationIndices> dims;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    dims.push_back(dim < line ? ReassociationIndices{dim} : ReassociationIndices{dim + 1});
  dims[line].insert(dims[line].begin(), line);
  SmallVector<OpFoldResult> sizes;
  for (auto [dim, extent] : llvm::enumerate(shape))
    sizes.push_back(ShapedType::isDynamic(extent) ? OpFoldResult(k.dim(memory, dim <= line ? dim : dim - 1))
                                                  : k.getIndexAttr(extent));
  return memref::ExpandShapeOp::create(k, shape, memory, dims, sizes);
}

void StaticReduction::addUpGroups(KernelBuilder &k) {
  unsigned rank = iterators.size() + 1;
  SmallVector<Iterator> loops(iterators), groupLoops;
  loops.insert(loops.begin() + line(), Iterator::parallel);
  SmallVector<unsigned> inGroups, keptOfGroups;
  for (auto [dim, iterator] : llvm::enumerate(loops)) {
    if (iterator != Iterator::parallel)
      continue;
    bool isGroup = dim == line();
    if (!isGroup)
      keptOfGroups.push_back(inGroups.size());
    groupLoops.push_back(isGroup ? Iterator::reduction : Iterator::parallel);
    inGroups.push_back(dim);
  }
  unsigned groupDim = llvm::find(groupLoops, Iterator::reduction) - groupLoops.begin();
  Value lines = groupLines(k, memory, line(), cast<MemRefType>(groups.getType()).getDimSize(groupDim));
  k.fill(reducer.neutral(k), groups);
  k.generic(lines, groups, {k.identity(rank), k.project(rank, inGroups)}, loops, [&](KernelBuilder &b, ValueRange e) {
    return Values{reducer.add(b, e[1], fromMemory(b, b.getLoc(), e[0], element))};
  });
  unsigned groupRank = inGroups.size();
  k.fill(reducer.neutral(k), totals);
  k.generic(groups, totals, {k.identity(groupRank), k.project(groupRank, keptOfGroups)}, groupLoops,
            [&](KernelBuilder &b, ValueRange e) { return Values{reducer.merge(b, e[1], e[0])}; });
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
  SmallVector<Value> memrefs{host.buffer(input), direct ? withoutReduced(out) : totalsBuffer(kept)};
  bool byLines = goesByLines();
  if (byLines) {
    SmallVector<unsigned> dims(kept);
    dims.insert(llvm::lower_bound(dims, line()), line());
    memrefs.push_back(totalsBuffer(dims));
  }
  if (reducer.needsShift())
    memrefs.push_back(totalsBuffer(kept));
  if (!direct)
    memrefs.push_back(out);
  llvm::append_range(memrefs, extras);
  auto body = [&](KernelBuilder &k, ValueRange arguments, ArrayRef<Value> counts) {
    memory = arguments[0];
    totals = arguments[1];
    ValueRange rest = arguments.drop_front(2);
    if (byLines) {
      groups = rest.front();
      rest = rest.drop_front();
    }
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

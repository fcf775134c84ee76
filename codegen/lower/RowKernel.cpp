//===- RowKernel.cpp - kernels that reduce along axes and then work on each element
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/RowKernel.h"

#include "ir/GraphBuilder.h"

using namespace ingot;
using namespace mlir;
using Values = tile::IndexBuilder::Values;
using Iterator = KernelBuilder::Iterator;

RowKernel::RowKernel(HostLowering &host, Epilogue &epilogue, Value input, ArrayRef<int64_t> axesOfRow)
    : host(host), epilogue(epilogue), tensor(input), element(GraphBuilder::element(input)),
      rank(static_cast<unsigned>(host.shapes.rank(input))) {
  for (unsigned i = 0; i < rank; ++i)
    (llvm::is_contained(axesOfRow, i) ? axes : kept).push_back(i);
  byRow = areRowsContiguous();
  piece = choosePiece();
}

/// The axes are the last ones, and what the epilogue reads can be cut into the same rows.
bool RowKernel::areRowsContiguous() const {
  bool last = llvm::all_of(kept, [&](unsigned dim) { return dim < kept.size(); });
  return last && llvm::all_of(epilogue.maps(), [](AffineMap map) {
           return llvm::all_of(map.getResults(), llvm::IsaPred<AffineDimExpr, AffineConstantExpr>);
         });
}

/// Where threads have no rows to share: at most so many statistics, of so many elements in all.
std::optional<RowKernel::Piece> RowKernel::choosePiece() const {
  constexpr int64_t mostStatistics = 1024, leastElements = 1 << 16, elementsOfPiece = 1 << 14;
  ArrayRef<SymExpr> dims = host.shapes.dims(tensor);
  auto isOne = [&](unsigned dim) { return dims[dim].isConstant(1); };
  auto count = [&](ArrayRef<SymExpr> some) { return product(host.shapes.symbols(), some).constant(); };
  auto axis = llvm::find_if_not(axes, isOne);
  if (host.target.getVectorBits() == 0 || axis == axes.end() ||
      !llvm::all_of(kept, [&](unsigned dim) { return dim > *axis || isOne(dim); }))
    return std::nullopt;
  auto rows = llvm::map_to_vector(kept, [&](unsigned dim) { return dims[dim]; });
  if (count(rows).value_or(mostStatistics + 1) > mostStatistics || count(dims).value_or(leastElements) < leastElements)
    return std::nullopt;
  Piece result{*axis, 1};
  if (auto inside = count(dims.drop_front(*axis + 1)))
    result.length = std::max<int64_t>(1, elementsOfPiece / std::max<int64_t>(1, *inside));
  if (auto extent = dims[*axis].constant())
    result.length = llvm::divideCeil(*extent, llvm::alignTo(llvm::divideCeil(*extent, result.length), 2));
  return result;
}

bool RowKernel::canStore() const { return memoryType(GraphBuilder::element(epilogue.result())) == bodyType(element); }

/// Memory for a statistic of each index of these dimensions, or for so many of them.
Value RowKernel::scratch(ArrayRef<unsigned> dims, Value count) {
  SmallVector<int64_t> shape;
  SmallVector<Value> dynamic;
  if (count) {
    auto known = tile::getConstant(count);
    shape.push_back(known.value_or(ShapedType::kDynamic));
    if (!known)
      dynamic.push_back(count);
  }
  for (unsigned dim : dims) {
    SymExpr extent = host.shapes.dim(tensor, dim);
    shape.push_back(extent.constant().value_or(ShapedType::kDynamic));
    if (!extent.constant())
      dynamic.push_back(host.index(extent));
  }
  return host.scratch(MemRefType::get(shape, type()), dynamic);
}

void RowKernel::emit(StringRef name, unsigned statisticsCount, Body body) {
  SmallVector<Value> extraBuffers = epilogue.extras();
  SmallVector<Value> memrefs{host.buffer(tensor), host.result(epilogue.result())};
  bool mayShare = memrefs[0].getType() == memrefs[1].getType();
  llvm::append_range(memrefs, extraBuffers);
  for (unsigned i = 0; !byRow && i < statisticsCount; ++i)
    memrefs.push_back(scratch(kept));
  KernelBuilder b = hostBuilder(host);
  if (piece)
    memrefs.push_back(
        scratch(byRow ? ArrayRef<unsigned>() : kept, b.ceilDiv(host.size(tensor, piece->axis), piece->length)));
  Value count = b.index(1);
  for (unsigned axis : axes)
    count = b.mul(count, host.size(tensor, axis));
  auto emitBody = [&](KernelBuilder &k, ValueRange arguments, ArrayRef<Value> counts) {
    rowCount = counts[0];
    if (piece) {
      pieces = arguments.back();
      arguments = arguments.drop_back();
    }
    if (!byRow) {
      enterWhole(k, arguments, statisticsCount);
      return body(k);
    }
    Values leading = k.sizes(arguments[0]);
    leading.truncate(kept.size());
    k.box(leading, /*parallel=*/true, [&](ValueRange indices) {
      enterRow(k, indices, arguments);
      statistics.clear();
      for (unsigned i = 0; i < statisticsCount; ++i)
        statistics.push_back(memref::AllocaOp::create(k, MemRefType::get({}, type())));
      body(k);
    });
  };
  auto call = emitKernel(host, name, memrefs, count, emitBody);
  if (mayShare)
    call->setAttr("rt.inplace", host.b.getArrayAttr(host.b.getI64ArrayAttr({2, 1})));
}

void RowKernel::enterWhole(KernelBuilder &k, ValueRange arguments, unsigned statisticsCount) {
  input = arguments[0];
  out = arguments[1];
  ArrayRef<Value>::size_type first = arguments.size() - statisticsCount;
  extras.assign(arguments.begin() + 2, arguments.begin() + first);
  statistics.assign(arguments.begin() + first, arguments.end());
  extraMaps = epilogue.maps();
  whole = k.identity(rank);
  ofStatistics = k.project(rank, kept);
  iterators.assign(rank, Iterator::parallel);
  for (unsigned axis : axes)
    iterators[axis] = Iterator::reduction;
}

void RowKernel::enterRow(KernelBuilder &k, ValueRange leading, ValueRange arguments) {
  auto lead = static_cast<unsigned>(kept.size()), inner = rank - lead;
  input = k.slice(arguments[0], kept, leading);
  out = k.slice(arguments[1], kept, leading);
  extras.clear();
  extraMaps.clear();
  for (auto [memref, map] : llvm::zip(arguments.drop_front(2), epilogue.maps())) {
    SmallVector<unsigned> dropped;
    SmallVector<Value> at;
    SmallVector<AffineExpr> exprs;
    for (auto [i, expr] : llvm::enumerate(map.getResults())) {
      auto dim = dyn_cast<AffineDimExpr>(expr);
      if (dim && dim.getPosition() >= lead) {
        exprs.push_back(k.getAffineDimExpr(dim.getPosition() - lead));
        continue;
      }
      dropped.push_back(i);
      at.push_back(dim ? leading[dim.getPosition()] : k.index(cast<AffineConstantExpr>(expr).getValue()));
    }
    extras.push_back(k.slice(memref, dropped, at));
    extraMaps.push_back(AffineMap::get(inner, 0, exprs, k.getContext()));
  }
  whole = k.identity(inner);
  ofStatistics = AffineMap::get(inner, 0, k.getContext());
  iterators.assign(inner, Iterator::reduction);
}

void RowKernel::reduce(KernelBuilder &k, unsigned statistic, Combining how, ElementFn of, bool stored) {
  Combiner combiner = getCombiner(how, type());
  SmallVector<AffineMap> maps(statistic + 2, ofStatistics);
  maps.front() = whole;
  auto reduceTo = [&](Value into, ValueRange ins, ArrayRef<AffineMap> maps, ArrayRef<Iterator> iterators,
                      llvm::function_ref<Value(KernelBuilder &, ValueRange)> element) {
    k.fill(combiner.neutral(k, k.getLoc()), into);
    k.generic(ins, into, maps, iterators, [&](KernelBuilder &b, ValueRange e) {
      return Values{combiner.combine(b, b.getLoc(), e.back(), element(b, e))};
    });
  };
  auto reducePart = [&](Value part, Value into) {
    SmallVector<Value> ins{part};
    llvm::append_range(ins, ArrayRef(statistics).take_front(statistic));
    reduceTo(into, ins, maps, iterators, [&](KernelBuilder &b, ValueRange e) {
      return of(b, stored ? e[0] : fromMemory(b, b.getLoc(), e[0], element), e.slice(1, statistic));
    });
  };
  Value memref = stored ? out : input, into = statistics[statistic];
  if (!piece)
    return reducePart(memref, into);
  forEachPiece(k, memref, reducePart);
  auto rank = static_cast<unsigned>(cast<MemRefType>(pieces.getType()).getRank());
  SmallVector<Iterator> loops(rank, Iterator::parallel);
  loops.front() = Iterator::reduction;
  reduceTo(into, pieces, {k.identity(rank), k.identity(rank).dropResult(0)}, loops,
           [](KernelBuilder &, ValueRange e) { return e[0]; });
}

/// Threads take the parts of a row or of everything.
void RowKernel::forEachPiece(KernelBuilder &k, Value memref, llvm::function_ref<void(Value, Value)> body) {
  Values sizes = k.sizes(memref), offsets(sizes.size(), k.index(0));
  unsigned dim = byRow ? piece->axis - kept.size() : piece->axis;
  Value extent = sizes[dim];
  auto known = tile::getConstant(extent);
  k.box(k.dim(pieces, 0), /*parallel=*/true, [&](ValueRange number) {
    offsets[dim] = k.mul(number[0], piece->length);
    sizes[dim] = k.index(piece->length);
    if (!known || *known % piece->length != 0)
      sizes[dim] = k.min(sizes[dim], k.sub(extent, offsets[dim]));
    body(k.subview(memref, offsets, sizes), k.slice(pieces, 0, number));
  });
}

void RowKernel::finish(KernelBuilder &k, unsigned statistic, llvm::function_ref<Value(KernelBuilder &, Value)> by) {
  Value memref = statistics[statistic];
  if (byRow)
    return k.store(by(k, k.load(memref)), memref);
  k.elementwise({}, {}, memref, [&](KernelBuilder &b, ValueRange e) { return Values{by(b, e[0])}; });
}

void RowKernel::store(KernelBuilder &k, unsigned known, ElementFn of) {
  assert(canStore());
  SmallVector<Value> ins{input};
  llvm::append_range(ins, ArrayRef(statistics).take_front(known));
  SmallVector<AffineMap> maps(known + 1, ofStatistics);
  maps.front() = whole;
  k.elementwise(ins, maps, out, [&](KernelBuilder &b, ValueRange e) {
    return Values{of(b, fromMemory(b, b.getLoc(), e[0], element), e.slice(1, known))};
  });
}

void RowKernel::write(KernelBuilder &k, ElementFn of, bool stored) {
  auto known = static_cast<unsigned>(statistics.size());
  SmallVector<Value> ins;
  SmallVector<AffineMap> maps;
  if (!stored) {
    ins.push_back(input);
    maps.push_back(whole);
  }
  unsigned own = ins.size();
  llvm::append_range(ins, statistics);
  maps.append(known, ofStatistics);
  llvm::append_range(ins, extras);
  llvm::append_range(maps, extraMaps);
  k.elementwise(ins, maps, out, [&](KernelBuilder &b, ValueRange e) {
    Value x = stored ? e.back() : fromMemory(b, b.getLoc(), e[0], element);
    Value result = of(b, x, e.slice(own, known));
    return Values{epilogue.emit(b, b.getLoc(), result, e.drop_front(own + known).drop_back())};
  });
}

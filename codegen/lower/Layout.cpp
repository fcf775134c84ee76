//===- Layout.cpp - the same elements in another order
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Layout.h"

#include "codegen/lower/KernelBuilder.h"
#include "codegen/tile/IndexBuilder.h"
#include "ir/Dialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace ingot;
using namespace mlir;

Value ingot::permuted(HostLowering &host, Value memref, ArrayRef<int64_t> permutation) {
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<int64_t> shape;
  SmallVector<Value> dynamic;
  for (int64_t axis : permutation) {
    shape.push_back(type.getDimSize(axis));
    if (type.isDynamicDim(axis))
      dynamic.push_back(memref::DimOp::create(host.b, host.loc, memref, axis));
  }
  Value to = host.scratch(MemRefType::get(shape, type.getElementType()), dynamic);
  permuteInto(host, memref, to, permutation);
  return to;
}

void ingot::permuteInto(HostLowering &host, Value from, Value to, ArrayRef<int64_t> permutation) {
  SmallVector<int64_t> order = invertPermutationVector(permutation);
  SmallVector<unsigned> positions(order.begin(), order.end());
  host.kernel("transpose", {from, to}, [&](OpBuilder &b, Location loc, Value, ValueRange args) {
    AffineMap read = AffineMap::getPermutationMap(positions, b.getContext());
    SmallVector<AffineMap> maps{read, b.getMultiDimIdentityMap(positions.size())};
    SmallVector<utils::IteratorType> iterators(positions.size(), utils::IteratorType::parallel);
    linalg::GenericOp::create(b, loc, args[0], args[1], maps, iterators, [](OpBuilder &b, Location loc, ValueRange e) {
      linalg::YieldOp::create(b, loc, e[0]);
    });
  });
}

StridedMemory ingot::stridedMemory(HostLowering &host, Value memref) {
  if (auto spread = memref.getDefiningOp<memref::ReinterpretCastOp>())
    return {spread.getSource(), spread.getMixedOffsets().front(), spread.getMixedSizes(), spread.getMixedStrides()};
  assert(cast<MemRefType>(memref.getType()).getLayout().isIdentity() && "expected dense memory");
  KernelBuilder b = hostBuilder(host);
  StridedMemory memory{memref, host.b.getIndexAttr(0), {}, {}};
  Value stride = b.index(1);
  SmallVector<Value> sizes = b.sizes(memref);
  for (Value size : llvm::reverse(sizes)) {
    memory.sizes.insert(memory.sizes.begin(), getAsOpFoldResult(size));
    memory.strides.insert(memory.strides.begin(), getAsOpFoldResult(stride));
    stride = b.mul(stride, size);
  }
  return memory;
}

void StridedMemory::advance(HostLowering &host, unsigned dim, Value position) {
  KernelBuilder b = hostBuilder(host);
  Value stride = getValueOrCreateConstantIndexOp(b, b.getLoc(), strides[dim]);
  Value begin = getValueOrCreateConstantIndexOp(b, b.getLoc(), offset);
  offset = getAsOpFoldResult(b.add(begin, b.mul(position, stride)));
}

Value StridedMemory::view(HostLowering &host) const {
  SmallVector<int64_t> shape, layout;
  for (auto [size, stride] : llvm::zip(sizes, strides)) {
    shape.push_back(getConstantIntValue(size).value_or(ShapedType::kDynamic));
    layout.push_back(getConstantIntValue(stride).value_or(ShapedType::kDynamic));
  }
  auto type = MemRefType::get(shape, cast<MemRefType>(base.getType()).getElementType(),
                              StridedLayoutAttr::get(host.b.getContext(),
                                                     getConstantIntValue(offset).value_or(ShapedType::kDynamic),
                                                     layout));
  return memref::ReinterpretCastOp::create(host.b, host.loc, type, base, offset, sizes, strides);
}

/// For each dimension of `to` the one of `from` that it is a part of, -1 for ones; nothing where one joins several.
static std::optional<SmallVector<int64_t>> splitDims(ShapeAnalysis &shapes, ArrayRef<SymExpr> from,
                                                     ArrayRef<SymExpr> to) {
  SmallVector<int64_t> origins(to.size(), -1);
  size_t next = 0;
  for (auto [i, whole] : llvm::enumerate(from)) {
    if (whole.isConstant(1))
      continue;
    for (SymExpr product = shapes.constant(1); product != whole; ++next) {
      if (next == to.size())
        return std::nullopt;
      if (!to[next].isConstant(1))
        origins[next] = i;
      product = product * to[next];
    }
  }
  if (llvm::any_of(to.drop_front(next), [](SymExpr dim) { return !dim.isConstant(1); }))
    return std::nullopt;
  return origins;
}

bool ingot::splitsDims(ShapeAnalysis &shapes, Value from, Value to) {
  return splitDims(shapes, shapes.dims(from), shapes.dims(to)).has_value();
}

bool ingot::isReadStrided(ShapeAnalysis &shapes, Value tensor) {
  return llvm::all_of(tensor.getUses(), [&](OpOperand &use) {
    Operation *reader = use.getOwner();
    unsigned number = use.getOperandNumber();
    if (auto fused = dyn_cast<FusedOp>(reader)) {
      auto isOther = [](Operation &op) { return isa<EpilogueOpInterface>(op) && !isa<MatMulOp>(op); };
      Block &body = fused.getBody().front();
      return llvm::none_of(body, isOther) && isReadStrided(shapes, body.getArgument(number));
    }
    if (isa<ViewOpInterface>(reader))
      return number == 0 && splitsDims(shapes, tensor, reader->getResult(0)) &&
             isReadStrided(shapes, reader->getResult(0));
    if (isa<MatMulOp>(reader)) // longer ones are one matrix only where they are dense
      return number == 0 && shapes.rank(tensor) == 2;
    if (isa<AttentionOp>(reader))
      return number < 3;
    return isa<ElementwiseOpInterface>(reader) ||
           (isa<SliceOp>(reader) && isa<FusedOp>(reader->getParentOp()) && number == 0);
  });
}

Value ingot::splitView(HostLowering &host, Value memref, Value from, Value tensor) {
  KernelBuilder b = hostBuilder(host);
  StridedMemory memory = stridedMemory(host, memref);
  ArrayRef<SymExpr> dims = host.shapes.dims(tensor);
  auto origins = splitDims(host.shapes, host.shapes.dims(from), dims);
  assert(origins && "only views that split dimensions are made of strided memory");
  SmallVector<Value> next = getValueOrCreateConstantIndexOp(b, b.getLoc(), memory.strides);
  SmallVector<OpFoldResult> sizes(dims.size(), b.getIndexAttr(1)), strides(dims.size(), b.getIndexAttr(1));
  for (size_t i = dims.size(); i-- > 0;) {
    int64_t origin = (*origins)[i];
    if (origin < 0)
      continue;
    Value size = host.index(dims[i]);
    sizes[i] = getAsOpFoldResult(size);
    strides[i] = getAsOpFoldResult(next[origin]);
    next[origin] = b.mul(next[origin], size);
  }
  memory.sizes = sizes;
  memory.strides = strides;
  return memory.view(host);
}

Value ingot::packAtRunTime(HostLowering &host, Value memref, const Packing &packing) {
  auto type = cast<MemRefType>(memref.getType());
  size_t rank = packing.outerPermutation.size();
  SmallVector<int64_t> shape, tiles(type.getRank(), 1);
  for (auto [dim, tile] : llvm::zip(packing.innerDims, packing.innerTiles))
    tiles[dim] = tile;
  for (int64_t dim : packing.outerPermutation)
    shape.push_back(llvm::divideCeil(type.getDimSize(dim), tiles[dim]));
  shape.append(packing.innerTiles.begin(), packing.innerTiles.end());
  Value packed = host.scratch(MemRefType::get(shape, type.getElementType()));
  host.kernel("pack", {memref, packed}, [&](OpBuilder &builder, Location loc, Value, ValueRange args) {
    tile::IndexBuilder b(loc, builder);
    SmallVector<Value> sizes;
    for (int64_t extent : shape)
      sizes.push_back(b.index(extent));
    auto packElement = [&](ValueRange at) {
      SmallVector<Value> from(rank);
      for (auto [position, dim] : llvm::enumerate(packing.outerPermutation))
        from[dim] = b.mul(at[position], tiles[dim]);
      Value inside;
      for (auto [i, dim] : llvm::enumerate(packing.innerDims)) {
        Value last = b.index(type.getDimSize(dim) - 1), index = b.add(from[dim], at[rank + i]);
        Value fits = arith::CmpIOp::create(b, arith::CmpIPredicate::sle, index, last);
        inside = inside ? arith::AndIOp::create(b, inside, fits).getResult() : fits;
        from[dim] = b.min(index, last);
      }
      Value element = memref::LoadOp::create(b, args[0], from);
      if (inside) {
        Value zero = arith::ConstantOp::create(b, b.getZeroAttr(type.getElementType()));
        element = arith::SelectOp::create(b, inside, element, zero);
      }
      memref::StoreOp::create(b, element, args[1], at);
    };
    ArrayRef<Value> outer(sizes);
    b.box(outer.take_front(rank), /*parallel=*/true, [&](ValueRange tile) {
      b.box(outer.drop_front(rank), /*parallel=*/false, [&](ValueRange inner) {
        packElement(llvm::to_vector(llvm::concat<const Value>(SmallVector<Value>(tile), SmallVector<Value>(inner))));
      });
    });
  });
  return packed;
}

bool ingot::isInnermostContiguous(MemRefType type) { return type.isLastDimUnitStride(); }

Value ingot::viewedMemory(Value memref) {
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>())
    memref = view.getViewSource();
  return memref;
}

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

bool ingot::seesOneDimension(Value extra, AffineMap map, unsigned dim, unsigned next) {
  std::optional<unsigned> first = map.getResultPosition(getAffineDimExpr(dim, map.getContext()));
  std::optional<unsigned> second = map.getResultPosition(getAffineDimExpr(next, map.getContext()));
  if (!map.isFunctionOfDim(dim) && !map.isFunctionOfDim(next))
    return true;
  return first && second && *first + 1 == *second && cast<MemRefType>(extra.getType()).getLayout().isIdentity();
}

/// Whether these dimensions of memory are one of their product's extent; that any two of them are is not enough, as a
/// dimension of extent 1 is one with whatever is next to it.
static bool liesAsOneDimension(Value memref, const ReassociationIndices &dims) {
  auto type = cast<MemRefType>(memref.getType());
  return type.getLayout().isIdentity() || memref::CollapseShapeOp::isGuaranteedCollapsible(type, {dims});
}

/// Takes what says nothing out of the extras: indices of output dimensions [begin, end) of extent 1 are 0, and extents
/// of 1 that 0 is the index of are not needed.
static void dropUnitDims(HostLowering &host, RowOperands &operands, MemRefType output, int64_t begin, int64_t end) {
  AffineExpr zero = host.b.getAffineConstantExpr(0);
  SmallVector<AffineExpr> dims;
  for (int64_t dim = 0; dim < output.getRank(); ++dim)
    dims.push_back(begin <= dim && dim < end && output.getDimSize(dim) == 1 ? zero : host.b.getAffineDimExpr(dim));
  for (auto [extra, map] : llvm::zip(operands.extras, operands.maps)) {
    map = map.replaceDimsAndSymbols(dims, {}, output.getRank(), 0);
    auto type = cast<MemRefType>(extra.getType());
    SmallVector<AffineExpr> exprs;
    SmallVector<ReassociationIndices> groups;
    bool hasNeeded = false; // the last group
    for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
      bool isNeeded = type.getDimSize(dim) != 1 || expr != zero;
      if (groups.empty() || (isNeeded && hasNeeded)) {
        groups.emplace_back();
        exprs.push_back(expr);
        hasNeeded = false;
      }
      groups.back().push_back(dim);
      if (isNeeded)
        exprs.back() = expr;
      hasNeeded |= isNeeded;
    }
    if (groups.size() == map.getNumResults() || !type.getLayout().isIdentity())
      continue;
    extra = memref::CollapseShapeOp::create(host.b, host.loc, extra, groups);
    map = AffineMap::get(output.getRank(), 0, exprs, map.getContext());
  }
}

/// The map of an extra after the output's dimensions were merged, and how the extra's own ones merge.
static std::pair<AffineMap, SmallVector<ReassociationIndices>> collapseMap(AffineMap map, ArrayRef<unsigned> groupOf) {
  SmallVector<AffineExpr> exprs, dims;
  for (unsigned group : groupOf)
    dims.push_back(getAffineDimExpr(group, map.getContext()));
  SmallVector<ReassociationIndices> merged;
  std::optional<unsigned> last;
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    std::optional<unsigned> group = dim ? std::optional(groupOf[dim.getPosition()]) : std::nullopt;
    if (group && group == last) {
      merged.back().push_back(i);
      continue;
    }
    last = group;
    merged.push_back({static_cast<int64_t>(i)});
    exprs.push_back(expr.replaceDims(dims)); // of a slice, an offset more
  }
  return {AffineMap::get(groupOf.back() + 1, 0, exprs, map.getContext()), merged};
}

void ingot::collapseDims(HostLowering &host, RowOperands &operands, int64_t begin, int64_t end) {
  auto type = cast<MemRefType>(operands.whole.front().getType());
  auto isUnit = [&](int64_t dim) { return type.getDimSize(dim) == 1; };
  dropUnitDims(host, operands, type, begin, end);
  SmallVector<unsigned> groupOf{0};
  SmallVector<ReassociationIndices> groups{{0}};
  for (int64_t dim = 1; dim < type.getRank(); ++dim) {
    ReassociationIndices joined(groups.back());
    joined.push_back(dim);
    bool joins = begin < dim && dim < end &&
                 llvm::all_of(operands.whole, [&](Value memref) { return liesAsOneDimension(memref, joined); });
    // What extras tell apart are the dimensions of more than one element.
    auto before = llvm::find_if_not(llvm::reverse(groups.back()), isUnit);
    if (!isUnit(dim) && before != groups.back().rend())
      for (auto [extra, map] : llvm::zip(operands.extras, operands.maps))
        joins = joins && seesOneDimension(extra, map, *before, dim);
    if (!joins)
      groups.emplace_back();
    groups.back().push_back(dim);
    groupOf.push_back(groups.size() - 1);
  }
  auto collapse = [&](Value memref, ArrayRef<ReassociationIndices> how) -> Value {
    if (static_cast<int64_t>(how.size()) == cast<MemRefType>(memref.getType()).getRank())
      return memref;
    return memref::CollapseShapeOp::create(host.b, host.loc, memref, how);
  };
  for (Value &memref : operands.whole)
    memref = collapse(memref, groups);
  for (auto [extra, map] : llvm::zip(operands.extras, operands.maps)) {
    auto [merged, how] = collapseMap(map, groupOf);
    extra = collapse(extra, how);
    map = merged;
  }
}

void ingot::collapseRows(HostLowering &host, RowOperands &operands) {
  collapseDims(host, operands, 0, cast<MemRefType>(operands.whole.front().getType()).getRank() - 1);
}

Value ingot::viewBlocks(OpBuilder &b, Location loc, Value memref, unsigned dim, int64_t count) {
  auto type = cast<MemRefType>(memref.getType());
  auto [strides, offset] = type.getStridesAndOffset();
  SmallVector<int64_t> sizes(type.getShape());
  int64_t size = sizes[dim] /= count;
  sizes.insert(sizes.begin(), count);
  strides.insert(strides.begin(), size * strides[dim]);
  auto layout = StridedLayoutAttr::get(b.getContext(), offset, strides);
  auto result = MemRefType::get(sizes, type.getElementType(), layout);
  return memref::ReinterpretCastOp::create(b, loc, result, memref, offset, sizes, strides);
}

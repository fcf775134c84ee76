//===- KernelBuilder.cpp - writes the bodies of kernels
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/KernelBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Matchers.h"

using namespace ingot;
using namespace mlir;
using Values = tile::IndexBuilder::Values;

//===----------------------------------------------------------------------===//
// Pieces of memory
//===----------------------------------------------------------------------===//

Values KernelBuilder::sizes(Value memref) {
  Values values;
  for (int64_t i = 0, e = cast<MemRefType>(memref.getType()).getRank(); i < e; ++i)
    values.push_back(dim(memref, i));
  return values;
}

Value KernelBuilder::subview(Value memref, ValueRange offsets, ValueRange sizes, ValueRange strides) {
  SmallVector<OpFoldResult> steps(offsets.size(), getIndexAttr(1));
  if (!strides.empty())
    steps = getAsOpFoldResult(strides);
  return memref::SubViewOp::create(*this, memref, getAsOpFoldResult(offsets), getAsOpFoldResult(sizes), steps);
}

Value KernelBuilder::slice(Value memref, ArrayRef<unsigned> dims, ValueRange indices) {
  auto type = cast<MemRefType>(memref.getType());
  int64_t rank = type.getRank();
  SmallVector<OpFoldResult> offsets(rank, getIndexAttr(0)), sizes = getAsOpFoldResult(this->sizes(memref));
  SmallVector<OpFoldResult> strides(rank, getIndexAttr(1));
  for (auto [dim, index] : llvm::zip(dims, indices)) {
    offsets[dim] = getAsOpFoldResult(index);
    sizes[dim] = getIndexAttr(1);
  }
  SmallVector<int64_t> shape;
  for (int64_t i = 0; i < rank; ++i)
    if (!llvm::is_contained(dims, i))
      shape.push_back(type.getDimSize(i));
  auto result = memref::SubViewOp::inferRankReducedResultType(shape, type, offsets, sizes, strides);
  return memref::SubViewOp::create(*this, cast<MemRefType>(result), memref, offsets, sizes, strides);
}

Value KernelBuilder::load(Value memref, ValueRange at) { return memref::LoadOp::create(*this, memref, at); }
void KernelBuilder::store(Value value, Value memref, ValueRange at) {
  memref::StoreOp::create(*this, value, memref, at);
}

//===----------------------------------------------------------------------===//
// Structured operations
//===----------------------------------------------------------------------===//

void KernelBuilder::generic(ValueRange ins, ValueRange outs, ArrayRef<AffineMap> maps, ArrayRef<Iterator> iterators,
                            ElementFn body) {
  linalg::GenericOp::create(*this, ins, outs, maps, iterators, [&](OpBuilder &b, Location loc, ValueRange elements) {
    KernelBuilder nested(loc, b);
    nested.context = context;
    Values results = body(nested, elements);
    linalg::YieldOp::create(nested, results);
  });
}

void KernelBuilder::elementwise(ValueRange ins, ArrayRef<AffineMap> maps, Value out, ElementFn body) {
  auto rank = static_cast<unsigned>(cast<MemRefType>(out.getType()).getRank());
  SmallVector<AffineMap> all(maps);
  all.push_back(identity(rank));
  generic(ins, out, all, SmallVector<Iterator>(rank, Iterator::parallel), body);
}

void KernelBuilder::copy(Value from, Value to) {
  auto rank = static_cast<unsigned>(cast<MemRefType>(to.getType()).getRank());
  elementwise(from, identity(rank), to, [](KernelBuilder &, ValueRange e) { return Values{e[0]}; });
}

void KernelBuilder::fill(Value scalar, Value memref) {
  elementwise({}, {}, memref, [&](KernelBuilder &, ValueRange) { return Values{scalar}; });
}

Value KernelBuilder::loopIndex(unsigned dim) { return linalg::IndexOp::create(*this, dim); }

AffineMap KernelBuilder::identity(unsigned rank) { return getMultiDimIdentityMap(rank); }

AffineMap KernelBuilder::project(unsigned rank, ArrayRef<unsigned> dims) {
  SmallVector<AffineExpr> exprs;
  for (unsigned dim : dims)
    exprs.push_back(getAffineDimExpr(dim));
  return AffineMap::get(rank, 0, exprs, getContext());
}

//===----------------------------------------------------------------------===//
// Scalars
//===----------------------------------------------------------------------===//

Value KernelBuilder::select(Value condition, Value x, Value y) {
  return createOrFold<arith::SelectOp>(condition, x, y);
}
Value KernelBuilder::less(Value x, Value y) { return createOrFold<arith::CmpIOp>(arith::CmpIPredicate::slt, x, y); }
Value KernelBuilder::equal(Value x, Value y) { return createOrFold<arith::CmpIOp>(arith::CmpIPredicate::eq, x, y); }

Value KernelBuilder::floorMod(Value x, Value y) {
  Value rest = createOrFold<arith::RemSIOp>(x, y);
  return select(less(rest, index(0)), add(rest, y), rest);
}

Value KernelBuilder::toIndex(Value integer, Type element) {
  if (element.isUnsignedInteger() || element.isInteger(1))
    return createOrFold<arith::IndexCastUIOp>(getIndexType(), integer);
  return createOrFold<arith::IndexCastOp>(getIndexType(), integer);
}

Value KernelBuilder::wrapNegative(Value position, Value extent) {
  return select(less(position, index(0)), add(position, extent), position);
}

Value KernelBuilder::number(Type type, double value) {
  if (isa<FloatType>(type))
    return arith::ConstantOp::create(*this, getFloatAttr(type, value));
  return arith::ConstantOp::create(*this, getIntegerAttr(type, static_cast<int64_t>(value)));
}

//===----------------------------------------------------------------------===//
// In the host program
//===----------------------------------------------------------------------===//

func::CallOp ingot::emitKernel(HostLowering &host, StringRef name, ValueRange memrefs, ValueRange indices,
                               KernelFn body) {
  SmallVector<Value> arguments(memrefs);
  for (Value index : indices)
    if (!tile::getConstant(index))
      arguments.push_back(index);
  return host.kernel(name, arguments, [&](OpBuilder &b, Location loc, Value context, ValueRange values) {
    KernelBuilder kernel(loc, b);
    kernel.context = context;
    SmallVector<Value> inside;
    ValueRange rest = values.drop_front(memrefs.size());
    for (Value index : indices) {
      std::optional<int64_t> constant = tile::getConstant(index);
      inside.push_back(constant ? kernel.index(*constant) : rest.front());
      rest = constant ? rest : rest.drop_front();
    }
    body(kernel, values.take_front(memrefs.size()), inside);
  });
}

KernelBuilder ingot::hostBuilder(HostLowering &host) { return KernelBuilder(host.loc, host.b); }

/// Merges the dimensions of each group that has some.
static Value mergeGroups(KernelBuilder &b, Value memref, ArrayRef<int64_t> ends) {
  SmallVector<ReassociationIndices> merged;
  int64_t next = 0;
  for (int64_t end : ends) {
    if (next < end)
      merged.push_back(llvm::to_vector<2>(llvm::seq<int64_t>(next, end)));
    next = end;
  }
  assert(next == cast<MemRefType>(memref.getType()).getRank() && "every dimension is in a group");
  if (merged.empty() || static_cast<int64_t>(merged.size()) == next)
    return memref;
  return memref::CollapseShapeOp::create(b, memref, merged);
}

Value ingot::group(HostLowering &host, Value memref, ArrayRef<int64_t> ends) {
  KernelBuilder b = hostBuilder(host);
  Value merged = mergeGroups(b, memref, ends);
  Values sizes = b.sizes(merged);
  if (sizes.size() == ends.size())
    return merged;
  // An empty group is a dimension of 1 beside one that is not.
  SmallVector<ReassociationIndices> parts(sizes.size());
  SmallVector<OpFoldResult> shape;
  int64_t next = 0, part = 0;
  for (auto [i, end] : llvm::enumerate(ends)) {
    bool isEmpty = next == end;
    if (!sizes.empty())
      parts[std::max<int64_t>(part - isEmpty, 0)].push_back(i);
    shape.push_back(isEmpty ? OpFoldResult(b.getIndexAttr(1)) : getAsOpFoldResult(sizes[part]));
    part += !isEmpty;
    next = end;
  }
  SmallVector<int64_t> extents;
  for (OpFoldResult extent : shape)
    extents.push_back(getConstantIntValue(extent).value_or(ShapedType::kDynamic));
  auto type = MemRefType::get(extents, cast<MemRefType>(memref.getType()).getElementType());
  return memref::ExpandShapeOp::create(b, type, merged, parts, shape);
}

Value ingot::groupAround(HostLowering &host, Value memref, std::optional<int64_t> axis) {
  int64_t rank = cast<MemRefType>(memref.getType()).getRank();
  return group(host, memref, axis ? ArrayRef<int64_t>{*axis, *axis + 1, rank} : ArrayRef<int64_t>{0, rank, rank});
}

bool ingot::hasOpaqueDims(HostLowering &host, Value tensor) {
  return llvm::any_of(llvm::enumerate(host.shapes.dims(tensor)), [&](auto pair) {
    return pair.value() == host.shapes.symbols().dim(tensor, pair.index());
  });
}

bool ingot::hasKnownContents(HostLowering &host, Value tensor) {
  auto contents = host.shapes.contents(tensor);
  return contents && !ShapeAnalysis::readsMemory(*contents);
}

void ingot::checkElements(HostLowering &host, Value tensor, int64_t count) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (type.hasStaticShape())
    return;
  KernelBuilder b = hostBuilder(host);
  Value have = host.size(tensor, 0), want = b.index(count);
  host.check(b.equal(have, want), "expected %lld elements but got %lld", {want, have});
}

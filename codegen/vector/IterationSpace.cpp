//===- IterationSpace.cpp - the loops of a generic and its strides --------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/IterationSpace.h"

#include "codegen/vector/FlatMemRef.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace ingot {

//===----------------------------------------------------------------------===//
// Extents
//===----------------------------------------------------------------------===//

bool Extent::operator==(const Extent &other) const {
  if (factor == 0 || other.factor == 0)
    return factor == other.factor;
  return factor == other.factor && symbols == other.symbols;
}

Extent Extent::operator*(const Extent &other) const {
  Extent product{factor * other.factor, symbols};
  product.symbols.append(other.symbols);
  llvm::sort(product.symbols);
  if (product.factor == 0)
    product.symbols.clear();
  return product;
}

Extent IterationSpace::symbol(Value value) {
  if (std::optional<int64_t> known = getConstantIntValue(value))
    return Extent{*known, {}};
  auto it = llvm::find(symbols, value);
  unsigned position = it - symbols.begin();
  if (it == symbols.end())
    symbols.push_back(value);
  return Extent{1, {position}};
}

Index IterationSpace::materialize(ImplicitLocOpBuilder &b, const Extent &extent) const {
  IndexMath math(b);
  if (extent.isKnown())
    return math.constant(extent.factor);
  Index product = symbols[extent.symbols.front()];
  for (unsigned position : ArrayRef(extent.symbols).drop_front())
    product = math.mul(product, Index(symbols[position]));
  return math.mul(product, math.constant(extent.factor));
}

//===----------------------------------------------------------------------===//
// From a generic
//===----------------------------------------------------------------------===//

FailureOr<IterationSpace> IterationSpace::get(ImplicitLocOpBuilder &b, linalg::GenericOp op) {
  IterationSpace space;
  if (failed(space.addSizes(b, op)))
    return failure();
  for (OpOperand &operand : op->getOpOperands())
    if (failed(space.addOperand(b, op, operand)))
      return failure();
  for (unsigned dim = 0; dim < space.dims.size(); ++dim)
    space.indexed.push_back(dim);
  space.isCounted.resize(space.dims.size());
  op.getBody()->walk([&](linalg::IndexOp index) { space.isCounted[index.getDim()] = true; });
  return space;
}

/// Where the size of a loop can be read: operands and their dimensions.
static SmallVector<std::pair<Value, unsigned>> sizeSources(linalg::GenericOp op, unsigned loop) {
  SmallVector<std::pair<Value, unsigned>> sources;
  for (OpOperand &operand : op->getOpOperands())
    if (isa<MemRefType>(operand.get().getType()))
      for (auto [position, expr] : llvm::enumerate(op.getMatchingIndexingMap(&operand).getResults()))
        if (expr == getAffineDimExpr(loop, op.getContext()))
          sources.push_back({operand.get(), position});
  return sources;
}

/// The size of a loop as some operand's type knows it.
static std::optional<int64_t> knownSize(ArrayRef<std::pair<Value, unsigned>> sources) {
  for (auto [value, position] : sources)
    if (auto type = cast<MemRefType>(value.getType()); !type.isDynamicDim(position))
      return type.getDimSize(position);
  return std::nullopt;
}

LogicalResult IterationSpace::addSizes(ImplicitLocOpBuilder &b, linalg::GenericOp op) {
  for (auto [dim, iterator] : llvm::enumerate(op.getIteratorTypesArray())) {
    SmallVector<std::pair<Value, unsigned>> sources = sizeSources(op, dim);
    if (sources.empty())
      return failure();
    std::optional<int64_t> known = knownSize(sources);
    Extent size = known ? Extent{*known, {}} : symbol(memref::DimOp::create(b, sources[0].first, sources[0].second));
    dims.push_back(LoopDim{size, iterator == utils::IteratorType::reduction});
  }
  return success();
}

SmallVector<Extent> IterationSpace::memoryStrides(ImplicitLocOpBuilder &b, Value memref, AffineMap map) {
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<Extent> strides(type.getRank());
  if (!type.getLayout().isIdentity()) {
    for (auto [stride, value] : llvm::zip(strides, flatStrides(b, memref))) {
      std::optional<int64_t> constant = getConstantIntValue(value);
      stride = constant ? Extent{*constant, {}} : symbol(cast<Value>(value));
    }
    return strides;
  }
  // Row-major: products of sizes, named after the loops they are the sizes of.
  Extent stride;
  for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
    strides[dim] = stride;
    if (dim == 0)
      break;
    if (auto loop = dyn_cast<AffineDimExpr>(map.getResult(dim)); loop && type.isDynamicDim(dim))
      stride = stride * dims[loop.getPosition()].size;
    else if (type.isDynamicDim(dim))
      stride = stride * symbol(memref::DimOp::create(b, memref, dim));
    else
      stride = stride * Extent{type.getDimSize(dim), {}};
  }
  return strides;
}

/// Adds one stride to another; a sum of unlike products becomes a value of its own.
void IterationSpace::addStride(ImplicitLocOpBuilder &b, Extent &sum, const Extent &term) {
  if (sum.is(0)) {
    sum = term;
  } else if (sum.symbols == term.symbols) {
    sum.factor += term.factor;
  } else if (!term.is(0)) {
    IndexMath math(b);
    sum = symbol(math.value(math.add(materialize(b, sum), materialize(b, term))));
  }
}

LogicalResult IterationSpace::addTerms(ImplicitLocOpBuilder &b, AffineExpr expr, const Extent &stride,
                                       StridedOperand &result) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    addStride(b, result.strides[dim.getPosition()], stride);
    return success();
  }
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    IndexMath math(b);
    result.start = math.add(result.start, materialize(b, stride * Extent{constant.getValue(), {}}));
    return success();
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return failure();
  if (binary.getKind() == AffineExprKind::Add)
    return success(succeeded(addTerms(b, binary.getLHS(), stride, result)) &&
                   succeeded(addTerms(b, binary.getRHS(), stride, result)));
  auto factor = dyn_cast<AffineConstantExpr>(binary.getRHS());
  if (binary.getKind() != AffineExprKind::Mul || !factor)
    return failure();
  return addTerms(b, binary.getLHS(), stride * Extent{factor.getValue(), {}}, result);
}

LogicalResult IterationSpace::addOperand(ImplicitLocOpBuilder &b, linalg::GenericOp op, OpOperand &operand) {
  StridedOperand result;
  result.argument = op.getMatchingBlockArgument(&operand);
  result.isOutput = op.isDpsInit(&operand);
  result.start = b.getIndexAttr(0);
  result.strides.assign(dims.size(), Extent{0, {}});
  Value memref = operand.get();
  if (!isa<MemRefType>(memref.getType())) {
    operands.push_back(result);
    return success();
  }
  if (!isFlattenable(memref.getType()))
    return failure();
  AffineMap map = op.getMatchingIndexingMap(&operand);
  SmallVector<Extent> strides = memoryStrides(b, memref, map);
  for (auto [expr, stride] : llvm::zip(map.getResults(), strides))
    if (failed(addTerms(b, expr, stride, result)))
      return failure();
  result.base = flatBase(b, memref);
  operands.push_back(result);
  return success();
}

//===----------------------------------------------------------------------===//
// Collapsing
//===----------------------------------------------------------------------===//

bool IterationSpace::canMerge(unsigned outer, unsigned inner) const {
  if (dims[outer].isReduction != dims[inner].isReduction)
    return false;
  for (auto [position, loop] : llvm::enumerate(indexed))
    if (isCounted[position] && loop && (*loop == outer || *loop == inner))
      return false;
  return llvm::all_of(operands, [&](const StridedOperand &operand) {
    return operand.strides[outer] == operand.strides[inner] * dims[inner].size;
  });
}

void IterationSpace::eraseDim(unsigned dim) {
  dims.erase(dims.begin() + dim);
  for (StridedOperand &operand : operands)
    operand.strides.erase(operand.strides.begin() + dim);
  for (std::optional<unsigned> &loop : indexed) {
    if (loop && *loop == dim)
      loop.reset();
    else if (loop && *loop > dim)
      --*loop;
  }
}

void IterationSpace::collapse() {
  for (unsigned dim = dims.size(); dim-- > 0;)
    if (dims[dim].size.is(1))
      eraseDim(dim);
  for (bool changed = true; changed;) {
    changed = false;
    for (unsigned inner = 0; inner < dims.size() && !changed; ++inner) {
      for (unsigned outer = 0; outer < dims.size() && !changed; ++outer) {
        if (outer == inner || !canMerge(outer, inner))
          continue;
        dims[inner].size = dims[outer].size * dims[inner].size;
        eraseDim(outer);
        changed = true;
      }
    }
  }
}

} // namespace ingot

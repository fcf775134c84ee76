//===-- Extents.cpp - sizes inside of a kernel as expressions of its arguments -------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Extents.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace ingot {

AffineExpr multiply(AffineExpr a, AffineExpr b) { return a && b ? a * b : AffineExpr(); }

AffineExpr add(AffineExpr a, AffineExpr b) { return a && b ? a + b : AffineExpr(); }

AffineExpr Extents::symbol(BlockArgument argument, std::optional<unsigned> dim) {
  if (argument.getOwner() != &kernel.getBody().front())
    return {};
  std::pair key(argument.getArgNumber(), dim);
  unsigned position = llvm::find(symbols, key) - symbols.begin();
  if (position == symbols.size())
    symbols.push_back(key);
  return getAffineSymbolExpr(position, context);
}

AffineExpr Extents::of(OpFoldResult index) {
  if (auto value = dyn_cast<Value>(index))
    return of(value);
  return getAffineConstantExpr(cast<IntegerAttr>(cast<Attribute>(index)).getInt(), context);
}

/// What `extent` is at least: as much as for symbols of 1, if it only grows with them; none if it may not.
static std::optional<int64_t> getLeast(AffineExpr extent, unsigned numSymbols) {
  auto isNegative = [](AffineExpr part) {
    auto number = dyn_cast<AffineConstantExpr>(part);
    return number && number.getValue() < 0 ? WalkResult::interrupt() : WalkResult::advance();
  };
  bool mayShrink = !isa<AffineConstantExpr>(extent) && extent.walk(isNegative).wasInterrupted();
  SmallVector<AffineExpr> ones(numSymbols, getAffineConstantExpr(1, extent.getContext()));
  auto least = dyn_cast<AffineConstantExpr>(extent.replaceSymbols(ones));
  return !mayShrink && least ? std::optional(least.getValue()) : std::nullopt;
}

/// The larger one of an extent and a number first, if one can tell.
static std::optional<std::pair<AffineExpr, AffineExpr>> order(AffineExpr a, AffineExpr b, unsigned numSymbols) {
  if (a && isa<AffineConstantExpr>(a))
    std::swap(a, b);
  auto number = dyn_cast_or_null<AffineConstantExpr>(b);
  std::optional<int64_t> least = a && number ? getLeast(a, numSymbols) : std::nullopt;
  if (!least)
    return {};
  if (*least >= number.getValue())
    return std::pair(a, b);
  return isa<AffineConstantExpr>(a) ? std::optional(std::pair(b, a)) : std::nullopt;
}

AffineExpr Extents::of(Value index) {
  if (AffineExpr known = assumed.lookup(index))
    return known;
  IntegerAttr constant;
  if (matchPattern(index, m_Constant(&constant)))
    return getAffineConstantExpr(constant.getInt(), context);
  if (auto argument = dyn_cast<BlockArgument>(index))
    return symbol(argument, std::nullopt);
  auto binary = [&](Operation *op, AffineExprKind kind) {
    AffineExpr lhs = of(op->getOperand(0)), rhs = of(op->getOperand(1));
    return lhs && rhs ? getAffineBinaryOpExpr(kind, lhs, rhs) : AffineExpr();
  };
  return TypeSwitch<Operation *, AffineExpr>(index.getDefiningOp())
      .Case([&](arith::AddIOp op) { return binary(op, AffineExprKind::Add); })
      .Case([&](arith::MulIOp op) { return binary(op, AffineExprKind::Mul); })
      .Case<arith::DivUIOp, arith::FloorDivSIOp, arith::DivSIOp>(
          [&](Operation *op) { return binary(op, AffineExprKind::FloorDiv); })
      .Case<arith::CeilDivSIOp, arith::CeilDivUIOp>([&](Operation *op) { return binary(op, AffineExprKind::CeilDiv); })
      .Case([&](arith::MaxSIOp op) {
        AffineExpr lhs = of(op.getLhs());
        auto ordered = order(lhs, of(op.getRhs()), symbols.size());
        return ordered ? ordered->first : matchPattern(op.getRhs(), m_Zero()) ? lhs : AffineExpr();
      })
      .Case([&](arith::MinSIOp op) {
        auto ordered = order(of(op.getLhs()), of(op.getRhs()), symbols.size());
        return ordered ? ordered->second : AffineExpr();
      })
      .Case([&](arith::SubIOp op) {
        AffineExpr lhs = of(op.getLhs()), rhs = of(op.getRhs());
        return lhs && rhs ? lhs - rhs : AffineExpr();
      })
      .Case([&](memref::DimOp op) {
        std::optional<int64_t> dim = op.getConstantIndex();
        return dim ? of(op.getSource(), *dim) : AffineExpr();
      })
      .Case([&](affine::AffineApplyOp op) {
        SmallVector<AffineExpr> operands;
        for (Value operand : op.getMapOperands())
          operands.push_back(of(operand));
        if (llvm::is_contained(operands, AffineExpr()))
          return AffineExpr();
        ArrayRef<AffineExpr> all(operands);
        unsigned dims = op.getAffineMap().getNumDims();
        return op.getAffineMap().getResult(0).replaceDimsAndSymbols(all.take_front(dims), all.drop_front(dims));
      })
      .Default([](Operation *) { return AffineExpr(); });
}

/// The dimension of the source that a subview's dimension `dim` comes from.
static unsigned getSourceDim(memref::SubViewOp view, unsigned dim) {
  llvm::SmallBitVector dropped = view.getDroppedDims();
  for (unsigned source = 0;; ++source)
    if (!dropped.test(source) && dim-- == 0)
      return source;
}

AffineExpr Extents::of(Value memref, unsigned dim) {
  int64_t size = cast<MemRefType>(memref.getType()).getDimSize(dim);
  if (!ShapedType::isDynamic(size))
    return getAffineConstantExpr(size, context);
  if (auto argument = dyn_cast<BlockArgument>(memref))
    return symbol(argument, dim);
  return TypeSwitch<Operation *, AffineExpr>(memref.getDefiningOp())
      .Case([&](memref::SubViewOp op) { return of(op.getMixedSizes()[getSourceDim(op, dim)]); })
      .Case([&](memref::ReinterpretCastOp op) { return of(op.getMixedSizes()[dim]); })
      .Case([&](memref::ExpandShapeOp op) { return of(op.getMixedOutputShape()[dim]); })
      .Case<memref::AllocaOp, memref::AllocOp>([&](auto op) { return of(op.getMixedSizes()[dim]); })
      .Case([&](memref::CastOp op) { return of(op.getSource(), dim); })
      .Case([&](memref::CollapseShapeOp op) {
        AffineExpr product = getAffineConstantExpr(1, context);
        SmallVector<ReassociationIndices> groups = op.getReassociationIndices();
        for (int64_t source : groups[dim])
          product = multiply(product, of(op.getSrc(), source));
        return product;
      })
      .Default([](Operation *) { return AffineExpr(); });
}

AffineExpr Extents::elements(Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  bool strided = succeeded(type.getStridesAndOffset(strides, offset));
  AffineExpr product = getAffineConstantExpr(1, context);
  for (unsigned dim = 0; dim < type.getRank(); ++dim)
    if (!strided || strides[dim] != 0)
      product = multiply(product, of(memref, dim));
  return product;
}

ArrayAttr Extents::describeSymbols() const {
  Builder builder(context);
  SmallVector<Attribute> places;
  for (auto [argument, dim] : symbols)
    places.push_back(dim ? builder.getDenseI64ArrayAttr({argument, *dim}) : builder.getDenseI64ArrayAttr({argument}));
  return builder.getArrayAttr(places);
}

} // namespace ingot

//===- Epilogue.cpp - elementwise work at the end of a kernel, or as a kernel
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Epilogue.h"
#include "codegen/lower/Layout.h"

#include "codegen/lower/Lower.h"
#include "ir/ConstantSlice.h"
#include "ir/GraphBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace ingot;
using namespace mlir;

//===----------------------------------------------------------------------===//
// ScalarExpression
//===----------------------------------------------------------------------===//

ScalarExpression::ScalarExpression(ShapeAnalysis &shapes, ValueRange roots, Value stop)
    : shapes(shapes), roots(roots), stop(stop) {
  for (Value root : roots)
    collect(root, AffineMap::getMultiDimIdentityMap(shapes.rank(root), root.getContext()));
}

/// The indices of a broadcast operand, from those of the result.
AffineMap ScalarExpression::operandMap(Value operand, Value result, AffineMap map) {
  ArrayRef<SymExpr> dims = shapes.dims(operand), whole = shapes.dims(result);
  SmallVector<AffineExpr> exprs;
  for (size_t i = 0; i < dims.size(); ++i) {
    size_t at = i + whole.size() - dims.size();
    bool repeats = dims[i].isConstant(1) && !whole[at].isConstant(1);
    exprs.push_back(repeats ? getAffineConstantExpr(0, map.getContext()) : map.getResult(at));
  }
  return AffineMap::get(map.getNumDims(), 0, exprs, map.getContext());
}

/// The value and map that an index-only operator reads, or nothing for other operators.
std::optional<std::pair<Value, AffineMap>> ScalarExpression::look(Value value, AffineMap map) {
  Operation *op = value.getDefiningOp();
  auto rebuild = [&](ArrayRef<AffineExpr> exprs) {
    return AffineMap::get(map.getNumDims(), 0, exprs, map.getContext());
  };
  if (auto transpose = dyn_cast_or_null<TransposeOp>(op)) {
    SmallVector<AffineExpr> exprs(transpose.getPerm().size());
    for (auto [i, axis] : llvm::enumerate(transpose.getPerm()))
      exprs[axis] = map.getResult(i);
    return std::make_pair(Value(transpose.getInput()), rebuild(exprs));
  }
  if (auto expand = dyn_cast_or_null<ExpandOp>(op))
    return std::make_pair(Value(expand.getInput()), operandMap(expand.getInput(), value, map));
  if (auto squeeze = dyn_cast_or_null<SqueezeOp>(op)) {
    SmallVector<AffineExpr> exprs;
    unsigned next = 0;
    for (int64_t i = 0, e = shapes.rank(squeeze.getInput()); i < e; ++i)
      exprs.push_back(llvm::is_contained(squeeze.getAxes(), i) ? getAffineConstantExpr(0, map.getContext())
                                                               : map.getResult(next++));
    return std::make_pair(Value(squeeze.getInput()), rebuild(exprs));
  }
  if (auto unsqueeze = dyn_cast_or_null<UnsqueezeOp>(op)) {
    SmallVector<AffineExpr> exprs;
    for (int64_t i = 0, e = map.getNumResults(); i < e; ++i)
      if (!llvm::is_contained(unsqueeze.getAxes(), i))
        exprs.push_back(map.getResult(i));
    return std::make_pair(Value(unsqueeze.getInput()), rebuild(exprs));
  }
  if (auto slice = dyn_cast_or_null<SliceOp>(op)) {
    auto offsets = getSliceOffsets(slice, shapes);
    if (!offsets)
      return std::nullopt;
    SmallVector<AffineExpr> exprs;
    for (auto [expr, offset] : llvm::zip(map.getResults(), *offsets))
      exprs.push_back(expr + offset);
    return std::make_pair(Value(slice.getInput()), rebuild(exprs));
  }
  return std::nullopt;
}

/// The literal of a constant that has one value everywhere.
static TypedAttr splatLiteral(Value value) {
  auto constant = value.getDefiningOp<ConstantOp>();
  if (!constant)
    return {};
  auto type = cast<RankedTensorType>(value.getType());
  auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
  if (!dense || !(dense.isSplat() || type.getNumElements() == 1))
    return {};
  Type body = bodyType(type.getElementType());
  ConstantData data = llvm::cantFail(readConstant(dense, type));
  if (isa<FloatType>(body))
    return FloatAttr::get(body, data.toDoubles()[0]);
  return IntegerAttr::get(body, data.toIntegers()[0]);
}

unsigned ScalarExpression::leaf(Value value, AffineMap map) {
  for (auto [i, known] : llvm::enumerate(found))
    if (known.tensor == value && known.map == map)
      return i;
  found.push_back({value, map});
  return found.size() - 1;
}

void ScalarExpression::collect(Value value, AffineMap map) {
  Operation *op = value.getDefiningOp();
  bool isInside = op && (llvm::is_contained(roots, value) || isa<FusedOp>(op->getParentOp()) || isa<ConstantOp>(op));
  if (value == stop || !isInside) {
    leaf(value, map);
  } else if (splatLiteral(value)) {
    return;
  } else if (auto through = look(value, map)) {
    collect(through->first, through->second);
  } else if (isa<ScalarOpInterface>(op)) {
    for (Value operand : op->getOperands())
      collect(operand, operandMap(operand, value, map));
  } else {
    leaf(value, map);
  }
}

Value ScalarExpression::emit(OpBuilder &b, Location loc, Value value, AffineMap map, ArrayRef<Value> scalars) {
  auto key = std::make_pair(value, map);
  if (Value known = emitted.lookup(key))
    return known;
  for (auto [i, known] : llvm::enumerate(found))
    if (known.tensor == value && known.map == map)
      return scalars[i];
  Value scalar;
  if (TypedAttr literal = splatLiteral(value)) {
    scalar = arith::ConstantOp::create(b, loc, literal);
  } else if (auto through = look(value, map)) {
    scalar = emit(b, loc, through->first, through->second, scalars);
  } else {
    Operation *op = value.getDefiningOp();
    SmallVector<Value> operands;
    for (Value operand : op->getOperands())
      operands.push_back(emit(b, loc, operand, operandMap(operand, value, map), scalars));
    scalar = cast<ScalarOpInterface>(op).emitScalar(b, operands);
  }
  return emitted[key] = scalar;
}

SmallVector<Value> ScalarExpression::emit(OpBuilder &b, Location loc, ArrayRef<Value> scalars) {
  emitted.clear();
  return llvm::map_to_vector(roots, [&](Value root) {
    auto identity = AffineMap::getMultiDimIdentityMap(shapes.rank(root), root.getContext());
    return emit(b, loc, root, identity, scalars);
  });
}

//===----------------------------------------------------------------------===//
// Leaves
//===----------------------------------------------------------------------===//

/// A leaf as kernel operand: its memref re-strided where a dimension may turn out to broadcast, and cut where a slice
/// leaves its indices as they are. Only maps that take result dimensions in order can need that.
static Value leafBuffer(HostLowering &host, Value tensor, AffineMap map, Value memref, Value root) {
  ArrayRef<SymExpr> dims = host.shapes.dims(tensor), whole = host.shapes.dims(root);
  SmallVector<SymExpr> extents;
  SmallVector<OpFoldResult> sizes;
  bool isCut = false;
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    SymExpr extent = dim ? whole[dim.getPosition()] : dims[i];
    auto have = dims[i].constant(), want = extent.constant();
    // Of unequal known extents, one is a slice of the other.
    bool isSliced = have && want && *have != *want && *have != 1;
    isCut |= isSliced;
    extents.push_back(isSliced ? dims[i] : extent);
    sizes.push_back(isSliced ? host.b.getIndexAttr(*want) : memref::getMixedSize(host.b, host.loc, memref, i));
  }
  memref = host.broadcastable(memref, dims, extents);
  if (!isCut)
    return memref;
  // Not a memref.subview: one of no elements is refused.
  StridedMemory memory = stridedMemory(host, memref);
  memory.sizes = sizes;
  return memory.view(host);
}

//===----------------------------------------------------------------------===//
// Epilogue
//===----------------------------------------------------------------------===//

static ValueRange fusedRoots(Operation *anchor) {
  if (auto fused = dyn_cast<FusedOp>(anchor->getParentOp()))
    return cast<YieldOp>(fused.getBody().front().getTerminator()).getValues();
  return anchor->getResults();
}

Epilogue::Epilogue(HostLowering &host, Operation *anchor)
    : host(host), anchorResult(anchor->getResult(0)), expression(host.shapes, fusedRoots(anchor), anchorResult) {
  auto fused = dyn_cast<FusedOp>(anchor->getParentOp());
  targets.assign(fused ? fused->result_begin() : anchor->result_begin(),
                 fused ? fused->result_end() : anchor->result_end());
}

static std::optional<int64_t> countColumns(ShapeAnalysis &shapes, Value tensor) {
  return shapes.rank(tensor) ? shapes.dims(tensor).back().constant() : std::nullopt;
}

int64_t Epilogue::parts() const {
  auto whole = countColumns(host.shapes, anchorResult), part = countColumns(host.shapes, result());
  return isa<MatMulOp>(anchorResult.getDefiningOp()) && whole && part && *part > 0 ? *whole / *part : 1;
}

/// The part that a leaf which is the anchor's result reads.
int64_t Epilogue::partOf(const ScalarExpression::Leaf &leaf) const {
  if (parts() == 1)
    return 0;
  AffineExpr column = getAffineDimExpr(leaf.map.getNumDims() - 1, leaf.map.getContext());
  AffineExpr offset = simplifyAffineExpr(leaf.map.getResults().back() - column, leaf.map.getNumDims(), 0);
  return cast<AffineConstantExpr>(offset).getValue() / *countColumns(host.shapes, result());
}

Value Epilogue::outside(Value value) const {
  auto argument = dyn_cast<BlockArgument>(value);
  auto fused = argument ? dyn_cast<FusedOp>(argument.getOwner()->getParentOp()) : nullptr;
  return fused ? fused.getInputs()[argument.getArgNumber()] : value;
}

SmallVector<Value> Epilogue::extras() {
  SmallVector<Value> buffers;
  for (const ScalarExpression::Leaf &leaf : expression.leaves())
    if (leaf.tensor != anchorResult)
      buffers.push_back(leafBuffer(host, leaf.tensor, leaf.map, host.buffer(outside(leaf.tensor)), result()));
  return buffers;
}

SmallVector<AffineMap> Epilogue::maps() const {
  SmallVector<AffineMap> maps;
  for (const ScalarExpression::Leaf &leaf : expression.leaves())
    if (leaf.tensor != anchorResult)
      maps.push_back(leaf.map);
  return maps;
}

Value Epilogue::emit(OpBuilder &b, Location loc, Value sum, ValueRange elements) {
  return emitAll(b, loc, sum, elements).front();
}

SmallVector<Value> Epilogue::emitAll(OpBuilder &b, Location loc, ValueRange sums, ValueRange elements) {
  SmallVector<Value> scalars;
  unsigned next = 0;
  for (const ScalarExpression::Leaf &leaf : expression.leaves())
    scalars.push_back(leaf.tensor == anchorResult
                          ? sums[partOf(leaf)]
                          : fromMemory(b, loc, elements[next++], GraphBuilder::element(leaf.tensor)));
  SmallVector<Value> values = expression.emit(b, loc, scalars);
  for (auto [value, target] : llvm::zip(values, targets))
    value = toMemory(b, loc, value, GraphBuilder::element(target));
  return values;
}

//===----------------------------------------------------------------------===//
// Elementwise kernels
//===----------------------------------------------------------------------===//

LogicalResult ingot::lowerElementwise(HostLowering &host, Value root, Value result,
                                      llvm::function_ref<Value(Value)> outside) {
  ScalarExpression expression(host.shapes, root);
  SmallVector<Value> arguments;
  SmallVector<AffineMap> maps;
  for (const ScalarExpression::Leaf &leaf : expression.leaves()) {
    arguments.push_back(leafBuffer(host, leaf.tensor, leaf.map, host.buffer(outside(leaf.tensor)), root));
    maps.push_back(leaf.map);
  }
  arguments.push_back(host.stridedResult(result));
  auto rank = static_cast<unsigned>(host.shapes.rank(root));
  maps.push_back(AffineMap::getMultiDimIdentityMap(rank, root.getContext()));
  auto body = [&](OpBuilder &b, Location loc, Value, ValueRange memrefs) {
    SmallVector<utils::IteratorType> iterators(rank, utils::IteratorType::parallel);
    auto element = [&](OpBuilder &b, Location loc, ValueRange elements) {
      SmallVector<Value> scalars;
      for (auto [leaf, element] : llvm::zip(expression.leaves(), elements))
        scalars.push_back(fromMemory(b, loc, element, GraphBuilder::element(leaf.tensor)));
      Value value = expression.emit(b, loc, scalars).front();
      linalg::YieldOp::create(b, loc, toMemory(b, loc, value, GraphBuilder::element(result)));
    };
    linalg::GenericOp::create(b, loc, memrefs.drop_back(), memrefs.take_back(), maps, iterators, element);
  };
  StringRef name = "elementwise";
  if (Operation *op = root.getDefiningOp(); op && op->getDialect())
    name = op->getName().stripDialect();
  func::CallOp call = host.kernel(name, arguments, body);
  // An operand of the result's very type and indices may give its memory to the result.
  SmallVector<Attribute> inplace;
  auto readOnce = [&](Value tensor) {
    return llvm::count_if(expression.leaves(), [&](const auto &leaf) { return leaf.tensor == tensor; }) == 1;
  };
  for (auto [i, argument] : llvm::enumerate(ValueRange(arguments).drop_back()))
    if (argument.getType() == arguments.back().getType() && maps[i] == maps.back() &&
        readOnce(expression.leaves()[i].tensor))
      inplace.push_back(host.b.getI64ArrayAttr({static_cast<int64_t>(arguments.size()), static_cast<int64_t>(i) + 1}));
  if (!inplace.empty())
    call->setAttr("rt.inplace", host.b.getArrayAttr(inplace));
  return success();
}

//===- IndexBuilder.cpp - Loops and index arithmetic that fold -------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/IndexBuilder.h"

#include "codegen/rt/Rt.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace ingot::tile;

std::optional<int64_t> ingot::tile::getConstant(Value value) { return getConstantIntValue(value); }

Value IndexBuilder::index(int64_t value) { return arith::ConstantIndexOp::create(*this, value); }

Value IndexBuilder::add(Value lhs, Value rhs) { return createOrFold<arith::AddIOp>(lhs, rhs); }
Value IndexBuilder::sub(Value lhs, Value rhs) { return createOrFold<arith::SubIOp>(lhs, rhs); }
Value IndexBuilder::mul(Value lhs, Value rhs) { return createOrFold<arith::MulIOp>(lhs, rhs); }
Value IndexBuilder::min(Value lhs, Value rhs) { return createOrFold<arith::MinSIOp>(lhs, rhs); }
Value IndexBuilder::max(Value lhs, Value rhs) { return createOrFold<arith::MaxSIOp>(lhs, rhs); }

Value IndexBuilder::div(Value lhs, Value rhs) { return createOrFold<arith::DivUIOp>(lhs, rhs); }

IndexBuilder::Values IndexBuilder::delinearize(Value number, ArrayRef<Value> sizes) {
  Values indices(sizes.size(), index(0));
  if (sizes.empty())
    return indices;
  unsigned first = 0;
  while (first + 1 < sizes.size() && getConstant(sizes[first]) == 1)
    ++first;
  for (unsigned i = sizes.size() - 1; i > first; --i) {
    Value outer = div(number, sizes[i]);
    indices[i] = sub(number, mul(outer, sizes[i]));
    number = outer;
  }
  indices[first] = number;
  return indices;
}

Value IndexBuilder::dim(Value memref, int64_t dimension) {
  int64_t size = cast<MemRefType>(memref.getType()).getDimSize(dimension);
  return ShapedType::isDynamic(size) ? memref::DimOp::create(*this, memref, dimension).getResult() : index(size);
}

Value IndexBuilder::collapseDims(Value memref, unsigned first) {
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<ReassociationIndices> groups;
  for (int64_t i = 0; i < type.getRank(); ++i) {
    if (i == first + 1)
      groups.back().push_back(i);
    else
      groups.push_back({i});
  }
  if (!memref::CollapseShapeOp::isGuaranteedCollapsible(type, groups))
    return {};
  return memref::CollapseShapeOp::create(*this, memref, groups);
}

static Attribute getNoUnroll(MLIRContext *context) {
  auto unroll = LLVM::LoopUnrollAttr::get(context, /*disable=*/BoolAttr::get(context, true), {}, {}, {}, {}, {}, {});
  return LLVM::LoopAnnotationAttr::get(context, {}, {}, {}, unroll, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {});
}

IndexBuilder::Values IndexBuilder::loop(Value lo, Value hi, Value step, ValueRange carried, LoopBody body) {
  std::optional<int64_t> first = getConstant(lo), end = getConstant(hi), length = getConstant(step);
  if (first && end && *first >= *end)
    return carried;
  if (first && end && length && *first + *length >= *end)
    return body(lo, carried);
  auto forOp = scf::ForOp::create(*this, lo, hi, step, carried);
  if (loopsComplete)
    forOp->setAttr("llvm.loop_annotation", getNoUnroll(getContext()));
  InsertionGuard guard(*this);
  setInsertionPointToStart(forOp.getBody());
  Values results = body(forOp.getInductionVar(), forOp.getRegionIterArgs());
  if (!carried.empty())
    scf::YieldOp::create(*this, results);
  return forOp.getResults();
}

void IndexBuilder::loop(Value lo, Value hi, Value step, function_ref<void(Value iv)> body) {
  loop(lo, hi, step, ValueRange(), [&](Value iv, ValueRange) {
    body(iv);
    return Values();
  });
}

static bool isInsideParallel(Block *block) {
  for (Operation *around = block->getParentOp(); around; around = around->getParentOp())
    if (isa<scf::ForallOp, ingot::rt::RangesOp>(around))
      return true;
  return false;
}

void IndexBuilder::box(ArrayRef<Value> sizes, bool parallel, function_ref<void(ValueRange ivs)> body) {
  Values ivs(sizes.size(), index(0));
  SmallVector<unsigned> loops;
  for (auto [i, size] : llvm::enumerate(sizes))
    if (getConstant(size) != 1)
      loops.push_back(i);
  InsertionGuard guard(*this);
  if (parallel && !isInsideParallel(getInsertionBlock()) && !loops.empty()) {
    auto bounds = llvm::map_to_vector(loops, [&](unsigned i) { return getAsOpFoldResult(sizes[i]); });
    auto forall = scf::ForallOp::create(*this, bounds, /*outputs=*/ValueRange(), /*mapping=*/std::nullopt);
    for (auto [i, iv] : llvm::zip_equal(loops, forall.getInductionVars()))
      ivs[i] = iv;
    setInsertionPointToStart(forall.getBody());
  } else {
    for (unsigned i : loops) {
      auto forOp = scf::ForOp::create(*this, index(0), sizes[i], index(1));
      ivs[i] = forOp.getInductionVar();
      setInsertionPointToStart(forOp.getBody());
    }
  }
  body(ivs);
}

void IndexBuilder::ranges(Value count, bool parallel, function_ref<void(Value begin, Value end)> body) {
  if (!parallel || getConstant(count) == 1 || isInsideParallel(getInsertionBlock()))
    return body(index(0), count);
  auto ranges = ingot::rt::RangesOp::create(*this, count);
  InsertionGuard guard(*this);
  setInsertionPointToStart(&ranges.getBody().front());
  body(ranges.getBegin(), ranges.getEnd());
}

void IndexBuilder::itemsOfBox(ArrayRef<Value> sizes, Value items, Value most, bool parallel, ItemsBody body) {
  Value count = items;
  for (Value size : sizes)
    count = mul(count, size);
  std::optional<int64_t> known = getConstant(items), knownMost = getConstant(most);
  bool isSingle = items == most || (known && knownMost && *known <= *knownMost);
  ranges(count, parallel, [&](Value begin, Value end) {
    loop(div(begin, items), ceilDiv(end, items), 1, [&](Value point) {
      Value origin = mul(point, items), first = max(sub(begin, origin), index(0)), last = min(sub(end, origin), items);
      Values ivs = delinearize(point, sizes);
      if (isSingle)
        return body(ivs, first, last);
      loop(first, last, most, [&](Value at) { body(ivs, at, min(add(at, most), last)); });
    });
  });
}

Value IndexBuilder::stackBuffer(ArrayRef<int64_t> shape, Type element) {
  return memref::AllocaOp::create(*this, MemRefType::get(shape, element), getI64IntegerAttr(64));
}

void IndexBuilder::branch(Value condition, function_ref<void()> then, function_ref<void()> otherwise) {
  if (std::optional<int64_t> known = getConstant(condition))
    return *known ? then() : otherwise();
  auto ifOp = scf::IfOp::create(*this, condition, /*withElseRegion=*/true);
  InsertionGuard guard(*this);
  setInsertionPointToStart(ifOp.thenBlock());
  then();
  setInsertionPointToStart(ifOp.elseBlock());
  otherwise();
}

//===-- CountWork.cpp - counts the operations and bytes of a kernel ------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Extents.h"
#include "codegen/HostFunction.h"
#include "codegen/Passes.h"
#include "codegen/tile/TileDialect.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_COUNTWORK
#include "codegen/Passes.h.inc"

namespace {

/// One kernel's work.
class WorkCounter {
public:
  explicit WorkCounter(func::FuncOp kernel) : kernel(kernel), context(kernel.getContext()), extents(kernel) {
    kernel.walk([&](rt::RangesOp ranges) { assumeAll(ranges); });
  }

  DictionaryAttr count();

private:
  /// What is known of an argument's memory: how many elements operations on parts of it touch, or that one touches all.
  struct Access {
    AffineExpr elements;
    bool all = false;
  };

  AffineExpr constant(int64_t value) { return getAffineConstantExpr(value, context); }
  AffineMap map(ArrayRef<AffineExpr> results) { return AffineMap::get(0, extents.getNumSymbols(), results, context); }
  void assumeAll(rt::RangesOp ranges);
  AffineExpr trips(Operation *around);
  AffineExpr repetitions(Operation *op);
  AffineExpr countStarts();
  AffineExpr countOwnOperations(Operation *op);
  AffineExpr countOperations(Operation *op);
  AffineExpr countOperations(Region &region);
  void countAccesses(Operation *op);
  void touch(Value memref, AffineExpr elements, bool structured);
  SmallVector<Attribute> describeBytes();

  func::FuncOp kernel;
  MLIRContext *context;
  Extents extents;
  llvm::MapVector<BlockArgument, Access> accesses;
};

struct CountWork : impl::CountWorkBase<CountWork> {
  void runOnOperation() override {
    if (isKernel(getOperation()) && !getOperation().isExternal())
      getOperation()->setAttr(rt::workAttr, WorkCounter(getOperation()).count());
  }
};

} // namespace

//===--------------------------------------------------------------------------------------------===//
// Operations
//===--------------------------------------------------------------------------------------------===//

/// Ranges do together what one of all would; the points that a loop in it goes through are alike.
void WorkCounter::assumeAll(rt::RangesOp ranges) {
  extents.assume(ranges.getBegin(), constant(0));
  extents.assume(ranges.getEnd(), extents.of(ranges.getCount()));
  for (auto loop : ranges.getBody().getOps<scf::ForOp>())
    extents.assume(loop.getInductionVar(), extents.of(loop.getLowerBound()));
}

/// How often a run of `around` runs its regions; null where only its data knows.
AffineExpr WorkCounter::trips(Operation *around) {
  return TypeSwitch<Operation *, AffineExpr>(around)
      .Case([&](linalg::LinalgOp op) {
        SmallVector<AffineExpr> sizes;
        for (OpOperand &operand : op->getOpOperands())
          for (unsigned dim = 0, rank = op.getRank(&operand); dim < rank; ++dim)
            sizes.push_back(extents.of(operand.get(), dim));
        AffineExpr product = constant(1);
        if (llvm::is_contained(sizes, AffineExpr()))
          return AffineExpr();
        for (AffineExpr loop : op.getShapesToLoopsMap().getResults())
          product = product * loop.replaceDims(sizes);
        return product;
      })
      .Case([&](tile::TileOpInterface op) { return extents.elements(op.getOut()); })
      .Case([&](LoopLikeOpInterface op) {
        auto lower = op.getLoopLowerBounds(), upper = op.getLoopUpperBounds(), step = op.getLoopSteps();
        AffineExpr product = constant(1);
        if (!lower || !upper || !step)
          return AffineExpr();
        for (auto [from, to, by] : llvm::zip_equal(*lower, *upper, *step)) {
          AffineExpr begin = extents.of(from), end = extents.of(to), stride = extents.of(by);
          if (!begin || !end || !stride)
            return AffineExpr();
          product = product * (end - begin).ceilDiv(stride);
        }
        return product;
      })
      .Case<scf::IfOp, scf::ExecuteRegionOp, rt::RangesOp>([&](auto) { return constant(1); })
      .Default([](Operation *) { return AffineExpr(); });
}

/// How often the kernel runs `op`.
AffineExpr WorkCounter::repetitions(Operation *op) {
  AffineExpr product = constant(1);
  for (Operation *around = op->getParentOp(); around != kernel; around = around->getParentOp())
    product = multiply(product, trips(around));
  return product;
}

/// One on elements, not on indices, that is no more than a choice or a conversion.
static bool isArithmetic(Operation *op) {
  if (op->getNumResults() != 1 || op->getResult(0).getType().isIndex() || op->getResult(0).getType().isInteger(1))
    return isa<arith::CmpFOp>(op);
  if (isa<arith::ConstantOp, arith::SelectOp, CastOpInterface>(op))
    return false;
  return isa<arith::ArithDialect, math::MathDialect>(op->getDialect());
}

/// How often operations that become loops begin; null where only data knows.
AffineExpr WorkCounter::countStarts() {
  AffineExpr starts = constant(0);
  kernel.getBody().walk([&](Operation *op) {
    if (isa<linalg::LinalgOp, tile::TileOpInterface>(op))
      starts = add(starts, repetitions(op));
  });
  return starts;
}

/// What `op` does itself, once.
AffineExpr WorkCounter::countOwnOperations(Operation *op) {
  auto tile = dyn_cast<tile::WorkOpInterface>(op);
  if (!tile)
    return constant(isArithmetic(op) ? isa<math::FmaOp>(op) ? 2 : 1 : 0);
  bool known = true;
  AffineExpr count = tile.countOperations([&](Value memref, unsigned dim) {
    AffineExpr extent = extents.of(memref, dim);
    known &= extent != nullptr;
    return extent ? extent : constant(0);
  });
  return known ? count : AffineExpr();
}

/// Of the two branches of a condition: that of more operations where both are numbers, else one that has some.
static AffineExpr chooseBranch(AffineExpr a, AffineExpr b) {
  auto left = dyn_cast_or_null<AffineConstantExpr>(a), right = dyn_cast_or_null<AffineConstantExpr>(b);
  if (left && right)
    return left.getValue() < right.getValue() ? b : a;
  return left && left.getValue() == 0 ? b : a;
}

AffineExpr WorkCounter::countOperations(Operation *op) {
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return chooseBranch(countOperations(branch.getThenRegion()), countOperations(branch.getElseRegion()));
  AffineExpr inside = constant(0);
  for (Region &region : op->getRegions())
    inside = add(inside, countOperations(region));
  bool hasNone = inside && isa<AffineConstantExpr>(inside) && cast<AffineConstantExpr>(inside).getValue() == 0;
  return add(countOwnOperations(op), hasNone ? inside : multiply(trips(op), inside));
}

AffineExpr WorkCounter::countOperations(Region &region) {
  AffineExpr sum = constant(0);
  for (Operation &op : region.getOps())
    sum = add(sum, countOperations(&op));
  return sum;
}

//===--------------------------------------------------------------------------------------------===//
// Bytes
//===--------------------------------------------------------------------------------------------===//

/// The memory that `memref` is a part of, and whether it is all of it.
static std::pair<Value, bool> findMemory(Value memref) {
  bool whole = true;
  while (Operation *op = memref.getDefiningOp()) {
    auto view = dyn_cast<ViewLikeOpInterface>(op);
    if (!view)
      break;
    whole &= isa<memref::CastOp, memref::CollapseShapeOp, memref::ExpandShapeOp>(op);
    memref = view.getViewSource();
  }
  return {memref, whole};
}

/// `elements` of `memref` are read or written. An operation on memory that is not `structured` takes single elements.
void WorkCounter::touch(Value memref, AffineExpr elements, bool structured) {
  auto [memory, whole] = findMemory(memref);
  auto argument = dyn_cast<BlockArgument>(memory);
  if (!argument || argument.getOwner() != &kernel.getBody().front())
    return;
  Access &access = accesses.try_emplace(argument, Access{constant(0)}).first->second;
  access.all |= structured && whole;
  access.elements = add(access.elements, elements);
}

void WorkCounter::countAccesses(Operation *op) {
  if (isa<ViewLikeOpInterface, memref::DimOp>(op))
    return;
  bool single = isa<memref::LoadOp, memref::StoreOp>(op);
  bool structured = isa<linalg::LinalgOp, tile::TileOpInterface, tile::WorkOpInterface, memref::CopyOp>(op);
  AffineExpr times;
  for (Value operand : op->getOperands()) {
    if (!isa<MemRefType>(operand.getType()))
      continue;
    times = times ? times : repetitions(op);
    AffineExpr once = single ? constant(1) : structured ? extents.elements(operand) : AffineExpr();
    touch(operand, multiply(times, once), structured);
  }
}

/// One map an argument; those of constants as one.
SmallVector<Attribute> WorkCounter::describeBytes() {
  int64_t known = 0;
  SmallVector<SmallVector<AffineExpr>> operands;
  for (auto [argument, access] : accesses) {
    AffineExpr bytes = constant(rt::getElementBytes(cast<MemRefType>(argument.getType()).getElementType()));
    SmallVector<AffineExpr> bounds = {multiply(extents.elements(argument), bytes)};
    if (!access.all && access.elements)
      bounds.push_back(access.elements * bytes);
    if (llvm::all_of(bounds, llvm::IsaPred<AffineConstantExpr>))
      known += cast<AffineConstantExpr>(*llvm::min_element(bounds, [](AffineExpr a, AffineExpr b) {
                 return cast<AffineConstantExpr>(a).getValue() < cast<AffineConstantExpr>(b).getValue();
               })).getValue();
    else
      operands.push_back(std::move(bounds));
  }
  SmallVector<Attribute> maps;
  if (known || operands.empty())
    maps.push_back(AffineMapAttr::get(map(constant(known))));
  for (ArrayRef<AffineExpr> bounds : operands)
    maps.push_back(AffineMapAttr::get(map(bounds)));
  return maps;
}

DictionaryAttr WorkCounter::count() {
  AffineExpr flops = countOperations(kernel.getBody()), starts = countStarts();
  kernel.getBody().walk([&](Operation *op) { countAccesses(op); });
  for (auto &[argument, access] : accesses)
    extents.elements(argument); // all symbols are known before the first map
  Builder builder(context);
  NamedAttrList work;
  work.set("extents", extents.describeSymbols());
  work.set("bytes", builder.getArrayAttr(describeBytes()));
  if (flops)
    work.set("flops", AffineMapAttr::get(map(flops)));
  if (starts)
    work.set("starts", AffineMapAttr::get(map(starts)));
  return work.getDictionary(context);
}

} // namespace ingot

//===-- OutlineParallel.cpp - makes the bodies of scf.forall functions that threads run ----------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Captures.h"
#include "codegen/Passes.h"
#include "codegen/rt/Rt.h"
#include "codegen/tile/Order.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMTypes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/Transforms/Transforms.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_OUTLINEPARALLEL
#include "codegen/Passes.h.inc"

namespace {

/// Outlines the parallel loops of one function, in the order of its text.
class Outliner {
public:
  Outliner(func::FuncOp function, SymbolTable &symbols) : function(function), symbols(symbols) {}

  LogicalResult run();

private:
  LogicalResult outline(scf::ForallOp loop);
  func::FuncOp createBody(scf::ForallOp loop, ValueRange extents, ValueRange captures, ArrayRef<Operation *> constants);

  func::FuncOp function;
  SymbolTable &symbols;
};

} // namespace

/// How often the loop runs along each of its dims.
static SmallVector<Value> createExtents(OpBuilder &builder, scf::ForallOp loop) {
  Location loc = loop.getLoc();
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  SmallVector<Value> extents;
  for (auto [lower, upper, step] :
       llvm::zip(loop.getLowerBound(builder), loop.getUpperBound(builder), loop.getStep(builder))) {
    Value distance = builder.createOrFold<arith::SubIOp>(loc, upper, lower);
    Value extent = builder.createOrFold<arith::CeilDivSIOp>(loc, distance, step);
    extents.push_back(builder.createOrFold<arith::MaxSIOp>(loc, extent, zero));
  }
  return extents;
}

/// The indices of the loop's dims at position `linear` of the range, the last dim running fastest.
static SmallVector<Value> createIndices(OpBuilder &builder, scf::ForallOp loop, Value linear, ValueRange extents,
                                        IRMapping &mapping) {
  Location loc = loop.getLoc();
  auto valueOf = [&](OpFoldResult value) {
    return mapping.lookupOrDefault(getValueOrCreateConstantIndexOp(builder, loc, value));
  };
  SmallVector<Value> indices(loop.getRank());
  for (int64_t dim = loop.getRank() - 1; dim >= 0; --dim) {
    Value position = linear;
    if (dim > 0) {
      position = builder.createOrFold<arith::RemUIOp>(loc, linear, extents[dim]);
      linear = builder.createOrFold<arith::DivUIOp>(loc, linear, extents[dim]);
    }
    Value scaled = builder.createOrFold<arith::MulIOp>(loc, position, valueOf(loop.getMixedStep()[dim]));
    indices[dim] = builder.createOrFold<arith::AddIOp>(loc, scaled, valueOf(loop.getMixedLowerBound()[dim]));
  }
  return indices;
}

/// `captures` are the new function's arguments behind begin and end; the last rank - 1 of them are the extents of all
/// but the first dim, which divide a position into indices.
func::FuncOp Outliner::createBody(scf::ForallOp loop, ValueRange extents, ValueRange captures,
                                  ArrayRef<Operation *> constants) {
  OpBuilder builder(loop.getContext());
  Location loc = loop.getLoc();
  SmallVector<Type> types(2, builder.getIndexType());
  llvm::append_range(types, captures.getTypes());
  std::string name = (function.getSymName() + "_parallel").str();
  auto body = func::FuncOp::create(loc, name, builder.getFunctionType(types, {}));
  body.setPrivate();
  symbols.insert(body, Block::iterator(function));

  Block *entry = body.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  IRMapping mapping;
  mapping.map(captures, entry->getArguments().drop_front(2));
  for (Operation *constant : constants)
    builder.clone(*constant, mapping);
  SmallVector<Value> inner;
  for (Value extent : extents) {
    Operation *op = extent.getDefiningOp();
    if (op && op->hasTrait<OpTrait::ConstantLike>() && !mapping.contains(extent))
      builder.clone(*op, mapping);
    inner.push_back(mapping.lookupOrDefault(extent));
  }
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  auto range = scf::ForOp::create(builder, loc, entry->getArgument(0), entry->getArgument(1), one);
  func::ReturnOp::create(builder, loc);

  builder.setInsertionPointToStart(range.getBody());
  Value position = range.getInductionVar();
  if (loop->hasAttr(tile::kBackwardsAttrName)) {
    Value last = arith::SubIOp::create(builder, loc, entry->getArgument(1), one);
    Value ends = arith::AddIOp::create(builder, loc, entry->getArgument(0), last);
    position = arith::SubIOp::create(builder, loc, ends, position);
  }
  mapping.map(loop.getInductionVars(), createIndices(builder, loop, position, inner, mapping));
  for (Operation &op : loop.getBody()->without_terminator())
    builder.clone(op, mapping);
  return body;
}

static bool hasContext(func::FuncOp function) {
  return function.getNumArguments() != 0 && llvm::isa<LLVM::LLVMPointerType>(function.getArgument(0).getType());
}

LogicalResult Outliner::outline(scf::ForallOp loop) {
  if (loop.getNumResults() != 0)
    return loop.emitError("expected a parallel loop over memory, but it has ") << loop.getNumResults() << " results";
  if (!hasContext(function))
    return loop.emitError("expected the run's context as the first argument of the function around a parallel loop");

  OpBuilder builder(loop);
  SmallVector<Value> extents = createExtents(builder, loop);
  Value count = extents.front();
  for (Value extent : llvm::drop_begin(extents))
    count = builder.createOrFold<arith::MulIOp>(loop.getLoc(), count, extent);

  if (matchPattern(count, m_One())) { // a thread would only cost
    IRRewriter rewriter(builder);
    return scf::forallToForLoop(rewriter, loop);
  }

  SmallVector<Value> bounds(loop.getDynamicLowerBound());
  llvm::append_range(bounds, loop.getDynamicStep());
  auto [captures, constants] = collectCaptures(loop.getRegion(), bounds);
  for (Value extent : llvm::drop_begin(extents))
    if (!matchPattern(extent, m_Constant()))
      captures.insert(extent);
  func::FuncOp body = createBody(loop, extents, captures.getArrayRef(), constants);
  markNoalias(body, /*first=*/2, captures.getArrayRef(), function);
  rt::ParallelOp::create(builder, loop.getLoc(), function.getArgument(0), count, FlatSymbolRefAttr::get(body),
                         captures.getArrayRef());
  loop.erase();
  return success();
}

LogicalResult Outliner::run() {
  SmallVector<scf::ForallOp> outer, nested;
  function.walk<WalkOrder::PreOrder>([&](scf::ForallOp loop) {
    (loop->getParentOfType<scf::ForallOp>() ? nested : outer).push_back(loop);
  });
  IRRewriter rewriter(function.getContext());
  for (scf::ForallOp loop : llvm::reverse(nested)) {
    rewriter.setInsertionPoint(loop);
    if (failed(scf::forallToForLoop(rewriter, loop)))
      return failure();
  }
  for (scf::ForallOp loop : outer)
    if (failed(outline(loop)))
      return failure();
  return success();
}

namespace {

struct OutlineParallel : impl::OutlineParallelBase<OutlineParallel> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SmallVector<func::FuncOp> functions(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions)
      if (failed(Outliner(function, symbols).run()))
        return signalPassFailure();
  }
};

} // namespace
} // namespace ingot

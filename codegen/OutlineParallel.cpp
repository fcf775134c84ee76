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
  LogicalResult outline(Operation *loop);
  func::FuncOp createBody(rt::RangesOp ranges, ValueRange captures, ArrayRef<Operation *> constants);

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
static SmallVector<Value> createIndices(OpBuilder &builder, scf::ForallOp loop, Value linear, ValueRange extents) {
  Location loc = loop.getLoc();
  auto valueOf = [&](OpFoldResult value) { return getValueOrCreateConstantIndexOp(builder, loc, value); };
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

/// Makes plain loops over ranges of the parallel one.
static FailureOr<rt::RangesOp> cutIntoRanges(scf::ForallOp loop) {
  if (loop.getNumResults() != 0)
    return loop.emitError("expected a parallel loop over memory, but it has ") << loop.getNumResults() << " results";
  IRRewriter rewriter(loop);
  Location loc = loop.getLoc();
  SmallVector<Value> extents = createExtents(rewriter, loop);
  Value count = extents.front();
  for (Value extent : llvm::drop_begin(extents))
    count = rewriter.createOrFold<arith::MulIOp>(loc, count, extent);

  auto ranges = rt::RangesOp::create(rewriter, loc, count);
  rewriter.setInsertionPointToStart(&ranges.getBody().front());
  Value begin = ranges.getBegin(), end = ranges.getEnd(), one = arith::ConstantIndexOp::create(rewriter, loc, 1);
  auto range = scf::ForOp::create(rewriter, loc, begin, end, one);
  rewriter.setInsertionPointToStart(range.getBody());
  SmallVector<Value> indices = createIndices(rewriter, loop, range.getInductionVar(), extents);
  rewriter.eraseOp(loop.getTerminator());
  rewriter.inlineBlockBefore(loop.getBody(), range.getBody()->getTerminator(), indices);
  rewriter.eraseOp(loop);
  return ranges;
}

/// All of the loop, on the thread that comes there.
static LogicalResult runHere(Operation *loop) {
  IRRewriter rewriter(loop);
  if (auto forall = llvm::dyn_cast<scf::ForallOp>(loop))
    return scf::forallToForLoop(rewriter, forall);
  auto ranges = llvm::cast<rt::RangesOp>(loop);
  Value zero = arith::ConstantIndexOp::create(rewriter, ranges.getLoc(), 0);
  rewriter.inlineBlockBefore(&ranges.getBody().front(), ranges, {zero, ranges.getCount()});
  rewriter.eraseOp(ranges);
  return success();
}

/// `captures` are the new function's arguments behind begin and end.
func::FuncOp Outliner::createBody(rt::RangesOp ranges, ValueRange captures, ArrayRef<Operation *> constants) {
  OpBuilder builder(ranges.getContext());
  Location loc = ranges.getLoc();
  SmallVector<Type> types(2, builder.getIndexType());
  llvm::append_range(types, captures.getTypes());
  std::string name = (function.getSymName() + "_parallel").str();
  auto body = func::FuncOp::create(loc, name, builder.getFunctionType(types, {}));
  body.setPrivate();
  symbols.insert(body, Block::iterator(function));

  Block *entry = body.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  IRMapping mapping;
  mapping.map(ranges.getBody().getArguments(), entry->getArguments().take_front(2));
  mapping.map(captures, entry->getArguments().drop_front(2));
  for (Operation *constant : constants)
    builder.clone(*constant, mapping);
  for (Operation &op : ranges.getBody().front())
    builder.clone(op, mapping);
  func::ReturnOp::create(builder, loc);
  return body;
}

static bool hasContext(func::FuncOp function) {
  return function.getNumArguments() != 0 && llvm::isa<LLVM::LLVMPointerType>(function.getArgument(0).getType());
}

LogicalResult Outliner::outline(Operation *loop) {
  if (!hasContext(function))
    return loop->emitError("expected the run's context as the first argument of the function around a parallel loop");
  auto ranges = llvm::dyn_cast<rt::RangesOp>(loop);
  if (!ranges) {
    FailureOr<rt::RangesOp> cut = cutIntoRanges(llvm::cast<scf::ForallOp>(loop));
    if (failed(cut))
      return failure();
    ranges = *cut;
  }
  if (matchPattern(ranges.getCount(), m_One())) // a thread would only cost
    return runHere(ranges);
  auto [captures, constants] = collectCaptures(ranges.getBody());
  func::FuncOp body = createBody(ranges, captures.getArrayRef(), constants);
  markNoalias(body, /*first=*/2, captures.getArrayRef(), function);
  OpBuilder builder(ranges);
  rt::ParallelOp::create(builder, ranges.getLoc(), function.getArgument(0), ranges.getCount(),
                         FlatSymbolRefAttr::get(body), captures.getArrayRef());
  ranges.erase();
  return success();
}

LogicalResult Outliner::run() {
  SmallVector<Operation *> outer, nested;
  function.walk<WalkOrder::PreOrder>([&](Operation *op) {
    bool isNested = op->getParentOfType<scf::ForallOp>() || op->getParentOfType<rt::RangesOp>();
    if (llvm::isa<scf::ForallOp, rt::RangesOp>(op))
      (isNested ? nested : outer).push_back(op);
  });
  for (Operation *op : llvm::reverse(nested))
    if (failed(runHere(op)))
      return failure();
  for (Operation *op : outer)
    if (failed(outline(op)))
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

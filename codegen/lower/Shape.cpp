//===- Shape.cpp - views, shapes as data, and movement
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/KernelBuilder.h"
#include "codegen/lower/Layout.h"
#include "codegen/lower/Lower.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace ingot;
using namespace mlir;

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

/// The extents of a reshape whose target only the run time knows.
static SmallVector<Value> reshapeExtents(ReshapeOp op, HostLowering &host) {
  OpBuilder &b = host.b;
  Location loc = host.loc;
  checkElements(host, op.getShape(), host.shapes.rank(op.getResult()));
  Value zero = host.index(int64_t(0)), one = host.index(1), minusOne = host.index(-1);
  Value known = one, total = host.index(host.shapes.size(op.getInput()));
  SmallVector<Value> extents;
  int64_t inputRank = host.shapes.rank(op.getInput());
  for (int64_t i = 0, e = host.shapes.rank(op.getResult()); i < e; ++i) {
    Value extent = host.element(op.getShape(), i);
    if (!op.getAllowZero() && i < inputRank) {
      Value copies = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, extent, zero);
      extent = arith::SelectOp::create(b, loc, copies, host.size(op.getInput(), i), extent);
    }
    Value inferred = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, extent, minusOne);
    Value factor = arith::SelectOp::create(b, loc, inferred, one, extent);
    known = arith::MulIOp::create(b, loc, known, factor);
    extents.push_back(extent);
  }
  Value divisor = arith::MaxSIOp::create(b, loc, known, one);
  Value rest = arith::DivSIOp::create(b, loc, total, divisor);
  for (Value &extent : extents) {
    Value inferred = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, extent, minusOne);
    extent = arith::SelectOp::create(b, loc, inferred, rest, extent);
  }
  return extents;
}

static Value countElements(HostLowering &host, ValueRange extents) {
  Value product = host.index(1);
  for (Value extent : extents)
    product = arith::MulIOp::create(host.b, host.loc, product, extent);
  return product;
}

static LogicalResult lowerView(Operation *op, HostLowering &host) {
  Value input = op->getOperand(0), result = op->getResult(0), memref = host.buffer(input);
  if (host.isInPlace(result))
    return success();
  if (!cast<MemRefType>(memref.getType()).getLayout().isIdentity() && isReadStrided(host.shapes, input)) {
    host.bind(result, splitView(host, memref, input, result));
    return success();
  }
  auto reshape = dyn_cast<ReshapeOp>(op);
  MemRefType type = bufferType(result.getType());
  bool atRunTime = reshape && (hasOpaqueDims(host, result) || !host.shapes.contents(reshape.getShape()) ||
                               ShapeAnalysis::readsMemory(*host.shapes.contents(reshape.getShape())));
  SmallVector<Value> extents = atRunTime ? reshapeExtents(reshape, host) : host.sizes(result);
  if (reshape && (atRunTime || host.shapes.size(input) != host.shapes.size(result))) {
    Value have = host.index(host.shapes.size(input)), want = countElements(host, extents);
    Value same = arith::CmpIOp::create(host.b, host.loc, arith::CmpIPredicate::eq, have, want);
    host.check(same, "cannot reshape %lld elements to %lld", {have, want});
    for (int64_t i = 0; i < type.getRank(); ++i)
      if (!type.isDynamicDim(i)) {
        Value declared = host.index(type.getDimSize(i));
        Value fits = arith::CmpIOp::create(host.b, host.loc, arith::CmpIPredicate::eq, extents[i], declared);
        host.check(fits, "expected dimension " + Twine(i) + " to be %lld but got %lld", {declared, extents[i]});
      }
  }
  host.bind(result, host.view(memref, type, extents));
  return success();
}
template <typename OpTy>
static LogicalResult lowerViewOp(OpTy op, HostLowering &host) {
  return lowerView(op, host);
}

//===----------------------------------------------------------------------===//
// Shapes as data
//===----------------------------------------------------------------------===//

/// Writes a small integer tensor from the expressions of its elements.
static LogicalResult lowerContents(Operation *op, HostLowering &host) {
  Value result = op->getResult(0);
  auto contents = host.shapes.contents(result);
  Value memref = host.result(result);
  auto element = cast<IntegerType>(cast<MemRefType>(memref.getType()).getElementType());
  bool isVector = cast<MemRefType>(memref.getType()).getRank() == 1;
  for (auto [i, expr] : llvm::enumerate(*contents)) {
    Value value = arith::IndexCastOp::create(host.b, host.loc, element, host.index(expr));
    SmallVector<Value> at;
    if (isVector)
      at.push_back(host.index(static_cast<int64_t>(i)));
    memref::StoreOp::create(host.b, host.loc, value, memref, at);
  }
  return success();
}
template <typename OpTy>
static LogicalResult lowerContentsOp(OpTy op, HostLowering &host) {
  return lowerContents(op, host);
}

//===----------------------------------------------------------------------===//
// Movement with one element of the input for each of the result
//===----------------------------------------------------------------------===//

template <typename OpTy>
static LogicalResult lowerIndexed(OpTy op, HostLowering &host) {
  Value result = op->getResult(0);
  return lowerElementwise(host, result, result, [](Value value) { return value; });
}

static LogicalResult lowerFused(FusedOp op, HostLowering &host) {
  auto outside = [&](Value value) -> Value {
    auto argument = dyn_cast<BlockArgument>(value);
    return argument ? op.getInputs()[argument.getArgNumber()] : value;
  };
  for (Operation &nested : op.getBody().front())
    if (isa<AnchorOpInterface>(nested)) {
      Epilogue epilogue(host, &nested);
      return cast<AnchorOpInterface>(nested).lowerFused(host, epilogue);
    }
  auto yield = cast<YieldOp>(op.getBody().front().getTerminator());
  return lowerElementwise(host, yield.getValues()[0], op.getResults()[0], outside);
}

void ingot::registerShapeLowering(MLIRContext *c) {
  ReshapeOp::attachInterface<HostModel<ReshapeOp, lowerViewOp<ReshapeOp>>>(*c);
  SqueezeOp::attachInterface<HostModel<SqueezeOp, lowerViewOp<SqueezeOp>>>(*c);
  UnsqueezeOp::attachInterface<HostModel<UnsqueezeOp, lowerViewOp<UnsqueezeOp>>>(*c);
  FlattenOp::attachInterface<HostModel<FlattenOp, lowerViewOp<FlattenOp>>>(*c);
  ShapeOp::attachInterface<HostModel<ShapeOp, lowerContentsOp<ShapeOp>>>(*c);
  SizeOp::attachInterface<HostModel<SizeOp, lowerContentsOp<SizeOp>>>(*c);
  TransposeOp::attachInterface<HostModel<TransposeOp, lowerIndexed<TransposeOp>>>(*c);
  FusedOp::attachInterface<HostModel<FusedOp, lowerFused>>(*c);
}

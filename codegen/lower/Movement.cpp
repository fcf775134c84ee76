//===- Movement.cpp - operators that put the elements of their inputs elsewhere
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/KernelBuilder.h"
#include "codegen/lower/Lower.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace ingot;
using namespace mlir;
using Values = tile::IndexBuilder::Values;

//===----------------------------------------------------------------------===//
// Concat
//===----------------------------------------------------------------------===//

/// Dimensions of the inputs that are not proven to agree with the result's.
static void checkAgreement(ConcatOp op, HostLowering &host, KernelBuilder &b) {
  ArrayRef<SymExpr> whole = host.shapes.dims(op.getResult());
  for (Value input : op.getInputs())
    for (auto [i, dim] : llvm::enumerate(host.shapes.dims(input))) {
      if (i == static_cast<size_t>(op.getAxis()) || dim == whole[i])
        continue;
      Value have = host.index(dim), want = host.index(whole[i]);
      host.check(b.equal(have, want), "expected dimension " + Twine(i) + " of all inputs to be %lld but got %lld",
                 {want, have});
    }
}

static LogicalResult lowerConcat(ConcatOp op, HostLowering &host) {
  KernelBuilder b = hostBuilder(host);
  checkAgreement(op, host, b);
  SmallVector<Value> memrefs, begins;
  Value begin = b.index(0);
  for (Value input : op.getInputs()) {
    if (!host.shapes.size(input).isConstant(0) && !host.isInPlace(input)) {
      memrefs.push_back(host.buffer(input));
      begins.push_back(begin);
    }
    begin = b.add(begin, host.size(input, op.getAxis()));
  }
  memrefs.push_back(host.isBound(op.getResult()) ? host.buffer(op.getResult()) : host.stridedResult(op.getResult()));
  if (memrefs.size() == 1)
    return success();
  emitKernel(host, "concat", memrefs, begins, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value> begins) {
    SmallVector<Value> offsets(host.shapes.rank(op.getResult()), k.index(0));
    for (auto [input, begin] : llvm::zip(memrefs.drop_back(), begins)) {
      offsets[op.getAxis()] = begin;
      k.copy(input, k.subview(memrefs.back(), offsets, k.sizes(input)));
    }
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Tile
//===----------------------------------------------------------------------===//

static LogicalResult lowerTile(TileOp op, HostLowering &host) {
  KernelBuilder b = hostBuilder(host);
  int64_t rank = host.shapes.rank(op.getInput());
  checkElements(host, op.getRepeats(), rank);
  SmallVector<Value> extents, split, dims = host.sizes(op.getInput());
  SmallVector<int64_t> shape;
  SmallVector<unsigned> inner;
  for (int64_t i = 0; i < rank; ++i) {
    Value repeats = host.element(op.getRepeats(), i);
    if (!tile::getConstant(repeats))
      host.check(b.less(b.index(-1), repeats), "expected at least 0 repeats but got %lld", repeats);
    extents.push_back(b.mul(dims[i], repeats));
    for (Value extent : {repeats, dims[i]}) {
      split.push_back(extent);
      shape.push_back(tile::getConstant(extent).value_or(ShapedType::kDynamic));
    }
    inner.push_back(2 * i + 1);
  }
  bool known = hasKnownContents(host, op.getRepeats()) && !hasOpaqueDims(host, op.getResult());
  Value out = known ? host.result(op.getResult()) : host.result(op.getResult(), extents);
  Value input = host.buffer(op.getInput());
  // Each dimension of the result is two, copies and positions in a copy.
  auto type = MemRefType::get(shape, cast<MemRefType>(out.getType()).getElementType());
  Value blocks = host.view(out, type, split);
  emitKernel(host, "tile", {input, blocks}, {}, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) {
    k.elementwise(memrefs[0], k.project(2 * rank, inner), memrefs[1],
                  [](KernelBuilder &, ValueRange e) { return Values{e[0]}; });
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Expand to a shape that only the run time knows
//===----------------------------------------------------------------------===//

/// Dimension `i` of `rank` that the shape operand asks for, aligned to the right; 1 where it has fewer.
static Value askedExtent(Value shape, HostLowering &host, KernelBuilder &b, int64_t i, int64_t rank) {
  Value memref = host.buffer(shape);
  Value position = b.sub(b.add(b.dim(memref, 0), i), b.index(rank));
  auto isThere = scf::IfOp::create(b, b.getIndexType(), b.less(b.index(-1), position), /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(isThere.thenBlock());
  Value element = b.createOrFold<arith::IndexCastOp>(b.getIndexType(), b.load(memref, position));
  scf::YieldOp::create(b, element);
  b.setInsertionPointToStart(isThere.elseBlock());
  scf::YieldOp::create(b, b.index(1));
  return isThere.getResult(0);
}

static LogicalResult lowerExpand(ExpandOp op, HostLowering &host) {
  Value result = op.getResult();
  if (host.shapes.contents(op.getShape()))
    return lowerElementwise(host, result, result, [](Value value) { return value; });
  KernelBuilder b = hostBuilder(host);
  int64_t rank = host.shapes.rank(result), missing = rank - host.shapes.rank(op.getInput());
  if (missing < 0)
    return op.emitOpError() << "expected a result of rank " << rank - missing << " or more but got rank " << rank;
  Value asked = host.size(op.getShape(), 0);
  host.check(b.less(asked, b.index(rank + 1)), "expected a shape of at most " + Twine(rank) + " elements but got %lld",
             asked);
  SmallVector<Value> extents;
  SmallVector<OpFoldResult> strides(rank, b.getIndexAttr(0));
  for (int64_t i = 0; i < rank; ++i) {
    Value want = askedExtent(op.getShape(), host, b, i, rank);
    Value have = i < missing ? b.index(1) : host.size(op.getInput(), i - missing);
    Value repeats = b.equal(have, b.index(1)), keeps = b.equal(want, b.index(1));
    Value fits = b.createOrFold<arith::OrIOp>(b.createOrFold<arith::OrIOp>(repeats, keeps), b.equal(have, want));
    host.check(fits, "cannot expand dimension " + Twine(i) + " of extent %lld to %lld", {have, want});
    extents.push_back(b.select(repeats, want, have));
  }
  Value stride = b.index(1);
  for (int64_t i = rank - 1; i >= missing; --i) {
    Value have = host.size(op.getInput(), i - missing);
    strides[i] = getAsOpFoldResult(b.select(b.equal(have, b.index(1)), b.index(0), stride));
    stride = b.mul(stride, have);
  }
  Value out = host.result(result, extents), input = host.buffer(op.getInput());
  SmallVector<int64_t> dynamic(rank, ShapedType::kDynamic);
  auto layout = StridedLayoutAttr::get(b.getContext(), 0, [&] {
    SmallVector<int64_t> values;
    for (OpFoldResult s : strides)
      values.push_back(getConstantIntValue(s).value_or(ShapedType::kDynamic));
    return values;
  }());
  auto type = MemRefType::get(dynamic, cast<MemRefType>(input.getType()).getElementType(), layout);
  SmallVector<OpFoldResult> sizes(extents.begin(), extents.end());
  Value spread = memref::ReinterpretCastOp::create(b, type, input, b.getIndexAttr(0), sizes, strides);
  emitKernel(host, "expand", {spread, out}, {},
             [](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) { k.copy(memrefs[0], memrefs[1]); });
  return success();
}

//===----------------------------------------------------------------------===//
// Reverse sequence
//===----------------------------------------------------------------------===//

static LogicalResult lowerReverseSequence(ReverseSequenceOp op, HostLowering &host) {
  auto batch = static_cast<unsigned>(op.getBatchAxis()), time = static_cast<unsigned>(op.getTimeAxis());
  auto rank = static_cast<unsigned>(host.shapes.rank(op.getInput()));
  SmallVector<Value> memrefs{host.buffer(op.getInput()), host.buffer(op.getLengths()), host.result(op.getResult())};
  emitKernel(host, "reverse_sequence", memrefs, {}, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) {
    Value input = memrefs[0], extent = k.dim(input, time);
    k.elementwise(memrefs[1], k.project(rank, batch), memrefs[2], [&](KernelBuilder &b, ValueRange e) {
      // A length beyond the sequence reverses all of it.
      Value length = b.min(b.toIndex(e[0], b.getI64Type()), extent);
      SmallVector<Value> at;
      for (unsigned i = 0; i < rank; ++i)
        at.push_back(b.loopIndex(i));
      Value mirrored = b.sub(b.sub(length, b.index(1)), at[time]);
      at[time] = b.select(b.less(at[time], length), mirrored, at[time]);
      return Values{b.load(input, at)};
    });
  });
  return success();
}

void ingot::registerMovementLowering(MLIRContext *c) {
  ConcatOp::attachInterface<HostModel<ConcatOp, lowerConcat>>(*c);
  TileOp::attachInterface<HostModel<TileOp, lowerTile>>(*c);
  ExpandOp::attachInterface<HostModel<ExpandOp, lowerExpand>>(*c);
  ReverseSequenceOp::attachInterface<HostModel<ReverseSequenceOp, lowerReverseSequence>>(*c);
}

//===- Control.cpp - branches, and what branches and loops share
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Control.h"

#include "codegen/lower/Lower.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace ingot;
using namespace mlir;

Value ingot::loadBoolean(HostLowering &host, Value tensor) {
  if (auto known = host.shapes.constants(tensor))
    return arith::ConstantIntOp::create(host.b, host.loc, known->front() != 0, 1);
  Value memref = host.buffer(tensor);
  SmallVector<Value> at(cast<MemRefType>(memref.getType()).getRank(), host.index(int64_t(0)));
  Value loaded = memref::LoadOp::create(host.b, host.loc, memref, at);
  return fromMemory(host.b, host.loc, loaded, host.b.getI1Type());
}

Value ingot::conform(HostLowering &host, Value memref, MemRefType type) {
  auto from = cast<MemRefType>(memref.getType());
  if (from == type)
    return memref;
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    if (type.isDynamicDim(dim) || from.getDimSize(dim) == type.getDimSize(dim))
      continue;
    Value want = host.index(type.getDimSize(dim));
    Value have = memref::DimOp::create(host.b, host.loc, memref, dim);
    Value same = arith::CmpIOp::create(host.b, host.loc, arith::CmpIPredicate::eq, have, want);
    host.check(same, "expected dimension " + Twine(dim) + " to be %lld but got %lld", {want, have});
  }
  if (!memref::CastOp::areCastCompatible(from, type)) {
    // Provably another extent: the check above ends the run here, whatever the types say.
    SmallVector<int64_t> unknown(type.getRank(), ShapedType::kDynamic);
    memref = memref::CastOp::create(host.b, host.loc, MemRefType::get(unknown, type.getElementType()), memref);
  }
  return memref::CastOp::create(host.b, host.loc, type, memref);
}

/// Lowers a branch where the host program stands; gives the buffers it yields, in the types of the results.
static FailureOr<SmallVector<Value>> lowerBranch(IfOp op, Region &region, HostLowering &host) {
  if (failed(host.lowerBlock(region.front())))
    return failure();
  host.loc = op.getLoc();
  SmallVector<Value> buffers;
  for (auto [value, result] : llvm::zip(region.front().getTerminator()->getOperands(), op.getResults()))
    buffers.push_back(conform(host, host.buffer(value), bufferType(result.getType())));
  return buffers;
}

static LogicalResult lowerIf(IfOp op, HostLowering &host) {
  if (auto known = host.shapes.constants(op.getCondition())) {
    auto buffers = lowerBranch(op, known->front() ? op.getThenRegion() : op.getElseRegion(), host);
    if (failed(buffers))
      return failure();
    for (auto [result, memref] : llvm::zip(op.getResults(), *buffers))
      host.bind(result, memref);
    return success();
  }
  SmallVector<Type> types;
  for (Type type : op.getResultTypes())
    types.push_back(bufferType(type));
  Value condition = loadBoolean(host, op.getCondition());
  auto branches = scf::IfOp::create(host.b, host.loc, types, condition, /*addThenBlock=*/true, /*addElseBlock=*/true);
  for (auto [from, to] : {std::pair{&op.getThenRegion(), &branches.getThenRegion()},
                          {&op.getElseRegion(), &branches.getElseRegion()}}) {
    OpBuilder::InsertionGuard guard(host.b);
    host.b.setInsertionPointToEnd(&to->front());
    auto buffers = lowerBranch(op, *from, host);
    if (failed(buffers))
      return failure();
    // A branch without results has a terminator already.
    if (!types.empty())
      scf::YieldOp::create(host.b, host.loc, *buffers);
  }
  for (auto [result, memref] : llvm::zip(op.getResults(), branches.getResults()))
    host.bind(result, memref);
  return success();
}

static LogicalResult lowerFail(FailOp op, HostLowering &host) {
  // The message is a format.
  std::string message = op.getMessage().str();
  for (size_t at = 0; (at = message.find('%', at)) != std::string::npos; at += 2)
    message.insert(at, "%");
  host.check(arith::ConstantIntOp::create(host.b, host.loc, false, 1), message);
  for (Value result : op.getResults()) {
    SmallVector<Value> extents;
    for (SymExpr dim : host.shapes.dims(result))
      extents.push_back(host.index(dim.constant().value_or(0)));
    host.result(result, extents);
  }
  return success();
}

void ingot::registerControlLowering(MLIRContext *c) {
  FailOp::attachInterface<HostModel<FailOp, lowerFail>>(*c);
  IfOp::attachInterface<HostModel<IfOp, lowerIf>>(*c);
  LoopOp::attachInterface<HostModel<LoopOp, lowerLoop>>(*c);
}

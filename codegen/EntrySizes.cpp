//===-- EntrySizes.cpp - sizes that are known when a run begins ----------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/EntrySizes.h"

#include "codegen/rt/Rt.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace ingot {

EntrySizes::EntrySizes(func::FuncOp function)
    : function(function), builder(OpBuilder::atBlockBegin(&function.getBody().front())) {}

bool EntrySizes::isKnown(Value value) {
  if (auto argument = llvm::dyn_cast<BlockArgument>(value))
    return argument.getOwner() == &function.getBody().front();
  auto [entry, isNew] = known.try_emplace(value, false);
  if (!isNew)
    return entry->second;
  Operation *op = value.getDefiningOp();
  bool result = op->getNumRegions() == 0 && isPure(op) && llvm::all_of(op->getOperands(), [&](Value operand) {
                  return isKnown(operand);
                });
  return known[value] = result;
}

Value EntrySizes::compute(Value value) {
  if (llvm::isa<BlockArgument>(value) || computed.contains(value))
    return computed.lookupOrDefault(value);
  for (Value operand : value.getDefiningOp()->getOperands())
    compute(operand);
  builder.clone(*value.getDefiningOp(), computed);
  return computed.lookup(value);
}

bool EntrySizes::areKnown(memref::AllocOp allocation) {
  return llvm::all_of(allocation.getDynamicSizes(), [&](Value size) { return isKnown(size); });
}

Value EntrySizes::getBytes(memref::AllocOp allocation) {
  int64_t bytes = *getStaticBytes(allocation.getType());
  Location loc = allocation.getLoc();
  SmallVector<Value> sizes;
  for (Value size : allocation.getDynamicSizes())
    sizes.push_back(compute(size));
  return rt::BytesOp::create(builder, loc, bytes, sizes);
}

std::optional<int64_t> getStaticBytes(MemRefType type) {
  int64_t bytes = rt::getElementBytes(type.getElementType());
  for (int64_t dim : type.getShape())
    if (!ShapedType::isDynamic(dim) && llvm::MulOverflow(bytes, dim, bytes))
      return std::nullopt;
  return bytes;
}

} // namespace ingot

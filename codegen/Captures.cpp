//===-- Captures.cpp - what code that becomes a function takes along ----------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Captures.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "mlir/Transforms/RegionUtils.h"

using namespace mlir;

namespace ingot {

Captures collectCaptures(Region &region, ValueRange more) {
  SetVector<Value> used;
  getUsedValuesDefinedAbove(region, used);
  used.insert_range(more);
  Captures captures;
  for (Value value : used) {
    Operation *producer = value.getDefiningOp();
    if (producer && producer->hasTrait<OpTrait::ConstantLike>())
      captures.constants.push_back(producer);
    else
      captures.values.insert(value);
  }
  return captures;
}

/// The buffer that a value is a view of.
static Value getBase(Value value) {
  while (auto view = value.getDefiningOp<ViewLikeOpInterface>())
    value = view.getViewSource();
  return value;
}

void markNoalias(func::FuncOp body, unsigned first, ValueRange captures, func::FuncOp from) {
  DenseMap<Value, int> uses;
  for (Value capture : captures)
    ++uses[getBase(capture)];
  StringRef noalias = LLVM::LLVMDialect::getNoAliasAttrName();
  for (auto [index, capture] : llvm::enumerate(captures)) {
    Value base = getBase(capture);
    auto argument = llvm::dyn_cast<BlockArgument>(base);
    bool isOwn = base.getDefiningOp<memref::AllocaOp>() ||
                 (argument && argument.getOwner()->isEntryBlock() && argument.getOwner()->getParentOp() == from &&
                  from.getArgAttr(argument.getArgNumber(), noalias));
    if (isOwn && uses[base] == 1 && llvm::isa<MemRefType>(capture.getType()))
      body.setArgAttr(index + first, noalias, UnitAttr::get(body.getContext()));
  }
}

} // namespace ingot

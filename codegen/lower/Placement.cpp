//===- Placement.cpp - results that are computed where their only reader wants them
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/HostLowering.h"
#include "codegen/lower/Layout.h"

using namespace ingot;
using namespace mlir;

/// Whether the parts of the concatenation lie at strides known now, and fit for certain.
static bool hasKnownParts(ConcatOp op, ShapeAnalysis &shapes) {
  ArrayRef<SymExpr> whole = shapes.dims(op.getResult());
  if (!llvm::all_of(whole.drop_front(), [](SymExpr dim) { return dim.constant().has_value(); }) ||
      !ShapeAnalysis::followFromInputs(whole))
    return false;
  return llvm::all_of(op.getInputs(), [&](Value input) {
    return llvm::all_of(llvm::enumerate(shapes.dims(input)), [&](auto pair) {
      return pair.index() == op.getAxis() || pair.value() == whole[pair.index()];
    });
  });
}

Value HostLowering::placeInConcat(ConcatOp op, Value tensor) {
  if (!hasKnownParts(op, shapes))
    return {};
  if (!isBound(op.getResult()))
    stridedResult(op.getResult());
  SymExpr begin = shapes.constant(0);
  for (Value input : op.getInputs()) {
    if (input == tensor)
      break;
    begin = begin + shapes.dim(input, op.getAxis());
  }
  StridedMemory memory = stridedMemory(*this, buffer(op.getResult()));
  memory.advance(*this, op.getAxis(), index(begin));
  memory.sizes = getAsOpFoldResult(sizes(tensor));
  return memory.view(*this);
}

Value HostLowering::findPlace(Value tensor, SmallVectorImpl<std::pair<Value, Value>> &placed) {
  if (!tensor.hasOneUse() || outputs.contains(tensor) || places.contains(tensor) || shapes.size(tensor).isConstant(0))
    return {};
  Operation *reader = *tensor.user_begin();
  Value place;
  if (reader->getBlock() != tensor.getParentBlock())
    return {};
  if (auto concat = dyn_cast<ConcatOp>(reader)) {
    place = placeInConcat(concat, tensor);
  } else if (isa<ViewOpInterface>(reader) && reader->getOperand(0) == tensor) {
    Value viewed = reader->getResult(0);
    if (splitsDims(shapes, viewed, tensor))
      if (Value viewedPlace = findPlace(viewed, placed))
        place = splitView(*this, viewedPlace, viewed, tensor);
  }
  if (place)
    placed.push_back({tensor, place});
  return place;
}

Value HostLowering::stridedResult(Value tensor, function_ref<bool(MemRefType)> canWrite) {
  SmallVector<std::pair<Value, Value>> placed;
  Value place = findPlace(tensor, placed);
  if (!place || (canWrite && !canWrite(cast<MemRefType>(place.getType()))))
    return result(tensor);
  for (auto [value, memory] : placed) {
    bind(value, memory);
    inPlace.insert(value);
  }
  return place;
}

//===-- TileParts.cpp - tile operations of part of their result -------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/TileParts.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace ingot::tile;

namespace ingot {

Value cut(IndexBuilder &b, Value memref, const Part &part) {
  SmallVector<OpFoldResult> strides(part.sizes.size(), b.getIndexAttr(1));
  return memref::SubViewOp::create(b, memref, part.offsets, part.sizes, strides);
}

bool readsCut(TileOpInterface op) {
  for (auto [i, extra] : llvm::enumerate(op.getExtras()))
    for (AffineExpr index : op.getExtraMap(i).getResults())
      if (!isa<AffineDimExpr>(index) && index != getAffineConstantExpr(0, op->getContext()))
        return false;
  return true;
}

void emitApart(IndexBuilder &b, function_ref<void()> body) {
  auto region = scf::ExecuteRegionOp::create(b, TypeRange());
  region.setNoInline(true);
  OpBuilder::InsertionGuard guard(b);
  b.createBlock(&region.getRegion());
  body();
  scf::YieldOp::create(b);
}

TileOpInterface clonePart(IndexBuilder &b, TileOpInterface op, const Part &part, Value out, const IRMapping &arguments,
                          ArrayRef<std::pair<Value, Value>> operands) {
  IRMapping mapping(arguments);
  for (auto [i, extra] : llvm::enumerate(op.getExtras())) {
    Part extraPart;
    for (AffineExpr index : op.getExtraMap(i).getResults()) {
      auto dim = dyn_cast<AffineDimExpr>(index);
      extraPart.offsets.push_back(dim ? part.offsets[dim.getPosition()] : b.getIndexAttr(0));
      extraPart.sizes.push_back(dim ? part.sizes[dim.getPosition()] : b.getIndexAttr(1));
    }
    mapping.map(extra, cut(b, arguments.lookup(extra), extraPart));
  }
  mapping.map(op.getOut(), out);
  for (auto [operand, replacement] : operands)
    mapping.map(operand, replacement);
  return cast<TileOpInterface>(b.clone(*op, mapping));
}

} // namespace ingot

//===- Normalize.cpp - any structured op as a generic with linear maps -----===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/Normalize.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace ingot {

static bool isLinear(AffineMap map) {
  bool linear = true;
  map.walkExprs([&](AffineExpr expr) {
    switch (expr.getKind()) {
    case AffineExprKind::Mod:
    case AffineExprKind::FloorDiv:
    case AffineExprKind::CeilDiv:
      linear = false;
      break;
    case AffineExprKind::Mul:
      linear &= isa<AffineConstantExpr>(cast<AffineBinaryOpExpr>(expr).getRHS());
      break;
    default:
      break;
    }
  });
  return linear;
}

static void expandAffineApplies(RewriterBase &rewriter, linalg::GenericOp op) {
  SmallVector<affine::AffineApplyOp> applies;
  op.getBody()->walk([&](affine::AffineApplyOp apply) { applies.push_back(apply); });
  for (affine::AffineApplyOp apply : applies) {
    rewriter.setInsertionPoint(apply);
    auto values = affine::expandAffineMap(rewriter, apply.getLoc(), apply.getAffineMap(),
                                          llvm::to_vector<4>(apply.getMapOperands()));
    rewriter.replaceOp(apply, values->front());
  }
}

/// Drops input `position` and loads its element in the body instead.
static linalg::GenericOp inputToLoad(RewriterBase &rewriter, linalg::GenericOp op, unsigned position) {
  OpBuilder::InsertionGuard guard(rewriter);
  Location loc = op.getLoc();
  Value memref = op.getInputs()[position];
  AffineMap map = op.getIndexingMapsArray()[position];
  Block *body = op.getBody();
  rewriter.setInsertionPointToStart(body);
  SmallVector<Value> loops;
  for (unsigned dim = 0; dim < op.getNumLoops(); ++dim)
    loops.push_back(linalg::IndexOp::create(rewriter, loc, dim));
  SmallVector<Value> at;
  for (AffineExpr expr : map.getResults())
    at.push_back(affine::expandAffineExpr(rewriter, loc, expr, loops, {}));
  Value element = memref::LoadOp::create(rewriter, loc, memref, at);
  rewriter.replaceAllUsesWith(body->getArgument(position), element);

  SmallVector<Value> inputs(op.getInputs());
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  inputs.erase(inputs.begin() + position);
  maps.erase(maps.begin() + position);
  rewriter.setInsertionPoint(op);
  auto result =
      linalg::GenericOp::create(rewriter, loc, TypeRange{}, inputs, op.getOutputs(), maps, op.getIteratorTypesArray());
  result->setDiscardableAttrs(op->getDiscardableAttrDictionary());
  body->eraseArgument(position);
  rewriter.inlineRegionBefore(op.getRegion(), result.getRegion(), result.getRegion().begin());
  rewriter.eraseOp(op);
  return result;
}

static FailureOr<linalg::GenericOp> toGeneric(RewriterBase &rewriter, linalg::LinalgOp op) {
  if (auto generic = dyn_cast<linalg::GenericOp>(op.getOperation()))
    return generic;
  DictionaryAttr attributes = op->getDiscardableAttrDictionary();
  rewriter.setInsertionPoint(op);
  FailureOr<linalg::GenericOp> generic = linalg::generalizeNamedOp(rewriter, op);
  if (succeeded(generic))
    (*generic)->setDiscardableAttrs(attributes);
  return generic;
}

FailureOr<linalg::GenericOp> normalizeGeneric(RewriterBase &rewriter, linalg::LinalgOp op) {
  assert(op.hasPureBufferSemantics() && "only operations on memory are lowered");
  FailureOr<linalg::GenericOp> generic = toGeneric(rewriter, op);
  if (failed(generic))
    return failure();
  expandAffineApplies(rewriter, *generic);
  for (unsigned position = generic->getNumDpsInputs(); position-- > 0;)
    if (!isLinear(generic->getIndexingMapsArray()[position]))
      generic = inputToLoad(rewriter, *generic, position);
  for (OpOperand &output : generic->getDpsInitsMutable()) {
    AffineMap map = generic->getMatchingIndexingMap(&output);
    if (isLinear(map))
      continue;
    generic->emitOpError("expected a linear map for output ")
        << output.getOperandNumber() - generic->getNumDpsInputs() << " but got " << AffineMapAttr::get(map);
    return failure();
  }
  return generic;
}

} // namespace ingot

//===-- TileWork.cpp - how much arithmetic the tile operations stand for -------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/tile/TileDialect.h"

using namespace mlir;
using namespace ingot::tile;

static AffineExpr countElements(Value memref, ExtentFn extent) {
  AffineExpr count = getAffineConstantExpr(1, memref.getContext());
  for (unsigned dim = 0, rank = cast<MemRefType>(memref.getType()).getRank(); dim < rank; ++dim)
    count = count * extent(memref, dim);
  return count;
}

AffineExpr MatmulOp::countOperations(ExtentFn extent) {
  return countElements(getOut(), extent) * extent(getA(), getA().getType().getRank() - 1) * (2 * getParts());
}

/// Taps in the padding count as well, as is usual.
AffineExpr ConvOp::countOperations(ExtentFn extent) {
  int64_t taps = ShapedType::getNumElements(getKernelShape());
  return countElements(getOut(), extent) * (2 * taps * (getA().getType().getShape().back() / getGroups()));
}

AffineExpr PlanesConvOp::countOperations(ExtentFn extent) {
  int64_t taps = ShapedType::getNumElements(getKernelShape());
  return countElements(getOut(), extent) * (2 * taps * getGroupInputs());
}

/// Those of the direct convolution: what is saved counts as speed.
AffineExpr WinogradConvOp::countOperations(ExtentFn extent) {
  return countElements(getOut(), extent) * (2 * 9 * getA().getType().getShape().back());
}

AffineExpr DepthwiseConvOp::countOperations(ExtentFn extent) {
  return countElements(getOut(), extent) * (2 * ShapedType::getNumElements(getKernelShape()));
}

/// Two products, and for each score its scaling, difference to the largest, exponential and sum.
AffineExpr AttentionOp::countOperations(ExtentFn extent) {
  AffineExpr scores = extent(getKey(), getBatchRank());
  for (unsigned dim = 0; dim <= getBatchRank(); ++dim)
    scores = scores * extent(getOut(), dim);
  return scores * (2 * (getKeyColumns() + getValueColumns()) + 4);
}

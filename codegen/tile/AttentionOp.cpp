//===- AttentionOp.cpp - Verifies tile.attention ---------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/TileDialect.h"

using namespace mlir;
using namespace ingot::tile;

/// A matrix operand: f32, of the output's rank, rows of unit stride, a known number of columns.
static LogicalResult verifyMatrix(AttentionOp op, StringRef name, MemRefType type, int64_t columns) {
  if (!type.getElementType().isF32() || type.getRank() != op.getOut().getType().getRank() || type.getRank() < 2)
    return op.emitOpError() << "expected " << name << " of f32 and rank " << op.getOut().getType().getRank()
                            << " but got " << type;
  if (ShapedType::isDynamic(type.getShape().back()) || type.getShape().back() != columns)
    return op.emitOpError() << "expected " << name << " with " << columns << " columns but got " << type;
  if (!type.isLastDimUnitStride())
    return op.emitOpError() << "expected " << name << " with an innermost stride of 1 but got " << type;
  return success();
}

LogicalResult AttentionOp::verify() {
  MemRefType query = getQuery().getType(), key = getKey().getType(), value = getValue().getType();
  if (failed(verifyMatrix(*this, "out", getOut().getType(), value.getRank() ? value.getShape().back() : 0)) ||
      failed(verifyMatrix(*this, "value", value, value.getRank() ? value.getShape().back() : 0)) ||
      failed(verifyMatrix(*this, "key", key, query.getRank() ? query.getShape().back() : 0)) ||
      failed(verifyMatrix(*this, "query", query, query.getRank() ? query.getShape().back() : 0)))
    return failure();
  if (getMask()) {
    MemRefType mask = getMask().getType();
    bool elements = mask.getElementType().isF32() || mask.getElementType().isInteger(8);
    if (!elements || mask.getRank() != getOut().getType().getRank() || !mask.isLastDimUnitStride())
      return emitOpError() << "expected mask of f32 or i8, of rank " << getOut().getType().getRank()
                           << " and with an innermost stride of 1 but got " << mask;
  }
  return success();
}

//===- LaneLoop.cpp - loops over contiguous elements, several at a time
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/LaneLoop.h"

#include "codegen/lower/HostLowering.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace ingot;
using namespace mlir;
using tile::IndexBuilder;

void ingot::forLanes(IndexBuilder &b, Value count, int64_t lanes,
                     llvm::function_ref<void(Value first, int64_t width)> body) {
  std::optional<int64_t> known = tile::getConstant(count);
  Value done = b.index(0);
  if (lanes > 1) {
    Value whole = known ? b.index(*known / lanes * lanes) : b.alignDown(count, lanes);
    b.loop(done, whole, lanes, [&](Value first) { body(first, lanes); });
    done = whole;
  }
  if (!known)
    return b.loop(done, count, 1, [&](Value first) { body(first, 1); });
  int64_t position = lanes > 1 ? *known / lanes * lanes : 0;
  for (int64_t width = lanes > 1 ? lanes / 2 : 1; width > 1; width /= 2)
    if (*known - position >= width) {
      body(b.index(position), width);
      position += width;
    }
  b.loop(b.index(position), count, 1, [&](Value first) { body(first, 1); });
}

Type ingot::laneType(Type element, int64_t width) { return width == 1 ? element : VectorType::get(width, element); }

Value ingot::splat(IndexBuilder &b, Value scalar, int64_t width) {
  return width == 1 ? scalar : vector::BroadcastOp::create(b, VectorType::get(width, scalar.getType()), scalar);
}

Value ingot::numberLike(IndexBuilder &b, Type element, double value, int64_t width) {
  TypedAttr number = isa<FloatType>(element) ? TypedAttr(b.getFloatAttr(element, value))
                                             : b.getIntegerAttr(element, static_cast<int64_t>(value));
  if (width > 1)
    number = DenseElementsAttr::get(VectorType::get(width, element), number);
  return arith::ConstantOp::create(b, number);
}

static bool isNarrowFloat(Type element) { return isa<FloatType>(element) && element.getIntOrFloatBitWidth() < 32; }

Value ingot::loadLanes(IndexBuilder &b, Value memref, ValueRange indices, Type element, int64_t width) {
  if (width == 1)
    return fromMemory(b, b.getLoc(), memref::LoadOp::create(b, memref, indices), element);
  assert(!element.isInteger(1) && "booleans have no lanes here");
  auto type = VectorType::get(width, cast<MemRefType>(memref.getType()).getElementType());
  Value value = vector::LoadOp::create(b, type, memref, indices);
  return isNarrowFloat(element) ? arith::ExtFOp::create(b, type.clone(b.getF32Type()), value).getResult() : value;
}

void ingot::storeLanes(IndexBuilder &b, Value value, Value memref, ValueRange indices, Type element) {
  auto type = dyn_cast<VectorType>(value.getType());
  if (!type) {
    memref::StoreOp::create(b, toMemory(b, b.getLoc(), value, element), memref, indices);
    return;
  }
  if (isNarrowFloat(element))
    value = arith::TruncFOp::create(b, type.clone(element), value);
  vector::StoreOp::create(b, value, memref, indices);
}

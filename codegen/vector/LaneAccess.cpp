//===- LaneAccess.cpp - loads and stores of lanes along a stride -----------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/LaneAccess.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace ingot {
namespace {

class LaneAccess {
public:
  LaneAccess(ImplicitLocOpBuilder &b, Value base, Index offset, Index stride, const Lanes &lanes)
      : b(b), math(b), base(base), offset(offset), stride(stride), lanes(lanes),
        type(VectorType::get({lanes.count}, cast<MemRefType>(base.getType()).getElementType())) {}

  Value load();
  void store(Value value);

private:
  Value loadScalar() { return memref::LoadOp::create(b, base, math.value(offset)); }
  Value loadUnit(Index from);
  Value loadShuffled(int64_t by);
  Value loadReversed();
  Value loadRuntime();
  Value gather();

  Value zeros() { return arith::ConstantOp::create(b, cast<TypedAttr>(b.getZeroAttr(type))); }
  Value mask();
  Value laneOffsets();
  Value branch(Value condition, function_ref<Value()> then, function_ref<Value()> otherwise);

  ImplicitLocOpBuilder &b;
  IndexMath math;
  Value base;
  Index offset, stride;
  Lanes lanes;
  VectorType type;
};

} // namespace

Value LaneAccess::mask() {
  if (lanes.mask)
    return lanes.mask;
  auto maskType = VectorType::get({lanes.count}, b.getI1Type());
  return arith::ConstantOp::create(b, DenseElementsAttr::get(maskType, true));
}

/// lane * stride, for each lane.
Value LaneAccess::laneOffsets() {
  std::optional<int64_t> known = IndexMath::known(stride);
  bool isNarrow = known && std::abs(*known) * lanes.count <= INT32_MAX;
  Type element = isNarrow ? Type(b.getI32Type()) : Type(b.getIndexType());
  auto offsetsType = VectorType::get({lanes.count}, element);
  SmallVector<Attribute> steps;
  for (int64_t lane = 0; lane < lanes.count; ++lane)
    steps.push_back(b.getIntegerAttr(element, known ? lane * *known : lane));
  Value offsets = arith::ConstantOp::create(b, DenseElementsAttr::get(offsetsType, steps));
  if (known)
    return offsets;
  Value step = vector::BroadcastOp::create(b, offsetsType, math.value(stride));
  return arith::MulIOp::create(b, offsets, step);
}

Value LaneAccess::gather() {
  return vector::GatherOp::create(b, type, base, math.value(offset), laneOffsets(), mask(), zeros());
}

Value LaneAccess::loadUnit(Index from) {
  if (!lanes.mask)
    return vector::LoadOp::create(b, type, base, math.value(from));
  return vector::MaskedLoadOp::create(b, type, base, math.value(from), lanes.mask, zeros());
}

/// Contiguous loads that cover every element up to the last one needed and none beyond, then shuffles.
Value LaneAccess::loadShuffled(int64_t by) {
  int64_t count = lanes.count;
  int64_t lastStart = (count - 1) * by + 1 - count;
  SmallVector<Value> loads;
  for (int64_t piece = 0; piece < by; ++piece)
    loads.push_back(loadUnit(math.add(offset, math.constant(piece + 1 == by ? lastStart : piece * count))));
  // Lane i of the result is element i * by; gathered[i] is valid once its piece has been merged.
  Value gathered = loads[0];
  for (int64_t piece = 1; piece < by; ++piece) {
    bool isLast = piece + 1 == by;
    int64_t start = isLast ? lastStart : piece * count;
    SmallVector<int64_t> picks;
    for (int64_t lane = 0; lane < count; ++lane) {
      int64_t element = lane * by;
      bool isHere = element >= piece * count && (isLast || element < (piece + 1) * count);
      bool isFirst = piece == 1 && element < count;
      picks.push_back(isHere ? count + element - start : isFirst ? element : lane);
    }
    gathered = vector::ShuffleOp::create(b, gathered, loads[piece], picks);
  }
  return gathered;
}

Value LaneAccess::loadReversed() {
  Value forward = loadUnit(math.sub(offset, math.constant(lanes.count - 1)));
  SmallVector<int64_t> picks;
  for (int64_t lane = lanes.count; lane-- > 0;)
    picks.push_back(lane);
  return vector::ShuffleOp::create(b, forward, forward, picks);
}

Value LaneAccess::branch(Value condition, function_ref<Value()> then, function_ref<Value()> otherwise) {
  auto ifOp = scf::IfOp::create(b, TypeRange{type}, condition, /*addThenBlock=*/true, /*addElseBlock=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(ifOp.thenBlock());
  scf::YieldOp::create(b, then());
  b.setInsertionPointToEnd(ifOp.elseBlock());
  scf::YieldOp::create(b, otherwise());
  return ifOp.getResult(0);
}

/// A stride that only the run knows is nearly always 1 or, where the dimension broadcasts, 0.
Value LaneAccess::loadRuntime() {
  auto is = [&](int64_t value) -> Value {
    return arith::CmpIOp::create(b, arith::CmpIPredicate::eq, math.value(stride), math.value(math.constant(value)));
  };
  auto splat = [&]() -> Value { return vector::BroadcastOp::create(b, type, loadScalar()); };
  return branch(
      is(1), [&] { return loadUnit(offset); }, [&] { return branch(is(0), splat, [&] { return gather(); }); });
}

bool isShuffledStride(int64_t stride) { return stride == -1 || (stride >= 2 && stride <= 4); }

Value LaneAccess::load() {
  std::optional<int64_t> known = IndexMath::known(stride);
  if (lanes.isScalar() || (known && *known == 0))
    return loadScalar();
  if (!known)
    return loadRuntime();
  if (*known == 1)
    return loadUnit(offset);
  if (lanes.mask || !isShuffledStride(*known))
    return gather();
  return *known == -1 ? loadReversed() : loadShuffled(*known);
}

void LaneAccess::store(Value value) {
  if (lanes.isScalar()) {
    memref::StoreOp::create(b, value, base, math.value(offset));
    return;
  }
  std::optional<int64_t> known = IndexMath::known(stride);
  if (!known || *known != 1)
    vector::ScatterOp::create(b, Type(), base, math.value(offset), laneOffsets(), mask(), value);
  else if (lanes.mask)
    vector::MaskedStoreOp::create(b, base, math.value(offset), lanes.mask, value);
  else
    vector::StoreOp::create(b, value, base, math.value(offset));
}

Value loadLanes(ImplicitLocOpBuilder &b, Value base, Index offset, Index stride, const Lanes &lanes) {
  return LaneAccess(b, base, offset, stride, lanes).load();
}

void storeLanes(ImplicitLocOpBuilder &b, Value value, Value base, Index offset, Index stride, const Lanes &lanes) {
  LaneAccess(b, base, offset, stride, lanes).store(value);
}

} // namespace ingot

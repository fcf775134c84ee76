//===- VectorizeBody.cpp - a scalar region, cloned as vector operations ---===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/VectorizeBody.h"

#include "codegen/vector/FlatMemRef.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace ingot {

static bool isIntegerDivision(Operation *op) {
  return isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp, arith::FloorDivSIOp, arith::CeilDivSIOp,
             arith::CeilDivUIOp>(op);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

void BodyVectorizer::bind(Value scalar, Value value) {
  bool isVector = isa<VectorType>(value.getType());
  set(scalar, {isVector ? LaneValue::Vector : LaneValue::Uniform, value, 0});
}

void BodyVectorizer::bindIndex(unsigned dim, Value value, int64_t step) {
  if (indices.size() <= dim)
    indices.resize(dim + 1);
  indices[dim] = {step == 0 ? LaneValue::Uniform : LaneValue::Ramp, value, step};
}

void BodyVectorizer::set(Value scalar, LaneValue value) {
  if (value.kind == LaneValue::Uniform)
    uniforms.map(scalar, value.value);
  else
    values[scalar] = value;
}

LaneValue BodyVectorizer::lookup(Value scalar) const {
  auto it = values.find(scalar);
  if (it != values.end())
    return it->second;
  return {LaneValue::Uniform, uniforms.lookupOrDefault(scalar), 0};
}

Value BodyVectorizer::toVector(const LaneValue &value) {
  if (value.kind == LaneValue::Vector)
    return value.value;
  Type element = value.value.getType();
  auto type = VectorType::get({lanes}, element);
  Value splat = vector::BroadcastOp::create(b, type, value.value);
  if (value.kind == LaneValue::Uniform)
    return splat;
  SmallVector<Attribute> offsets;
  for (int64_t lane = 0; lane < lanes; ++lane)
    offsets.push_back(b.getIntegerAttr(element, lane * value.step));
  Value ramp = arith::ConstantOp::create(b, DenseElementsAttr::get(type, offsets));
  return arith::AddIOp::create(b, splat, ramp);
}

LaneValue BodyVectorizer::add(const LaneValue &lhs, const LaneValue &rhs) {
  if (lhs.kind == LaneValue::Vector || rhs.kind == LaneValue::Vector)
    return {LaneValue::Vector, arith::AddIOp::create(b, toVector(lhs), toVector(rhs)), 0};
  int64_t step = lhs.step + rhs.step;
  Value sum = b.createOrFold<arith::AddIOp>(lhs.value, rhs.value);
  return {step == 0 ? LaneValue::Uniform : LaneValue::Ramp, sum, step};
}

LaneValue BodyVectorizer::scale(const LaneValue &value, OpFoldResult factor) {
  std::optional<int64_t> known = getConstantIntValue(factor);
  if (known && *known == 1)
    return value;
  Value scalar = known ? arith::ConstantIndexOp::create(b, *known).getResult() : cast<Value>(factor);
  if (value.kind == LaneValue::Uniform || (value.kind == LaneValue::Ramp && known)) {
    Value product = b.createOrFold<arith::MulIOp>(value.value, scalar);
    int64_t step = known ? value.step * *known : 0;
    return {step == 0 ? LaneValue::Uniform : LaneValue::Ramp, product, step};
  }
  return {LaneValue::Vector, arith::MulIOp::create(b, toVector(value), toVector({LaneValue::Uniform, scalar, 0})), 0};
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

SmallVector<LaneValue> BodyVectorizer::emit(Block &body) {
  for (Operation &op : body.without_terminator())
    emitOp(&op);
  SmallVector<LaneValue> yielded;
  for (Value value : body.getTerminator()->getOperands())
    yielded.push_back(lookup(value));
  return yielded;
}

void BodyVectorizer::emitOp(Operation *op) {
  if (isa<linalg::IndexOp>(op))
    return emitIndex(op);
  if (isa<memref::LoadOp>(op))
    return emitLoad(op);
  if (isa<scf::IfOp>(op))
    return emitIf(op);
  if (emitRamp(op))
    return;
  auto isUniform = [&](Value operand) { return lookup(operand).kind == LaneValue::Uniform; };
  bool mustGuard = speculating && isIntegerDivision(op);
  if (llvm::all_of(op->getOperands(), isUniform) && !mustGuard) {
    b.clone(*op, uniforms);
    return;
  }
  emitElementwise(op);
}

void BodyVectorizer::emitIndex(Operation *op) {
  unsigned dim = cast<linalg::IndexOp>(op).getDim();
  assert(dim < indices.size() && indices[dim].value && "expected every index of the body to be bound");
  set(op->getResult(0), indices[dim]);
}

/// Address arithmetic on ramps stays scalar.
bool BodyVectorizer::emitRamp(Operation *op) {
  if (!isa<arith::AddIOp, arith::SubIOp, arith::MulIOp, arith::IndexCastOp>(op))
    return false;
  SmallVector<LaneValue, 2> operands;
  for (Value operand : op->getOperands())
    operands.push_back(lookup(operand));
  if (llvm::none_of(operands, [](const LaneValue &v) { return v.kind == LaneValue::Ramp; }) ||
      llvm::any_of(operands, [](const LaneValue &v) { return v.kind == LaneValue::Vector; }))
    return false;

  int64_t step = operands[0].step;
  if (isa<arith::AddIOp>(op)) {
    step += operands[1].step;
  } else if (isa<arith::SubIOp>(op)) {
    step -= operands[1].step;
  } else if (isa<arith::MulIOp>(op)) {
    LaneValue &uniform = operands[0].kind == LaneValue::Uniform ? operands[0] : operands[1];
    APInt factor;
    if (uniform.kind != LaneValue::Uniform || !matchPattern(uniform.value, m_ConstantInt(&factor)))
      return false;
    step = (operands[0].step + operands[1].step) * factor.getSExtValue();
  }
  IRMapping mapping;
  for (auto [scalar, value] : llvm::zip(op->getOperands(), operands))
    mapping.map(scalar, value.value);
  Value first = b.clone(*op, mapping)->getResult(0);
  set(op->getResult(0), {step == 0 ? LaneValue::Uniform : LaneValue::Ramp, first, step});
  return true;
}

void BodyVectorizer::emitElementwise(Operation *op) {
  SmallVector<Value> operands;
  for (auto [position, operand] : llvm::enumerate(op->getOperands())) {
    bool isScalarCondition = isa<arith::SelectOp>(op) && position == 0 && lookup(operand).kind == LaneValue::Uniform;
    operands.push_back(isScalarCondition ? lookup(operand).value : lookupVector(operand));
  }
  if (isIntegerDivision(op) && mask) {
    // A lane outside the mask may hold zero, and an integer division by zero traps.
    Type type = operands[1].getType();
    Value one = arith::ConstantOp::create(b, cast<TypedAttr>(b.getOneAttr(type)));
    operands[1] = arith::SelectOp::create(b, mask, operands[1], one);
  }
  SmallVector<Type> types;
  for (Type type : op->getResultTypes())
    types.push_back(VectorType::get({lanes}, type));
  Operation *vectorOp = b.create(op->getLoc(), op->getName().getIdentifier(), operands, types, op->getAttrs());
  for (auto [scalar, value] : llvm::zip(op->getResults(), vectorOp->getResults()))
    set(scalar, {LaneValue::Vector, value, 0});
}

//===----------------------------------------------------------------------===//
// Loads
//===----------------------------------------------------------------------===//

void BodyVectorizer::emitLoad(Operation *op) {
  auto load = cast<memref::LoadOp>(op);
  SmallVector<LaneValue> at;
  for (Value index : load.getIndices())
    at.push_back(lookup(index));
  bool uniform = llvm::all_of(at, [](const LaneValue &v) { return v.kind == LaneValue::Uniform; });
  if (uniform && !speculating) {
    b.clone(*op, uniforms);
    return;
  }
  Value memref = uniforms.lookupOrDefault(load.getMemRef());
  LaneValue linear{LaneValue::Uniform, arith::ConstantIndexOp::create(b, 0), 0};
  for (auto [index, stride] : llvm::zip(at, flatStrides(b, memref)))
    linear = add(linear, scale(index, stride));
  auto type = load.getMemRefType();
  if (linear.kind == LaneValue::Vector && type.hasStaticShape() && type.getNumElements() <= INT32_MAX)
    // Twice the lanes in a gather.
    linear.value = arith::IndexCastOp::create(b, VectorType::get({lanes}, b.getI32Type()), linear.value);
  set(op->getResult(0), {LaneValue::Vector, loadAt(flatBase(b, memref), linear, load.getType()), 0});
}

Value BodyVectorizer::loadAt(Value base, const LaneValue &index, Type element) {
  auto type = VectorType::get({lanes}, element);
  Value zero = arith::ConstantOp::create(b, cast<TypedAttr>(b.getZeroAttr(type)));
  if (index.kind == LaneValue::Ramp && index.step == 1) {
    if (!mask)
      return vector::LoadOp::create(b, type, base, index.value);
    return vector::MaskedLoadOp::create(b, type, base, index.value, mask, zero);
  }
  // A ramp's lanes are a constant vector apart from its start: 32 bits hold them.
  Value start = arith::ConstantIndexOp::create(b, 0);
  Value offsets;
  if (index.kind == LaneValue::Vector) {
    offsets = index.value;
  } else {
    start = index.value;
    Value none = arith::ConstantIntOp::create(b, 0, 32);
    offsets = toVector({index.kind, none, index.step});
  }
  Value all = mask;
  if (!all)
    all = arith::ConstantOp::create(
        b, DenseElementsAttr::get(VectorType::get({lanes}, b.getI1Type()), b.getBoolAttr(true).getValue()));
  return vector::GatherOp::create(b, type, base, start, offsets, all, zero);
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

void BodyVectorizer::emitIf(Operation *op) {
  if (lookup(cast<scf::IfOp>(op).getCondition()).kind == LaneValue::Uniform)
    return emitUniformIf(op);
  emitDivergentIf(op);
}

void BodyVectorizer::emitUniformIf(Operation *op) {
  auto ifOp = cast<scf::IfOp>(op);
  Value condition = lookup(ifOp.getCondition()).value;
  // What the branches yield decides the result types: emit them into an operation without results, then move them.
  auto draft = scf::IfOp::create(b, TypeRange{}, condition, /*addThenBlock=*/true, /*addElseBlock=*/true);
  SmallVector<SmallVector<LaneValue>, 2> yielded(2);
  SmallVector<Block *, 2> drafts{draft.thenBlock(), draft.elseBlock()};
  for (auto [position, source] : llvm::enumerate(SmallVector<Block *, 2>{ifOp.thenBlock(), ifOp.elseBlock()})) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(drafts[position]);
    if (source)
      yielded[position] = emit(*source);
  }
  SmallVector<Type> types;
  SmallVector<bool> isVector;
  for (auto [lhs, rhs] : llvm::zip(yielded[0], yielded[1])) {
    isVector.push_back(lhs.kind != LaneValue::Uniform || rhs.kind != LaneValue::Uniform);
    Type scalar = op->getResult(types.size()).getType();
    types.push_back(isVector.back() ? Type(VectorType::get({lanes}, scalar)) : scalar);
  }
  for (auto [values, block] : llvm::zip(yielded, drafts)) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(block);
    SmallVector<Value> operands;
    for (auto [value, vector] : llvm::zip(values, isVector))
      operands.push_back(vector ? toVector(value) : value.value);
    scf::YieldOp::create(b, operands);
  }
  auto result = scf::IfOp::create(b, types, condition, /*addThenBlock=*/false, /*addElseBlock=*/false);
  result.getThenRegion().takeBody(draft.getThenRegion());
  if (ifOp.elseBlock())
    result.getElseRegion().takeBody(draft.getElseRegion());
  draft.erase();
  for (auto [scalar, value, vector] : llvm::zip(op->getResults(), result.getResults(), isVector))
    set(scalar, {vector ? LaneValue::Vector : LaneValue::Uniform, value, 0});
}

void BodyVectorizer::emitDivergentIf(Operation *op) {
  auto ifOp = cast<scf::IfOp>(op);
  Value condition = lookupVector(ifOp.getCondition());
  Value outerMask = mask;
  bool outerSpeculating = speculating;
  speculating = true;
  mask = outerMask ? arith::AndIOp::create(b, outerMask, condition).getResult() : condition;
  SmallVector<LaneValue> thenValues = emit(*ifOp.thenBlock());
  SmallVector<LaneValue> elseValues;
  if (ifOp.elseBlock()) {
    Value all = arith::ConstantOp::create(b, cast<TypedAttr>(b.getOneAttr(condition.getType())));
    Value inverse = arith::XOrIOp::create(b, condition, all);
    mask = outerMask ? arith::AndIOp::create(b, outerMask, inverse).getResult() : inverse;
    elseValues = emit(*ifOp.elseBlock());
  }
  mask = outerMask;
  speculating = outerSpeculating;
  for (auto [scalar, lhs, rhs] : llvm::zip(op->getResults(), thenValues, elseValues)) {
    Value chosen = arith::SelectOp::create(b, condition, toVector(lhs), toVector(rhs));
    set(scalar, {LaneValue::Vector, chosen, 0});
  }
}

SmallVector<Value> vectorizeBody(OpBuilder &builder, Location loc, Block &body, ValueRange arguments, int64_t lanes) {
  ImplicitLocOpBuilder b(loc, builder);
  BodyVectorizer vectorizer(b, lanes);
  for (auto [scalar, value] : llvm::zip(body.getArguments(), arguments))
    vectorizer.bind(scalar, value);
  SmallVector<Value> results;
  for (const LaneValue &value : vectorizer.emit(body))
    results.push_back(vectorizer.toVector(value));
  return results;
}

} // namespace ingot

//===-- Elementwise.cpp - arithmetic, comparisons and logic ---------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Broadcast.h"
#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"

using namespace mlir;

namespace ingot::onnx {
namespace {

template <typename OpTy>
Value unary(Node &node) {
  return node.graph.unary<OpTy>(node.operand(0));
}

template <typename OpTy>
Value binary(Node &node) {
  return node.graph.binary<OpTy>(node.operand(0), node.operand(1));
}

template <Predicate predicate>
Value compare(Node &node) {
  return node.graph.compare(predicate, node.operand(0), node.operand(1));
}

/// Max, Min, Sum and Mean take any number of operands.
template <typename OpTy>
Value variadic(Node &node) {
  if (node.operandCount() == 0)
    return node.fail("expected at least 1 operand but got 0");
  Value result = node.operand(0);
  for (Value other : node.allOperands().drop_front())
    result = node.graph.binary<OpTy>(result, other);
  return result;
}

Value importMean(Node &node) {
  return node.graph.binary<DivOp>(variadic<AddOp>(node), double(node.operandCount()));
}

/// The base's type is the result's; the exponent may have another one.
Value importPow(Node &node) {
  GraphBuilder &graph = node.graph;
  Value base = node.operand(0), exponent = node.operand(1);
  if (isa<FloatType>(node.element(1)) && !isa<FloatType>(node.element(0))) {
    Value power = graph.binary<PowOp>(graph.cast(base, node.element(1)), exponent);
    return graph.cast(power, node.element(0));
  }
  return graph.binary<PowOp>(base, graph.cast(exponent, node.element(0)));
}

Value importMod(Node &node) {
  bool fmod = node.integer("fmod", 0) != 0 || isa<FloatType>(node.element());
  return node.graph.make<ModOp>(node.element(), node.operand(0), node.operand(1), fmod);
}

Value importBitShift(Node &node) {
  StringRef direction = node.string("direction", "");
  if (direction == "LEFT")
    return binary<ShiftLeftOp>(node);
  if (direction == "RIGHT")
    return binary<ShiftRightOp>(node);
  return node.fail("expected direction LEFT or RIGHT but got '" + direction + "'");
}

Value importWhere(Node &node) { return node.graph.select(node.operand(0), node.operand(1), node.operand(2)); }

Value importIsNan(Node &node) { return node.graph.make<IsNanOp>(node.graph.builder.getI1Type(), node.operand(0)); }

Value importIsInf(Node &node) {
  return node.graph.make<IsInfOp>(node.graph.builder.getI1Type(), node.operand(0),
                                  node.integer("detect_positive", 1) != 0, node.integer("detect_negative", 1) != 0);
}

/// A bound that is left out does not bound.
Value clamp(GraphBuilder &graph, Value input, Value low, Value high) {
  if (low && high)
    return graph.make<ClampOp>(GraphBuilder::element(input), input, low, high);
  if (low)
    return graph.binary<MaxOp>(input, low);
  return high ? graph.binary<MinOp>(input, high) : input;
}

Value importClip6(Node &node) {
  auto bound = [&](StringRef name) {
    return node.attribute(name) ? node.graph.scalar(node.element(), node.number(name, 0)) : Value();
  };
  return clamp(node.graph, node.operand(0), bound("min"), bound("max"));
}

Value importClip11(Node &node) { return clamp(node.graph, node.operand(0), node.operand(1), node.operand(2)); }

Value importCast(Node &node) {
  if (!node.attribute("to"))
    return node.fail("expected the attribute 'to'");
  Type to = node.elementType(node.integer("to", 0));
  return to ? node.graph.cast(node.operand(0), to) : Value();
}

Value importCastLike(Node &node) { return node.graph.cast(node.operand(0), node.element(1)); }

void registerArithmetic(Registry &registry) {
  registry.addValue("Abs", 1, 1, unary<AbsOp>);
  registry.addValue("Neg", 1, 1, unary<NegOp>);
  registry.addValue("Sign", 9, 1, unary<SignOp>);
  registry.addValue("Exp", 1, 1, unary<ExpOp>);
  registry.addValue("Log", 1, 1, unary<LogOp>);
  registry.addValue("Sqrt", 1, 1, unary<SqrtOp>);
  registry.addValue("Reciprocal", 1, 1, unary<ReciprocalOp>);
  registry.addValue("Erf", 9, 1, unary<ErfOp>);
  registry.addValue("Ceil", 1, 1, unary<CeilOp>);
  registry.addValue("Floor", 1, 1, unary<FloorOp>);
  registry.addValue("Round", 11, 1, unary<RoundOp>);
  registry.addValue("Add", 1, 2, legacyBroadcast(binary<AddOp>));
  registry.addValue("Sub", 1, 2, legacyBroadcast(binary<SubOp>));
  registry.addValue("Mul", 1, 2, legacyBroadcast(binary<MulOp>));
  registry.addValue("Div", 1, 2, legacyBroadcast(binary<DivOp>));
  registry.addValue("Pow", 1, 2, legacyBroadcast(importPow));
  registry.addValue("Add", 7, 2, binary<AddOp>);
  registry.addValue("Sub", 7, 2, binary<SubOp>);
  registry.addValue("Mul", 7, 2, binary<MulOp>);
  registry.addValue("Div", 7, 2, binary<DivOp>);
  registry.addValue("Pow", 7, 2, importPow);
  registry.addValue("Mod", 10, 2, importMod);
  registry.addValue("Max", 1, 1, variadic<MaxOp>);
  registry.addValue("Min", 1, 1, variadic<MinOp>);
  registry.addValue("Sum", 1, 1, variadic<AddOp>);
  registry.addValue("Mean", 1, 1, importMean);
  registry.addValue("Clip", 1, 1, importClip6);
  registry.addValue("Clip", 11, 1, importClip11);
  registry.addValue("Cast", 6, 1, importCast);
  registry.addValue("CastLike", 15, 2, importCastLike);
}

void registerTrigonometry(Registry &registry) {
  registry.addValue("Sin", 7, 1, unary<SinOp>);
  registry.addValue("Cos", 7, 1, unary<CosOp>);
  registry.addValue("Tan", 7, 1, unary<TanOp>);
  registry.addValue("Asin", 7, 1, unary<AsinOp>);
  registry.addValue("Acos", 7, 1, unary<AcosOp>);
  registry.addValue("Atan", 7, 1, unary<AtanOp>);
  registry.addValue("Sinh", 9, 1, unary<SinhOp>);
  registry.addValue("Cosh", 9, 1, unary<CoshOp>);
  registry.addValue("Tanh", 1, 1, unary<TanhOp>);
  registry.addValue("Asinh", 9, 1, unary<AsinhOp>);
  registry.addValue("Acosh", 9, 1, unary<AcoshOp>);
  registry.addValue("Atanh", 9, 1, unary<AtanhOp>);
}

void registerLogic(Registry &registry) {
  registry.addValue("Not", 1, 1, unary<NotOp>);
  registry.addValue("And", 1, 2, legacyBroadcast(binary<AndOp>));
  registry.addValue("Or", 1, 2, legacyBroadcast(binary<OrOp>));
  registry.addValue("Xor", 1, 2, legacyBroadcast(binary<XorOp>));
  registry.addValue("And", 7, 2, binary<AndOp>);
  registry.addValue("Or", 7, 2, binary<OrOp>);
  registry.addValue("Xor", 7, 2, binary<XorOp>);
  registry.addValue("BitwiseNot", 18, 1, unary<BitNotOp>);
  registry.addValue("BitwiseAnd", 18, 2, binary<BitAndOp>);
  registry.addValue("BitwiseOr", 18, 2, binary<BitOrOp>);
  registry.addValue("BitwiseXor", 18, 2, binary<BitXorOp>);
  registry.addValue("BitShift", 11, 2, importBitShift);
  registry.addValue("Equal", 1, 2, legacyBroadcast(compare<Predicate::eq>));
  registry.addValue("Less", 1, 2, legacyBroadcast(compare<Predicate::lt>));
  registry.addValue("Greater", 1, 2, legacyBroadcast(compare<Predicate::gt>));
  registry.addValue("Equal", 7, 2, compare<Predicate::eq>);
  registry.addValue("Less", 7, 2, compare<Predicate::lt>);
  registry.addValue("Greater", 7, 2, compare<Predicate::gt>);
  registry.addValue("LessOrEqual", 12, 2, compare<Predicate::le>);
  registry.addValue("GreaterOrEqual", 12, 2, compare<Predicate::ge>);
  registry.addValue("Where", 9, 3, importWhere);
  registry.addValue("IsNaN", 9, 1, importIsNan);
  registry.addValue("IsInf", 10, 1, importIsInf);
}

} // namespace

void registerElementwise(Registry &registry) {
  registerArithmetic(registry);
  registerTrigonometry(registry);
  registerLogic(registry);
}

} // namespace ingot::onnx

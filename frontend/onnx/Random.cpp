//===-- Random.cpp - random numbers ---------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A counter-based generator (the finalizer of SplitMix64 over seed + position)
// in plain elementwise operators: no state, any thread computes any element,
// and every run of a model gives the same numbers. A node without a seed gets
// one from the name of its result.
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Random.h"
#include "frontend/onnx/Registry.h"
#include "ir/Weights.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/xxhash.h"
#include <cmath>

using namespace mlir;

namespace ingot::onnx {

// The constants of Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014.
constexpr uint64_t kIncrement = 0x9E3779B97F4A7C15;
constexpr uint64_t kFirstFactor = 0xBF58476D1CE4E5B9;
constexpr uint64_t kSecondFactor = 0x94D049BB133111EB;

Generator::Generator(Node &node) : graph(node.graph) {
  state = node.attribute("seed") ? llvm::bit_cast<uint32_t>(float(node.number("seed", 0)))
                                 : llvm::xxh3_64bits(node.proto.output(0));
}

Value Generator::word(uint64_t value) {
  auto type = RankedTensorType::get({}, graph.builder.getIntegerType(64, /*isSigned=*/false));
  return graph.constant(type, makeIntegers(type, int64_t(value)));
}

Value Generator::shiftXor(Value x, uint64_t distance) {
  return graph.binary<BitXorOp>(x, graph.binary<ShiftRightOp>(x, word(distance)));
}

// Of rank 2, so that the shape analysis does not follow them as contents.
Value Generator::bits(Value size) {
  // Streams of one node start where no other of its positions is likely to come.
  state = (state ^ (state >> 29)) * kFirstFactor + kIncrement;
  Value x = graph.cast(graph.unsqueeze(graph.range(size), 0), graph.builder.getIntegerType(64, /*isSigned=*/false));
  x = graph.binary<AddOp>(graph.binary<MulOp>(x, word(kIncrement)), word(state));
  x = graph.binary<MulOp>(shiftXor(x, 30), word(kFirstFactor));
  x = graph.binary<MulOp>(shiftXor(x, 27), word(kSecondFactor));
  return shiftXor(x, 31);
}

Value Generator::uniform(const Extents &extents, Type element) {
  unsigned digits = element.isF64() ? 53 : 24;
  Value top = graph.binary<ShiftRightOp>(bits(extents.size), word(64 - digits));
  Type integer = graph.builder.getIntegerType(element.isF64() ? 64 : 32);
  Value fraction = graph.binary<MulOp>(graph.cast(graph.cast(top, integer), element), std::ldexp(1.0, -int(digits)));
  return graph.reshape(fraction, extents.shape);
}

/// By the method of Box and Muller.
Value Generator::normal(const Extents &extents, Type element) {
  Value one = graph.scalar(element, 1);
  Value radius = graph.unary<LogOp>(graph.binary<SubOp>(one, uniform(extents, element)));
  radius = graph.unary<SqrtOp>(graph.binary<MulOp>(radius, -2.0));
  Value angle = graph.binary<MulOp>(uniform(extents, element), 2 * M_PI);
  return graph.binary<MulOp>(radius, graph.unary<CosOp>(angle));
}

Type generatedType(GraphBuilder &graph, Type element) {
  return element.isF64() ? element : graph.builder.getF32Type();
}

Extents extentsLike(GraphBuilder &graph, Value x) {
  return {graph.shapeOf(x), graph.make<SizeOp>(graph.builder.getI64Type(), x)};
}

namespace {

/// The type `dtype` names, \p otherwise without one; null after an error.
Type resultType(Node &node, Type otherwise) {
  return node.attribute("dtype") ? node.elementType(node.integer("dtype", 0)) : otherwise;
}

std::optional<Extents> extentsOfAttribute(Node &node) {
  auto shape = node.integers("shape");
  if (!shape)
    return node.fail("expected the attribute shape");
  int64_t size = 1;
  for (int64_t extent : *shape)
    if (extent < 0 || llvm::MulOverflow(size, extent, size))
      return node.fail("expected a shape of representable size but got an extent of " + Twine(extent));
  return Extents{node.graph.integers(*shape), node.graph.scalar64(size)};
}

Value uniformOf(Node &node, const Extents &extents, Type element) {
  if (!element)
    return {};
  GraphBuilder &graph = node.graph;
  double low = node.number("low", 0), high = node.number("high", 1);
  Value fraction = Generator(node).uniform(extents, generatedType(graph, element));
  Value result = graph.binary<AddOp>(graph.binary<MulOp>(fraction, high - low), low);
  return graph.cast(result, element);
}

Value normalOf(Node &node, const Extents &extents, Type element) {
  if (!element)
    return {};
  GraphBuilder &graph = node.graph;
  Value standard = Generator(node).normal(extents, generatedType(graph, element));
  Value result = graph.binary<AddOp>(graph.binary<MulOp>(standard, node.number("scale", 1)), node.number("mean", 0));
  return graph.cast(result, element);
}

template <Value (*distribution)(Node &, const Extents &, Type)>
Value importOfShape(Node &node) {
  auto extents = extentsOfAttribute(node);
  return extents ? distribution(node, *extents, resultType(node, node.graph.builder.getF32Type())) : Value();
}

template <Value (*distribution)(Node &, const Extents &, Type)>
Value importLike(Node &node) {
  return distribution(node, extentsLike(node.graph, node.operand(0)), resultType(node, node.element()));
}

Value importBernoulli(Node &node) {
  GraphBuilder &graph = node.graph;
  Value probability = node.operand(0);
  Type element = generatedType(graph, node.element()), result = resultType(node, node.element());
  Value drawn = Generator(node).uniform(extentsLike(graph, probability), element);
  return result ? graph.cast(graph.compare(Predicate::lt, drawn, graph.cast(probability, element)), result) : Value();
}

/// Draws from rows of unnormalized logarithms of probabilities: the number of
/// classes whose cumulative probability stays below a uniform number.
Value importMultinomial(Node &node) {
  GraphBuilder &graph = node.graph;
  int64_t samples = node.integer("sample_size", 1);
  if (node.rank() != 2 || samples < 1)
    return node.fail("expected an input of rank 2 and a positive sample_size but got rank " + Twine(node.rank()) +
                     " and " + Twine(samples));
  Type element = generatedType(graph, node.element()), result = resultType(node, graph.builder.getI32Type());
  Value scores = graph.cast(node.operand(0), element);
  Value probabilities = graph.make<SoftmaxOp>(element, scores, int64_t(1), /*log=*/false);
  Value cumulative = graph.make<CumSumOp>(element, probabilities, graph.scalar64(1), /*exclusive=*/false,
                                          /*reverse=*/false);
  Value rows = graph.dimOf(scores, 0), count = graph.integers(samples);
  Value size = graph.squeeze(graph.binary<MulOp>(rows, count), 0);
  Value drawn = Generator(node).uniform({graph.concat({rows, count}, 0), size}, element);
  Value below = graph.compare(Predicate::le, graph.unsqueeze(cumulative, 1), graph.unsqueeze(drawn, 2));
  Value classes = graph.reduce(ReduceKind::sum, graph.cast(below, graph.builder.getI64Type()), 2, /*keepDims=*/false);
  // Rounding may leave the last cumulative probability below 1.
  Value last = graph.binary<SubOp>(graph.squeeze(graph.dimOf(scores, 1), 0), 1.0);
  return result ? graph.cast(graph.binary<MinOp>(classes, last), result) : Value();
}

} // namespace

void registerRandom(Registry &registry) {
  registry.addValue("RandomUniform", 1, 0, importOfShape<uniformOf>);
  registry.addValue("RandomNormal", 1, 0, importOfShape<normalOf>);
  registry.addValue("RandomUniformLike", 1, 1, importLike<uniformOf>);
  registry.addValue("RandomNormalLike", 1, 1, importLike<normalOf>);
  registry.addValue("Bernoulli", 15, 1, importBernoulli);
  registry.addValue("Multinomial", 7, 1, importMultinomial);
}

} // namespace ingot::onnx

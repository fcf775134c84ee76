//===-- Signal.cpp - Fourier transforms and windows -----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Transforms are products with constant matrices of cosines and sines: exact
// for every length, and what the lengths in models (hundreds) call for.
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"
#include "ir/Weights.h"
#include <cmath>

using namespace mlir;

namespace ingot::onnx {
namespace {

/// A transform of `length` samples that gives `bins` frequencies.
struct Transform {
  int64_t length;
  int64_t bins;
  bool inverse;
};

/// Transforms are kept below 2^24 matrix elements.
constexpr int64_t kMaxTransformLength = 4096;

/// scale * f(2 pi k n / length) for sample n (rows) and frequency k (columns).
Value angleMatrix(GraphBuilder &graph, Type element, const Transform &transform, double scale, double (*f)(double)) {
  std::vector<double> values;
  values.reserve(size_t(transform.length * transform.bins));
  for (int64_t n = 0; n < transform.length; ++n)
    for (int64_t k = 0; k < transform.bins; ++k)
      // The product is reduced first: angles of many turns lose digits.
      values.push_back(scale * f(2 * M_PI * double(n * k % transform.length) / double(transform.length)));
  auto type = RankedTensorType::get({transform.length, transform.bins}, element);
  return graph.constant(type, makeDoubles(type, values));
}

Value product(GraphBuilder &graph, Value x, Value matrix) {
  return x ? graph.make<MatMulOp>(GraphBuilder::element(x), x, matrix, /*transpose_a=*/false, /*transpose_b=*/false)
           : Value();
}

/// The transform of the last dimension of \p real and \p imaginary (null for a
/// real signal); gives [..., bins, 2].
Value transformLast(GraphBuilder &graph, Value real, Value imaginary, const Transform &transform) {
  if (!real)
    return {};
  Type element = GraphBuilder::element(real);
  double scale = transform.inverse ? 1.0 / double(transform.length) : 1.0;
  Value cosines = angleMatrix(graph, element, transform, scale, [](double angle) { return std::cos(angle); });
  Value sines = angleMatrix(graph, element, transform, transform.inverse ? scale : -scale,
                            [](double angle) { return std::sin(angle); });
  Value realResult = product(graph, real, cosines), imaginaryResult = product(graph, real, sines);
  if (imaginary) {
    realResult = graph.binary<SubOp>(realResult, product(graph, imaginary, sines));
    imaginaryResult = graph.binary<AddOp>(imaginaryResult, product(graph, imaginary, cosines));
  }
  if (!realResult || !imaginaryResult)
    return {};
  int64_t rank = GraphBuilder::rank(realResult);
  return graph.concat({graph.unsqueeze(realResult, rank), graph.unsqueeze(imaginaryResult, rank)}, rank);
}

/// Component \p index of the last dimension, [..., 1 or 2].
Value component(GraphBuilder &graph, Value x, int64_t index) {
  int64_t last = GraphBuilder::rank(x) - 1;
  return graph.make<GatherOp>(GraphBuilder::element(x), x, graph.scalar64(index), last);
}

/// 1 for real, 2 for complex signals; nothing after an error.
std::optional<int64_t> componentCount(Node &node) {
  if (node.rank() < 2)
    return node.fail("expected a signal of rank 2 or more but got rank " + Twine(node.rank()));
  auto count = node.graph.shapes.dim(node.operand(0), node.rank() - 1).constant();
  if (count != 1 && count != 2)
    return node.fail("expected a last dimension of 1 or 2 (real or complex)");
  return count;
}

std::optional<Transform> checkTransform(Node &node, std::optional<int64_t> length, bool onesided, bool inverse) {
  if (!length)
    return node.fail("a transform length that only the run time knows is not supported");
  if (*length < 1 || *length > kMaxTransformLength)
    return node.fail("expected a transform length of 1 to " + Twine(kMaxTransformLength) + " but got " +
                     Twine(*length));
  return Transform{*length, onesided ? *length / 2 + 1 : *length, inverse};
}

//===----------------------------------------------------------------------===//
// DFT
//===----------------------------------------------------------------------===//

/// \p x with dimensions \p a and \p b exchanged.
Value exchange(GraphBuilder &graph, Value x, int64_t a, int64_t b) {
  if (!x || a == b)
    return x;
  SmallVector<int64_t> perm = llvm::to_vector(llvm::seq<int64_t>(0, GraphBuilder::rank(x)));
  std::swap(perm[a], perm[b]);
  return graph.transpose(x, perm);
}

/// Cut or filled with zeros to \p length elements along the last dimension.
Value resizeLast(GraphBuilder &graph, Value x, int64_t length) {
  if (!x)
    return x;
  int64_t last = GraphBuilder::rank(x) - 1;
  auto extent = graph.shapes.dim(x, last).constant();
  if (extent == length)
    return x;
  Value cut = graph.slice(x, last, 0, length);
  Value missing = graph.binary<SubOp>(graph.integers(length), graph.dimOf(cut, last));
  SmallVector<Value> pads(2 * (last + 1), graph.integers(0));
  pads[2 * last + 1] = missing;
  Value padded = graph.make<PadOp>(GraphBuilder::element(x), cut, graph.concat(pads, 0), Omittable(),
                                   PadMode::constant);
  SmallVector<int64_t> shape(last + 1, 0);
  shape[last] = length;
  return graph.reshape(padded, shape);
}

Value dft(Node &node, int64_t axis) {
  GraphBuilder &graph = node.graph;
  int64_t rank = node.rank();
  std::optional<int64_t> components = componentCount(node);
  std::optional<int64_t> normalized = node.normalizeAxis(axis, rank);
  if (!components || !normalized)
    return {};
  if (*normalized == rank - 1)
    return node.fail("expected an axis before the last one but got " + Twine(axis));
  auto length = graph.shapes.dim(node.operand(0), *normalized).constant();
  if (node.has(1)) {
    auto stated = node.constantIntegers(1);
    length = stated && stated->size() == 1 ? std::optional(stated->front()) : std::nullopt;
  }
  auto transform = checkTransform(node, length, node.integer("onesided", 0) != 0, node.integer("inverse", 0) != 0);
  if (!transform)
    return {};
  auto part = [&](int64_t index) {
    Value x = exchange(graph, component(graph, node.operand(0), index), *normalized, rank - 2);
    return resizeLast(graph, x, transform->length);
  };
  Value result = transformLast(graph, part(0), *components == 2 ? part(1) : Value(), *transform);
  return exchange(graph, result, *normalized, rank - 2);
}

Value importDft17(Node &node) { return dft(node, node.integer("axis", 1)); }

Value importDft20(Node &node) {
  if (!node.has(2))
    return dft(node, -2);
  auto axis = node.constantIntegers(2);
  if (!axis || axis->size() != 1)
    return node.fail("expected a constant axis");
  return dft(node, axis->front());
}

//===----------------------------------------------------------------------===//
// STFT
//===----------------------------------------------------------------------===//

/// Positions of the samples of each frame, [frames, length].
Value framePositions(GraphBuilder &graph, int64_t frames, int64_t length, int64_t step) {
  std::vector<int64_t> values;
  for (int64_t f = 0; f < frames; ++f)
    for (int64_t i = 0; i < length; ++i)
      values.push_back(f * step + i);
  auto type = RankedTensorType::get({frames, length}, graph.builder.getI64Type());
  return graph.constant(type, makeIntegers(type, values));
}

std::optional<int64_t> constantScalar(Node &node, size_t operand) {
  auto values = node.constantIntegers(operand);
  return values && values->size() == 1 ? std::optional(values->front()) : std::nullopt;
}

Value importStft(Node &node) {
  GraphBuilder &graph = node.graph;
  if (node.rank() != 3)
    return node.fail("expected a signal of rank 3 but got rank " + Twine(node.rank()));
  std::optional<int64_t> components = componentCount(node), step = constantScalar(node, 1);
  if (!components)
    return {};
  auto length = node.has(3) ? constantScalar(node, 3) : std::nullopt;
  if (!node.has(3) && node.has(2) && node.rank(2) == 1)
    length = graph.shapes.dim(node.operand(2), 0).constant();
  auto samples = graph.shapes.dim(node.operand(0), 1).constant();
  auto transform = checkTransform(node, length, node.integer("onesided", 1) != 0, /*inverse=*/false);
  if (!transform)
    return {};
  if (!step || *step < 1 || !samples || *samples < transform->length)
    return node.fail("expected a constant positive step and a signal of known length, at least " +
                     Twine(transform->length));
  Value positions = framePositions(graph, (*samples - transform->length) / *step + 1, transform->length, *step);
  auto part = [&](int64_t index) {
    Value signal = component(graph, node.operand(0), index);
    Value frames = graph.make<GatherOp>(node.element(), signal, positions, int64_t(1));
    return node.has(2) ? graph.binary<MulOp>(frames, node.operand(2)) : frames;
  };
  return transformLast(graph, part(0), *components == 2 ? part(1) : Value(), *transform);
}

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

/// a0 - a1 cos(2 pi n / N) + a2 cos(4 pi n / N), N one less unless periodic.
Value cosineWindow(Node &node, double a0, double a1, double a2) {
  GraphBuilder &graph = node.graph;
  Type f64 = graph.builder.getF64Type(), i64 = graph.builder.getI64Type();
  Type element = node.elementType(node.integer("output_datatype", TensorProto::FLOAT));
  if (!element)
    return {};
  Value size = graph.cast(node.operand(0), i64);
  if (node.rank() != 0)
    size = graph.reshape(size, ArrayRef<int64_t>());
  Value positions = graph.cast(graph.make<RangeOp>(i64, graph.scalar64(0), size, graph.scalar64(1)), f64);
  bool periodic = node.integer("periodic", 1) != 0;
  Value period = graph.cast(periodic ? size : graph.binary<SubOp>(size, 1.0), f64);
  Value angle = graph.binary<DivOp>(graph.binary<MulOp>(positions, 2 * M_PI), period);
  Value first = graph.binary<MulOp>(graph.unary<CosOp>(angle), -a1);
  Value second = graph.binary<MulOp>(graph.unary<CosOp>(graph.binary<MulOp>(angle, 2.0)), a2);
  return graph.cast(graph.binary<AddOp>(graph.binary<AddOp>(first, second), a0), element);
}

Value importHannWindow(Node &node) { return cosineWindow(node, 0.5, 0.5, 0); }
Value importHammingWindow(Node &node) { return cosineWindow(node, 25.0 / 46, 21.0 / 46, 0); }
Value importBlackmanWindow(Node &node) { return cosineWindow(node, 0.42, 0.5, 0.08); }

} // namespace

void registerSignal(Registry &registry) {
  registry.addValue("DFT", 17, 1, importDft17);
  registry.addValue("DFT", 20, 1, importDft20);
  registry.addValue("STFT", 17, 2, importStft);
  registry.addValue("HannWindow", 17, 1, importHannWindow);
  registry.addValue("HammingWindow", 17, 1, importHammingWindow);
  registry.addValue("BlackmanWindow", 17, 1, importBlackmanWindow);
}

} // namespace ingot::onnx

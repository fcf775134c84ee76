//===-- Signal.cpp - Fourier transforms -----------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Transforms are products with matrices of cosines and sines: right for every
// length, and what the lengths in models (hundreds) call for.
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"
#include "ir/Weights.h"
#include <cmath>

using namespace mlir;

namespace ingot::onnx {
namespace {

/// Longer transforms than this get their matrices at run time.
constexpr int64_t kMaxConstantLength = 1024;

/// A transform of `length` samples (an int64 scalar) that gives all
/// frequencies, or those up to the middle one.
struct Transform {
  Value length;
  bool onesided;
  bool inverse;
};

Value binsOf(GraphBuilder &graph, const Transform &transform) {
  if (!transform.onesided)
    return transform.length;
  return graph.binary<AddOp>(graph.binary<DivOp>(transform.length, 2.0), 1.0);
}

/// cos or sin of 2 pi k n / length for sample n (rows) and frequency k (columns).
template <typename OpTy>
Value angleMatrix(GraphBuilder &graph, Type element, const Transform &transform, double (*f)(double)) {
  auto known = graph.shapes.constants(transform.length);
  if (known && known->front() > 0 && known->front() <= kMaxConstantLength) {
    int64_t length = known->front(), bins = transform.onesided ? length / 2 + 1 : length;
    std::vector<double> values;
    for (int64_t n = 0; n < length; ++n)
      for (int64_t k = 0; k < bins; ++k)
        // The product is reduced first: angles of many turns lose digits.
        values.push_back(f(2 * M_PI * double(n * k % length) / double(length)));
    auto type = RankedTensorType::get({length, bins}, element);
    return graph.constant(type, makeDoubles(type, values));
  }
  Type f64 = graph.builder.getF64Type();
  Value n = graph.unsqueeze(graph.range(transform.length), 1);
  Value k = graph.unsqueeze(graph.range(binsOf(graph, transform)), 0);
  Value turns = graph.make<ModOp>(graph.builder.getI64Type(), graph.binary<MulOp>(n, k), transform.length,
                                  /*fmod=*/false);
  Value angle = graph.binary<DivOp>(graph.binary<MulOp>(graph.cast(turns, f64), 2 * M_PI),
                                    graph.cast(transform.length, f64));
  return graph.cast(graph.unary<OpTy>(angle), element);
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
  Value cosines = angleMatrix<CosOp>(graph, element, transform, std::cos);
  Value sines = angleMatrix<SinOp>(graph, element, transform, std::sin);
  // The forward transform turns by negative angles, the inverse one by positive ones.
  if (!transform.inverse)
    sines = graph.unary<NegOp>(sines);
  Value realResult = product(graph, real, cosines), imaginaryResult = product(graph, real, sines);
  if (imaginary) {
    realResult = graph.binary<SubOp>(realResult, product(graph, imaginary, sines));
    imaginaryResult = graph.binary<AddOp>(imaginaryResult, product(graph, imaginary, cosines));
  }
  if (!realResult || !imaginaryResult)
    return {};
  int64_t rank = GraphBuilder::rank(realResult);
  Value result = graph.concat({graph.unsqueeze(realResult, rank), graph.unsqueeze(imaginaryResult, rank)}, rank);
  return transform.inverse ? graph.binary<DivOp>(result, graph.cast(transform.length, element)) : result;
}

/// The real signal whose frequencies up to the middle one are given, [..., length, 1].
Value transformLastToReal(GraphBuilder &graph, Value real, Value imaginary, const Transform &transform) {
  if (!real || !imaginary)
    return {};
  Type element = GraphBuilder::element(real);
  // The frequencies that are left out mirror those that are neither the first nor in the middle.
  Value k = graph.range(binsOf(graph, transform));
  Value single = graph.binary<OrOp>(graph.compare(Predicate::eq, k, graph.scalar64(0)),
                                    graph.compare(Predicate::eq, graph.binary<MulOp>(k, 2.0), transform.length));
  Value weight = graph.select(single, graph.scalar(element, 1), graph.scalar(element, 2));
  auto product = [&](Value x, Value matrix) {
    return graph.make<MatMulOp>(element, graph.binary<MulOp>(x, weight), matrix, /*transpose_a=*/false,
                                /*transpose_b=*/true);
  };
  Value sum = graph.binary<SubOp>(product(real, angleMatrix<CosOp>(graph, element, transform, std::cos)),
                                  product(imaginary, angleMatrix<SinOp>(graph, element, transform, std::sin)));
  Value result = graph.binary<DivOp>(sum, graph.cast(transform.length, element));
  return result ? graph.unsqueeze(result, GraphBuilder::rank(result)) : Value();
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

/// Operand \p index, of one element, as an int64 scalar.
Value lengthOperand(Node &node, size_t index) {
  Value value = node.graph.cast(node.operand(index), node.graph.builder.getI64Type());
  return node.rank(index) == 0 ? value : node.graph.reshape(value, ArrayRef<int64_t>());
}

Value extentOf(GraphBuilder &graph, Value x, int64_t axis) { return graph.squeeze(graph.dimOf(x, axis), 0); }

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
Value resizeLast(GraphBuilder &graph, Value x, Value length) {
  if (!x)
    return x;
  int64_t last = GraphBuilder::rank(x) - 1;
  Value end = graph.unsqueeze(length, 0);
  Value cut = graph.make<SliceOp>(GraphBuilder::element(x), x, graph.integers(0), end,
                                  Omittable{graph.integers(last)}, Omittable());
  if (!cut)
    return {};
  SmallVector<Value> pads(2 * (last + 1), graph.integers(0));
  pads[2 * last + 1] = graph.binary<SubOp>(end, graph.dimOf(cut, last));
  return graph.make<PadOp>(GraphBuilder::element(x), cut, graph.concat(pads, 0), Omittable(), PadMode::constant);
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
  bool onesided = node.integer("onesided", 0) != 0, inverse = node.integer("inverse", 0) != 0;
  bool resized = node.has(1), toReal = onesided && inverse;
  if (toReal && *components != 2)
    return node.fail("expected complex frequencies to transform to a real signal");
  Value length = resized ? lengthOperand(node, 1) : extentOf(graph, node.operand(0), *normalized);
  if (toReal && !resized)
    length = graph.binary<MulOp>(graph.binary<SubOp>(length, 1.0), 2.0);
  Transform transform{length, onesided, inverse};
  auto part = [&](int64_t index) {
    Value x = exchange(graph, component(graph, node.operand(0), index), *normalized, rank - 2);
    return resized ? resizeLast(graph, x, toReal ? binsOf(graph, transform) : length) : x;
  };
  Value result = toReal ? transformLastToReal(graph, part(0), part(1), transform)
                        : transformLast(graph, part(0), *components == 2 ? part(1) : Value(), transform);
  return exchange(graph, result, *normalized, rank - 2);
}

Value importDft17(Node &node) { return dft(node, node.integer("axis", 1)); }

Value importDft20(Node &node) {
  if (!node.has(2))
    return dft(node, -2);
  if (auto axis = node.constantIntegers(2); axis && axis->size() == 1)
    return dft(node, axis->front());
  // Which dimensions change must be known; where none does, the axis may be computed.
  if (node.rank() != 2 && (node.has(1) || node.integer("onesided", 0) != 0))
    return node.fail("an axis that only the run time knows is not supported");
  return node.chooseByAxis(2, node.rank() - 1, [&](int64_t axis) { return dft(node, axis); });
}

//===----------------------------------------------------------------------===//
// STFT
//===----------------------------------------------------------------------===//

/// Positions of the samples of each frame, [frames, length].
Value framePositions(GraphBuilder &graph, Value samples, Value length, Value step) {
  Value frames = graph.binary<AddOp>(graph.binary<DivOp>(graph.binary<SubOp>(samples, length), step), 1.0);
  Value starts = graph.binary<MulOp>(graph.range(frames), step);
  return graph.binary<AddOp>(graph.unsqueeze(starts, 1), graph.unsqueeze(graph.range(length), 0));
}

Value importStft(Node &node) {
  GraphBuilder &graph = node.graph;
  std::optional<int64_t> components = componentCount(node);
  if (!components)
    return {};
  if (node.rank() != 3)
    return node.fail("expected a signal of rank 3 but got rank " + Twine(node.rank()));
  bool windowed = node.has(2) && node.rank(2) == 1;
  if (!node.has(3) && !windowed)
    return node.fail("expected a window of rank 1 or a frame length");
  Value length = node.has(3) ? lengthOperand(node, 3) : extentOf(graph, node.operand(2), 0);
  Value positions = framePositions(graph, extentOf(graph, node.operand(0), 1), length, lengthOperand(node, 1));
  auto part = [&](int64_t index) {
    Value signal = component(graph, node.operand(0), index);
    Value frames = signal && positions ? graph.make<GatherOp>(node.element(), signal, positions, int64_t(1)) : Value();
    return windowed ? graph.binary<MulOp>(frames, node.operand(2)) : frames;
  };
  Transform transform{length, node.integer("onesided", 1) != 0, /*inverse=*/false};
  return transformLast(graph, part(0), *components == 2 ? part(1) : Value(), transform);
}

} // namespace

void registerSignal(Registry &registry) {
  registry.addValue("DFT", 17, 1, importDft17);
  registry.addValue("DFT", 20, 1, importDft20);
  registry.addValue("STFT", 17, 2, importStft);
}

} // namespace ingot::onnx

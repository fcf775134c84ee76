//===-- Attention.cpp - scaled dot product attention ----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"
#include <cmath>
#include <limits>

using namespace mlir;

namespace ingot::onnx {
namespace {

/// [B, S, heads * D] as [B, heads, S, D].
Value splitHeads(GraphBuilder &graph, Value x, int64_t heads) {
  return graph.transpose(graph.reshape(x, {0, 0, heads, -1}), {0, 2, 1, 3});
}

/// 0, 1, ... below dimension \p axis of \p x.
Value positions(GraphBuilder &graph, Value x, int64_t axis) {
  return graph.range(graph.squeeze(graph.dimOf(x, axis), 0));
}

Value minusInfinity(GraphBuilder &graph, Type element) {
  return graph.scalar(element, -std::numeric_limits<double>::infinity());
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

/// Query [B, heads, S, D], key [B, kvHeads, T, D] and value [B, kvHeads, T, E],
/// past ones in front.
struct Operands {
  Value query, key, value;
  int64_t heads = 0, kvHeads = 0;
  bool packed = false; ///< the model's query is [B, S, heads * D]

  int64_t group() const { return heads / kvHeads; }
};

/// The number of heads of a packed operand from an attribute, of others from their shape.
std::optional<int64_t> headCount(Node &node, size_t index, StringRef attribute) {
  if (node.rank(index) == 3) {
    int64_t heads = node.integer(attribute, 0);
    if (heads < 1)
      return node.fail("expected a positive " + attribute + " but got " + Twine(heads));
    return heads;
  }
  auto heads = node.graph.shapes.dim(node.operand(index), 1).constant();
  if (!heads || *heads < 1)
    return node.fail("expected a number of heads that is known while compiling");
  return heads;
}

std::optional<Operands> readOperands(Node &node) {
  GraphBuilder &graph = node.graph;
  for (size_t i = 0; i < 3; ++i)
    if (node.rank(i) != node.rank(0) || (node.rank(i) != 3 && node.rank(i) != 4))
      return node.fail("expected query, key and value of the same rank, 3 or 4, but got rank " +
                       Twine(node.rank(i)) + " of operand " + Twine(i));
  auto heads = headCount(node, 0, "q_num_heads"), kvHeads = headCount(node, 1, "kv_num_heads");
  if (!heads || !kvHeads)
    return std::nullopt;
  if (*heads % *kvHeads != 0)
    return node.fail("expected a multiple of " + Twine(*kvHeads) + " query heads but got " + Twine(*heads));
  if (node.has(4) != node.has(5))
    return node.fail("expected both a past key and a past value or none");
  Operands operands{node.operand(0), node.operand(1), node.operand(2), *heads, *kvHeads, node.rank() == 3};
  if (operands.packed) {
    operands.query = splitHeads(graph, operands.query, *heads);
    operands.key = splitHeads(graph, operands.key, *kvHeads);
    operands.value = splitHeads(graph, operands.value, *kvHeads);
  }
  if (node.has(4)) {
    operands.key = graph.concat({node.operand(4), operands.key}, 2);
    operands.value = graph.concat({node.operand(5), operands.value}, 2);
  }
  if (!operands.query || !operands.key || !operands.value)
    return std::nullopt;
  return operands;
}

//===----------------------------------------------------------------------===//
// Masks
//===----------------------------------------------------------------------===//

/// Sets scores of keys that a query does not attend to -infinity.
class Mask {
public:
  Mask(Node &node, const Operands &operands) : node(node), graph(node.graph), operands(operands) {}

  Value apply(Value scores);
  /// Whether a query may be left without any key.
  bool mayExcludeAll() const { return node.has(3) || node.has(6) || leftWindow() >= 0; }

private:
  Value applyOperand(Value scores);
  Value applyWindow(Value scores);
  Value exclude(Value scores, Value attended) {
    return scores ? graph.select(attended, scores, minusInfinity(graph, GraphBuilder::element(scores))) : Value();
  }

  int64_t leftWindow() const { return node.integer("left_window_size", -1); }
  int64_t rightWindow() const {
    return node.integer("is_causal", 0) != 0 ? 0 : node.integer("right_window_size", -1);
  }
  Value offset();

  Node &node;
  GraphBuilder &graph;
  const Operands &operands;
};

/// Keys of the cache before the first query's own: null for none.
Value Mask::offset() {
  if (node.has(4))
    return graph.dimOf(node.operand(4), 2);
  if (!node.has(6))
    return {};
  Value lengths = graph.binary<SubOp>(node.operand(6), graph.dimOf(operands.query, 2));
  return graph.unsqueeze(lengths, {1, 2, 3});
}

Value Mask::applyOperand(Value scores) {
  Value mask = node.operand(3);
  Type element = GraphBuilder::element(mask), scoreType = GraphBuilder::element(scores);
  int64_t last = GraphBuilder::rank(mask) - 1;
  bool boolean = element.isInteger(1);
  if (last >= 0 && graph.shapes.dim(mask, last) != graph.shapes.dim(operands.key, 2)) {
    // The mask may end before the keys do: those behind are not attended.
    Value missing = graph.binary<SubOp>(graph.dimOf(operands.key, 2), graph.dimOf(mask, last));
    SmallVector<Value> pads(2 * (last + 1), graph.integers(0));
    pads[2 * last + 1] = missing;
    Value fill = boolean ? graph.scalar(element, 0) : minusInfinity(graph, element);
    mask = graph.make<PadOp>(element, mask, graph.concat(pads, 0), Omittable{fill}, PadMode::constant);
  }
  return boolean ? exclude(scores, mask) : graph.binary<AddOp>(scores, graph.cast(mask, scoreType));
}

Value Mask::applyWindow(Value scores) {
  Value query = graph.unsqueeze(positions(graph, operands.query, 2), 1);
  Value key = graph.unsqueeze(positions(graph, operands.key, 2), 0);
  if (Value before = offset())
    query = graph.binary<AddOp>(query, before);
  Value distance = graph.binary<SubOp>(query, key);
  if (rightWindow() >= 0)
    scores = exclude(scores, graph.compare(Predicate::ge, distance, graph.scalar64(-rightWindow())));
  if (leftWindow() >= 0)
    scores = exclude(scores, graph.compare(Predicate::le, distance, graph.scalar64(leftWindow())));
  return scores;
}

Value Mask::apply(Value scores) {
  if (scores && node.has(3))
    scores = applyOperand(scores);
  if (leftWindow() >= 0 || rightWindow() >= 0)
    scores = applyWindow(scores);
  if (!node.has(6))
    return scores;
  Value key = positions(graph, operands.key, 2);
  return exclude(scores, graph.compare(Predicate::lt, key, graph.unsqueeze(node.operand(6), {1, 2, 3})));
}

//===----------------------------------------------------------------------===//
// Attention
//===----------------------------------------------------------------------===//

/// \p x [B, from, S, D] with \p to heads, S growing or shrinking with them: query
/// heads that share a key become rows of one matrix product, and heads again.
Value regroup(GraphBuilder &graph, Value x, int64_t from, int64_t to) {
  if (from == to || !x)
    return x;
  Value rows = graph.dimOf(x, 2);
  rows = from > to ? graph.binary<MulOp>(rows, double(from / to)) : graph.binary<DivOp>(rows, double(to / from));
  return graph.reshape(x, graph.concat({graph.dimOf(x, 0), graph.integers(to), rows, graph.dimOf(x, 3)}, 0));
}

/// \p query times the attribute `scale`, or 1 / sqrt(D).
Value scaled(Node &node, Value query) {
  GraphBuilder &graph = node.graph;
  Type element = GraphBuilder::element(query);
  if (node.attribute("scale"))
    return graph.binary<MulOp>(query, node.number("scale", 1));
  if (auto size = graph.shapes.dim(query, 3).constant())
    return graph.binary<MulOp>(query, 1 / std::sqrt(double(std::max<int64_t>(*size, 1))));
  return graph.binary<DivOp>(query, graph.unary<SqrtOp>(graph.cast(graph.dimOf(query, 3), element)));
}

Value softcap(Node &node, Value scores) {
  GraphBuilder &graph = node.graph;
  double cap = node.number("softcap", 0);
  if (cap <= 0)
    return scores;
  return graph.binary<MulOp>(graph.unary<TanhOp>(graph.binary<DivOp>(scores, cap)), cap);
}

/// The softmax of \p scores; queries that attend nothing have probability 0 everywhere.
Value probabilities(Node &node, Value scores, bool mayExcludeAll) {
  GraphBuilder &graph = node.graph;
  Type element = GraphBuilder::element(scores);
  if (node.attribute("softmax_precision")) {
    Type precision = node.elementType(node.integer("softmax_precision", TensorProto::FLOAT));
    scores = precision ? graph.cast(scores, precision) : Value();
  }
  if (!scores)
    return {};
  Type computed = GraphBuilder::element(scores);
  Value result = graph.make<SoftmaxOp>(computed, scores, int64_t(3), /*log=*/false);
  if (mayExcludeAll) {
    Value best = graph.reduce(ReduceKind::max, scores, 3, /*keepDims=*/true);
    Value none = graph.compare(Predicate::eq, best, minusInfinity(graph, computed));
    result = graph.select(none, graph.scalar(computed, 0), result);
  }
  return graph.cast(result, element);
}

/// \p x with dimension \p axis, of `groups * size` elements, as two.
Value splitAxis(GraphBuilder &graph, Value x, int64_t axis, int64_t groups, int64_t size) {
  SmallVector<Value> shape;
  for (int64_t i = 0; i < GraphBuilder::rank(x); ++i)
    shape.push_back(i == axis ? graph.integers({groups, size}) : graph.dimOf(x, i));
  return graph.reshape(x, graph.concat(shape, 0));
}

/// Attention as one operator, where nobody asks for what lies between and masks and their sizes are plain; nothing
/// (without a diagnostic) otherwise.
class FusedAttention {
public:
  FusedAttention(Node &node, const Operands &operands) : node(node), graph(node.graph), operands(operands) {}

  bool applies();
  Value build();

private:
  Value groupedMask(Value mask) const;

  Node &node;
  GraphBuilder &graph;
  const Operands &operands;
  CausalKind causal = CausalKind::none;
  double scale = 1;
};

bool FusedAttention::applies() {
  ShapeAnalysis &shapes = graph.shapes;
  bool windows = node.integer("left_window_size", -1) >= 0 || node.integer("right_window_size", -1) >= 0;
  if (node.wants(3) || node.has(6) || windows || node.attribute("softmax_precision"))
    return false;
  if (node.integer("is_causal", 0) != 0) {
    causal = node.has(4) ? CausalKind::last : CausalKind::first;
    int64_t axis = operands.packed ? 1 : 2;
    if (node.has(4) && shapes.dim(node.operand(0), axis) != shapes.dim(node.operand(1), axis))
      return false;
  }
  auto columns = shapes.dim(operands.query, 3).constant();
  if (!node.attribute("scale") && !columns)
    return false;
  scale = node.attribute("scale") ? node.number("scale", 1) : 1 / std::sqrt(double(std::max<int64_t>(*columns, 1)));
  if (!node.has(3))
    return true;
  Value mask = node.operand(3);
  int64_t rank = GraphBuilder::rank(mask);
  if (rank < 1 || rank > 4 || shapes.dim(mask, rank - 1) != shapes.dim(operands.key, 2))
    return false;
  // Heads of a mask are split as the query's are.
  return operands.group() == 1 || rank < 3 || shapes.dim(mask, rank - 3).constant();
}

Value FusedAttention::groupedMask(Value mask) const {
  int64_t heads = GraphBuilder::rank(mask) - 3;
  if (operands.group() == 1 || heads < 0)
    return mask;
  if (graph.shapes.dim(mask, heads).isConstant(1))
    return graph.unsqueeze(mask, heads);
  return splitAxis(graph, mask, heads, operands.kvHeads, operands.group());
}

Value FusedAttention::build() {
  Value query = operands.query, key = operands.key, value = operands.value, mask = node.operand(3);
  bool groups = operands.group() > 1;
  if (groups) {
    // Heads that share a key are a dimension of their own, along which key and value have one.
    query = operands.packed ? graph.reshape(node.operand(0), {0, 0, operands.kvHeads, operands.group(), -1})
                            : splitAxis(graph, query, 1, operands.kvHeads, operands.group());
    if (operands.packed && query)
      query = graph.transpose(query, {0, 2, 3, 1, 4});
    key = graph.unsqueeze(key, 2);
    value = graph.unsqueeze(value, 2);
  }
  if (mask)
    mask = groupedMask(mask);
  Type element = node.element();
  key = graph.cast(key, element);
  value = graph.cast(value, element);
  if (!query || !key || !value || (node.has(3) && !mask))
    return {};
  double softcap = std::max(node.number("softcap", 0), 0.0), excluded = -std::numeric_limits<double>::infinity();
  auto op = AttentionOp::create(graph.builder, graph.loc, GraphBuilder::unranked(element), query, key, value, mask,
                                scale, causal, softcap, excluded);
  Value result = graph.finish(op) ? op.getResult() : Value();
  if (!result || (!groups && !operands.packed))
    return result;
  if (operands.packed) {
    result = groups ? graph.transpose(result, {0, 3, 1, 2, 4}) : graph.transpose(result, {0, 2, 1, 3});
    return graph.reshape(result, {0, 0, -1});
  }
  return graph.reshape(result, graph.concat({graph.dimOf(result, 0), graph.integers(operands.heads),
                                             graph.dimOf(result, 3), graph.dimOf(result, 4)}, 0));
}

LogicalResult importAttention(Node &node) {
  GraphBuilder &graph = node.graph;
  std::optional<Operands> operands = readOperands(node);
  if (!operands)
    return failure();
  if (FusedAttention fused(node, *operands); fused.applies()) {
    Value result = fused.build();
    if (!result)
      return failure();
    node.setResult(0, result);
    for (auto [i, present] : {std::pair(1, operands->key), std::pair(2, operands->value)})
      if (node.wants(i))
        node.setResult(i, present);
    return success();
  }
  Type element = node.element();
  Mask mask(node, *operands);
  Value query = regroup(graph, scaled(node, operands->query), operands->heads, operands->kvHeads);
  Value product = graph.make<MatMulOp>(element, query, graph.cast(operands->key, element), /*transpose_a=*/false,
                                       /*transpose_b=*/true);
  Value scores = regroup(graph, product, operands->kvHeads, operands->heads);
  Value capped = scores ? softcap(node, scores) : Value();
  Value masked = mask.apply(capped);
  Value weights = masked ? probabilities(node, masked, mask.mayExcludeAll()) : Value();
  Value result = graph.make<MatMulOp>(element, regroup(graph, weights, operands->heads, operands->kvHeads),
                                      graph.cast(operands->value, element), /*transpose_a=*/false,
                                      /*transpose_b=*/false);
  result = regroup(graph, result, operands->kvHeads, operands->heads);
  if (operands->packed)
    result = graph.reshape(graph.transpose(result, {0, 2, 1, 3}), {0, 0, -1});
  Value stages[] = {scores, capped, masked, weights};
  int64_t stage = node.integer("qk_matmul_output_mode", 0);
  if (stage < 0 || stage > 3)
    return node.fail("expected a qk_matmul_output_mode of 0 to 3 but got " + Twine(stage));
  node.setResults({result, operands->key, operands->value, stages[stage]});
  return success(bool(result));
}

//===----------------------------------------------------------------------===//
// Rotary embedding
//===----------------------------------------------------------------------===//

struct Rotation {
  Value cosines, sines; ///< one a token and pair of elements, broadcasting against the input
  int64_t pairs;
  bool interleaved; ///< pairs are neighbours, else the halves of what is rotated
};

/// Rotates the first elements of the last of four dimensions of \p x.
Value rotate(GraphBuilder &graph, Value x, const Rotation &rotation) {
  if (!x)
    return {};
  int64_t pairs = rotation.pairs, width = 2 * pairs;
  bool interleaved = rotation.interleaved;
  Value first = interleaved ? graph.slice(x, 3, 0, width, 2) : graph.slice(x, 3, 0, pairs);
  Value second = interleaved ? graph.slice(x, 3, 1, width, 2) : graph.slice(x, 3, pairs, width);
  Value real = graph.binary<SubOp>(graph.binary<MulOp>(first, rotation.cosines),
                                   graph.binary<MulOp>(second, rotation.sines));
  Value imaginary = graph.binary<AddOp>(graph.binary<MulOp>(first, rotation.sines),
                                        graph.binary<MulOp>(second, rotation.cosines));
  Value rotated = interleaved ? graph.reshape(graph.concat({graph.unsqueeze(real, 4), graph.unsqueeze(imaginary, 4)},
                                                           4),
                                              {0, 0, 0, width})
                              : graph.concat({real, imaginary}, 3);
  if (graph.shapes.dim(x, 3).isConstant(width))
    return rotated;
  return graph.concat({rotated, graph.slice(x, 3, width, std::numeric_limits<int64_t>::max())}, 3);
}

/// Rows of \p cache [positions, pairs] at the tokens' \p ids, or the cache that already has a row for each token.
Value rowsOfTokens(GraphBuilder &graph, Value cache, Value ids) {
  return ids ? graph.make<GatherOp>(GraphBuilder::element(cache), cache, ids, int64_t(0)) : cache;
}

/// \p ids may be null; \p heads is needed for packed inputs only.
Value rotaryEmbedding(Node &node, Value cosines, Value sines, Value ids, int64_t heads) {
  GraphBuilder &graph = node.graph;
  int64_t rank = node.rank();
  if (rank != 3 && rank != 4)
    return node.fail("expected an input of rank 3 or 4 but got rank " + Twine(rank));
  cosines = rowsOfTokens(graph, cosines, ids);
  sines = rowsOfTokens(graph, sines, ids);
  if (!cosines || !sines)
    return {};
  if (GraphBuilder::rank(cosines) != 3 || GraphBuilder::rank(sines) != 3)
    return node.fail("expected cosines and sines of rank 3 for each token but got ranks " +
                     Twine(GraphBuilder::rank(cosines)) + " and " + Twine(GraphBuilder::rank(sines)));
  auto pairs = graph.shapes.dim(cosines, 2).constant();
  if (!pairs)
    return node.fail("expected a cosine cache whose last dimension is known while compiling");
  bool packed = rank == 3;
  if (packed && heads < 1)
    return node.fail("expected a positive num_heads but got " + Twine(heads));
  // Packed inputs have their heads behind the tokens, others in front.
  int64_t headAxis = packed ? 2 : 1;
  Rotation rotation{graph.unsqueeze(cosines, headAxis), graph.unsqueeze(sines, headAxis), *pairs,
                    node.integer("interleaved", 0) != 0};
  Value x = packed ? graph.reshape(node.operand(0), {0, 0, heads, -1}) : node.operand(0);
  Value rotated = rotate(graph, x, rotation);
  return packed ? graph.reshape(rotated, {0, 0, -1}) : rotated;
}

Value importRotaryEmbedding(Node &node) {
  return rotaryEmbedding(node, node.operand(1), node.operand(2), node.operand(3), node.integer("num_heads", 0));
}

/// Positions are the second operand: one a token, or the first token's alone.
Value importMicrosoftRotaryEmbedding(Node &node) {
  GraphBuilder &graph = node.graph;
  Value ids = node.operand(1);
  if (node.rank(1) == 1) {
    Value tokens = positions(graph, node.operand(0), node.rank() == 3 ? 1 : 2);
    ids = graph.unsqueeze(graph.binary<AddOp>(graph.cast(ids, graph.builder.getI64Type()), tokens), 0);
  }
  int64_t heads = node.integer("num_heads", 0);
  auto hidden = graph.shapes.dim(node.operand(0), node.rank() - 1).constant();
  auto pairs = graph.shapes.dim(node.operand(2), node.rank(2) - 1).constant();
  if (heads == 0 && hidden && pairs && *pairs > 0) // whole heads are rotated
    heads = *hidden / (2 * *pairs);
  return rotaryEmbedding(node, node.operand(2), node.operand(3), ids, heads);
}

//===----------------------------------------------------------------------===//
// Caches
//===----------------------------------------------------------------------===//

/// The cache with \p update at the positions from write_indices on.
Value importTensorScatter(Node &node) {
  GraphBuilder &graph = node.graph;
  int64_t rank = node.rank();
  std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", -2), rank);
  StringRef mode = node.string("mode", "linear");
  if (!axis)
    return {};
  if (*axis == 0 || node.rank(1) != rank)
    return node.fail("expected an update of rank " + Twine(rank) + " and an axis other than 0 but got rank " +
                     Twine(node.rank(1)) + " and axis " + Twine(*axis));
  if (mode != "linear" && mode != "circular")
    return node.fail("expected mode linear or circular but got '" + mode + "'");
  Value update = node.operand(1);
  SmallVector<int64_t> behind = llvm::to_vector(llvm::seq<int64_t>(1, rank - *axis));
  Value places = graph.unsqueeze(positions(graph, update, *axis), behind);
  if (node.has(2)) {
    SmallVector<int64_t> others = llvm::to_vector(llvm::seq<int64_t>(1, rank));
    places = graph.binary<AddOp>(graph.unsqueeze(node.operand(2), others), places);
  }
  if (mode == "circular")
    places = graph.make<ModOp>(graph.builder.getI64Type(), places, graph.dimOf(node.operand(0), *axis),
                               /*fmod=*/false);
  places = graph.make<ExpandOp>(graph.builder.getI64Type(), places, graph.shapeOf(update));
  return graph.make<ScatterElementsOp>(node.element(), node.operand(0), places, update, *axis, Reduction::none);
}

} // namespace

void registerAttention(Registry &registry) {
  registry.add("Attention", 23, 3, importAttention);
  registry.addValue("RotaryEmbedding", 23, 3, importRotaryEmbedding);
  registry.addValue("RotaryEmbedding", 1, 4, importMicrosoftRotaryEmbedding, kMicrosoftDomain);
  registry.addValue("TensorScatter", 24, 2, importTensorScatter);
}

} // namespace ingot::onnx

//===-- TfIdf.cpp - counts of n-grams -------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"
#include "ir/Weights.h"
#include <limits>

using namespace mlir;

namespace ingot::onnx {
namespace {

/// Keeps a corrupt index from making a huge row.
constexpr int64_t kMaxColumns = int64_t(1) << 24;

/// The n-grams of one length, element by element: [length][n-gram].
using Grams = SmallVector<SmallVector<int64_t>>;

/// The n-grams of every length that the node has, from length 1 on.
std::optional<SmallVector<Grams>> readPool(Node &node) {
  auto pool = node.integers("pool_int64s"), starts = node.integers("ngram_counts");
  if (!pool || !starts)
    return node.fail("expected the attributes pool_int64s and ngram_counts");
  SmallVector<Grams> lengths;
  for (size_t i = 0; i < starts->size(); ++i) {
    int64_t begin = (*starts)[i], end = i + 1 < starts->size() ? (*starts)[i + 1] : int64_t(pool->size());
    auto length = int64_t(i) + 1;
    if (begin < 0 || end < begin || end > int64_t(pool->size()) || (end - begin) % length != 0)
      return node.fail("expected n-grams of length " + Twine(length) + " from " + Twine(begin) + " to " + Twine(end) +
                       " in a pool of " + Twine(pool->size()) + " values");
    Grams grams(length);
    for (int64_t place = begin; place < end; ++place)
      grams[(place - begin) % length].push_back((*pool)[place]);
    lengths.push_back(std::move(grams));
  }
  return lengths;
}

/// How often each of \p grams occurs in the rows of \p x with \p skip elements
/// between each two: [rows, n-grams].
Value countGrams(GraphBuilder &graph, Value x, const Grams &grams, int64_t skip, Type element) {
  Value matches;
  auto length = int64_t(grams.size()), last = GraphBuilder::rank(x) - 1;
  for (int64_t i = 0; i < length; ++i) {
    int64_t behind = (length - 1 - i) * (skip + 1);
    Value window = graph.slice(x, last, i * (skip + 1), behind == 0 ? std::numeric_limits<int64_t>::max() : -behind);
    Value equal = graph.compare(Predicate::eq, graph.unsqueeze(window, last + 1), graph.integers(grams[i]));
    matches = i == 0 ? equal : graph.binary<AndOp>(matches, equal);
  }
  return graph.reduce(ReduceKind::sum, graph.cast(matches, element), last, /*keepDims=*/false);
}

/// Counts [..., n-grams] at the columns that \p indexes tells; columns of no n-gram are 0.
Value placeColumns(Node &node, Value counts, ArrayRef<int64_t> indexes) {
  GraphBuilder &graph = node.graph;
  int64_t last = GraphBuilder::rank(counts) - 1, columns = 0;
  for (int64_t index : indexes) {
    if (index < 0 || index >= kMaxColumns)
      return node.fail("expected ngram_indexes of 0 to " + Twine(kMaxColumns - 1) + " but got " + Twine(index));
    columns = std::max(columns, index + 1);
  }
  SmallVector<int64_t> sources(size_t(columns), int64_t(indexes.size()));
  for (auto [gram, index] : llvm::enumerate(indexes)) {
    if (sources[index] != int64_t(indexes.size()))
      return node.fail("expected distinct ngram_indexes but got " + Twine(index) + " twice");
    sources[index] = int64_t(gram);
  }
  SmallVector<int64_t> pads(2 * (last + 1), 0);
  pads[2 * last + 1] = 1;
  Type element = GraphBuilder::element(counts);
  Value padded = graph.make<PadOp>(element, counts, graph.integers(pads), Omittable(), PadMode::constant);
  return graph.make<GatherOp>(element, padded, graph.integers(sources), last);
}

/// The counts of all n-grams of the pool, in its order.
Value countPool(Node &node, ArrayRef<Grams> pool) {
  GraphBuilder &graph = node.graph;
  int64_t shortest = node.integer("min_gram_length", 1), longest = node.integer("max_gram_length", 1);
  Value x = graph.cast(node.operand(0), graph.builder.getI64Type());
  Type f32 = graph.builder.getF32Type();
  SmallVector<Value> counts;
  for (const Grams &grams : pool) {
    auto length = int64_t(grams.size());
    if (grams[0].empty())
      continue;
    bool counted = length >= shortest && length <= longest;
    // Single elements have nothing between them to skip.
    int64_t skips = length == 1 ? 0 : node.integer("max_skip_count", 0);
    Value total = countGrams(graph, x, grams, 0, f32);
    for (int64_t skip = 1; counted && skip <= skips; ++skip)
      total = graph.binary<AddOp>(total, countGrams(graph, x, grams, skip, f32));
    counts.push_back(counted ? total : graph.binary<MulOp>(total, 0.0));
  }
  if (counts.empty())
    return node.fail("expected at least one n-gram in the pool");
  return graph.concat(counts, node.rank() - 1);
}

Value importTfIdfVectorizer(Node &node) {
  GraphBuilder &graph = node.graph;
  if (!isa<IntegerType>(node.element()) || node.rank() < 1 || node.rank() > 2)
    return node.fail("expected integers of rank 1 or 2 but got rank " + Twine(node.rank()));
  auto pool = readPool(node);
  auto indexes = node.integers("ngram_indexes");
  if (!pool)
    return {};
  Value counts = countPool(node, *pool);
  if (!counts)
    return {};
  if (!indexes || !graph.shapes.dim(counts, node.rank() - 1).isConstant(int64_t(indexes->size())))
    return node.fail("expected as many ngram_indexes as n-grams");
  Value columns = placeColumns(node, counts, *indexes);
  StringRef mode = node.string("mode", "TF");
  if (mode == "TF" || !columns)
    return columns;
  if (mode != "IDF" && mode != "TFIDF")
    return node.fail("expected mode TF, IDF or TFIDF but got '" + mode + "'");
  auto weights = node.numbers("weights").value_or(SmallVector<double>());
  auto type = RankedTensorType::get(int64_t(weights.size()), graph.builder.getF32Type());
  Value weight = weights.empty() ? graph.scalar(type.getElementType(), 1)
                                 : graph.constant(type, makeDoubles(type, weights));
  if (mode == "IDF")
    columns = graph.binary<MinOp>(columns, 1.0);
  return graph.binary<MulOp>(columns, weight);
}

} // namespace

void registerTfIdf(Registry &registry) { registry.addValue("TfIdfVectorizer", 9, 1, importTfIdfVectorizer); }

} // namespace ingot::onnx

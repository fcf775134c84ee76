//===- DecomposeAttention.cpp - attention as products and a softmax
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/GraphBuilder.h"
#include "passes/Passes.h"

#include <limits>

namespace ingot {
#define GEN_PASS_DEF_DECOMPOSEATTENTION
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace ingot;
using namespace mlir;

/// Columns of query and value up to which blocks of keys and values fit into the nearest caches.
static constexpr int64_t kMostColumns = 512;

/// Whether one kernel does it: f32, columns that are known and not too many, a mask that has a column for each key.
static bool hasKernel(AttentionOp op, ShapeAnalysis &shapes) {
  for (Value operand : {op.getQuery(), op.getKey(), op.getValue()}) {
    auto columns = shapes.dims(operand).back().constant();
    if (!GraphBuilder::element(operand).isF32() || !columns || *columns < 1 || *columns > kMostColumns)
      return false;
  }
  if (!op.getMask())
    return true;
  Type element = GraphBuilder::element(op.getMask());
  int64_t keys = shapes.rank(op.getKey()) - 2;
  if (op.getKeyPerm())
    keys = (*op.getKeyPerm())[keys];
  return (element.isF32() || element.isInteger(1)) && shapes.rank(op.getMask()) > 0 &&
         shapes.dims(op.getMask()).back() == shapes.dim(op.getKey(), keys);
}

static Value permuted(GraphBuilder &g, Value tensor, std::optional<ArrayRef<int64_t>> perm) {
  return perm ? g.transpose(tensor, *perm) : tensor;
}

static Value minusInfinity(GraphBuilder &g, Type element) {
  return g.scalar(element, -std::numeric_limits<double>::infinity());
}

/// Hides keys behind the query's own from `scores`.
static Value hideLaterKeys(GraphBuilder &g, Value scores, CausalKind kind) {
  int64_t rank = GraphBuilder::rank(scores);
  auto positions = [&](int64_t axis) { return g.range(g.squeeze(g.dimOf(scores, axis), 0)); };
  Value query = g.unsqueeze(positions(rank - 2), 1), key = positions(rank - 1);
  if (kind == CausalKind::last)
    query = g.binary<AddOp>(query, g.binary<SubOp>(g.dimOf(scores, rank - 1), g.dimOf(scores, rank - 2)));
  return g.select(g.compare(Predicate::le, key, query), scores, minusInfinity(g, GraphBuilder::element(scores)));
}

static Value decomposed(GraphBuilder &g, AttentionOp op) {
  Value query = permuted(g, op.getQuery(), op.getQueryPerm()), key = permuted(g, op.getKey(), op.getKeyPerm());
  Value value = permuted(g, op.getValue(), op.getValuePerm()), mask = op.getMask();
  Type element = GraphBuilder::element(op.getResult());
  Value scores = g.make<MatMulOp>(element, query, key, /*transpose_a=*/false, /*transpose_b=*/true);
  scores = g.binary<MulOp>(scores, op.getScale().convertToDouble());
  if (double cap = op.getSoftcap().convertToDouble(); cap != 0)
    scores = g.binary<MulOp>(g.unary<TanhOp>(g.binary<DivOp>(scores, cap)), cap);
  if (mask && GraphBuilder::element(mask).isInteger(1))
    scores = scores ? g.select(mask, scores, g.scalar(element, op.getExcluded().convertToDouble())) : Value();
  else if (mask)
    scores = g.binary<AddOp>(scores, g.cast(mask, element));
  if (scores && op.getCausal() != CausalKind::none)
    scores = hideLaterKeys(g, scores, op.getCausal());
  if (!scores)
    return {};
  int64_t last = GraphBuilder::rank(scores) - 1;
  Value weights = g.make<SoftmaxOp>(element, scores, last, /*log=*/false);
  if (mask || op.getCausal() == CausalKind::last) {
    // Queries that see no key.
    Value best = g.reduce(ReduceKind::max, scores, last, /*keepDims=*/true);
    weights = g.select(g.compare(Predicate::eq, best, minusInfinity(g, element)), g.scalar(element, 0), weights);
  }
  Value result = g.make<MatMulOp>(element, weights, value, /*transpose_a=*/false, /*transpose_b=*/false);
  return result ? permuted(g, result, op.getResultPerm()) : Value();
}

namespace {

struct DecomposeAttention : ingot::impl::DecomposeAttentionBase<DecomposeAttention> {
  void runOnOperation() override {
    ShapeAnalysis shapes;
    if (failed(shapes.run(getOperation())))
      return signalPassFailure();
    SmallVector<AttentionOp> ops;
    getOperation().walk([&](AttentionOp op) {
      if (!hasKernel(op, shapes))
        ops.push_back(op);
    });
    for (AttentionOp op : ops) {
      OpBuilder b(op);
      GraphBuilder g(b, shapes);
      g.loc = op.getLoc();
      Value result = decomposed(g, op);
      if (!result)
        return signalPassFailure();
      op.getResult().replaceAllUsesWith(result);
      op.erase();
    }
  }
};

} // namespace

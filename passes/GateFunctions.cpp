//===- GateFunctions.cpp - activation functions of recurrent cells
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/GateFunctions.h"

#include "llvm/ADT/StringMap.h"

using namespace ingot;
using namespace mlir;

namespace {

using Build = Value (*)(GraphBuilder &, Value x, double alpha, double beta);

Value affine(GraphBuilder &g, Value x, double alpha, double beta) {
  return g.binary<AddOp>(g.binary<MulOp>(x, alpha), beta);
}
Value hardSigmoid(GraphBuilder &g, Value x, double alpha, double beta) {
  return g.binary<MinOp>(g.binary<MaxOp>(affine(g, x, alpha, beta), 0), 1);
}
Value scaledTanh(GraphBuilder &g, Value x, double alpha, double beta) {
  return g.binary<MulOp>(g.unary<TanhOp>(g.binary<MulOp>(x, beta)), alpha);
}
Value softsign(GraphBuilder &g, Value x, double, double) {
  return g.binary<DivOp>(x, g.binary<AddOp>(g.unary<AbsOp>(x), 1));
}
/// `x` where it is above `limit`, `otherwise` elsewhere.
Value above(GraphBuilder &g, Value x, double limit, Value otherwise) {
  return g.select(g.compare(Predicate::gt, x, g.scalar(GraphBuilder::element(x), limit)), x, otherwise);
}
Value leakyRelu(GraphBuilder &g, Value x, double alpha, double) { return above(g, x, 0, g.binary<MulOp>(x, alpha)); }
Value thresholdedRelu(GraphBuilder &g, Value x, double alpha, double) {
  return above(g, x, alpha, g.scalar(GraphBuilder::element(x), 0));
}
Value elu(GraphBuilder &g, Value x, double alpha, double) {
  Value exponential = g.unary<ExpOp>(g.binary<MinOp>(x, 0)); // of a large x it would not be finite
  return above(g, x, 0, g.binary<MulOp>(g.binary<SubOp>(exponential, 1), alpha));
}
template <typename OpTy>
Value plain(GraphBuilder &g, Value x, double, double) {
  return g.unary<OpTy>(x);
}

} // namespace

Value ingot::applyGateFunction(GraphBuilder &graph, const GateFunction &function, Value x) {
  static const llvm::StringMap<Build> functions = {
      {"affine", affine},         {"elu", elu},
      {"hardsigmoid", hardSigmoid}, {"leakyrelu", leakyRelu},
      {"relu", plain<ReluOp>},    {"scaledtanh", scaledTanh},
      {"sigmoid", plain<SigmoidOp>}, {"softplus", plain<SoftplusOp>},
      {"softsign", softsign},     {"tanh", plain<TanhOp>},
      {"thresholdedrelu", thresholdedRelu}};
  Build build = functions.lookup(function.name.lower());
  return build && x ? build(graph, x, function.alpha, function.beta) : Value();
}

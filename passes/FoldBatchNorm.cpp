//===- FoldBatchNorm.cpp - scales and shifts of channels become part of a convolution
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/GraphBuilder.h"
#include "ir/Weights.h"
#include "passes/Passes.h"

#include "mlir/IR/Builders.h"

namespace ingot {
#define GEN_PASS_DEF_FOLDBATCHNORM
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace ingot;
using namespace mlir;

namespace {
struct FoldBatchNorm : ingot::impl::FoldBatchNormBase<FoldBatchNorm> {
  void runOnOperation() override;
};
} // namespace

/// Whether `fold-constants` will make the value a constant.
static bool isConstant(Value value) {
  Operation *op = value.getDefiningOp();
  return op && (isa<ConstantOp>(op) || (isMemoryEffectFree(op) && op->getNumOperands() > 0 &&
                                        llvm::all_of(op->getOperands(), isConstant)));
}

/// The operand of `op` that is a constant with one value a channel of `conv`'s result (or one for all), else null.
static Value channelConstant(Operation *op, ConvOp conv, Value &other) {
  int64_t rank = GraphBuilder::rank(conv.getResult());
  int64_t channel = conv.getChannelsLast() ? rank - 1 : 1;
  int64_t channels = GraphBuilder::type(conv.getResult()).getDimSize(channel);
  for (unsigned i = 0; i < 2; ++i) {
    Value value = op->getOperand(i);
    other = op->getOperand(1 - i);
    if (!value.getDefiningOp<ConstantOp>() || other != conv.getResult())
      continue;
    ArrayRef<int64_t> shape = GraphBuilder::type(value).getShape();
    bool fits = static_cast<int64_t>(shape.size()) <= rank;
    for (size_t d = 0; fits && d < shape.size(); ++d) {
      auto at = static_cast<int64_t>(d + rank - shape.size());
      fits = shape[d] == 1 || (at == channel && shape[d] == channels);
    }
    if (fits)
      return value;
  }
  return {};
}

/// A channel constant as a tensor [channels, 1, ...] of the given rank.
static Value alongFirst(GraphBuilder &g, Value constant, int64_t channels, int64_t rank) {
  SmallVector<int64_t> shape(rank, 1);
  shape[0] = GraphBuilder::type(constant).getNumElements();
  Value value = g.reshape(constant, shape);
  if (shape[0] == channels)
    return value;
  shape[0] = channels;
  return g.make<ExpandOp>(GraphBuilder::element(value), value, g.integers(shape));
}

/// Rewrites `op` (a multiplication or an addition after a convolution) into a convolution of other constants.
static bool foldInto(Operation *op, ShapeAnalysis &shapes) {
  Value other;
  ConvOp conv;
  for (Value operand : op->getOperands())
    if (auto candidate = operand.getDefiningOp<ConvOp>(); candidate && candidate->hasOneUse())
      conv = candidate;
  if (!conv || !isConstant(conv.getWeight()) || (conv.getBias() && !isConstant(conv.getBias())) ||
      !isa<FloatType>(GraphBuilder::element(conv.getResult())) ||
      op->getResult(0).getType() != conv.getResult().getType())
    return false;
  Value constant = channelConstant(op, conv, other);
  if (!constant)
    return false;
  OpBuilder b(op);
  GraphBuilder g(b, shapes);
  g.loc = b.getFusedLoc({conv.getLoc(), op->getLoc()});
  int64_t channels = GraphBuilder::type(conv.getWeight()).getDimSize(0);
  Value weight = conv.getWeight(), bias = conv.getBias();
  Value perChannel = alongFirst(g, constant, channels, 1);
  if (isa<MulOp>(op)) {
    weight = g.binary<MulOp>(weight, alongFirst(g, constant, channels, GraphBuilder::rank(weight)));
    bias = bias ? g.binary<MulOp>(bias, perChannel) : bias;
  } else {
    bias = bias ? g.binary<AddOp>(bias, perChannel) : perChannel;
  }
  auto folded = cast<ConvOp>(b.clone(*conv));
  folded->setLoc(g.loc);
  folded.getWeightMutable().assign(weight);
  if (bias)
    folded.getBiasMutable().assign(bias);
  op->getResult(0).replaceAllUsesWith(folded.getResult());
  op->erase();
  conv->erase();
  return true;
}

void FoldBatchNorm::runOnOperation() {
  ShapeAnalysis shapes;
  SmallVector<Operation *> ops;
  getOperation()->walk([&](Operation *op) {
    if (isa<MulOp, AddOp>(op))
      ops.push_back(op);
  });
  // In program order: an addition meets the convolution that its multiplication has become.
  for (Operation *op : ops)
    foldInto(op, shapes);
}

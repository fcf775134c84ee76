//===- RecoverPatterns.cpp - one operator where a model spells it out
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/GraphBuilder.h"
#include "ir/Weights.h"
#include "passes/Passes.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>

namespace ingot {
#define GEN_PASS_DEF_RECOVERPATTERNS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace ingot;
using namespace mlir;

/// The number of a constant that has one value everywhere.
static std::optional<double> splat(Value value) {
  std::optional<ConstantData> data = getConstantData(value);
  if (!data || data->type.getNumElements() != 1)
    return std::nullopt;
  return data->toDoubles()[0];
}

/// The operand of a commutative operator beside the constant `number`, or null.
template <typename OpTy>
static Value besideConstant(Value value, double number) {
  auto op = value.getDefiningOp<OpTy>();
  if (!op)
    return {};
  for (unsigned i = 0; i < 2; ++i)
    if (auto constant = splat(op->getOperand(i)); constant && std::abs(*constant - number) <= 1e-5 * std::abs(number))
      return op->getOperand(1 - i);
  return {};
}

namespace {

/// x * sigmoid(x) -> silu(x).
struct RecoverSilu : OpRewritePattern<MulOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MulOp op, PatternRewriter &rewriter) const override {
    for (unsigned i = 0; i < 2; ++i) {
      auto sigmoid = op->getOperand(i).getDefiningOp<SigmoidOp>();
      if (!sigmoid || sigmoid.getInput() != op->getOperand(1 - i))
        continue;
      rewriter.replaceOpWithNewOp<SiluOp>(op, op.getType(), sigmoid.getInput());
      return success();
    }
    return failure();
  }
};

/// x * 0.5 * (1 + erf(x / sqrt(2))) -> gelu(x), the factors in any order.
struct RecoverGelu : OpRewritePattern<MulOp> {
  using OpRewritePattern::OpRewritePattern;

  /// The x of 1 + erf(x / sqrt(2)).
  static Value gateInput(Value value) {
    Value inner = besideConstant<AddOp>(value, 1);
    auto erf = inner ? inner.getDefiningOp<ErfOp>() : nullptr;
    if (!erf)
      return {};
    if (auto div = erf.getInput().getDefiningOp<DivOp>()) {
      auto divisor = splat(div.getRhs());
      return divisor && std::abs(*divisor - M_SQRT2) < 1e-4 ? Value(div.getLhs()) : Value();
    }
    return besideConstant<MulOp>(erf.getInput(), M_SQRT1_2);
  }

  LogicalResult matchAndRewrite(MulOp op, PatternRewriter &rewriter) const override {
    // The three factors of the product.
    auto factors = [](MulOp product) { return std::array<Value, 2>{product.getLhs(), product.getRhs()}; };
    for (unsigned i = 0; i < 2; ++i) {
      auto inner = factors(op)[i].getDefiningOp<MulOp>();
      if (!inner)
        continue;
      std::array<Value, 3> three{factors(op)[1 - i], inner.getLhs(), inner.getRhs()};
      for (unsigned gate = 0; gate < 3; ++gate) {
        Value x = gateInput(three[gate]);
        Value a = three[(gate + 1) % 3], b = three[(gate + 2) % 3];
        if (!x || !((a == x && splat(b) == 0.5) || (b == x && splat(a) == 0.5)))
          continue;
        rewriter.replaceOpWithNewOp<GeluOp>(op, op.getType(), x, /*tanh=*/false);
        return success();
      }
    }
    return failure();
  }
};

/// (x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon) -> normalize(x).
struct RecoverNormalize : OpRewritePattern<DivOp> {
  using OpRewritePattern::OpRewritePattern;

  static ReduceOp meanOf(Value value) {
    auto reduce = value.getDefiningOp<ReduceOp>();
    bool isMean = reduce && reduce.getKind() == ReduceKind::mean && reduce.getAxes() && reduce.getKeepDims();
    return isMean ? reduce : nullptr;
  }
  static Value squared(Value value) {
    if (auto pow = value.getDefiningOp<PowOp>())
      return splat(pow.getRhs()) == 2 ? Value(pow.getLhs()) : Value();
    auto mul = value.getDefiningOp<MulOp>();
    return mul && mul.getLhs() == mul.getRhs() ? Value(mul.getLhs()) : Value();
  }

  LogicalResult matchAndRewrite(DivOp op, PatternRewriter &rewriter) const override {
    auto centred = op.getLhs().getDefiningOp<SubOp>();
    auto root = op.getRhs().getDefiningOp<SqrtOp>();
    auto sum = root ? root.getInput().getDefiningOp<AddOp>() : nullptr;
    ReduceOp mean = centred ? meanOf(centred.getRhs()) : nullptr;
    if (!sum || !mean || mean.getInput() != centred.getLhs())
      return failure();
    for (unsigned i = 0; i < 2; ++i) {
      ReduceOp variance = meanOf(sum->getOperand(i));
      auto epsilon = splat(sum->getOperand(1 - i));
      if (!variance || !epsilon || squared(variance.getInput()) != centred.getResult() ||
          variance.getAxes() != mean.getAxes())
        continue;
      rewriter.replaceOpWithNewOp<NormalizeOp>(op, op.getType(), centred.getLhs(), *mean.getAxes(),
                                               llvm::APFloat(*epsilon), /*rms=*/false);
      return success();
    }
    return failure();
  }
};

struct RecoverPatterns : ingot::impl::RecoverPatternsBase<RecoverPatterns> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<RecoverSilu, RecoverGelu, RecoverNormalize>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

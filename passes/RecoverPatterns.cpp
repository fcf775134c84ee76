//===- RecoverPatterns.cpp - one operator where a model spells it out
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/GraphBuilder.h"
#include "ir/Weights.h"
#include "passes/JoinedDims.h"
#include "passes/Passes.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"
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

static bool isNear(double value, double number) { return std::abs(value - number) <= 1e-4 * std::abs(number); }

/// The operand of a commutative operator beside the constant `number`, or null.
template <typename OpTy>
static Value besideConstant(Value value, double number) {
  auto op = value.getDefiningOp<OpTy>();
  if (!op)
    return {};
  for (unsigned i = 0; i < 2; ++i)
    if (auto constant = splat(op->getOperand(i)); constant && isNear(*constant, number))
      return op->getOperand(1 - i);
  return {};
}

namespace {
/// coefficient * factors[0] * factors[1] * ...
struct Product {
  double coefficient = 1;
  SmallVector<Value, 4> factors;
};
} // namespace

/// Multiplies `product` by what products and quotients with constants `value` is made of; `whole` is one factor.
static void flatten(Value value, Value whole, Product &product, unsigned depth = 4) {
  if (auto number = splat(value)) {
    product.coefficient *= *number;
    return;
  }
  Operation *op = value == whole || depth == 0 ? nullptr : value.getDefiningOp();
  if (isa_and_nonnull<MulOp>(op)) {
    flatten(op->getOperand(0), whole, product, depth - 1);
    flatten(op->getOperand(1), whole, product, depth - 1);
    return;
  }
  std::optional<double> divisor = isa_and_nonnull<DivOp>(op) ? splat(op->getOperand(1)) : std::nullopt;
  if (!divisor) {
    product.factors.push_back(value);
    return;
  }
  product.coefficient /= *divisor;
  flatten(op->getOperand(0), whole, product, depth - 1);
}

/// Whether `value` is `number` times `x` to the power of `power`.
static bool isMonomial(Value value, double number, Value x, unsigned power) {
  Product product;
  flatten(value, x, product);
  if (product.factors.size() == 1 && power > 1)
    if (auto pow = product.factors[0].getDefiningOp<PowOp>())
      return pow.getLhs() == x && splat(pow.getRhs()) == power && isNear(product.coefficient, number);
  return product.factors.size() == power && llvm::all_equal(product.factors) && product.factors[0] == x &&
         isNear(product.coefficient, number);
}

//===----------------------------------------------------------------------===//
// x times a gate of x
//===----------------------------------------------------------------------===//

namespace {
/// weight * input * gate(input) is an activation.
struct Gate {
  enum Kind { Silu, Gelu, GeluTanh, HardSwish } kind;
  Value input;
  double weight;
};
} // namespace

/// The x of sqrt(2 / pi) * (x + 0.044715 * x^3).
static Value cubicInput(Value value) {
  Product product;
  flatten(value, {}, product);
  auto sum = product.factors.size() == 1 ? product.factors[0].getDefiningOp<AddOp>() : nullptr;
  if (!sum || !isNear(product.coefficient, std::sqrt(M_2_PI)))
    return {};
  for (unsigned i = 0; i < 2; ++i)
    if (Value x = sum->getOperand(i); isMonomial(sum->getOperand(1 - i), 0.044715, x, 3))
      return x;
  return {};
}

/// The x of `number` times x.
static Value scaledInput(Value value, double number) {
  if (Value x = besideConstant<MulOp>(value, number))
    return x;
  auto div = value.getDefiningOp<DivOp>();
  std::optional<double> divisor = div ? splat(div.getRhs()) : std::nullopt;
  return divisor && isNear(*divisor, 1 / number) ? Value(div.getLhs()) : Value();
}

static std::optional<Gate> matchGate(Value value) {
  if (auto sigmoid = value.getDefiningOp<SigmoidOp>())
    return Gate{Gate::Silu, sigmoid.getInput(), 1};
  if (auto clamp = value.getDefiningOp<ClampOp>(); clamp && splat(clamp.getLow()) == 0) {
    std::optional<double> high = splat(clamp.getHigh());
    if (high == 6)
      if (Value x = besideConstant<AddOp>(clamp.getInput(), 3))
        return Gate{Gate::HardSwish, x, 1.0 / 6};
    if (high == 1)
      if (Value scaled = besideConstant<AddOp>(clamp.getInput(), 0.5))
        if (Value x = scaledInput(scaled, 1.0 / 6))
          return Gate{Gate::HardSwish, x, 1};
    return std::nullopt;
  }
  Value inner = besideConstant<AddOp>(value, 1);
  if (auto erf = inner ? inner.getDefiningOp<ErfOp>() : nullptr)
    if (Value x = scaledInput(erf.getInput(), M_SQRT1_2))
      return Gate{Gate::Gelu, x, 0.5};
  if (auto tanh = inner ? inner.getDefiningOp<TanhOp>() : nullptr)
    if (Value x = cubicInput(tanh.getInput()))
      return Gate{Gate::GeluTanh, x, 0.5};
  return std::nullopt;
}

/// A gate among the factors of `value`.
static std::optional<Gate> findGate(Value value, unsigned depth = 3) {
  if (auto gate = matchGate(value))
    return gate;
  Operation *op = value.getDefiningOp();
  if (!isa_and_nonnull<MulOp, DivOp>(op) || depth == 0)
    return std::nullopt;
  for (Value operand : op->getOperands().take_front(isa<MulOp>(op) ? 2 : 1))
    if (auto gate = findGate(operand, depth - 1))
      return gate;
  return std::nullopt;
}

namespace {

/// x * gate(x), with factors in any order: SiLU, GELU in both forms, hard-swish.
template <typename OpTy>
struct RecoverGated : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;
  LogicalResult matchAndRewrite(OpTy op, PatternRewriter &rewriter) const override {
    std::optional<Gate> gate = findGate(op.getResult());
    if (!gate)
      return failure();
    Product product;
    flatten(op.getResult(), gate->input, product);
    bool both = product.factors.size() == 2 && llvm::is_contained(product.factors, gate->input);
    if (!both || !isNear(product.coefficient, gate->weight) || op.getType() != gate->input.getType())
      return failure();
    Value other = product.factors[product.factors[0] == gate->input ? 1 : 0];
    if (std::optional<Gate> same = matchGate(other); !same || same->input != gate->input || same->kind != gate->kind)
      return failure();
    switch (gate->kind) {
    case Gate::Silu:
      rewriter.replaceOpWithNewOp<SiluOp>(op, op.getType(), gate->input);
      break;
    case Gate::HardSwish:
      rewriter.replaceOpWithNewOp<HardSwishOp>(op, op.getType(), gate->input);
      break;
    case Gate::Gelu:
    case Gate::GeluTanh:
      rewriter.replaceOpWithNewOp<GeluOp>(op, op.getType(), gate->input, /*tanh=*/gate->kind == Gate::GeluTanh);
    }
    return success();
  }
};

//===----------------------------------------------------------------------===//
// Normalizations
//===----------------------------------------------------------------------===//

/// (x - mean(x)) / sqrt(mean((x - mean(x))^2) + epsilon) -> normalize(x), and without the mean: x / sqrt(mean(x^2) +
/// epsilon). The quotient may be a product with a reciprocal.
template <typename OpTy>
struct RecoverNormalize : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

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
  static Value rooted(Value value) {
    if (auto root = value.getDefiningOp<SqrtOp>())
      return root.getInput();
    auto pow = value.getDefiningOp<PowOp>();
    return pow && splat(pow.getRhs()) == 0.5 ? Value(pow.getLhs()) : Value();
  }
  /// The x of 1 / sqrt(x).
  static Value inverseRooted(Value value) {
    if (auto reciprocal = value.getDefiningOp<ReciprocalOp>())
      return rooted(reciprocal.getInput());
    if (auto div = value.getDefiningOp<DivOp>())
      return splat(div.getLhs()) == 1 ? rooted(div.getRhs()) : Value();
    auto pow = value.getDefiningOp<PowOp>();
    return pow && splat(pow.getRhs()) == -0.5 ? Value(pow.getLhs()) : Value();
  }

  static LogicalResult rewrite(OpTy op, Value dividend, Value sum, PatternRewriter &rewriter) {
    auto add = sum ? sum.getDefiningOp<AddOp>() : nullptr;
    auto centred = dividend.getDefiningOp<SubOp>();
    ReduceOp mean = centred ? meanOf(centred.getRhs()) : nullptr;
    for (unsigned i = 0; i < 2 && add; ++i) {
      ReduceOp variance = meanOf(add->getOperand(i));
      auto epsilon = splat(add->getOperand(1 - i));
      if (!variance || !epsilon || squared(variance.getInput()) != dividend)
        continue;
      bool isCentred = mean && mean.getInput() == centred.getLhs() && mean.getAxes() == variance.getAxes();
      Value x = isCentred ? centred.getLhs() : dividend;
      if (x.getType() != op.getType())
        return failure();
      rewriter.replaceOpWithNewOp<NormalizeOp>(op, op.getType(), x, *variance.getAxes(), llvm::APFloat(*epsilon),
                                               /*rms=*/!isCentred);
      return success();
    }
    return failure();
  }

  LogicalResult matchAndRewrite(OpTy op, PatternRewriter &rewriter) const override {
    if constexpr (std::is_same_v<OpTy, DivOp>)
      return rewrite(op, op.getLhs(), rooted(op.getRhs()), rewriter);
    for (unsigned i = 0; i < 2; ++i)
      if (succeeded(rewrite(op, op->getOperand(1 - i), inverseRooted(op->getOperand(i)), rewriter)))
        return success();
    return failure();
  }
};

} // namespace

//===----------------------------------------------------------------------===//
// Between reshapes
//===----------------------------------------------------------------------===//

/// reshape(transpose(reshape(x))), where the outer reshape takes dimensions apart: transpose(reshape(x)) of all of
/// them, mostly without a reshape at all. Exporters swap the last two dimensions of a tensor of any rank like this.
static void recoverTranspose(TransposeOp op, GraphBuilder &g) {
  auto joined = op.getInput().getDefiningOp<ReshapeOp>();
  auto back = op->hasOneUse() ? dyn_cast<ReshapeOp>(*op->user_begin()) : ReshapeOp();
  if (!joined || !back || back.getInput() != op.getResult())
    return;
  ArrayRef<SymExpr> apart = g.shapes.dims(back), moved = g.shapes.dims(op);
  auto ranges = findJoined(g.shapes.symbols(), apart, moved);
  if (!ranges || apart.size() <= moved.size())
    return;
  // Dimensions of the result, in the order that they have in x.
  SmallVector<int64_t> order = expand(*ranges, invertPermutationVector(op.getPerm()));
  ShapeAnalysis::Exprs dims;
  SmallVector<int64_t> extents;
  for (int64_t axis : order) {
    dims.push_back(apart[axis]);
    extents.push_back(apart[axis].constant().value_or(-1));
  }
  Value x = joined.getInput();
  g.loc = op.getLoc();
  g.builder.setInsertionPoint(back);
  if (ArrayRef(dims) != g.shapes.dims(x)) {
    if (llvm::count(extents, -1) > 1)
      return;
    x = g.reshape(x, extents);
  }
  back.replaceAllUsesWith(g.transpose(x, invertPermutationVector(order)));
}

/// reshape(normalize(reshape(x))), back in the shape of x: a normalization of one group of channels, which is one of
/// several dimensions of x.
static void recoverWholeGroup(NormalizeOp op, GraphBuilder &g) {
  auto joined = op.getInput().getDefiningOp<ReshapeOp>();
  auto back = op->hasOneUse() ? dyn_cast<ReshapeOp>(*op->user_begin()) : ReshapeOp();
  if (!joined || !back || back.getInput() != op.getResult() || back.getType() != joined.getInput().getType())
    return;
  Value x = joined.getInput();
  ArrayRef<SymExpr> whole = g.shapes.dims(x);
  if (whole != g.shapes.dims(back))
    return;
  auto ranges = findJoined(g.shapes.symbols(), whole, g.shapes.dims(joined));
  if (!ranges)
    return;
  SmallVector<int64_t> axes = expand(*ranges, op.getAxes());
  if (axes.empty())
    return;
  g.loc = op.getLoc();
  g.builder.setInsertionPoint(op);
  back.replaceAllUsesWith(g.make<NormalizeOp>(GraphBuilder::element(x), x, axes, op.getEpsilon(), op.getRms()));
}

namespace {

struct RecoverPatterns : ingot::impl::RecoverPatternsBase<RecoverPatterns> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<RecoverGated<MulOp>, RecoverGated<DivOp>, RecoverNormalize<MulOp>, RecoverNormalize<DivOp>>(
        &getContext());
    ShapeAnalysis shapes;
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))) || failed(shapes.run(getOperation())))
      return signalPassFailure();
    OpBuilder builder(&getContext());
    GraphBuilder graph(builder, shapes);
    getOperation().walk([&](NormalizeOp op) { recoverWholeGroup(op, graph); });
    getOperation().walk([&](TransposeOp op) { recoverTranspose(op, graph); });
  }
};

} // namespace

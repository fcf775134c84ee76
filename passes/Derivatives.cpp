//===- Derivatives.cpp - the operators' derivatives
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In reverse mode: from the gradient g of a result to those of the operands.
// A model is a function of the operator and g; an operand that was broadcast
// gets the sum over what it was repeated for.
//
//===----------------------------------------------------------------------===//

#include "passes/Derivatives.h"

#include "ir/Dialect.h"
#include "ir/GraphBuilder.h"

#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace ingot;
using namespace mlir;

using Gradients = FailureOr<SmallVector<Value>>;

namespace {
/// Makes an interface of a function; operators have one result.
template <typename OpTy, Gradients (*derivative)(OpTy, GraphBuilder &, Value)>
struct Model : DifferentiableOpInterface::ExternalModel<Model<OpTy, derivative>, OpTy> {
  Gradients buildGradients(Operation *op, GraphBuilder &graph, ValueRange results) const {
    return derivative(cast<OpTy>(op), graph, results.front());
  }
};
} // namespace

//===----------------------------------------------------------------------===//
// Broadcasting
//===----------------------------------------------------------------------===//

/// The sum of `gradient` over the dimensions that `operand` was broadcast along, of the first `rank` from the left
/// where the others never are.
static Value likeOperand(GraphBuilder &g, Operation *op, Value gradient, Value operand, int64_t fixed = 0) {
  if (!gradient)
    return {};
  ArrayRef<SymExpr> whole = g.shapes.dims(gradient), own = g.shapes.dims(operand);
  auto added = static_cast<int64_t>(whole.size() - own.size());
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, added)), leading = axes;
  for (int64_t i = 0, e = static_cast<int64_t>(own.size()) - fixed; i < e; ++i) {
    if (own[i] == whole[added + i])
      continue;
    if (!own[i].isConstant(1)) {
      op->emitError() << "expected to know whether dimension " << i << " is broadcast, of " << own[i].str() << " to "
                      << whole[added + i].str() << ", to differentiate";
      return {};
    }
    axes.push_back(added + i);
  }
  return g.squeeze(g.reduce(ReduceKind::sum, gradient, axes, /*keepDims=*/true), leading);
}

static Gradients checked(SmallVector<Value> gradients) {
  if (llvm::is_contained(gradients, Value()))
    return failure();
  return gradients;
}

/// The gradient of operand 0; the others have none.
static Gradients firstOf(Operation *op, Value gradient) {
  if (!gradient)
    return failure();
  SmallVector<Value> gradients(op->getNumOperands());
  gradients[0] = gradient;
  return gradients;
}

template <typename OpTy>
static Gradients broadcastPair(OpTy op, GraphBuilder &g, Value lhs, Value rhs) {
  return checked({likeOperand(g, op, lhs, op.getLhs()), likeOperand(g, op, rhs, op.getRhs())});
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

static Gradients derive(AddOp op, GraphBuilder &g, Value y) { return broadcastPair(op, g, y, y); }
static Gradients derive(SubOp op, GraphBuilder &g, Value y) { return broadcastPair(op, g, y, g.unary<NegOp>(y)); }
static Gradients derive(MulOp op, GraphBuilder &g, Value y) {
  return broadcastPair(op, g, g.binary<MulOp>(y, op.getRhs()), g.binary<MulOp>(y, op.getLhs()));
}
static Gradients derive(DivOp op, GraphBuilder &g, Value y) {
  Value lhs = g.binary<DivOp>(y, op.getRhs());
  return broadcastPair(op, g, lhs, g.unary<NegOp>(g.binary<MulOp>(lhs, op.getResult())));
}
/// d(a^b) = b a^(b-1) da + a^b log(a) db.
static Gradients derive(PowOp op, GraphBuilder &g, Value y) {
  Value a = op.getLhs(), b = op.getRhs();
  Value base = g.binary<MulOp>(y, g.binary<MulOp>(b, g.binary<PowOp>(a, g.binary<SubOp>(b, 1.0))));
  Value exponent = g.binary<MulOp>(y, g.binary<MulOp>(op.getResult(), g.unary<LogOp>(a)));
  return broadcastPair(op, g, base, exponent);
}
/// The larger (smaller) operand takes it; half each on a tie.
template <typename OpTy>
static Gradients deriveExtremum(OpTy op, GraphBuilder &g, Value y, Predicate wins) {
  Value half = g.binary<MulOp>(y, 0.5), none = g.binary<MulOp>(y, 0.0);
  Value tie = g.compare(Predicate::eq, op.getLhs(), op.getRhs()), left = g.compare(wins, op.getLhs(), op.getRhs());
  Value lhs = g.select(tie, half, g.select(left, y, none)), rhs = g.select(tie, half, g.select(left, none, y));
  return broadcastPair(op, g, lhs, rhs);
}
static Gradients derive(MaxOp op, GraphBuilder &g, Value y) { return deriveExtremum(op, g, y, Predicate::gt); }
static Gradients derive(MinOp op, GraphBuilder &g, Value y) { return deriveExtremum(op, g, y, Predicate::lt); }

static Gradients derive(NegOp, GraphBuilder &g, Value y) { return checked({g.unary<NegOp>(y)}); }
static Gradients derive(AbsOp op, GraphBuilder &g, Value y) {
  return checked({g.binary<MulOp>(y, g.unary<SignOp>(op.getInput()))});
}
static Gradients derive(ExpOp op, GraphBuilder &g, Value y) { return checked({g.binary<MulOp>(y, op.getResult())}); }
static Gradients derive(LogOp op, GraphBuilder &g, Value y) { return checked({g.binary<DivOp>(y, op.getInput())}); }
static Gradients derive(SqrtOp op, GraphBuilder &g, Value y) {
  return checked({g.binary<DivOp>(y, g.binary<MulOp>(op.getResult(), 2.0))});
}
/// d(1/x) = -(1/x)^2 dx.
static Gradients derive(ReciprocalOp op, GraphBuilder &g, Value y) {
  Value square = g.binary<MulOp>(op.getResult(), op.getResult());
  return checked({g.unary<NegOp>(g.binary<MulOp>(y, square))});
}
static Gradients derive(ReluOp op, GraphBuilder &g, Value y) {
  Value passes = g.compare(Predicate::gt, op.getInput(), g.scalar(GraphBuilder::element(y), 0));
  return checked({g.select(passes, y, g.binary<MulOp>(y, 0.0))});
}
static Gradients derive(TanhOp op, GraphBuilder &g, Value y) {
  Value square = g.binary<MulOp>(op.getResult(), op.getResult());
  return checked({g.binary<SubOp>(y, g.binary<MulOp>(y, square))});
}
static Gradients derive(SigmoidOp op, GraphBuilder &g, Value y) {
  Value part = g.binary<MulOp>(y, op.getResult());
  return checked({g.binary<SubOp>(part, g.binary<MulOp>(part, op.getResult()))});
}
static Gradients derive(SinOp op, GraphBuilder &g, Value y) {
  return checked({g.binary<MulOp>(y, g.unary<CosOp>(op.getInput()))});
}
static Gradients derive(CosOp op, GraphBuilder &g, Value y) {
  return checked({g.unary<NegOp>(g.binary<MulOp>(y, g.unary<SinOp>(op.getInput())))});
}
static Gradients derive(CastOp op, GraphBuilder &g, Value y) {
  return checked({g.cast(y, GraphBuilder::element(op.getInput()))});
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

/// Views: the same elements in the same order.
template <typename OpTy>
static Gradients deriveView(OpTy op, GraphBuilder &g, Value y) {
  Value input = op->getOperand(0);
  return firstOf(op, g.reshape(y, g.shapeOf(input)));
}
static Gradients derive(TransposeOp op, GraphBuilder &g, Value y) {
  return checked({g.transpose(y, invertPermutationVector(op.getPerm()))});
}

//===----------------------------------------------------------------------===//
// Reductions and products
//===----------------------------------------------------------------------===//

static Gradients derive(ReduceOp op, GraphBuilder &g, Value y) {
  if (!op.getAxes() || (op.getKind() != ReduceKind::sum && op.getKind() != ReduceKind::mean))
    return op.emitError() << "expected a sum or mean over known axes to differentiate but got "
                          << stringifyReduceKind(op.getKind());
  Value input = op.getInput();
  if (!op.getKeepDims())
    y = g.unsqueeze(y, *op.getAxes());
  if (op.getKind() == ReduceKind::mean) {
    auto size = [&](Value value) {
      return g.cast(g.make<SizeOp>(g.builder.getI64Type(), value), GraphBuilder::element(op.getResult()));
    };
    y = g.binary<MulOp>(y, g.binary<DivOp>(size(op.getResult()), size(input)));
  }
  return firstOf(op, y ? g.make<ExpandOp>(GraphBuilder::element(y), y, g.shapeOf(input)) : Value());
}

/// dx = y * (g - sum(g * y)); of the logarithm dx = g - e^y * sum(g).
static Gradients derive(SoftmaxOp op, GraphBuilder &g, Value y) {
  Value result = op.getResult();
  auto sum = [&](Value x) { return g.reduce(ReduceKind::sum, x, {static_cast<int64_t>(op.getAxis())}, true); };
  if (op.getLog())
    return checked({g.binary<SubOp>(y, g.binary<MulOp>(g.unary<ExpOp>(result), sum(y)))});
  return checked({g.binary<MulOp>(result, g.binary<SubOp>(y, sum(g.binary<MulOp>(y, result))))});
}

/// With C = A B: dA = g B^T, dB = A^T g; transposed operands take theirs transposed.
static Gradients derive(MatMulOp op, GraphBuilder &g, Value y) {
  auto product = [&](Value a, bool ta, Value b, bool tb) {
    return a && b ? g.make<MatMulOp>(GraphBuilder::element(y), a, b, ta, tb) : Value();
  };
  Value a = op.getLhs(), b = op.getRhs();
  bool ta = op.getTransposeA(), tb = op.getTransposeB();
  Value da = ta ? product(b, tb, y, true) : product(y, false, b, !tb);
  Value db = tb ? product(y, true, a, ta) : product(a, !ta, y, false);
  return checked({likeOperand(g, op, da, a, /*fixed=*/2), likeOperand(g, op, db, b, /*fixed=*/2)});
}

//===----------------------------------------------------------------------===//
// Registration
//===----------------------------------------------------------------------===//

template <typename... OpTys>
static void attach(MLIRContext *context) {
  (OpTys::template attachInterface<Model<OpTys, derive>>(*context), ...);
}
template <typename... OpTys>
static void attachViews(MLIRContext *context) {
  (OpTys::template attachInterface<Model<OpTys, deriveView<OpTys>>>(*context), ...);
}

void ingot::registerDerivatives(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, IngotDialect *) {
    attach<AddOp, SubOp, MulOp, DivOp, PowOp, MaxOp, MinOp, NegOp, AbsOp, ExpOp, LogOp, SqrtOp, ReciprocalOp, ReluOp,
           TanhOp, SigmoidOp, SinOp, CosOp, CastOp, TransposeOp, ReduceOp, SoftmaxOp, MatMulOp>(context);
    attachViews<ReshapeOp, SqueezeOp, UnsqueezeOp, FlattenOp>(context);
  });
}

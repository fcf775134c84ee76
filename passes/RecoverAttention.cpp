//===- RecoverAttention.cpp - one operator where a model spells attention out
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// softmax(what is done to the scores(query key^T)) value. Scores are scaled by
// constants, there or on query and key; masks are added or selected, in any
// order that one operator can follow.
//
//===----------------------------------------------------------------------===//

#include "ir/GraphBuilder.h"
#include "ir/Weights.h"
#include "passes/CausalMask.h"
#include "passes/Passes.h"

#include <limits>

namespace ingot {
#define GEN_PASS_DEF_RECOVERATTENTION
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace ingot;
using namespace mlir;

namespace {

/// One operator between the product and the softmax.
struct Step {
  enum Kind { Scale, Tanh, Add, Select } kind;
  double number = 1;     ///< the factor, or what hidden scores become
  Value mask = {};       ///< added, or the condition
  bool shown = true;     ///< the condition's value for keys that are seen
};

class Recovery {
public:
  Recovery(ShapeAnalysis &shapes, MatMulOp product) : shapes(shapes), b(product), g(b, shapes), outer(product) {}

  bool match();
  void replace();

private:
  MatMulOp findScores(Value value);
  MatMulOp follow(Value value, Step step);
  bool apply(const Step &step);
  bool addMask(Value mask);
  bool hide(const Step &step);
  bool fits(Value mask);
  Value unscaled(Value operand);
  bool keepsColumns(Value operand, bool transposed);

  ShapeAnalysis &shapes;
  OpBuilder b;
  GraphBuilder g;
  MatMulOp outer, inner;
  SoftmaxOp softmax;
  SmallVector<Step> steps; ///< from the softmax to the product

  Value query, key, additive, boolean;
  double scale = 1, softcap = 0, excluded = -std::numeric_limits<double>::infinity();
  bool capping = false;
  CausalKind causal = CausalKind::none;
};

} // namespace

/// Finite numbers from which on a score does not change their sum in f32: they replace it as a select does.
static constexpr double kAbsorbing = -1e30;

static std::optional<double> splat(Value value) {
  std::optional<ConstantData> data = getConstantData(value);
  if (!data || (!data->splat && data->type.getNumElements() != 1) || !isa<FloatType>(data->type.getElementType()))
    return std::nullopt;
  return data->toDoubles()[0];
}

/// The value that `op` multiplies by a constant, and that constant.
static std::pair<Value, double> scaledValue(Operation *op) {
  if (auto div = dyn_cast_or_null<DivOp>(op))
    if (auto divisor = splat(div.getRhs()); divisor && *divisor != 0)
      return {div.getLhs(), 1 / *divisor};
  if (auto mul = dyn_cast_or_null<MulOp>(op))
    for (unsigned i = 0; i < 2; ++i)
      if (auto factor = splat(mul->getOperand(i)))
        return {mul->getOperand(1 - i), *factor};
  return {};
}

//===----------------------------------------------------------------------===//
// From the softmax back to the product
//===----------------------------------------------------------------------===//

MatMulOp Recovery::follow(Value value, Step step) {
  steps.push_back(step);
  if (MatMulOp scores = findScores(value))
    return scores;
  steps.pop_back();
  return nullptr;
}

MatMulOp Recovery::findScores(Value value) {
  constexpr size_t most = 8;
  Operation *op = value.getDefiningOp();
  if (!op || !value.hasOneUse() || steps.size() > most)
    return nullptr;
  if (auto product = dyn_cast<MatMulOp>(op))
    return product;
  if (auto [input, factor] = scaledValue(op); input && factor > 0)
    return follow(input, {Step::Scale, factor});
  if (auto tanh = dyn_cast<TanhOp>(op))
    return follow(tanh.getInput(), {Step::Tanh});
  if (auto add = dyn_cast<AddOp>(op)) {
    for (unsigned i = 0; i < 2; ++i)
      if (MatMulOp scores = follow(add->getOperand(i), {Step::Add, 1, add->getOperand(1 - i)}))
        return scores;
    return nullptr;
  }
  auto select = dyn_cast<SelectOp>(op);
  if (!select)
    return nullptr;
  if (auto hidden = splat(select.getRhs()))
    return follow(select.getLhs(), {Step::Select, *hidden, select.getCondition(), true});
  if (auto hidden = splat(select.getLhs()))
    return follow(select.getRhs(), {Step::Select, *hidden, select.getCondition(), false});
  return nullptr;
}

//===----------------------------------------------------------------------===//
// From the product to the softmax
//===----------------------------------------------------------------------===//

/// Whether the operator can read the mask: each of its dimensions is proven to be 1 or the scores', the last the keys.
bool Recovery::fits(Value mask) {
  ArrayRef<SymExpr> dims = shapes.dims(mask), whole = shapes.dims(inner.getResult());
  if (dims.empty() || dims.size() > whole.size() || dims.back() != whole.back())
    return false;
  return llvm::all_of(llvm::zip(dims, whole.take_back(dims.size())), [](auto pair) {
    return std::get<0>(pair).isConstant(1) || std::get<0>(pair) == std::get<1>(pair);
  });
}

bool Recovery::addMask(Value mask) {
  if (!fits(mask) || GraphBuilder::element(mask) != GraphBuilder::element(inner.getResult()))
    return false;
  if (boolean && excluded > kAbsorbing)
    return false;
  if (boolean)
    additive = g.select(boolean, mask, g.scalar(GraphBuilder::element(mask), excluded));
  else
    additive = additive ? g.binary<AddOp>(additive, mask) : mask;
  boolean = {};
  return true;
}

bool Recovery::hide(const Step &step) {
  if (!fits(step.mask))
    return false;
  Value condition = step.shown ? step.mask : g.unary<NotOp>(step.mask);
  if (!additive && !boolean) {
    boolean = condition;
    excluded = step.number;
    return true;
  }
  if (step.number > kAbsorbing || (boolean && excluded > kAbsorbing))
    return false;
  if (boolean)
    boolean = g.binary<AndOp>(boolean, condition);
  else
    additive = g.select(condition, additive, g.scalar(GraphBuilder::element(additive), step.number));
  return true;
}

bool Recovery::apply(const Step &step) {
  ArrayRef<SymExpr> scores = shapes.dims(inner.getResult());
  auto matchCausal = [&](Value mask) {
    auto kind = matchCausalMask(shapes, mask, step.shown, scores[scores.size() - 2], scores.back());
    if (kind && causal == CausalKind::none)
      causal = *kind;
    return kind && causal == *kind;
  };
  bool masked = additive || boolean || causal != CausalKind::none;
  switch (step.kind) {
  case Step::Scale:
    if (capping)
      softcap = step.number;
    else if (masked || softcap != 0)
      return false;
    scale *= step.number;
    capping = false;
    return true;
  case Step::Tanh:
    capping = !masked && softcap == 0;
    return capping;
  case Step::Add:
    return !capping && (matchCausal(step.mask) || addMask(step.mask));
  case Step::Select:
    return !capping && ((step.number <= kHidden && matchCausal(step.mask)) || hide(step));
  }
  return false;
}

/// `operand` without constant factors, which go to the scale; transposes stay in front of it.
Value Recovery::unscaled(Value operand) {
  while (true) {
    auto [input, factor] = scaledValue(operand.getDefiningOp());
    if (!input || shapes.dims(input) != shapes.dims(operand) || factor <= 0)
      return operand;
    scale *= factor;
    operand = input;
  }
}

/// Whether the operand, seen as [.., rows, columns] by transposes alone, has its columns side by side in memory.
bool Recovery::keepsColumns(Value operand, bool transposed) {
  int64_t rank = shapes.rank(operand), last = transposed ? rank - 2 : rank - 1;
  while (auto transpose = operand.getDefiningOp<TransposeOp>()) {
    last = transpose.getPerm()[last];
    operand = transpose.getInput();
  }
  return last == rank - 1;
}

bool Recovery::match() {
  softmax = outer.getLhs().getDefiningOp<SoftmaxOp>();
  Value value = outer.getRhs();
  if (!softmax || outer.getTransposeA() || softmax.getLog() || !softmax->hasOneUse() ||
      !isa<FloatType>(GraphBuilder::element(value)) ||
      static_cast<int64_t>(softmax.getAxis()) != shapes.rank(softmax.getInput()) - 1)
    return false;
  inner = findScores(softmax.getInput());
  if (!inner || shapes.rank(inner.getResult()) != shapes.rank(softmax.getInput()))
    return false;
  query = unscaled(inner.getLhs());
  key = unscaled(inner.getRhs());
  if (!keepsColumns(query, inner.getTransposeA()) || !keepsColumns(key, !inner.getTransposeB()) ||
      !keepsColumns(value, outer.getTransposeB()))
    return false;
  for (const Step &step : llvm::reverse(steps))
    if (!apply(step))
      return false;
  return !capping;
}

void Recovery::replace() {
  g.loc = b.getFusedLoc({inner.getLoc(), softmax.getLoc(), outer.getLoc()});
  auto swapped = [&](Value operand, bool transposed) {
    if (!transposed)
      return operand;
    SmallVector<int64_t> perm = llvm::to_vector(llvm::seq<int64_t>(0, shapes.rank(operand)));
    std::swap(perm[perm.size() - 1], perm[perm.size() - 2]);
    return g.transpose(operand, perm);
  };
  Type element = GraphBuilder::element(outer.getResult());
  query = swapped(query, inner.getTransposeA());
  key = swapped(key, !inner.getTransposeB());
  Value value = swapped(outer.getRhs(), outer.getTransposeB()), mask = additive ? additive : boolean;
  auto attention = AttentionOp::create(b, g.loc, GraphBuilder::unranked(element), query, key, value, mask, scale,
                                       causal, softcap, excluded);
  if (!g.finish(attention))
    return;
  outer.getResult().replaceAllUsesWith(attention.getResult());
  outer.erase();
}

namespace {

struct RecoverAttention : ingot::impl::RecoverAttentionBase<RecoverAttention> {
  void runOnOperation() override {
    ShapeAnalysis shapes;
    if (failed(shapes.run(getOperation())))
      return signalPassFailure();
    SmallVector<MatMulOp> products;
    getOperation().walk([&](MatMulOp op) { products.push_back(op); });
    for (MatMulOp product : products)
      if (Recovery recovery(shapes, product); recovery.match())
        recovery.replace();
  }
};

} // namespace

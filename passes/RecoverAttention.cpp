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
// order that one operator can follow. Reshapes in between may join and split
// the dimensions in front of queries and keys.
//
//===----------------------------------------------------------------------===//

#include "ir/GraphBuilder.h"
#include "ir/Weights.h"
#include "passes/CausalMask.h"
#include "passes/JoinedDims.h"
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
  enum Kind { Scale, Tanh, Add, Subtract, Select, View } kind;
  Value scores;          ///< what the operator makes of them
  double number = 1;     ///< the factor, or what hidden scores become
  Value mask = {};       ///< added or subtracted, or the condition
  bool shown = true;     ///< the condition's value for keys that are seen
};

class Recovery {
public:
  Recovery(ShapeAnalysis &shapes, MatMulOp product) : shapes(shapes), b(product), g(b, shapes), outer(product) {}

  bool match();
  void replace();

private:
  SoftmaxOp findSoftmax(Value weights);
  MatMulOp findScores(Value value);
  bool keepsMatrix(Value from, Value to);
  MatMulOp follow(Value value, Step step);
  bool findBatch();
  bool apply(const Step &step);
  bool addMask(Value mask);
  bool hide(Value mask, const Step &step);
  Value fit(Value mask, Value scores);
  Value reshaped(Value value, ArrayRef<SymExpr> dims);
  Value withBatch(Value operand);
  Value unscaled(Value operand);
  bool keepsColumns(Value operand, bool transposed);

  ShapeAnalysis &shapes;
  OpBuilder b;
  GraphBuilder g;
  MatMulOp outer, inner;
  SoftmaxOp softmax;
  SmallVector<Step> steps; ///< from the softmax to the product

  /// The dimensions in front of queries and keys, in as many as they ever are, and a shape that has them in front.
  ShapeAnalysis::Exprs batch;
  Value batchShape;
  Value query, key, value, additive, boolean;
  double scale = 1, softcap = 0, excluded = -std::numeric_limits<double>::infinity();
  bool capping = false, isViewed = false;
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
  if (isa<ViewOpInterface>(op) && keepsMatrix(op->getOperand(0), value))
    return follow(op->getOperand(0), {Step::View, value});
  if (auto [input, factor] = scaledValue(op); input && factor > 0)
    return follow(input, {Step::Scale, value, factor});
  if (auto tanh = dyn_cast<TanhOp>(op))
    return follow(tanh.getInput(), {Step::Tanh, value});
  if (auto add = dyn_cast<AddOp>(op)) {
    for (unsigned i = 0; i < 2; ++i)
      if (MatMulOp scores = follow(add->getOperand(i), {Step::Add, value, 1, add->getOperand(1 - i)}))
        return scores;
    return nullptr;
  }
  if (auto sub = dyn_cast<SubOp>(op))
    return follow(sub.getLhs(), {Step::Subtract, value, 1, sub.getRhs()});
  auto select = dyn_cast<SelectOp>(op);
  if (!select)
    return nullptr;
  if (auto hidden = splat(select.getRhs()))
    return follow(select.getLhs(), {Step::Select, value, *hidden, select.getCondition(), true});
  if (auto hidden = splat(select.getLhs()))
    return follow(select.getRhs(), {Step::Select, value, *hidden, select.getCondition(), false});
  return nullptr;
}

/// Whether a view leaves the last two dimensions as they are.
bool Recovery::keepsMatrix(Value from, Value to) {
  ArrayRef<SymExpr> a = shapes.dims(from), b = shapes.dims(to);
  return a.size() >= 2 && b.size() >= 2 && a.take_back(2) == b.take_back(2);
}

/// The softmax that the weights come from alone. Zeros may be selected where it is NaN: in rows that see no key.
SoftmaxOp Recovery::findSoftmax(Value weights) {
  if (!weights.hasOneUse())
    return nullptr;
  if (Operation *op = weights.getDefiningOp(); isa_and_nonnull<ViewOpInterface>(op)) {
    bool keeps = keepsMatrix(op->getOperand(0), weights);
    steps.push_back({Step::View, weights});
    return keeps ? findSoftmax(op->getOperand(0)) : SoftmaxOp();
  }
  auto select = weights.getDefiningOp<SelectOp>();
  if (!select)
    return weights.getDefiningOp<SoftmaxOp>();
  auto hidden = select.getRhs().getDefiningOp<SoftmaxOp>();
  auto isNan = select.getCondition().getDefiningOp<IsNanOp>();
  bool isGuard = hidden && isNan && splat(select.getLhs()) == 0 && isNan.getInput() == hidden.getResult();
  bool isAlone =
      isGuard && llvm::all_of(hidden->getUsers(), [&](Operation *user) { return user == isNan || user == select; });
  return isAlone && isNan->hasOneUse() ? hidden : nullptr;
}

//===----------------------------------------------------------------------===//
// From the product to the softmax
//===----------------------------------------------------------------------===//

/// Of all views of the scores, the dimensions in front of the one that has most: those of the others are joined from
/// them, or the operator cannot follow.
bool Recovery::findBatch() {
  SmallVector<Value> views{inner.getResult()};
  for (const Step &step : steps)
    views.push_back(step.scores);
  Value most = *llvm::max_element(views, [&](Value a, Value b) { return shapes.rank(a) < shapes.rank(b); });
  batch = ShapeAnalysis::Exprs(shapes.dims(most).drop_back(2));
  for (Value view : views) {
    auto reshape = view.getDefiningOp<ReshapeOp>();
    auto extents = reshape ? shapes.contents(reshape.getShape()) : std::nullopt;
    if (extents && ArrayRef(*extents).drop_back(2) == ArrayRef(batch))
      batchShape = reshape.getShape();
  }
  // A mask that repeats the scores makes others of them.
  for (auto [i, step] : llvm::enumerate(steps)) {
    Value from = i + 1 < steps.size() ? steps[i + 1].scores : inner.getResult();
    if (step.kind != Step::View && shapes.dims(step.scores) != shapes.dims(from))
      return false;
  }
  isViewed = llvm::any_of(steps, [](const Step &step) { return step.kind == Step::View; });
  auto hasOwn = [&](Value operand, Value product) {
    return shapes.dims(operand).drop_back(2) == shapes.dims(product).drop_back(2);
  };
  // What a product repeats is not repeated in other dimensions.
  if (isViewed && !(hasOwn(inner.getLhs(), inner.getResult()) && hasOwn(inner.getRhs(), inner.getResult()) &&
                    hasOwn(outer.getRhs(), outer.getResult()) && hasOwn(outer.getLhs(), outer.getResult())))
    return false;
  return llvm::all_of(views, [&](Value view) {
    ArrayRef<SymExpr> own = shapes.dims(view).drop_back(2);
    return own == ArrayRef(batch) || findJoined(shapes.symbols(), batch, own);
  });
}

/// `value` in these dimensions, each of which but one is known, one of its own, or one of the batch; null if not.
Value Recovery::reshaped(Value value, ArrayRef<SymExpr> dims) {
  ArrayRef<SymExpr> own = shapes.dims(value);
  if (own == dims)
    return value;
  SmallVector<Value> extents;
  bool isInferred = false;
  for (SymExpr dim : dims) {
    if (auto extent = dim.constant()) {
      extents.push_back(g.integers({*extent}));
    } else if (const auto *it = llvm::find(own, dim); it != own.end()) {
      extents.push_back(g.dimOf(value, it - own.begin()));
    } else if (const auto *it = llvm::find(batch, dim); it != batch.end() && batchShape) {
      extents.push_back(g.slice(batchShape, 0, it - batch.begin(), it - batch.begin() + 1));
    } else if (!isInferred) {
      extents.push_back(g.integers({-1}));
      isInferred = true;
    } else {
      return {};
    }
  }
  return g.reshape(value, g.concat(extents, 0));
}

/// A matrix of an operand for each point of the batch.
Value Recovery::withBatch(Value operand) {
  if (!isViewed)
    return operand;
  ShapeAnalysis::Exprs dims(batch);
  llvm::append_range(dims, shapes.dims(operand).take_back(2));
  return reshaped(operand, dims);
}

/// The mask as the operator can read it, as one of `scores`, a view of those of the product: each of its dimensions is
/// proven to be 1 or the scores', the last the keys. Null if not.
Value Recovery::fit(Value mask, Value scores) {
  ArrayRef<SymExpr> dims = shapes.dims(mask), whole = shapes.dims(scores);
  if (dims.empty() || dims.size() > whole.size() || dims.back() != whole.back())
    return {};
  bool isFitting = llvm::all_of(llvm::zip(dims, whole.take_back(dims.size())), [](auto pair) {
    return std::get<0>(pair).isConstant(1) || std::get<0>(pair) == std::get<1>(pair);
  });
  ArrayRef<SymExpr> own = whole.drop_back(2);
  if (!isFitting || own == ArrayRef(batch) || dims.size() <= 2)
    return isFitting ? mask : Value();
  auto ranges = findJoined(shapes.symbols(), batch, own);
  if (!ranges)
    return {};
  ShapeAnalysis::Exprs apart;
  for (auto [axis, range] : llvm::enumerate(*ranges)) {
    auto missing = whole.size() - dims.size();
    bool isRepeated = axis < missing || dims[axis - missing] != own[axis];
    for (unsigned i = range.begin; i < range.end; ++i)
      apart.push_back(isRepeated ? shapes.constant(1) : batch[i]);
  }
  llvm::append_range(apart, dims.take_back(2));
  return reshaped(mask, apart);
}

bool Recovery::addMask(Value mask) {
  if (!mask || GraphBuilder::element(mask) != GraphBuilder::element(inner.getResult()))
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

bool Recovery::hide(Value mask, const Step &step) {
  if (!mask)
    return false;
  Value condition = step.shown ? mask : g.unary<NotOp>(mask);
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
  case Step::Add: return !capping && (matchCausal(step.mask) || addMask(fit(step.mask, step.scores)));
  case Step::Subtract: return !capping && addMask(g.unary<NegOp>(fit(step.mask, step.scores)));
  case Step::Select:
    return !capping && ((step.number <= kHidden && matchCausal(step.mask)) || hide(fit(step.mask, step.scores), step));
  case Step::View: return true;
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
  softmax = findSoftmax(outer.getLhs());
  value = outer.getRhs();
  if (!softmax || outer.getTransposeA() || softmax.getLog() || !isa<FloatType>(GraphBuilder::element(value)) ||
      static_cast<int64_t>(softmax.getAxis()) != shapes.rank(softmax.getInput()) - 1)
    return false;
  inner = findScores(softmax.getInput());
  if (!inner || !findBatch())
    return false;
  query = unscaled(inner.getLhs());
  key = unscaled(inner.getRhs());
  if (!keepsColumns(query, inner.getTransposeA()) || !keepsColumns(key, !inner.getTransposeB()) ||
      !keepsColumns(value, outer.getTransposeB()))
    return false;
  for (const Step &step : llvm::reverse(steps))
    if (!apply(step))
      return false;
  query = withBatch(query);
  key = withBatch(key);
  value = withBatch(value);
  return !capping && query && key && value;
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
  value = swapped(value, outer.getTransposeB());
  Value mask = additive ? additive : boolean;
  auto attention = AttentionOp::create(b, g.loc, GraphBuilder::unranked(element), query, key, value, mask, scale,
                                       causal, softcap, excluded);
  if (!g.finish(attention))
    return;
  Value result = reshaped(attention.getResult(), shapes.dims(outer.getResult()));
  if (!result)
    return;
  outer.getResult().replaceAllUsesWith(result);
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

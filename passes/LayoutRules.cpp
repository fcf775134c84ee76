//===- LayoutRules.cpp - which operators can have their channels last, and how
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/LayoutRules.h"

#include "passes/MinCut.h"

#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace ingot;
using namespace mlir;
using Rule = std::optional<LayoutRule>;

SmallVector<int64_t> ingot::channelsLastOrder(int64_t rank) {
  SmallVector<int64_t> order{0};
  for (int64_t i = 2; i < rank; ++i)
    order.push_back(i);
  order.push_back(1);
  return order;
}

SmallVector<int64_t> ingot::channelsFirstOrder(int64_t rank) {
  SmallVector<int64_t> order{0, rank - 1};
  for (int64_t i = 1; i < rank - 1; ++i)
    order.push_back(i);
  return order;
}

int64_t ingot::estimateElements(ShapeAnalysis &shapes, Value value) {
  constexpr int64_t unknown = 16, limit = int64_t(1) << 40;
  int64_t count = 1;
  for (SymExpr dim : shapes.dims(value))
    count = std::min(limit, count * std::clamp<int64_t>(dim.constant().value_or(unknown), 1, limit));
  return count;
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

/// Where an axis of a tensor is once its channels are last.
static int64_t moved(int64_t axis, int64_t rank) { return axis == 0 ? 0 : axis == 1 ? rank - 1 : axis - 1; }

static SmallVector<int64_t> moved(ArrayRef<int64_t> axes, int64_t rank) {
  SmallVector<int64_t> result;
  for (int64_t axis : axes)
    result.push_back(moved(axis, rank));
  return result;
}

static SmallVector<int64_t> movedSorted(ArrayRef<int64_t> axes, int64_t rank) {
  SmallVector<int64_t> result = moved(axes, rank);
  llvm::sort(result);
  return result;
}

/// The type with its dimensions in channels-last order, for what the model declares beyond inference.
static Type reordered(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  SmallVector<int64_t> shape;
  for (int64_t axis : channelsLastOrder(tensor.getRank()))
    shape.push_back(tensor.getDimSize(axis));
  return RankedTensorType::get(shape, tensor.getElementType());
}

/// `op` over other operands, changed by `change`; `follow` says whether its results are reordered too.
static Operation *rebuilt(GraphBuilder &g, Operation *op, ValueRange operands, bool follow,
                          llvm::function_ref<void(Operation *)> change = {}) {
  Operation *copy = g.builder.clone(*op);
  copy->setOperands(operands);
  if (follow)
    for (Value result : copy->getResults())
      result.setType(reordered(result.getType()));
  if (change)
    change(copy);
  return g.finish(copy) ? copy : nullptr;
}

/// A rule for operand 0, yet without its builder.
static LayoutRule ruleOver(int64_t rank, bool follow = true) {
  LayoutRule result;
  result.operands.push_back(0);
  result.rank = rank;
  result.resultsFollow = follow;
  return result;
}

template <typename OpTy>
static LayoutRule rule(OpTy op, int64_t rank, std::function<void(OpTy)> change, bool follow = true) {
  LayoutRule result = ruleOver(rank, follow);
  result.build = [op, change, follow](GraphBuilder &g, ValueRange operands) {
    return rebuilt(g, op, operands, follow, [&](Operation *copy) { change(cast<OpTy>(copy)); });
  };
  return result;
}

/// A shape tensor in channels-last order, `groups` of entries at a time.
static Value reorderedEntries(GraphBuilder &g, Value entries, int64_t rank, int64_t groups = 1) {
  SmallVector<int64_t> order;
  for (int64_t group = 0; group < groups; ++group)
    for (int64_t axis : channelsLastOrder(rank))
      order.push_back(group * rank + axis);
  if (auto known = g.shapes.constants(entries)) {
    for (int64_t &entry : order)
      entry = (*known)[entry];
    return g.integers(order);
  }
  return g.make<GatherOp>(GraphBuilder::element(entries), entries, g.integers(order), /*axis=*/0);
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

static bool areAll(ArrayRef<int64_t> values, int64_t value) {
  return llvm::all_of(values, [&](int64_t each) { return each == value; });
}

/// The product of a tensor's dimensions but the first `count`; 0 where one is not known.
static int64_t countBehind(ShapeAnalysis &shapes, Value value, unsigned count) {
  int64_t product = 1;
  for (SymExpr extent : shapes.dims(value).drop_front(count))
    product *= extent.constant().value_or(0);
  return product;
}

/// Of one position, without padding.
static bool isPixelwise(ConvOp op, ShapeAnalysis &shapes) {
  return countBehind(shapes, op.getWeight(), 2) == 1 && op.getGroup() == 1 && areAll(op.getStrides(), 1) &&
         areAll(op.getPads(), 0);
}

bool ingot::runsOnPlanes(ConvOp op, ShapeAnalysis &shapes) {
  constexpr int64_t fewChannels = 8, fewInputs = 32, elementsOnStack = 1 << 17;
  Value input = op.getInput(), weight = op.getWeight();
  if (!GraphBuilder::element(input).isF32() || !GraphBuilder::element(weight).isF32() ||
      !countBehind(shapes, input, 1) || !countBehind(shapes, op.getResult(), 1))
    return false;
  if (isPixelwise(op, shapes))
    return true;
  auto has = [&](unsigned axis) { return shapes.dim(weight, axis).constant().value_or(0); };
  if (shapes.rank(input) != 4 || !countBehind(shapes, weight, 0))
    return false;
  // What a line of the output reads may be copied.
  int64_t lines = (has(2) - 1) * op.getDilations()[0] + 1, length = countBehind(shapes, input, 3) + op.getPads()[1];
  if (has(1) * lines * (length + op.getPads()[3]) > elementsOnStack)
    return false;
  return (has(1) <= fewChannels && has(0) / int64_t(op.getGroup()) <= fewChannels) ||
         (has(1) <= fewInputs && op.getGroup() == 1 && op.getStrides()[1] <= 2);
}

/// What a convolution of one group and windows of several pixels takes with its channels last and with its channels
/// first, in products that no unit has to wait for.
static std::pair<int64_t, int64_t> countProducts(ConvOp op, ShapeAnalysis &shapes) {
  constexpr int64_t lanes = 16;
  auto has = [&](unsigned axis) { return *shapes.dim(op.getWeight(), axis).constant(); };
  int64_t outputs = has(0), inputs = has(1), taps = countBehind(shapes, op.getWeight(), 2);
  int64_t products = estimateElements(shapes, op.getResult()) * taps * inputs;
  // Outputs are lanes, or positions of a line are, whose loads cross the borders of lines of the cache. Where windows
  // move by one, positions may also be those of all lines with their padding.
  int64_t width = shapes.dim(op.getResult(), 3).constant().value_or(1), positions = llvm::alignTo(width, lanes);
  if (op.getStrides()[1] == 1)
    positions = std::min(positions, width + (has(3) - 1) * op.getDilations()[1]);
  int64_t last = products / outputs * llvm::alignTo(outputs, lanes) * 8 / 7;
  int64_t first = products / width * positions * 10 / 7;
  // Tile instructions and minimal filtering (Winograd) take half the time.
  bool isFiltered = has(2) == 3 && has(3) == 3 && areAll(op.getStrides(), 1) && areAll(op.getDilations(), 1);
  if (inputs % lanes == 0 || (isFiltered && inputs % 4 == 0))
    last /= 2;
  return {last, first};
}

/// What a convolution costs more with its channels first, in elements that are moved.
static int64_t costOfPlanes(ConvOp op, ShapeAnalysis &shapes) {
  // The second cache moves its elements faster.
  constexpr int64_t panel = 64, productsInTimeOfElement = 50, productsInCacheTime = 15, elementsOfCache = 1 << 18;
  if (!runsOnPlanes(op, shapes))
    return MinCut::infinite;
  int64_t inputs = estimateElements(shapes, op.getInput()), outputs = estimateElements(shapes, op.getResult());
  if (!isPixelwise(op, shapes)) {
    if (op.getGroup() > 1)
      return (inputs + outputs) / 4;
    auto [last, first] = countProducts(op, shapes);
    bool isSmall = inputs + outputs <= elementsOfCache;
    return std::max<int64_t>(first - last, 0) / (isSmall ? productsInCacheTime : productsInTimeOfElement);
  }
  // Pixels are packed on the way, as weights are when the model is compiled, and the last ones fill no vectors.
  int64_t pixels = countBehind(shapes, op.getResult(), 2);
  int64_t products = outputs / pixels * (inputs / pixels) * (llvm::alignTo(pixels, panel) - pixels);
  return inputs / 2 + products / productsInTimeOfElement;
}

static Rule ruleOf(ConvOp op, ShapeAnalysis &shapes) {
  if (op.getChannelsLast())
    return std::nullopt;
  LayoutRule result = rule<ConvOp>(op, shapes.rank(op.getInput()), [](ConvOp copy) { copy.setChannelsLast(true); });
  result.preference = costOfPlanes(op, shapes);
  return result;
}

/// Several channels share a window's taps when they lie side by side.
static Rule ruleOf(PoolOp op, ShapeAnalysis &shapes) {
  if (op.getChannelsLast() || (op.getIndices() && !op.getIndices().use_empty()))
    return std::nullopt;
  LayoutRule result = rule<PoolOp>(op, shapes.rank(op.getInput()), [](PoolOp copy) { copy.setChannelsLast(true); });
  int64_t taps = 1;
  for (int64_t extent : op.getKernel())
    taps *= extent;
  result.preference = estimateElements(shapes, op.getResult()) * taps / 4;
  return result;
}

static Rule ruleOf(ResizeOp op, ShapeAnalysis &shapes) {
  int64_t rank = shapes.rank(op.getInput());
  LayoutRule result = rule<ResizeOp>(op, rank, [rank](ResizeOp copy) { copy.setAxes(moved(copy.getAxes(), rank)); });
  auto channels = shapes.dim(op.getInput(), 1).constant();
  if (rank > 2 && channels && *channels >= 4)
    result.preference = estimateElements(shapes, op.getResult()) / 2;
  return result;
}

template <typename OpTy>
static Rule ruleOfAxis(OpTy op, ShapeAnalysis &shapes) {
  int64_t rank = shapes.rank(op->getOperand(0));
  return rule<OpTy>(op, rank, [rank](OpTy copy) { copy.setAxis(moved(copy.getAxis(), rank)); });
}

static Rule ruleOf(NormalizeOp op, ShapeAnalysis &shapes) {
  int64_t rank = shapes.rank(op.getInput());
  return rule<NormalizeOp>(op, rank, [rank](NormalizeOp copy) { copy.setAxes(movedSorted(copy.getAxes(), rank)); });
}

/// With three dimensions either order of the left operand is the other one transposed.
static Rule ruleOf(MatMulOp op, ShapeAnalysis &shapes) {
  return rule<MatMulOp>(
      op, shapes.rank(op.getLhs()), [](MatMulOp copy) { copy.setTransposeA(!copy.getTransposeA()); },
      /*follow=*/false);
}

static Rule ruleOf(ConcatOp op, ShapeAnalysis &shapes) {
  Rule result = ruleOfAxis(op, shapes);
  result->operands = llvm::to_vector(llvm::seq<unsigned>(0, op->getNumOperands()));
  return result;
}

/// What becomes of the order of the dimensions that stay when `dropped` ones go; nothing where it is neither order.
static std::optional<bool> followsWithout(int64_t rank, llvm::function_ref<bool(int64_t)> dropped) {
  SmallVector<int64_t> plain, order;
  for (int64_t axis = 0; axis < rank; ++axis)
    if (!dropped(axis))
      plain.push_back(axis);
  for (int64_t axis : channelsLastOrder(rank))
    if (!dropped(axis))
      order.push_back(axis);
  if (plain == order)
    return false;
  if (plain.size() >= 3 && plain[0] == 0 && plain[1] == 1)
    return true; // the channels went behind the spatial dimensions that stay
  return std::nullopt;
}

/// Reductions, whose results may have fewer dimensions.
template <typename OpTy>
static Rule ruleOfReduction(OpTy op, ShapeAnalysis &shapes, ArrayRef<int64_t> axes, std::function<void(OpTy)> change) {
  int64_t rank = shapes.rank(op.getInput());
  std::optional<bool> follow = true;
  if (!op.getKeepDims())
    follow = followsWithout(rank, [&](int64_t axis) { return llvm::is_contained(axes, axis); });
  if (!follow)
    return std::nullopt;
  return rule<OpTy>(op, rank, change, *follow);
}

static Rule ruleOf(ReduceOp op, ShapeAnalysis &shapes) {
  if (!op.getAxes() || op.getDynamicAxes())
    return std::nullopt;
  int64_t rank = shapes.rank(op.getInput());
  return ruleOfReduction<ReduceOp>(op, shapes, *op.getAxes(), [rank](ReduceOp copy) {
    copy.setAxes(ArrayRef<int64_t>(movedSorted(*copy.getAxes(), rank)));
  });
}
static Rule ruleOf(ArgReduceOp op, ShapeAnalysis &shapes) {
  int64_t rank = shapes.rank(op.getInput()), axis = op.getAxis();
  return ruleOfReduction<ArgReduceOp>(op, shapes, axis,
                                      [rank](ArgReduceOp copy) { copy.setAxis(moved(copy.getAxis(), rank)); });
}

/// Dropping spatial dimensions of extent 1.
static Rule ruleOf(SqueezeOp op, ShapeAnalysis &shapes) {
  int64_t rank = shapes.rank(op.getInput());
  std::optional<bool> follow =
      followsWithout(rank, [&](int64_t axis) { return llvm::is_contained(op.getAxes(), axis); });
  if (!follow)
    return std::nullopt;
  return rule<SqueezeOp>(
      op, rank, [rank](SqueezeOp copy) { copy.setAxes(movedSorted(copy.getAxes(), rank)); }, *follow);
}

static Rule ruleOf(UnsqueezeOp op, ShapeAnalysis &shapes) {
  int64_t rank = shapes.rank(op.getInput()), more = rank + op.getAxes().size();
  if (rank < 3 || llvm::any_of(op.getAxes(), [](int64_t axis) { return axis < 2; }))
    return std::nullopt;
  return rule<UnsqueezeOp>(op, rank, [more](UnsqueezeOp copy) { copy.setAxes(movedSorted(copy.getAxes(), more)); });
}

/// The right operand of `product`, its rows in another order: that of the left one's columns, which count `extents`,
/// the channels first, once these are last.
static Value reorderedRows(GraphBuilder &g, MatMulOp product, ArrayRef<int64_t> extents) {
  ArrayRef<int64_t> matrix = GraphBuilder::type(product.getRhs()).getShape();
  int64_t rank = extents.size();
  SmallVector<int64_t> shape(extents), order;
  if (product.getTransposeB()) {
    shape.insert(shape.begin(), matrix.front());
    order = channelsLastOrder(rank + 1);
  } else {
    shape.push_back(matrix.back());
    order = llvm::to_vector(llvm::seq<int64_t>(1, rank));
    order.append({0, rank});
  }
  OpBuilder::InsertionGuard guard(g.builder);
  g.builder.setInsertionPoint(product);
  return g.reshape(g.transpose(g.reshape(product.getRhs(), shape), order), matrix);
}

/// Whether the value is nothing but the left operand of products with constant matrices. Their copies take memory while
/// the model is compiled; with larger ones a product takes so long that a transpose in front of it is nothing.
static bool meetsConstantRows(Value value) {
  constexpr int64_t mostElements = 1 << 24;
  return llvm::all_of(value.getUses(), [](OpOperand &use) {
    auto product = dyn_cast<MatMulOp>(use.getOwner());
    if (!product || use.getOperandNumber() != 0 || product.getTransposeA())
      return false;
    auto matrix = GraphBuilder::type(product.getRhs());
    return product.getRhs().getDefiningOp<ConstantOp>() && matrix.getRank() == 2 &&
           matrix.getNumElements() <= mostElements;
  });
}

/// A row for each image: the columns may have any order that the rows of constant matrices get as well.
static Rule ruleOfRows(Operation *op, ShapeAnalysis &shapes) {
  Value input = op->getOperand(0), result = op->getResult(0);
  ArrayRef<SymExpr> from = shapes.dims(input), to = shapes.dims(result);
  if (from.size() < 3 || to.size() != 2 || from[0] != to[0] || !meetsConstantRows(result))
    return std::nullopt;
  int64_t columns = countBehind(shapes, input, 1), pixels = countBehind(shapes, input, 2);
  if (!columns || !to[1].isConstant(columns) || pixels == 1 || pixels == columns)
    return std::nullopt;
  LayoutRule rule = ruleOver(from.size(), /*follow=*/false);
  SmallVector<int64_t> extents;
  for (SymExpr extent : from.drop_front())
    extents.push_back(*extent.constant());
  rule.build = [result, extents](GraphBuilder &g, ValueRange operands) -> Operation * {
    for (Operation *user : result.getUsers())
      user->setOperand(1, reorderedRows(g, cast<MatMulOp>(user), extents));
    Value rows = g.make<FlattenOp>(GraphBuilder::element(operands[0]), operands[0], /*axis=*/1);
    return rows ? rows.getDefiningOp() : nullptr;
  };
  return rule;
}

/// A reshape that leaves batch and channels alone and of whose other extents at most one is unknown.
static Rule ruleOf(ReshapeOp op, ShapeAnalysis &shapes) {
  ArrayRef<SymExpr> from = shapes.dims(op.getInput()), to = shapes.dims(op.getResult());
  if (to.size() == 2)
    return ruleOfRows(op, shapes);
  if (from.size() < 3 || to.size() < 3 || from[0] != to[0] || from[1] != to[1] || !to[1].constant())
    return std::nullopt;
  SmallVector<int64_t> target;
  for (int64_t axis : channelsLastOrder(to.size()))
    target.push_back(to[axis].constant().value_or(axis == 0 ? 0 : -1));
  if (llvm::count(target, -1) > 1 || llvm::is_contained(ArrayRef(target).drop_front(), 0))
    return std::nullopt;
  LayoutRule result = ruleOver(from.size());
  result.build = [target](GraphBuilder &g, ValueRange operands) -> Operation * {
    Value value = g.make<ReshapeOp>(GraphBuilder::element(operands[0]), operands[0], g.integers(target), false);
    return value ? value.getDefiningOp() : nullptr;
  };
  return result;
}

static Rule ruleOf(SliceOp op, ShapeAnalysis &shapes) {
  int64_t rank = shapes.rank(op.getInput());
  SmallVector<int64_t> axes =
      llvm::to_vector(llvm::seq<int64_t>(0, shapes.dim(op.getStarts(), 0).constant().value_or(0)));
  if (op.getAxes()) {
    auto known = shapes.constants(op.getAxes());
    if (!known)
      return std::nullopt;
    axes = *known;
  }
  if (axes.empty())
    return std::nullopt;
  for (int64_t &axis : axes)
    axis = moved(axis < 0 ? axis + rank : axis, rank);
  LayoutRule result = ruleOver(rank);
  result.build = [op, axes](GraphBuilder &g, ValueRange operands) mutable -> Operation * {
    Value steps = op.getSteps() ? operands.back() : Value();
    auto copy = SliceOp::create(g.builder, g.loc, reordered(op.getType()), operands[0], operands[1], operands[2],
                                g.integers(axes), steps);
    return g.finish(copy) ? copy.getOperation() : nullptr;
  };
  return result;
}

static Rule ruleOf(PadOp op, ShapeAnalysis &shapes) {
  int64_t rank = shapes.rank(op.getInput());
  LayoutRule result = ruleOver(rank);
  result.build = [op, rank](GraphBuilder &g, ValueRange operands) {
    SmallVector<Value> changed(operands);
    changed[1] = reorderedEntries(g, operands[1], rank, 2);
    return rebuilt(g, op, changed, /*follow=*/true);
  };
  return result;
}

template <typename OpTy>
static Rule ruleOfShape(OpTy op, Value entries, ShapeAnalysis &shapes) {
  int64_t rank = shapes.rank(op.getInput());
  if (shapes.rank(op.getResult()) != rank || !shapes.dim(entries, 0).isConstant(rank))
    return std::nullopt;
  LayoutRule result = ruleOver(rank);
  result.build = [op, rank](GraphBuilder &g, ValueRange operands) {
    SmallVector<Value> changed(operands);
    changed[1] = reorderedEntries(g, operands[1], rank);
    return rebuilt(g, op, changed, /*follow=*/true);
  };
  return result;
}

static Rule ruleOfElementwise(Operation *op, ShapeAnalysis &shapes) {
  LayoutRule result;
  result.rank = shapes.rank(op->getResult(0));
  for (OpOperand &operand : op->getOpOperands())
    if (!shapes.size(operand.get()).isConstant(1))
      result.operands.push_back(operand.getOperandNumber());
  result.build = [op](GraphBuilder &g, ValueRange operands) {
    return rebuilt(g, op, operands, /*follow=*/true);
  };
  return result;
}

Rule ingot::layoutRule(Operation *op, ShapeAnalysis &shapes) {
  Rule result = llvm::TypeSwitch<Operation *, Rule>(op)
                    .Case<ConvOp, PoolOp, ResizeOp, MatMulOp, NormalizeOp, ConcatOp, ReduceOp, ArgReduceOp, SqueezeOp,
                          UnsqueezeOp, ReshapeOp, SliceOp, PadOp>([&](auto x) { return ruleOf(x, shapes); })
                    .Case<SoftmaxOp>([&](SoftmaxOp x) { return ruleOfAxis(x, shapes); })
                    .Case<FlattenOp>([&](FlattenOp x) { return ruleOfRows(x, shapes); })
                    .Case<ExpandOp>([&](ExpandOp x) { return ruleOfShape(x, x.getShape(), shapes); })
                    .Case<TileOp>([&](TileOp x) { return ruleOfShape(x, x.getRepeats(), shapes); })
                    .Default([&](Operation *x) -> Rule {
                      if (!isa<ElementwiseOpInterface>(x))
                        return std::nullopt;
                      return ruleOfElementwise(x, shapes);
                    });
  if (result && (result->rank < 3 || result->rank > 5 || (isa<MatMulOp>(op) && result->rank != 3)))
    return std::nullopt;
  return result;
}

//===- DecomposeRecurrent.cpp - recurrent layers as loops of matrix products
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What does not depend on the state, the product of the whole sequence with
// the input weights, comes before the loop. Constant weights stay constants
// over the same bytes, so that they are packed as any other's.
//
//===----------------------------------------------------------------------===//

#include "ir/Weights.h"
#include "passes/Evaluate.h"
#include "passes/GateFunctions.h"
#include "passes/Passes.h"

#include <limits>

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_DECOMPOSERECURRENT
#include "passes/Passes.h.inc"

namespace {

struct State {
  Value h, c; ///< [B, H]; c of an LSTM only
};

/// One direction of a recurrent layer.
class Layer {
public:
  Layer(GraphBuilder &graph, RecurrentOp op, int64_t direction);
  struct Results {
    Value y; ///< [T, B, H], null where nobody reads it
    State last;
  };
  Results build();

private:
  Value leading(Value value, int64_t start, int64_t count);
  Value ofDirection(Value value);
  Value gate(Value gates, int64_t index);
  Value function(unsigned index, Value x);
  void prepareBias();
  Value projectInput();
  Value initialState(Value given);
  State step(State state, Value input);
  State lstm(State state, Value input);
  State gru(State state, Value input);
  /// The state after step `time` where the sequences are that long, the one before elsewhere; what y gets.
  std::pair<State, Value> masked(Value time, State before, State after);
  Results loop(Value projected, State initial);

  GraphBuilder &g;
  RecurrentOp op;
  int64_t direction, hidden, gates;
  Type element;
  bool reverse;
  Value recurrence; ///< [G * H, H]
  Value inputBias, hiddenBias, peephole;
};

} // namespace

Layer::Layer(GraphBuilder &graph, RecurrentOp op, int64_t direction)
    : g(graph), op(op), direction(direction), hidden(op.getHiddenSize()), element(GraphBuilder::element(op.getX())) {
  gates = op.getKind() == RecurrentKind::lstm ? 4 : op.getKind() == RecurrentKind::gru ? 3 : 1;
  reverse = op.getDirection() == Direction::reverse || direction == 1;
  recurrence = ofDirection(op.getR());
  peephole = ofDirection(op.getPeephole());
  prepareBias();
}

//===----------------------------------------------------------------------===//
// Parts of weights
//===----------------------------------------------------------------------===//

/// A range of a constant's leading dimension, over the same bytes; null for attributes that cannot be read.
static Attribute rangeOf(Attribute value, RankedTensorType type, RankedTensorType part, int64_t start) {
  int64_t row = type.getNumElements() / type.getDimSize(0) * elementBytes(type.getElementType());
  int64_t bytes = part.getDimSize(0) * row;
  if (auto external = dyn_cast<ExternalAttr>(value))
    return ExternalAttr::get(value.getContext(), external.getFile(), external.getOffset() + start * row, bytes);
  llvm::Expected<ConstantData> data = readConstant(value, type);
  if (!data) {
    llvm::consumeError(data.takeError());
    return {};
  }
  if (data->splat)
    return DenseElementsAttr::getFromRawBuffer(part, data->bytes);
  return makeConstant(part, data->bytes.slice(start * row, bytes));
}

/// value[start : start + count].
Value Layer::leading(Value value, int64_t start, int64_t count) {
  auto type = GraphBuilder::type(value);
  if (start == 0 && type.getDimSize(0) == count)
    return value;
  if (auto constant = value.getDefiningOp<ConstantOp>(); constant && type.getDimSize(0) > 0) {
    SmallVector<int64_t> shape(type.getShape());
    shape[0] = count;
    auto part = RankedTensorType::get(shape, element);
    if (Attribute data = rangeOf(constant.getValue(), type, part, start))
      return g.constant(part, data);
  }
  return g.slice(value, 0, start, start + count);
}

/// An operand's entry of the direction, without that dimension.
Value Layer::ofDirection(Value value) {
  if (!value)
    return {};
  Value entry = leading(value, direction, 1);
  if (auto constant = entry.getDefiningOp<ConstantOp>()) {
    auto squeezed = RankedTensorType::get(GraphBuilder::type(entry).getShape().drop_front(), element);
    return g.constant(squeezed, reshapeConstant(constant.getValue(), squeezed));
  }
  return g.squeeze(entry, 0);
}

/// Biases that add up before the gates' functions are one. Only a GRU that resets after the product keeps one apart.
void Layer::prepareBias() {
  Value both = ofDirection(op.getBias());
  if (!both)
    return;
  int64_t rows = gates * hidden;
  Value w = g.slice(both, 0, 0, rows), r = g.slice(both, 0, rows, 2 * rows);
  if (op.getKind() != RecurrentKind::gru || !op.getLinearBeforeReset()) {
    inputBias = g.binary<AddOp>(w, r);
    return;
  }
  Value sums = g.binary<AddOp>(g.slice(w, 0, 0, 2 * hidden), g.slice(r, 0, 0, 2 * hidden));
  inputBias = g.concat({sums, g.slice(w, 0, 2 * hidden, rows)}, 0);
  hiddenBias = g.slice(r, 0, 2 * hidden, rows);
}

//===----------------------------------------------------------------------===//
// Cells
//===----------------------------------------------------------------------===//

static Value product(GraphBuilder &g, Value lhs, Value rhsTransposed) {
  return g.make<MatMulOp>(GraphBuilder::element(lhs), lhs, rhsTransposed, /*transpose_a=*/false, /*transpose_b=*/true);
}

Value Layer::gate(Value all, int64_t index) {
  return gates == 1 || !all ? all : g.slice(all, GraphBuilder::rank(all) - 1, index * hidden, (index + 1) * hidden);
}

/// The activation function `index` of this direction.
Value Layer::function(unsigned index, Value x) {
  if (std::optional<APFloat> clip = op.getClip()) {
    double limit = clip->convertToDouble();
    x = g.binary<MinOp>(g.binary<MaxOp>(x, -limit), limit);
  }
  unsigned functions = op.getActivations().size() / (op.getDirection() == Direction::bidirectional ? 2 : 1);
  unsigned at = direction * functions + index;
  StringRef name = cast<StringAttr>(op.getActivations()[at]).getValue();
  Value result = applyGateFunction(g, {name, op.getAlpha()[at], op.getBeta()[at]}, x);
  if (!result)
    op.emitOpError() << "activation '" << name << "' is unknown";
  return result;
}

State Layer::lstm(State state, Value input) {
  Value all = g.binary<AddOp>(product(g, state.h, recurrence), input);
  Value i = gate(all, 0), o = gate(all, 1), f = gate(all, 2), c = gate(all, 3);
  auto peep = [&](Value x, int64_t index, Value cell) {
    return peephole ? g.binary<AddOp>(x, g.binary<MulOp>(gate(peephole, index), cell)) : x;
  };
  i = function(0, peep(i, 0, state.c));
  f = op.getInputForget() ? g.binary<SubOp>(g.scalar(element, 1), i) : function(0, peep(f, 2, state.c));
  Value next = g.binary<AddOp>(g.binary<MulOp>(f, state.c), g.binary<MulOp>(i, function(1, c)));
  o = function(0, peep(o, 1, next));
  return {g.binary<MulOp>(o, function(2, next)), next};
}

State Layer::gru(State state, Value input) {
  Value one = g.scalar(element, 1);
  Value z, r, candidate, inputPart = gate(input, 2);
  if (op.getLinearBeforeReset()) {
    Value all = product(g, state.h, recurrence);
    z = function(0, g.binary<AddOp>(gate(all, 0), gate(input, 0)));
    r = function(0, g.binary<AddOp>(gate(all, 1), gate(input, 1)));
    Value part = gate(all, 2);
    if (hiddenBias)
      part = g.binary<AddOp>(part, hiddenBias);
    candidate = g.binary<AddOp>(g.binary<MulOp>(r, part), inputPart);
  } else {
    Value both = product(g, state.h, leading(recurrence, 0, 2 * hidden));
    both = g.binary<AddOp>(both, g.slice(input, 1, 0, 2 * hidden));
    z = function(0, gate(both, 0));
    r = function(0, gate(both, 1));
    Value reset = g.binary<MulOp>(r, state.h);
    candidate = g.binary<AddOp>(product(g, reset, leading(recurrence, 2 * hidden, hidden)), inputPart);
  }
  candidate = function(1, candidate);
  Value next = g.binary<AddOp>(g.binary<MulOp>(g.binary<SubOp>(one, z), candidate), g.binary<MulOp>(z, state.h));
  return {next, Value()};
}

State Layer::step(State state, Value input) {
  switch (op.getKind()) {
  case RecurrentKind::rnn:
    return {function(0, g.binary<AddOp>(product(g, state.h, recurrence), input)), Value()};
  case RecurrentKind::gru:
    return gru(state, input);
  case RecurrentKind::lstm:
    return lstm(state, input);
  }
  llvm_unreachable("kind");
}

std::pair<State, Value> Layer::masked(Value time, State before, State after) {
  if (!op.getLengths())
    return {after, after.h};
  Value lengths = op.getLengths();
  Value inside = g.compare(Predicate::lt, g.cast(time, GraphBuilder::element(lengths)), lengths);
  inside = g.unsqueeze(inside, 1);
  State state{g.select(inside, after.h, before.h), after.c ? g.select(inside, after.c, before.c) : Value()};
  return {state, g.select(inside, after.h, g.scalar(element, 0))};
}

//===----------------------------------------------------------------------===//
// Sequences
//===----------------------------------------------------------------------===//

/// The input's share of all gates, at all times: [T, B, G * H].
Value Layer::projectInput() {
  Value projected = product(g, op.getX(), ofDirection(op.getW()));
  return inputBias ? g.binary<AddOp>(projected, inputBias) : projected;
}

Value Layer::initialState(Value given) {
  if (given)
    return ofDirection(given);
  auto batch = g.shapes.dim(op.getX(), 1).constant();
  if (batch) {
    auto type = RankedTensorType::get({*batch, hidden}, element);
    return g.constant(type, DenseElementsAttr::get(type, FloatAttr::get(element, 0.0)));
  }
  auto zero = DenseElementsAttr::get(RankedTensorType::get({1}, element), FloatAttr::get(element, 0.0));
  return g.make<ConstantOfShapeOp>(element, g.concat({g.dimOf(op.getX(), 1), g.integers(hidden)}, 0), zero);
}

Layer::Results Layer::loop(Value projected, State initial) {
  Type i64 = g.builder.getI64Type();
  Value trips = g.squeeze(g.dimOf(op.getX(), 0), 0), last = g.binary<SubOp>(trips, 1);
  SmallVector<Value> carried{initial.h};
  if (initial.c)
    carried.push_back(initial.c);
  size_t results = carried.size() + (op.getY().use_empty() ? 0 : 1);
  SmallVector<Type> types(results, GraphBuilder::unranked(element));
  auto loop = LoopOp::create(g.builder, g.loc, types, trips, /*condition=*/Value(), carried);
  {
    OpBuilder::InsertionGuard guard(g.builder);
    Block &body = loop.getBody().emplaceBlock();
    body.addArgument(RankedTensorType::get({}, i64), g.loc);
    g.shapes.setDims(body.getArgument(0), {});
    for (Value value : carried)
      g.shapes.setDims(body.addArgument(value.getType(), g.loc), ShapeAnalysis::Exprs(g.shapes.dims(value)));
    g.builder.setInsertionPointToStart(&body);
    Value time = reverse ? g.binary<SubOp>(last, body.getArgument(0)) : Value(body.getArgument(0));
    Value input = g.make<GatherOp>(element, projected, time, /*axis=*/0);
    State before{body.getArgument(1), initial.c ? body.getArgument(2) : Value()};
    auto [state, y] = masked(time, before, step(before, input));
    SmallVector<Value> yielded{g.scalar(g.builder.getI1Type(), 1), state.h};
    if (state.c)
      yielded.push_back(state.c);
    if (results > carried.size())
      yielded.push_back(y);
    if (llvm::is_contained(yielded, Value())) {
      loop.erase();
      return {};
    }
    YieldOp::create(g.builder, g.loc, yielded);
  }
  if (!g.finish(loop))
    return {};
  Value y = results > carried.size() ? loop.getResults().back() : Value();
  if (y && reverse)
    y = g.slice(y, 0, -1, std::numeric_limits<int64_t>::min(), -1);
  return {y, {loop.getResults()[0], initial.c ? loop.getResults()[1] : Value()}};
}

Layer::Results Layer::build() {
  Value projected = projectInput();
  State initial{initialState(op.getInitialH()), {}};
  if (op.getKind() == RecurrentKind::lstm)
    initial.c = initialState(op.getInitialC());
  if (!g.shapes.dim(op.getX(), 0).isConstant(1))
    return loop(projected, initial);
  auto [state, y] = masked(g.scalar64(0), initial, step(initial, g.squeeze(projected, 0)));
  return {g.unsqueeze(y, 0), state};
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

/// Replaces a result by the directions' values, joined along a new dimension `axis`.
static LogicalResult join(GraphBuilder &g, Value result, SmallVector<Value> values, int64_t axis) {
  if (!result || result.use_empty())
    return success();
  for (Value &value : values)
    value = g.unsqueeze(value, axis);
  Value joined = g.concat(values, axis);
  if (!joined)
    return failure();
  result.replaceAllUsesWith(joined);
  return success();
}

static LogicalResult decompose(RecurrentOp op, ShapeAnalysis &shapes) {
  OpBuilder b(op);
  GraphBuilder g(b, shapes);
  g.loc = op.getLoc();
  SmallVector<Value> y, h, c;
  for (int64_t direction = 0; direction < (op.getDirection() == Direction::bidirectional ? 2 : 1); ++direction) {
    Layer::Results results = Layer(g, op, direction).build();
    if (!results.last.h)
      return failure();
    y.push_back(results.y);
    h.push_back(results.last.h);
    c.push_back(results.last.c);
  }
  if (failed(join(g, op.getY(), y, 1)) || failed(join(g, op.getYH(), h, 0)) || failed(join(g, op.getYC(), c, 0)))
    return failure();
  op.erase();
  return success();
}

namespace {
struct DecomposeRecurrent : impl::DecomposeRecurrentBase<DecomposeRecurrent> {
  void runOnOperation() override {
    ShapeAnalysis shapes;
    if (failed(shapes.run(getOperation())))
      return signalPassFailure();
    SmallVector<RecurrentOp> layers;
    getOperation().walk([&](RecurrentOp op) { layers.push_back(op); });
    for (RecurrentOp op : layers)
      if (failed(decompose(op, shapes)))
        return signalPassFailure();
  }
};
} // namespace
} // namespace ingot

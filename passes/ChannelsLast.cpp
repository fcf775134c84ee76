//===- ChannelsLast.cpp - gives convolutions their channels last
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which operators run with their channels last is decided for a whole block
// at once: a minimum cut between those that have to (convolutions) and those
// that cannot, where an edge that is cut is a tensor to transpose.
//
//===----------------------------------------------------------------------===//

#include "passes/LayoutRules.h"
#include "passes/MinCut.h"
#include "passes/Passes.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_CHANNELSLAST
#include "passes/Passes.h.inc"

namespace {

/// What a transpose of the model is to its neighbours.
enum class Turn { none, toLast, toFirst };

class BlockLayout {
public:
  BlockLayout(Block &block, ShapeAnalysis &shapes, GraphBuilder &graph) : block(block), shapes(shapes), g(graph) {}
  LogicalResult run();

private:
  void decide();
  void addValue(Value value);
  unsigned producer(Value value);
  unsigned consumer(OpOperand &use);
  LogicalResult rewrite();
  LogicalResult rewriteChannelsLast(Operation *op, const LayoutRule &rule);
  void rewriteOther(Operation *op);

  Value toLast(Value value, int64_t rank);
  Value toFirst(Value value);
  Value permute(Value value, ArrayRef<int64_t> order);
  bool movesNothing(Value value, ArrayRef<int64_t> order);
  int64_t costOf(Value value);
  Turn turnOf(TransposeOp op);

  Block &block;
  ShapeAnalysis &shapes;
  GraphBuilder &g;
  MinCut cut;
  llvm::MapVector<Operation *, LayoutRule> rules;
  DenseMap<Operation *, unsigned> nodes;
  DenseMap<Operation *, Turn> turns;
  DenseMap<std::pair<Value, int64_t>, Value> last; ///< a value with its channels last, by rank
  DenseMap<Value, Value> first;                     ///< values whose operators were rewritten, as they were
  DenseSet<Value> rewritten;
};

} // namespace

//===----------------------------------------------------------------------===//
// Decisions
//===----------------------------------------------------------------------===//

/// Whether an order only moves dimensions of extent 1: then the permuted tensor is the same memory.
bool BlockLayout::movesNothing(Value value, ArrayRef<int64_t> order) {
  int64_t previous = -1;
  for (int64_t axis : order) {
    if (shapes.dim(value, axis).isConstant(1))
      continue;
    if (axis < previous)
      return false;
    previous = axis;
  }
  return true;
}

int64_t BlockLayout::costOf(Value value) {
  if (movesNothing(value, channelsLastOrder(shapes.rank(value))))
    return 1;
  return 1000 + estimateElements(shapes, value);
}

/// A transpose between the two orders is free where its neighbours' layouts meet it. One of three dimensions goes both
/// ways; it is taken for the one that a convolution asks for.
Turn BlockLayout::turnOf(TransposeOp op) {
  int64_t rank = shapes.rank(op.getInput());
  if (rank < 3)
    return Turn::none;
  bool toLast = op.getPerm() == ArrayRef<int64_t>(channelsLastOrder(rank));
  bool toFirst = op.getPerm() == ArrayRef<int64_t>(channelsFirstOrder(rank));
  if (toLast && toFirst)
    toLast = llvm::none_of(op.getResult().getUsers(), [](Operation *user) { return isa<ConvOp, PoolOp>(user); });
  return toLast ? Turn::toLast : toFirst ? Turn::toFirst : Turn::none;
}

unsigned BlockLayout::producer(Value value) {
  Operation *op = value.getDefiningOp();
  auto it = op && op->getBlock() == &block ? rules.find(op) : rules.end();
  if (it != rules.end())
    return it->second.resultsFollow ? nodes.lookup(op) : cut.sink();
  return turns.lookup(op) == Turn::toFirst ? cut.source() : cut.sink();
}

unsigned BlockLayout::consumer(OpOperand &use) {
  Operation *op = use.getOwner();
  if (op->getBlock() != &block)
    return cut.sink();
  if (turns.lookup(op) == Turn::toLast)
    return cut.source();
  auto it = rules.find(op);
  if (it == rules.end() || it->second.rank != shapes.rank(use.get()) ||
      !llvm::is_contained(it->second.operands, use.getOperandNumber()))
    return cut.sink();
  return nodes.lookup(op);
}

/// A tensor is transposed once, however many operators want it in the other order.
void BlockLayout::addValue(Value value) {
  if (shapes.rank(value) < 3 || value.use_empty() || value.getDefiningOp<ConstantOp>())
    return;
  unsigned from = producer(value);
  llvm::SetVector<unsigned> consumers;
  for (OpOperand &use : value.getUses())
    consumers.insert(consumer(use));
  int64_t cost = costOf(value);
  unsigned wantsLast = cut.addNode(), wantsFirst = cut.addNode();
  for (unsigned node : consumers) {
    cut.addEdge(node, wantsLast, MinCut::infinite);
    cut.addEdge(wantsFirst, node, MinCut::infinite);
  }
  cut.addEdge(wantsLast, from, cost);
  cut.addEdge(from, wantsFirst, cost);
}

void BlockLayout::decide() {
  for (Operation &op : block) {
    if (auto transpose = dyn_cast<TransposeOp>(op))
      turns[&op] = turnOf(transpose);
    else if (std::optional<LayoutRule> rule = layoutRule(&op, shapes)) {
      rules[&op] = *rule;
      nodes[&op] = cut.addNode();
      cut.addEdge(cut.source(), nodes[&op], rule->preference);
    }
  }
  for (BlockArgument argument : block.getArguments())
    addValue(argument);
  for (Operation &op : block)
    for (Value result : op.getResults())
      addValue(result);
  // Operands of fewer dimensions come as they are and are aligned first.
  for (auto &[op, rule] : rules)
    for (unsigned index : rule.operands)
      if (Value operand = op->getOperand(index);
          shapes.rank(operand) < rule.rank && !operand.getDefiningOp<ConstantOp>())
        cut.addEdge(nodes[op], cut.sink(), 1 + estimateElements(shapes, operand) / 8);
  cut.solve();
}

//===----------------------------------------------------------------------===//
// Rewriting
//===----------------------------------------------------------------------===//

Value BlockLayout::permute(Value value, ArrayRef<int64_t> order) {
  if (!movesNothing(value, order))
    return g.transpose(value, order);
  SmallVector<int64_t> ones, inserted;
  for (auto [i, axis] : llvm::enumerate(order)) {
    if (shapes.dim(value, i).isConstant(1))
      ones.push_back(i);
    if (shapes.dim(value, axis).isConstant(1))
      inserted.push_back(i);
  }
  return ones == inserted ? value : g.unsqueeze(g.squeeze(value, ones), inserted);
}

Value BlockLayout::toLast(Value value, int64_t rank) {
  Value &known = last[{value, rank}];
  if (known)
    return known;
  OpBuilder::InsertionGuard guard(g.builder);
  Value plain = toFirst(value);
  g.builder.setInsertionPointAfterValue(plain);
  SmallVector<int64_t> ones = llvm::to_vector(llvm::seq<int64_t>(0, rank - shapes.rank(plain)));
  Value turned = permute(g.unsqueeze(plain, ones), channelsLastOrder(rank));
  return last[{value, rank}] = turned;
}

Value BlockLayout::toFirst(Value value) {
  if (!rewritten.contains(value))
    return value;
  Value &known = first[value];
  if (!known) {
    OpBuilder::InsertionGuard guard(g.builder);
    int64_t rank = shapes.rank(value);
    Value turned = last.lookup({value, rank});
    g.builder.setInsertionPointAfterValue(turned);
    known = permute(turned, channelsFirstOrder(rank));
  }
  return known;
}

LogicalResult BlockLayout::rewriteChannelsLast(Operation *op, const LayoutRule &rule) {
  SmallVector<Value> operands;
  for (OpOperand &operand : op->getOpOperands()) {
    bool turns = llvm::is_contained(rule.operands, operand.getOperandNumber());
    operands.push_back(turns ? toLast(operand.get(), rule.rank) : toFirst(operand.get()));
  }
  g.builder.setInsertionPoint(op);
  Operation *copy = rule.build(g, operands);
  if (!copy)
    return failure();
  for (auto [before, after] : llvm::zip(op->getResults(), copy->getResults())) {
    if (!rule.resultsFollow) {
      before.replaceAllUsesWith(after);
      continue;
    }
    last[{before, shapes.rank(before)}] = after;
    rewritten.insert(before);
  }
  return success();
}

/// Operators that stay read their operands as they were, inside of their regions too.
void BlockLayout::rewriteOther(Operation *op) {
  op->walk([&](Operation *nested) {
    for (OpOperand &operand : nested->getOpOperands())
      operand.set(toFirst(operand.get()));
  });
}

LogicalResult BlockLayout::rewrite() {
  SmallVector<Operation *> ops, dead;
  for (Operation &op : block)
    ops.push_back(&op);
  for (Operation *op : ops) {
    g.loc = op->getLoc();
    g.builder.setInsertionPoint(op);
    auto it = rules.find(op);
    if (it != rules.end() && cut.isWithSource(nodes[op])) {
      if (failed(rewriteChannelsLast(op, it->second)))
        return failure();
      dead.push_back(op);
      continue;
    }
    Turn turn = turns.lookup(op);
    if (turn == Turn::none) {
      rewriteOther(op);
      continue;
    }
    Value input = op->getOperand(0), result = op->getResult(0);
    int64_t rank = shapes.rank(input);
    rewriteOther(op);
    if (turn == Turn::toFirst)
      last[{result, rank}] = op->getOperand(0);
    else if (Value turned = last.lookup({input, rank}))
      result.replaceAllUsesWith(turned);
    else
      last[{input, rank}] = result;
  }
  for (Operation *op : llvm::reverse(dead)) {
    assert(op->use_empty() && "every reader was given another operand");
    for (Value result : op->getResults())
      shapes.forget(result);
    op->erase();
  }
  return success();
}

LogicalResult BlockLayout::run() {
  decide();
  return rewrite();
}

static LogicalResult runOnBlock(Block &block, ShapeAnalysis &shapes, GraphBuilder &graph) {
  if (failed(BlockLayout(block, shapes, graph).run()))
    return failure();
  for (Operation &op : block)
    if (!isa<FusedOp>(op))
      for (Region &region : op.getRegions())
        for (Block &nested : region)
          if (failed(runOnBlock(nested, shapes, graph)))
            return failure();
  return success();
}

namespace {
struct ChannelsLast : impl::ChannelsLastBase<ChannelsLast> {
  void runOnOperation() override {
    ShapeAnalysis shapes;
    if (failed(shapes.run(getOperation())))
      return signalPassFailure();
    OpBuilder b(&getContext());
    GraphBuilder g(b, shapes);
    for (Block &block : getOperation().getBody())
      if (failed(runOnBlock(block, shapes, g)))
        return signalPassFailure();
  }
};
} // namespace
} // namespace ingot

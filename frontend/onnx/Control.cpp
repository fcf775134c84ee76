//===-- Control.cpp - If and Loop -----------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Control.h"
#include "frontend/onnx/GraphImporter.h"
#include "frontend/onnx/Registry.h"

using namespace mlir;

namespace ingot::onnx {
namespace {

/// A boolean of one element as a scalar.
Value conditionOf(Node &node, size_t operand) {
  Value value = node.operand(operand);
  if (!node.element(operand).isInteger(1))
    return node.fail("expected a condition of booleans");
  return node.rank(operand) == 0 ? value : node.graph.reshape(value, ArrayRef<int64_t>());
}

SmallVector<Type> unrankedLike(ValueRange values) {
  SmallVector<Type> types;
  for (Value value : values)
    types.push_back(GraphBuilder::unranked(GraphBuilder::element(value)));
  return types;
}

SmallVector<int64_t> ranksOf(ValueRange values) {
  return llvm::map_to_vector(values, [](Value value) { return GraphBuilder::rank(value); });
}

//===----------------------------------------------------------------------===//
// If
//===----------------------------------------------------------------------===//

/// Fills \p region with the graph of attribute \p name and a yield of its outputs.
FailureOr<SmallVector<Value>> importBranch(Node &node, const GraphProto &graph, StringRef name, Region &region) {
  OpBuilder::InsertionGuard guard(node.graph.builder);
  node.graph.builder.setInsertionPointToStart(&region.emplaceBlock());
  auto outputs = node.importGraph(graph, name, {});
  if (succeeded(outputs))
    YieldOp::create(node.graph.builder, node.graph.loc, *outputs);
  return outputs;
}

LogicalResult buildIf(Node &node, Value condition, const GraphProto &thenGraph, const GraphProto &elseGraph) {
  GraphBuilder &graph = node.graph;
  // The branches tell the result types, so the operator is built around them when they are there.
  auto draft = IfOp::create(graph.builder, graph.loc, TypeRange(), condition);
  auto thenOutputs = importBranch(node, thenGraph, "then_branch", draft.getThenRegion());
  auto elseOutputs = importBranch(node, elseGraph, "else_branch", draft.getElseRegion());
  LogicalResult result = failure();
  if (succeeded(thenOutputs) && succeeded(elseOutputs)) {
    if (unrankedLike(*thenOutputs) != unrankedLike(*elseOutputs)) {
      node.fail("expected both branches to give the same element types");
    } else if (ranksOf(*thenOutputs) != ranksOf(*elseOutputs)) {
      node.importer.askForBranch();
    } else {
      auto op = IfOp::create(graph.builder, graph.loc, unrankedLike(*thenOutputs), condition);
      op.getThenRegion().takeBody(draft.getThenRegion());
      op.getElseRegion().takeBody(draft.getElseRegion());
      if (graph.finish(op)) {
        node.setResults(op.getResults());
        result = success();
      }
    }
  }
  if (failed(result))
    for (Region &region : draft->getRegions())
      node.importer.discard(region);
  draft.erase();
  return result;
}

LogicalResult importIf(Node &node) {
  const GraphProto *thenGraph = node.nestedGraph("then_branch"), *elseGraph = node.nestedGraph("else_branch");
  if (!thenGraph || !elseGraph)
    return node.fail("attributes 'then_branch' and 'else_branch' are both needed");
  if (size_t(thenGraph->output_size()) != node.resultCount() || thenGraph->output_size() != elseGraph->output_size())
    return node.fail("expected both branches to have " + Twine(node.resultCount()) + " outputs but got " +
                     Twine(thenGraph->output_size()) + " and " + Twine(elseGraph->output_size()));
  Value condition = conditionOf(node, 0);
  if (!condition)
    return failure();
  // A condition that is known now leaves nothing to choose, and the branch not taken need not even be supported.
  std::optional<bool> chosen = node.importer.triedBranch(node.proto);
  if (auto known = node.graph.shapes.constants(condition))
    chosen = known->front() != 0;
  if (chosen) {
    bool taken = *chosen;
    auto outputs = node.importGraph(taken ? *thenGraph : *elseGraph, taken ? "then_branch" : "else_branch", {});
    if (succeeded(outputs))
      node.setResults(*outputs);
    return outputs;
  }
  return buildIf(node, condition, *thenGraph, *elseGraph);
}

//===----------------------------------------------------------------------===//
// Loop
//===----------------------------------------------------------------------===//

/// The body of an ONNX Loop: iteration number, condition and carried values
/// give the next condition and values, and an element of each scan output.
class OnnxLoopBody : public LoopBody {
public:
  OnnxLoopBody(Node &node, const GraphProto &graph, bool conditional)
      : node(node), graph(graph), conditional(conditional) {}

  FailureOr<SmallVector<Value>> build(ValueRange arguments) override {
    OpBuilder &builder = node.graph.builder;
    // Inside an iteration the condition holds.
    Value holds = node.graph.cast(node.graph.scalar64(1), builder.getI1Type());
    SmallVector<Value> inputs{arguments[0], holds};
    inputs.append(arguments.begin() + 1, arguments.end());
    auto outputs = node.importGraph(graph, "body", inputs);
    if (succeeded(outputs) && !conditional) // without a condition operand, the body's is not looked at
      outputs->front() = holds;
    if (succeeded(outputs) && GraphBuilder::rank(outputs->front()) != 0)
      outputs->front() = node.graph.reshape(outputs->front(), ArrayRef<int64_t>());
    return outputs;
  }

private:
  Node &node;
  const GraphProto &graph;
  bool conditional;
};

LogicalResult importLoop(Node &node) {
  GraphBuilder &graph = node.graph;
  const GraphProto *body = node.nestedGraph("body");
  if (!body)
    return node.fail("attribute 'body' is missing");
  size_t carried = node.operandCount() < 2 ? 0 : node.operandCount() - 2;
  if (size_t(body->output_size()) != node.resultCount() + 1 || node.resultCount() < carried)
    return node.fail("expected " + Twine(node.resultCount() + 1) + " outputs of its graph 'body' but got " +
                     Twine(body->output_size()));
  Value trips, condition;
  if (node.has(0)) {
    trips = graph.cast(node.operand(0), graph.builder.getI64Type());
    trips = GraphBuilder::rank(trips) == 0 ? trips : graph.reshape(trips, ArrayRef<int64_t>());
  }
  if (node.has(1))
    condition = conditionOf(node, 1);
  if ((node.has(0) && !trips) || (node.has(1) && !condition))
    return failure();
  OnnxLoopBody loopBody(node, *body, node.has(1));
  auto initial = node.allOperands().size() > 2 ? node.allOperands().drop_front(2) : ArrayRef<Value>();
  if (llvm::is_contained(initial, Value()))
    return node.fail("a carried value has no initial value");
  auto results = buildLoop(node, trips, condition, initial, loopBody);
  if (succeeded(results))
    node.setResults(*results);
  return results;
}

} // namespace

//===----------------------------------------------------------------------===//
// Loops of all kinds
//===----------------------------------------------------------------------===//

/// What a carried value may be called at the start of an iteration when it was
/// \p before and an iteration leaves it as \p after: extents that differ are
/// unknown. Null where the loop changes the rank.
static RankedTensorType widen(RankedTensorType before, RankedTensorType after) {
  if (before.getRank() != after.getRank() || before.getElementType() != after.getElementType())
    return {};
  SmallVector<int64_t> shape(before.getShape());
  for (auto [extent, other] : llvm::zip_equal(shape, after.getShape()))
    if (extent != other)
      extent = ShapedType::kDynamic;
  return RankedTensorType::get(shape, before.getElementType());
}

/// Builds the body into \p region for carried values of these \p types;
/// \p initial gives what is known of extents that the types do not tell.
static FailureOr<SmallVector<Value>> fillLoop(Node &node, Region &region, ArrayRef<RankedTensorType> types,
                                              ValueRange initial, LoopBody &body) {
  GraphBuilder &graph = node.graph;
  OpBuilder::InsertionGuard guard(graph.builder);
  Block &block = region.emplaceBlock();
  block.addArgument(RankedTensorType::get({}, graph.builder.getI64Type()), graph.loc);
  for (auto [type, value] : llvm::zip_equal(types, initial)) {
    BlockArgument argument = block.addArgument(type, graph.loc);
    if (type == value.getType())
      graph.shapes.setDims(argument, ShapeAnalysis::Exprs(graph.shapes.dims(value)));
  }
  graph.builder.setInsertionPointToStart(&block);
  auto outputs = body.build(block.getArguments());
  if (succeeded(outputs) && !llvm::is_contained(*outputs, Value()))
    YieldOp::create(graph.builder, graph.loc, *outputs);
  else
    return failure();
  return outputs;
}

FailureOr<SmallVector<Value>> buildLoop(Node &node, Value trips, Value condition, ValueRange initial,
                                        LoopBody &body) {
  GraphBuilder &graph = node.graph;
  SmallVector<RankedTensorType> types;
  for (Value value : initial)
    types.push_back(GraphBuilder::type(value));
  auto draft = LoopOp::create(graph.builder, graph.loc, TypeRange(), trips, condition, initial);
  FailureOr<SmallVector<Value>> outputs;
  // What an import function decides by an extent must hold in every iteration, so the body is imported again until
  // no iteration changes what was assumed of the carried values. Each round makes an extent unknown.
  for (bool stable = false; !stable;) {
    outputs = fillLoop(node, draft.getBody(), types, initial, body);
    if (failed(outputs))
      break;
    stable = true;
    for (auto [index, type] : llvm::enumerate(types)) {
      RankedTensorType wider = widen(type, GraphBuilder::type((*outputs)[index + 1]));
      if (!wider) {
        node.fail("expected carried value " + Twine(index) + " to keep its type and rank");
        outputs = failure();
        break;
      }
      stable &= wider == type;
      type = wider;
    }
    if (failed(outputs))
      break;
    if (!stable)
      node.importer.discard(draft.getBody());
  }
  FailureOr<SmallVector<Value>> results = failure();
  if (succeeded(outputs)) {
    auto op = LoopOp::create(graph.builder, graph.loc, unrankedLike(ArrayRef(*outputs).drop_front()), trips,
                             condition, initial);
    op.getBody().takeBody(draft.getBody());
    if (graph.finish(op))
      results = SmallVector<Value>(op.getResults());
  }
  draft.erase();
  return results;
}

void registerControl(Registry &registry) {
  registry.add("If", 1, 1, importIf);
  registry.add("Loop", 1, 0, importLoop);
}

} // namespace ingot::onnx

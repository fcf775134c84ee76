//===-- Scan.cpp - Scan as a loop -----------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Control.h"
#include "frontend/onnx/Registry.h"

using namespace mlir;

namespace ingot::onnx {
namespace {

/// Element \p position (a scalar) of \p x along \p axis.
Value elementAt(GraphBuilder &graph, Value x, Value position, int64_t axis) {
  return graph.make<GatherOp>(GraphBuilder::element(x), x, position, axis);
}

/// \p x with the order along \p axis reversed.
Value reversed(GraphBuilder &graph, Value x, int64_t axis) {
  return graph.slice(x, axis, -1, std::numeric_limits<int64_t>::min(), -1);
}

/// \p x with dimension 0 moved to \p axis.
Value moveFirstTo(GraphBuilder &graph, Value x, int64_t axis) {
  if (!x || axis == 0)
    return x;
  SmallVector<int64_t> perm;
  for (int64_t i = 1; i < GraphBuilder::rank(x); ++i)
    perm.push_back(i);
  perm.insert(perm.begin() + axis, 0);
  return graph.transpose(x, perm);
}

/// The body of a Scan over sequences; the carried values are its states.
class ScanBody : public LoopBody {
public:
  ScanBody(Node &node, const GraphProto &graph, ValueRange sequences, ArrayRef<int64_t> axes)
      : node(node), graph(graph), sequences(sequences), axes(axes) {}

  FailureOr<SmallVector<Value>> build(ValueRange arguments) override {
    SmallVector<Value> inputs(arguments.drop_front());
    for (auto [sequence, axis] : llvm::zip_equal(sequences, axes))
      inputs.push_back(elementAt(node.graph, sequence, arguments[0], axis));
    if (llvm::is_contained(inputs, Value()))
      return failure();
    auto outputs = node.importGraph(graph, "body", inputs);
    if (succeeded(outputs))
      outputs->insert(outputs->begin(), node.graph.cast(node.graph.scalar64(1), node.graph.builder.getI1Type()));
    return outputs;
  }

private:
  Node &node;
  const GraphProto &graph;
  SmallVector<Value> sequences;
  SmallVector<int64_t> axes;
};

/// Operands of a Scan, read and checked.
struct ScanForm {
  const GraphProto *body = nullptr;
  SmallVector<Value> states, sequences;
  size_t scanOutputs = 0;
};

std::optional<ScanForm> readForm(Node &node, size_t firstOperand) {
  ScanForm form;
  form.body = node.nestedGraph("body");
  int64_t sequences = node.integer("num_scan_inputs", 0);
  ArrayRef<Value> operands = node.allOperands().drop_front(firstOperand);
  if (!form.body)
    return node.fail("attribute 'body' is missing");
  if (sequences < 1 || size_t(sequences) > operands.size())
    return node.fail("expected num_scan_inputs of 1 to " + Twine(operands.size()) + " but got " + Twine(sequences));
  if (llvm::is_contained(operands, Value()))
    return node.fail("an operand is missing");
  size_t states = operands.size() - size_t(sequences);
  form.states.assign(operands.begin(), operands.begin() + states);
  form.sequences.assign(operands.begin() + states, operands.end());
  if (size_t(form.body->output_size()) != node.resultCount() || node.resultCount() < states)
    return node.fail("expected " + Twine(node.resultCount()) + " outputs of its graph 'body' but got " +
                     Twine(form.body->output_size()));
  form.scanOutputs = node.resultCount() - states;
  return form;
}

/// A list of \p count values, zeros where the attribute is left out.
std::optional<SmallVector<int64_t>> listOf(Node &node, StringRef name, size_t count) {
  auto values = node.integers(name).value_or(SmallVector<int64_t>(count, 0));
  if (values.size() != count)
    return node.fail("expected " + Twine(count) + " " + name + " but got " + Twine(values.size()));
  return values;
}

LogicalResult importScan9(Node &node) {
  GraphBuilder &graph = node.graph;
  std::optional<ScanForm> form = readForm(node, 0);
  if (!form)
    return failure();
  auto axes = listOf(node, "scan_input_axes", form->sequences.size());
  auto directions = listOf(node, "scan_input_directions", form->sequences.size());
  auto outputAxes = listOf(node, "scan_output_axes", form->scanOutputs);
  auto outputDirections = listOf(node, "scan_output_directions", form->scanOutputs);
  if (!axes || !directions || !outputAxes || !outputDirections)
    return failure();
  for (size_t i = 0; i < axes->size(); ++i) {
    auto axis = node.normalizeAxis((*axes)[i], GraphBuilder::rank(form->sequences[i]));
    if (!axis)
      return failure();
    (*axes)[i] = *axis;
    if ((*directions)[i] != 0)
      form->sequences[i] = reversed(graph, form->sequences[i], *axis);
  }
  Value trips = graph.squeeze(graph.dimOf(form->sequences[0], (*axes)[0]), 0);
  ScanBody body(node, *form->body, form->sequences, *axes);
  auto results = buildLoop(node, trips, /*condition=*/Value(), form->states, body);
  if (failed(results))
    return failure();
  for (size_t i = 0; i < form->scanOutputs; ++i) {
    Value &result = (*results)[form->states.size() + i];
    auto axis = node.normalizeAxis((*outputAxes)[i], GraphBuilder::rank(result));
    if (!axis)
      return failure();
    if ((*outputDirections)[i] != 0)
      result = reversed(graph, result, 0);
    result = moveFirstTo(graph, result, *axis);
  }
  node.setResults(*results);
  return success();
}

/// One batch entry of a Scan of opset 8: states and sequences without their
/// batch dimension; gives the final states and scan outputs.
class BatchBody : public LoopBody {
public:
  BatchBody(Node &node, const ScanForm &form, ArrayRef<int64_t> directions)
      : node(node), form(form), directions(directions) {}

  FailureOr<SmallVector<Value>> build(ValueRange arguments) override {
    GraphBuilder &graph = node.graph;
    SmallVector<Value> states, sequences;
    for (Value state : form.states)
      states.push_back(elementAt(graph, state, arguments[0], 0));
    for (auto [sequence, direction] : llvm::zip_equal(form.sequences, directions)) {
      Value entry = elementAt(graph, sequence, arguments[0], 0);
      sequences.push_back(direction != 0 && entry ? reversed(graph, entry, 0) : entry);
    }
    if (llvm::is_contained(states, Value()) || llvm::is_contained(sequences, Value()))
      return failure();
    ScanBody body(node, *form.body, sequences, SmallVector<int64_t>(sequences.size(), 0));
    Value trips = graph.squeeze(graph.dimOf(sequences[0], 0), 0);
    auto results = buildLoop(node, trips, /*condition=*/Value(), states, body);
    if (succeeded(results))
      results->insert(results->begin(), graph.cast(graph.scalar64(1), graph.builder.getI1Type()));
    return results;
  }

private:
  Node &node;
  const ScanForm &form;
  ArrayRef<int64_t> directions;
};

/// Opset 8 has a batch dimension before all others: a loop around the loop.
LogicalResult importScan8(Node &node) {
  GraphBuilder &graph = node.graph;
  std::optional<ScanForm> form = readForm(node, 1);
  if (!form)
    return failure();
  if (node.has(0))
    return node.fail("sequence lengths are not supported");
  auto directions = listOf(node, "directions", form->sequences.size());
  if (!directions)
    return failure();
  BatchBody body(node, *form, *directions);
  Value trips = graph.squeeze(graph.dimOf(form->sequences[0], 0), 0);
  auto results = buildLoop(node, trips, /*condition=*/Value(), {}, body);
  if (succeeded(results))
    node.setResults(*results);
  return results;
}

} // namespace

void registerScan(Registry &registry) {
  registry.add("Scan", 8, 0, importScan8);
  registry.add("Scan", 9, 1, importScan9);
}

} // namespace ingot::onnx

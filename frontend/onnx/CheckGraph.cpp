//===-- CheckGraph.cpp - names, order and types of a graph ----------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Check.h"
#include "frontend/onnx/CheckAttribute.h"
#include "frontend/onnx/DataType.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include <algorithm>

using namespace llvm;

namespace ingot::onnx {
namespace {

using Nodes = google::protobuf::RepeatedPtrField<NodeProto>;

/// The names a graph defines: by a node (its index), or else by -1.
struct Scope {
  const Scope *parent = nullptr;
  StringMap<int> definitions;

  bool canSee(StringRef name) const {
    for (const Scope *scope = this; scope; scope = scope->parent)
      if (scope->definitions.contains(name))
        return true;
    return false;
  }
};

/// Checks one graph and, through its attributes, the graphs nested in it.
class GraphChecker {
public:
  GraphChecker(const CheckContext &context, std::string where, const Scope *parent)
      : context(context), where(std::move(where)) {
    scope.parent = parent;
  }

  void checkGraph(GraphProto &graph);
  void checkFunction(FunctionProto &function);

  /// Names the graph takes from the graphs around it.
  StringSet<> outerNames;

private:
  void report(const Twine &message) { context.problems.push_back((where + message).str()); }
  void define(StringRef name, int node, const Twine &what);
  void defineInitializers(const GraphProto &graph);
  void defineResults(const Nodes &nodes);
  void checkNodes(Nodes &nodes);
  void checkNode(NodeProto &node, int index, std::vector<int> &dependencies);
  void checkNestedGraph(GraphProto &graph, const Twine &label, StringSet<> &names);
  void checkOutput(StringRef name);
  void checkType(const ValueInfoProto &value, StringRef what);
  void use(StringRef name, const Twine &user, std::vector<int> &dependencies);

  const CheckContext &context;
  std::string where; ///< prefix of messages, empty for the main graph
  Scope scope;
};

void GraphChecker::define(StringRef name, int node, const Twine &what) {
  if (!scope.definitions.try_emplace(name, node).second)
    report(what + " '" + name + "' is defined twice");
}

void GraphChecker::defineInitializers(const GraphProto &graph) {
  StringSet<> seen;
  auto add = [&](const TensorProto &tensor, const std::string &name) {
    // An input of the same name is fine: the initializer is its default.
    if (!seen.insert(name).second)
      report("initializer '" + Twine(name) + "' is defined twice");
    scope.definitions.try_emplace(name, -1);
    if (Error error = checkTensor(tensor))
      report("initializer '" + Twine(name) + "': " + toString(std::move(error)));
  };
  for (const TensorProto &tensor : graph.initializer())
    add(tensor, tensor.name());
  for (const SparseTensorProto &tensor : graph.sparse_initializer())
    add(tensor.values(), tensor.values().name());
}

void GraphChecker::defineResults(const Nodes &nodes) {
  for (auto [index, node] : enumerate(nodes))
    for (const std::string &name : node.output())
      if (!name.empty()) // a result that is left out
        define(name, int(index), describe(node, int(index)) + ": result");
}

void GraphChecker::use(StringRef name, const Twine &user, std::vector<int> &dependencies) {
  auto definition = scope.definitions.find(name);
  if (definition != scope.definitions.end()) {
    if (definition->second >= 0)
      dependencies.push_back(definition->second);
  } else if (scope.canSee(name)) {
    outerNames.insert(name);
  } else {
    report(user + " '" + name + "' is not defined");
  }
}

void GraphChecker::checkNestedGraph(GraphProto &graph, const Twine &label, StringSet<> &names) {
  GraphChecker checker(context, (where + label + ": ").str(), &scope);
  checker.checkGraph(graph);
  for (const auto &entry : checker.outerNames)
    names.insert(entry.getKey());
}

void GraphChecker::checkNode(NodeProto &node, int index, std::vector<int> &dependencies) {
  std::string label = describe(node, index);
  if (node.op_type().empty())
    report(label + ": the operator has no name");
  if (!context.opsets.contains(normalizeDomain(node.domain())) &&
      !context.functions.contains(functionKey(node.domain(), node.op_type(), node.overload())))
    report(label + ": its domain '" + node.domain() + "' is not imported");
  for (auto [position, name] : enumerate(node.input()))
    if (!name.empty()) // an operand that is left out
      use(name, label + ": operand " + Twine(position), dependencies);

  StringSet<> nestedNames;
  for (const std::string &problem : checkAttributes(node, context.inFunction))
    report(label + ": " + problem);
  for (AttributeProto &attribute : *node.mutable_attribute()) {
    if (attribute.has_g())
      checkNestedGraph(*attribute.mutable_g(), label + " in " + attribute.name(), nestedNames);
    for (GraphProto &graph : *attribute.mutable_graphs())
      checkNestedGraph(graph, label + " in " + attribute.name(), nestedNames);
  }
  for (const auto &entry : nestedNames)
    use(entry.getKey(), label + ": nested use of", dependencies);
  sort(dependencies);
  dependencies.erase(std::unique(dependencies.begin(), dependencies.end()), dependencies.end());
}

void GraphChecker::checkNodes(Nodes &nodes) {
  std::vector<std::vector<int>> dependencies(nodes.size());
  for (int index = 0; index < nodes.size(); ++index)
    checkNode(*nodes.Mutable(index), index, dependencies[index]);
  std::vector<int> cycle = sortNodes(nodes, dependencies);
  if (cycle.empty())
    return;
  constexpr size_t kNamedNodes = 8;
  std::string list;
  for (int index : ArrayRef(cycle).take_front(kNamedNodes))
    list += describe(nodes[index], index) + " -> ";
  list += cycle.size() > kNamedNodes ? "..." : describe(nodes[cycle.front()], cycle.front());
  report("the graph has a cycle: " + list);
}

void GraphChecker::checkOutput(StringRef name) {
  if (!scope.canSee(name))
    report("output '" + name + "' is not defined");
  else if (!scope.definitions.contains(name))
    outerNames.insert(name);
}

void GraphChecker::checkType(const ValueInfoProto &value, StringRef what) {
  if (value.type().value_case() != TypeProto::kTensorType)
    return; // other kinds of types are the importer's to judge
  const TypeProto::Tensor &tensor = value.type().tensor_type();
  auto problem = [&](const Twine &message) { report(what + " '" + value.name() + "': " + message); };
  if (!findDataType(tensor.elem_type()))
    problem("unknown element type " + Twine(tensor.elem_type()));
  SmallVector<int64_t> dims;
  for (const TensorShapeProto::Dimension &dim : tensor.shape().dim())
    if (dim.has_dim_value() && dim.dim_value() != -1) // -1: what some writers put for an unknown dimension
      dims.push_back(dim.dim_value());
  if (Expected<uint64_t> elements = countElements(dims); !elements)
    problem(toString(elements.takeError()));
}

void GraphChecker::checkGraph(GraphProto &graph) {
  for (const ValueInfoProto &input : graph.input()) {
    if (input.name().empty())
      report("an input has no name");
    define(input.name(), -1, "input");
    checkType(input, "input");
  }
  defineInitializers(graph);
  defineResults(graph.node());
  checkNodes(*graph.mutable_node());
  if (graph.output_size() == 0)
    report("the graph has no outputs");
  StringSet<> outputs;
  for (const ValueInfoProto &output : graph.output()) {
    checkOutput(output.name());
    checkType(output, "output");
    if (!scope.parent && !outputs.insert(output.name()).second)
      report("output '" + output.name() + "' is listed twice");
  }
}

void GraphChecker::checkFunction(FunctionProto &function) {
  for (const std::string &input : function.input())
    define(input, -1, "input");
  defineResults(function.node());
  checkNodes(*function.mutable_node());
  for (const std::string &output : function.output())
    checkOutput(output);
}

} // namespace

void checkMainGraph(GraphProto &graph, const CheckContext &context) {
  GraphChecker(context, "", nullptr).checkGraph(graph);
}

void checkFunctionBody(FunctionProto &function, const CheckContext &context) {
  GraphChecker(context, "function '" + function.name() + "': ", nullptr).checkFunction(function);
}

} // namespace ingot::onnx

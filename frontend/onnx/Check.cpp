//===-- Check.cpp - versions, domains and functions of a model ------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Check.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"
#include <algorithm>
#include <functional>

using namespace llvm;

namespace ingot::onnx {

StringRef normalizeDomain(StringRef domain) { return domain == "ai.onnx" ? "" : domain; }

OpsetVersions readOpsets(const google::protobuf::RepeatedPtrField<OperatorSetIdProto> &imports) {
  OpsetVersions versions;
  for (const OperatorSetIdProto &opset : imports) {
    int64_t &version = versions.try_emplace(normalizeDomain(opset.domain()), INT64_MIN).first->second;
    version = std::max(version, opset.version());
  }
  return versions;
}

std::string describe(const NodeProto &node, int index) {
  std::string name = node.name().empty() ? "#" + std::to_string(index) : "'" + node.name() + "'";
  return "node " + name + " (" + node.op_type() + ")";
}

std::string functionKey(StringRef domain, StringRef name, StringRef overload) {
  return (normalizeDomain(domain) + Twine('\0') + name + Twine('\0') + overload).str();
}

static void checkOpsets(const OpsetVersions &opsets, Problems &problems) {
  auto onnx = opsets.find("");
  if (onnx != opsets.end() && (onnx->second < kOldestOpset || onnx->second > kNewestOpset))
    problems.push_back(("opset " + Twine(onnx->second) + " is not supported: expected " + Twine(kOldestOpset) +
                        " to " + Twine(kNewestOpset))
                           .str());
}

static void checkVersions(const ModelProto &model, const OpsetVersions &opsets, Problems &problems) {
  if (!model.has_ir_version())
    problems.push_back("the model has no IR version");
  else if (model.ir_version() < 1 || model.ir_version() > kNewestIrVersion)
    problems.push_back(("IR version " + Twine(model.ir_version()) + " is not supported: expected 1 to " +
                        Twine(kNewestIrVersion))
                           .str());
  checkOpsets(opsets, problems);
}

/// The functions that \p nodes call, nested graphs included.
static void collectCalls(const google::protobuf::RepeatedPtrField<NodeProto> &nodes,
                         const StringMap<const FunctionProto *> &functions,
                         SmallVectorImpl<const FunctionProto *> &calls) {
  for (const NodeProto &node : nodes) {
    auto callee = functions.find(functionKey(node.domain(), node.op_type(), node.overload()));
    if (callee != functions.end())
      calls.push_back(callee->second);
    for (const AttributeProto &attribute : node.attribute()) {
      collectCalls(attribute.g().node(), functions, calls);
      for (const GraphProto &graph : attribute.graphs())
        collectCalls(graph.node(), functions, calls);
    }
  }
}

constexpr unsigned kMaxCallDepth = 100;

/// Functions are expanded where they are called, so none may reach itself.
static void checkRecursion(const ModelProto &model, Problems &problems) {
  StringMap<const FunctionProto *> functions;
  for (const FunctionProto &function : model.functions())
    functions[functionKey(function.domain(), function.name(), function.overload())] = &function;

  enum class State { Unseen, Active, Done };
  DenseMap<const FunctionProto *, State> states;
  std::function<void(const FunctionProto *, unsigned)> visit = [&](const FunctionProto *function, unsigned depth) {
    State state = states.lookup(function);
    if (state == State::Active)
      problems.push_back("function '" + function->name() + "' calls itself");
    if (state != State::Unseen)
      return;
    if (depth > kMaxCallDepth) {
      problems.push_back(("functions call each other more than " + Twine(kMaxCallDepth) + " deep").str());
      return;
    }
    states[function] = State::Active;
    SmallVector<const FunctionProto *> calls;
    collectCalls(function->node(), functions, calls);
    for (const FunctionProto *callee : calls)
      visit(callee, depth + 1);
    states[function] = State::Done;
  };
  for (const FunctionProto &function : model.functions())
    visit(&function, 1);
}

static void checkFunctions(ModelProto &model, const OpsetVersions &modelOpsets, const StringSet<> &functions,
                           Problems &problems) {
  StringSet<> seen;
  for (FunctionProto &function : *model.mutable_functions()) {
    if (!seen.insert(functionKey(function.domain(), function.name(), function.overload())).second)
      problems.push_back("function '" + function.name() + "' is defined twice");
    OpsetVersions opsets = function.opset_import_size() ? readOpsets(function.opset_import()) : modelOpsets;
    checkOpsets(opsets, problems);
    checkFunctionBody(function, {opsets, functions, problems, /*inFunction=*/true});
  }
  checkRecursion(model, problems);
}

Problems checkModel(ModelProto &model) {
  Problems problems;
  OpsetVersions opsets = readOpsets(model.opset_import());
  // Before IR version 3 files named no operator sets and meant the first one.
  if (opsets.empty())
    opsets[""] = 1;
  checkVersions(model, opsets, problems);

  StringSet<> functions;
  for (const FunctionProto &function : model.functions())
    functions.insert(functionKey(function.domain(), function.name(), function.overload()));
  checkFunctions(model, opsets, functions, problems);

  if (!model.has_graph())
    problems.push_back("the model has no graph");
  else
    checkMainGraph(*model.mutable_graph(), {opsets, functions, problems, /*inFunction=*/false});
  return problems;
}

} // namespace ingot::onnx

//===-- GraphImporter.cpp - graphs, nested graphs and functions -----------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/GraphImporter.h"
#include "frontend/onnx/DataType.h"
#include "frontend/onnx/Node.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SaveAndRestore.h"
#include "llvm/ADT/Twine.h"

using namespace mlir;

namespace ingot::onnx {

/// Functions that call functions can ask for exponentially many nodes.
constexpr uint64_t kMaxImportedNodes = 1'000'000;

GraphImporter::GraphImporter(OpBuilder &builder, const ModelFile &file, const ImportOptions &options,
                             Problems &problems)
    : graph(builder, shapes), constants(builder.getContext(), file), file(file), options(options),
      problems(problems) {
  for (const FunctionProto &function : file.model().functions())
    functions[functionKey(function.domain(), function.name(), function.overload())] = &function;
}

std::optional<int64_t> GraphImporter::chosenExtent(StringRef name) const {
  auto extent = options.extents.find(name);
  if (name.empty() || extent == options.extents.end())
    return std::nullopt;
  return extent->second;
}

void GraphImporter::discard(Region &region) {
  region.dropAllReferences();
  discarded.getBlocks().splice(discarded.end(), region.getBlocks());
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

Value GraphImporter::placeConstant(const std::string &label, llvm::Expected<Constant> constant) {
  if (!constant) {
    report(label + ": " + llvm::toString(constant.takeError()));
    return {};
  }
  OpBuilder::InsertionGuard guard(graph.builder);
  if (lastConstant)
    graph.builder.setInsertionPointAfter(lastConstant);
  else
    graph.builder.setInsertionPointToStart(entry);
  Value value = graph.constant(constant->type, constant->value);
  lastConstant = value.getDefiningOp();
  return value;
}

Value GraphImporter::constant(const TensorProto &tensor, const std::string &label) {
  return placeConstant(label, constants.read(tensor));
}

Value GraphImporter::constant(const SparseTensorProto &tensor, const std::string &label) {
  return placeConstant(label, constants.read(tensor));
}

//===----------------------------------------------------------------------===//
// Scopes
//===----------------------------------------------------------------------===//

Value GraphImporter::lookUp(StringRef name, Scope &scope) {
  for (Scope *current = &scope; current; current = current->parent) {
    auto value = current->values.find(name);
    if (value != current->values.end())
      return value->second;
    auto initializer = current->initializers.find(name);
    if (initializer == current->initializers.end())
      continue;
    Value built = constant(*initializer->second, "initializer '" + name.str() + "'");
    current->define(name, built); // a failure is remembered, and so reported once
    return built;
  }
  return {}; // a result that its node did not set
}

bool GraphImporter::isAbsent(StringRef name, const Scope &scope) {
  for (const Scope *current = &scope; current; current = current->parent)
    if (current->absent.contains(name))
      return true;
  return false;
}

void GraphImporter::defineGraph(const GraphProto &proto, Scope &scope) {
  for (const TensorProto &tensor : proto.initializer())
    scope.addInitializer(tensor.name(), &tensor);
  for (const SparseTensorProto &tensor : proto.sparse_initializer())
    scope.define(tensor.values().name(), constant(tensor, "initializer '" + tensor.values().name() + "'"));
  for (const ValueInfoProto &value : proto.value_info())
    scope.addType(value.name(), &value.type());
  for (const ValueInfoProto &output : proto.output())
    scope.addType(output.name(), &output.type());
}

FailureOr<SmallVector<Value>> GraphImporter::collectOutputs(const GraphProto &proto, Scope &scope) {
  SmallVector<Value> outputs;
  for (const ValueInfoProto &output : proto.output())
    outputs.push_back(lookUp(output.name(), scope));
  if (llvm::is_contained(outputs, Value()))
    return failure();
  return outputs;
}

//===----------------------------------------------------------------------===//
// Graphs
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<Value>> GraphImporter::importMain(Block &block, const llvm::StringMap<Value> &inputs) {
  entry = &block;
  const GraphProto &proto = file.model().graph();
  Scope scope;
  scope.values = inputs;
  defineGraph(proto, scope);
  Frame frame{readOpsets(file.model().opset_import()), {}, ""};
  graph.builder.setInsertionPointToEnd(&block);
  importNodes(proto.node(), scope, frame);
  return collectOutputs(proto, scope);
}

FailureOr<SmallVector<Value>> GraphImporter::importNested(const GraphProto &nested, const std::string &label,
                                                          ValueRange arguments, Scope &parent, const Frame &frame) {
  llvm::SaveAndRestore prefix(where, where + label + ": ");
  Scope scope(&parent);
  for (auto [input, argument] : llvm::zip_equal(nested.input(), arguments))
    scope.define(input.name(), argument);
  defineGraph(nested, scope);
  importNodes(nested.node(), scope, frame);
  return collectOutputs(nested, scope);
}

void GraphImporter::importNodes(const Nodes &nodes, Scope &scope, const Frame &frame, int first) {
  for (int index = first; index < nodes.size(); ++index) {
    if (++importedNodes > kMaxImportedNodes) {
      if (importedNodes == kMaxImportedNodes + 1)
        report("the model has more than " + Twine(kMaxImportedNodes) + " nodes with its functions expanded");
      return;
    }
    importNode(nodes[index], index, scope, frame);
    if (std::exchange(branchWanted, false))
      return tryBranches(nodes, index, scope, frame);
  }
}

//===----------------------------------------------------------------------===//
// Branches of different ranks
//===----------------------------------------------------------------------===//

/// Each trial imports the rest of a graph once more.
constexpr unsigned kMaxBranchTrials = 64;

std::optional<bool> GraphImporter::triedBranch(const NodeProto &node) const {
  auto branch = triedBranches.find(&node);
  return branch == triedBranches.end() ? std::nullopt : std::optional(branch->second);
}

void GraphImporter::tryBranches(const Nodes &nodes, int index, Scope &scope, const Frame &frame) {
  const NodeProto &node = nodes[index];
  Block *block = graph.builder.getInsertionBlock();
  Operation *last = block->empty() ? nullptr : &block->back();
  llvm::StringMap<Value> values = scope.values;
  size_t known = problems.size();
  auto tryBranch = [&](bool branch) {
    triedBranches[&node] = branch;
    importNodes(nodes, scope, frame, index);
    triedBranches.erase(&node);
    return problems.size() == known;
  };
  auto undo = [&] {
    Block *bin = &discarded.emplaceBlock();
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(*block))) {
      if (&op == last)
        break;
      if (isa<ConstantOp>(op)) // what initializers became may be in use elsewhere
        continue;
      op.dropAllReferences();
      op.moveBefore(bin, bin->begin());
    }
    graph.builder.setInsertionPointToEnd(block);
    scope.values = values;
    problems.resize(known);
  };
  branchTrials += 2;
  bool thenFits = branchTrials <= kMaxBranchTrials && tryBranch(true);
  undo();
  bool elseFits = branchTrials <= kMaxBranchTrials && tryBranch(false);
  if (elseFits && !thenFits)
    return;
  undo();
  if (thenFits && !elseFits) {
    tryBranch(true);
    return;
  }
  report(describe(node, index) + ": expected both branches to give results of the same ranks");
  for (const std::string &output : node.output())
    scope.define(output, Value());
  importNodes(nodes, scope, frame, index + 1);
}

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

const FunctionProto *GraphImporter::findModelFunction(const NodeProto &proto) const {
  return functions.lookup(functionKey(proto.domain(), proto.op_type(), proto.overload()));
}

static std::string qualifiedName(const NodeProto &proto) {
  StringRef domain = normalizeDomain(proto.domain());
  return domain.empty() ? proto.op_type() : (domain + "." + proto.op_type()).str();
}

const Registry::Form *GraphImporter::findForm(const NodeProto &proto, const std::string &label, const Frame &frame) {
  StringRef domain = normalizeDomain(proto.domain());
  int64_t version = frame.opsets.lookup(domain);
  if (const Registry::Form *form = Registry::get().find(domain, proto.op_type(), version))
    return form;
  int64_t oldest = Registry::get().oldest(domain, proto.op_type());
  if (oldest)
    report(label + ": operator " + qualifiedName(proto) + " is supported from opset " + Twine(oldest) +
           " but the model uses opset " + Twine(version));
  else
    report(label + ": operator " + qualifiedName(proto) + " is not supported");
  return nullptr;
}

void GraphImporter::checkSupport(const NodeProto &proto, const std::string &label, const Frame &frame) {
  if (const FunctionProto *callee = findModelFunction(proto)) {
    if (!checkedFunctions.insert(functionKey(callee->domain(), callee->name(), callee->overload())).second)
      return;
    Frame body{callee->opset_import_size() ? readOpsets(callee->opset_import()) : frame.opsets, {}, ""};
    for (auto [index, node] : llvm::enumerate(callee->node()))
      checkSupport(node, label + ": " + describe(node, int(index)), body);
    return;
  }
  findForm(proto, label, frame);
  auto checkGraph = [&](const GraphProto &nested, const std::string &name) {
    for (auto [index, node] : llvm::enumerate(nested.node()))
      checkSupport(node, label + " in " + name + ": " + describe(node, int(index)), frame);
  };
  for (const AttributeProto &attribute : proto.attribute()) {
    checkGraph(attribute.g(), attribute.name());
    for (const GraphProto &nested : attribute.graphs())
      checkGraph(nested, attribute.name());
  }
}

/// Gives \p node its operands; false where one of them could not be imported.
bool GraphImporter::resolveOperands(Node &node) {
  bool complete = true;
  for (const std::string &name : node.proto.input()) {
    bool leftOut = name.empty() || isAbsent(name, node.scope);
    node.operands.push_back(leftOut ? Value() : lookUp(name, node.scope));
    complete &= leftOut || node.operands.back();
  }
  return complete;
}

/// The operator's name in front of a verifier's message says nothing to the user.
static std::string stripOperatorName(const std::string &message) {
  StringRef text = message;
  if (text.consume_front("'ingot.")) {
    text = text.split("' op ").second;
    return text.empty() ? message : text.str();
  }
  return message;
}

static std::string formatDims(Value value) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  llvm::interleaveComma(cast<RankedTensorType>(value.getType()).getShape(), stream);
  return "[" + text + "]";
}

/// Whether no address space holds a value. What is known to fit, the sizes computed later cannot overflow.
static bool isAbsurd(Value value) {
  constexpr uint64_t maxElements = uint64_t(1) << 47;
  auto type = dyn_cast<RankedTensorType>(value.getType());
  if (!type || !type.hasStaticShape())
    return false;
  llvm::Expected<uint64_t> elements = countElements(type.getShape());
  bool absurd = !elements || *elements > maxElements;
  llvm::consumeError(elements.takeError());
  return absurd;
}

void GraphImporter::runImport(Node &node, const Registry::Form &form) {
  for (unsigned i = 0; i < form.required; ++i)
    if (!node.has(i)) {
      node.fail("operand " + Twine(i) + " is missing");
      return;
    }
  size_t known = problems.size();
  bool failedNode;
  {
    ScopedDiagnosticHandler handler(context(), [&](Diagnostic &diagnostic) {
      if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
        return failure();
      node.fail(stripOperatorName(diagnostic.str()));
      return success();
    });
    failedNode = failed(form.import(node));
  }
  // Without a word fails only a nested graph that uses what could not be imported, which was reported then.
  if (failedNode && problems.empty() && !branchWanted)
    node.fail("could not be imported");
  if (failedNode)
    node.results.assign(node.results.size(), Value());
  else if (problems.size() == known)
    for (size_t i = 0; i < node.resultCount(); ++i) {
      if (node.wants(i) && !node.allResults()[i])
        node.fail("result " + Twine(i) + " is not supported");
      else if (node.allResults()[i] && isAbsurd(node.allResults()[i]))
        node.fail("result " + Twine(i) + " has dimensions " + formatDims(node.allResults()[i]) +
                  ", more than any memory holds");
    }
}

void GraphImporter::importNode(const NodeProto &proto, int index, Scope &scope, const Frame &frame) {
  Node node(*this, proto, scope, frame, frame.opsets.lookup(normalizeDomain(proto.domain())));
  node.label = describe(proto, index);
  std::string name = proto.name().empty() ? proto.op_type() + "_" + std::to_string(index) : proto.name();
  llvm::SaveAndRestore location(graph.loc,
                                Location(NameLoc::get(StringAttr::get(context(), frame.prefix + name))));
  if (!resolveOperands(node))
    checkSupport(proto, node.label, frame);
  else if (const FunctionProto *callee = findModelFunction(proto))
    importCall(node, *callee);
  else if (const Registry::Form *form = findForm(proto, node.label, frame))
    runImport(node, *form);
  for (auto [result, value] : llvm::zip_equal(proto.output(), node.results))
    if (!result.empty())
      scope.define(result, value);
}

void GraphImporter::importCall(Node &node, const FunctionProto &callee) {
  if (node.operandCount() > size_t(callee.input_size())) {
    node.fail("expected at most " + Twine(callee.input_size()) + " operands but got " + Twine(node.operandCount()));
    return;
  }
  Frame frame{callee.opset_import_size() ? readOpsets(callee.opset_import()) : node.frame.opsets, {},
              node.frame.prefix + (node.proto.name().empty() ? callee.name() : node.proto.name()) + "/"};
  for (const AttributeProto &byDefault : callee.attribute_proto())
    frame.attributes[byDefault.name()] = &byDefault;
  for (const AttributeProto &attribute : node.proto.attribute())
    if (const AttributeProto *value = node.attribute(attribute.name()))
      frame.attributes[attribute.name()] = value;

  llvm::SaveAndRestore prefix(where, where + node.label + ": ");
  Scope scope;
  for (auto [index, input] : llvm::enumerate(callee.input()))
    if (node.has(index))
      scope.define(input, node.operand(index));
    else
      scope.absent.insert(input);
  for (const ValueInfoProto &value : callee.value_info())
    scope.addType(value.name(), &value.type());
  importNodes(callee.node(), scope, frame);
  for (auto [index, output] : llvm::enumerate(callee.output()))
    node.setResult(index, lookUp(output, scope));
}

} // namespace ingot::onnx

//===-- GraphImporter.h - graphs, nested graphs and functions ---*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_GRAPHIMPORTER_H
#define INGOT_FRONTEND_ONNX_GRAPHIMPORTER_H

#include "frontend/onnx/Check.h"
#include "frontend/onnx/Constant.h"
#include "frontend/onnx/Importer.h"
#include "frontend/onnx/Registry.h"
#include "ir/GraphBuilder.h"
#include "mlir/IR/Region.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace ingot::onnx {

class Node;

/// The names one graph defines. A null value is one whose definition could not
/// be imported; what depends on it is checked for support but not built.
class Scope {
public:
  explicit Scope(Scope *parent = nullptr) : parent(parent) {}

  void define(llvm::StringRef name, mlir::Value value) { values[name] = value; }
  void addInitializer(llvm::StringRef name, const TensorProto *tensor) { initializers[name] = tensor; }
  void addType(llvm::StringRef name, const TypeProto *type) { types[name] = type; }

  Scope *parent;
  llvm::StringMap<mlir::Value> values;
  llvm::StringMap<const TensorProto *> initializers; ///< built when first used
  llvm::StringMap<const TypeProto *> types;          ///< what the model states of values
  llvm::StringSet<> absent;                          ///< inputs of a function that its call leaves out
};

/// What nodes of the model's graph, or of one call of a function, share.
struct Frame {
  OpsetVersions opsets;
  llvm::StringMap<const AttributeProto *> attributes; ///< arguments of the call
  std::string prefix;                                 ///< of node names in locations
};

/// Imports graphs into the place where its builder stands. Goes on after an
/// error, so that `problems` lists everything that is wrong or unsupported.
class GraphImporter {
public:
  GraphImporter(mlir::OpBuilder &builder, const ModelFile &file, const ImportOptions &options, Problems &problems);

  mlir::MLIRContext *context() { return graph.builder.getContext(); }

  /// Imports the main graph's body into \p entry with the values of \p inputs
  /// (null where they could not be imported); gives the graph's outputs.
  llvm::FailureOr<llvm::SmallVector<mlir::Value>> importMain(mlir::Block &entry,
                                                             const llvm::StringMap<mlir::Value> &inputs);
  /// The same for a graph nested in a node, at the builder's place.
  llvm::FailureOr<llvm::SmallVector<mlir::Value>> importNested(const GraphProto &nested, const std::string &label,
                                                               mlir::ValueRange arguments, Scope &parent,
                                                               const Frame &frame);

  /// The constant of a tensor, at the start of the function; null after an error.
  mlir::Value constant(const TensorProto &tensor, const std::string &label);
  mlir::Value constant(const SparseTensorProto &tensor, const std::string &label);

  /// For an If whose branches give results of different ranks, when only the
  /// run time knows the condition: asks that each branch be tried with the
  /// nodes that follow. The one that they accept is taken.
  void askForBranch() { branchWanted = true; }
  /// The branch that is being tried for \p node, if any: true for then_branch.
  std::optional<bool> triedBranch(const NodeProto &node) const;

  /// Takes the blocks of a region that is imported anew. They live as long as
  /// the shape analysis, whose symbols know values by their addresses.
  void discard(mlir::Region &region);

  void report(const llvm::Twine &message) { problems.push_back((where + message).str()); }
  std::optional<int64_t> chosenExtent(llvm::StringRef name) const;

  GraphBuilder graph;

private:
  friend class Node;

  void defineGraph(const GraphProto &graph, Scope &scope);
  using Nodes = google::protobuf::RepeatedPtrField<NodeProto>;
  void importNodes(const Nodes &nodes, Scope &scope, const Frame &frame, int first = 0);
  /// Imports from the If at \p index on, with the branch that fits.
  void tryBranches(const Nodes &nodes, int index, Scope &scope, const Frame &frame);
  void importNode(const NodeProto &proto, int index, Scope &scope, const Frame &frame);
  bool resolveOperands(Node &node);
  void runImport(Node &node, const Registry::Form &form);
  void importCall(Node &node, const FunctionProto &callee);
  llvm::FailureOr<llvm::SmallVector<mlir::Value>> collectOutputs(const GraphProto &graph, Scope &scope);

  /// Reports \p proto and what is nested in it if no import function is known.
  const Registry::Form *findForm(const NodeProto &proto, const std::string &label, const Frame &frame);
  void checkSupport(const NodeProto &proto, const std::string &label, const Frame &frame);

  mlir::Value lookUp(llvm::StringRef name, Scope &scope);
  static bool isAbsent(llvm::StringRef name, const Scope &scope);
  mlir::Value placeConstant(const std::string &label, llvm::Expected<Constant> constant);
  const FunctionProto *findModelFunction(const NodeProto &proto) const;

  ConstantReader constants;
  ShapeAnalysis shapes;
  mlir::Region discarded;
  const ModelFile &file;
  const ImportOptions &options;
  Problems &problems;
  std::string where; ///< prefix of messages inside nested graphs and functions
  mlir::Block *entry = nullptr;
  mlir::Operation *lastConstant = nullptr; ///< of those at the start of the function
  llvm::StringMap<const FunctionProto *> functions;
  llvm::StringSet<> checkedFunctions; ///< whose bodies' support has been reported on
  uint64_t importedNodes = 0;
  bool branchWanted = false;
  unsigned branchTrials = 0;
  llvm::DenseMap<const NodeProto *, bool> triedBranches;
};

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_GRAPHIMPORTER_H

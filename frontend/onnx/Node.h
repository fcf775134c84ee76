//===-- Node.h - one node, as import functions see it -----------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_NODE_H
#define INGOT_FRONTEND_ONNX_NODE_H

#include "frontend/onnx/onnx.pb.h"
#include "ir/GraphBuilder.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>

namespace ingot::onnx {

class GraphImporter;
class Scope;
struct Frame;

/// An operand that may be left out: GraphBuilder takes a null one as absent,
/// where a null Value would be the result of an error.
struct Omittable {
  mlir::Value value;
  operator mlir::Value() const { return value; }
};

/// A node with its operands resolved. Import functions read it through these
/// accessors, build through `graph`, and set its results.
class Node {
public:
  Node(GraphImporter &importer, const NodeProto &proto, Scope &scope, const Frame &frame, int64_t version);

  GraphImporter &importer;
  GraphBuilder &graph;
  const NodeProto &proto;
  /// The version of the operator set the node is from.
  const int64_t version;

  //===--- operands and results --------------------------------------------===//
  size_t operandCount() const { return operands.size(); }
  /// The operand, or null where it is left out.
  mlir::Value operand(size_t index) const { return index < operands.size() ? operands[index] : mlir::Value(); }
  bool has(size_t index) const { return bool(operand(index)); }
  llvm::ArrayRef<mlir::Value> allOperands() const { return operands; }
  void setOperand(size_t index, mlir::Value value) { operands[index] = value; }

  size_t resultCount() const { return results.size(); }
  /// Whether somebody may use the result: it is listed and has a name.
  bool wants(size_t index) const;
  void setResult(size_t index, mlir::Value value);
  void setResults(mlir::ValueRange values);
  llvm::ArrayRef<mlir::Value> allResults() const { return results; }
  /// The type that the model states for a result, or null.
  mlir::RankedTensorType declared(size_t index = 0) const;

  /// The element type of an operand that is an initializer of the model, else UNDEFINED.
  int32_t initializerType(size_t index) const;

  //===--- attributes ------------------------------------------------------===//
  const AttributeProto *attribute(llvm::StringRef name) const;
  int64_t integer(llvm::StringRef name, int64_t otherwise) const;
  double number(llvm::StringRef name, double otherwise) const;
  llvm::StringRef string(llvm::StringRef name, llvm::StringRef otherwise) const;
  std::optional<llvm::SmallVector<int64_t>> integers(llvm::StringRef name) const;
  std::optional<llvm::SmallVector<double>> numbers(llvm::StringRef name) const;
  std::optional<llvm::SmallVector<llvm::StringRef>> strings(llvm::StringRef name) const;
  const GraphProto *nestedGraph(llvm::StringRef name) const;
  /// A tensor attribute as a constant; null after an error, or where there is none.
  mlir::Value tensor(llvm::StringRef name) const;

  //===--- frequent questions ----------------------------------------------===//
  mlir::Type element(size_t operandIndex = 0) const { return GraphBuilder::element(operand(operandIndex)); }
  int64_t rank(size_t operandIndex = 0) const { return GraphBuilder::rank(operand(operandIndex)); }
  /// The elements of an integer operand, where they are known while compiling.
  std::optional<llvm::SmallVector<int64_t>> constantIntegers(size_t index) const;
  /// The elements of any numeric operand, where they are known while compiling.
  std::optional<llvm::SmallVector<double>> constantNumbers(size_t index) const;
  /// The MLIR type of an ONNX element type; null after an error that names it.
  mlir::Type elementType(int64_t dataType);
  /// \p axis counted from the front of \p rank dimensions; nothing after an error.
  std::optional<int64_t> normalizeAxis(int64_t axis, int64_t rank);
  std::optional<llvm::SmallVector<int64_t>> normalizeAxes(llvm::ArrayRef<int64_t> axes, int64_t rank);

  /// For an axis that only the run time knows: the one of the results along axes
  /// below \p count that operand \p index names. All must have the same shape.
  mlir::Value chooseByAxis(size_t index, int64_t count, llvm::function_ref<mlir::Value(int64_t)> result);

  //===--- nested graphs and errors ----------------------------------------===//
  /// Imports \p nested at the builder's place with \p arguments as its inputs;
  /// gives its outputs.
  llvm::FailureOr<llvm::SmallVector<mlir::Value>> importGraph(const GraphProto &nested, llvm::StringRef attributeName,
                                                              mlir::ValueRange arguments);
  /// A value that nodes before this one defined; null where there is none.
  mlir::Value valueNamed(llvm::StringRef name);
  /// Reports \p message about this node; converts to failure and to null.
  struct Failure {
    operator llvm::LogicalResult() const { return llvm::failure(); }
    operator mlir::Value() const { return {}; }
    template <typename T>
    operator std::optional<T>() const {
      return std::nullopt;
    }
  };
  Failure fail(const llvm::Twine &message);

private:
  friend class GraphImporter;

  Scope &scope;
  const Frame &frame;
  std::string label; ///< in messages
  llvm::SmallVector<mlir::Value> operands, results;
};

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_NODE_H

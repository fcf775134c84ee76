//===-- Check.h - what every model must satisfy -----------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_CHECK_H
#define INGOT_FRONTEND_ONNX_CHECK_H

#include "frontend/onnx/onnx.pb.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include <cstdint>
#include <string>
#include <vector>

namespace ingot::onnx {

constexpr int64_t kNewestIrVersion = 14;
/// The importer has every form of opset 7 and later, and those of older ones that are still in use.
constexpr int64_t kOldestOpset = 1;
constexpr int64_t kNewestOpset = 28;

/// What is wrong with a model, one message a problem.
using Problems = std::vector<std::string>;

/// Versions of the operator sets in use, by normalized domain.
using OpsetVersions = llvm::StringMap<int64_t>;

/// Checks the structure of \p model, whatever its operators: versions, unique
/// and defined names, acyclic graphs, element types, dimensions and data sizes,
/// in nested graphs and functions too. Brings it into normal form on the way:
/// nodes are sorted so that every value is defined before its use, and every
/// attribute has its type.
Problems checkModel(ModelProto &model);

/// `ai.onnx` and the empty string name the same domain.
llvm::StringRef normalizeDomain(llvm::StringRef domain);

/// The versions \p imports ask for; the highest where a domain is named twice.
OpsetVersions readOpsets(const google::protobuf::RepeatedPtrField<OperatorSetIdProto> &imports);

/// `node 'name' (Conv)`, or `node #12 (Conv)` where it has no name.
std::string describe(const NodeProto &node, int index);

/// The key of a function: domain, name and overload in one string.
std::string functionKey(llvm::StringRef domain, llvm::StringRef name, llvm::StringRef overload);

/// What a graph is checked against.
struct CheckContext {
  const OpsetVersions &opsets;
  const llvm::StringSet<> &functions; ///< keys of the model's functions
  Problems &problems;
  bool inFunction; ///< whether attributes may refer to a function's attributes
};

/// Checks and sorts the main graph.
void checkMainGraph(GraphProto &graph, const CheckContext &context);

/// Checks and sorts a function's body.
void checkFunctionBody(FunctionProto &function, const CheckContext &context);

/// Sorts \p nodes so that each comes after those in its list of
/// \p dependencies (node indices), and otherwise in the given order. Returns
/// the nodes of a cycle if there is one, and leaves the order alone then.
std::vector<int> sortNodes(google::protobuf::RepeatedPtrField<NodeProto> &nodes,
                           const std::vector<std::vector<int>> &dependencies);

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_CHECK_H

//===-- Registry.h - which function imports which operator ------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_REGISTRY_H
#define INGOT_FRONTEND_ONNX_REGISTRY_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ingot::onnx {

class Node;

/// Creates the operators that compute what a node computes, and sets its results.
using ImportFunction = std::function<llvm::LogicalResult(Node &)>;
/// The same for nodes of one result: gives it, or null after an error.
using ValueFunction = std::function<mlir::Value(Node &)>;

constexpr llvm::StringLiteral kMicrosoftDomain = "com.microsoft";
constexpr llvm::StringLiteral kTrainingDomain = "ai.onnx.preview.training";

/// The importable operators. A form of an operator is registered under the
/// first opset version whose meaning it has, and stays in force until the next
/// registered one.
class Registry {
public:
  struct Form {
    unsigned required;
    ImportFunction import;
  };

  /// All families' operators.
  static const Registry &get();

  /// The first \p required operands are always present when \p function is called.
  void add(llvm::StringRef op, int64_t since, unsigned required, ImportFunction function,
           llvm::StringRef domain = "");
  void addValue(llvm::StringRef op, int64_t since, unsigned required, ValueFunction function,
                llvm::StringRef domain = "");

  /// The form of an operator under opset \p version, or null.
  const Form *find(llvm::StringRef domain, llvm::StringRef op, int64_t version) const;
  /// The oldest opset version with a registered form of the operator, or 0.
  int64_t oldest(llvm::StringRef domain, llvm::StringRef op) const;

  /// `domain.Operator` (without a dot in the default domain), sorted, with the versions registered.
  std::vector<std::pair<std::string, std::vector<int64_t>>> list() const;

private:
  using Forms = std::map<int64_t, Form>;
  static std::string key(llvm::StringRef domain, llvm::StringRef op);

  llvm::StringMap<Forms> operators;
};

// One function a family, each in the file of its name.
void registerActivation(Registry &registry);
void registerAttention(Registry &registry);
void registerControl(Registry &registry);
void registerConv(Registry &registry);
void registerDeformConv(Registry &registry);
void registerDropout(Registry &registry);
void registerEinsum(Registry &registry);
void registerElementwise(Registry &registry);
void registerImage(Registry &registry);
void registerIndex(Registry &registry);
void registerIntegerLinear(Registry &registry);
void registerLinear(Registry &registry);
void registerLoss(Registry &registry);
void registerMovement(Registry &registry);
void registerNorm(Registry &registry);
void registerPool(Registry &registry);
void registerQuantize(Registry &registry);
void registerRandom(Registry &registry);
void registerRecurrent(Registry &registry);
void registerReduce(Registry &registry);
void registerResize(Registry &registry);
void registerSample(Registry &registry);
void registerScan(Registry &registry);
void registerShape(Registry &registry);
void registerSignal(Registry &registry);
void registerSignalWindow(Registry &registry);
void registerTfIdf(Registry &registry);
void registerTraining(Registry &registry);

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_REGISTRY_H

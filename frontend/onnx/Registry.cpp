//===-- Registry.cpp - which function imports which operator --------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Registry.h"
#include "frontend/onnx/Node.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace ingot::onnx {

const Registry &Registry::get() {
  static const Registry registry = [] {
    Registry all;
    registerActivation(all);
    registerAttention(all);
    registerControl(all);
    registerConv(all);
    registerDeformConv(all);
    registerDropout(all);
    registerEinsum(all);
    registerElementwise(all);
    registerImage(all);
    registerIndex(all);
    registerIntegerLinear(all);
    registerLinear(all);
    registerLoss(all);
    registerMovement(all);
    registerNorm(all);
    registerPool(all);
    registerQuantize(all);
    registerRandom(all);
    registerRecurrent(all);
    registerReduce(all);
    registerResize(all);
    registerSample(all);
    registerScan(all);
    registerShape(all);
    registerSignal(all);
    registerSignalWindow(all);
    registerTfIdf(all);
    registerTraining(all);
    return all;
  }();
  return registry;
}

std::string Registry::key(StringRef domain, StringRef op) {
  return domain.empty() ? op.str() : (domain + "." + op).str();
}

void Registry::add(StringRef op, int64_t since, unsigned required, ImportFunction function, StringRef domain) {
  bool isNew = operators[key(domain, op)].try_emplace(since, Form{required, std::move(function)}).second;
  assert(isNew && "an operator's form is registered twice");
  (void)isNew;
}

void Registry::addValue(StringRef op, int64_t since, unsigned required, ValueFunction function, StringRef domain) {
  add(
      op, since, required,
      [function = std::move(function)](Node &node) {
        mlir::Value result = function(node);
        if (result)
          node.setResult(0, result);
        return success(bool(result));
      },
      domain);
}

const Registry::Form *Registry::find(StringRef domain, StringRef op, int64_t version) const {
  auto forms = operators.find(key(domain, op));
  if (forms == operators.end())
    return nullptr;
  auto next = forms->second.upper_bound(version);
  return next == forms->second.begin() ? nullptr : &std::prev(next)->second;
}

int64_t Registry::oldest(StringRef domain, StringRef op) const {
  auto forms = operators.find(key(domain, op));
  return forms == operators.end() ? 0 : forms->second.begin()->first;
}

std::vector<std::pair<std::string, std::vector<int64_t>>> Registry::list() const {
  std::vector<std::pair<std::string, std::vector<int64_t>>> result;
  for (const auto &entry : operators) {
    result.emplace_back(entry.getKey().str(), std::vector<int64_t>());
    for (const auto &form : entry.getValue())
      result.back().second.push_back(form.first);
  }
  llvm::sort(result);
  return result;
}

} // namespace ingot::onnx

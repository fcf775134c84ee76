//===-- Operators.cpp - ingot operators: what the compiler supports -----------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "frontend/onnx/Registry.h"
#include "tools/ingot/CommandLine.h"
#include "tools/ingot/Commands.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

using namespace llvm;

namespace ingot::tool {

/// Domain and operator of a registry key.
static std::pair<StringRef, StringRef> splitKey(StringRef key) {
  auto [domain, op] = key.rsplit('.');
  return op.empty() ? std::pair(StringRef("ai.onnx"), key) : std::pair(domain, op);
}

using Versions = std::vector<int64_t>;
using ByDomain = std::map<std::string, std::vector<std::pair<std::string, Versions>>>;

/// The README's table: one row a domain, each operator with the versions at which its meaning changed.
static void printMarkdown(const ByDomain &domains) {
  outs() << "| domain | operators |\n|---|---|\n";
  for (const auto &[domain, operators] : domains) {
    outs() << "| " << domain << " (" << operators.size() << ") | ";
    interleaveComma(operators, outs(), [](const auto &row) { outs() << row.first; });
    outs() << " |\n";
  }
}

static void printPlain(const ByDomain &domains) {
  for (const auto &[domain, operators] : domains)
    for (const auto &[op, versions] : operators) {
      outs() << left_justify(domain, 24) << ' ' << left_justify(op, 32) << " since opset ";
      interleaveComma(versions, outs());
      outs() << '\n';
    }
}

int operatorsCommand(Arguments arguments) {
  bool markdown = false;
  CommandLine line("operators", "[--markdown]",
                   "Lists the supported operators with the opset versions that changed their meaning.");
  line.flag("markdown", "as the table of the README", markdown);
  if (std::optional<int> status = line.parse(arguments))
    return *status;
  ByDomain domains;
  for (const auto &[key, versions] : onnx::Registry::get().list()) {
    auto [domain, op] = splitKey(key);
    domains[domain.str()].emplace_back(op.str(), versions);
  }
  (markdown ? printMarkdown : printPlain)(domains);
  return kSuccess;
}

} // namespace ingot::tool

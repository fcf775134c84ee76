//===-- Extents.cpp - what the user chose for dynamic dimensions ----------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Extents.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <map>

using namespace llvm;

namespace ingot::onnx {
namespace {

using Dimension = TensorShapeProto::Dimension;

bool isDynamic(const Dimension &dim) { return !dim.has_dim_value() || dim.dim_value() < 0; }

class Chooser {
public:
  Chooser(GraphProto &graph, Problems &problems);

  void choose(StringRef setting, int64_t extent);
  ExtentsByName takeNamed() { return std::move(named); }

private:
  void fix(StringRef setting, Dimension &dim, int64_t extent);
  std::string listChoices() const;

  Problems &problems;
  std::map<std::string, Dimension *> byPlace; ///< "INPUT.AXIS"
  StringSet<> names;
  ExtentsByName named; ///< chosen so far
};

Chooser::Chooser(GraphProto &graph, Problems &problems) : problems(problems) {
  for (ValueInfoProto &input : *graph.mutable_input()) {
    if (!input.type().tensor_type().has_shape())
      continue;
    int64_t axis = 0;
    for (Dimension &dim : *input.mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim()) {
      byPlace[input.name() + "." + std::to_string(axis++)] = &dim;
      if (!dim.dim_param().empty())
        names.insert(dim.dim_param());
    }
  }
}

/// What settings may speak of: names, and the places of dynamic dimensions that have none.
std::string Chooser::listChoices() const {
  std::vector<std::string> choices;
  for (const auto &name : names)
    choices.push_back("'" + name.getKey().str() + "'");
  for (const auto &[place, dim] : byPlace)
    if (isDynamic(*dim) && dim->dim_param().empty())
      choices.push_back("'" + place + "'");
  sort(choices);
  return choices.empty() ? ": all are static" : ", only " + join(choices, ", ");
}

void Chooser::fix(StringRef setting, Dimension &dim, int64_t extent) {
  if (isDynamic(dim))
    return dim.set_dim_value(extent);
  if (dim.dim_value() != extent)
    problems.push_back("dimension '" + setting.str() + "' is " + std::to_string(dim.dim_value()) + " and cannot be " +
                       std::to_string(extent));
}

void Chooser::choose(StringRef setting, int64_t extent) {
  std::string name = setting.str();
  if (!names.contains(name)) {
    auto place = byPlace.find(name);
    if (place == byPlace.end())
      return problems.push_back("no dimension of the inputs is called '" + name + "'" + listChoices());
    if (place->second->dim_param().empty())
      return fix(setting, *place->second, extent);
    name = place->second->dim_param();
  }
  auto [entry, isNew] = named.try_emplace(name, extent);
  if (!isNew && entry->second != extent)
    problems.push_back("dimension '" + name + "' is chosen to be " + std::to_string(entry->second) + " and, as '" +
                       setting.str() + "', " + std::to_string(extent));
}

} // namespace

ExtentsByName chooseExtents(GraphProto &graph, const ExtentsByName &settings, Problems &problems) {
  Chooser chooser(graph, problems);
  // Sorted, so that messages do not depend on a hash.
  std::map<StringRef, int64_t> sorted;
  for (const auto &entry : settings)
    sorted.emplace(entry.getKey(), entry.getValue());
  for (const auto &[setting, extent] : sorted)
    chooser.choose(setting, extent);
  return chooser.takeNamed();
}

} // namespace ingot::onnx

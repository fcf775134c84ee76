//===-- ModelOptions.cpp - the options that every subcommand with a model takes -----------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/ModelOptions.h"
#include "tools/ingot/CommandLine.h"
#include "llvm/ADT/SmallVector.h"

using namespace llvm;

namespace ingot::tool {

void ModelOptions::declare(CommandLine &line) {
  line.positional("model file", model);
  line.list("shape", "NAME=N,...", "extents of dynamic dimensions, by name or as INPUT.AXIS=N; the others stay dynamic",
            shapes);
}

Expected<StringMap<int64_t>> ModelOptions::extents() const {
  StringMap<int64_t> result;
  for (StringRef text : shapes) {
    SmallVector<StringRef> settings;
    text.split(settings, ',');
    for (StringRef setting : settings) {
      auto [name, value] = setting.rsplit('=');
      int64_t extent = 0;
      if (name.empty() || value.getAsInteger(10, extent) || extent < 0)
        return createStringError("--shape: expected NAME=N,... but got '" + text + "'");
      auto [entry, isNew] = result.try_emplace(name, extent);
      if (!isNew && entry->second != extent)
        return createStringError("--shape: '" + name + "' is given as " + Twine(entry->second) + " and as " +
                                 Twine(extent));
    }
  }
  return result;
}

} // namespace ingot::tool

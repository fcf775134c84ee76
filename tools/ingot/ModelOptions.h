//===-- ModelOptions.h - the options that every subcommand with a model takes -------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_TOOLS_INGOT_MODELOPTIONS_H
#define INGOT_TOOLS_INGOT_MODELOPTIONS_H

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace ingot::tool {

class CommandLine;

/// A model and what to specialize it to.
struct ModelOptions {
  std::string model;
  std::vector<std::string> shapes; ///< each "NAME=N,..."

  /// Declares the options in \p line.
  void declare(CommandLine &line);
  /// The extents that `shapes` gives to dimensions, which it calls by name or INPUT.AXIS.
  llvm::Expected<llvm::StringMap<int64_t>> extents() const;
};

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_MODELOPTIONS_H

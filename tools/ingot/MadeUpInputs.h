//===-- MadeUpInputs.h - values for inputs that nobody gives ------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_TOOLS_INGOT_MADEUPINPUTS_H
#define INGOT_TOOLS_INGOT_MADEUPINPUTS_H

#include "tools/ingot/Contestant.h"
#include "tools/ingot/TemporaryFolder.h"
#include <random>

namespace ingot::tool {

/// Writes files of values that only depend on the inputs' order, types and sizes.
class MadeUpInputs {
public:
  explicit MadeUpInputs(const TemporaryFolder &folder) : folder(folder) {}

  /// The options of an executable that give it all of its inputs: what \p given has, each "NAME=FILE", else made-up
  /// values of the sizes that \p sizeOf says. An error of it is the caller's to word.
  llvm::Error add(llvm::ArrayRef<InputInfo> inputs, llvm::ArrayRef<std::string> given,
                  llvm::function_ref<llvm::Expected<int64_t>(const InputInfo &, const InputInfo::Dim &)> sizeOf,
                  std::vector<std::string> &arguments);

private:
  llvm::Error write(const InputInfo &info, llvm::ArrayRef<int64_t> dims, const std::string &path);

  const TemporaryFolder &folder;
  std::mt19937_64 random{1};
};

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_MADEUPINPUTS_H

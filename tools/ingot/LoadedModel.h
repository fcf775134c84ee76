//===-- LoadedModel.h - a compiled model in this process ----------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_TOOLS_INGOT_LOADEDMODEL_H
#define INGOT_TOOLS_INGOT_LOADEDMODEL_H

#include "ingot.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace ingot::tool {

/// A model's shared library, used through the functions that its header declares.
class LoadedModel {
public:
  /// Loads the library at \p path, whose symbols begin with \p prefix.
  static llvm::Expected<LoadedModel> load(const std::string &path, llvm::StringRef prefix);
  LoadedModel(LoadedModel &&other);
  ~LoadedModel();

  const ingot_model &model() const { return *description; }
  /// One run; the outputs' memory is valid until the next one.
  llvm::Expected<std::vector<ingot_tensor>> run(llvm::ArrayRef<ingot_tensor> inputs);

private:
  LoadedModel() = default;
  llvm::Error open(const std::string &path, llvm::StringRef prefix);

  void *library = nullptr;
  const ingot_model *description = nullptr;
  int (*runOnce)(const ingot_tensor *, ingot_tensor *) = nullptr;
  const char *(*lastError)() = nullptr;
};

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_LOADEDMODEL_H

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
#include <vector>

namespace ingot::tool {

/// A model's shared library and one session of it. The session is the library's own: it carries its runtime.
class LoadedModel {
public:
  /// Loads the library at \p path, which exports the model as \p symbol.
  static llvm::Expected<LoadedModel> load(const std::string &path, const std::string &symbol, int32_t threads);
  LoadedModel(LoadedModel &&other);
  ~LoadedModel();

  const ingot_model &model() const { return *description; }
  /// One run; the outputs' memory is valid until the next one.
  llvm::Expected<std::vector<ingot_tensor>> run(llvm::ArrayRef<ingot_tensor> inputs);

private:
  LoadedModel() = default;
  template <typename Function>
  llvm::Error find(Function &function, const char *name);
  llvm::Error open(const std::string &path, const std::string &symbol, int32_t threads);

  void *library = nullptr;
  const ingot_model *description = nullptr;
  ingot_session *session = nullptr;
  decltype(&ingot_session_create) create = nullptr;
  decltype(&ingot_session_run) runOnce = nullptr;
  decltype(&ingot_session_destroy) destroy = nullptr;
  decltype(&ingot_last_error) lastError = nullptr;
};

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_LOADEDMODEL_H

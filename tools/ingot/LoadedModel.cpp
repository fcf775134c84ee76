//===-- LoadedModel.cpp - a compiled model in this process --------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/LoadedModel.h"
#include "llvm/ADT/Twine.h"
#include <dlfcn.h>
#include <utility>

using namespace llvm;

namespace ingot::tool {

/// Sets \p symbol to what \p library exports as \p name.
template <typename Pointer>
static Error find(void *library, const Twine &name, Pointer &symbol) {
  symbol = reinterpret_cast<Pointer>(dlsym(library, name.str().c_str()));
  return symbol ? Error::success() : createStringError(dlerror());
}

Error LoadedModel::open(const std::string &path, StringRef prefix) {
  library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return createStringError(dlerror());
  if (Error error = find(library, prefix + "_model", description))
    return error;
  if (Error error = find(library, prefix + "_run", runOnce))
    return error;
  return find(library, prefix + "_error", lastError);
}

Expected<LoadedModel> LoadedModel::load(const std::string &path, StringRef prefix) {
  LoadedModel loaded;
  if (Error error = loaded.open(path, prefix))
    return error;
  return loaded;
}

LoadedModel::LoadedModel(LoadedModel &&other)
    : library(std::exchange(other.library, nullptr)), description(other.description), runOnce(other.runOnce),
      lastError(other.lastError) {}

LoadedModel::~LoadedModel() {
  if (library)
    dlclose(library);
}

Expected<std::vector<ingot_tensor>> LoadedModel::run(ArrayRef<ingot_tensor> inputs) {
  if (inputs.size() != size_t(description->num_inputs))
    return createStringError("expected " + Twine(description->num_inputs) + " inputs but got " +
                             Twine(inputs.size()));
  std::vector<ingot_tensor> outputs(size_t(description->num_outputs));
  if (runOnce(inputs.data(), outputs.data()) != 0)
    return createStringError(lastError());
  return outputs;
}

} // namespace ingot::tool

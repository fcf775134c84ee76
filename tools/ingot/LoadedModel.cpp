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

template <typename Function>
Error LoadedModel::find(Function &function, const char *name) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function ? Error::success() : createStringError(dlerror());
}

Error LoadedModel::open(const std::string &path, const std::string &symbol, int32_t threads) {
  library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return createStringError(dlerror());
  if (Error error = find(create, "ingot_session_create"))
    return error;
  if (Error error = find(runOnce, "ingot_session_run"))
    return error;
  if (Error error = find(destroy, "ingot_session_destroy"))
    return error;
  if (Error error = find(lastError, "ingot_last_error"))
    return error;
  if (Error error = find(description, symbol.c_str()))
    return error;
  ingot_options options = {};
  options.threads = threads;
  if (create(description, &options, &session) != INGOT_OK)
    return createStringError(lastError());
  return Error::success();
}

Expected<LoadedModel> LoadedModel::load(const std::string &path, const std::string &symbol, int32_t threads) {
  LoadedModel loaded;
  if (Error error = loaded.open(path, symbol, threads))
    return error;
  return loaded;
}

LoadedModel::LoadedModel(LoadedModel &&other)
    : library(std::exchange(other.library, nullptr)), description(other.description),
      session(std::exchange(other.session, nullptr)), create(other.create), runOnce(other.runOnce),
      destroy(other.destroy), lastError(other.lastError) {}

LoadedModel::~LoadedModel() {
  if (session)
    destroy(session);
  if (library)
    dlclose(library);
}

Expected<std::vector<ingot_tensor>> LoadedModel::run(ArrayRef<ingot_tensor> inputs) {
  std::vector<ingot_tensor> outputs(size_t(description->num_outputs));
  if (inputs.size() != size_t(description->num_inputs))
    return createStringError("expected " + Twine(description->num_inputs) + " inputs but got " +
                             Twine(inputs.size()));
  if (runOnce(session, inputs.data(), outputs.data()) != INGOT_OK)
    return createStringError(lastError());
  return outputs;
}

} // namespace ingot::tool

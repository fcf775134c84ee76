//===-- Run.cpp - ingot run: compiles a model into a cache and runs it --------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "frontend/onnx/ExternalData.h"
#include "tools/ingot/CacheFolder.h"
#include "tools/ingot/CommandLine.h"
#include "tools/ingot/Commands.h"
#include "tools/ingot/Compilation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/TargetParser/Host.h"
#include <cerrno>
#include <cstring>
#include <set>
#include <unistd.h>

using namespace llvm;

namespace ingot::tool {
namespace {

/// The contents of the weight files beside a model. What is wrong with them is for the compilation to say.
void addWeights(const onnx::ModelFile &file, function_ref<void(StringRef)> add) {
  StringSet<> locations = onnx::externalLocations(file.model());
  std::set<StringRef> sorted(locations.keys().begin(), locations.keys().end());
  onnx::ExternalFiles files(file.path());
  for (StringRef location : sorted) {
    add(location);
    if (auto weights = files.map(location))
      add((*weights)->getBuffer());
    else
      consumeError(weights.takeError());
  }
}

/// Everything that decides what the compiler makes of a model, in one string of hex digits.
Expected<std::string> cacheKey(const CompileOptions &options, const onnx::ModelFile &file) {
  BLAKE3 hash;
  auto add = [&](StringRef text) {
    hash.update(std::to_string(text.size()) + ":");
    hash.update(text);
  };
  // The compiler stands for its version: a build that is not released has none of its own.
  std::string compiler = sys::fs::getMainExecutable(nullptr, reinterpret_cast<void *>(&cacheKey));
  sys::fs::file_status status;
  if (std::error_code code = sys::fs::status(compiler, status))
    return createStringError(compiler + ": " + code.message());
  add(INGOT_VERSION);
  add(std::to_string(status.getSize()));
  add(std::to_string(status.getLastModificationTime().time_since_epoch().count()));
  add(file.bytes());
  addWeights(file, add);
  add(options.target);
  add(sys::getHostCPUName());
  add(options.profile ? "profile" : "");
  add(options.fastMath ? "fast-math" : "");
  add(std::to_string(options.level));
  add(options.weights);
  add(std::to_string(options.threads));
  for (StringRef shape : options.model.shapes)
    add(shape);
  return toHex(hash.final(), /*LowerCase=*/true).substr(0, 32);
}

/// The executable of the model, compiled where the cache does not have it.
Expected<std::string> provide(const CompileOptions &options) {
  Expected<std::string> folder = cacheFolder("");
  if (!folder)
    return folder.takeError();
  Compilation compilation(options);
  if (Error error = compilation.open())
    return error;
  Expected<std::string> key = cacheKey(options, compilation.file());
  if (!key)
    return key.takeError();
  SmallString<256> path(*folder);
  sys::path::append(path, sys::path::stem(options.model.model) + "-" + *key);
  if (sys::fs::can_execute(path))
    return std::string(path);
  if (Error error = compilation.import())
    return error;
  if (Error error = compilation.write(path, ArtifactKind::Executable))
    return error;
  return std::string(path);
}

/// Becomes the executable; comes back only on an error.
Error become(const std::string &path, const std::vector<std::string> &arguments) {
  std::vector<char *> words = {const_cast<char *>(path.c_str())};
  for (const std::string &argument : arguments)
    words.push_back(const_cast<char *>(argument.c_str()));
  words.push_back(nullptr);
  execv(path.c_str(), words.data());
  return createStringError(path + ": " + std::strerror(errno));
}

} // namespace

int runCommand(Arguments arguments) {
  CompileOptions options;
  std::vector<std::string> forwarded;
  CommandLine line("run", "MODEL [options] [-- model's options]",
                   "Compiles a model, or takes it from the cache ($XDG_CACHE_HOME/ingot), and runs it. From the first\n"
                   "option that is not below, all goes to the model: --input, --output, --bench, --threads; try\n"
                   "'ingot run MODEL -- --help'.");
  options.declare(line);
  line.rest(forwarded);
  if (std::optional<int> status = line.parse(arguments))
    return *status;
  Expected<std::string> executable = provide(options);
  if (!executable)
    return complain(executable.takeError());
  return complain(become(*executable, forwarded));
}

} // namespace ingot::tool

//===-- Tune.cpp - ingot compile --tune: choices by measurement ---------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/Tune.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"
#include "tools/ingot/CacheFolder.h"
#include "tools/ingot/CommandLine.h"
#include "tools/ingot/Tuner.h"

using namespace llvm;

namespace ingot::tool {

void TuneOptions::declare(CommandLine &line) {
  line.flag("tune", "searches for schedules by running the model on this processor; what was measured is kept, so\n"
                    "that an interrupted search goes on and a finished one is not repeated", wanted);
  line.count("tune-trials", "N", "candidates of each kernel at most; otherwise 32", trials);
  line.count("tune-threads", "N", "to measure with; otherwise 1", threads);
  line.list("tune-input", "NAME=FILE", "an input to measure with: .npy, .npz or .pb; otherwise made-up values", inputs);
  line.text("tune-cache", "FOLDER", "for what was measured; otherwise $XDG_CACHE_HOME/ingot/tune", cache);
}

Error TuneOptions::check(const CompileOptions &compile) const {
  if (!wanted && (trials || threads || !inputs.empty() || !cache.empty()))
    return createStringError("--tune-trials, --tune-threads, --tune-input and --tune-cache go with --tune only");
  if (!wanted)
    return Error::success();
  if (compile.target != "native")
    return createStringError("--tune and --target=" + compile.target + " do not go together: what is compiled runs "
                             "here to be measured");
  if (compile.level == 0)
    return createStringError("--tune and -O0 do not go together: the reference has no schedules");
  for (StringRef input : inputs)
    if (auto [name, file] = input.split('='); name.empty() || file.empty())
      return createStringError("--tune-input: expected NAME=FILE but got '" + input + "'");
  return Error::success();
}

/// All that times depend on besides the kernel: the processor, its caches and what it may do, and the compiler.
static std::string spellProcessor(const Target &target) {
  std::string text = "ingot " INGOT_VERSION " on " + target.cpu + " " + target.features + "; caches:";
  Caches caches = readCaches();
  for (int64_t bytes : {caches.l1, caches.l2, caches.l3})
    text += " " + std::to_string(bytes);
  return text;
}

static Expected<tune::Cache> openCache(const TuneOptions &options, const Target &target) {
  std::string folder = options.cache;
  if (folder.empty()) {
    Expected<std::string> found = cacheFolder("tune");
    if (!found)
      return found.takeError();
    folder = *found;
  } else if (std::error_code code = sys::fs::create_directories(folder)) {
    return createStringError(folder + ": " + code.message());
  }
  std::string processor = spellProcessor(target);
  SmallString<256> path(folder);
  sys::path::append(path, target.cpu + "-" + utohexstr(xxh3_64bits(processor), /*LowerCase=*/true, 16) + ".json");
  return tune::Cache::open(path, processor);
}

Error tune(Compilation &compilation, const CompileOptions &compile, const TuneOptions &options) {
  Expected<tune::Cache> cache = openCache(options, compilation.pipeline.target);
  if (!cache)
    return cache.takeError();
  Expected<TemporaryFolder> folder = TemporaryFolder::create("ingot-tune");
  if (!folder)
    return folder.takeError();
  Error error = Tuner(compilation, compile, options, *cache, *folder).run();
  if (std::string warning = cache->takeWarning(); !warning.empty())
    errs() << "ingot: warning: " << warning << '\n';
  return error;
}

} // namespace ingot::tool

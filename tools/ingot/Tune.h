//===-- Tune.h - ingot compile --tune: choices by measurement -----------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_TOOLS_INGOT_TUNE_H
#define INGOT_TOOLS_INGOT_TUNE_H

#include "tools/ingot/Compilation.h"

namespace ingot::tool {

struct TuneOptions {
  bool wanted = false;
  int64_t trials = 0, threads = 0; ///< 0: the default
  std::string cache;
  std::vector<std::string> inputs;

  int64_t getTrials() const { return trials ? trials : 32; }
  int64_t getThreads() const { return threads ? threads : 1; }

  void declare(CommandLine &line);
  /// Whether these and the compilation's options make sense together.
  llvm::Error check(const CompileOptions &compile) const;
};

/// Takes an imported model through Phase::Fuse and writes down what was measured to be better than the cost model's
/// choices, for the phases to come.
llvm::Error tune(Compilation &compilation, const CompileOptions &compile, const TuneOptions &options);

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_TUNE_H

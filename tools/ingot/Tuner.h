//===-- Tuner.h - measures choices inside of the model ------------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
//
// A trial compiles the whole model with another candidate for every kernel at once, runs it and the cost model's in
// turns, and reads each kernel's time from their profiles: kernels are measured with the caches as they find them, and
// as many candidates of all kernels cost as many compilations.
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_TOOLS_INGOT_TUNER_H
#define INGOT_TOOLS_INGOT_TUNER_H

#include "codegen/tune/Cache.h"
#include "codegen/tune/Tunable.h"
#include "tools/ingot/Contestant.h"
#include "tools/ingot/TemporaryFolder.h"
#include "tools/ingot/Tune.h"
#include "tools/ingot/TuneProgress.h"
#include <map>

namespace ingot::tool {

class Tuner {
public:
  Tuner(Compilation &compilation, const CompileOptions &compile, const TuneOptions &options, tune::Cache &cache,
        const TemporaryFolder &folder);

  /// Leaves the module behind Phase::Fuse, with what is better in `rt.tuned`.
  llvm::Error run();

private:
  using Find = std::vector<tune::Tunable> (*)(mlir::ModuleOp lowered);
  using Searches = std::map<std::string, tune::Search>; ///< by key
  /// An executable with marks, and which choices its kernels stand for.
  struct Racer {
    Contestant contestant;
    std::multimap<std::string, std::string> keys; ///< of the kernels
  };
  /// How long to measure: rounds in turns, seconds of each.
  struct Length {
    int64_t rounds;
    double seconds;
  };
  /// Times of each key, and of the whole model.
  struct Outcome {
    std::map<std::string, tune::Cache::Times> keys;
    tune::Cache::Times whole;
  };

  llvm::Error runStage(llvm::StringRef title, Compilation::Snapshot &from, Find find, int64_t trials);
  void recall(Searches &searches);
  llvm::Error tryNext(Searches &searches);
  llvm::Error hold(const Searches &winners);
  llvm::Error measureWhole(Compilation::Snapshot &fused);

  llvm::Error prepareRuns(const Contestant &contestant);
  llvm::Expected<Racer> build(Compilation::Snapshot &from, const mlir::NamedAttrList &tuned, llvm::StringRef label);
  llvm::Error buildFirst();
  llvm::Expected<Outcome> race(const mlir::NamedAttrList &candidates, Length length);
  llvm::Error runRounds(Racer &first, Racer &other, Length length, Outcome &outcome);
  tune::Cache::Name nameOf(const std::string &key, const tune::Search &search, mlir::Attribute candidate) const;
  llvm::Error checkInterrupt() const;

  Compilation &compilation;
  const CompileOptions &compile;
  const TuneOptions &options;
  tune::Cache &cache;
  const TemporaryFolder &folder;
  TuneProgress progress;
  std::string settings; ///< that times depend on besides the kernel
  std::vector<std::string> arguments; ///< of each run

  mlir::NamedAttrList tuned; ///< what was found to be better
  int64_t kernels = 0, measured = 0;

  // Of the stage.
  Compilation::Snapshot *from = nullptr;
  Find find = nullptr;
  std::optional<Racer> first;
  double firstLatency = 0;
};

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_TUNER_H

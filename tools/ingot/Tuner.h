//===-- Tuner.h - searches for better choices than the cost model's -----------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_TOOLS_INGOT_TUNER_H
#define INGOT_TOOLS_INGOT_TUNER_H

#include "tools/ingot/Trials.h"
#include "tools/ingot/TuneProgress.h"
#include <set>

namespace ingot::tool {

/// In stages: what later ones choose depends on what earlier ones chose. In each, all kernels' searches advance by the
/// same trials, and the winners meet the cost model's choices once more.
class Tuner {
public:
  Tuner(Compilation &compilation, const CompileOptions &compile, const TuneOptions &options, tune::Cache &cache,
        const TemporaryFolder &folder);

  /// Leaves the module behind Phase::Fuse, with what is better in `rt.tuned`.
  llvm::Error run();

private:
  using Searches = std::map<std::string, tune::Search>; ///< by key

  llvm::Error lowerFrom(Compilation::Snapshot &fused, Compilation::Snapshot &lowered);
  llvm::Error runStage(llvm::StringRef title, Compilation::Snapshot &from, Trials::Find find, int64_t most);
  void recall(Searches &searches);
  llvm::Error tryNext(const Searches &searches);
  llvm::Error holdContest(const Searches &searches, const mlir::NamedAttrList &winners);
  llvm::Error takeWinners(const Searches &searches);
  llvm::Error measureWhole(Compilation::Snapshot &fused);

  llvm::Expected<Trials::Outcome> race(const mlir::NamedAttrList &candidates, Trials::Length length);
  tune::Cache::Name nameOf(const std::string &key, const tune::Search &search, mlir::Attribute candidate) const;

  Compilation &compilation;
  const TuneOptions &options;
  tune::Cache &cache;
  Trials trials;
  TuneProgress progress;
  std::string settings; ///< that times depend on besides the kernel
  std::set<tune::Cache::Name> failed; ///< candidates of trials that did not run
  mlir::NamedAttrList tuned; ///< what was found to be better
  size_t kernels = 0;
};

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_TUNER_H

//===-- Trials.h - the model with other choices against the model as it is ----------------------===//
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
#ifndef INGOT_TOOLS_INGOT_TRIALS_H
#define INGOT_TOOLS_INGOT_TRIALS_H

#include "codegen/tune/Cache.h"
#include "codegen/tune/Tunable.h"
#include "tools/ingot/Contestant.h"
#include "tools/ingot/TemporaryFolder.h"
#include "tools/ingot/Tune.h"
#include <map>

namespace ingot::tool {

class Trials {
public:
  using Find = std::vector<tune::Tunable> (*)(mlir::ModuleOp lowered);
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

  Trials(Compilation &compilation, const CompileOptions &compile, const TuneOptions &options,
         const TemporaryFolder &folder);

  /// Trials to come go on from \p from, measure what \p find finds (null: the whole only), and have \p first as the
  /// choices to compare with. The snapshot has to stay.
  void begin(Compilation::Snapshot &from, Find find, mlir::NamedAttrList first);
  llvm::Expected<Outcome> race(const mlir::NamedAttrList &candidates, Length length);

  /// Whether the choices to compare with have run.
  bool hasFirst() const { return first.has_value(); }
  int64_t getCount() const { return count; }

private:
  /// An executable with marks, and which choices its kernels stand for.
  struct Racer {
    Contestant contestant;
    std::multimap<std::string, std::string> keys; ///< of the kernels
  };

  llvm::Expected<Racer> build(const mlir::NamedAttrList &choices, llvm::StringRef label);
  llvm::Error buildFirst();
  llvm::Error prepareInputs(const Contestant &contestant);
  llvm::Error checkOutputs(Contestant &other);
  llvm::Error run(Racer &racer, int64_t runs, double tune::Cache::Times::*field, Outcome &outcome);

  Compilation &compilation;
  const CompileOptions &compile;
  const TuneOptions &options;
  const TemporaryFolder &folder;
  std::vector<std::string> arguments; ///< of each run
  bool hasInputs = false;
  int64_t count = 0;

  Compilation::Snapshot *from = nullptr;
  Find find = nullptr;
  mlir::NamedAttrList firstChoices;
  std::optional<Racer> first;
  TensorList firstOutputs{nullptr, nullptr}; ///< null where runs do not even agree with each other
  Profile firstProfile;
};

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_TRIALS_H

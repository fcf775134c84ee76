//===-- Trials.cpp - the model with other choices against the model as it is --------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/Trials.h"
#include "codegen/tile/TileDialect.h"
#include "llvm/Support/FormatVariadic.h"
#include "tools/ingot/Compare.h"
#include "tools/ingot/MadeUpInputs.h"

using namespace llvm;
using ingot::tune::Cache;

namespace ingot::tool {

/// Runs of one round that a mean needs, and calls of kernels whose trace is read in no time.
static constexpr double leastRuns = 5, mostCalls = 20000;

Trials::Trials(Compilation &compilation, const CompileOptions &compile, const TuneOptions &options,
               const TemporaryFolder &folder)
    : compilation(compilation), compile(compile), options(options), folder(folder),
      arguments{"--threads", std::to_string(options.getThreads())} {
  pin(options.getThreads());
}

void Trials::begin(Compilation::Snapshot &snapshot, Find findTunables, mlir::NamedAttrList choices) {
  from = &snapshot;
  find = findTunables;
  firstChoices = std::move(choices);
  first.reset();
}

//===--- executables -----------------------------------------------------------------------------===//

Expected<Trials::Racer> Trials::build(const mlir::NamedAttrList &choices, StringRef label) {
  compilation.restore(*from);
  mlir::ModuleOp module = compilation.module();
  module->setAttr(tile::kTunedAttrName, choices.getDictionary(module.getContext()));
  if (Error error = compilation.runTo(Phase::Lower))
    return error;
  std::multimap<std::string, std::string> keys;
  if (find)
    for (const tune::Tunable &tunable : find(compilation.module()))
      keys.emplace(tunable.kernel, tunable.key);
  std::string path = folder.file(label);
  if (Error error = compilation.write(path, ArtifactKind::Executable))
    return error;
  Expected<Contestant> contestant = Contestant::open(path, label, folder.file(""));
  if (!contestant)
    return contestant.takeError();
  contestant->setArguments(arguments);
  return Racer{std::move(*contestant), std::move(keys)};
}

/// The options that give each run its inputs.
Error Trials::prepareInputs(const Contestant &contestant) {
  auto sizeOf = [&](const InputInfo &info, const InputInfo::Dim &) -> Expected<int64_t> {
    return createStringError(compile.model.model + ": --tune needs to know every extent of input " + info.text() +
                             ": give it by --shape, or a value by --tune-input");
  };
  hasInputs = true;
  return MadeUpInputs(folder).add(contestant.inputs(), options.inputs, sizeOf, arguments);
}

/// Where floating-point outputs differ by more than rounding; empty where they agree. Integers that come of rounding
/// may differ, and only the model knows by how much.
static std::string findMismatch(const ingot_tensor_list &expected, const ingot_tensor_list &actual) {
  if (expected.count != actual.count)
    return formatv("{0} outputs and {1}", expected.count, actual.count);
  for (int32_t i = 0; i < expected.count; ++i) {
    const ingot_named_tensor &tensor = expected.tensors[i];
    Bounds bounds = defaultBounds(tensor.tensor.dtype);
    if (bounds.relative == 0)
      continue;
    Comparison comparison = compare(actual.tensors[i].tensor, tensor.tensor, bounds);
    if (!comparison.matches())
      return std::string(tensor.name) + ": " +
             (comparison.problem.empty() ? "first " + comparison.firstWrong : comparison.problem);
  }
  return "";
}

Error Trials::buildFirst() {
  if (first)
    return Error::success();
  Expected<Racer> racer = build(firstChoices, "first");
  if (!racer)
    return racer.takeError();
  if (!hasInputs)
    if (Error error = prepareInputs(racer->contestant))
      return error;
  racer->contestant.setArguments(arguments);
  Expected<Profile> profile = racer->contestant.profile(static_cast<int64_t>(leastRuns));
  if (!profile)
    return profile.takeError();
  firstProfile = std::move(*profile);
  Expected<TensorList> outputs = racer->contestant.run(), again = racer->contestant.run();
  if (!outputs || !again)
    return joinErrors(outputs.takeError(), again.takeError());
  firstOutputs = std::move(*outputs);
  if (!findMismatch(*firstOutputs, **again).empty()) // the model makes random numbers
    firstOutputs.reset();
  first = std::move(*racer);
  return Error::success();
}

/// No time is worth a wrong result.
Error Trials::checkOutputs(Contestant &other) {
  if (!firstOutputs)
    return Error::success();
  Expected<TensorList> outputs = other.run();
  if (!outputs)
    return outputs.takeError();
  std::string mismatch = findMismatch(*firstOutputs, **outputs);
  return mismatch.empty() ? Error::success()
                          : createStringError("other choices give other outputs, a defect of ingot: " + mismatch);
}

//===--- measurement -----------------------------------------------------------------------------===//

static double least(double a, double b) { return a > 0 ? std::min(a, b) : b; }

/// One round; of several, the fastest counts.
Error Trials::run(Racer &racer, int64_t runs, double Cache::Times::*field, Outcome &outcome) {
  Expected<Profile> profile = racer.contestant.profile(runs);
  if (!profile)
    return profile.takeError();
  std::map<std::string, double> times;
  for (const auto &[kernel, key] : racer.keys)
    times[key] += profile->kernels.lookup(kernel);
  for (const auto &[key, time] : times)
    outcome.keys[key].*field = least(outcome.keys[key].*field, time);
  outcome.whole.*field = least(outcome.whole.*field, profile->whole);
  return Error::success();
}

Expected<Trials::Outcome> Trials::race(const mlir::NamedAttrList &candidates, Length length) {
  if (Error error = buildFirst())
    return error;
  Expected<Racer> other = build(candidates, "candidate");
  if (!other)
    return other.takeError();
  if (Error error = checkOutputs(other->contestant))
    return error;
  Outcome outcome;
  double runs = std::min(length.seconds * 1e6 / std::max(firstProfile.whole, 1.0),
                         mostCalls / std::max(firstProfile.calls, 1.0));
  for (int64_t round = 0; round < length.rounds; ++round)
    for (int turn : {0, 1}) {
      // In turns, the order reversed every other round.
      bool isFirst = turn == (round & 1);
      if (Error error = run(isFirst ? *first : *other, static_cast<int64_t>(std::max(runs, leastRuns)),
                            isFirst ? &Cache::Times::first : &Cache::Times::candidate, outcome))
        return error;
    }
  ++count;
  return outcome;
}

} // namespace ingot::tool

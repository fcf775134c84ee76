//===-- Tuner.cpp - searches for better choices than the cost model's ---------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/Tuner.h"
#include "codegen/tile/TileDialect.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Signals.h"
#include <atomic>
#include <limits>

using namespace llvm;
using ingot::tune::Cache;
using ingot::tune::Search;

namespace ingot::tool {

/// What a winner has to gain over the cost model's choice in the last contest: a share of the time, and microseconds
/// that a clock can tell.
static constexpr double leastGain = 0.02, leastMicroseconds = 0.02;
/// Choices of lowering are few: all are tried.
static constexpr int64_t allChoices = 8;
static constexpr Trials::Length trialLength{/*rounds=*/2, /*seconds=*/0.15}, contestLength{/*rounds=*/6, 0.3};

static std::atomic<bool> interrupted = false;

Tuner::Tuner(Compilation &compilation, const CompileOptions &compile, const TuneOptions &options, Cache &cache,
             const TemporaryFolder &folder)
    : compilation(compilation), options(options), cache(cache), trials(compilation, compile, options, folder) {
  settings = "; threads: " + std::to_string(options.getThreads()) + (compile.fastMath ? ", fast-math" : "");
}

//===--- measurement -----------------------------------------------------------------------------===//

static std::string toText(mlir::Attribute attribute) {
  std::string text;
  raw_string_ostream(text) << attribute;
  return text;
}

Cache::Name Tuner::nameOf(const std::string &key, const Search &search, mlir::Attribute candidate) const {
  return {key + settings, toText(search.getFirst()), toText(candidate)};
}

/// An interrupt ends what is running, too, and goes before the errors that follow from that.
Expected<Trials::Outcome> Tuner::race(const mlir::NamedAttrList &candidates, Trials::Length length) {
  Expected<Trials::Outcome> outcome = trials.race(candidates, length);
  if (!interrupted)
    return outcome;
  consumeError(outcome.takeError());
  return createStringError("interrupted; what was measured is in " + cache.getPath() +
                           ", and the next --tune goes on from there");
}

/// One trial of all searches that are not at their end.
Error Tuner::tryNext(const Searches &searches) {
  mlir::NamedAttrList candidates = tuned;
  for (const auto &[key, search] : searches)
    if (mlir::Attribute choice = search.next() ? search.next() : search.getBest(); choice != search.getFirst())
      candidates.set(key, choice);
  Expected<Trials::Outcome> outcome = race(candidates, trialLength);
  // Nobody knows which candidate it was, and all of them can be done without; unless it is the first choices.
  bool isLeftOut = !outcome && !interrupted && trials.hasFirst();
  if (!outcome && !isLeftOut)
    return outcome.takeError();
  if (isLeftOut)
    progress.say("warning: a trial is left out: " + toString(outcome.takeError()));
  Cache::Entries entries;
  for (const auto &[key, search] : searches)
    if (search.next() && isLeftOut)
      failed.insert(nameOf(key, search, search.next()));
    else if (search.next())
      entries[nameOf(key, search, search.next())] = outcome->keys[key];
  return cache.record(Cache::Purpose::Trial, entries);
}

/// The winners against the cost model's choices, for longer than in a trial.
Error Tuner::holdContest(const Searches &searches, const mlir::NamedAttrList &winners) {
  Expected<Trials::Outcome> outcome = race(winners, contestLength);
  if (!outcome)
    return outcome.takeError();
  Cache::Entries entries;
  for (const auto &[key, search] : searches)
    if (search.getBest() != search.getFirst())
      entries[nameOf(key, search, search.getBest())] = outcome->keys[key];
  return cache.record(Cache::Purpose::Contest, entries);
}

/// What all of it brings.
Error Tuner::measureWhole(Compilation::Snapshot &fused) {
  trials.begin(fused, /*find=*/nullptr, /*first=*/{});
  Expected<Trials::Outcome> outcome = race(tuned, contestLength);
  if (!outcome)
    return outcome.takeError();
  const Cache::Times &whole = outcome->whole;
  progress.say(formatv("the model takes {0:F1} us in place of {1:F1} us: {2:F3} times as fast", whole.candidate,
                       whole.first, whole.first / whole.candidate));
  return Error::success();
}

//===--- search ----------------------------------------------------------------------------------===//

/// In units of the first choice's time. Kernels that the inputs do not reach have none.
static double getRatio(const Cache::Times &times) {
  return times.candidate > 0 && times.first > 0 ? times.candidate / times.first : 1;
}

/// Goes as far as what was measured before leads.
void Tuner::recall(Searches &searches) {
  for (auto &[key, search] : searches)
    while (mlir::Attribute next = search.next()) {
      Cache::Name name = nameOf(key, search, next);
      std::optional<Cache::Times> times = cache.find(Cache::Purpose::Trial, name);
      if (!times && !failed.contains(name))
        break;
      search.record(times ? getRatio(*times) : std::numeric_limits<double>::infinity());
    }
}

Error Tuner::takeWinners(const Searches &searches) {
  mlir::NamedAttrList winners = tuned;
  auto find = [&](const std::string &key, const Search &search) {
    return cache.find(Cache::Purpose::Contest, nameOf(key, search, search.getBest()));
  };
  bool isKnown = true;
  for (const auto &[key, search] : searches)
    if (search.getBest() != search.getFirst()) {
      winners.set(key, search.getBest());
      isKnown &= find(key, search).has_value();
    }
  if (!isKnown)
    if (Error error = holdContest(searches, winners)) {
      if (interrupted)
        return error;
      progress.say("warning: the winners are left out: " + toString(std::move(error)));
      return Error::success();
    }
  for (const auto &[key, search] : searches)
    if (search.getBest() != search.getFirst()) {
      Cache::Times times = *find(key, search);
      if (times.candidate > 0 && times.first - times.candidate > std::max(times.first * leastGain, leastMicroseconds))
        tuned.set(key, search.getBest());
    }
  return Error::success();
}

Error Tuner::lowerFrom(Compilation::Snapshot &fused, Compilation::Snapshot &lowered) {
  compilation.restore(fused);
  mlir::ModuleOp module = compilation.module();
  module->setAttr(tile::kTunedAttrName, tuned.getDictionary(module.getContext()));
  if (Error error = compilation.runTo(Phase::Lower))
    return error;
  lowered = compilation.save();
  return Error::success();
}

Error Tuner::runStage(StringRef title, Compilation::Snapshot &from, Trials::Find find, int64_t most) {
  Compilation::Snapshot lowered;
  if (Error error = lowerFrom(from, lowered))
    return error;
  Searches searches;
  for (const tune::Tunable &tunable : find(*lowered.ir))
    searches.try_emplace(tunable.key, tunable.first, tunable.neighbours, most);
  kernels = searches.size();
  trials.begin(from, find, tuned);
  progress.begin(title);
  for (recall(searches);; recall(searches)) {
    int64_t left = 0, open = 0;
    for (const auto &[key, search] : searches)
      if (search.next())
        ++open, left = std::max(left, search.getBudget() - search.getTried());
    if (open == 0)
      break;
    if (Error error = tryNext(searches))
      return error;
    progress.advance(left - 1, open);
  }
  return takeWinners(searches);
}

Error Tuner::run() {
  if (Error error = compilation.runTo(Phase::Fuse))
    return error;
  PipelineOptions wanted = compilation.pipeline;
  compilation.pipeline.profile = true;
  compilation.pipeline.externalWeights = false;
  compilation.pipeline.dumpAfter.clear();
  compilation.pipeline.timing = nullptr;
  sys::SetInterruptFunction([] { interrupted = true; });

  Compilation::Snapshot fused = compilation.save(), lowered;
  if (Error error = runStage("panels", fused, tune::findPanels, allChoices))
    return error;
  if (Error error = runStage("convolutions", fused, tune::findOutputTiles, allChoices))
    return error;
  if (Error error = lowerFrom(fused, lowered))
    return error;
  if (Error error = runStage("schedules", lowered, tune::findSchedules, options.getTrials()))
    return error;
  progress.say(formatv("tuned: {0} kernels, {1} choices changed, {2} trials", kernels, tuned.getAttrs().size(),
                       trials.getCount()));
  if (trials.getCount() > 0 && !tuned.empty())
    if (Error error = measureWhole(fused))
      return error;

  sys::SetInterruptFunction(nullptr);
  compilation.pipeline = wanted;
  compilation.restore(fused);
  if (!tuned.empty())
    compilation.module()->setAttr(tile::kTunedAttrName, tuned.getDictionary(compilation.module().getContext()));
  return Error::success();
}

} // namespace ingot::tool

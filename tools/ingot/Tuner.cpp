//===-- Tuner.cpp - measures choices inside of the model ----------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/Tuner.h"
#include "codegen/tile/TileDialect.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Signals.h"
#include "tools/ingot/MadeUpInputs.h"
#include <atomic>
#include <limits>

using namespace llvm;
using ingot::tune::Cache;
using ingot::tune::Search;
using ingot::tune::Tunable;

namespace ingot::tool {

/// What a winner has to gain over the cost model's choice in the last contest.
static constexpr double leastGain = 0.02;
/// Choices of lowering are few: all are tried.
static constexpr int64_t allChoices = 8;

static std::atomic<bool> interrupted = false;

Tuner::Tuner(Compilation &compilation, const CompileOptions &compile, const TuneOptions &options, Cache &cache,
             const TemporaryFolder &folder)
    : compilation(compilation), compile(compile), options(options), cache(cache), folder(folder) {
  int64_t threads = options.threads ? options.threads : TuneOptions::defaultThreads;
  arguments = {"--threads", std::to_string(threads)};
  settings = "; threads: " + std::to_string(threads) + (compile.fastMath ? ", fast-math" : "") +
             (compile.optimization != 3 ? ", optimize: " + std::to_string(compile.optimization) : "");
  pin(threads);
}

Error Tuner::checkInterrupt() const {
  if (!interrupted)
    return Error::success();
  return createStringError("interrupted; what was measured is in " + cache.getPath() +
                           ", and the next --tune goes on from there");
}

//===--- executables -----------------------------------------------------------------------------===//

/// The options that give each run its inputs.
Error Tuner::prepareRuns(const Contestant &contestant) {
  auto sizeOf = [&](const InputInfo &info, const InputInfo::Dim &) -> Expected<int64_t> {
    return createStringError(compile.model.model + ": --tune needs to know every extent of input " + info.text() +
                             ": give it by --shape, or a value by --tune-input");
  };
  return MadeUpInputs(folder).add(contestant.inputs(), options.inputs, sizeOf, arguments);
}

Expected<Tuner::Racer> Tuner::build(Compilation::Snapshot &from, const mlir::NamedAttrList &attributes,
                                    StringRef label) {
  compilation.restore(from);
  mlir::ModuleOp module = compilation.module();
  module->setAttr(tile::kTunedAttrName, attributes.getDictionary(module.getContext()));
  if (Error error = compilation.runTo(Phase::Lower))
    return error;
  std::multimap<std::string, std::string> keys;
  if (find)
    for (const Tunable &tunable : find(compilation.module()))
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

/// The stage's executable with the cost model's choices.
Error Tuner::buildFirst() {
  if (first)
    return Error::success();
  Expected<Racer> racer = build(*from, tuned, "first");
  if (!racer)
    return racer.takeError();
  if (arguments.size() == 2)
    if (Error error = prepareRuns(racer->contestant))
      return error;
  racer->contestant.setArguments(arguments);
  Expected<Profile> profile = racer->contestant.profile(/*runs=*/5);
  if (!profile)
    return profile.takeError();
  firstLatency = profile->whole;
  first = std::move(*racer);
  return Error::success();
}

//===--- measurement -----------------------------------------------------------------------------===//

static double least(double a, double b) { return a > 0 ? std::min(a, b) : b; }

Error Tuner::runRounds(Racer &one, Racer &other, Length length, Outcome &outcome) {
  auto runs = static_cast<int64_t>(std::clamp(length.seconds * 1e6 / std::max(firstLatency, 1.0), 5.0, 1000.0));
  for (int64_t round = 0; round < length.rounds; ++round)
    for (int turn : {0, 1}) {
      // In turns, the order reversed every other round.
      bool isFirst = turn == (round & 1);
      Racer &racer = isFirst ? one : other;
      double Cache::Times::*field = isFirst ? &Cache::Times::first : &Cache::Times::candidate;
      Expected<Profile> profile = racer.contestant.profile(runs);
      if (!profile)
        return profile.takeError();
      std::map<std::string, double> times;
      for (const auto &[kernel, key] : racer.keys)
        times[key] += profile->kernels.lookup(kernel);
      for (const auto &[key, time] : times)
        outcome.keys[key].*field = least(outcome.keys[key].*field, time);
      outcome.whole.*field = least(outcome.whole.*field, profile->whole);
    }
  return Error::success();
}

/// The stage's first choices against \p candidates.
Expected<Tuner::Outcome> Tuner::race(const mlir::NamedAttrList &candidates, Length length) {
  if (Error error = buildFirst())
    return error;
  Expected<Racer> other = build(*from, candidates, "candidate");
  if (!other)
    return other.takeError();
  Outcome outcome;
  if (Error error = runRounds(*first, *other, length, outcome))
    return error;
  ++measured;
  return outcome;
}

static std::string toText(mlir::Attribute attribute) {
  std::string text;
  raw_string_ostream(text) << attribute;
  return text;
}

Cache::Name Tuner::nameOf(const std::string &key, const Search &search, mlir::Attribute candidate) const {
  return {key + settings, toText(search.getFirst()), toText(candidate)};
}

//===--- search ----------------------------------------------------------------------------------===//

/// Goes as far as what was measured before leads.
void Tuner::recall(Searches &searches) {
  for (auto &[key, search] : searches)
    while (mlir::Attribute next = search.next()) {
      std::optional<Cache::Times> times = cache.find(Cache::Purpose::Trial, nameOf(key, search, next));
      if (!times)
        break;
      search.record(times->candidate > 0 ? times->candidate / times->first : std::numeric_limits<double>::infinity());
    }
}

/// One trial of all searches that are not at their end.
Error Tuner::tryNext(Searches &searches) {
  mlir::NamedAttrList candidates = tuned;
  for (const auto &[key, search] : searches)
    if (mlir::Attribute choice = search.next() ? search.next() : search.getBest(); choice != search.getFirst())
      candidates.set(key, choice);
  if (Error error = buildFirst())
    return error;
  Expected<Outcome> outcome = race(candidates, {/*rounds=*/2, /*seconds=*/0.15});
  if (Error error = checkInterrupt()) {
    consumeError(outcome.takeError());
    return error;
  }
  if (!outcome) // nobody knows which candidate it was, and all of them can be done without
    progress.say("warning: a trial is left out: " + toString(outcome.takeError()));
  Cache::Entries entries;
  for (const auto &[key, search] : searches)
    if (search.next()) {
      Cache::Times times = outcome ? outcome->keys[key] : Cache::Times{};
      if (!(times.candidate > 0 && times.first > 0)) // it never ran
        times = {0, 1};
      entries[nameOf(key, search, search.next())] = times;
    }
  return cache.record(Cache::Purpose::Trial, entries);
}

/// The contest of the winners with the cost model's choices: those that lose are out.
Error Tuner::hold(const Searches &searches) {
  mlir::NamedAttrList winners = tuned;
  bool known = true;
  for (const auto &[key, search] : searches)
    if (search.getBest() != search.getFirst()) {
      winners.set(key, search.getBest());
      known &= cache.find(Cache::Purpose::Contest, nameOf(key, search, search.getBest())).has_value();
    }
  if (!known) {
    Expected<Outcome> outcome = race(winners, {/*rounds=*/6, /*seconds=*/0.3});
    if (Error error = checkInterrupt()) {
      consumeError(outcome.takeError());
      return error;
    }
    if (!outcome)
      return outcome.takeError();
    Cache::Entries entries;
    for (const auto &[key, search] : searches)
      if (search.getBest() != search.getFirst() && outcome->keys[key].first > 0)
        entries[nameOf(key, search, search.getBest())] = outcome->keys[key];
    if (Error error = cache.record(Cache::Purpose::Contest, entries))
      return error;
  }
  for (const auto &[key, search] : searches) {
    auto times = cache.find(Cache::Purpose::Contest, nameOf(key, search, search.getBest()));
    if (search.getBest() != search.getFirst() && times && times->candidate > 0 &&
        times->candidate < times->first * (1 - leastGain))
      tuned.set(key, search.getBest());
  }
  return Error::success();
}

Error Tuner::runStage(StringRef title, Compilation::Snapshot &begin, Find findTunables, int64_t trials) {
  from = &begin;
  find = findTunables;
  first.reset();
  compilation.restore(begin);
  compilation.module()->setAttr(tile::kTunedAttrName, tuned.getDictionary(compilation.module().getContext()));
  if (Error error = compilation.runTo(Phase::Lower))
    return error;
  Compilation::Snapshot lowered = compilation.save();
  Searches searches;
  for (const Tunable &tunable : find(*lowered.ir))
    searches.try_emplace(tunable.key, tunable.first, tunable.neighbours, trials);
  kernels = static_cast<int64_t>(searches.size());

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
  return hold(searches);
}

/// What all of it brings.
Error Tuner::measureWhole(Compilation::Snapshot &fused) {
  mlir::NamedAttrList better;
  std::swap(better, tuned);
  from = &fused;
  find = nullptr;
  first.reset();
  Expected<Outcome> outcome = race(better, {/*rounds=*/5, /*seconds=*/0.3});
  std::swap(better, tuned);
  if (!outcome)
    return outcome.takeError();
  const Cache::Times &whole = outcome->whole;
  progress.say(formatv("the model takes {0:F1} us in place of {1:F1} us: {2:F3} times as fast", whole.candidate,
                       whole.first, whole.first / whole.candidate));
  return Error::success();
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

  Compilation::Snapshot fused = compilation.save();
  int64_t trials = options.trials ? options.trials : TuneOptions::defaultTrials;
  if (Error error = runStage("convolutions", fused, tune::findOutputTiles, allChoices))
    return error;
  Compilation::Snapshot lowered;
  compilation.restore(fused);
  compilation.module()->setAttr(tile::kTunedAttrName, tuned.getDictionary(compilation.module().getContext()));
  if (Error error = compilation.runTo(Phase::Lower))
    return error;
  lowered = compilation.save();
  if (Error error = runStage("schedules", lowered, tune::findSchedules, trials))
    return error;
  progress.say(formatv("tuned: {0} kernels, {1} changed, {2} trials", kernels, tuned.getAttrs().size(), measured));
  if (measured && !tuned.empty())
    if (Error error = measureWhole(fused))
      return error;
  if (Error error = checkInterrupt())
    return error;

  sys::SetInterruptFunction(nullptr);
  compilation.pipeline = wanted;
  compilation.restore(fused);
  if (!tuned.empty())
    compilation.module()->setAttr(tile::kTunedAttrName, tuned.getDictionary(compilation.module().getContext()));
  return Error::success();
}

} // namespace ingot::tool

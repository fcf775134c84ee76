//===-- Bench.cpp - ingot bench: compares the speed of two artifacts ----------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/CommandLine.h"
#include "tools/ingot/Commands.h"
#include "tools/ingot/Compare.h"
#include "tools/ingot/Compilation.h"
#include "tools/ingot/Contestant.h"
#include "tools/ingot/MadeUpInputs.h"
#include "tools/ingot/TemporaryFolder.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <array>

using namespace llvm;

namespace ingot::tool {
namespace {

struct BenchOptions {
  std::array<std::string, 2> artifacts;
  CompileOptions compile; ///< of those that are models
  std::vector<std::string> inputs;
  int64_t threads = 1, rounds = 7;
  std::optional<double> seconds = 0.5;
  bool json = false;
};

/// What is measured, and what is known of it afterwards.
class Duel {
public:
  explicit Duel(const BenchOptions &options, const TemporaryFolder &folder) : options(options), folder(folder) {}

  Error prepare();
  Error checkOutputs();
  Error measure();
  void print() const;
  void printJson() const;

private:
  Expected<std::string> provide(const std::string &path, StringRef label);
  Error makeInputs(std::vector<std::string> &arguments);

  const BenchOptions &options;
  const TemporaryFolder &folder;
  std::vector<Contestant> contestants;
  std::array<std::vector<Latency>, 2> rounds;
  double largestAbsolute = 0, largestRelative = 0;
  std::string mismatch; ///< of the outputs; empty where they agree
};

double median(std::vector<double> values) {
  llvm::sort(values);
  size_t half = values.size() / 2;
  return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double medianOf(ArrayRef<Latency> rounds, double Latency::*field) {
  std::vector<double> values;
  for (const Latency &round : rounds)
    values.push_back(round.*field);
  return median(std::move(values));
}

} // namespace

//===--- inputs ----------------------------------------------------------------------------------===//

/// The executable itself, or that of a model.
Expected<std::string> Duel::provide(const std::string &path, StringRef label) {
  if (!StringRef(path).ends_with(".onnx"))
    return path;
  CompileOptions compile = options.compile;
  compile.model.model = path;
  compile.model.shapes.clear(); // these are for the inputs: an artifact keeps what the model leaves open
  Compilation compilation(compile);
  if (Error error = compilation.import())
    return error;
  std::string executable = folder.file(label);
  if (Error error = compilation.write(executable, ArtifactKind::Executable))
    return error;
  return executable;
}

/// Both take the same inputs, in the same order; where one has a dimension that the other leaves open, it decides.
static Expected<std::vector<InputInfo>> unify(ArrayRef<InputInfo> a, ArrayRef<InputInfo> b) {
  std::vector<InputInfo> both(a.begin(), a.end());
  if (a.size() != b.size())
    return createStringError("the models have different inputs: " + Twine(a.size()) + " and " + Twine(b.size()));
  for (auto [left, right] : zip_equal(both, b)) {
    bool same = left.name == right.name && left.type == right.type && left.dims.size() == right.dims.size();
    for (size_t i = 0; same && i < left.dims.size(); ++i) {
      same = left.dims[i].extent < 0 || right.dims[i].extent < 0 || left.dims[i].extent == right.dims[i].extent;
      if (left.dims[i].extent < 0 && (right.dims[i].extent >= 0 || left.dims[i].name.empty()))
        left.dims[i] = right.dims[i];
    }
    if (!same)
      return createStringError("the models have different inputs: " + left.text() + " and " + right.text());
  }
  return both;
}

/// The options that give both the same inputs: what the user gives, else made-up values.
Error Duel::makeInputs(std::vector<std::string> &arguments) {
  Expected<std::vector<InputInfo>> infos = unify(contestants[0].inputs(), contestants[1].inputs());
  if (!infos)
    return infos.takeError();
  Expected<StringMap<int64_t>> extents = options.compile.model.extents();
  if (!extents)
    return extents.takeError();
  auto sizeOf = [&](const InputInfo &, const InputInfo::Dim &dim) -> Expected<int64_t> {
    auto extent = extents->find(dim.name);
    return extent != extents->end() ? extent->second : 1;
  };
  return MadeUpInputs(folder).add(*infos, options.inputs, sizeOf, arguments);
}

Error Duel::prepare() {
  for (auto [path, label] : zip_equal(options.artifacts, std::array{"a", "b"})) {
    Expected<std::string> executable = provide(path, label);
    if (!executable)
      return executable.takeError();
    Expected<Contestant> contestant = Contestant::open(*executable, label, folder.file(""));
    if (!contestant)
      return contestant.takeError();
    contestants.push_back(std::move(*contestant));
  }
  std::vector<std::string> arguments;
  if (Error error = makeInputs(arguments))
    return error;
  arguments.insert(arguments.end(), {"--threads", std::to_string(options.threads)});
  for (Contestant &contestant : contestants)
    contestant.setArguments(arguments);
  pin(options.threads);
  return Error::success();
}

//===--- measurement -----------------------------------------------------------------------------===//

Error Duel::checkOutputs() {
  Expected<TensorList> a = contestants[0].run();
  if (!a)
    return a.takeError();
  Expected<TensorList> b = contestants[1].run();
  if (!b)
    return b.takeError();
  if ((*a)->count != (*b)->count)
    mismatch = formatv("{0} outputs and {1}", (*a)->count, (*b)->count);
  for (int32_t i = 0; i < std::min((*a)->count, (*b)->count); ++i) {
    const ingot_named_tensor &left = (*a)->tensors[i], &right = (*b)->tensors[i];
    Comparison comparison = compare(right.tensor, left.tensor, defaultBounds(left.tensor.dtype));
    largestAbsolute = std::max(largestAbsolute, comparison.largestAbsolute);
    largestRelative = std::max(largestRelative, comparison.largestRelative);
    if (!comparison.matches() && mismatch.empty())
      mismatch = std::string(left.name) + ": " +
                 (comparison.problem.empty() ? formatv("{0} of {1} elements beyond the default bounds, first {2}",
                                                       comparison.wrong, comparison.elements, comparison.firstWrong)
                                                   .str()
                                             : comparison.problem);
  }
  return Error::success();
}

/// In turns, the order reversed every other round; one round more to get warm.
Error Duel::measure() {
  for (int64_t round = -1; round < options.rounds; ++round)
    for (size_t turn : {0, 1}) {
      size_t who = turn ^ (round & 1);
      Expected<Latency> latency = contestants[who].measure(round < 0 ? 0 : *options.seconds);
      if (!latency)
        return latency.takeError();
      if (round >= 0)
        rounds[who].push_back(*latency);
    }
  return Error::success();
}

static std::vector<double> ratios(const std::array<std::vector<Latency>, 2> &rounds) {
  std::vector<double> result;
  for (auto [a, b] : zip_equal(rounds[0], rounds[1]))
    result.push_back(a.median > 0 ? b.median / a.median : 0);
  return result;
}

void Duel::print() const {
  for (size_t who : {0, 1})
    outs() << "AB"[who] << ": " << options.artifacts[who]
           << format(": median %.3f us, p90 %.3f us\n", medianOf(rounds[who], &Latency::median),
                     medianOf(rounds[who], &Latency::p90));
  std::vector<double> all = ratios(rounds);
  outs() << format("ratio B / A: %.3f (%.3f to %.3f in %zu rounds, threads: %d); above 1, A is faster\n", median(all),
                   *min_element(all), *max_element(all), all.size(), int(options.threads));
  if (mismatch.empty())
    outs() << "outputs agree: ";
  else
    outs() << "outputs DIFFER: " << mismatch << "; ";
  outs() << format("largest error %.3g absolute, %.3g relative\n", largestAbsolute, largestRelative);
}

void Duel::printJson() const {
  json::Array artifacts;
  for (size_t who : {0, 1})
    artifacts.push_back(json::Object{{"artifact", options.artifacts[who]},
                                     {"median_us", medianOf(rounds[who], &Latency::median)},
                                     {"p90_us", medianOf(rounds[who], &Latency::p90)}});
  std::vector<double> all = ratios(rounds);
  json::Object result{{"artifacts", std::move(artifacts)},
                      {"threads", options.threads},
                      {"ratio", median(all)},
                      {"ratios", json::Array(all)},
                      {"outputs_agree", mismatch.empty()},
                      {"largest_absolute_error", largestAbsolute},
                      {"largest_relative_error", largestRelative}};
  if (!mismatch.empty())
    result["mismatch"] = mismatch;
  outs() << json::Value(std::move(result)) << '\n';
}

static Error runBench(const BenchOptions &options) {
  Expected<TemporaryFolder> folder = TemporaryFolder::create("ingot-bench");
  if (!folder)
    return folder.takeError();
  Duel duel(options, *folder);
  if (Error error = duel.prepare())
    return error;
  if (Error error = duel.checkOutputs())
    return error;
  if (Error error = duel.measure())
    return error;
  if (options.json)
    duel.printJson();
  else
    duel.print();
  return Error::success();
}

int benchCommand(Arguments arguments) {
  BenchOptions options;
  CommandLine line("bench", "A B [options]",
                   "Compares the latency of two executables that ingot compiled: same inputs, in turns, on the same\n"
                   "processors. A .onnx file is compiled first. Says by how much the outputs differ.");
  line.positionals("artifacts", options.artifacts);
  line.list("input", "NAME=FILE", "an input of both, as a .npy, .npz or .pb file; otherwise made-up values",
            options.inputs);
  line.list("shape", "NAME=N,...", "sizes of dynamic dimensions of made-up inputs; otherwise 1",
            options.compile.model.shapes);
  line.count("threads", "N", "of each run; otherwise 1", options.threads);
  line.count("rounds", "N", "otherwise 7", options.rounds);
  line.bound("seconds", "S", "how long to measure each in a round; otherwise 0.5", options.seconds);
  line.text("target", "CPU", "to compile .onnx files for; otherwise native", options.compile.target);
  line.flag("fast-math", "compiles .onnx files with it", options.compile.fastMath);
  line.flag("json", "prints the result as JSON", options.json);
  if (std::optional<int> status = line.parse(arguments))
    return *status;
  if (Error error = runBench(options))
    return complain(std::move(error));
  return kSuccess;
}

} // namespace ingot::tool

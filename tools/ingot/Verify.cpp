//===-- Verify.cpp - ingot verify: compares a model's outputs with those beside it --------------===//
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
#include "tools/ingot/DataSet.h"
#include "tools/ingot/LoadedModel.h"
#include "tools/ingot/Quantization.h"
#include "tools/ingot/TemporaryFolder.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace ingot::tool {
namespace {

struct VerifyOptions {
  CompileOptions compile;
  std::string data;
  std::optional<double> relative, absolute;
};

class Verifier {
public:
  Verifier(const VerifyOptions &options, LoadedModel &model, std::vector<double> steps)
      : options(options), model(model), steps(std::move(steps)) {}

  /// Whether all outputs of a run on \p set match.
  Expected<bool> verify(const DataSet &set);
  /// Prints how far the outputs are from those of a model compiled without --fast-math.
  Error printRelaxation(const DataSet &set, LoadedModel &strict);

private:
  Bounds boundsOf(size_t output, int32_t dtype) const;
  void print(const DataSet &set, size_t output, const ingot_tensor &actual, const Comparison &comparison,
             Bounds bounds);

  const VerifyOptions &options;
  LoadedModel &model;
  std::vector<double> steps; ///< of quantization, one an output
};

/// What the user asks for, else what the type's rounding and a quantization step explain.
Bounds Verifier::boundsOf(size_t output, int32_t dtype) const {
  Bounds bounds = defaultBounds(dtype);
  // A little more than a step: the scale is rounded as well.
  bounds.absolute = std::max(bounds.absolute, steps[output] * (1 + 1e-5));
  if (options.relative || options.absolute)
    bounds = {options.relative.value_or(bounds.relative), options.absolute.value_or(bounds.absolute)};
  return bounds;
}

void Verifier::print(const DataSet &set, size_t output, const ingot_tensor &actual, const Comparison &comparison,
                     Bounds bounds) {
  outs() << sys::path::filename(set.folder) << ": " << model.model().outputs[output].name << ' ';
  if (!comparison.problem.empty()) {
    outs() << "MISMATCH: " << comparison.problem << '\n';
    return;
  }
  outs() << describe(actual) << format(": largest error %.3g absolute, %.3g relative", comparison.largestAbsolute,
                                       comparison.largestRelative);
  if (comparison.wrong)
    outs() << "; MISMATCH: " << comparison.wrong << " of " << comparison.elements << " elements beyond "
           << format("rtol %.3g, atol %.3g", bounds.relative, bounds.absolute) << ", first " << comparison.firstWrong;
  outs() << '\n';
}

Expected<bool> Verifier::verify(const DataSet &set) {
  Expected<std::vector<ingot_tensor>> actual = model.run(set.inputs);
  if (!actual)
    return actual.takeError();
  if (set.outputs.size() > actual->size())
    return createStringError("the model has " + Twine(actual->size()) + " outputs but the data " +
                             Twine(set.outputs.size()));
  bool matches = true;
  for (size_t i = 0; i < set.outputs.size(); ++i) {
    Bounds bounds = boundsOf(i, set.outputs[i].dtype);
    Comparison comparison = compare((*actual)[i], set.outputs[i], bounds);
    print(set, i, (*actual)[i], comparison, bounds);
    matches &= comparison.matches();
  }
  return matches;
}

Error Verifier::printRelaxation(const DataSet &set, LoadedModel &strict) {
  Expected<std::vector<ingot_tensor>> relaxed = model.run(set.inputs);
  if (!relaxed)
    return relaxed.takeError();
  Expected<std::vector<ingot_tensor>> exact = strict.run(set.inputs);
  if (!exact)
    return exact.takeError();
  for (const auto &[index, pair] : enumerate(zip_equal(*relaxed, *exact))) {
    auto &[actual, expected] = pair;
    Comparison comparison = compare(actual, expected, defaultBounds(expected.dtype));
    outs() << sys::path::filename(set.folder) << ": " << model.model().outputs[index].name
           << format(": --fast-math changes it by %.3g (relative L2), at most %.3g absolute\n",
                     comparison.relativeNorm(), comparison.largestAbsolute);
  }
  return Error::success();
}

/// Where the data is when nobody says so: beside the model.
std::string dataFolder(const VerifyOptions &options) {
  if (!options.data.empty())
    return options.data;
  StringRef parent = sys::path::parent_path(options.compile.model.model);
  return parent.empty() ? "." : parent.str();
}

/// Compiles the model as a library at \p path; \p steps, if any, get those of its outputs' quantization.
Expected<LoadedModel> compileAndLoad(const CompileOptions &options, const std::string &path,
                                     std::vector<double> *steps) {
  Compilation compilation(options);
  compilation.pipeline.prefix = "model";
  if (Error error = compilation.import())
    return error;
  if (Error error = compilation.write(path, ArtifactKind::SharedLibrary))
    return error;
  if (steps)
    *steps = quantizationSteps(compilation.file());
  return LoadedModel::load(path, "model");
}

Error verifyAll(const VerifyOptions &options, bool &matches) {
  Expected<std::vector<std::string>> folders = DataSet::find(dataFolder(options));
  if (!folders)
    return folders.takeError();
  Expected<TemporaryFolder> temporary = TemporaryFolder::create("ingot-verify");
  if (!temporary)
    return temporary.takeError();
  std::vector<double> steps;
  Expected<LoadedModel> model = compileAndLoad(options.compile, temporary->file("model.so"), &steps);
  if (!model)
    return model.takeError();
  std::optional<LoadedModel> strict;
  if (options.compile.fastMath) {
    CompileOptions compile = options.compile;
    compile.fastMath = false;
    Expected<LoadedModel> loaded = compileAndLoad(compile, temporary->file("strict.so"), nullptr);
    if (!loaded)
      return loaded.takeError();
    strict.emplace(std::move(*loaded));
  }
  Verifier verifier(options, *model, std::move(steps));
  for (const std::string &folder : *folders) {
    Expected<DataSet> set = DataSet::read(folder);
    if (!set)
      return set.takeError();
    Expected<bool> right = verifier.verify(*set);
    if (!right)
      return createStringError(folder + ": " + toString(right.takeError()));
    matches &= *right;
    if (strict)
      if (Error error = verifier.printRelaxation(*set, *strict))
        return error;
  }
  outs() << (matches ? "verified " : "NOT verified: ") << folders->size()
         << (folders->size() == 1 ? " data set\n" : " data sets\n");
  return Error::success();
}

} // namespace

int verifyCommand(Arguments arguments) {
  VerifyOptions options;
  CommandLine line("verify", "MODEL [--data FOLDER] [options]",
                   "Compiles a model, runs it on test data as the ONNX model zoo lays it out, and prints the largest\n"
                   "error of each output. Fails when an element differs by more than atol + rtol * |expected|.");
  line.text("data", "FOLDER", "a test_data_set_N, or the folder that holds them; otherwise the model's", options.data);
  line.bound("rtol", "R", "relative bound; otherwise by type: 1e-3 for f32, 1e-2 for f16, 4e-2 for bf16, else 0",
             options.relative);
  line.bound("atol", "A", "absolute bound; otherwise by type: 1e-4 for f32, 1e-2 for f16, 4e-2 for bf16, one\n"
                          "quantization step for quantized outputs, else 0", options.absolute);
  options.compile.declare(line);
  if (std::optional<int> status = line.parse(arguments))
    return *status;
  bool matches = true;
  if (Error error = verifyAll(options, matches))
    return complain(std::move(error));
  return matches ? kSuccess : kFailure;
}

} // namespace ingot::tool

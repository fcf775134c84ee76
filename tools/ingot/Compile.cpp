//===-- Compile.cpp - ingot compile: makes an artifact of a model -------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "mlir/Support/Timing.h"
#include "tools/ingot/CommandLine.h"
#include "tools/ingot/Commands.h"
#include "tools/ingot/Compilation.h"
#include "tools/ingot/Tune.h"
#include "codegen/OutputFiles.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace ingot::tool {
namespace {

struct OutputOptions {
  std::string output, emit, stopAfter;
  std::vector<std::string> dumpAfter;
  bool timePhases = false;
};

std::string phaseNames() {
  std::string names;
  for (Phase phase : getPhases())
    names += (names.empty() ? "" : ", ") + getName(phase).str();
  return names;
}

class CompileCommand {
public:
  int run(Arguments arguments);

private:
  void declare(CommandLine &line);
  /// The phases that options name; an error names those that there are.
  Error parsePhases();
  Error compile();
  Error writeText(Compilation &compilation);
  Error writeArtifact(Compilation &compilation);
  std::string defaultOutput(StringRef extension) const;

  CompileOptions options;
  TuneOptions tuning;
  OutputOptions output;
  std::optional<Phase> last; ///< of --stop-after or --emit, where text is wanted
  std::set<Phase> dumps;
};

void CompileCommand::declare(CommandLine &line) {
  line.text("o", "FILE", "what to write: FILE.so a shared library with FILE.h, FILE.o an object with FILE.h, else\n"
                         "an executable; '-' is the standard output, for text; otherwise the model's name",
            output.output);
  line.choice("emit", "graph|linalg|llvm|asm",
              "text of one stage instead: the optimized graph, the kernels, LLVM IR, or assembly", output.emit);
  options.declare(line);
  tuning.declare(line);
  line.text("stop-after", "PHASE", "writes the IR after a phase: " + phaseNames(), output.stopAfter);
  line.list("dump-after", "PHASE,...", "prints the IR after these phases on the standard error, and goes on",
            output.dumpAfter);
  line.flag("time-phases", "prints how long each phase takes", output.timePhases);
}

static Expected<Phase> findPhase(StringRef option, StringRef name) {
  if (std::optional<Phase> phase = parsePhase(name))
    return *phase;
  return createStringError("--" + option + ": expected one of " + phaseNames() + " but got '" + name + "'");
}

Error CompileCommand::parsePhases() {
  if (output.emit == "graph")
    last = Phase::Optimize;
  else if (output.emit == "linalg")
    last = Phase::Lower;
  if (!output.stopAfter.empty()) {
    if (!output.emit.empty())
      return createStringError("--emit and --stop-after do not go together");
    Expected<Phase> phase = findPhase("stop-after", output.stopAfter);
    if (!phase)
      return phase.takeError();
    last = *phase;
  }
  if (tuning.wanted && last && *last < Phase::Fuse)
    return createStringError("--tune and the IR after phase '" + getName(*last) + "' do not go together: nothing is "
                             "chosen before phase '" + getName(Phase::Lower) + "'");
  for (StringRef names : output.dumpAfter)
    for (StringRef name : split(names, ',')) {
      Expected<Phase> phase = findPhase("dump-after", name);
      if (!phase)
        return phase.takeError();
      dumps.insert(*phase);
    }
  return Error::success();
}

std::string CompileCommand::defaultOutput(StringRef extension) const {
  if (!output.output.empty())
    return output.output;
  return sys::path::stem(options.model.model).str() + extension.str();
}

/// IR goes to the standard output where no file is named.
Error CompileCommand::writeText(Compilation &compilation) {
  if (Error error = compilation.runTo(*last))
    return error;
  auto print = [&](raw_ostream &stream) {
    compilation.module()->print(stream);
    stream << '\n';
    return Error::success();
  };
  if (output.output.empty() || output.output == "-")
    return print(outs());
  OutputFiles files;
  if (Error error = files.write(output.output, print))
    return error;
  return files.commit();
}

Error CompileCommand::writeArtifact(Compilation &compilation) {
  if (output.emit.empty() && last != Phase::Object) {
    std::string path = defaultOutput("");
    return compilation.write(path, getArtifactKind(path));
  }
  auto [kind, extension] = StringSwitch<std::pair<ArtifactKind, StringRef>>(output.emit)
                               .Case("llvm", {ArtifactKind::LlvmIr, ".ll"})
                               .Case("asm", {ArtifactKind::Assembly, ".s"})
                               .Default({ArtifactKind::Object, ".o"});
  return compilation.write(defaultOutput(extension), kind);
}

Error CompileCommand::compile() {
  mlir::DefaultTimingManager timing;
  timing.setEnabled(output.timePhases);
  mlir::TimingScope scope = timing.getRootScope();
  Compilation compilation(options);
  // Two models in one program must not share their symbols, so these are called as the artifact is.
  if (!output.output.empty() && output.output != "-")
    compilation.pipeline.prefix = sys::path::stem(output.output).str();
  compilation.pipeline.dumpAfter = dumps;
  compilation.pipeline.timing = output.timePhases ? &scope : nullptr;
  {
    mlir::TimingScope import = scope.nest(getName(Phase::Import));
    if (Error error = compilation.import())
      return error;
  }
  if (tuning.wanted)
    if (Error error = tune(compilation, options, tuning))
      return error;
  return last && *last <= Phase::Llvm ? writeText(compilation) : writeArtifact(compilation);
}

int CompileCommand::run(Arguments arguments) {
  CommandLine line("compile", "MODEL [-o FILE] [options]",
                   "Compiles a model to a native executable, library or object.");
  declare(line);
  if (std::optional<int> status = line.parse(arguments))
    return *status;
  if (Error error = parsePhases())
    return complain(std::move(error), kUsage);
  if (Error error = tuning.check(options))
    return complain(std::move(error), kUsage);
  if (Expected<StringMap<int64_t>> extents = options.model.extents(); !extents)
    return complain(extents.takeError(), kUsage);
  if (Error error = compile())
    return complain(std::move(error));
  return kSuccess;
}

} // namespace

int compileCommand(Arguments arguments) { return CompileCommand().run(arguments); }

} // namespace ingot::tool

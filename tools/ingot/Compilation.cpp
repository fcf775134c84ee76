//===-- Compilation.cpp - from a model file to an artifact --------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/Compilation.h"
#include "codegen/rt/Rt.h"
#include "frontend/onnx/Importer.h"
#include "tools/ingot/CommandLine.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

namespace ingot::tool {

void CompileOptions::declare(CommandLine &line) {
  model.declare(line);
  line.text("target", "CPU", "native, x86-64-v2, x86-64-v3, x86-64-v4, aarch64, a CPU as LLVM calls it, or portable:\n"
                             "code for x86-64-v2, -v3 and -v4, chosen at the artifact's start; otherwise native",
            target);
  line.choice("weights", "embed|external", "in the artifact, or in a file beside it; otherwise embed", weights);
  line.count("threads", "N", "that the artifact runs on where its user does not say; otherwise one for each CPU",
             threads);
  line.digit("O", 2,
             "0: the reference, the model as it is in plain scalar loops; 1: the model as it is in tuned\n"
             "kernels; otherwise 2: everything for speed",
             level);
  line.flag("fast-math", "trades accuracy of f32 for speed: shorter polynomials, reordered sums; 'ingot verify\n"
                         "--fast-math' says by how much", fastMath);
  line.flag("profile", "marks each kernel's begin and end, for the artifact's --profile", profile);
  line.text("reproducer", "FILE", "where a crash of a pass leaves what ingot-opt needs to repeat it", reproducer);
}

static DialectRegistry &pipelineDialects() {
  static DialectRegistry registry;
  static bool once = (registerPipelineDialects(registry), true);
  (void)once;
  return registry;
}

Compilation::Compilation(const CompileOptions &options)
    : options(options), context(pipelineDialects(), MLIRContext::Threading::DISABLED) {
  context.printOpOnDiagnostic(false); // nodes are named, and operations are not the user's
  context.getDiagEngine().registerHandler([this](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
      diagnostics.push_back(format(diagnostic));
    else if (diagnostic.getSeverity() == DiagnosticSeverity::Warning)
      llvm::errs() << "ingot: warning: " << format(diagnostic) << '\n';
    return success();
  });
}

/// The model's nodes that \p loc stands for, in the order of the model.
static void collectNames(Location loc, llvm::SmallVectorImpl<StringRef> &names) {
  loc->walk([&](Location nested) {
    auto name = dyn_cast<NameLoc>(nested);
    if (name && !llvm::is_contained(names, name.getName().getValue()))
      names.push_back(name.getName().getValue());
    return WalkResult::advance();
  });
}

/// "model.onnx: node 'Conv_3': message".
std::string Compilation::format(Diagnostic &diagnostic) const {
  llvm::SmallVector<StringRef> names;
  collectNames(diagnostic.getLocation(), names);
  std::string text = options.model.model + ": ";
  if (!names.empty() && names.front() != options.model.model)
    text += "node '" + llvm::join(names, "' and '") + "': ";
  text += diagnostic.str();
  for (Diagnostic &note : diagnostic.getNotes())
    text += "; " + note.str();
  return text;
}

/// The errors that were emitted on the way to \p result.
Error Compilation::takeDiagnostics(LogicalResult result) {
  std::string text = llvm::join(diagnostics, "\n");
  diagnostics.clear();
  if (succeeded(result))
    return Error::success();
  return createStringError(text.empty() ? options.model.model + ": failed without a message, a defect of ingot" : text);
}

std::string Compilation::reproducerPath() const {
  if (!options.reproducer.empty())
    return options.reproducer;
  return (llvm::sys::path::stem(options.model.model) + ".reproducer.mlir").str();
}

Error Compilation::setUp() {
  Expected<Target> target = resolveTarget(options.target);
  if (!target)
    return target.takeError();
  if (options.profile && !target->variants.empty())
    return createStringError("--profile and --target=" + options.target + " do not go together: a profile is of one "
                             "processor's code");
  pipeline.target = std::move(*target);
  pipeline.level = Level(options.level);
  pipeline.threads = int(options.threads);
  pipeline.profile = options.profile;
  pipeline.fastMath = options.fastMath;
  pipeline.externalWeights = options.weights == "external";
  pipeline.reproducer = reproducerPath();
  return Error::success();
}

Error Compilation::open() {
  Expected<onnx::ModelFile> opened = onnx::ModelFile::open(options.model.model);
  if (!opened)
    return opened.takeError();
  model.emplace(std::move(*opened));
  return Error::success();
}

Error Compilation::import() {
  if (Error error = setUp())
    return error;
  Expected<llvm::StringMap<int64_t>> extents = options.model.extents();
  if (!extents)
    return extents.takeError();
  if (!model)
    if (Error error = open())
      return error;
  onnx::Problems problems;
  ir = onnx::importModel(&context, *model, {std::move(*extents)}, problems);
  for (const std::string &problem : problems)
    diagnostics.push_back(options.model.model + ": " + problem);
  if (ir) {
    ir->getOperation()->setAttr(rt::nameAttr, StringAttr::get(&context, llvm::sys::path::stem(options.model.model)));
    dumpAfter(Phase::Import, *ir, pipeline);
  }
  return takeDiagnostics(success(bool(ir) && problems.empty()));
}

Error Compilation::runTo(Phase last) {
  if (!pipeline.target.variants.empty() && last > Phase::Fuse)
    return createStringError("--target=" + options.target + " has IR for each of its processors after phase '" +
                             getName(Phase::Fuse) + "': name one of them instead");
  LogicalResult result = runPhases(*ir, done, last, pipeline);
  done = last;
  return takeDiagnostics(result);
}

Error Compilation::write(llvm::StringRef path, ArtifactKind kind) {
  return takeDiagnostics(writeArtifact(*ir, done, path, kind, pipeline));
}

} // namespace ingot::tool

//===-- compile-host.cpp - compiles a host program written by hand -------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Usage: compile-host INPUT.mlir -o OUTPUT [--after PHASE] [--target T] [--external-weights] [--profile]
//        compile-host --kernel-passes
// The input is what the phase (lower by default) leaves. The second form prints what `opt -passes` reads. Tests of the
// backend need no model this way.
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Artifact.h"
#include "codegen/EmitObject.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

using namespace ingot;

static int fail(const llvm::Twine &message) {
  llvm::WithColor::error(llvm::errs(), "compile-host") << message << "\n";
  return 1;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  std::string input, output, target = "native", after = "lower";
  PipelineOptions options;
  for (int i = 1; i < argc; ++i) {
    llvm::StringRef argument = argv[i];
    auto value = [&] { return std::string(i + 1 < argc ? argv[++i] : ""); };
    if (argument == "-o")
      output = value();
    else if (argument == "--after")
      after = value();
    else if (argument == "--target")
      target = value();
    else if (argument == "--kernel-passes") {
      llvm::outs() << kernelPasses << "\n";
      return 0;
    } else if (argument == "--reference")
      options.level = Level::Reference;
    else if (argument == "--prefix")
      options.prefix = value();
    else if (argument == "--dump-after")
      options.dumpAfter.insert(parsePhase(value()).value());
    else if (argument == "--reproducer")
      options.reproducer = value();
    else if (argument == "--external-weights")
      options.externalWeights = true;
    else if (argument == "--profile")
      options.profile = true;
    else
      input = argument;
  }
  llvm::Expected<Target> resolved = resolveTarget(target);
  if (!resolved)
    return fail(llvm::toString(resolved.takeError()));
  options.target = *resolved;

  mlir::DialectRegistry registry;
  registerPipelineDialects(registry);
  mlir::MLIRContext context(registry);
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::parseSourceFile<mlir::ModuleOp>(input, &context);
  if (!module)
    return 1;
  return failed(writeArtifact(*module, parsePhase(after).value(), output, getArtifactKind(output), options));
}

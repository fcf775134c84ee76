//===-- Compilation.h - from a model file to an artifact ----------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_TOOLS_INGOT_COMPILATION_H
#define INGOT_TOOLS_INGOT_COMPILATION_H

#include "codegen/Artifact.h"
#include "frontend/onnx/ModelFile.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "tools/ingot/ModelOptions.h"
#include <optional>

namespace ingot::tool {

/// What subcommands that compile have in common.
struct CompileOptions {
  ModelOptions model;
  std::string target = "native";
  std::string weights = "embed";
  int64_t threads = 0; ///< 0: one for each CPU
  int level = 2; ///< of -O, the number of a Level
  bool fastMath = false;
  bool profile = false;
  std::string reproducer; ///< where a crash leaves its reproducer

  void declare(CommandLine &line);
};

/// One model on its way through the phases. Errors name the file, and the node where one is to blame.
class Compilation {
public:
  explicit Compilation(const CompileOptions &options);

  /// Opens the model.
  llvm::Error open();
  /// Opens the model where that was not done, and brings it into the graph dialect. The error lists everything that is
  /// wrong or not supported, a line each.
  llvm::Error import();
  /// Goes on to the end of \p last, at most Phase::Llvm.
  llvm::Error runTo(Phase last);
  /// Goes on to the end and writes the artifact.
  llvm::Error write(llvm::StringRef path, ArtifactKind kind);

  /// The module as it is now. To go on from there more than once, `restore` it.
  struct Snapshot {
    mlir::OwningOpRef<mlir::ModuleOp> ir;
    Phase done = Phase::Import;
  };
  Snapshot save() { return {mlir::OwningOpRef<mlir::ModuleOp>(ir->clone()), done}; }
  void restore(Snapshot &snapshot) {
    ir = snapshot.ir->clone();
    done = snapshot.done;
  }

  mlir::ModuleOp module() { return *ir; }
  const onnx::ModelFile &file() const { return *model; }
  /// Choices beyond those of CompileOptions: dumps, times, symbols.
  PipelineOptions pipeline;

private:
  llvm::Error setUp();
  std::string reproducerPath() const;
  llvm::Error takeDiagnostics(llvm::LogicalResult result);
  std::string format(mlir::Diagnostic &diagnostic) const;

  const CompileOptions &options;
  mlir::MLIRContext context;
  std::optional<onnx::ModelFile> model;
  mlir::OwningOpRef<mlir::ModuleOp> ir;
  Phase done = Phase::Import;
  std::vector<std::string> diagnostics; ///< since the last takeDiagnostics
};

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_COMPILATION_H

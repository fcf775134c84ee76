//===-- Artifact.h - the files that a compilation produces ----------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_ARTIFACT_H
#define INGOT_CODEGEN_ARTIFACT_H

#include "codegen/Pipeline.h"

namespace ingot {

enum class ArtifactKind {
  Executable,
  SharedLibrary, ///< with the generated header
  Object,        ///< with the generated header
  Assembly,      ///< of the model's code
  LlvmIr         ///< of the model's code, optimized
};

/// By the file's extension: .so, .o, .s, .ll, else an executable.
ArtifactKind getArtifactKind(llvm::StringRef path);

/// Takes a module that has been through phase `done` through all the others and writes the artifact to `path`: with
/// its header `<stem>.h`, and `<path>.weights` for external weights. "-" writes a text to the standard output.
/// Either all files are there in the end, or, after a diagnostic, none of them.
llvm::LogicalResult writeArtifact(mlir::ModuleOp module, Phase done, llvm::StringRef path, ArtifactKind kind,
                                  const PipelineOptions &options);

} // namespace ingot

#endif // INGOT_CODEGEN_ARTIFACT_H

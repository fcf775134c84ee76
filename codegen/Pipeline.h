//===-- Pipeline.h - the recipe: which passes make up each phase ----------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_PIPELINE_H
#define INGOT_CODEGEN_PIPELINE_H

#include "codegen/Phase.h"
#include "codegen/Target.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/raw_ostream.h"

#include <set>
#include <string>

namespace mlir {
class DialectRegistry;
class OpPassManager;
class TimingScope;
} // namespace mlir

namespace ingot {

/// How much is done about speed: three paths from a graph to code that computes the same.
enum class Level {
  Reference,   ///< the graph as it is, every kernel in scalar loops that spell out what its operators mean
  Unoptimized, ///< the graph as it is, in tuned kernels
  Optimized    ///< all there is
};

/// All there is to choose about a compilation.
struct PipelineOptions {
  Target target;
  Level level = Level::Optimized;
  bool fastMath = false;        ///< trade accuracy of f32 for speed
  bool profile = false;         ///< mark begin and end of each kernel for profiles
  int threads = 0;              ///< of an artifact whose user does not say how many; 0: one for each CPU
  bool externalWeights = false; ///< in a file beside the artifact instead of in it
  std::string prefix;           ///< of the exported symbols; the model's name where empty
  std::string runtimeDir;       ///< folder of the runtime's archives; found where empty

  std::set<Phase> dumpAfter;
  llvm::raw_ostream *dumps = &llvm::errs();
  mlir::TimingScope *timing = nullptr; ///< where the phases' times go
  /// File for a reproducer that ingot-opt runs, when a pass crashes or fails where no model can be at fault.
  std::string reproducer;
};

/// The dialects, interfaces and translations that the phases need.
void registerPipelineDialects(mlir::DialectRegistry &registry);

/// The passes of one phase, up to `Phase::Llvm`.
void addPasses(Phase phase, mlir::OpPassManager &passes, const PipelineOptions &options);

/// Prints the module where `options` ask for it after \p phase.
void dumpAfter(Phase phase, mlir::ModuleOp module, const PipelineOptions &options);

/// Bytes of a model's weights: its constants, and what lowering has made of them.
int64_t countWeightBytes(mlir::ModuleOp module);

/// Takes a module that has been through phase `done` on to `last`, at most `Phase::Llvm`.
llvm::LogicalResult runPhases(mlir::ModuleOp module, Phase done, Phase last, const PipelineOptions &options);

} // namespace ingot

#endif // INGOT_CODEGEN_PIPELINE_H

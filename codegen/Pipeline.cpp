//===-- Pipeline.cpp - the recipe: which passes make up each phase -------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Pipeline.h"

#include "codegen/Passes.h"
#include "codegen/lower/Lower.h"
#include "codegen/rt/Rt.h"
#include "codegen/tile/Passes.h"
#include "codegen/vector/Passes.h"
#include "ir/Dialect.h"
#include "ir/Weights.h"
#include "passes/Passes.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Dialect/SCF/Transforms/Passes.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/Timing.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace ingot {

static void addCleanUp(OpPassManager &passes) {
  passes.addPass(createCanonicalizerPass());
  passes.addPass(createCSEPass());
}

/// Shapes first: folding needs them, and folded constants tell more shapes.
static void addNormalize(OpPassManager &passes) {
  OpPassManager &graph = passes.nest<func::FuncOp>();
  graph.addPass(createDifferentiate());
  graph.addPass(createWidenHalf());
  graph.addPass(createInferShapes());
  addCleanUp(graph);
  graph.addPass(createFoldConstants());
  graph.addPass(createInferShapes());
  addCleanUp(graph);
}

static void addOptimize(OpPassManager &passes, Level level) {
  OpPassManager &graph = passes.nest<func::FuncOp>();
  graph.addPass(createDecomposeRecurrent());
  if (level != Level::Optimized) { // only what lowering cannot do without
    graph.addPass(createDecomposeAttention());
    graph.addPass(createInferShapes());
    return addCleanUp(graph);
  }
  graph.addPass(createFoldBatchNorm());
  graph.addPass(createRecoverPatterns());
  graph.addPass(createRecoverAttention());
  graph.addPass(createFoldConstants());
  graph.addPass(createInferShapes());
  addCleanUp(graph);
  graph.addPass(createDecomposeAttention());
  graph.addPass(createMergeProducts());
  graph.addPass(createChannelsLast());
  graph.addPass(createFoldConstants());
  addCleanUp(graph);
}

static void addFuse(OpPassManager &passes, Level level) {
  if (level == Level::Optimized)
    passes.nest<func::FuncOp>().addPass(createFuse());
  addCleanUp(passes);
}

/// Kernels are merged at once, so that everything later sees each of them only once.
static void addLower(OpPassManager &passes, Level level) {
  passes.addPass(createLowerGraphPass());
  addCleanUp(passes);
  if (level == Level::Optimized) {
    passes.addPass(createFuseDepthwise());
    passes.addPass(createShareLines());
    passes.addPass(createSplitChannels());
  }
  passes.addPass(createMergeKernels());
}

static void addSchedule(OpPassManager &passes, const PipelineOptions &options) {
  if (options.profile || options.level != Level::Reference)
    passes.nest<func::FuncOp>().addPass(createCountWork());
  if (options.level == Level::Reference)
    return passes.nest<func::FuncOp>().addPass(createExpandCopies());
  passes.addPass(tile::createTileSchedule());
  OpPassManager &kernels = passes.nest<func::FuncOp>();
  kernels.addPass(createExpandCopies());
  kernels.addPass(createScheduleGenerics());
  passes.addPass(createShareKernels());
}

/// What neither room knows becomes plain loops.
static void addTile(OpPassManager &passes, Level level) {
  bool isReference = level == Level::Reference;
  passes.addPass(isReference ? tile::createTileToLoops() : tile::createTileToVector());
  OpPassManager &kernels = passes.nest<func::FuncOp>();
  if (isReference) {
    kernels.addPass(createForallToForLoopPass());
  } else {
    kernels.addPass(createVectorizeElementwise());
    kernels.addPass(createVectorizeReduction());
    passes.addPass(createRequestAmx());
  }
  kernels.addPass(createConvertLinalgToLoopsPass());
  addCleanUp(passes);
}

/// Who shares memory is known only before the plan gives it out.
static void addPlan(OpPassManager &passes) {
  passes.addPass(createMarkNoalias());
  passes.addPass(createPlanMemory());
  passes.addPass(createFreeBuffers());
  passes.addPass(bufferization::createLowerDeallocationsPass());
  passes.addPass(createLayoutWeights());
}

static void addOutline(OpPassManager &passes, const PipelineOptions &options) {
  passes.addPass(createOutlineParallel());
  passes.addPass(createOutlineRegions());
  passes.nest<func::FuncOp>().addPass(createHoistAllocas());
  if (options.profile)
    passes.addPass(createProfileKernels());
  passes.addPass(createEmitEntry());
  addCleanUp(passes);
  passes.addPass(createJoinLoops());
}

/// From the structured to the flat: vectors and functions that LLVM lacks, then branches, addresses, and all at once.
/// The functions of the reference are the C library's.
static void addLlvm(OpPassManager &passes, const PipelineOptions &options) {
  OpPassManager &functions = passes.nest<func::FuncOp>();
  functions.addPass(createLowerVectors());
  Level level = options.level;
  if (level != Level::Reference)
    functions.addPass(createExpandMath(ExpandMathOptions{options.fastMath}));
  functions.addPass(math::createMathExtendToSupportedTypes());
  if (level != Level::Reference)
    functions.addPass(createLowerMath());
  arith::ArithEmulateUnsupportedFloatsOptions narrow;
  narrow.sourceTypeStrs = {"bf16", "f16"};
  narrow.targetTypeStr = "f32";
  functions.addPass(arith::createArithEmulateUnsupportedFloats(narrow));
  functions.addPass(createExpandConversions());
  addCleanUp(functions);
  passes.addPass(createSCFToControlFlowPass());
  passes.addPass(memref::createExpandStridedMetadataPass());
  passes.addPass(memref::createExpandOpsPass());
  passes.addPass(createLowerAffinePass());
  addCleanUp(passes);
  passes.addPass(createToLLVM());
}

void addPasses(Phase phase, OpPassManager &passes, const PipelineOptions &options) {
  switch (phase) {
  case Phase::Normalize: return addNormalize(passes);
  case Phase::Optimize: return addOptimize(passes, options.level);
  case Phase::Fuse: return addFuse(passes, options.level);
  case Phase::Lower: return addLower(passes, options.level);
  case Phase::Schedule: return addSchedule(passes, options);
  case Phase::Tile: return addTile(passes, options.level);
  case Phase::Plan: return addPlan(passes);
  case Phase::Outline: return addOutline(passes, options);
  case Phase::Llvm: return addLlvm(passes, options);
  case Phase::Import: case Phase::Object: case Phase::Link: break;
  }
  llvm_unreachable("no passes make up this phase");
}

void dumpAfter(Phase phase, ModuleOp module, const PipelineOptions &options) {
  if (!options.dumpAfter.contains(phase))
    return;
  *options.dumps << "// -----// after phase '" << getName(phase) << "' //----- //\n";
  module->print(*options.dumps, OpPrintingFlags().elideLargeElementsAttrs(64).elideLargeResourceString(64));
  *options.dumps << "\n";
}

static LogicalResult runPhase(ModuleOp module, Phase phase, const PipelineOptions &options) {
  TimingScope scope = options.timing ? options.timing->nest(getName(phase)) : TimingScope();
  PassManager passes(module.getContext());
  passes.enableVerifier(false); // once a phase is enough
  if (options.timing)
    passes.enableTiming(scope);
  // Up to fusion it may be the model that is wrong.
  if (!options.reproducer.empty() && phase >= Phase::Lower)
    passes.enableCrashReproducerGeneration(options.reproducer);
  addPasses(phase, passes, options);
  passes.addPass(createVerifyContract(VerifyContractOptions{getName(phase).str()}));
  if (failed(passes.run(module)) || failed(verify(module)))
    return failure();
  dumpAfter(phase, module, options);
  return success();
}

int64_t countWeightBytes(ModuleOp module) {
  int64_t bytes = 0;
  module.walk([&](ConstantOp constant) {
    auto type = llvm::cast<RankedTensorType>(constant.getResult().getType());
    bytes += type.getNumElements() * elementBytes(type.getElementType());
  });
  for (auto weight : module.getOps<rt::WeightDataOp>())
    bytes += weight.getBytes();
  return bytes;
}

LogicalResult runPhases(ModuleOp module, Phase done, Phase last, const PipelineOptions &options) {
  tile::TargetAttr target = describeTarget(options.target, module.getContext(), countWeightBytes(module));
  module->setAttr(tile::kTargetAttrName, options.level == Level::Reference ? withoutVectors(target) : target);
  for (Phase phase : getPhases())
    if (phase > done && phase <= std::min(last, Phase::Llvm) && failed(runPhase(module, phase, options)))
      return failure();
  return success();
}

} // namespace ingot

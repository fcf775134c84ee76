//===- Lower.cpp - the lower-graph pass
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Lower.h"
#include "codegen/rt/Rt.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace ingot;
using namespace mlir;

#include "codegen/lower/LoweringInterfaces.cpp.inc"

namespace {

struct LowerGraph : PassWrapper<LowerGraph, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LowerGraph)

  StringRef getArgument() const override { return "lower-graph"; }
  StringRef getDescription() const override {
    return "Turns the graph function into a host program that calls kernels in linalg and tile form";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, LLVM::LLVMDialect, linalg::LinalgDialect, math::MathDialect,
                    memref::MemRefDialect, rt::RtDialect, scf::SCFDialect, tile::TileDialect,
                    vector::VectorDialect>();
  }

  void runOnOperation() override {
    ModuleOp module = getOperation();
    for (auto graph : llvm::make_early_inc_range(module.getOps<func::FuncOp>())) {
      if (graph->hasAttr("rt.kernel") || graph->hasAttr("rt.entry") || graph.isExternal())
        continue;
      ShapeAnalysis shapes;
      HostLowering host(module, shapes, tile::getPackingTarget(module));
      if (failed(shapes.run(graph)) || failed(host.lowerFunction(graph)))
        return signalPassFailure();
    }
  }
};

} // namespace

std::unique_ptr<Pass> ingot::createLowerGraphPass() { return std::make_unique<LowerGraph>(); }

void ingot::registerLoweringInterfaces(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, IngotDialect *) {
    registerAttentionLowering(context);
    registerControlLowering(context);
    registerConvLowering(context);
    registerElementwiseLowering(context);
    registerGatherLowering(context);
    registerGenerateLowering(context);
    registerMatMulLowering(context);
    registerMovementLowering(context);
    registerPadLowering(context);
    registerPoolLowering(context);
    registerReduceLowering(context);
    registerResizeLowering(context);
    registerRowLowering(context);
    registerSampleLowering(context);
    registerScanLowering(context);
    registerScatterLowering(context);
    registerSelectLowering(context);
    registerShapeLowering(context);
    registerSliceLowering(context);
    registerSortLowering(context);
  });
}

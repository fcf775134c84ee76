//===- Lower.h - graph to host program and kernels
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_LOWER_H
#define INGOT_CODEGEN_LOWER_LOWER_H

#include "codegen/lower/Epilogue.h"
#include "codegen/lower/HostLowering.h"
#include "ir/Dialect.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/Pass.h"

#include "codegen/lower/LoweringInterfaces.h.inc"

namespace ingot {

/// Attaches a scalar emitter to an elementwise operator: `Emit(op, builder, operands)`.
template <typename OpTy, auto Emit>
struct ScalarModel : ScalarOpInterface::ExternalModel<ScalarModel<OpTy, Emit>, OpTy> {
  mlir::Value emitScalar(mlir::Operation *op, mlir::OpBuilder &b, mlir::ValueRange operands) const {
    return Emit(llvm::cast<OpTy>(op), b, operands);
  }
};
/// Attaches `Lower(op, host)` to an operator with kernels of its own.
template <typename OpTy, auto Lower>
struct HostModel : HostOpInterface::ExternalModel<HostModel<OpTy, Lower>, OpTy> {
  llvm::LogicalResult lower(mlir::Operation *op, HostLowering &host) const { return Lower(llvm::cast<OpTy>(op), host); }
};
/// Attaches `Lower(op, host, epilogue)` to an operator that other ones can be fused into.
template <typename OpTy, auto Lower>
struct AnchorModel : AnchorOpInterface::ExternalModel<AnchorModel<OpTy, Lower>, OpTy> {
  llvm::LogicalResult lowerFused(mlir::Operation *op, HostLowering &host, Epilogue &epilogue) const {
    return Lower(llvm::cast<OpTy>(op), host, epilogue);
  }
};

/// One a family, each in the .cpp of its name.
void registerAttentionLowering(mlir::MLIRContext *context);
void registerControlLowering(mlir::MLIRContext *context);
void registerConvLowering(mlir::MLIRContext *context);
void registerElementwiseLowering(mlir::MLIRContext *context);
void registerGatherLowering(mlir::MLIRContext *context);
void registerGenerateLowering(mlir::MLIRContext *context);
void registerMatMulLowering(mlir::MLIRContext *context);
void registerMovementLowering(mlir::MLIRContext *context);
void registerPadLowering(mlir::MLIRContext *context);
void registerPoolLowering(mlir::MLIRContext *context);
void registerReduceLowering(mlir::MLIRContext *context);
void registerResizeLowering(mlir::MLIRContext *context);
void registerRowLowering(mlir::MLIRContext *context);
void registerSampleLowering(mlir::MLIRContext *context);
void registerScanLowering(mlir::MLIRContext *context);
void registerScatterLowering(mlir::MLIRContext *context);
void registerSelectLowering(mlir::MLIRContext *context);
void registerShapeLowering(mlir::MLIRContext *context);
void registerSliceLowering(mlir::MLIRContext *context);
void registerSortLowering(mlir::MLIRContext *context);

/// All of them, when the ingot dialect is loaded.
void registerLoweringInterfaces(mlir::DialectRegistry &registry);

/// The `lower-graph` pass; its target is the module's `rt.target`.
std::unique_ptr<mlir::Pass> createLowerGraphPass();

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_LOWER_H

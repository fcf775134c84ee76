//===- TileDialect.h - The tile dialect -------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_TILEDIALECT_H
#define INGOT_CODEGEN_TILE_TILEDIALECT_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "codegen/tile/TileDialect.h.inc"
#include "codegen/tile/TileEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "codegen/tile/TileAttrs.h.inc"

namespace ingot::tile {

/// Builds the body of an epilogue: given the block's arguments (the sums, then
/// one element of each extra), returns an element of each output. Null yields
/// the first sum.
using EpilogueBuilder =
    llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::OpBuilder &, mlir::Location, mlir::ValueRange)>;

/// The size of a memref's dimension as an expression of whoever asks.
using ExtentFn = llvm::function_ref<mlir::AffineExpr(mlir::Value memref, unsigned dim)>;

/// The verifier that all operations with an epilogue share.
mlir::LogicalResult verifyEpilogue(mlir::Operation *op);

/// Name of the module's attribute that holds the `#tile.target`.
inline constexpr llvm::StringLiteral kTargetAttrName = "rt.target";

/// Name of the module's attribute that holds the `#tile.target` whose packing the module takes, where code for several
/// targets shares its weights.
inline constexpr llvm::StringLiteral kPackingAttrName = "rt.packing";

/// Name of the module's attribute that holds what was measured to be better than the cost model's choices: a dictionary
/// from `getKey` of operations (TileKey.h) to their schedules, from `getPanelKey` of packed operands (Packing.h) to the
/// columns of their panels, and from `getFilterKey` of convolutions (WinogradSchedule.h) to output tiles.
inline constexpr llvm::StringLiteral kTunedAttrName = "rt.tuned";

/// The target that decides how weights of the module are packed.
TargetAttr getPackingTarget(mlir::ModuleOp module);

/// The target of the module around `op`, or the least one.
TargetAttr getTarget(mlir::Operation *op);

} // namespace ingot::tile

#include "codegen/tile/TileInterfaces.h.inc"

#define GET_OP_CLASSES
#include "codegen/tile/TileOps.h.inc"

#endif // INGOT_CODEGEN_TILE_TILEDIALECT_H

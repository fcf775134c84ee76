//===- Contraction.h - Builders and verifiers of contractions ---*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_CONTRACTION_H
#define INGOT_CODEGEN_TILE_CONTRACTION_H

#include "codegen/tile/TileDialect.h"

namespace ingot::tile {

/// Fills the epilogue's block, by `epilogue` or with the first of its sums itself.
void buildEpilogue(mlir::OpBuilder &builder, mlir::OperationState &state, mlir::Region &region,
                   mlir::Type accumulator, mlir::ValueRange extras, EpilogueBuilder epilogue,
                   int64_t sums = 1);

/// An error if both sizes are known and differ.
llvm::LogicalResult verifyDim(mlir::Operation *op, llvm::StringRef what, int64_t expected, int64_t actual);

llvm::LogicalResult verifyUnitInnermostStride(mlir::Operation *op, llvm::StringRef what, mlir::MemRefType type);

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_CONTRACTION_H

//===-- BlockSums.h - adds up the sums of a reduction's blocks -------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_LOWER_BLOCKSUMS_H
#define INGOT_CODEGEN_LOWER_BLOCKSUMS_H

#include "codegen/tile/TileDialect.h"

namespace ingot {

/// Writes to `out`, [M, N], what `finish` makes of the total of `sums`, f32 of [blocks, M, N], and of an element of
/// each extra, which `maps` give from [M, N].
void sumBlocks(mlir::OpBuilder &b, mlir::Location loc, mlir::Value sums, mlir::Value out,
               llvm::ArrayRef<mlir::Value> extras, llvm::ArrayRef<mlir::AffineMap> maps, tile::EpilogueBuilder finish);

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_BLOCKSUMS_H

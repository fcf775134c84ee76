//===- Emitters.h - The loop nests of the tile operations -------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_EMITTERS_H
#define INGOT_CODEGEN_TILE_EMITTERS_H

#include "codegen/tile/IndexBuilder.h"
#include "codegen/tile/TileDialect.h"

namespace ingot::tile {

/// Each emits the loops of a scheduled operation where `builder` stands; the operation itself stays.
void emitMatmul(IndexBuilder &builder, MatmulOp op);
void emitConv(IndexBuilder &builder, ConvOp op);
void emitDepthwiseConv(IndexBuilder &builder, DepthwiseConvOp op);
void emitPlanesConv(IndexBuilder &builder, PlanesConvOp op);
/// The same of an input that is read where it is (PlaneLinesEmitter.cpp).
void emitPlaneLines(IndexBuilder &builder, PlanesConvOp op);
void emitWinogradConv(IndexBuilder &builder, WinogradConvOp op);
void emitAttention(IndexBuilder &builder, AttentionOp op);

/// Row counts that finish what full tiles of `rows` leave of `extent` rows (dynamic if not positive):
/// the exact rest where it is known, else powers of two.
llvm::SmallVector<int64_t> getTailRows(int64_t rows, std::optional<int64_t> extent);

/// Calls `emit` for panel `panel` of `panels`, which cover `extent` columns (dynamic if not given), with its vectors
/// but for those of the last panel that would be empty, and whether the last one may have columns less.
void emitPanel(IndexBuilder &builder, ScheduleAttr schedule, std::optional<int64_t> extent, mlir::Value panel,
               mlir::Value panels, llvm::function_ref<void(int64_t vectors, bool isRagged)> emit);

/// Calls `emitTile(rows, first)` in loops that cover rows [lo, hi): full tiles, then the tails.
void emitRowTiles(IndexBuilder &builder, mlir::Value lo, mlir::Value hi, int64_t rows,
                  llvm::ArrayRef<int64_t> tails,
                  llvm::function_ref<void(int64_t rows, mlir::Value first)> emitTile);

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_EMITTERS_H

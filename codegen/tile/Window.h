//===- Window.h - Which taps of a kernel meet the input ---------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Padding is never stored: taps that fall outside of the input are skipped.
// Along the outer spatial dimensions that clamps the bounds of the kernel's
// loops. Along the innermost one a tile holds several output positions, and a
// tap may be inside for some of them only. Where all is static, tiles with the
// same pattern of valid rows share a loop, and each pattern gets its own body;
// otherwise full tiles cover the positions that all taps are inside for, and
// the others are done one by one or, of wide kernels, by tiles whose rows have
// taps of their own besides those that they share.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_WINDOW_H
#define INGOT_CODEGEN_TILE_WINDOW_H

#include "codegen/tile/RegisterTile.h"

namespace ingot::tile {

/// Consecutive taps that are inside of the input for the same rows of a tile.
struct TapGroup {
  mlir::Value begin, end;
  RowRange rows;
};

/// One spatial dimension of a convolution.
struct WindowAxis {
  mlir::Value input, output, pad;
  int64_t kernel, stride, dilation;

  /// The input position that tap 0 meets at an output position; negative in the padding.
  mlir::Value origin(IndexBuilder &b, mlir::Value position) const;
  /// The taps [begin, end) that are inside of the input.
  std::pair<mlir::Value, mlir::Value> validTaps(IndexBuilder &b, mlir::Value position) const;
  /// Whether all taps are known to be inside of the input at all output positions.
  bool isAllInside() const;
};

/// The spatial dimensions of a convolution, outermost first.
template <typename OpT>
llvm::SmallVector<WindowAxis> getWindow(IndexBuilder &b, OpT op);

/// The groups, with the taps that none of them has as groups of no rows.
llvm::SmallVector<TapGroup> addPaddingTaps(IndexBuilder &b, const WindowAxis &axis, llvm::ArrayRef<TapGroup> groups);

using LineTileEmitter =
    llvm::function_ref<void(int64_t rows, mlir::Value first, llvm::ArrayRef<TapGroup> groups)>;

/// Output positions [begin, end) of a line.
struct LineRange {
  mlir::Value begin, end;
};

/// How many blocks of `size` positions a line makes, one if that is 0, and block `number` of them.
mlir::Value countLineBlocks(IndexBuilder &b, const WindowAxis &axis, int64_t size);
LineRange getLineBlock(IndexBuilder &b, const WindowAxis &axis, int64_t size, mlir::Value number);

/// Covers a range of positions, which begins at a multiple of `rows`, with tiles of `rows`. With `tilesBorder`, groups
/// of a row's own taps may come, so that wide kernels have tiles at their border, too.
void emitLine(IndexBuilder &b, const WindowAxis &axis, LineRange range, int64_t rows, bool tilesBorder,
              LineTileEmitter emitTile);

/// The loops over the kernel's outer dimensions at output position `outer`, sums carried through them. `body` takes
/// the taps and the input positions of these dimensions.
llvm::SmallVector<mlir::Value> emitOuterTaps(
    IndexBuilder &b, llvm::ArrayRef<WindowAxis> axes, llvm::ArrayRef<mlir::Value> outer, mlir::ValueRange sums,
    llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::ValueRange taps, mlir::ValueRange positions,
                                                      mlir::ValueRange sums)> body);

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_WINDOW_H

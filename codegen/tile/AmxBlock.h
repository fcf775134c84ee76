//===- AmxBlock.h - f32 products by tile instructions -----------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_AMXBLOCK_H
#define INGOT_CODEGEN_TILE_AMXBLOCK_H

#include "codegen/tile/AmxUnit.h"
#include "codegen/tile/TileDialect.h"

namespace ingot::tile {

/// Rows [begin, end) for tiles.
struct AmxRows {
  mlir::Value begin, end;
  /// How many they are if all blocks have as many, for tails of known size.
  std::optional<int64_t> known;
  /// Behind them, rows up to this one for vectors; null for none.
  mlir::Value vectorEnd = {};
};

/// How many blocks of at most `row_block` and `vector_rows` rows `rows` make, and block `number` of them: all of a
/// size, give or take two tiles, or a row where vectors do the last ones.
mlir::Value countRowBlocks(IndexBuilder &builder, AmxAttr schedule, mlir::Value rows);
AmxRows getRowBlock(IndexBuilder &builder, AmxAttr schedule, mlir::Value rows, mlir::Value number);

/// 16 elements of f32 that follow each other in memory; with `count`, no more than so many, and zeros.
mlir::Value loadSteps(IndexBuilder &builder, mlir::Value memref, mlir::ValueRange indices, mlir::Value count);

/// A left operand whose tiles are not made row by row, for a `left_depth` of all steps. A word has steps 2 k and
/// 2 k + 1.
class AmxLeft {
public:
  virtual ~AmxLeft() = default;
  /// Makes all rows pieces.
  virtual void split() = 0;
  /// Loads a piece of 16 rows by 32 steps, block `kBlock` of them.
  virtual void load(AmxUnit &unit, int64_t target, mlir::Value rowTile, mlir::Value kBlock, int64_t piece) = 0;
};

/// A block of a product's rows and panels of columns, and how its operands are read; everything by f32.
struct AmxBlock {
  AmxRows rows;
  /// Panels [panelBegin, panelEnd), all in bounds.
  mlir::Value panelBegin, panelEnd;
  mlir::Value steps;
  /// The left operand, or null for one whose rows are read by the next two.
  AmxLeft *left;
  /// Whether it takes time to locate a row: its steps become pieces all at once then, else tile by tile.
  bool isGathered;
  /// Whatever `loadLeft` has to know of a row, once for all of its steps.
  llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::Value row)> locateLeft;
  /// 16 steps of the left operand, from `step` on; with `count`, not negative, no more than so many and zeros behind.
  llvm::function_ref<mlir::Value(mlir::ValueRange place, mlir::Value step, mlir::Value count)> loadLeft;
  /// Sees to it that steps [begin, end) of a panel can be loaded; null if all can be at any time.
  llvm::function_ref<void(mlir::Value panel, mlir::Value begin, mlir::Value end)> prepareRight;
  /// 16 columns of a step of the right operand, from column 16 * `vector` of the panel on.
  llvm::function_ref<mlir::Value(mlir::Value panel, mlir::Value step, int64_t vector)> loadRight;
  /// Has a step of a panel, which may be one behind the last, brought into the second cache.
  llvm::function_ref<void(mlir::Value panel, mlir::Value step)> fetchRight;
  /// Takes a row's sums of one panel.
  llvm::function_ref<void(mlir::Value row, mlir::Value panel, llvm::ArrayRef<mlir::Value> sums)> finish;
  /// Does rows [begin, end) of a panel by other means.
  llvm::function_ref<void(mlir::Value begin, mlir::Value end, mlir::Value panel)> fallBack;
  /// With `stream`, of the first tile of rows no panels before this one, of the last tile none from that one on; of one
  /// tile, at most one of these. Null for none to leave out.
  mlir::Value firstPanel = {}, lastPanelEnd = {};
  /// With `stream`, the pieces of all panels of the right operand (codegen/rt/Bf16Pieces.h) if it has them already.
  mlir::Value rightPieces = {};
};

/// Multiplies the block's sums out of three bf16 pieces of each operand (`splitToBf16`): the six products of pieces
/// that are not below the last bit of the sum; as accurate as f32 multiply-adds (Henry, Tang and Heinecke, Leveraging
/// the bfloat16 Artificial Intelligence Datatype For Higher-Precision Computations, 2019). Infinities have no pieces:
/// where a sum is no number, a tile falls back.
///
///   for each `left_depth` steps {
///     left pieces = those steps of the rows
///     for each panel, for each `right_depth` of the steps {
///       right pieces = those steps of the panel, unless they became so meanwhile
///       for each two tiles of rows {
///         sums += left pieces * right pieces; after each of the six products some of what comes next is split, with
///           `overlap`, and fetched, with `prefetch`
///         after the last step, finish(sums)
///       }
///       the same by vectors for the rows behind
///     }
///   }
///
/// With `stream` the right operand stays, and the left one passes by:
///
///   right pieces = all steps of the panels, unless they are pieces in memory
///   for each two tiles of rows, for each panel {
///     sums = left pieces * right pieces; meanwhile the next two tiles of rows become pieces, and the sums of the panel
///       before are finished
///   }
///   the same for the tiles of some panels, each by itself
void emitAmxBlock(IndexBuilder &builder, const AmxBlock &block, AmxAttr schedule, int64_t panelColumns);

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_AMXBLOCK_H

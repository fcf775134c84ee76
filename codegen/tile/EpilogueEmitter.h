//===- EpilogueEmitter.h - Finishes and stores a register tile --*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_EPILOGUEEMITTER_H
#define INGOT_CODEGEN_TILE_EPILOGUEEMITTER_H

#include "codegen/tile/IndexBuilder.h"
#include "codegen/tile/TileDialect.h"

namespace ingot::tile {

/// A register tile in place: its sums, one row of vectors after another (of one
/// part after another in a row), and where in the output they belong.
struct FinishedTile {
  llvm::ArrayRef<mlir::Value> sums;
  int64_t rows;
  /// The output's indices of the first row, without the last; row i is i further along the last one given.
  llvm::ArrayRef<mlir::Value> firstRow;
  /// The first column.
  mlir::Value column;
  /// The end of the columns, null where the tile has no ragged one.
  mlir::Value columnEnd;
};

/// Applies the epilogue of `op` to tiles and stores them.
class EpilogueEmitter {
public:
  EpilogueEmitter(IndexBuilder &builder, TileOpInterface op, bool masks)
      : b(builder), op(op), parts(op.getSums()), masks(masks) {}

  void emit(const FinishedTile &tile);
  /// One element alone, of its sums; `row` is where it belongs but for its column.
  void emitScalar(llvm::ArrayRef<mlir::Value> sums, llvm::ArrayRef<mlir::Value> row, mlir::Value column);

private:
  void emitVectors(const FinishedTile &tile, bool masked);
  void emitScalars(const FinishedTile &tile);
  llvm::SmallVector<mlir::Value> getOuts();
  mlir::Value loadExtra(unsigned i, llvm::ArrayRef<mlir::Value> row, mlir::Value column, int64_t lanes,
                        mlir::Value mask, mlir::Value columnEnd);
  mlir::Value gatherExtra(unsigned i, llvm::ArrayRef<mlir::Value> row, mlir::Value column, int64_t lanes,
                          mlir::Value columnEnd);
  mlir::Value loadElement(unsigned i, llvm::ArrayRef<mlir::Value> row, mlir::Value column);

  IndexBuilder &b;
  TileOpInterface op;
  int64_t parts;
  bool masks;
};

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_EPILOGUEEMITTER_H

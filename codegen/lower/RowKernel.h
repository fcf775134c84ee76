//===- RowKernel.h - kernels that reduce along axes and then work on each element
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Softmax and the normalizations: statistics of each row, then a result for
// each element from it and its row's statistics. Where a row is contiguous, one
// row after the other goes through all steps while it is in the cache, threads
// taking rows; otherwise each step goes through the whole tensor. Few rows that
// are long are reduced piece by piece, for threads to take pieces: they are the
// shape's, so that the result is the same on any number of threads.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_ROWKERNEL_H
#define INGOT_CODEGEN_LOWER_ROWKERNEL_H

#include "codegen/lower/Combine.h"
#include "codegen/lower/Epilogue.h"
#include "codegen/lower/KernelBuilder.h"

namespace ingot {

class RowKernel {
public:
  /// `axes` are those that a row extends along; the result has the input's shape.
  RowKernel(HostLowering &host, Epilogue &epilogue, mlir::Value input, llvm::ArrayRef<int64_t> axes);

  using Body = llvm::function_ref<void(KernelBuilder &)>;
  /// Emits the kernel and its call; `body` says what to do with a row, with the members below.
  void emit(llvm::StringRef name, unsigned statistics, Body body);

  /// Body type of the input: what elements and statistics are computed in.
  mlir::Type type() const { return bodyType(element); }
  /// Elements of a row, an index.
  mlir::Value count() const { return rowCount; }
  /// Whether the result's memory can hold elements of the body type on the way.
  bool canStore() const;

  // ---- In the body ----
  /// An element, then the statistics with smaller numbers than the one computed, or all.
  using ElementFn = llvm::function_ref<mlir::Value(KernelBuilder &, mlir::Value x, mlir::ValueRange statistics)>;
  /// statistic = sum (product, ...) of `of(x, ...)`; x is the input's element, or what store() stored.
  void reduce(KernelBuilder &k, unsigned statistic, Combining how, ElementFn of, bool stored = false);
  /// statistic = by(statistic).
  void finish(KernelBuilder &k, unsigned statistic,
              llvm::function_ref<mlir::Value(KernelBuilder &, mlir::Value)> by);
  /// Keeps `of(x, ...)` in the memory of the result.
  void store(KernelBuilder &k, unsigned known, ElementFn of);
  /// The result: `of(x, ...)` and then the epilogue.
  void write(KernelBuilder &k, ElementFn of, bool stored = false);

private:
  bool areRowsContiguous() const;
  /// Indices of an axis that are a piece of every row.
  struct Piece {
    unsigned axis;
    int64_t length;
  };
  std::optional<Piece> choosePiece() const;
  mlir::Value scratch(llvm::ArrayRef<unsigned> dims, mlir::Value count = {});
  void forEachPiece(KernelBuilder &k, mlir::Value memref,
                    llvm::function_ref<void(mlir::Value part, mlir::Value statistic)> body);
  void enterRow(KernelBuilder &k, mlir::ValueRange leading, mlir::ValueRange arguments);
  void enterWhole(KernelBuilder &k, mlir::ValueRange arguments, unsigned statistics);

  HostLowering &host;
  Epilogue &epilogue;
  mlir::Value tensor;
  mlir::Type element;
  llvm::SmallVector<unsigned> axes, kept;
  unsigned rank;
  bool byRow;
  std::optional<Piece> piece;

  // In the kernel: memory of a row or of everything, loops over it, and how they index the rest; a statistic's pieces.
  mlir::Value input, out, rowCount, pieces;
  llvm::SmallVector<mlir::Value> extras, statistics;
  llvm::SmallVector<mlir::AffineMap> extraMaps;
  mlir::AffineMap whole, ofStatistics;
  llvm::SmallVector<KernelBuilder::Iterator> iterators;
};

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_ROWKERNEL_H

//===- NestEmitter.h - loops and vectors of one generic --------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Emits, for an iteration space and a choice of the loop the lanes run along:
//   forall chunks { for outer parallel loops { lanes { for reductions { body } } } }     lanes along a parallel loop
//   forall chunks { for parallel loops { for reductions { lanes { body } } } }           lanes along a reduction
// Sums stay in registers through all reduction loops.
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VECTOR_NESTEMITTER_H
#define INGOT_CODEGEN_VECTOR_NESTEMITTER_H

#include "codegen/vector/Combiners.h"
#include "codegen/vector/IterationSpace.h"
#include "codegen/vector/LaneAccess.h"
#include "codegen/vector/Schedule.h"

namespace ingot {

/// A place in the nest: the index of every loop, and each operand's linear index there.
struct Cursor {
  llvm::SmallVector<Index> indices;
  llvm::SmallVector<Index> offsets;
};

class NestEmitter {
public:
  /// `laneDim` is the loop that the lanes run along; without one the loops are scalar.
  NestEmitter(mlir::ImplicitLocOpBuilder &b, mlir::linalg::GenericOp op, const IterationSpace &space,
              GenericSchedule schedule, std::optional<unsigned> laneDim);

  /// For a transpose: the loop along which the transposed inputs are contiguous.
  void setRowDim(unsigned dim);

  /// Emits the whole nest at the builder's insertion point.
  void emit();

private:
  using Values = llvm::SmallVector<mlir::Value>;
  using LoopBody = llvm::function_ref<Values(Index, mlir::ValueRange)>;

  /// The body of the threads: everything inside `cursor`, with the loops that remain.
  void emitInner(const Cursor &cursor);

  // Threads.cpp
  void narrowLanes();
  void emitThreads(llvm::function_ref<void()> body);
  llvm::SmallVector<unsigned> loopsForThreads() const;
  int64_t granularity(unsigned dim) const;
  unsigned threadedLoops(llvm::ArrayRef<unsigned> loops) const;

  // NestEmitter.cpp
  Cursor origin();
  Cursor advance(const Cursor &cursor, unsigned dim, Index by);
  void emitParallelLoops(const Cursor &cursor, llvm::ArrayRef<unsigned> loops);
  Values emitLoop(Index begin, Index end, int64_t step, mlir::ValueRange init, LoopBody body);
  Values emitLoops(const Cursor &cursor, llvm::ArrayRef<unsigned> loops, mlir::ValueRange init,
                   llvm::function_ref<Values(const Cursor &, mlir::ValueRange)> body);

  // LaneLoops.cpp
  void emitLaneParallel(const Cursor &cursor);
  void emitLaneReduction(const Cursor &cursor);
  void hoistUniforms(const Cursor &cursor);
  void emitTile(const Cursor &cursor, int64_t copies, const Lanes &lanes);
  Values emitLanePass(const Cursor &cursor, mlir::ValueRange init);
  Values emitBody(const Cursor &cursor, const Lanes &lanes, mlir::ValueRange outputs);
  Index laneStride(const StridedOperand &operand);
  mlir::Value maskUpTo(Index remaining);
  Values loadOutputs(const Cursor &cursor, const Lanes &lanes);
  void storeOutputs(const Cursor &cursor, const Lanes &lanes, mlir::ValueRange values);

  // TransposeTiles.cpp
  void emitTransposed(const Cursor &cursor);
  void emitTransposeTile(const Cursor &cursor, Index rowsLeft, Index lanesLeft);
  void emitFullTile(const Cursor &cursor);
  bool interleavesRows();
  void emitInterleaved(const Cursor &cursor);
  void emitEdgeTile(const Cursor &cursor, Index numRows, Index numLanes);
  void emitTransposedRow(const Cursor &cursor, const Lanes &lanes, int64_t row, llvm::ArrayRef<Values> lines);
  llvm::SmallVector<Values> loadTransposed(const Cursor &cursor, Index numLanes, mlir::Value rowMask);
  Index leftInTile(Index begin, Index index, Index end);

  mlir::ImplicitLocOpBuilder &b;
  IndexMath math;
  mlir::linalg::GenericOp op;
  const IterationSpace &space;
  GenericSchedule schedule;
  std::optional<unsigned> laneDim, rowDim;
  llvm::SmallVector<unsigned> parallelLoops, reductionLoops;
  /// Of each loop; a thread's chunk narrows them.
  llvm::SmallVector<Index> begins, ends;
  /// Operands whose values are at hand: shared by all iterations of the lanes' loop, or of a transposed tile.
  llvm::SmallVector<mlir::Value> hoisted;
};

} // namespace ingot

#endif // INGOT_CODEGEN_VECTOR_NESTEMITTER_H

//===- VectorizeBody.h - a scalar region, cloned as vector operations -----===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The body of a linalg.generic, or of an epilogue, computes one element. These
// functions clone it so that it computes `lanes` elements at once, as 1-D
// vectors. Three shapes of a value are told apart:
//   uniform  every lane has the same value: it stays a scalar;
//   ramp     lane i has `value + i * step`, as a loop index has: it stays a
//            scalar as long as only address arithmetic uses it, so that a load
//            at [row, ramp] is one contiguous vector load;
//   vector   anything else.
// Control flow that differs between lanes becomes selects, its loads masked.
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VECTOR_VECTORIZEBODY_H
#define INGOT_CODEGEN_VECTOR_VECTORIZEBODY_H

#include "mlir/IR/Block.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace ingot {

/// Whether `body` can be emitted on vectors. `isUniform` tells, for each block argument, that all lanes share its
/// value; `laneDim` is the dimension whose linalg.index differs between lanes (none: -1).
bool isBodyVectorizable(mlir::Block &body, llvm::function_ref<bool(mlir::BlockArgument)> isUniform,
                        int64_t laneDim = -1);

/// A value of the scalar body, spread over the lanes.
struct LaneValue {
  enum Kind { Uniform, Ramp, Vector };
  Kind kind = Uniform;
  /// The scalar of every lane, the scalar of lane 0, or the vector.
  mlir::Value value;
  /// Of a ramp.
  int64_t step = 0;
};

class BodyVectorizer {
public:
  /// Where `mask` is given (vector<lanes x i1>), lanes outside it load nothing; lane 0 must be inside.
  BodyVectorizer(mlir::ImplicitLocOpBuilder &b, int64_t lanes, mlir::Value mask = {})
      : b(b), lanes(lanes), mask(mask) {}

  /// Gives a block argument (or a captured value) its value: a vector, or a scalar that all lanes share.
  void bind(mlir::Value scalar, mlir::Value value);
  /// Gives linalg.index of `dim` its value in lane 0, and the step from lane to lane (0 or 1).
  void bindIndex(unsigned dim, mlir::Value value, int64_t step);

  /// Clones the operations of `body`, which must be vectorizable; returns what its terminator yields.
  llvm::SmallVector<LaneValue> emit(mlir::Block &body);

  /// `value` as a vector.
  mlir::Value toVector(const LaneValue &value);

private:
  LaneValue lookup(mlir::Value scalar) const;
  mlir::Value lookupVector(mlir::Value scalar) { return toVector(lookup(scalar)); }
  void set(mlir::Value scalar, LaneValue value);

  void emitOp(mlir::Operation *op);
  void emitIndex(mlir::Operation *op);
  bool emitRamp(mlir::Operation *op);
  void emitElementwise(mlir::Operation *op);
  void emitLoad(mlir::Operation *op);
  void emitIf(mlir::Operation *op);
  void emitUniformIf(mlir::Operation *op);
  void emitDivergentIf(mlir::Operation *op);
  mlir::Value loadAt(mlir::Value flatBase, const LaneValue &index, mlir::Type element);

  LaneValue add(const LaneValue &lhs, const LaneValue &rhs);
  LaneValue scale(const LaneValue &value, mlir::OpFoldResult factor);

  mlir::ImplicitLocOpBuilder &b;
  int64_t lanes;
  mlir::Value mask;
  /// Inside control flow that differs between lanes: a uniform operation may not be one that traps or touches memory.
  bool speculating = false;
  llvm::DenseMap<mlir::Value, LaneValue> values;
  mlir::IRMapping uniforms;
  llvm::SmallVector<LaneValue> indices;
};

/// The common case: every argument of `body` is given as a vector or a scalar; what it yields comes back as vectors.
llvm::SmallVector<mlir::Value> vectorizeBody(mlir::OpBuilder &b, mlir::Location loc, mlir::Block &body,
                                             mlir::ValueRange arguments, int64_t lanes);

} // namespace ingot

#endif // INGOT_CODEGEN_VECTOR_VECTORIZEBODY_H

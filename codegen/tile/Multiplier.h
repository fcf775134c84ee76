//===- Multiplier.h - The arithmetic inside a contraction -------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_MULTIPLIER_H
#define INGOT_CODEGEN_TILE_MULTIPLIER_H

#include "codegen/tile/IndexBuilder.h"
#include "codegen/tile/TileDialect.h"

namespace ingot::tile {

/// Extends elements of the operands to the type of the sum, and adds their
/// products to sums that are 1-D vectors of `lanes` columns. DotMultiplier and
/// LaneSumMultiplier take several steps of the reduction at once.
class Multiplier {
public:
  template <typename OpT>
  Multiplier(IndexBuilder &builder, OpT op, int64_t lanes)
      : b(builder), lanes(lanes), sumType(llvm::cast<TileOpInterface>(op.getOperation()).getAccumulatorType()),
        aZero(op.getAZero()), bZero(op.getBZero()), aUnsigned(op.getAUnsigned()), bUnsigned(op.getBUnsigned()) {}
  /// Products of elements that are of the sum's type already.
  Multiplier(IndexBuilder &builder, mlir::Type sumType, int64_t lanes) : b(builder), lanes(lanes), sumType(sumType) {}
  virtual ~Multiplier() = default;

  int64_t getLanes() const { return lanes; }
  mlir::Type getSumType() const { return sumType; }
  virtual mlir::VectorType getSumVector() const { return mlir::VectorType::get(lanes, sumType); }
  /// Elements of the reduction that one product takes.
  virtual int64_t getDepth() const { return 1; }

  mlir::Value zero();
  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value subtract(mlir::Value lhs, mlir::Value rhs);
  mlir::Value broadcast(mlir::Value scalar);
  /// An element of an operand, scalar or vector, in the sum's type.
  mlir::Value extendLeft(mlir::Value value) { return extend(value, aUnsigned, aZero); }
  mlir::Value extendRight(mlir::Value value) { return extend(value, bUnsigned, bZero); }

  /// The element of the left operand at `indices`, in all lanes. Of several steps, only the first `rest` are read, if
  /// that is given.
  virtual mlir::Value loadLeft(mlir::Value memref, mlir::ValueRange indices, mlir::Value rest);
  /// A vector of the packed or row-major right operand from `indices` on.
  virtual mlir::Value loadRight(mlir::Value memref, mlir::ValueRange indices);
  /// left * right + sum.
  virtual mlir::Value multiplyAdd(mlir::Value left, mlir::Value right, mlir::Value sum);

  /// Where products come out too large by a factor of the right operand's sums: that factor, in all lanes, else null.
  /// Every row has to take every step then, `loadPadding` in place of what is not there.
  virtual mlir::Value getExcess() { return {}; }
  virtual mlir::Value loadPadding() { return {}; }
  /// The factor whose products are the right operand's elements.
  virtual mlir::Value getOnes() { return {}; }

  /// `emit`, unless one of the sums has left the range of their type though its result does not: then `redo`, whose
  /// products stay within.
  virtual void emitOrRedo(mlir::ValueRange sums, llvm::function_ref<void()> emit, llvm::function_ref<void()> redo) {
    emit();
  }

  /// What is stored: for each row of `vectors` sums, its columns in vectors.
  virtual llvm::SmallVector<mlir::Value> finish(mlir::ValueRange sums, int64_t vectors) { return sums; }

protected:
  IndexBuilder &b;
  int64_t lanes;
  mlir::Type sumType;
  mlir::Value aZero, bZero;
  bool aUnsigned = false, bUnsigned = false;

private:
  mlir::Value extend(mlir::Value value, bool isUnsigned, mlir::Value zeroPoint);
};

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_MULTIPLIER_H

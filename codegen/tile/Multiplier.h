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

/// Extends elements of the operands to the type of the sum, and sums their
/// products. Everything works on 1-D vectors of `lanes` elements.
class Multiplier {
public:
  template <typename OpT>
  Multiplier(IndexBuilder &builder, OpT op, int64_t lanes)
      : b(builder), lanes(lanes), sumType(llvm::cast<TileOpInterface>(op.getOperation()).getAccumulatorType()),
        aZero(op.getAZero()), bZero(op.getBZero()), aUnsigned(op.getAUnsigned()), bUnsigned(op.getBUnsigned()) {}

  int64_t getLanes() const { return lanes; }
  mlir::Type getSumType() const { return sumType; }
  mlir::VectorType getSumVector() const { return mlir::VectorType::get(lanes, sumType); }

  mlir::Value zero();
  /// An element of `a`, scalar or vector, in the sum's type.
  mlir::Value extendA(mlir::Value value) { return extend(value, aUnsigned, aZero); }
  mlir::Value extendB(mlir::Value value) { return extend(value, bUnsigned, bZero); }
  mlir::Value broadcast(mlir::Value scalar);
  /// lhs * rhs + sum.
  mlir::Value multiplyAdd(mlir::Value lhs, mlir::Value rhs, mlir::Value sum);
  mlir::Value add(mlir::Value lhs, mlir::Value rhs);

private:
  mlir::Value extend(mlir::Value value, bool isUnsigned, mlir::Value zeroPoint);

  IndexBuilder &b;
  int64_t lanes;
  mlir::Type sumType;
  mlir::Value aZero, bZero;
  bool aUnsigned, bUnsigned;
};

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_MULTIPLIER_H

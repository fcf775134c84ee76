//===- Combine.h - operations that reductions are made of
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_COMBINE_H
#define INGOT_CODEGEN_LOWER_COMBINE_H

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace ingot {

enum class Combining { add, mul, max, min };

/// An associative operation on body types.
struct Combiner {
  mlir::arith::AtomicRMWKind kind;
  mlir::Type type;

  mlir::Value combine(mlir::OpBuilder &b, mlir::Location loc, mlir::Value x, mlir::Value y) const {
    return mlir::arith::getReductionOp(kind, b, loc, x, y);
  }
  mlir::Value neutral(mlir::OpBuilder &b, mlir::Location loc) const {
    return mlir::arith::getIdentityValue(kind, type, b, loc);
  }
};

/// For tensors of `element`, which tells signed from unsigned.
Combiner getCombiner(Combining how, mlir::Type element);

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_COMBINE_H

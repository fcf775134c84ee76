//===- IndexMath.h - index arithmetic that folds as it is built -----------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VECTOR_INDEXMATH_H
#define INGOT_CODEGEN_VECTOR_INDEXMATH_H

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OpDefinition.h"

namespace ingot {

/// An index that is known (an IntegerAttr) or computed at run time (a Value).
using Index = mlir::OpFoldResult;

/// Arithmetic on indices that do not overflow; what is known stays known, and emits nothing.
class IndexMath {
public:
  explicit IndexMath(mlir::ImplicitLocOpBuilder &b) : b(b) {}

  Index constant(int64_t value) { return b.getIndexAttr(value); }
  static std::optional<int64_t> known(Index index) { return mlir::getConstantIntValue(index); }

  Index add(Index lhs, Index rhs);
  Index sub(Index lhs, Index rhs);
  Index mul(Index lhs, Index rhs);
  Index min(Index lhs, Index rhs);
  Index max(Index lhs, Index rhs);
  /// Divisions: of what is not negative by what is positive.
  Index floorDiv(Index lhs, Index rhs);
  Index ceilDiv(Index lhs, Index rhs);
  /// The largest multiple of `factor` (a power of two) that is at most `index`.
  Index roundDown(Index index, int64_t factor);

  mlir::Value value(Index index);

private:
  mlir::ImplicitLocOpBuilder &b;
};

} // namespace ingot

#endif // INGOT_CODEGEN_VECTOR_INDEXMATH_H

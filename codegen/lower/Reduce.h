//===- Reduce.h - what each kind of reduction computes
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_REDUCE_H
#define INGOT_CODEGEN_LOWER_REDUCE_H

#include "codegen/lower/Combine.h"
#include "codegen/lower/Epilogue.h"
#include "codegen/lower/KernelBuilder.h"
#include "ir/Dialect.h"

namespace ingot {

/// A kind of reduction over a type of elements: each element is prepared, all are combined, the total is finished.
class Reducer {
public:
  Reducer(ReduceKind kind, mlir::Type element);

  /// The body type in which totals are kept.
  mlir::Type type() const { return combiner.type; }
  mlir::Value neutral(KernelBuilder &b) const { return combiner.neutral(b, b.getLoc()); }
  /// `total` and one element more; for log_sum_exp, `shift` is what is taken from the element.
  mlir::Value add(KernelBuilder &b, mlir::Value total, mlir::Value element, mlir::Value shift = {}) const;
  /// Two totals as one.
  mlir::Value merge(KernelBuilder &b, mlir::Value total, mlir::Value other) const {
    return combiner.combine(b, b.getLoc(), total, other);
  }
  bool hasFinish() const;
  mlir::Value finish(KernelBuilder &b, mlir::Value total, mlir::Value count, mlir::Value shift = {}) const;
  /// log_sum_exp needs the largest element first, lest an exponential overflows.
  bool needsShift() const { return kind == ReduceKind::log_sum_exp; }
  /// The largest element as a shift: 0 where it is not finite.
  static mlir::Value finiteShift(KernelBuilder &b, mlir::Value largest);

private:
  ReduceKind kind;
  mlir::Type element;
  Combiner combiner;
};

/// A reduction over axes that only the run time knows.
llvm::LogicalResult lowerReduceAtRunTime(ReduceOp op, HostLowering &host, Epilogue &epilogue);

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_REDUCE_H

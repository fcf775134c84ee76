//===- Schedule.h - lanes, copies and grain of a generic -------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VECTOR_SCHEDULE_H
#define INGOT_CODEGEN_VECTOR_SCHEDULE_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace ingot {

/// What `schedule-generics` decides for one generic and the vectorizers obey: the attribute `rt.schedule`.
struct GenericSchedule {
  static constexpr llvm::StringLiteral kAttrName = "rt.schedule";

  /// Elements a vector operation works on; 1 keeps the loops scalar.
  int64_t lanes = 1;
  /// Vectors the innermost loop works on.
  int64_t unroll = 1;
  /// Iterations of the whole nest that are worth a thread's while; 0 keeps it on one thread.
  int64_t grain = 0;
  /// Whether a rest of less than `lanes` elements is one masked vector; otherwise it is a scalar loop.
  bool masks = false;

  /// Reads the attribute; without one the generic stays scalar, on one thread.
  static GenericSchedule get(mlir::Operation *op);
  mlir::DictionaryAttr toAttr(mlir::MLIRContext *context) const;
};

} // namespace ingot

#endif // INGOT_CODEGEN_VECTOR_SCHEDULE_H

//===-- Control.h - loops that import functions build -----------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_CONTROL_H
#define INGOT_FRONTEND_ONNX_CONTROL_H

#include "frontend/onnx/Node.h"

namespace ingot::onnx {

/// One iteration of a loop; may be asked to build itself more than once.
class LoopBody {
public:
  virtual ~LoopBody() = default;
  /// From the iteration number (an int64 scalar) and the carried values: the
  /// next condition (a boolean scalar), the next carried values, then an
  /// element of each scan output.
  virtual llvm::FailureOr<llvm::SmallVector<mlir::Value>> build(mlir::ValueRange arguments) = 0;
};

/// A loop of at most \p trips iterations (null: no limit) while \p condition
/// (null: true) holds; gives the last carried values, then the scan outputs
/// stacked along a new first dimension.
llvm::FailureOr<llvm::SmallVector<mlir::Value>> buildLoop(Node &node, mlir::Value trips, mlir::Value condition,
                                                          mlir::ValueRange initial, LoopBody &body);

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_CONTROL_H

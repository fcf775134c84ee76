//===-- Pool.h - pools other operators use ----------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_POOL_H
#define INGOT_FRONTEND_ONNX_POOL_H

#include "frontend/onnx/Node.h"

namespace ingot::onnx {

/// The average pool that \p node's attributes describe, of \p input.
mlir::Value averagePool(Node &node, mlir::Value input, bool channelsLast);

/// Reduces the spatial dimensions of \p input to extent 1.
mlir::Value globalPool(GraphBuilder &graph, ReduceKind kind, mlir::Value input, bool channelsLast);

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_POOL_H

//===-- Broadcast.h - broadcasting before opset 7 ---------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_BROADCAST_H
#define INGOT_FRONTEND_ONNX_BROADCAST_H

#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"

namespace ingot::onnx {

/// Reshapes \p value so that its dimensions stand at \p axis and after among
/// \p rank of them; those behind are 1. Null stays null.
mlir::Value alignAt(GraphBuilder &graph, mlir::Value value, int64_t axis, int64_t rank);

/// A binary operator of opsets 1 to 6: nothing broadcasts unless the attribute
/// `broadcast` is set; then the right operand does, its first dimension being
/// the left one's dimension `axis` (the last ones by default).
ValueFunction legacyBroadcast(mlir::Value (*import)(Node &));

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_BROADCAST_H

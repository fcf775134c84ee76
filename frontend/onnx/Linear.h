//===-- Linear.h - matrix products other operators use ----------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_LINEAR_H
#define INGOT_FRONTEND_ONNX_LINEAR_H

#include "ir/GraphBuilder.h"

namespace ingot::onnx {

/// numpy.matmul: vectors are rows on the left and columns on the right.
mlir::Value matmul(GraphBuilder &graph, mlir::Value a, mlir::Value b, mlir::Type element);

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_LINEAR_H

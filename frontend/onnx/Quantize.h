//===-- Quantize.h - quantized operators ------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_QUANTIZE_H
#define INGOT_FRONTEND_ONNX_QUANTIZE_H

#include "frontend/onnx/Node.h"

namespace ingot::onnx {

/// A scale or zero point of one element as a scalar, one of several with its
/// elements at dimension \p axis of \p rank; null stays null.
mlir::Value alignParameter(GraphBuilder &graph, mlir::Value parameter, int64_t axis, int64_t rank);

/// \p x as real numbers. \p zeroPoint may be null: 0.
mlir::Value dequantize(GraphBuilder &graph, mlir::Value x, mlir::Value scale, mlir::Value zeroPoint);

/// Real numbers in the type of \p zeroPoint.
mlir::Value quantize(GraphBuilder &graph, mlir::Value x, mlir::Value scale, mlir::Value zeroPoint);

struct Quantized {
  mlir::Value value, scale, zeroPoint;
};

/// \p x as uint8, with scale and zero point from the range of its values. The
/// value is null after an error.
Quantized quantizeDynamically(GraphBuilder &graph, mlir::Value x);

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_QUANTIZE_H

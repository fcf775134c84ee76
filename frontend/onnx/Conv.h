//===-- Conv.h - convolutions other operators use ---------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_CONV_H
#define INGOT_FRONTEND_ONNX_CONV_H

#include "frontend/onnx/Node.h"

namespace ingot::onnx {

/// The convolution that \p node's attributes describe, of these operands; \p
/// bias may be null.
mlir::Value convolve(Node &node, mlir::Type element, mlir::Value input, mlir::Value weight, mlir::Value bias);

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_CONV_H

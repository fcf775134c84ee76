//===-- Activation.h - activation functions other operators use -*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_ACTIVATION_H
#define INGOT_FRONTEND_ONNX_ACTIVATION_H

#include "ir/GraphBuilder.h"

namespace ingot::onnx {

/// x, times slope where x is negative.
mlir::Value leakyRelu(GraphBuilder &graph, mlir::Value x, mlir::Value slope);

/// alpha * x + beta, between 0 and 1.
mlir::Value hardSigmoid(GraphBuilder &graph, mlir::Value x, double alpha, double beta);

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_ACTIVATION_H

//===-- Random.h - random numbers -------------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_RANDOM_H
#define INGOT_FRONTEND_ONNX_RANDOM_H

#include "frontend/onnx/Node.h"

namespace ingot::onnx {

/// The shape of a result, and its number of elements (an int64 scalar).
struct Extents {
  mlir::Value shape, size;
};

Extents extentsLike(GraphBuilder &graph, mlir::Value x);

/// The type to generate numbers of type \p element in: f64 for f64, else f32.
mlir::Type generatedType(GraphBuilder &graph, mlir::Type element);

/// The random numbers of one node, from its attribute `seed`.
class Generator {
public:
  explicit Generator(Node &node);

  /// Numbers from [0, 1), f32 or f64; new ones at every call.
  mlir::Value uniform(const Extents &extents, mlir::Type element);
  /// Numbers of the standard normal distribution.
  mlir::Value normal(const Extents &extents, mlir::Type element);

private:
  mlir::Value word(uint64_t value);
  mlir::Value shiftXor(mlir::Value x, uint64_t distance);
  /// 64 random bits a position, [1, size].
  mlir::Value bits(mlir::Value size);

  GraphBuilder &graph;
  uint64_t state;
};

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_RANDOM_H

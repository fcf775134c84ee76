//===-- Window.h - sliding windows of convolutions and pools ----*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_WINDOW_H
#define INGOT_FRONTEND_ONNX_WINDOW_H

#include "frontend/onnx/Node.h"

namespace ingot::onnx {

/// The window attributes of a node: one value a spatial dimension, begin and
/// end pads.
struct Window {
  llvm::SmallVector<int64_t> kernel, strides, dilations, pads;

  size_t spatialRank() const { return kernel.size(); }
  /// The extent a window covers in dimension \p i.
  int64_t extent(size_t i) const { return (kernel[i] - 1) * dilations[i] + 1; }
};

/// Reads `strides` and `dilations` (1 by default) and `pads` (0 by default)
/// for windows of shape \p kernel; does not look at `auto_pad`.
std::optional<Window> readWindow(Node &node, llvm::ArrayRef<int64_t> kernel);

/// Reads a window and resolves `auto_pad` for \p input [N, C, S...] (or
/// [N, S..., C]). Where the pads depend on dimensions that only the run time
/// knows, \p input is replaced by itself padded with \p fill.
std::optional<Window> readPaddedWindow(Node &node, llvm::ArrayRef<int64_t> kernel, mlir::Value &input, double fill,
                                       bool channelsLast = false);

/// The extents of the spatial dimensions of a weight [O, C, K...]; the
/// attribute `kernel_shape`, if given, must say the same.
std::optional<llvm::SmallVector<int64_t>> kernelOf(Node &node, mlir::Value weight);

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_WINDOW_H

//===-- Compare.h - how far two tensors are apart -----------------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_TOOLS_INGOT_COMPARE_H
#define INGOT_TOOLS_INGOT_COMPARE_H

#include "ingot.h"
#include <cstdint>
#include <optional>
#include <string>

namespace ingot::tool {

/// An element is right when |actual - expected| <= absolute + relative * |expected|.
struct Bounds {
  double relative = 0, absolute = 0;
};

/// What results of two right implementations may differ by, from rounding alone.
Bounds defaultBounds(int32_t dtype);

struct Comparison {
  /// Where types or shapes differ; then nothing else is set.
  std::string problem;
  double largestAbsolute = 0, largestRelative = 0;
  double squaredError = 0, squaredNorm = 0; ///< sums over the elements, the latter of what is expected

  /// The relative L2 distance.
  double relativeNorm() const;

  uint64_t elements = 0, wrong = 0;
  /// The first wrong element: where it is, and both values.
  std::string firstWrong;

  bool matches() const { return problem.empty() && wrong == 0; }
};

Comparison compare(const ingot_tensor &actual, const ingot_tensor &expected, Bounds bounds);

/// "f32 [1, 3, 224, 224]".
std::string describe(const ingot_tensor &tensor);

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_COMPARE_H

//===- LayoutRules.h - which operators can have their channels last, and how
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_PASSES_LAYOUTRULES_H
#define INGOT_PASSES_LAYOUTRULES_H

#include "ir/GraphBuilder.h"

#include <functional>

namespace ingot {

/// [0, 2, .., rank - 1, 1]: dimension i of a channels-last tensor is dimension perm[i] of the channels-first one.
llvm::SmallVector<int64_t> channelsLastOrder(int64_t rank);
/// [0, rank - 1, 1, .., rank - 2].
llvm::SmallVector<int64_t> channelsFirstOrder(int64_t rank);
/// Estimated number of elements; dynamic extents count as some.
int64_t estimateElements(ShapeAnalysis &shapes, mlir::Value value);

/// How an operator runs with its channels last.
struct LayoutRule {
  /// Operands that come with their channels last then, after unsqueezing to `rank` dimensions.
  llvm::SmallVector<unsigned> operands;
  int64_t rank = 0;
  /// Whether the results have their channels last then; otherwise they are what they were.
  bool resultsFollow = true;
  /// What it costs to run the operator as it is, in elements.
  int64_t preference = 0;
  /// The operator over the given operands, those in `operands` with their channels last; null on failure.
  std::function<mlir::Operation *(GraphBuilder &, mlir::ValueRange)> build;
};

/// Whether a convolution can be done with its channels first just as well: as weights times planes of pixels, or with
/// the positions of a line in a vector's lanes, where the channels of a group, before and after, are too few to fill
/// one.
bool runsOnPlanes(ConvOp op, ShapeAnalysis &shapes);

/// Nothing for operators that run one way only.
std::optional<LayoutRule> layoutRule(mlir::Operation *op, ShapeAnalysis &shapes);

} // namespace ingot

#endif // INGOT_PASSES_LAYOUTRULES_H

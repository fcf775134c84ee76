//===-- Flops.h - the arithmetic of a graph -----------------------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_TOOLS_INGOT_FLOPS_H
#define INGOT_TOOLS_INGOT_FLOPS_H

#include "mlir/IR/Operation.h"

namespace ingot::tool {

/// Floating-point (or integer) operations.
struct Flops {
  double products = 0; ///< two for each multiply-add of matrix products, convolutions and recurrent layers
  double others = 0;   ///< one for each element of other operators' results, or operands where they are reduced

  double total() const { return products + others; }
  Flops &operator+=(const Flops &other) {
    products += other.products;
    others += other.others;
    return *this;
  }
};

/// Those of one run of everything in \p root. Dynamic dimensions count as 1, loops as one iteration, and of branches
/// the costlier one.
Flops countFlops(mlir::Operation *root);

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_FLOPS_H

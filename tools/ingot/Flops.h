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

/// Floating-point (or integer) operations of one run of everything in \p root: two for each multiply-add of products
/// and convolutions, one for each element of other operators' results, or operands where they are reduced. Dynamic
/// dimensions count as 1, loops as one iteration, and of branches the costlier one.
double countFlops(mlir::Operation *root);

} // namespace ingot::tool

#endif // INGOT_TOOLS_INGOT_FLOPS_H

//===- Indices.h - positions that data gives, checked before they are used
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_INDICES_H
#define INGOT_CODEGEN_LOWER_INDICES_H

#include "codegen/lower/KernelBuilder.h"

namespace ingot {

/// Ends the run unless component j of every tuple in `indices` is in [-bounds[j], bounds[j]). The tuples are rows of
/// bounds.size() elements. What kernels read later is safe then, without a test of their own. Where the indices are
/// constants the host program compares their extremes; otherwise a kernel finds those first.
void checkIndices(HostLowering &host, mlir::Value indices, mlir::ValueRange bounds);

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_INDICES_H

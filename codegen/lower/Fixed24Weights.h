//===- Fixed24Weights.h - constant matrices in three bytes an element
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_FIXED24WEIGHTS_H
#define INGOT_CODEGEN_LOWER_FIXED24WEIGHTS_H

#include "codegen/lower/HostLowering.h"

namespace ingot {

/// The integers of a constant matrix (codegen/rt/Fixed24.h), in panels, and what a column's sums are multiplied by.
struct Fixed24Weights {
  mlir::Value words, scales;
};

/// The constant `source`, seen as `view` and packed, the inner dimensions being the columns. None where its elements
/// would not be as good.
std::optional<Fixed24Weights> packFixed24(HostLowering &host, mlir::Attribute source, mlir::RankedTensorType view,
                                          Packing packing);

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_FIXED24WEIGHTS_H

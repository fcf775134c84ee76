//===- EncodedWeights.h - constant matrices that memory does not hold as f32
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_ENCODEDWEIGHTS_H
#define INGOT_CODEGEN_LOWER_ENCODEDWEIGHTS_H

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

/// The same in pieces of bf16 (codegen/rt/Bf16Pieces.h); null where the elements have none.
mlir::Value packBf16Pieces(HostLowering &host, mlir::Attribute source, mlir::RankedTensorType view, Packing packing);

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_ENCODEDWEIGHTS_H

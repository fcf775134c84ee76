//===-- PackWeight.h - streams a tensor in its packed order ---------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_PACKWEIGHT_H
#define INGOT_CODEGEN_PACKWEIGHT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdint>

namespace ingot {

/// A row-major tensor and the packing of `linalg.pack`: dims `innerDimsPos` are split into tiles, the outer dims
/// permuted, the tiles' dims put behind them; what a tile has beyond the tensor's end is zero.
struct PackedTensor {
  const char *data;
  int64_t elementBytes;
  bool splat; ///< `data` holds one element that all are equal to
  llvm::ArrayRef<int64_t> shape, innerDimsPos, innerTiles, outerDimsPerm;
};

/// Writes the elements in their packed order.
void writePacked(const PackedTensor &tensor, llvm::raw_ostream &out);

} // namespace ingot

#endif // INGOT_CODEGEN_PACKWEIGHT_H

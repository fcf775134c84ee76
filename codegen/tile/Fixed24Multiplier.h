//===- Fixed24Multiplier.h - Weights of three bytes an element --*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_FIXED24MULTIPLIER_H
#define INGOT_CODEGEN_TILE_FIXED24MULTIPLIER_H

#include "codegen/tile/Multiplier.h"

namespace ingot::tile {

/// Products by 24-bit integers in place of f32: one permutation puts each into the upper bytes of a lane, above a zero
/// one, from where it is converted.
class Fixed24Multiplier : public Multiplier {
public:
  using Multiplier::Multiplier;

  /// `memref` has the bytes of a panel's row as its last dimension; the last of `indices` counts elements.
  mlir::Value loadRight(mlir::Value memref, mlir::ValueRange indices) override;
};

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_FIXED24MULTIPLIER_H

//===- Order.h - In which order the pieces of a product are computed -*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_ORDER_H
#define INGOT_CODEGEN_TILE_ORDER_H

#include "llvm/ADT/StringRef.h"

namespace ingot::tile {

/// On an operation: each thread computes its share from the last piece to the first. A loop that reads the same weights
/// in turns of both orders finds those in the cache that it has just read.
inline constexpr llvm::StringLiteral kBackwardsAttrName = "tile.backwards";

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_ORDER_H

//===- Fetch.h - Lines of weights on their way before they are needed -*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_FETCH_H
#define INGOT_CODEGEN_TILE_FETCH_H

#include "codegen/tile/IndexBuilder.h"

namespace ingot::tile {

enum class FetchInto : uint32_t { second_cache = 2, first_cache = 3 };

/// Elements of the memref in a line of the caches.
int64_t getLineElements(mlir::Value memref);

/// Has `count` lines brought into the cache, from the element at `indices` on. They need not exist: what is beyond the
/// memory is not fetched.
void fetchLines(IndexBuilder &b, mlir::Value memref, mlir::ValueRange indices, int64_t count, FetchInto cache,
                bool toWrite = false);

/// Has a step's row of the right operand, as long as the memref's last dimension, brought into the first cache.
void fetchStep(IndexBuilder &b, mlir::Value memref, mlir::ValueRange outerIndices);

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_FETCH_H

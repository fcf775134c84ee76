//===- Fetch.cpp - Lines of weights on their way before they are needed ----===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Fetch.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

int64_t ingot::tile::getLineElements(Value memref) {
  constexpr int64_t lineBits = 64 * 8;
  return lineBits / cast<MemRefType>(memref.getType()).getElementTypeBitWidth();
}

void ingot::tile::fetchLines(IndexBuilder &b, Value memref, ValueRange indices, int64_t count, FetchInto cache,
                             bool toWrite) {
  for (int64_t i = 0; i < count; ++i) {
    SmallVector<Value> line(indices);
    line.back() = b.add(line.back(), i * getLineElements(memref));
    memref::PrefetchOp::create(b, memref, line, toWrite, static_cast<uint32_t>(cache), /*isDataCache=*/true);
  }
}

void ingot::tile::fetchStep(IndexBuilder &b, Value memref, ValueRange outerIndices) {
  SmallVector<Value> indices(outerIndices);
  indices.push_back(b.index(0));
  int64_t elements = cast<MemRefType>(memref.getType()).getShape().back();
  fetchLines(b, memref, indices, llvm::divideCeil(elements, getLineElements(memref)), FetchInto::first_cache);
}

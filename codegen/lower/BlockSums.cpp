//===-- BlockSums.cpp - adds up the sums of a reduction's blocks ------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/lower/BlockSums.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

using namespace mlir;

void ingot::sumBlocks(OpBuilder &b, Location loc, Value sums, Value out, ArrayRef<Value> extras,
                      ArrayRef<AffineMap> extraMaps, tile::EpilogueBuilder finish) {
  int64_t blocks = cast<MemRefType>(sums.getType()).getDimSize(0);
  SmallVector<Value> ins(blocks, sums);
  llvm::append_range(ins, extras);
  SmallVector<AffineMap> maps;
  for (int64_t block = 0; block < blocks; ++block)
    maps.push_back(AffineMap::get(2, 0, {b.getAffineConstantExpr(block), b.getAffineDimExpr(0), b.getAffineDimExpr(1)},
                                  b.getContext()));
  llvm::append_range(maps, extraMaps);
  maps.push_back(b.getMultiDimIdentityMap(2));
  SmallVector<utils::IteratorType> iterators(2, utils::IteratorType::parallel);
  auto element = [&](OpBuilder &b, Location loc, ValueRange elements) {
    Value sum = elements.front();
    for (Value further : elements.slice(1, blocks - 1))
      sum = arith::AddFOp::create(b, loc, sum, further);
    SmallVector<Value> values{sum};
    llvm::append_range(values, elements.drop_front(blocks).drop_back());
    linalg::YieldOp::create(b, loc, finish(b, loc, values));
  };
  linalg::GenericOp::create(b, loc, ins, out, maps, iterators, element);
}

//===- Combiners.cpp - how a reduction combines ----------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/Combiners.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"

using namespace mlir;

namespace ingot {

FailureOr<SmallVector<LaneCombiner>> matchCombiners(linalg::GenericOp op) {
  SmallVector<LaneCombiner> combiners;
  for (auto [argument, yielded] : llvm::zip(op.getRegionOutputArgs(), op.getBody()->getTerminator()->getOperands())) {
    Operation *combiner = yielded.getDefiningOp();
    if (!combiner || combiner->getBlock() != op.getBody() || combiner->getNumOperands() != 2 || !yielded.hasOneUse() ||
        !argument.hasOneUse() || *argument.user_begin() != combiner)
      return failure();
    std::optional<vector::CombiningKind> kind = linalg::getCombinerOpKind(combiner);
    std::optional<TypedAttr> neutral = arith::getNeutralElement(combiner);
    if (!kind || !neutral)
      return failure();
    combiners.push_back({*kind, *neutral});
  }
  return combiners;
}

} // namespace ingot

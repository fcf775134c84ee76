//===- Gradient.cpp - derivatives that are not yet operators
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/Dialect.h"

#include "mlir/IR/TypeUtilities.h"

using namespace ingot;
using namespace mlir;

LogicalResult GradientOp::verify() {
  if (getXs().size() != getGradients().size())
    return emitOpError() << "expected " << getXs().size() << " results, one for each x, but got "
                         << getGradients().size();
  for (Value value : getOperands())
    if (!isa<FloatType>(getElementTypeOrSelf(value.getType())))
      return emitOpError() << "expected floating-point operands but got " << value.getType();
  return success();
}

LogicalResult GradientOp::inferShapes(ShapeAnalysis &shapes) {
  for (auto [x, gradient] : llvm::zip(getXs(), getGradients()))
    shapes.setDims(gradient, SmallVector<SymExpr, 4>(shapes.dims(x)));
  return success();
}

//===- GateFunctions.h - activation functions of recurrent cells
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_PASSES_GATEFUNCTIONS_H
#define INGOT_PASSES_GATEFUNCTIONS_H

#include "ir/GraphBuilder.h"

namespace ingot {

/// An activation function as `ingot.recurrent` names it, with its parameters.
struct GateFunction {
  llvm::StringRef name;
  double alpha, beta;
};

/// The function of `x`; null, without a diagnostic, for a name that is none.
mlir::Value applyGateFunction(GraphBuilder &graph, const GateFunction &function, mlir::Value x);

} // namespace ingot

#endif // INGOT_PASSES_GATEFUNCTIONS_H

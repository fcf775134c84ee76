//===- Derivatives.h - the operators' derivatives
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_PASSES_DERIVATIVES_H
#define INGOT_PASSES_DERIVATIVES_H

#include "mlir/IR/DialectRegistry.h"

namespace ingot {

/// Gives operators their models of DifferentiableOpInterface.
void registerDerivatives(mlir::DialectRegistry &registry);

} // namespace ingot

#endif // INGOT_PASSES_DERIVATIVES_H

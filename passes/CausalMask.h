//===- CausalMask.h - masks that hide later keys
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_PASSES_CAUSALMASK_H
#define INGOT_PASSES_CAUSALMASK_H

#include "ir/Dialect.h"

namespace ingot {

/// Numbers that, added to a score, leave no weight to its key.
inline constexpr double kHidden = -1e4;

/// How `mask` is causal over `rows` queries and `keys` keys, if it is proven to be: a triangular constant, or a piece
/// of one. A boolean mask shows keys where it is `shown`; one of numbers adds 0 to them, kHidden or less to others.
std::optional<CausalKind> matchCausalMask(ShapeAnalysis &shapes, mlir::Value mask, bool shown, SymExpr rows,
                                          SymExpr keys);

} // namespace ingot

#endif // INGOT_PASSES_CAUSALMASK_H

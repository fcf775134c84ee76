//===- Passes.h - passes from structured operations to vectors -------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VECTOR_PASSES_H
#define INGOT_CODEGEN_VECTOR_PASSES_H

#include "mlir/Pass/Pass.h"

namespace mlir::func {
class FuncOp;
} // namespace mlir::func

namespace ingot {

#define GEN_PASS_DECL
#include "codegen/vector/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "codegen/vector/Passes.h.inc"

} // namespace ingot

#endif // INGOT_CODEGEN_VECTOR_PASSES_H

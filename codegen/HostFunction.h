//===-- HostFunction.h - the one function that runs a model ---------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_HOSTFUNCTION_H
#define INGOT_CODEGEN_HOSTFUNCTION_H

#include "codegen/rt/Rt.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace ingot {

/// The function marked `rt.entry`, or null.
inline mlir::func::FuncOp getHostFunction(mlir::ModuleOp module) {
  for (auto function : module.getOps<mlir::func::FuncOp>())
    if (function->hasAttr(rt::entryAttr))
      return function;
  return nullptr;
}

inline bool isKernel(mlir::Operation *op) { return op->hasAttr(rt::kernelAttr); }

} // namespace ingot

#endif // INGOT_CODEGEN_HOSTFUNCTION_H

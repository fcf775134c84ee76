//===-- Lifetimes.h - when the buffers of the host function are live ------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_LIFETIMES_H
#define INGOT_CODEGEN_LIFETIMES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace ingot {

/// Memory of one allocation, or of several: where kernels work in place, and of the branches of an scf.if that yield
/// them as one result. The sizes of several are static, or equal.
struct Buffer {
  llvm::SmallVector<mlir::memref::AllocOp, 1> allocations;
  mlir::memref::AllocOp front() const { return allocations.front(); }
  /// Steps are the operations of the function in the order of its text.
  int32_t first, last;
};

/// The buffers of `function` in the order of its text. An allocation inside a loop that outlives its iteration is in
/// none of them: each iteration needs new memory. `mayPlan` says which others to leave out.
llvm::SmallVector<Buffer> computeLifetimes(mlir::func::FuncOp function,
                                           llvm::function_ref<bool(mlir::memref::AllocOp)> mayPlan);

} // namespace ingot

#endif // INGOT_CODEGEN_LIFETIMES_H

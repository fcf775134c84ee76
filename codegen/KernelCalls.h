//===-- KernelCalls.h - the host program's calls and what they share ------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_KERNELCALLS_H
#define INGOT_CODEGEN_KERNELCALLS_H

#include "codegen/HostFunction.h"
#include "codegen/tile/IndexBuilder.h"
#include "codegen/tile/TileDialect.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"

namespace ingot {

/// A call of a kernel that is one tile operation, besides constants, whose operands are all the kernel's arguments.
struct TileCall {
  mlir::func::CallOp call;
  mlir::func::FuncOp kernel;
  tile::TileOpInterface op;

  /// None where `call`, which may be null, is no such call.
  static std::optional<TileCall> get(mlir::func::CallOp call, mlir::SymbolTable &symbols);
  /// The place of an operand of `op` among the call's.
  unsigned position(mlir::Value argument) const { return mlir::cast<mlir::BlockArgument>(argument).getArgNumber(); }
  /// What it stands for.
  mlir::Value operand(mlir::Value argument) const { return mlir::func::CallOp(call).getOperand(position(argument)); }
};

/// The memory that `argument` stands for, as it is or as rows of channels; null where it is no allocation, or another
/// operand of the call as well.
mlir::memref::AllocOp getOnlyMemory(const TileCall &call, mlir::Value argument);

/// The only other call in `call`'s block that touches `memory`, straight or as rows of channels; null where there is
/// none, or anyone else does.
mlir::func::CallOp findOtherUser(mlir::memref::AllocOp memory, mlir::func::CallOp call);

/// Puts one call in the place of the last of `calls`, which follow each other, and of all of them. Its kernel has the
/// arguments of theirs but for `inner` ones, which nothing outside knows; `emit` fills it, with what the arguments and
/// constants of theirs have become.
void joinCalls(llvm::ArrayRef<TileCall> calls, mlir::ValueRange inner, mlir::SymbolTable &symbols,
               llvm::function_ref<void(tile::IndexBuilder &b, const mlir::IRMapping &arguments)> emit);

} // namespace ingot

#endif // INGOT_CODEGEN_KERNELCALLS_H

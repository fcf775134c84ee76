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
#include "codegen/tile/TileDialect.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace ingot {

/// A call of a kernel that is one tile operation, besides constants, whose operands are all the kernel's arguments.
struct TileCall {
  mlir::func::CallOp call;
  mlir::func::FuncOp kernel;
  tile::TileOpInterface op;

  /// None where `call`, which may be null, is no such call.
  static std::optional<TileCall> get(mlir::func::CallOp call, mlir::SymbolTable &symbols);
  /// The place of an operand of `op` among the call's.
  unsigned position(mlir::Value argument) { return mlir::cast<mlir::BlockArgument>(argument).getArgNumber(); }
  /// What it stands for.
  mlir::Value operand(mlir::Value argument) { return call.getOperand(position(argument)); }
};

/// The only other call in `call`'s block that touches `memory`, straight or as rows of channels; null where there is
/// none, or anyone else does.
mlir::func::CallOp findOtherUser(mlir::memref::AllocOp memory, mlir::func::CallOp call);

} // namespace ingot

#endif // INGOT_CODEGEN_KERNELCALLS_H

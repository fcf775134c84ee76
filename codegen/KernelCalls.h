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

/// The only tile operation of a kernel; null where there is none, or more than it and constants.
tile::TileOpInterface getOnlyTileOp(mlir::func::FuncOp kernel);

/// The only other call in `call`'s block that touches `memory`, straight or as rows of channels; null where there is
/// none, or anyone else does.
mlir::func::CallOp findOtherUser(mlir::memref::AllocOp memory, mlir::func::CallOp call);

} // namespace ingot

#endif // INGOT_CODEGEN_KERNELCALLS_H

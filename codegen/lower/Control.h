//===- Control.h - what branches and loops share
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_CONTROL_H
#define INGOT_CODEGEN_LOWER_CONTROL_H

#include "codegen/lower/HostLowering.h"
#include "ir/Dialect.h"

namespace ingot {

/// The element of a boolean scalar, as i1.
mlir::Value loadBoolean(HostLowering &host, mlir::Value tensor);
/// A buffer under another type; extents that only the new type tells are checked.
mlir::Value conform(HostLowering &host, mlir::Value memref, mlir::MemRefType type);

llvm::LogicalResult lowerLoop(LoopOp op, HostLowering &host);

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_CONTROL_H

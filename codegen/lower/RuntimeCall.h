//===- RuntimeCall.h - kernels that call functions of the runtime
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_RUNTIMECALL_H
#define INGOT_CODEGEN_LOWER_RUNTIMECALL_H

#include "codegen/lower/KernelBuilder.h"

namespace ingot {

/// Calls a C function of runtime/src/ops/ops.h in the body of a kernel: memrefs become pointers to their first element,
/// indices int64_t, other scalars stay. `result` is null for void.
mlir::Value callRuntime(HostLowering &host, KernelBuilder &k, llvm::StringRef function, mlir::ValueRange arguments,
                        mlir::Type result = {});

/// The number of an element type in the C interface, an i32.
mlir::Value dtypeOf(KernelBuilder &k, mlir::Type element);

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_RUNTIMECALL_H

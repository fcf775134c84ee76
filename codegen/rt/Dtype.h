//===-- Dtype.h - element types as the runtime numbers them ---------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_RT_DTYPE_H
#define INGOT_CODEGEN_RT_DTYPE_H

#include "runtime/abi/ingot_abi.h"

#include "mlir/IR/BuiltinTypes.h"

#include <optional>

namespace ingot::rt {

/// Of a tensor's element type; nothing for types that no tensor of a compiled model has.
std::optional<ingot_dtype> getDtype(mlir::Type element);

} // namespace ingot::rt

#endif // INGOT_CODEGEN_RT_DTYPE_H

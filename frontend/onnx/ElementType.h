//===-- ElementType.h - ONNX element types as MLIR types --------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_FRONTEND_ONNX_ELEMENTTYPE_H
#define INGOT_FRONTEND_ONNX_ELEMENTTYPE_H

#include "frontend/onnx/onnx.pb.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>
#include <string>

namespace ingot::onnx {

/// The element type of TensorProto.DataType \p id, or null for those that
/// Ingot does not compute with (strings, complex numbers, numbers of less than 8 bits, narrow floats).
mlir::Type elementType(mlir::MLIRContext *context, int32_t id);

/// The TensorProto.DataType of an element type that elementType gives.
int32_t dataTypeOf(mlir::Type element);

/// The extent to use for a dimension's name, where the user chose one.
using ChosenExtent = llvm::function_ref<std::optional<int64_t>(llvm::StringRef)>;

/// The extent of \p dim: fixed by the model, chosen for its name, or dynamic.
int64_t extentOf(const TensorShapeProto::Dimension &dim, ChosenExtent chosen);

/// The tensor type that \p type describes; null where it is not a tensor, has
/// no shape or has elements Ingot does not compute with.
mlir::RankedTensorType tensorType(mlir::MLIRContext *context, const TypeProto &type, ChosenExtent chosen);

/// How a type is called in messages: `tensor(float)`, `sequence`, ...
std::string typeName(const TypeProto &type);

} // namespace ingot::onnx

#endif // INGOT_FRONTEND_ONNX_ELEMENTTYPE_H

//===- FlatMemRef.h - a strided buffer as one dimension and strides -------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Vector loads, gathers and collapsed loops all want one linear index: a view
// of a buffer of any strided layout as a 1-D memref with unit stride, along
// with the stride of every original dimension.
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VECTOR_FLATMEMREF_H
#define INGOT_CODEGEN_VECTOR_FLATMEMREF_H

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OpDefinition.h"

namespace ingot {

/// Whether the functions below apply: a ranked memref whose layout is strided.
bool isFlattenable(mlir::Type type);

/// A 1-D view with unit stride of the memory of `memref`; its index 0 is the element at the origin of `memref`.
mlir::Value flatBase(mlir::ImplicitLocOpBuilder &b, mlir::Value memref);

/// The stride of each dimension of `memref` in elements: an attribute or an index value.
llvm::SmallVector<mlir::OpFoldResult> flatStrides(mlir::ImplicitLocOpBuilder &b, mlir::Value memref);

} // namespace ingot

#endif // INGOT_CODEGEN_VECTOR_FLATMEMREF_H

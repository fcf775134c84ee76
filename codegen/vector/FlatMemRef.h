//===- FlatMemRef.h - a strided buffer as one dimension and its strides ---===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Vector loads, gathers and collapsed loops all want one linear index. A
// FlatMemRef is a view of a buffer of any strided layout as a 1-D memref with
// unit stride, along with the stride of every original dimension.
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VECTOR_FLATMEMREF_H
#define INGOT_CODEGEN_VECTOR_FLATMEMREF_H

#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OpDefinition.h"

namespace ingot {

struct FlatMemRef {
  /// 1-D, unit stride; index 0 is the element at the buffer's origin.
  mlir::Value base;
  /// One a dimension of the buffer, in elements: an attribute or an index value.
  llvm::SmallVector<mlir::OpFoldResult> strides;

  static FlatMemRef get(mlir::ImplicitLocOpBuilder &b, mlir::Value memref);
};

/// Whether `get` applies: a ranked memref whose layout is strided.
bool isFlattenable(mlir::Type type);

} // namespace ingot

#endif // INGOT_CODEGEN_VECTOR_FLATMEMREF_H

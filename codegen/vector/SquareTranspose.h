//===- SquareTranspose.h - a square of registers, transposed ---------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VECTOR_SQUARETRANSPOSE_H
#define INGOT_CODEGEN_VECTOR_SQUARETRANSPOSE_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace ingot {

/// The columns of a square: `rows` are as many vectors as each has elements, a power of two. Emits shuffles that vector
/// units have as one instruction: interleavings inside 128 bits, then exchanges of pieces of 128 bits.
llvm::SmallVector<mlir::Value> transposeSquare(mlir::ImplicitLocOpBuilder &b, llvm::ArrayRef<mlir::Value> rows);

} // namespace ingot

#endif // INGOT_CODEGEN_VECTOR_SQUARETRANSPOSE_H

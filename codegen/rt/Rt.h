//===-- Rt.h - the rt dialect ---------------------------------------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_RT_RT_H
#define INGOT_CODEGEN_RT_RT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/LLVMIR/LLVMTypes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "codegen/rt/RtDialect.h.inc"
#include "codegen/rt/RtEnums.h.inc"

#define GET_OP_CLASSES
#include "codegen/rt/RtOps.h.inc"

namespace ingot::rt {

// Names of the attributes that the dialect's README table describes.
inline constexpr llvm::StringLiteral nameAttr = "rt.name";
inline constexpr llvm::StringLiteral entryAttr = "rt.entry";
inline constexpr llvm::StringLiteral runAttr = "rt.run";
inline constexpr llvm::StringLiteral inputsAttr = "rt.inputs";
inline constexpr llvm::StringLiteral outputsAttr = "rt.outputs";
inline constexpr llvm::StringLiteral typeAttr = "rt.type";
inline constexpr llvm::StringLiteral dimsAttr = "rt.dims";
inline constexpr llvm::StringLiteral kernelAttr = "rt.kernel";
inline constexpr llvm::StringLiteral sourceAttr = "rt.source";
inline constexpr llvm::StringLiteral kernelsAttr = "rt.kernels";
inline constexpr llvm::StringLiteral memoryAttr = "rt.memory";
inline constexpr llvm::StringLiteral inplaceAttr = "rt.inplace";
inline constexpr llvm::StringLiteral workAttr = "rt.work";

/// Outputs along a side of the tiles that an encoding transforms kernels for; 0 if it is no such encoding.
int64_t getOutputTile(Encoding encoding);

/// Bytes of one element in memory: sub-byte integers take a byte each.
int64_t getElementBytes(mlir::Type elementType);

} // namespace ingot::rt

#endif // INGOT_CODEGEN_RT_RT_H

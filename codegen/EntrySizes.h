//===-- EntrySizes.h - sizes that are known when a run begins -------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_ENTRYSIZES_H
#define INGOT_CODEGEN_ENTRYSIZES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

namespace ingot {

/// Computes sizes at the function's entry that its body computes further down, where they depend on nothing but the
/// dims of the function's arguments.
class EntrySizes {
public:
  explicit EntrySizes(mlir::func::FuncOp function);

  /// Whether all sizes of the allocation can be computed at the entry.
  bool areKnown(mlir::memref::AllocOp allocation);
  /// The bytes of an allocation of dynamic size, computed at the entry.
  mlir::Value getBytes(mlir::memref::AllocOp allocation);
  /// Where the entry's computations end.
  mlir::OpBuilder &getBuilder() { return builder; }

private:
  bool isKnown(mlir::Value value);
  mlir::Value compute(mlir::Value value);

  mlir::func::FuncOp function;
  mlir::OpBuilder builder;
  mlir::IRMapping computed;
  llvm::DenseMap<mlir::Value, bool> known;
};

/// Bytes of the static part of a buffer's size: its elements' size times its static dims; none where they overflow.
std::optional<int64_t> getStaticBytes(mlir::MemRefType type);

} // namespace ingot

#endif // INGOT_CODEGEN_ENTRYSIZES_H

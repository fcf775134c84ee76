//===-- RuntimeSymbols.h - functions of the runtime and constants, as symbols ---------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_RT_RUNTIMESYMBOLS_H
#define INGOT_CODEGEN_RT_RUNTIMESYMBOLS_H

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"

namespace ingot::rt {

/// Calls functions of `runtime/abi/ingot_abi.h` and makes the constants that they are given, each declared once.
class RuntimeSymbols {
public:
  explicit RuntimeSymbols(mlir::ModuleOp module) : module(module) {}

  /// A call of `function`; its type follows from the arguments. The result is null without a `result` type.
  mlir::Value call(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef function, mlir::Type result,
                   mlir::ValueRange arguments);
  /// Address of a text that ends in a null character.
  mlir::Value getText(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef text);
  /// Address of an array of constants.
  mlir::Value getArray(mlir::OpBuilder &builder, mlir::Location loc, llvm::ArrayRef<int32_t> values);
  /// A new function beside the others; the builder is left where it was.
  mlir::LLVM::LLVMFuncOp createFunction(mlir::OpBuilder &builder, mlir::Location loc, llvm::Twine name,
                                        mlir::LLVM::LLVMFunctionType type);

private:
  mlir::Value getConstant(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef prefix, mlir::Type type,
                          mlir::Attribute value);

  mlir::ModuleOp module;
  llvm::StringMap<mlir::LLVM::LLVMFuncOp> functions;
  llvm::DenseMap<mlir::Attribute, mlir::LLVM::GlobalOp> constants;
};

} // namespace ingot::rt

#endif // INGOT_CODEGEN_RT_RUNTIMESYMBOLS_H

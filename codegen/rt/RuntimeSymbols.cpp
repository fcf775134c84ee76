//===-- RuntimeSymbols.cpp - functions of the runtime and constants, as symbols ------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/rt/RuntimeSymbols.h"

using namespace mlir;

namespace ingot::rt {

LLVM::LLVMFuncOp RuntimeSymbols::createFunction(OpBuilder &builder, Location loc, Twine name,
                                                LLVM::LLVMFunctionType type) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToEnd(module.getBody());
  return LLVM::LLVMFuncOp::create(builder, loc, name.str(), type);
}

Value RuntimeSymbols::call(OpBuilder &builder, Location loc, StringRef function, Type result, ValueRange arguments) {
  LLVM::LLVMFuncOp &callee = functions[function];
  if (!callee) {
    Type type = result ? result : LLVM::LLVMVoidType::get(builder.getContext());
    SmallVector<Type> types(arguments.getTypes());
    callee = createFunction(builder, module.getLoc(), function, LLVM::LLVMFunctionType::get(type, types));
    if (function == "ingot_rt_fail")
      callee.setPassthroughAttr(builder.getStrArrayAttr({"cold", "noreturn"}));
  }
  auto call = LLVM::CallOp::create(builder, loc, callee, arguments);
  return result ? call.getResult() : Value();
}

Value RuntimeSymbols::getConstant(OpBuilder &builder, Location loc, StringRef prefix, Type type, Attribute value) {
  LLVM::GlobalOp &global = constants[value];
  if (!global) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(module.getBody());
    std::string name = (prefix + Twine(constants.size() - 1)).str();
    global = LLVM::GlobalOp::create(builder, module.getLoc(), type, /*isConstant=*/true, LLVM::Linkage::Private, name,
                                    value);
    global.setUnnamedAddr(LLVM::UnnamedAddr::Global);
  }
  return LLVM::AddressOfOp::create(builder, loc, global);
}

Value RuntimeSymbols::getText(OpBuilder &builder, Location loc, StringRef text) {
  auto value = builder.getStringAttr(text + Twine('\0'));
  return getConstant(builder, loc, "rt_text_", LLVM::LLVMArrayType::get(builder.getI8Type(), value.size()), value);
}

Value RuntimeSymbols::getArray(OpBuilder &builder, Location loc, ArrayRef<int32_t> values) {
  return getConstant(builder, loc, "rt_array_", LLVM::LLVMArrayType::get(builder.getI32Type(), values.size()),
                     builder.getI32TensorAttr(values));
}

} // namespace ingot::rt

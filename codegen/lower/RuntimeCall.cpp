//===- RuntimeCall.cpp - kernels that call functions of the runtime
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/RuntimeCall.h"

#include "codegen/rt/Dtype.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace ingot;
using namespace mlir;

static Value toC(KernelBuilder &k, Value value) {
  if (isa<MemRefType>(value.getType()))
    value = memref::ExtractAlignedPointerAsIndexOp::create(k, value);
  else if (!value.getType().isIndex())
    return value;
  Value number = arith::IndexCastOp::create(k, k.getI64Type(), value);
  if (!value.getDefiningOp<memref::ExtractAlignedPointerAsIndexOp>())
    return number;
  return LLVM::IntToPtrOp::create(k, LLVM::LLVMPointerType::get(k.getContext()), number);
}

Value ingot::callRuntime(HostLowering &host, KernelBuilder &k, StringRef function, ValueRange arguments, Type result) {
  SmallVector<Value> operands;
  SmallVector<Type> types;
  for (Value argument : arguments) {
    operands.push_back(toC(k, argument));
    types.push_back(operands.back().getType());
  }
  auto callee = host.module.lookupSymbol<func::FuncOp>(function);
  if (!callee) {
    OpBuilder b = OpBuilder::atBlockBegin(host.module.getBody());
    callee = func::FuncOp::create(b, k.getLoc(), function,
                                  b.getFunctionType(types, result ? TypeRange(result) : TypeRange()));
    callee.setPrivate();
  }
  auto call = func::CallOp::create(k, callee, operands);
  return result ? call.getResult(0) : Value();
}

Value ingot::dtypeOf(KernelBuilder &k, Type element) {
  auto dtype = rt::getDtype(element);
  assert(dtype && "every tensor's element type has a number");
  return arith::ConstantOp::create(k, k.getI32IntegerAttr(*dtype));
}

//===- LoweringInterfaces.td - how an operator becomes code, one interface a way
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
#ifndef INGOT_CODEGEN_LOWER_INTERFACES
#define INGOT_CODEGEN_LOWER_INTERFACES

include "mlir/IR/OpBase.td"

def ScalarOpInterface : OpInterface<"ScalarOpInterface"> {
  let description = [{
    An elementwise operator as scalar arithmetic. Attached to the operators in codegen/lower/Elementwise.cpp.
  }];
  let cppNamespace = "::ingot";
  let methods = [
    InterfaceMethod<[{
      One result element from one element of each operand, in the types of `bodyType`: i1 for booleans,
      signless integers, f32 for the narrower floats.
    }], "::mlir::Value", "emitScalar", (ins "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$operands)>
  ];
}

def HostOpInterface : OpInterface<"HostOpInterface"> {
  let description = [{ An operator that gives its result buffers itself: views, control flow, kernels of its own. }];
  let cppNamespace = "::ingot";
  let methods = [
    InterfaceMethod<"Binds a buffer to every result.", "::llvm::LogicalResult", "lower",
                    (ins "::ingot::HostLowering &":$host)>
  ];
}

def AnchorOpInterface : OpInterface<"AnchorOpInterface"> {
  let description = [{
    An operator with a kernel of its own that can end in further elementwise work on each element it produces.
  }];
  let cppNamespace = "::ingot";
  let methods = [
    InterfaceMethod<"Emits the kernel and the call; the epilogue says what to write where.", "::llvm::LogicalResult",
                    "lowerFused", (ins "::ingot::HostLowering &":$host, "::ingot::Epilogue &":$epilogue)>
  ];
}

#endif // INGOT_CODEGEN_LOWER_INTERFACES

//===- Interfaces.td - what later phases ask of an operator, one interface a question
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_IR_INTERFACES
#define INGOT_IR_INTERFACES

include "mlir/IR/OpBase.td"

def ShapeInferenceOpInterface : OpInterface<"ShapeInferenceOpInterface"> {
  let description = [{
    Gives the dimensions of the results, and the contents of small integer
    results, as symbolic expressions over those of the operands.
  }];
  let cppNamespace = "::ingot";
  let methods = [
    InterfaceMethod<[{
      Sets dimensions (and contents, where they are known) of every result.
      Fails with a diagnostic when the operands' shapes are not legal.
    }], "::llvm::LogicalResult", "inferShapes", (ins "::ingot::ShapeAnalysis &":$shapes)>
  ];
}

def ElementwiseOpInterface : OpInterface<"ElementwiseOpInterface"> {
  let description = [{
    Each result element depends on the operands' elements at the same position
    alone, after numpy-style broadcasting. One result.
  }];
  let cppNamespace = "::ingot";
}

def EpilogueOpInterface : OpInterface<"EpilogueOpInterface"> {
  let description = [{
    The operator's kernel can go on with elementwise work on each element of its one result before it writes it.
  }];
  let cppNamespace = "::ingot";
}

def ViewOpInterface : OpInterface<"ViewOpInterface"> {
  let description = [{
    The result holds the elements of operand 0 in the same row-major order,
    under another shape: no data moves.
  }];
  let cppNamespace = "::ingot";
}

def ShapeOperandsOpInterface : OpInterface<"ShapeOperandsOpInterface"> {
  let description = [{
    Some operands only decide shapes or positions: where their contents are known as expressions, or their own shape is
    all that is asked for, no memory of theirs is read. The lowering reads their elements through HostLowering::element.
  }];
  let cppNamespace = "::ingot";
  let methods = [InterfaceMethod<"", "bool", "isShapeOperand", (ins "unsigned":$index)>];
}

def DifferentiableOpInterface : OpInterface<"DifferentiableOpInterface"> {
  let description = [{
    The operator's derivative, as operators. Models: passes/Derivatives.cpp.
  }];
  let cppNamespace = "::ingot";
  let methods = [
    InterfaceMethod<[{
      The gradients of the operands from those of the results (null for a result that no gradient comes from), each
      shaped like its operand; null for operands that have none. Fails with a diagnostic.
    }], "::llvm::FailureOr<::llvm::SmallVector<::mlir::Value>>", "buildGradients",
    (ins "::ingot::GraphBuilder &":$graph, "::mlir::ValueRange":$results)>
  ];
}

/// Every operand but the first is a shape operand.
def ShapeOperandsAfterFirst : NativeOpTrait<"ShapeOperandsAfterFirst"> {
  let cppNamespace = "::ingot::trait";
}
/// Every operand is a shape operand.
def AllShapeOperands : NativeOpTrait<"AllShapeOperands"> {
  let cppNamespace = "::ingot::trait";
}

/// Broadcasts the operands and propagates contents through ElementwiseSymbolic.
def BroadcastShapes : NativeOpTrait<"BroadcastShapes"> {
  let cppNamespace = "::ingot::trait";
}

/// The result's shape and contents are those of operand 0.
def SameShape : NativeOpTrait<"SameShape"> {
  let cppNamespace = "::ingot::trait";
}

#endif // INGOT_IR_INTERFACES

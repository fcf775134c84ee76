//===- TileInterfaces.td - What tile operations have in common -*- tablegen -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_INTERFACES_TD
#define INGOT_CODEGEN_TILE_INTERFACES_TD

include "mlir/IR/OpBase.td"

def Tile_OpInterface : OpInterface<"TileOpInterface"> {
  let cppNamespace = "::ingot::tile";
  let description = [{
    A contraction with an epilogue: an output, further operands indexed by
    affine maps from the output's indices, and a region whose block takes the
    finished sum and one element of each of those operands.
  }];
  let methods = [
    InterfaceMethod<"The memory written.",
      "::mlir::TypedValue<::mlir::MemRefType>", "getOut">,
    InterfaceMethod<"Further memory written, of the same extents.",
      "::mlir::ValueRange", "getFurtherOuts", (ins), "", "return {};">,
    InterfaceMethod<"Sums that an element of the output is made of.",
      "int64_t", "getSums", (ins), "", "return 1;">,
    InterfaceMethod<"Operands of the epilogue.",
      "::mlir::OperandRange", "getExtras">,
    InterfaceMethod<"One map from output indices for each of the extras.",
      "::mlir::ArrayAttr", "getExtraMaps">,
    InterfaceMethod<"The region of the epilogue.",
      "::mlir::Region &", "getEpilogue">,
    InterfaceMethod<"The schedule, null before tile-schedule.",
      "::ingot::tile::ScheduleAttr", "getScheduleAttr">,
    InterfaceMethod<"Sets the schedule.",
      "void", "setScheduleAttr", (ins "::ingot::tile::ScheduleAttr":$schedule)>,
  ];
  let extraSharedClassDeclaration = [{
    /// The type in which the sum is formed.
    ::mlir::Type getAccumulatorType() {
      return $_op.getEpilogue().front().getArgument(0).getType();
    }
    ::mlir::AffineMap getExtraMap(unsigned i) {
      return ::llvm::cast<::mlir::AffineMapAttr>($_op.getExtraMaps()[i]).getValue();
    }
  }];
  let verify = "return ::ingot::tile::verifyEpilogue($_op);";
}

def Tile_WorkOpInterface : OpInterface<"WorkOpInterface"> {
  let cppNamespace = "::ingot::tile";
  let description = [{
    An operation that knows how much arithmetic it stands for, whatever loops it becomes: what a direct computation
    takes, two operations for each multiply-add. An epilogue's arithmetic is not part of it.
  }];
  let methods = [
    InterfaceMethod<"The floating-point (or integer) operations; `extent` gives the size of a memref's dimension.",
      "::mlir::AffineExpr", "countOperations", (ins "::ingot::tile::ExtentFn":$extent)>,
  ];
}

#endif // INGOT_CODEGEN_TILE_INTERFACES_TD

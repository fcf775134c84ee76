//===- Dialect.td - the ingot graph dialect
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_IR_DIALECT
#define INGOT_IR_DIALECT

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/CommonTypeConstraints.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "ir/Interfaces.td"

def Ingot_Dialect : Dialect {
  let name = "ingot";
  let summary = "a model as a graph of tensor operators";
  let description = [{
    A compact set of tensor operators with numpy-style broadcasting. Tensors are
    ranked; integers are signless when signed, `uiN` when unsigned, booleans are
    `i1`. Dimensions that only the run time knows are `?`; which of them are
    equal is told by the shape analysis (ShapeAnalysis.h), not by the types.
  }];
  let cppNamespace = "::ingot";
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
}

class Ingot_Attr<string name, string attrMnemonic, list<Trait> traits = []> : AttrDef<Ingot_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

def Ingot_ExternalAttr : Ingot_Attr<"External", "external"> {
  let summary = "tensor data that stays in a file";
  let description = [{
    `length` bytes from `offset` of `file`, little endian, row-major: the bytes
    of a constant. They are mapped when needed and never copied into the IR.
  }];
  let parameters = (ins "::mlir::StringAttr":$file, "uint64_t":$offset, "uint64_t":$length);
  let assemblyFormat = "`<` $file `,` $offset `,` $length `>`";
}

class Ingot_Enum<string name, list<string> cases> : I32EnumAttr<name, "",
    !foreach(i, !range(0, !size(cases)), I32EnumAttrCase<cases[i], i>)> {
  let cppNamespace = "::ingot";
  let genSpecializedAttr = 0;
}
class Ingot_EnumAttr<EnumInfo info, string mnemonic> : EnumAttr<Ingot_Dialect, info, mnemonic> {
  let assemblyFormat = "$value";
}

class Ingot_Op<string mnemonic, list<Trait> traits = []> : Op<Ingot_Dialect, mnemonic, traits>;

/// A pure operator whose shape inference is written by hand in the .cpp of its family.
class Ingot_PureOp<string mnemonic, list<Trait> traits = []> : Ingot_Op<mnemonic,
    traits # [Pure, DeclareOpInterfaceMethods<ShapeInferenceOpInterface>]> {
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

#endif // INGOT_IR_DIALECT

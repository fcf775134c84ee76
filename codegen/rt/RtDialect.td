//===-- RtDialect.td - the dialect of what a compiled model asks of its host ----*- tablegen -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_RT_DIALECT
#define INGOT_CODEGEN_RT_DIALECT

include "mlir/IR/OpBase.td"

def Rt_Dialect : Dialect {
  let name = "rt";
  let cppNamespace = "::ingot::rt";
  let summary = "Weights, outputs, memory, threads and errors of a compiled model";
  let description = [{
    After lowering, a model is a host function over memrefs that calls kernels. What it needs beyond the upstream
    dialects is in `rt`: the data of the weights, the memory of inputs, outputs and intermediates, parallel regions,
    and errors that depend on data. Each operation becomes a few instructions or one call of a function in
    `runtime/abi/ingot_abi.h`.

    The dialect's attributes on functions and calls:

    | attribute | on | meaning |
    |---|---|---|
    | `rt.name` | module, argument of the host function | name of the model, of an input |
    | `rt.entry`, `rt.outputs` | host function | the one function that runs the model; its outputs' names, types, dims |
    | `rt.type`, `rt.dims` | argument of the host function | the input's tensor type and the names of its dims |
    | `rt.inputs`, `rt.outputs` | module | the same after `emit-entry` |
    | `rt.run` | module | the function that the runtime calls, after `emit-entry` |
    | `rt.kernels` | module | names of the kernels' calls, for profiles |
    | `rt.memory` | module | what the memory plan costs, by `plan-memory` |
    | `rt.kernel` | function | a unit of work that the host function calls |
    | `rt.source` | kernel, call | names of the model's nodes that it computes |
    | `rt.work` | kernel | operations and bytes of a call, by `count-work`: maps from the extents that it names |
    | `rt.inplace` | call of a kernel | `[[out, in], ...]`: argument `out` may have the memory of argument `in` |
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect"];
}

#endif // INGOT_CODEGEN_RT_DIALECT

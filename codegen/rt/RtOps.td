//===-- RtOps.td - operations of the rt dialect ---------------------------------*- tablegen -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_RT_OPS
#define INGOT_CODEGEN_RT_OPS

include "codegen/rt/RtDialect.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Rt_Op<string mnemonic, list<Trait> traits = []> : Op<Rt_Dialect, mnemonic, traits>;

def Rt_Pointer : Type<CPred<"::llvm::isa<::mlir::LLVM::LLVMPointerType>($_self)">, "pointer">,
                 BuildableType<"::mlir::LLVM::LLVMPointerType::get($_builder.getContext())">;
def Rt_MemRef : Type<CPred<"::llvm::isa<::mlir::MemRefType>($_self)">, "memref", "::mlir::MemRefType">;

//===--------------------------------------------------------------------------------------------===//
// Weights
//===--------------------------------------------------------------------------------------------===//

def Rt_Encoding : I32EnumAttr<"Encoding", "how memory holds a weight's elements", [
    I32EnumAttrCase<"plain", 0>,
    I32EnumAttrCase<"fixed24", 1>,
    I32EnumAttrCase<"fixed24_scales", 2>,
    I32EnumAttrCase<"winograd2", 3>,
    I32EnumAttrCase<"winograd4", 4>,
    I32EnumAttrCase<"bf16_pieces", 5>]> {
  let cppNamespace = "::ingot::rt";
}

def Rt_WeightDataOp : Rt_Op<"weight_data", [Symbol]> {
  let summary = "a constant tensor of the model and its layout in memory";
  let description = [{
    `source` holds the elements of a tensor of type `type`, row-major. Memory gets them as `memory` says: after
    `linalg.pack`'s permutation and tiling (padded with zeros) where there is a packing, else in the same order.

    ```mlir
    rt.weight_data @w0 source(#ingot.external<"model.onnx", 1234, 8192>) : tensor<32x64xf32>
        pack(inner_dims_pos = [1], inner_tiles = [32], outer_dims_perm = [1, 0]) : memref<2x32x32xf32>
    ```

    A matrix of f32 may be kept as 24-bit integers (`Fixed24.h`), whose scale all elements along the first inner
    dimension's index share: memory encoded `fixed24` has three rows of words for each row of a panel, and another
    weight of the same source and packing, encoded `fixed24_scales`, has the scales, zero behind the end.

    ```mlir
    rt.weight_data @w1 source(...) : tensor<40x64xf32> pack(inner_dims_pos = [0], inner_tiles = [32],
        outer_dims_perm = [0, 1]) : memref<2x64x3x8xi32> encoding fixed24
    rt.weight_data @w2 source(...) : tensor<40x64xf32> pack(inner_dims_pos = [0], inner_tiles = [32],
        outer_dims_perm = [0, 1]) : memref<64xf32> encoding fixed24_scales
    ```

    Or a matrix of f32 may be kept as three pieces of bf16 (`Bf16Pieces.h`): memory encoded `bf16_pieces` has tiles of
    words for each panel, which are those of the inner dimension.

    ```mlir
    rt.weight_data @w3 source(...) : tensor<40x64xf32> pack(inner_dims_pos = [0], inner_tiles = [32],
        outer_dims_perm = [0, 1]) : memref<2x2x2x3x16x16xi32> encoding bf16_pieces
    ```

    Kernels of 3 x 3 in f32, the last two dimensions, may be transformed before they are packed, for tiles of 2 x 2 or
    4 x 4 outputs (`WinogradTransform.h`): they are 4 x 4 or 6 x 6 in memory encoded `winograd2` or `winograd4`.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, AnyAttr:$source, TypeAttrOf<AnyRankedTensor>:$type,
                   OptionalAttr<DenseI64ArrayAttr>:$inner_dims_pos, OptionalAttr<DenseI64ArrayAttr>:$inner_tiles,
                   OptionalAttr<DenseI64ArrayAttr>:$outer_dims_perm, TypeAttrOf<AnyMemRef>:$memory,
                   DefaultValuedAttr<Rt_Encoding, "Encoding::plain">:$encoding,
                   OptionalAttr<I64Attr>:$offset);
  let assemblyFormat = [{
    $sym_name `source` `(` $source `)` `:` $type custom<Packing>($inner_dims_pos, $inner_tiles, $outer_dims_perm)
    `:` $memory (`encoding` $encoding^)? (`at` $offset^)? attr-dict
  }];
  let extraClassDeclaration = [{
    ::mlir::RankedTensorType getTensorType() { return ::llvm::cast<::mlir::RankedTensorType>(getType()); }
    ::mlir::MemRefType getMemoryType() { return ::llvm::cast<::mlir::MemRefType>(getMemory()); }
    /// Bytes that the weight takes in memory, padding included.
    int64_t getBytes();
  }];
  let hasVerifier = 1;
}

def Rt_WeightOp : Rt_Op<"weight", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the memory of a weight";
  let arguments = (ins FlatSymbolRefAttr:$weight);
  let results = (outs Rt_MemRef:$result);
  let assemblyFormat = "$weight attr-dict `:` type($result)";
}

//===--------------------------------------------------------------------------------------------===//
// Inputs, outputs, memory
//===--------------------------------------------------------------------------------------------===//

def Rt_InputOp : Rt_Op<"input", [Pure]> {
  let summary = "the memory of an input, with its dims of this run";
  let description = "`tensors` is the array of `ingot_tensor` that the run was called with.";
  let arguments = (ins Rt_Pointer:$tensors, ConfinedAttr<I32Attr, [IntNonNegative]>:$index);
  let results = (outs Rt_MemRef:$result);
  let assemblyFormat = "$tensors `[` $index `]` attr-dict `:` type($result)";
}

def Rt_OutputOp : Rt_Op<"output", [AttrSizedOperandSegments, MemoryEffects<[MemWrite]>]> {
  let summary = "the memory of an output, whose dims are now known";
  let description = [{
    Once a run for each output. The caller's memory where it gave some, else memory of the session: `place`, or some of
    its own.
  }];
  let arguments = (ins ConfinedAttr<I32Attr, [IntNonNegative]>:$index, Variadic<Index>:$sizes,
                   Optional<Rt_MemRef>:$place);
  let results = (outs Rt_MemRef:$result);
  let assemblyFormat = "$index `(` $sizes `)` (`else` $place^ `:` type($place))? attr-dict `:` type($result)";
  let builders = [OpBuilder<(ins "::mlir::MemRefType":$type, "uint32_t":$index, "::mlir::ValueRange":$sizes), [{
    build($_builder, $_state, type, index, sizes, /*place=*/::mlir::Value());
  }]>];
  let hasVerifier = 1;
}

def Rt_BytesOp : Rt_Op<"bytes", [Pure]> {
  let summary = "size of a buffer in bytes";
  let description = [{
    The product of `element_bytes` and the dims. A negative dim counts as 0: it belongs to a buffer on a path that is
    not taken. What does not fit becomes the largest index, which no allocation satisfies.
  }];
  let arguments = (ins ConfinedAttr<I64Attr, [IntPositive]>:$element_bytes, Variadic<Index>:$dims);
  let results = (outs Index:$result);
  let assemblyFormat = "$element_bytes `(` $dims `)` attr-dict";
}

def Rt_ArenaOp : Rt_Op<"arena", [MemoryEffects<[MemWrite]>]> {
  let summary = "the arena, for a plan made at compile time";
  let arguments = (ins Rt_Pointer:$ctx);
  let results = (outs Rt_MemRef:$result);
  let assemblyFormat = "$ctx attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Rt_PlanOp : Rt_Op<"plan", [MemoryEffects<[MemWrite]>, InferTypeOpAdaptor]> {
  let summary = "the arena, for a plan made when the sizes of the inputs are known";
  let description = [{
    Buffer `i` has `sizes[i]` bytes and is live from step `first[i]` to step `last[i]`. Gives the arena and the
    buffers' offsets in it.
  }];
  let arguments = (ins Rt_Pointer:$ctx, I32Attr:$index, Variadic<Index>:$sizes, DenseI32ArrayAttr:$first,
                   DenseI32ArrayAttr:$last);
  let results = (outs Rt_MemRef:$arena, Variadic<Index>:$offsets);
  let assemblyFormat = "$ctx `,` $index `sizes` `(` $sizes `)` `first` $first `last` $last attr-dict";
  let hasVerifier = 1;
}

//===--------------------------------------------------------------------------------------------===//
// Errors
//===--------------------------------------------------------------------------------------------===//

def Rt_CheckOp : Rt_Op<"check", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "ends the run with a message unless the condition holds";
  let description = "Only in the host program. Each `%lld` in the message is replaced by one of the values.";
  let arguments = (ins I1:$condition, StrAttr:$message, Variadic<Index>:$values);
  let assemblyFormat = "$condition `,` $message (`(` $values^ `)`)? attr-dict";
  let hasVerifier = 1;
}

def Rt_FlagOp : Rt_Op<"flag", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "notes an error from inside a kernel, on any thread";
  let description = "The first one wins. The kernel goes on; `rt.check_flags` in the host program ends the run.";
  let arguments = (ins Rt_Pointer:$ctx, StrAttr:$message, Variadic<Index>:$values);
  let assemblyFormat = "$ctx `,` $message (`(` $values^ `)`)? attr-dict";
  let hasVerifier = 1;
}

def Rt_CheckFlagsOp : Rt_Op<"check_flags", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "ends the run when a kernel noted an error";
  let arguments = (ins Rt_Pointer:$ctx);
  let assemblyFormat = "$ctx attr-dict";
}

//===--------------------------------------------------------------------------------------------===//
// Threads and profiles
//===--------------------------------------------------------------------------------------------===//

def Rt_ParallelOp : Rt_Op<"parallel", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "runs a function over ranges of [0, count) on the context's threads";
  let description = [{
    The function's arguments are the range's begin and end, then the captured values. It may run later, but behind loops
    of earlier operations, and at the next `rt.join` at the latest.
  }];
  let arguments = (ins Rt_Pointer:$ctx, Index:$count, FlatSymbolRefAttr:$body, Variadic<AnyType>:$captures);
  let assemblyFormat = "$ctx `,` $count `,` $body `(` $captures `)` attr-dict `:` functional-type($captures, results)";
}

def Rt_JoinOp : Rt_Op<"join", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "returns when all loops of rt.parallel have run";
  let description = "In the host program; `join-loops` puts it where it is needed. The end of a run joins, too.";
  let arguments = (ins Rt_Pointer:$ctx);
  let assemblyFormat = "$ctx attr-dict";
}

def Rt_RangesOp : Rt_Op<"ranges", [SingleBlock, NoTerminator, RecursiveMemoryEffects, AutomaticAllocationScope]> {
  let summary = "runs its body on ranges of [0, count), one for each of the context's threads";
  let description = [{
    As `scf.forall`, for a body that has something to do once before the iterations of its range. It may run on all of
    [0, count) at once. `outline-parallel` makes `rt.parallel` of it.

    ```mlir
    rt.ranges %count {
    ^bb0(%begin: index, %end: index):
      ...
    }
    ```
  }];
  let arguments = (ins Index:$count);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$count $body attr-dict";
  let skipDefaultBuilders = 1;
  let builders = [OpBuilder<(ins "::mlir::Value":$count)>];
  let extraClassDeclaration = [{
    ::mlir::Value getBegin() { return getBody().getArgument(0); }
    ::mlir::Value getEnd() { return getBody().getArgument(1); }
  }];
  let hasRegionVerifier = 1;
}

def Rt_ShareOp : Rt_Op<"share", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "whether the context's threads share the loops of the kernels that follow";
  let description = "In the host program. They do until it says otherwise.";
  let arguments = (ins Rt_Pointer:$ctx, I1:$shared);
  let assemblyFormat = "$ctx `,` $shared attr-dict";
}

def Rt_RequestAmxOp : Rt_Op<"request_amx", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "asks the operating system for tile registers, which it gives to nobody unasked";
  let description = "In the host program, before any kernel that uses them; ends the run where there are none.";
  let arguments = (ins Rt_Pointer:$ctx);
  let assemblyFormat = "$ctx attr-dict";
}

def Rt_KernelBeginOp : Rt_Op<"kernel_begin", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "a kernel's work begins, for the profile";
  let arguments = (ins Rt_Pointer:$ctx, I32Attr:$kernel);
  let assemblyFormat = "$ctx `,` $kernel attr-dict";
}

def Rt_KernelEndOp : Rt_Op<"kernel_end", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "a kernel's work has ended, for the profile";
  let description = "`flops` and `bytes` are the work of this call, 0 where it is not known.";
  let arguments = (ins Rt_Pointer:$ctx, I32Attr:$kernel, Index:$flops, Index:$bytes);
  let assemblyFormat = "$ctx `,` $kernel `flops` `(` $flops `)` `bytes` `(` $bytes `)` attr-dict";
}

#endif // INGOT_CODEGEN_RT_OPS

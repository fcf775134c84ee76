//===- TileOps.td - Matrix product, convolution, depthwise -----*- tablegen -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_OPS_TD
#define INGOT_CODEGEN_TILE_OPS_TD

include "codegen/tile/TileAttention.td"
include "codegen/tile/TileContraction.td"
include "codegen/tile/TilePlanesConv.td"
include "codegen/tile/TileWinograd.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"

def Tile_MatmulOp : Tile_ContractionOp<"matmul", [AttrSizedOperandSegments], ["getFurtherOuts", "getSums"]> {
  let summary = "out[.., m, n] = epilogue(sum over k of a[.., m, k] * b[.., k, n])";
  let description = [{
    ```mlir
    tile.matmul packed ins(%a, %w : memref<?x64xf32>, memref<2x64x32xf32>)
        outs(%out : memref<?x50xf32>) extras(%bias : memref<50xf32>)
        {extra_maps = [affine_map<(d0, d1) -> (d1)>]} epilogue {
    ^bb0(%sum: f32, %b: f32):
      %0 = arith.addf %sum, %b : f32
      tile.yield %0 : f32
    }
    ```

    `a` is `[batch.., M, K]`, `out` is `[batch.., M, N]`; both have rank 2 or
    more. `b` has one of three layouts:

    - `packed`: `[batch.., ceil(N / NR), K, NR]`, padded with zeros, NR by
      `tile::choosePacking`. It is `linalg.pack` of a `[batch.., K, N]` tensor with
      `inner_dims_pos = [n], inner_tiles = [NR], outer_dims_perm = [batch.., n, k]`.
      With a depth of KR > 1 (`choosePacking` says so: for dot instructions, or
      for few columns of floating-point numbers, whose reduction then lies in
      the lanes of vectors) it is
      `[batch.., ceil(N / NR), ceil(K / KR), NR, KR]`: `inner_dims_pos = [n, k]`,
      `inner_tiles = [NR, KR]`; `packed_depth = KR` tells the two apart.
      With `fixed24`, `[ceil(N / NR), K, 3, NR / 4]` words stand for f32 (see
      `Fixed24.h`): the columns' integers, the last quarter of them in the bytes
      that the others leave. An integer stands for a fraction (`Fixed24::fraction`),
      what that is of is the epilogue's business.
      With `bf16_pieces`, `[ceil(N / NR), NR / 16, ceil(K / 32), 3, 16, 16]` words
      stand for f32 (see `Bf16Pieces.h`): the pieces that tile instructions read.
    - `row_major`: `[batch.., K, N]`, the innermost stride 1.
    - `transposed`: `[batch.., N, K]`, the innermost stride 1.

    Batch dimensions are aligned on the right as in numpy. An operand may have
    fewer of them than `out`, or a static 1 where it is repeated; a dynamic
    dimension that turns out to be repeated has to come with a stride of 0.
    M, K and N are read from `a` and `out`, never from a packed `b`; any of
    them may be 0 or dynamic. All strides of `a` and the outer strides of the
    other operands are free.

    With `parts = P` > 1 a packed `b` has P times the columns of `out`, and the
    epilogue makes an element of column n out of P sums: those of column n of
    each part, in order, in front of the extras. NR is a multiple of P, and
    a panel holds NR / P columns of the first part, then the same columns of the
    next: `[.., ceil(N / (NR / P)), K, NR]`. The epilogue may make more than one
    element; the second and further ones go to the memory of `further_outs`.

    Integers are extended to the type of the sum, as signed numbers unless
    `a_unsigned` or `b_unsigned` is there; `a_zero` and `b_zero`, scalars of
    the sum's type, are subtracted after that. With a packed `b` the padding
    counts for nothing, whatever `b_zero` is.
  }];
  let arguments = (ins
    Tile_RhsLayout:$layout,
    Arg<AnyMemRef, "the left operand", [MemRead]>:$a,
    Arg<AnyMemRef, "the right operand", [MemRead]>:$b,
    Optional<AnyType>:$a_zero,
    Optional<AnyType>:$b_zero,
    Arg<AnyMemRef, "the product", [MemWrite]>:$out,
    Arg<Variadic<AnyMemRef>, "what else the epilogue makes", [MemWrite]>:$further_outs,
    Arg<Variadic<AnyMemRef>, "inputs of the epilogue", [MemRead]>:$extras,
    DefaultValuedAttr<AffineMapArrayAttr, "{}">:$extra_maps,
    DefaultValuedAttr<I64Attr, "1">:$parts,
    DefaultValuedAttr<I64Attr, "1">:$packed_depth,
    UnitAttr:$fixed24,
    UnitAttr:$bf16_pieces,
    UnitAttr:$a_unsigned,
    UnitAttr:$b_unsigned,
    OptionalAttr<Tile_ScheduleAttr>:$schedule,
    OptionalAttr<Tile_AmxAttr>:$amx
  );
  let assemblyFormat = [{
    $layout `ins` `(` $a `,` $b `:` type($a) `,` type($b) `)`
    (`a_zero` `(` $a_zero^ `:` type($a_zero) `)`)?
    (`b_zero` `(` $b_zero^ `:` type($b_zero) `)`)?
    `outs` `(` $out `:` type($out) `)`
    (`further_outs` `(` $further_outs^ `:` type($further_outs) `)`)?
    (`extras` `(` $extras^ `:` type($extras) `)`)?
    attr-dict `epilogue` $epilogue
  }];
  let builders = [OpBuilder<(ins
    "::ingot::tile::RhsLayout":$layout, "::mlir::Value":$a, "::mlir::Value":$b, "::mlir::Value":$out,
    "::mlir::Type":$accumulator, "::mlir::ValueRange":$extras,
    "::llvm::ArrayRef<::mlir::AffineMap>":$extraMaps, "::ingot::tile::EpilogueBuilder":$epilogue,
    CArg<"::mlir::ValueRange", "{}">:$furtherOuts, CArg<"int64_t", "1">:$parts)>];
  let extraClassDeclaration = [{
    /// Position of the M dimension in `out` and number of batch dimensions.
    unsigned getBatchRank() { return getOut().getType().getRank() - 2; }
    /// Rank of `b` without its batch dimensions.
    unsigned getMatrixRankOfB();
    /// Columns a packed `b` holds in one panel (NR); 0 for other layouts.
    int64_t getPackedColumns();
  }];
}

def Tile_ConvOp : Tile_ContractionOp<"conv", [AttrSizedOperandSegments]> {
  let summary = "channels-last convolution with packed weights";
  let description = [{
    ```mlir
    tile.conv ins(%x, %w : memref<?x56x56x64xf32>, memref<1x2x3x3x64x32xf32>)
        outs(%y : memref<?x56x56x64xf32>) extras(%bias : memref<64xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
         extra_maps = [affine_map<(d0, d1, d2, d3) -> (d3)>]} epilogue {
    ^bb0(%sum: f32, %b: f32):
      ...
    }
    ```

    `x` is `[N, spatial.., C]`, `out` is `[N, spatial.., OC]`, one to three
    spatial dimensions, static or dynamic. `w` is packed:
    `[G, ceil(OC/G / NR), kernel.., C/G, NR]`, padded with zeros. From ONNX's
    `[OC, C/G, kernel..]`, read as `[G, OC/G, C/G, kernel..]` (the same bytes),
    it is `linalg.pack` with `inner_dims_pos = [1]`, `inner_tiles = [NR]`,
    `outer_dims_perm = [0, 1, 3.., 2]`; for two spatial dimensions
    `[0, 1, 3, 4, 2]`. G is always there, 1 for a plain convolution, and its
    size is static, as are the kernel's, C/G's and NR.
    With `packed_depth = KR` > 1 it is `[G, ceil(OC/G / NR), kernel..,
    ceil(C/G / KR), NR, KR]`: `inner_dims_pos = [1, 2]`, `inner_tiles = [NR, KR]`.
    With `merged_groups = S` > 1, where groups have as many outputs as inputs,
    too few for a vector, KR is the inputs of S groups side by side:
    `[G / S, 1, kernel.., 1, OC/G, S * C/G]`.
    With `fixed24`, as in `tile.matmul`, it is
    `[G, ceil(OC/G / NR), kernel.., C/G, 3, NR / 4]`, of words.

    Output position o reads input positions `o * stride - pad + k * dilation`.
    Those outside of the input contribute nothing: padding is what the shape
    of `out` asks for, so only the padding in front is given, in `pads`; an
    element of it may be ShapedType::kDynamic and comes from `dynamic_pads` then.

    Integers are treated as in `tile.matmul`; with `a_zero`, padding stands for
    the value `a_zero`. A 1 x 1 kernel of stride 1 without padding and groups
    is better given as a `tile.matmul` on collapsed dimensions.
  }];
  let arguments = (ins
    Arg<AnyMemRef, "the input", [MemRead]>:$a,
    Arg<AnyMemRef, "the weights", [MemRead]>:$b,
    Optional<AnyType>:$a_zero,
    Optional<AnyType>:$b_zero,
    Arg<AnyMemRef, "the output", [MemWrite]>:$out,
    Arg<Variadic<AnyMemRef>, "inputs of the epilogue", [MemRead]>:$extras,
    Variadic<Index>:$dynamic_pads,
    DenseI64ArrayAttr:$strides,
    DenseI64ArrayAttr:$dilations,
    DenseI64ArrayAttr:$pads,
    DefaultValuedAttr<AffineMapArrayAttr, "{}">:$extra_maps,
    DefaultValuedAttr<I64Attr, "1">:$packed_depth,
    DefaultValuedAttr<I64Attr, "1">:$merged_groups,
    UnitAttr:$fixed24,
    UnitAttr:$a_unsigned,
    UnitAttr:$b_unsigned,
    OptionalAttr<Tile_ScheduleAttr>:$schedule,
    OptionalAttr<Tile_AmxAttr>:$amx
  );
  let assemblyFormat = [{
    `ins` `(` $a `,` $b `:` type($a) `,` type($b) `)`
    (`a_zero` `(` $a_zero^ `:` type($a_zero) `)`)?
    (`b_zero` `(` $b_zero^ `:` type($b_zero) `)`)?
    `outs` `(` $out `:` type($out) `)`
    (`extras` `(` $extras^ `:` type($extras) `)`)?
    (`dynamic_pads` `(` $dynamic_pads^ `)`)?
    attr-dict `epilogue` $epilogue
  }];
  let builders = [OpBuilder<(ins
    "::mlir::Value":$a, "::mlir::Value":$b, "::mlir::Value":$out, "::llvm::ArrayRef<int64_t>":$strides,
    "::llvm::ArrayRef<int64_t>":$dilations, "::llvm::ArrayRef<::mlir::OpFoldResult>":$pads,
    "::mlir::Type":$accumulator, "::mlir::ValueRange":$extras,
    "::llvm::ArrayRef<::mlir::AffineMap>":$extraMaps, "::ingot::tile::EpilogueBuilder":$epilogue)>];
  let extraClassDeclaration = [{
    unsigned getSpatialRank() { return getOut().getType().getRank() - 2; }
    int64_t getGroups() { return getGroupBlocks() * getMergedGroups(); }
    /// Groups, those that are merged being one.
    int64_t getGroupBlocks() { return getB().getType().getDimSize(0); }
    /// Columns the weights hold in one panel (NR).
    int64_t getPackedColumns();
    ::llvm::ArrayRef<int64_t> getKernelShape();
    ::llvm::SmallVector<::mlir::OpFoldResult> getMixedPads();
  }];
}

def Tile_DepthwiseConvOp : Tile_ContractionOp<"depthwise_conv", [AttrSizedOperandSegments]> {
  let summary = "channels-last convolution of each channel by itself";
  let description = [{
    ```mlir
    tile.depthwise_conv ins(%x, %w : memref<?x56x56x144xf32>, memref<3x3x144xf32>)
        outs(%y : memref<?x28x28x144xf32>)
        {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>} epilogue {
    ^bb0(%sum: f32):
      tile.yield %sum : f32
    }
    ```

    As `tile.conv` with as many groups as channels of the input. Each of these
    has as many output channels, side by side: the channel multiplier, which
    divides the schedule's lanes. `w` is `[kernel.., C]` for C output channels:
    ONNX's `[C, 1, kernel..]`, read as `[C, kernel..]`, with
    `outer_dims_perm = [1.., 0]` and no inner tiles.
  }];
  let arguments = (ins
    Arg<AnyMemRef, "the input", [MemRead]>:$a,
    Arg<AnyMemRef, "the weights", [MemRead]>:$b,
    Optional<AnyType>:$a_zero,
    Optional<AnyType>:$b_zero,
    Arg<AnyMemRef, "the output", [MemWrite]>:$out,
    Arg<Variadic<AnyMemRef>, "inputs of the epilogue", [MemRead]>:$extras,
    Variadic<Index>:$dynamic_pads,
    DenseI64ArrayAttr:$strides,
    DenseI64ArrayAttr:$dilations,
    DenseI64ArrayAttr:$pads,
    DefaultValuedAttr<AffineMapArrayAttr, "{}">:$extra_maps,
    UnitAttr:$a_unsigned,
    UnitAttr:$b_unsigned,
    OptionalAttr<Tile_ScheduleAttr>:$schedule
  );
  let assemblyFormat = Tile_ConvOp.assemblyFormat;
  let builders = Tile_ConvOp.builders;
  let extraClassDeclaration = [{
    unsigned getSpatialRank() { return getOut().getType().getRank() - 2; }
    ::llvm::ArrayRef<int64_t> getKernelShape();
    /// Output channels of each channel of the input.
    int64_t getMultiplier();
    ::llvm::SmallVector<::mlir::OpFoldResult> getMixedPads();
  }];
}

#endif // INGOT_CODEGEN_TILE_OPS_TD

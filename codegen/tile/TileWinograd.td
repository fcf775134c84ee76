//===- TileWinograd.td - Convolution by minimal filtering ------*- tablegen -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_WINOGRAD_TD
#define INGOT_CODEGEN_TILE_WINOGRAD_TD

include "codegen/tile/TileContraction.td"

def Tile_WinogradConvOp : Tile_ContractionOp<"winograd_conv"> {
  let summary = "channels-last 3 x 3 convolution of stride 1 by Winograd's minimal filtering";
  let description = [{
    ```mlir
    tile.winograd_conv ins(%x, %w : memref<?x56x56x64xf32>, memref<1x2x4x4x64x32xf32>)
        outs(%y : memref<?x56x56x64xf32>) extras(%bias : memref<64xf32>)
        {pads = array<i64: 1, 1>, extra_maps = [affine_map<(d0, d1, d2, d3) -> (d3)>]} epilogue {
    ^bb0(%sum: f32, %b: f32):
      ...
    }
    ```

    What `tile.conv` with a kernel of 3 x 3, strides and dilations of 1 and one group computes, all in f32, with fewer
    multiplications: those of an output tile of M x M take (M + 2) x (M + 2) products a channel in place of 9 x M x M
    (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015). `w` is packed as `tile.conv`'s weights
    are, after the kernel's transformation G g G^T (`WinogradTransform.h`) has made (M + 2) x (M + 2) of each 3 x 3; its
    shape says what M is, 2 or 4. The innermost stride of `x` is 1. `pads` are those in front, as for `tile.conv`.
  }];
  let arguments = (ins
    Arg<AnyMemRef, "the input", [MemRead]>:$a,
    Arg<AnyMemRef, "the transformed weights", [MemRead]>:$b,
    Arg<AnyMemRef, "the output", [MemWrite]>:$out,
    Arg<Variadic<AnyMemRef>, "inputs of the epilogue", [MemRead]>:$extras,
    DenseI64ArrayAttr:$pads,
    DefaultValuedAttr<AffineMapArrayAttr, "{}">:$extra_maps,
    OptionalAttr<Tile_ScheduleAttr>:$schedule
  );
  let assemblyFormat = [{
    `ins` `(` $a `,` $b `:` type($a) `,` type($b) `)`
    `outs` `(` $out `:` type($out) `)`
    (`extras` `(` $extras^ `:` type($extras) `)`)?
    attr-dict `epilogue` $epilogue
  }];
  let builders = [OpBuilder<(ins
    "::mlir::Value":$a, "::mlir::Value":$b, "::mlir::Value":$out, "::llvm::ArrayRef<int64_t>":$pads,
    "::mlir::ValueRange":$extras, "::llvm::ArrayRef<::mlir::AffineMap>":$extraMaps,
    "::ingot::tile::EpilogueBuilder":$epilogue)>];
  let extraClassDeclaration = [{
    /// Extent of a tile of the input (M + 2), along either spatial dimension.
    int64_t getInputTile() { return getB().getType().getDimSize(2); }
    /// Extent of a tile of the output (M).
    int64_t getOutputTile() { return getInputTile() - 2; }
    /// Columns the weights hold in one panel (NR).
    int64_t getPackedColumns() { return getB().getType().getShape().back(); }
  }];
}

#endif // INGOT_CODEGEN_TILE_WINOGRAD_TD

//===- TilePlanesConv.td - Convolution of planes ---------------*- tablegen -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_PLANES_CONV_TD
#define INGOT_CODEGEN_TILE_PLANES_CONV_TD

include "codegen/tile/TileContraction.td"
include "codegen/tile/TileWinograd.td"

def Tile_PlanesConvOp : Tile_ContractionOp<"planes_conv"> {
  let summary = "channels-first convolution of two spatial dimensions";
  let description = [{
    ```mlir
    tile.planes_conv ins(%x, %w : memref<?x128x56x56xf32>, memref<32x4x4x3x3xf32>)
        outs(%y : memref<?x128x56x56xf32>) extras(%bias : memref<128xf32>)
        {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1>,
         extra_maps = [affine_map<(d0, d1, d2, d3) -> (d1)>]} epilogue {
    ^bb0(%sum: f32, %b: f32):
      ...
    }
    ```

    What `tile.conv` computes, all in f32, between planes: lanes are positions of a line, and a weight is the same for
    all of them. `w` is `[G, O/G, C/G, kernel height, kernel width]`, ONNX's weights in their order. All extents but the
    batch are static, and the innermost stride of `x` and `out` is 1. `pads` are those in front, as for `tile.conv`.
  }];
  let arguments = (ins
    Arg<AnyMemRef, "the input", [MemRead]>:$a,
    Arg<AnyMemRef, "the weights", [MemRead]>:$b,
    Arg<AnyMemRef, "the output", [MemWrite]>:$out,
    Arg<Variadic<AnyMemRef>, "inputs of the epilogue", [MemRead]>:$extras,
    DenseI64ArrayAttr:$strides,
    DenseI64ArrayAttr:$dilations,
    DenseI64ArrayAttr:$pads,
    DefaultValuedAttr<AffineMapArrayAttr, "{}">:$extra_maps,
    OptionalAttr<Tile_ScheduleAttr>:$schedule
  );
  let assemblyFormat = Tile_WinogradConvOp.assemblyFormat;
  let builders = [OpBuilder<(ins
    "::mlir::Value":$a, "::mlir::Value":$b, "::mlir::Value":$out, "::llvm::ArrayRef<int64_t>":$strides,
    "::llvm::ArrayRef<int64_t>":$dilations, "::llvm::ArrayRef<int64_t>":$pads, "::mlir::ValueRange":$extras,
    "::llvm::ArrayRef<::mlir::AffineMap>":$extraMaps, "::ingot::tile::EpilogueBuilder":$epilogue)>];
  let extraClassDeclaration = [{
    int64_t getGroups() { return getB().getType().getDimSize(0); }
    /// Output and input channels of a group.
    int64_t getGroupOutputs() { return getB().getType().getDimSize(1); }
    int64_t getGroupInputs() { return getB().getType().getDimSize(2); }
    ::llvm::ArrayRef<int64_t> getKernelShape() { return getB().getType().getShape().drop_front(3); }
  }];
}

#endif // INGOT_CODEGEN_TILE_PLANES_CONV_TD

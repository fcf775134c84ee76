//===- TileContraction.td - What contractions have in common ---*- tablegen -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_CONTRACTION_TD
#define INGOT_CODEGEN_TILE_CONTRACTION_TD

include "codegen/tile/TileDialect.td"
include "codegen/tile/TileInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Tile_Op<string mnemonic, list<Trait> traits = []> : Op<Tile_Dialect, mnemonic, traits>;

def Tile_YieldOp : Tile_Op<"yield", [Pure, Terminator, ReturnLike,
                                     ParentOneOf<["MatmulOp", "ConvOp", "DepthwiseConvOp", "PlanesConvOp",
                                                  "WinogradConvOp"]>]> {
  let summary = "the output elements that an epilogue computes, one for each output";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "attr-dict $values `:` type($values)";
}

// Every contraction ends in the same four arguments and one region:
//
// - `out` is written whole and never read. A product may have further outputs
//   of its extents, and may come in parts: see `tile.matmul`.
// - `extras` with `extra_maps` are the epilogue's further inputs. Map i takes
//   the indices of `out` and gives the indices of extra i: `(d0, d1) -> (d1)` is
//   a bias of the columns, the identity is a residual. An extra that is indexed
//   by the identity may share memory with `out`: each of its elements is read
//   once, before the element of `out` with the same indices is written.
// - `epilogue` has one block `^bb(%sum, %extra0, ...)` of scalar arith and math
//   operations and ends in `tile.yield` of the output element. The type of
//   `%sum` is the type in which the sum is formed: f32 for f32, f16 and bf16,
//   f64 for f64, i32 for integers up to 32 bits, i64 for i64. Values from
//   outside the region may be used in it.
class Tile_ContractionOp<string mnemonic, list<Trait> traits = [], list<string> ownMethods = []>
    : Tile_Op<mnemonic, !listconcat(traits, [
        SingleBlock, DeclareOpInterfaceMethods<Tile_OpInterface, ownMethods>,
        DeclareOpInterfaceMethods<Tile_WorkOpInterface>])> {
  let regions = (region SizedRegion<1>:$epilogue);
  let hasVerifier = 1;
  let skipDefaultBuilders = 1;
}

#endif // INGOT_CODEGEN_TILE_CONTRACTION_TD

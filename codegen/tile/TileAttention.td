//===- TileAttention.td - Fused attention ----------------------*- tablegen -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_ATTENTION_TD
#define INGOT_CODEGEN_TILE_ATTENTION_TD

include "codegen/tile/TileDialect.td"
include "codegen/tile/TileInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Tile_AttentionOp : Op<Tile_Dialect, "attention", [
    AttrSizedOperandSegments, DeclareOpInterfaceMethods<Tile_WorkOpInterface>]> {
  let summary = "out[.., l, v] = sum over s of softmax over s (score[.., l, s]) * value[.., s, v]";
  let description = [{
    ```mlir
    tile.attention ins(%q, %k, %v : memref<?x12x64x64xf32, strided<[..]>>, ...) mask(%m : memref<?x1x1x64xf32>)
        outs(%out : memref<?x12x64x64xf32, strided<[..]>>) {scale = 0.125 : f64}
    ```

    `query` is `[batch.., L, D]`, `key` `[batch.., S, D]`, `value` `[batch.., S, V]`, `out` `[batch.., L, V]`, all of
    f32 and of one rank, D and V static. `mask` is `[batch.., L, S]`. A batch dimension, and the rows of the mask, may
    be a static 1 where they are repeated; a dynamic one that turns out to be repeated has to come with a stride of 0.
    The innermost strides are 1, all others free.

    `score = softcap(scale * sum over d of query[.., l, d] * key[.., s, d])`, where `softcap(x) = softcap *
    tanh(x / softcap)` unless it is 0. A mask of f32 is added; where one of i8 is 0, the score is `excluded`. With
    `offset`, keys s > l + offset have no part in row l. A row whose scores are all -infinity, or that has none, is 0.
  }];
  let arguments = (ins
    Arg<AnyMemRef, "", [MemRead]>:$query,
    Arg<AnyMemRef, "", [MemRead]>:$key,
    Arg<AnyMemRef, "", [MemRead]>:$value,
    Arg<Optional<AnyMemRef>, "", [MemRead]>:$mask,
    Optional<Index>:$offset,
    Arg<AnyMemRef, "", [MemWrite]>:$out,
    F64Attr:$scale,
    DefaultValuedAttr<F64Attr, "0.0">:$softcap,
    DefaultValuedAttr<F64Attr, "-std::numeric_limits<double>::infinity()">:$excluded,
    OptionalAttr<Tile_ScheduleAttr>:$schedule
  );
  let assemblyFormat = [{
    `ins` `(` $query `,` $key `,` $value `:` type($query) `,` type($key) `,` type($value) `)`
    (`mask` `(` $mask^ `:` type($mask) `)`)?
    (`offset` `(` $offset^ `)`)?
    `outs` `(` $out `:` type($out) `)` attr-dict
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    unsigned getBatchRank() { return getOut().getType().getRank() - 2; }
    /// Columns of a query and a key (D), of a value and the output (V).
    int64_t getKeyColumns() { return getKey().getType().getShape().back(); }
    int64_t getValueColumns() { return getValue().getType().getShape().back(); }
    /// Queries (L) and keys (S), ShapedType::kDynamic where unknown.
    int64_t getRows() { return getOut().getType().getShape()[getBatchRank()]; }
    int64_t getKeys() { return getKey().getType().getShape()[getBatchRank()]; }
  }];
}

#endif // INGOT_CODEGEN_TILE_ATTENTION_TD

//===- TileDialect.td - The tile dialect and its attributes ----*- tablegen -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_DIALECT_TD
#define INGOT_CODEGEN_TILE_DIALECT_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"

def Tile_Dialect : Dialect {
  let name = "tile";
  let cppNamespace = "::ingot::tile";
  let summary = "Register-tiled contractions on memory, each with its epilogue";
  let description = [{
    The operations that deserve a hand-shaped loop nest: matrix multiplication,
    channels-last convolution and its depthwise form. They live in kernels,
    between `lower` and `tile`. They read and write memrefs, and their last
    region is the scalar epilogue, applied to a tile while it is in registers.

    `tile-schedule` writes a `#tile.schedule` on each of them; `tile-to-vector`
    obeys it and decides nothing. Schedules that were measured to be better
    (`ingot compile --tune`) come in the module's attribute `rt.tuned`, under the
    operation's `tile::getKey`. Without a schedule, `tile-to-loops` writes out
    what they mean.
  }];
  let useDefaultAttributePrinterParser = 1;
}

class Tile_Attr<string name, string attrMnemonic> : AttrDef<Tile_Dialect, name> {
  let mnemonic = attrMnemonic;
}

def Tile_TargetAttr : Tile_Attr<"Target", "target"> {
  let summary = "What the schedule has to know of the processor";
  let description = [{
    Sits on the module as `rt.target`. A module without it is scheduled for
    `#tile.target<vector_bits = 128, registers = 16>`: every processor that the
    code generator knows has at least that.

    - `vector_bits`: width of the widest vector register that is fast; 0 where
      kernels are to be scalar, their weights unpacked.
    - `registers`: number of those registers.
    - `masks`: whether loads and stores under a mask are cheap (AVX-512).
    - `dot_i8`: whether u8 x s8 sums of four products are one instruction (VNNI).
    - `dot_bf16`: whether bf16 sums of two products are one instruction.
    - `funnel_shift`: whether pairs of words are shifted as if they were one by
      one instruction (AVX-512 VBMI2).
    - `convert_f16`, `convert_bf16`: whether f32 becomes that type, and f16
      becomes f32, by an instruction.
    - `amx_bf16`: whether there are tile registers and products of bf16 tiles
      (AMX).
    - `l1`, `l2`: bytes of one core's data caches.
    - `stream`: bytes a cycle that a core gets from beyond them, of the weights of
      the model at hand.
  }];
  let parameters = (ins
    "int64_t":$vector_bits,
    "int64_t":$registers,
    DefaultValuedParameter<"bool", "false">:$masks,
    DefaultValuedParameter<"bool", "false">:$dot_i8,
    DefaultValuedParameter<"bool", "false">:$dot_bf16,
    DefaultValuedParameter<"bool", "false">:$funnel_shift,
    DefaultValuedParameter<"bool", "false">:$convert_f16,
    DefaultValuedParameter<"bool", "false">:$convert_bf16,
    DefaultValuedParameter<"bool", "false">:$amx_bf16,
    DefaultValuedParameter<"int64_t", "32768">:$l1,
    DefaultValuedParameter<"int64_t", "524288">:$l2,
    DefaultValuedParameter<"int64_t", "16">:$stream
  );
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Tile_ScheduleAttr : Tile_Attr<"Schedule", "schedule"> {
  let summary = "How one tile operation becomes loops";
  let description = [{
    - `rows`, `columns`: the register tile. Rows are rows of a product and
      output positions along the innermost spatial dimension of a convolution;
      columns are N or channels. `columns` is a multiple of `lanes` and, where
      the weights are packed, their inner tile.
    - `lanes`: columns a vector of sums spans; 1 where its lanes are steps of
      the reduction.
    - `unroll`: copies of the body of the innermost reduction loop.
    - `split`: independent sums a row tile of one row keeps, to hide the
      latency of the multiply-add where too few rows do.
    - `row_block`: what shares one pass over the columns' weights: rows of a
      product (a multiple of `rows`, 0 for all) or lines of a convolution.
    - `line_block`: positions of a convolution's line that are a piece of work of
      their own, a multiple of `rows`; 0 for the whole line.
    - `panel`: 0, or the depth of the piece of the right operand that is copied
      into packed order on the stack before it is used. Of a depthwise
      convolution, the channels (a multiple of `lanes`, 0 for all) for which a
      block of lines is done before the next ones.
    - `masks`: ragged columns are stored under a mask, otherwise one by one.
    - `parallel`: whether the outer tiles are worth the threads' while; of a
      Winograd convolution, the panels of its blocks.
    - `prefetch`: whether the next panel of a packed right operand, or the next
      point of a Winograd convolution's weights, is fetched into the second cache
      while the current one is multiplied.
    - `ahead`: 0, or steps of the reduction by which the weights are fetched into
      the first cache before they are multiplied.

    For attention, the register tile is that of both of its products, `row_block` the queries that share the keys and
    values copied into packed order, and `panel` how many keys that are: with no more of them than that, a row's
    softmax is finished before its sums are formed, otherwise it is corrected from block to block.
  }];
  let parameters = (ins
    "int64_t":$rows,
    "int64_t":$columns,
    "int64_t":$lanes,
    DefaultValuedParameter<"int64_t", "1">:$unroll,
    DefaultValuedParameter<"int64_t", "1">:$split,
    DefaultValuedParameter<"int64_t", "0">:$row_block,
    DefaultValuedParameter<"int64_t", "0">:$line_block,
    DefaultValuedParameter<"int64_t", "0">:$panel,
    DefaultValuedParameter<"bool", "false">:$masks,
    DefaultValuedParameter<"bool", "true">:$parallel,
    DefaultValuedParameter<"bool", "false">:$prefetch,
    DefaultValuedParameter<"int64_t", "0">:$ahead
  );
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Tile_AmxAttr : Tile_Attr<"Amx", "amx"> {
  let summary = "How an f32 product is done by tile instructions (AMX)";
  let description = [{
    A convolution is a product, of which an image's positions are the rows, and the channels of all taps the steps.
    Products of at least `least_rows` rows are cut into blocks of `row_block` rows, a multiple of 16, of whose panels
    threads have equal shares; no more than `column_block` columns of a block, a multiple of panels, are done at a time.
    Of these, `left_depth` steps of the left operand and `right_depth` steps of a panel (a divisor) at a time become
    three pieces of bf16 for each number, on the stack, and are multiplied piece by piece
    (AmxBlock.h). The `vector_rows` that a block may have beyond them would be a tile of mostly nothing: these are done
    by vectors, as many steps at a time. A panel is that of the `#tile.schedule`: as many columns of a right operand
    that is not packed are read where they lie. With `overlap`, the right operand's next steps become pieces between the
    products of those before, which needs one that is not transposed. With `prefetch`, which needs a packed one, what
    becomes pieces then is fetched into the second cache meanwhile. With `image`, a convolution of known extents has
    what a block meets of its input made pieces once, not for each tap, and has all steps in `left_depth`
    (AmxImage.h). With `stream`, a product's right operand stays and its left one passes by: all steps of `column_block`
    columns become pieces, then 32 rows at a time, between the products of those before, and threads have equal shares
    of the blocks of rows, of 16 each, give or take half of one's columns. A product of fewer rows, and a tile with an
    infinity, is done by the vectors of its `#tile.schedule`.
  }];
  let parameters = (ins
    "int64_t":$least_rows,
    "int64_t":$row_block,
    "int64_t":$column_block,
    "int64_t":$left_depth,
    "int64_t":$right_depth,
    DefaultValuedParameter<"bool", "false">:$overlap,
    DefaultValuedParameter<"bool", "false">:$prefetch,
    DefaultValuedParameter<"int64_t", "0">:$vector_rows,
    DefaultValuedParameter<"bool", "false">:$image,
    DefaultValuedParameter<"bool", "false">:$stream
  );
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Tile_RhsLayout : I32EnumAttr<"RhsLayout", "how the right operand of a product lies in memory", [
    I32EnumAttrCase<"packed", 0>,
    I32EnumAttrCase<"row_major", 1>,
    I32EnumAttrCase<"transposed", 2>]> {
  let cppNamespace = "::ingot::tile";
}

#endif // INGOT_CODEGEN_TILE_DIALECT_TD

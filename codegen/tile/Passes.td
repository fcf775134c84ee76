//===- Passes.td - Passes on the tile dialect ------------------*- tablegen -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_PASSES_TD
#define INGOT_CODEGEN_TILE_PASSES_TD

include "mlir/Pass/PassBase.td"

def TileSchedule : Pass<"tile-schedule"> {
  let summary = "Choose how each tile operation becomes loops";
  let description = [{
    Writes a `#tile.schedule` on every operation of the tile dialect that has
    none yet, from its shape and the module's `rt.target`, or the one that the
    module's `rt.tuned` has for it. Products and convolutions that are faster by
    tile instructions, where the target has them, get a `#tile.amx` besides.
  }];
  let dependentDialects = ["::ingot::tile::TileDialect"];
}

def TileToVector : Pass<"tile-to-vector"> {
  let summary = "Turn scheduled tile operations into loops on vectors";
  let description = [{
    Obeys each operation's `#tile.schedule`: outer tiles become iterations of
    an `scf.forall`, reductions `scf.for` loops that carry their sums as
    one-dimensional vectors, and the epilogue runs on these vectors before they
    are stored.
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
                           "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect", "::ingot::rt::RtDialect"];
}

def TileToLoops : Pass<"tile-to-loops"> {
  let summary = "Write out what tile operations without a schedule mean, in scalar loops";
  let description = [{
    One element of the output after another, in the order in which the operation's definition has them. What carries a
    `#tile.schedule` is left to `tile-to-vector`.
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

#endif // INGOT_CODEGEN_TILE_PASSES_TD

//===- Passes.td - passes from structured operations to vectors -----------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VECTOR_PASSES
#define INGOT_CODEGEN_VECTOR_PASSES

include "mlir/Pass/PassBase.td"

def ScheduleGenerics : Pass<"schedule-generics", "::mlir::func::FuncOp"> {
  let summary = "Choose lanes, copies and grain of each structured operation on memory";
  let description = [{
    Writes `rt.schedule = {lanes, unroll, grain, masks}` on each linalg operation with buffer semantics, from the
    module's `rt.target` and the body. Operations that carry the attribute already keep it. Without `grain` an
    operation stays on one thread: it is small, or inside a loop of its kernel.
  }];
  let dependentDialects = ["::ingot::tile::TileDialect"];
}

def VectorizeElementwise : Pass<"vectorize-elementwise", "::mlir::func::FuncOp"> {
  let summary = "Lower structured operations with parallel loops only to scf and vector";
  let description = [{
    Merges loops that are one in the memory of all operands, chooses the loop the lanes run along, and emits chunks
    for threads (scf.forall), loops, vectors and their tails as `rt.schedule` says. Transposes go through square tiles
    in registers. A body without a vector form becomes scalar loops.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def VectorizeReduction : Pass<"vectorize-reduction", "::mlir::func::FuncOp"> {
  let summary = "Lower structured operations with reduction loops to scf and vector";
  let description = [{
    Lanes run along a contiguous reduction (several vectors of partial results, combined at the end: floating-point
    sums are reassociated), or along a contiguous parallel loop with the results in registers. Sums that no combiner
    describes stay exact and, along a reduction, scalar.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect"
  ];
}

def ExpandMath : Pass<"expand-math", "::mlir::func::FuncOp"> {
  let summary = "Replace functions on f32, f16 and bf16 by arithmetic";
  let description = [{
    Exponential, logarithmic, trigonometric and hyperbolic functions, erf, powers and remainders become polynomials and
    bit operations that keep the shape, scalar or vector, so that no call is left in a loop. Narrower types go through
    f32. Functions on f64 stay, for the C library. `arith.maximumf` and `arith.minimumf` need no longer tell zeros
    apart.

    With `fast`, exp, tanh, erf and what is made of them take shorter polynomials, and the arithmetic around them may be
    reordered and divide by estimates. Infinities and NaNs keep their meaning.
  }];
  let options = [Option<"fast", "fast", "bool", "false", "Trade accuracy for speed">];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
}

def ExpandConversions : Pass<"expand-conversions", "::mlir::func::FuncOp"> {
  let summary = "Replace conversions of f16 and bf16 that the target lacks by integer arithmetic";
  let description = [{
    Other types convert through f32; broadcasts copy integers. Runs after arithmetic on f16 and bf16 has become
    arithmetic on f32.
  }];
  let dependentDialects = ["::ingot::tile::TileDialect", "::mlir::arith::ArithDialect"];
}

#endif // INGOT_CODEGEN_VECTOR_PASSES

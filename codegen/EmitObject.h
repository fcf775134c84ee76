//===-- EmitObject.h - LLVM dialect to machine code -----------------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_EMITOBJECT_H
#define INGOT_CODEGEN_EMITOBJECT_H

#include "codegen/Target.h"

#include "mlir/IR/BuiltinOps.h"

#include <memory>

namespace llvm {
class LLVMContext;
class Module;
class raw_pwrite_stream;
} // namespace llvm

namespace ingot {

/// Makes a module one of the target's.
void prepare(llvm::Module &module, const llvm::TargetMachine &machine);

/// The module as LLVM IR for the target, not yet optimized; null after a diagnostic.
std::unique_ptr<llvm::Module> translateToLLVM(mlir::ModuleOp module, llvm::LLVMContext &context,
                                              llvm::TargetMachine &machine);

/// The passes of LLVM that kernels need, as `opt -passes` reads them. Loops are tiled, unrolled and vectorized before,
/// so that what is left is to clean up: with all of LLVM's -O3 code is as fast, and takes 1.6 times as long to compile.
/// The few loops that codegen left scalar are vectorized, those of a few steps at most unrolled; constant arguments
/// (`ipsccp`) tell which, and conditions of loops around each other come apart (`jump-threading`).
inline constexpr char kernelPasses[] =
    "function(simplifycfg,sroa,early-cse<memssa>),ipsccp,cgscc(inline),deadargelim,"
    "function(instcombine<no-verify-fixpoint>,loop-mssa(loop-rotate,licm),loop(loop-idiom,indvars,loop-unroll-full),"
    "jump-threading,gvn,dse,loop-mssa(licm),loop-vectorize,infer-alignment,instcombine<no-verify-fixpoint>,simplifycfg,"
    "loop-unroll<O3;no-partial;no-runtime>),globaldce";

/// Runs `kernelPasses`.
void optimize(llvm::Module &module, llvm::TargetMachine &machine);

enum class CodeFormat { Object, Assembly };
void emitCode(llvm::Module &module, llvm::TargetMachine &machine, CodeFormat format, llvm::raw_pwrite_stream &stream);

} // namespace ingot

#endif // INGOT_CODEGEN_EMITOBJECT_H

//===-- Variants.h - one model compiled for several processors ------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_VARIANTS_H
#define INGOT_CODEGEN_VARIANTS_H

#include "codegen/Pipeline.h"

#include "mlir/IR/OwningOpRef.h"

namespace llvm {
class Function;
class Module;
} // namespace llvm

namespace ingot {

/// Takes a module that has been through phase `done`, at most `Phase::Fuse`, to the end of `Phase::Llvm`: once for each
/// of the target's variants, in their order. They agree on where weights lie in one block, each there once.
llvm::FailureOr<std::vector<mlir::OwningOpRef<mlir::ModuleOp>>> lowerVariants(mlir::ModuleOp module, Phase done,
                                                                              const PipelineOptions &options);

/// The name of a variant's run function.
std::string getRunName(const Target &variant);

/// Adds the function that the runtime calls: it asks for the level of the processor and calls that variant's.
llvm::Function *addDispatch(llvm::Module &module, const Target &target);

} // namespace ingot

#endif // INGOT_CODEGEN_VARIANTS_H

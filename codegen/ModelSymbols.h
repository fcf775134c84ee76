//===-- ModelSymbols.h - the symbols that an artifact exports -------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_MODELSYMBOLS_H
#define INGOT_CODEGEN_MODELSYMBOLS_H

#include "codegen/ModelInterface.h"

namespace llvm {
class Function;
class Module;
} // namespace llvm

namespace ingot {

/// Where the weights of a compiled model are.
struct WeightsInfo {
  uint64_t bytes = 0;
  std::string file;  ///< beside the artifact; empty for weights inside of it
  uint64_t hash = 0; ///< of the file's content
};

/// Section of the embedded weights: emitted with no more than their alignment, and filled once the code is in its file.
inline constexpr llvm::StringLiteral weightsSection = ".ingot_weights";

/// Weights of this size and more lie at multiples of huge pages, in memory and in the file, and are written by as much
/// at once: file systems then keep them in memory by huge pages, which are mapped as such.
inline constexpr uint64_t hugePageBytes = 2 << 20, hugeWeightsBytes = 16 << 20;

/// Adds to the code of a model what `runtime/abi/ingot_abi.h` and the generated header promise:
/// `<prefix>_model`, `<prefix>_run`, `<prefix>_infer` and `<prefix>_error`.
void addModelSymbols(llvm::Module &module, llvm::Function &run, const ModelInterface &model,
                     const WeightsInfo &weights, llvm::StringRef target, int32_t threads);

} // namespace ingot

#endif // INGOT_CODEGEN_MODELSYMBOLS_H

//===-- Phase.h - the phases of a compilation, in their order -------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_PHASE_H
#define INGOT_CODEGEN_PHASE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>

namespace ingot {

/// What `--stop-after` and `--dump-after` accept, and the README lists.
enum class Phase {
  Import,    ///< model file to graph
  Normalize, ///< shapes, constants folded, dead code gone
  Optimize,  ///< patterns recovered, layouts chosen
  Fuse,      ///< every computation in a group
  Lower,     ///< graph to host program and kernels
  Schedule,  ///< tile sizes, as attributes
  Tile,      ///< kernels to loops and vectors
  Plan,      ///< memory of intermediates and weights
  Outline,   ///< parallel loops to functions, the entry point
  Llvm,      ///< LLVM dialect
  Object,    ///< machine code
  Link       ///< the artifact
};

llvm::ArrayRef<Phase> getPhases();
/// "import", "normalize", ...
llvm::StringRef getName(Phase phase);
/// One line for help texts.
llvm::StringRef getDescription(Phase phase);
std::optional<Phase> parsePhase(llvm::StringRef name);

} // namespace ingot

#endif // INGOT_CODEGEN_PHASE_H

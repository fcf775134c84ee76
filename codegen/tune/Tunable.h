//===-- Tunable.h - what of a lowered model can be chosen by measurement ------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_TUNE_TUNABLE_H
#define INGOT_CODEGEN_TUNE_TUNABLE_H

#include "codegen/tune/Search.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace ingot::tune {

/// One choice in one kernel. Kernels that have it in common have the same key.
struct Tunable {
  std::string kernel; ///< symbol of the function, as profiles call it
  std::string key;    ///< what `rt.tuned` calls it
  mlir::Attribute first; ///< the cost model's choice
  Search::Neighbours neighbours; ///< valid as long as the module is
};

/// The columns of the panels that lowering packed right operands in, in \p lowered, a module behind Phase::Lower.
std::vector<Tunable> findPanels(mlir::ModuleOp lowered);
/// The tiles of minimal filtering that lowering chose.
std::vector<Tunable> findOutputTiles(mlir::ModuleOp lowered);
/// The schedules that tile-schedule will choose.
std::vector<Tunable> findSchedules(mlir::ModuleOp lowered);

} // namespace ingot::tune

#endif // INGOT_CODEGEN_TUNE_TUNABLE_H

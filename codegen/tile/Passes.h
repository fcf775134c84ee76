//===- Passes.h - Passes on the tile dialect --------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_PASSES_H
#define INGOT_CODEGEN_TILE_PASSES_H

#include "mlir/Pass/Pass.h"

namespace ingot::tile {

#define GEN_PASS_DECL
#include "codegen/tile/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "codegen/tile/Passes.h.inc"

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_PASSES_H

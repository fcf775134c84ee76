//===- TileKey.h - Names a tile operation by all that its speed depends on -===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_TILEKEY_H
#define INGOT_CODEGEN_TILE_TILEKEY_H

#include "codegen/tile/TileDialect.h"

#include <string>

namespace ingot::tile {

/// A text that is the same for two tile operations whose schedules mean the same: operand types, attributes and a hash
/// of the epilogue, without names, locations and the schedule. Equal operations of different models share it.
std::string getKey(mlir::Operation *op);

/// What the module has in `rt.tuned` for `key`; null where there is nothing.
mlir::Attribute getTuned(mlir::ModuleOp module, llvm::StringRef key);

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_TILEKEY_H

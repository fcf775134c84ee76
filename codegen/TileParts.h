//===-- TileParts.h - tile operations of part of their result -----------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_TILEPARTS_H
#define INGOT_CODEGEN_TILEPARTS_H

#include "codegen/tile/IndexBuilder.h"
#include "codegen/tile/TileDialect.h"

#include "mlir/IR/IRMapping.h"

namespace ingot {

/// Part of a memory along its dimensions.
struct Part {
  llvm::SmallVector<mlir::OpFoldResult> offsets, sizes;
};

mlir::Value cut(tile::IndexBuilder &b, mlir::Value memref, const Part &part);

/// Whether each operand of the epilogue comes cut as the result is.
bool readsCut(tile::TileOpInterface op);

/// Where a part of the kernel goes that is to have registers of its own.
void emitApart(tile::IndexBuilder &b, llvm::function_ref<void()> body);

/// A clone of `op`, whose epilogue `readsCut`, that computes `part` of its result into `out`. `arguments` are what its
/// operands have become, `operands` replacements of some of these.
tile::TileOpInterface clonePart(tile::IndexBuilder &b, tile::TileOpInterface op, const Part &part, mlir::Value out,
                                const mlir::IRMapping &arguments,
                                llvm::ArrayRef<std::pair<mlir::Value, mlir::Value>> operands);

/// With other padding in front of the lines, known at run time.
template <typename OpT> void setLinePad(OpT op, mlir::Value pad) {
  llvm::SmallVector<int64_t> pads(op.getPads());
  if (std::optional<int64_t> known = tile::getConstant(pad)) {
    pads.front() = *known;
  } else {
    pads.front() = mlir::ShapedType::kDynamic;
    op.getDynamicPadsMutable().assign(pad);
  }
  op.setPads(pads);
}

} // namespace ingot

#endif // INGOT_CODEGEN_TILEPARTS_H

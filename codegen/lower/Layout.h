//===- Layout.h - the same elements in another order
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_LOWER_LAYOUT_H
#define INGOT_CODEGEN_LOWER_LAYOUT_H

#include "codegen/lower/HostLowering.h"

#include "mlir/IR/AffineMap.h"

namespace ingot {

/// Scratch memory with the elements of `memref` permuted: its dimension i is dimension permutation[i] of `memref`.
mlir::Value permuted(HostLowering &host, mlir::Value memref, llvm::ArrayRef<int64_t> permutation);
/// A kernel that writes `from` permuted to `to`.
void permuteInto(HostLowering &host, mlir::Value from, mlir::Value to, llvm::ArrayRef<int64_t> permutation);

/// What HostLowering::weight does for constants, for weights that only the run time knows: scratch memory, packed.
mlir::Value packAtRunTime(HostLowering &host, mlir::Value memref, const Packing &packing);

/// Whether vectors of the last dimension can be read and written.
bool isInnermostContiguous(mlir::MemRefType type);

/// The memory a view shows, through any number of views.
mlir::Value viewedMemory(mlir::Value memref);

/// Where the elements of a buffer lie that is dense or a view of dense memory: for other views of them.
struct StridedMemory {
  mlir::Value base;
  mlir::OpFoldResult offset;
  llvm::SmallVector<mlir::OpFoldResult> sizes, strides;

  /// Begins at `position` of dimension `dim`.
  void advance(HostLowering &host, unsigned dim, mlir::Value position);
  /// A memref.reinterpret_cast, which analyses that follow views know.
  mlir::Value view(HostLowering &host) const;
};
StridedMemory stridedMemory(HostLowering &host, mlir::Value memref);

/// Whether all that read the tensor take its elements from wherever they lie, so that it may be a view of a part of
/// other memory instead of dense memory of its own: elementwise work, left operands of products, attention, and views
/// for these that split dimensions.
bool isReadStrided(ShapeAnalysis &shapes, mlir::Value tensor);

/// Whether each dimension of `from` is a product of some of `to`, in order.
bool splitsDims(ShapeAnalysis &shapes, mlir::Value from, mlir::Value to);
/// Strided memory whose dimensions are split into those of `tensor`.
mlir::Value splitView(HostLowering &host, mlir::Value memref, mlir::Value from, mlir::Value tensor);

/// A view of `count` equal blocks of dimension `dim`, which become the outermost dimension.
mlir::Value viewBlocks(mlir::OpBuilder &b, mlir::Location loc, mlir::Value memref, unsigned dim, int64_t count);

/// Operands of a kernel that share the indices of its output, `maps[i]` giving those of `extras[i]`.
struct RowOperands {
  llvm::SmallVector<mlir::Value> whole; ///< indexed as the output in all dimensions that are merged
  llvm::SmallVector<mlir::Value> extras;
  llvm::SmallVector<mlir::AffineMap> maps;
};
/// Whether an extra treats dimensions `dim` and `next` of the output as one.
bool seesOneDimension(mlir::Value extra, mlir::AffineMap map, unsigned dim, unsigned next);
/// Merges dimensions [begin, end) of the operands, as far as no extra tells them apart.
void collapseDims(HostLowering &host, RowOperands &operands, int64_t begin, int64_t end);
/// All but the last.
void collapseRows(HostLowering &host, RowOperands &operands);

} // namespace ingot

#endif // INGOT_CODEGEN_LOWER_LAYOUT_H

//===- Packing.h - How constant right operands are laid out -----*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Weights are packed when the graph is lowered, long before the schedule is
// made. What the two have to agree on is decided here, from the target alone.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_PACKING_H
#define INGOT_CODEGEN_TILE_PACKING_H

#include "codegen/tile/TileDialect.h"

#include <optional>
#include <string>

namespace ingot::tile {

/// The inner tile of a packed right operand.
struct PackingChoice {
  /// NR: columns a panel holds.
  int64_t columns;
  /// KR: consecutive steps of the reduction that lie side by side; 1 if none.
  int64_t depth = 1;
  /// Whether elements are kept as 24-bit integers where they are as good.
  bool fixed24 = false;
  /// Groups of a convolution whose steps lie side by side.
  int64_t mergedGroups = 1;
};

/// Operand types of a contraction, as far as packing depends on them.
struct PackedElements {
  mlir::Type a;
  mlir::Type b;
  bool aUnsigned = false;
  bool bUnsigned = false;
  /// Whether `b` has a zero point other than 0.
  bool bZero = false;
  /// Whether consecutive steps of the reduction lie side by side in `a`.
  bool aContiguous = true;

  bool hasOnlyF32() const { return a.isF32() && b.isF32(); }
};

/// The packing for a product with `n` columns and a reduction of `k` steps
/// `taps` times (for a convolution OC/G and C/G).
PackingChoice choosePacking(TargetAttr target, PackedElements elements, int64_t n, int64_t k, int64_t taps = 1);

/// The packing for a convolution of `groups` with `n` columns and `k` channels each, where several of them should share
/// a vector.
std::optional<PackingChoice> chooseMergedPacking(TargetAttr target, PackedElements elements, int64_t groups, int64_t n,
                                                 int64_t k, int64_t taps);

/// The same for a product in parts (see `tile.matmul`), whose vectors of columns are of one part each.
PackingChoice choosePartsPacking(TargetAttr target, PackedElements elements, int64_t parts);

/// The operands of a contraction as far as a choice of its panels depends on them: so many rows, ShapedType::kDynamic
/// where unknown.
struct PanelProblem {
  int64_t rows, n, k, taps = 1;
  bool vectorsOnly = false; ///< of a convolution that is filtered minimally or `meetsMostlyPadding`
  int64_t likelyRows = mlir::ShapedType::kDynamic; ///< if `rows` is unknown

  int64_t getExpectedRows() const { return mlir::ShapedType::isDynamic(rows) ? likelyRows : rows; }
};

/// The rows that extents make, some of which are kDynamic: as many as there are of one image, say, in a batch of
/// unknown size; kDynamic if the others do not tell.
int64_t countLikelyRows(llvm::ArrayRef<int64_t> extents);

/// Whether more than half of a convolution's multiply-adds meet padding, by its spatial extents and pads in front, any
/// of which may be kDynamic. Vectors leave these out, tile instructions do not.
bool meetsMostlyPadding(llvm::ArrayRef<int64_t> input, llvm::ArrayRef<int64_t> output, llvm::ArrayRef<int64_t> kernel,
                        llvm::ArrayRef<int64_t> strides, llvm::ArrayRef<int64_t> dilations,
                        llvm::ArrayRef<int64_t> pads);

/// The same where there are so many rows, in the columns that were measured to be best if the module has them.
PackingChoice choosePacking(mlir::ModuleOp module, TargetAttr target, PackedElements elements,
                            const PanelProblem &problem);

/// What `rt.tuned` calls the choice of columns.
std::string getPanelKey(const PanelProblem &problem);

/// The columns that could be chosen.
llvm::SmallVector<int64_t> getPanelColumns(TargetAttr target);

/// The contraction that an operation with a packed right operand is, where the choice of columns was there.
std::optional<PanelProblem> getPanelProblem(mlir::Operation *op);

/// Whether a packed depth means that the lanes of a vector are steps of the reduction (LaneSumMultiplier), not groups
/// of them for a dot instruction (DotMultiplier).
bool reducesInLanes(mlir::Type element, int64_t depth);

/// The packing of a large constant matrix as 24-bit integers, where reading it is much of what the product takes, or
/// tile instructions have each element converted anyway; none where another is faster. Among what is worth it are,
/// where words are shifted in pairs, products whose rows are dynamic: these may be few, and tiles of many rows convert
/// beside their multiply-adds.
std::optional<PackingChoice> chooseFixed24Packing(TargetAttr target, PackedElements elements,
                                                  const PanelProblem &problem, int64_t parts = 1);

/// Whether a constant matrix of few elements, packed so, is kept as pieces of bf16 (codegen/rt/Bf16Pieces.h), half as
/// large again: tile instructions multiply few rows by it, and making it pieces would be much of what that takes, or
/// leave it to vectors.
bool wantsBf16Pieces(TargetAttr target, PackedElements elements, const PanelProblem &problem,
                     const PackingChoice &choice);

/// How many equal blocks of the reduction should be summed up by themselves before their sums are added up: 1 for none.
/// Of few columns, two threads that share these would both make all of the left operand pieces.
int64_t chooseDepthBlocks(TargetAttr target, const PanelProblem &problem, int64_t columns);

/// The type in which sums of products of these elements are formed.
mlir::Type getAccumulatorType(mlir::Type element);

/// Elements of the accumulator type that one vector of the target holds.
int64_t getLanes(TargetAttr target, mlir::Type accumulator);

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_PACKING_H

//===- CausalMask.cpp - masks that hide later keys
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/CausalMask.h"

#include "ir/Weights.h"

using namespace ingot;
using namespace mlir;

/// Steps from the diagonal to the last key that a query sees, the same for all queries; nothing for other constants.
static std::optional<int64_t> diagonalOf(Value constant, bool shown) {
  std::optional<ConstantData> data = getConstantData(constant);
  if (!data || data->splat || data->type.getRank() < 2)
    return std::nullopt;
  ArrayRef<int64_t> shape = data->type.getShape();
  int64_t rows = shape[shape.size() - 2], keys = shape.back();
  bool boolean = data->type.getElementType().isInteger(1);
  if (rows * keys != data->type.getNumElements() || (!boolean && !isa<FloatType>(data->type.getElementType())))
    return std::nullopt;
  SmallVector<double> numbers = boolean ? SmallVector<double>() : data->toDoubles();
  auto sees = [&](int64_t i) { return boolean ? (data->bytes[i] != 0) == shown : numbers[i] == 0; };
  int64_t diagonal = -1;
  while (diagonal + 1 < keys && sees(diagonal + 1))
    ++diagonal;
  if (diagonal < 0 || (rows == 1 && keys > 1))
    return std::nullopt;
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < keys; ++j) {
      bool expected = j <= i + diagonal;
      if (sees(i * keys + j) != expected || (!boolean && !expected && numbers[i * keys + j] > kHidden))
        return std::nullopt;
    }
  return diagonal;
}

/// Adds where a slice starts to the start of the last two dimensions; false where it skips elements of them or is not
/// known to start inside.
static bool addStarts(ShapeAnalysis &shapes, SliceOp slice, SymExpr &row, SymExpr &column) {
  auto starts = shapes.contents(slice.getStarts());
  int64_t rank = shapes.rank(slice.getInput());
  SmallVector<int64_t> axes;
  if (!starts)
    return false;
  if (!slice.getAxes()) {
    axes = llvm::to_vector(llvm::seq<int64_t>(0, starts->size()));
  } else {
    auto given = shapes.constants(slice.getAxes());
    if (!given || given->size() != starts->size())
      return false;
    axes = *given;
  }
  std::optional<SmallVector<int64_t>> steps;
  if (slice.getSteps() && !(steps = shapes.constants(slice.getSteps())))
    return false;
  for (auto [i, axis] : llvm::enumerate(axes)) {
    int64_t fromEnd = rank - (axis < 0 ? axis + rank : axis);
    if (fromEnd > 2)
      continue;
    if ((steps && (*steps)[i] != 1) || (*starts)[i].lowerBound() < 0)
      return false;
    SymExpr &start = fromEnd == 2 ? row : column;
    start = start + (*starts)[i];
  }
  return true;
}

std::optional<CausalKind> ingot::matchCausalMask(ShapeAnalysis &shapes, Value mask, bool shown, SymExpr rows,
                                                 SymExpr keys) {
  SymExpr row = shapes.constant(0), column = shapes.constant(0);
  while (auto slice = mask.getDefiningOp<SliceOp>()) {
    if (!addStarts(shapes, slice, row, column))
      return std::nullopt;
    mask = slice.getInput();
  }
  std::optional<int64_t> diagonal = diagonalOf(mask, shown);
  if (!diagonal)
    return std::nullopt;
  SymExpr offset = row - column + *diagonal;
  if (offset.isConstant(0))
    return CausalKind::first;
  return offset == keys - rows ? std::optional(CausalKind::last) : std::nullopt;
}

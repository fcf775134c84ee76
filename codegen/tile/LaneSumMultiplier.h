//===- LaneSumMultiplier.h - Reductions in the lanes -------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_LANESUMMULTIPLIER_H
#define INGOT_CODEGEN_TILE_LANESUMMULTIPLIER_H

#include "codegen/tile/Multiplier.h"

namespace ingot::tile {

/// Products of floating-point operands packed with a depth: the lanes of a
/// vector are consecutive steps of the reduction for one column, and are added
/// up at its end. That fills vectors where there are few columns. Of `groups`
/// side by side, with as many columns as steps, each has its part of the lanes.
class LaneSumMultiplier : public Multiplier {
public:
  template <typename OpT>
  LaneSumMultiplier(IndexBuilder &builder, OpT op, int64_t groups = 1)
      : Multiplier(builder, op, /*lanes=*/1), depth(op.getPackedDepth()), groups(groups) {}

  int64_t getDepth() const override { return depth; }
  mlir::VectorType getSumVector() const override { return mlir::VectorType::get(depth, sumType); }
  mlir::Value loadLeft(mlir::Value memref, mlir::ValueRange indices, mlir::Value rest) override;
  mlir::Value loadRight(mlir::Value memref, mlir::ValueRange indices) override;
  llvm::SmallVector<mlir::Value> finish(mlir::ValueRange sums, int64_t vectors) override;

private:
  mlir::Value addInGroups(mlir::ValueRange columns);

  int64_t depth, groups;
};

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_LANESUMMULTIPLIER_H

//===- DotMultiplier.h - Products by dot instructions -----------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_DOTMULTIPLIER_H
#define INGOT_CODEGEN_TILE_DOTMULTIPLIER_H

#include "codegen/tile/Multiplier.h"

namespace ingot::tile {

/// Products of operands packed with a depth: four bytes or two bf16 of the
/// reduction lie side by side, 32 bits a lane, and one instruction adds all of
/// their products.
///
/// x86 multiplies unsigned by signed bytes. Signed bytes of the left operand
/// become unsigned by adding 128; that and the zero point are what the products
/// have in excess, and the sums start from minus that times the columns' sums.
class DotMultiplier : public Multiplier {
public:
  template <typename OpT>
  DotMultiplier(IndexBuilder &builder, OpT op, int64_t lanes)
      : Multiplier(builder, op, lanes), element(op.getA().getType().getElementType()), depth(op.getPackedDepth()) {}

  int64_t getDepth() const override { return depth; }
  mlir::Value loadLeft(mlir::Value memref, mlir::ValueRange indices, mlir::Value rest) override;
  mlir::Value loadRight(mlir::Value memref, mlir::ValueRange indices) override;
  mlir::Value multiplyAdd(mlir::Value left, mlir::Value right, mlir::Value sum) override;
  mlir::Value getExcess() override;
  mlir::Value loadPadding() override;
  mlir::Value getOnes() override;

private:
  bool isSignedLeft() const { return element.isInteger() && !aUnsigned; }
  mlir::VectorType getFactorVector() const { return mlir::VectorType::get(lanes * depth, element); }
  mlir::Value splat(int64_t value);

  mlir::Type element;
  int64_t depth;
};

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_DOTMULTIPLIER_H

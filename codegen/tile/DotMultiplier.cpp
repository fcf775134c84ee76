//===- DotMultiplier.cpp - Products by dot instructions --------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/DotMultiplier.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot::tile;

/// A vector of `value` in the 32 bits of each lane.
Value DotMultiplier::splat(int64_t value) {
  auto type = VectorType::get(lanes, b.getI32Type());
  return arith::ConstantOp::create(b, DenseElementsAttr::get(type, b.getI32IntegerAttr(value)));
}

Value DotMultiplier::loadLeft(Value memref, ValueRange indices, Value rest) {
  auto type = VectorType::get(depth, element);
  Value steps;
  if (rest) {
    Value mask = vector::CreateMaskOp::create(b, type.clone(b.getI1Type()), rest);
    Value zero = arith::ConstantOp::create(b, b.getZeroAttr(type));
    steps = vector::MaskedLoadOp::create(b, type, memref, indices, mask, zero);
  } else {
    steps = vector::LoadOp::create(b, type, memref, indices);
  }
  Value word = vector::BitCastOp::create(b, VectorType::get(1, b.getI32Type()), steps);
  Value scalar = vector::ExtractOp::create(b, word, 0);
  Value words = vector::BroadcastOp::create(b, VectorType::get(lanes, b.getI32Type()), scalar);
  if (isSignedLeft())
    words = arith::XOrIOp::create(b, words, splat(static_cast<int32_t>(0x80808080)));
  return vector::BitCastOp::create(b, getFactorVector(), words);
}

Value DotMultiplier::loadRight(Value memref, ValueRange indices) {
  return vector::LoadOp::create(b, getFactorVector(), memref, indices);
}

Value DotMultiplier::multiplyAdd(Value left, Value right, Value sum) {
  std::string name = element.isInteger() ? "llvm.x86.avx512.vpdpbusd." : "llvm.x86.avx512bf16.dpbf16ps.";
  auto intrinsic = b.getStringAttr(name + std::to_string(lanes * 32));
  return LLVM::CallIntrinsicOp::create(b, sum.getType(), intrinsic, ValueRange{sum, left, right}).getResult(0);
}

Value DotMultiplier::getExcess() {
  if (!isSignedLeft())
    return aZero ? broadcast(aZero) : Value();
  Value shift = splat(128);
  return aZero ? add(shift, broadcast(aZero)) : shift;
}

/// Bytes whose products are all excess.
Value DotMultiplier::loadPadding() {
  Value excess = getExcess();
  if (!excess)
    return {};
  Value words = arith::MulIOp::create(b, excess, splat(0x01010101));
  return vector::BitCastOp::create(b, getFactorVector(), words);
}

Value DotMultiplier::getOnes() { return vector::BitCastOp::create(b, getFactorVector(), splat(0x01010101)); }

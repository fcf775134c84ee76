//===- AmxUnit.cpp - Intel's tile registers --------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/AmxUnit.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot::tile;

static constexpr int64_t kRegisters = 8, kRowBytes = 64;

void AmxUnit::call(StringRef instruction, ValueRange operands) {
  LLVM::CallIntrinsicOp::create(b, b.getStringAttr("llvm.x86." + instruction), operands);
}

Value AmxUnit::number(int64_t value) { return arith::ConstantOp::create(b, b.getI8IntegerAttr(value)); }

Value AmxUnit::pointer(Value memref, Value tile) {
  Value base = memref::ExtractAlignedPointerAsIndexOp::create(b, memref);
  Value address = arith::IndexCastOp::create(b, b.getI64Type(), b.add(base, b.mul(tile, kRows * kRowBytes)));
  return LLVM::IntToPtrOp::create(b, LLVM::LLVMPointerType::get(b.getContext()), address);
}

/// The 64 bytes that say how large the registers are: palette 1, then from byte 16 on bytes of a row, each in two
/// bytes, and from byte 48 on rows.
void AmxUnit::configure() {
  std::array<int8_t, 64> bytes{};
  bytes[0] = 1;
  for (int64_t i = 0; i < kRegisters; ++i) {
    bytes[16 + 2 * i] = kRowBytes;
    bytes[48 + i] = kRows;
  }
  auto type = VectorType::get(bytes.size(), b.getI8Type());
  Value memory = b.stackBuffer({static_cast<int64_t>(bytes.size())}, b.getI8Type());
  Value value = arith::ConstantOp::create(b, DenseElementsAttr::get(type, ArrayRef<int8_t>(bytes)));
  vector::StoreOp::create(b, value, memory, b.index(0));
  call("ldtilecfg", pointer(memory, b.index(0)));
}

void AmxUnit::release() { call("tilerelease", {}); }

void AmxUnit::zero(int64_t target) { call("tilezero", number(target)); }

void AmxUnit::load(int64_t target, Value tiles, Value tile) {
  Value stride = arith::ConstantOp::create(b, b.getI64IntegerAttr(kRowBytes));
  call("tileloadd64", {number(target), pointer(tiles, tile), stride});
}

void AmxUnit::store(int64_t source, Value tiles, Value tile) {
  Value stride = arith::ConstantOp::create(b, b.getI64IntegerAttr(kRowBytes));
  call("tilestored64", {number(source), pointer(tiles, tile), stride});
}

void AmxUnit::multiplyAdd(int64_t target, int64_t left, int64_t right) {
  call("tdpbf16ps", {number(target), number(left), number(right)});
}

std::array<Value, 3> ingot::tile::splitToBf16(IndexBuilder &b, Value low, Value high) {
  auto floats = cast<VectorType>(low.getType());
  VectorType words = floats.clone(b.getI32Type());
  auto splat = [&](int32_t value) {
    return arith::ConstantOp::create(b, DenseElementsAttr::get(words, b.getI32IntegerAttr(value)));
  };
  Value upperHalf = splat(static_cast<int32_t>(0xffff0000)), halfBits = splat(16);
  std::array<Value, 3> pieces;
  for (Value &piece : pieces) {
    Value lowWords = arith::BitcastOp::create(b, words, low), highWords = arith::BitcastOp::create(b, words, high);
    Value lowPiece = arith::AndIOp::create(b, lowWords, upperHalf);
    Value highPiece = arith::AndIOp::create(b, highWords, upperHalf);
    piece = arith::OrIOp::create(b, highPiece, arith::ShRUIOp::create(b, lowWords, halfBits));
    low = arith::SubFOp::create(b, low, arith::BitcastOp::create(b, floats, lowPiece));
    high = arith::SubFOp::create(b, high, arith::BitcastOp::create(b, floats, highPiece));
  }
  return pieces;
}

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

static constexpr int64_t kRegisters = 8, kRowBytes = 64, kTileBytes = AmxUnit::kRows * kRowBytes;

void AmxUnit::call(StringRef instruction, ValueRange operands) {
  LLVM::CallIntrinsicOp::create(b, b.getStringAttr("llvm.x86." + instruction), operands);
}

Value AmxUnit::number(int64_t value) { return arith::ConstantOp::create(b, b.getI8IntegerAttr(value)); }

Value AmxUnit::pointer(Value memref, Value byte) {
  Value base = memref::ExtractAlignedPointerAsIndexOp::create(b, memref);
  Value address = arith::IndexCastOp::create(b, b.getI64Type(), b.add(base, byte));
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

void AmxUnit::load(int64_t target, Value tiles, Value tile) { load(target, tiles, b.mul(tile, kTileBytes), kRowBytes); }

void AmxUnit::load(int64_t target, Value memory, Value offset, int64_t stride) {
  Value bytes = arith::ConstantOp::create(b, b.getI64IntegerAttr(stride));
  call("tileloadd64", {number(target), pointer(memory, offset), bytes});
}

void AmxUnit::store(int64_t source, Value tiles, Value tile) {
  Value stride = arith::ConstantOp::create(b, b.getI64IntegerAttr(kRowBytes));
  call("tilestored64", {number(source), pointer(tiles, b.mul(tile, kTileBytes)), stride});
}

void AmxUnit::multiplyAdd(int64_t target, int64_t left, int64_t right) {
  call("tdpbf16ps", {number(target), number(left), number(right)});
}

/// A splat of words of `type`.
static Value splat(IndexBuilder &b, VectorType type, int32_t value) {
  return arith::ConstantOp::create(b, DenseElementsAttr::get(type, b.getI32IntegerAttr(value)));
}

/// Words whose upper halves are the next piece of `numbers`, which become what is left of them.
static Value takePiece(IndexBuilder &b, Value &numbers) {
  auto floats = cast<VectorType>(numbers.getType());
  VectorType words = floats.clone(b.getI32Type());
  Value bits = arith::BitcastOp::create(b, words, numbers);
  Value piece = arith::AndIOp::create(b, bits, splat(b, words, static_cast<int32_t>(0xffff0000)));
  numbers = arith::SubFOp::create(b, numbers, arith::BitcastOp::create(b, floats, piece));
  return piece;
}

static Value shiftDown(IndexBuilder &b, Value words) {
  return arith::ShRUIOp::create(b, words, splat(b, cast<VectorType>(words.getType()), 16));
}

std::array<Value, 3> ingot::tile::splitToBf16(IndexBuilder &b, Value low, Value high) {
  std::array<Value, 3> pieces;
  for (Value &piece : pieces) {
    Value lowPiece = takePiece(b, low), highPiece = takePiece(b, high);
    piece = arith::OrIOp::create(b, highPiece, shiftDown(b, lowPiece));
  }
  return pieces;
}

std::array<Value, 3> ingot::tile::splitToBf16(IndexBuilder &b, Value numbers) {
  auto halves = cast<VectorType>(numbers.getType()).clone(b.getIntegerType(16));
  std::array<Value, 3> pieces;
  for (Value &piece : pieces)
    piece = arith::TruncIOp::create(b, halves, shiftDown(b, takePiece(b, numbers)));
  return pieces;
}

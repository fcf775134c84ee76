//===- AmxUnit.h - Intel's tile registers -----------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_AMXUNIT_H
#define INGOT_CODEGEN_TILE_AMXUNIT_H

#include "codegen/tile/IndexBuilder.h"

#include <array>

namespace ingot::tile {

/// Emits the instructions of Advanced Matrix Extensions (Intel 64 and IA-32 Architectures Software Developer's Manual,
/// volume 1, chapter 18) for registers by their numbers, 0 to 7. Each has 16 rows of 64 bytes, in memory one after
/// another: a tile of 1024 bytes. Registers are named, not left to LLVM, as a spilled one would cost a tile's traffic.
class AmxUnit {
public:
  static constexpr int64_t kRows = 16;
  /// Elements of f32, or pairs of bf16, in a row.
  static constexpr int64_t kWords = 16;
  /// Steps of a reduction that one product of bf16 tiles takes.
  static constexpr int64_t kSteps = 2 * kWords;

  explicit AmxUnit(IndexBuilder &builder) : b(builder) {}

  /// Tiles on the stack, of words of type `word`.
  mlir::Value tiles(int64_t count, mlir::Type word) { return b.stackBuffer({count, kRows, kWords}, word); }

  /// Between the two, registers can be used.
  void configure();
  void release();

  void zero(int64_t target);
  /// Tile `number` of `tiles`.
  void load(int64_t target, mlir::Value tiles, mlir::Value number);
  /// Rows of which the first one begins at byte `offset` of `memory`, the others `stride` bytes after one another.
  void load(int64_t target, mlir::Value memory, mlir::Value offset, int64_t stride);
  void store(int64_t source, mlir::Value tiles, mlir::Value number);
  /// target[r, c] += left[r, s] * right[s, c], over pairs s of bf16; a row of `right` has the pair of each column.
  void multiplyAdd(int64_t target, int64_t left, int64_t right);

private:
  mlir::Value number(int64_t value);
  mlir::Value pointer(mlir::Value memref, mlir::Value byte);
  void call(llvm::StringRef instruction, mlir::ValueRange operands);

  IndexBuilder &b;
};

/// Three numbers of bf16 whose sum is a number of f32, bit for bit, as its 24 significant bits are three times eight
/// (for normal numbers of 2^-110 and more; below, the last ones are lost). Each word of piece p has piece p of `low`
/// in its lower half and that of `high` in the upper one.
std::array<mlir::Value, 3> splitToBf16(IndexBuilder &builder, mlir::Value low, mlir::Value high);

/// The same of each number by itself, as bits of bf16.
std::array<mlir::Value, 3> splitToBf16(IndexBuilder &builder, mlir::Value numbers);

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_AMXUNIT_H

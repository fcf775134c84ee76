//===-- Bf16Pieces.h - matrices of f32 in three pieces of bf16 ----------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------------===//
//
// The right operand of products by tile instructions, as these read it: the 24 significant bits of an element of f32
// are three times the eight of bf16, in six bytes. A panel's columns are in vectors of 16, its steps in blocks of 32;
// of each, the three pieces are a tile each, the largest numbers' first. Row r of a tile has words of two pieces, that
// of step r of the block in the lower half and that of step r + 16 in the upper one. Padding is zero.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_RT_BF16PIECES_H
#define INGOT_CODEGEN_RT_BF16PIECES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

#include <array>
#include <cstdint>
#include <vector>

namespace ingot::rt {

struct Bf16Pieces {
  static constexpr int64_t pieces = 3, rows = 16, words = 16, steps = 2 * rows;

  /// Dimensions of the words of so many panels of so many steps and columns, a multiple of 16.
  static std::array<int64_t, 6> getShape(int64_t panels, int64_t steps, int64_t columns);
  /// Whether the pieces of these elements of f32 are numbers: all of them are finite.
  static bool exist(llvm::ArrayRef<char> elements);
};

/// Encodes what is written to it: a matrix of f32 in panels, whole elements with each write.
class Bf16PiecesStream : public llvm::raw_ostream {
public:
  /// A panel has `steps` rows of `columns`.
  Bf16PiecesStream(llvm::raw_ostream &out, int64_t steps, int64_t columns)
      : raw_ostream(/*unbuffered=*/true), out(out), steps(steps), columns(columns) {}

private:
  void write_impl(const char *data, size_t size) override;
  void writePanel();
  uint64_t current_pos() const override { return written + panel.size() * sizeof(float); }

  llvm::raw_ostream &out;
  int64_t steps, columns;
  uint64_t written = 0;     ///< bytes of panels before
  std::vector<float> panel; ///< what has been written of it
};

} // namespace ingot::rt

#endif // INGOT_CODEGEN_RT_BF16PIECES_H

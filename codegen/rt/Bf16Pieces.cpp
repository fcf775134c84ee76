//===-- Bf16Pieces.cpp - matrices of f32 in three pieces of bf16 ------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------------===//
#include "codegen/rt/Bf16Pieces.h"
#include "codegen/rt/ReadFloat.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace llvm;

namespace ingot::rt {

std::array<int64_t, 6> Bf16Pieces::getShape(int64_t panels, int64_t panelSteps, int64_t columns) {
  return {panels, columns / words, static_cast<int64_t>(divideCeil(panelSteps, steps)), pieces, rows, words};
}

bool Bf16Pieces::exist(ArrayRef<char> elements) {
  for (size_t at = 0; at < elements.size(); at += sizeof(float))
    if (!std::isfinite(readFloat(elements.data() + at)))
      return false;
  return true;
}

/// The upper half of what is left of `value`, which loses that.
static uint32_t takePiece(float &value) {
  uint32_t piece = bit_cast<uint32_t>(value) & 0xffff0000;
  value -= bit_cast<float>(piece);
  return piece >> 16;
}

void Bf16PiecesStream::write_impl(const char *data, size_t size) {
  for (size_t at = 0; at < size; at += sizeof(float)) {
    panel.push_back(readFloat(data + at));
    if (int64_t(panel.size()) == steps * columns)
      writePanel();
  }
}

void Bf16PiecesStream::writePanel() {
  constexpr int64_t tileWords = Bf16Pieces::rows * Bf16Pieces::words;
  std::array<uint32_t, Bf16Pieces::pieces * tileWords> tiles;
  auto elementAt = [&](int64_t step, int64_t column) { return step < steps ? panel[step * columns + column] : 0.0f; };
  for (int64_t firstColumn = 0; firstColumn < columns; firstColumn += Bf16Pieces::words)
    for (int64_t firstStep = 0; firstStep < steps; firstStep += Bf16Pieces::steps) {
      for (int64_t i = 0; i < tileWords; ++i) {
        int64_t step = firstStep + i / Bf16Pieces::words, column = firstColumn + i % Bf16Pieces::words;
        float low = elementAt(step, column), high = elementAt(step + Bf16Pieces::rows, column);
        for (int64_t piece = 0; piece < Bf16Pieces::pieces; ++piece) {
          uint32_t lowPiece = takePiece(low), word = takePiece(high) << 16 | lowPiece;
          tiles[piece * tileWords + i] = support::endian::byte_swap(word, endianness::little);
        }
      }
      out.write(reinterpret_cast<const char *>(tiles.data()), sizeof tiles);
    }
  written += panel.size() * sizeof(float);
  panel.clear();
}

} // namespace ingot::rt

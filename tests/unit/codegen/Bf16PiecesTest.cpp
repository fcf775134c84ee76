//===-- Bf16PiecesTest.cpp - what three pieces of bf16 keep of a matrix
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/rt/Bf16Pieces.h"

#include "llvm/ADT/bit.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <limits>
#include <random>

using namespace ingot::rt;
using testing::ElementsAre;

static llvm::ArrayRef<char> bytesOf(const std::vector<float> &elements) {
  return {reinterpret_cast<const char *>(elements.data()), elements.size() * sizeof(float)};
}

/// The halves of words that panels of so many steps and columns become.
static std::vector<uint16_t> encode(const std::vector<float> &panels, int64_t steps, int64_t columns) {
  std::string text;
  llvm::raw_string_ostream out(text);
  Bf16PiecesStream encoder(out, steps, columns);
  // In writes of a row, and of a few elements.
  llvm::ArrayRef<char> bytes = bytesOf(panels), first = bytes.take_front(columns * sizeof(float));
  encoder.write(first.data(), first.size());
  for (size_t at = first.size(); at < bytes.size(); at += 3 * sizeof(float))
    encoder.write(bytes.data() + at, std::min(3 * sizeof(float), bytes.size() - at));
  std::vector<uint16_t> halves;
  for (size_t at = 0; at < text.size(); at += 2)
    halves.push_back(uint8_t(text[at]) | uint8_t(text[at + 1]) << 8);
  return halves;
}

static float asFloat(uint16_t piece) { return llvm::bit_cast<float>(uint32_t(piece) << 16); }

/// The piece of an element in tiles of 16 x 16 words.
static float pieceAt(const std::vector<uint16_t> &halves, std::array<int64_t, 6> shape, int64_t panel, int64_t step,
                     int64_t column, int64_t piece) {
  int64_t block = step / 32, row = step % 16, half = step % 32 / 16;
  int64_t tile = ((panel * shape[1] + column / 16) * shape[2] + block) * shape[3] + piece;
  return asFloat(halves[((tile * 16 + row) * 16 + column % 16) * 2 + half]);
}

TEST(Bf16Pieces, ShapeIsOfWholeTiles) {
  EXPECT_THAT(Bf16Pieces::getShape(3, 64, 32), ElementsAre(3, 2, 2, 3, 16, 16));
  EXPECT_THAT(Bf16Pieces::getShape(1, 33, 16), ElementsAre(1, 1, 2, 3, 16, 16));
}

TEST(Bf16Pieces, SumsAreTheElementsAndPaddingIsZero) {
  constexpr int64_t panels = 2, steps = 40, columns = 32;
  std::mt19937 random(1);
  std::vector<float> elements;
  for (int64_t i = 0; i < panels * steps * columns; ++i) // any normal numbers but the smallest
    elements.push_back(llvm::bit_cast<float>(uint32_t((random() & 0x807fffff) | (17 + random() % 238) << 23)));
  auto shape = Bf16Pieces::getShape(panels, steps, columns);
  std::vector<uint16_t> halves = encode(elements, steps, columns);
  ASSERT_EQ(halves.size(), size_t(panels * 2 * 2 * 3 * 16 * 16 * 2));
  for (int64_t panel = 0; panel < panels; ++panel)
    for (int64_t step = 0; step < 64; ++step)
      for (int64_t column = 0; column < columns; ++column) {
        float sum = 0, last = std::numeric_limits<float>::infinity();
        for (int64_t piece = 2; piece >= 0; --piece)
          sum = pieceAt(halves, shape, panel, step, column, piece) + sum;
        for (int64_t piece = 0; piece < 3; ++piece) {
          float value = std::abs(pieceAt(halves, shape, panel, step, column, piece));
          EXPECT_LE(value, last);
          last = value;
        }
        EXPECT_EQ(sum, step < steps ? elements[(panel * steps + step) * columns + column] : 0);
      }
}

TEST(Bf16Pieces, OnlyFiniteElementsHaveThem) {
  std::vector<float> elements{0, -0.0f, 1e-45f, std::numeric_limits<float>::max()};
  EXPECT_TRUE(Bf16Pieces::exist(bytesOf(elements)));
  for (float value : {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                      std::numeric_limits<float>::quiet_NaN()}) {
    elements.back() = value;
    EXPECT_FALSE(Bf16Pieces::exist(bytesOf(elements)));
  }
}

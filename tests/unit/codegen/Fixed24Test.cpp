//===-- Fixed24Test.cpp - what three bytes an element keep of a matrix
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/rt/Fixed24.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>
#include <limits>
#include <random>

using namespace ingot::rt;
using testing::ElementsAre;
using testing::IsEmpty;

static std::vector<float> chooseScales(const std::vector<float> &elements, const std::array<int64_t, 2> &shape,
                                       int column) {
  return Fixed24::chooseScales({reinterpret_cast<const char *>(elements.data()), elements.size() * sizeof(float)},
                               {shape, column});
}

/// The rows of panels, encoded and decoded again.
static std::vector<float> roundTrip(const std::vector<float> &panels, const std::vector<float> &scales, int64_t columns,
                                    int64_t steps) {
  std::string text;
  llvm::raw_string_ostream out(text);
  Fixed24Stream encoder(out, scales, steps, columns);
  for (size_t row = 0; row < panels.size() / columns; ++row)
    encoder.write(reinterpret_cast<const char *>(&panels[row * columns]), columns * sizeof(float));
  EXPECT_EQ(text.size(), panels.size() * 3);
  auto getByte = [&](size_t word, size_t byte) { return uint32_t(uint8_t(text[4 * word + byte])); };
  std::vector<float> decoded;
  int64_t quarter = columns / 4;
  for (size_t i = 0; i < panels.size(); ++i) {
    size_t row = i / columns * 3 * quarter, column = i % columns;
    auto getWord = [&](size_t wordRow) {
      uint32_t word = 0;
      for (int byte = 0; byte < 4; ++byte)
        word |= getByte(row + wordRow * quarter + column % quarter, byte) << 8 * byte;
      return word;
    };
    uint32_t word = getWord(std::min<size_t>(column / quarter, 2));
    if (column / quarter == 2)
      word <<= 8;
    if (column / quarter == 3)
      word = getWord(0) << 24 | (getWord(1) & 0xff) << 16 | word >> 16;
    float scale = scales[i / (columns * steps) * columns + column];
    decoded.push_back(static_cast<float>(static_cast<int32_t>(word)) * Fixed24::fraction * scale);
  }
  return decoded;
}

/// Half of what the lowest of 24 bits stands for, and what a byte below that adds where rounding changes it.
static float getTolerance(float scale) { return scale * Fixed24::fraction * 129; }

TEST(Fixed24, ColumnsAreAllFirstOrAllLastDimensions) {
  auto first = Fixed24::Matrix::get({6, 4, 3, 3}, {0});
  ASSERT_TRUE(first);
  EXPECT_THAT(first->shape, ElementsAre(6, 36));
  EXPECT_EQ(first->columnDim, 0);
  auto last = Fixed24::Matrix::get({8, 2, 5}, {1, 2});
  ASSERT_TRUE(last);
  EXPECT_THAT(last->shape, ElementsAre(8, 10));
  EXPECT_EQ(last->columnDim, 1);
  EXPECT_FALSE(Fixed24::Matrix::get({6, 4, 3}, {1}));
  EXPECT_FALSE(Fixed24::Matrix::get({6, 4, 3}, {0, 2}));
  EXPECT_FALSE(Fixed24::Matrix::get({6, 4}, {}));
  EXPECT_FALSE(Fixed24::Matrix::get({6, 4}, {0, 1}));
}

TEST(Fixed24, ScalesArePowersOfTwoThatFitTheColumn) {
  EXPECT_THAT(chooseScales({1, -4, 0, 0.5f, 3, 0}, {2, 3}, 1), ElementsAre(2, 8, 0));
  EXPECT_THAT(chooseScales({1, -4, 2, 0.5f, 3, 1}, {2, 3}, 0), ElementsAre(8, 4));
}

TEST(Fixed24, NothingIsOffByMoreThanHalfAUnit) {
  std::vector<float> matrix{1, -4, 0, 0.5f, 3, -0.25f, 6, -7.75f, 5, 6, -7, 8, 1e-3f, 0, -5, 4};
  std::vector<float> scales = chooseScales(matrix, {4, 4}, 1);
  ASSERT_EQ(scales.size(), 4u);
  std::vector<float> decoded = roundTrip(matrix, scales, 4, 4);
  for (size_t i = 0; i < matrix.size(); ++i)
    EXPECT_NEAR(decoded[i], matrix[i], getTolerance(scales[i % 4])) << i;
}

TEST(Fixed24, PanelsHaveScalesOfTheirOwn) {
  std::vector<float> scales{2, 0x1p11f, 8, 4, 0x1p21f, 0, 0x1p22f, 0};
  std::vector<float> panels{1,       512, -4, 2,  -1,      256, 3, -2, // two rows of a panel, two of the next
                            0x1p20f, 0,   1,  0, 0x1p19f, 0,   -1, 0};
  std::vector<float> decoded = roundTrip(panels, scales, 4, 2);
  for (size_t i = 0; i < panels.size(); ++i) {
    float scale = scales[i / 8 * 4 + i % 4];
    EXPECT_NEAR(decoded[i], panels[i], getTolerance(scale)) << i;
  }
}

TEST(Fixed24, ErrorIsThatOfRounding) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> matrix(64 * 64);
  for (float &value : matrix)
    value = normal(random);
  std::vector<float> scales = chooseScales(matrix, {64, 64}, 1);
  ASSERT_EQ(scales.size(), 64u);
  std::vector<float> decoded = roundTrip(matrix, scales, 64, 64);
  double error = 0, norm = 0;
  for (size_t i = 0; i < matrix.size(); ++i) {
    error += std::pow(double(decoded[i]) - matrix[i], 2);
    norm += std::pow(double(matrix[i]), 2);
  }
  EXPECT_LT(std::sqrt(error / norm), 0x1p-22);
}

TEST(Fixed24, TheLargestElementDoesNotOverflow) {
  float largest = std::nextafter(2.0f, 0.0f);
  std::vector<float> matrix{largest, -largest, largest, -largest, -largest, largest, -largest, largest};
  std::vector<float> scales = chooseScales(matrix, {2, 4}, 1);
  ASSERT_EQ(scales.size(), 4u);
  std::vector<float> decoded = roundTrip(matrix, scales, 4, 2);
  for (size_t i = 0; i < matrix.size(); ++i)
    EXPECT_NEAR(decoded[i], matrix[i], 2 * getTolerance(scales[i % 4])) << i;
}

TEST(Fixed24, RefusesWhatLosesMoreThanRounding) {
  // Within a column, over a row, a row of zeros, no number, too small or too large for a scale.
  EXPECT_THAT(chooseScales({1, 1, 1, 0x1.555556p-9f}, {2, 2}, 0), testing::SizeIs(2));
  EXPECT_THAT(chooseScales({1, 1, 0x1.555556p-9f, 0x1.555556p-9f}, {2, 2}, 1), IsEmpty());
  EXPECT_THAT(chooseScales({1, 1, 0, 0}, {2, 2}, 1), IsEmpty());
  EXPECT_THAT(chooseScales({1, std::numeric_limits<float>::infinity()}, {1, 2}, 1), IsEmpty());
  EXPECT_THAT(chooseScales({1, std::nanf("")}, {1, 2}, 1), IsEmpty());
  EXPECT_THAT(chooseScales({1, 0x1p-130f}, {1, 2}, 1), IsEmpty());
  EXPECT_THAT(chooseScales({1, 0x1p127f}, {1, 2}, 1), IsEmpty());
}

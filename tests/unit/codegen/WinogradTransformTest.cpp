//===-- WinogradTransformTest.cpp - minimal filtering against the convolution that it stands for
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/tile/WinogradTransform.h"

#include "gtest/gtest.h"

#include <random>

using namespace ingot::tile;

namespace {

/// left * right, row-major, `inner` columns in the left one.
std::vector<double> multiply(llvm::ArrayRef<double> left, llvm::ArrayRef<double> right, int64_t inner) {
  int64_t rows = left.size() / inner, columns = right.size() / inner;
  std::vector<double> result(rows * columns);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j)
      for (int64_t k = 0; k < inner; ++k)
        result[i * columns + j] += left[i * inner + k] * right[k * columns + j];
  return result;
}

std::vector<double> transpose(llvm::ArrayRef<double> matrix, int64_t rows) {
  int64_t columns = matrix.size() / rows;
  std::vector<double> result;
  for (int64_t j = 0; j < columns; ++j)
    for (int64_t i = 0; i < rows; ++i)
      result.push_back(matrix[i * columns + j]);
  return result;
}

class WinogradTransformTest : public testing::TestWithParam<int64_t> {};

} // namespace

TEST_P(WinogradTransformTest, IsAConvolution) {
  auto transform = WinogradTransform::get(GetParam());
  int64_t outputs = transform.outputTile, inputs = transform.inputTile();
  std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<double> tile;
  for (int64_t i = 0; i < inputs * inputs; ++i)
    tile.push_back(uniform(random));
  float kernels[2][3][3]; // the second is looked at, so that kernels lie one after the other
  for (auto &kernel : kernels)
    for (auto &row : kernel)
      for (float &tap : row)
        tap = uniform(random);

  llvm::ArrayRef<char> bytes(reinterpret_cast<const char *>(kernels), sizeof kernels);
  std::vector<float> transformed = transform.transformKernels(bytes);
  ASSERT_EQ(int64_t(transformed.size()), 2 * inputs * inputs);
  std::vector<double> points =
      multiply(multiply(transform.inputMatrix, tile, inputs), transpose(transform.inputMatrix, inputs), inputs);
  for (int64_t i = 0; i < inputs * inputs; ++i)
    points[i] *= transformed[inputs * inputs + i];
  std::vector<double> result =
      multiply(multiply(transform.outputMatrix, points, inputs), transpose(transform.outputMatrix, outputs), inputs);

  ASSERT_EQ(int64_t(result.size()), outputs * outputs);
  for (int64_t y = 0; y < outputs; ++y)
    for (int64_t x = 0; x < outputs; ++x) {
      double expected = 0;
      for (int64_t i = 0; i < 3; ++i)
        for (int64_t j = 0; j < 3; ++j)
          expected += kernels[1][i][j] * tile[(y + i) * inputs + x + j];
      EXPECT_NEAR(result[y * outputs + x], expected, 2e-6) << "at " << y << ", " << x;
    }
}

INSTANTIATE_TEST_SUITE_P(Tiles, WinogradTransformTest, testing::Values(2, 4));

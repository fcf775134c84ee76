//===-- WinogradTransformTest.cpp - minimal filtering against the convolution that it stands for
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/tile/WinogradTransform.h"

#include "gtest/gtest.h"

#include <cmath>
#include <random>

using namespace ingot::tile;

namespace {

/// left * right, row-major, `inner` columns in the left one.
template <typename T> std::vector<T> multiply(llvm::ArrayRef<T> left, llvm::ArrayRef<T> right, int64_t inner) {
  int64_t rows = left.size() / inner, columns = right.size() / inner;
  std::vector<T> result(rows * columns);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j)
      for (int64_t k = 0; k < inner; ++k)
        result[i * columns + j] += left[i * inner + k] * right[k * columns + j];
  return result;
}

template <typename T> std::vector<T> transpose(llvm::ArrayRef<T> matrix, int64_t rows) {
  int64_t columns = matrix.size() / rows;
  std::vector<T> result;
  for (int64_t j = 0; j < columns; ++j)
    for (int64_t i = 0; i < rows; ++i)
      result.push_back(matrix[i * columns + j]);
  return result;
}

/// matrix * square * matrix^T.
template <typename T>
std::vector<T> transformBothWays(llvm::ArrayRef<double> matrix, int64_t rows, const std::vector<T> &square) {
  std::vector<T> own(matrix.begin(), matrix.end());
  int64_t columns = own.size() / rows;
  std::vector<T> half = multiply<T>(own, square, columns);
  return multiply<T>(half, transpose<T>(own, rows), columns);
}

/// Of `count` numbers, evenly between -1 and 1.
std::vector<float> draw(std::mt19937 &random, int64_t count) {
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> result(count);
  for (float &value : result)
    value = uniform(random);
  return result;
}

/// The output of a 3 x 3 kernel over what lies at `input`, in lines of so many elements.
template <typename T> double filter(const float *kernel, const T *input, int64_t line) {
  double sum = 0;
  for (int64_t y = 0; y < 3; ++y)
    for (int64_t x = 0; x < 3; ++x)
      sum += double(kernel[y * 3 + x]) * input[y * line + x];
  return sum;
}

class WinogradTransformTest : public testing::TestWithParam<int64_t> {};

} // namespace

TEST_P(WinogradTransformTest, IsAConvolution) {
  auto transform = WinogradTransform::get(GetParam());
  int64_t outputs = transform.outputTile, inputs = transform.inputTile();
  std::mt19937 random(1);
  std::vector<float> drawn = draw(random, inputs * inputs);
  std::vector<double> tile(drawn.begin(), drawn.end());
  std::vector<float> kernels = draw(random, 2 * 9); // the second is looked at, so that kernels lie one after the other

  llvm::ArrayRef<char> bytes(reinterpret_cast<const char *>(kernels.data()), kernels.size() * sizeof(float));
  std::vector<float> transformed = transform.transformKernels(bytes);
  ASSERT_EQ(int64_t(transformed.size()), 2 * inputs * inputs);
  std::vector<double> points = transformBothWays(transform.inputMatrix, inputs, tile);
  for (int64_t i = 0; i < inputs * inputs; ++i)
    points[i] *= transformed[inputs * inputs + i];
  std::vector<double> result = transformBothWays(transform.outputMatrix, outputs, points);

  ASSERT_EQ(int64_t(result.size()), outputs * outputs);
  for (int64_t y = 0; y < outputs; ++y)
    for (int64_t x = 0; x < outputs; ++x)
      EXPECT_NEAR(result[y * outputs + x], filter(&kernels[9], &tile[y * inputs + x], inputs), 2e-6)
          << "at " << y << ", " << x;
}

/// In f32, with products of one channel: what is lost at any place of a tile, against the outputs' size.
TEST_P(WinogradTransformTest, LosesLittle) {
  auto transform = WinogradTransform::get(GetParam());
  int64_t outputs = transform.outputTile, inputs = transform.inputTile();
  std::mt19937 random(2);
  std::vector<double> lost(outputs * outputs);
  double size = 0;
  for (int64_t repeat = 0; repeat < 2000; ++repeat) {
    std::vector<float> tile = draw(random, inputs * inputs), kernel = draw(random, 9);
    llvm::ArrayRef<char> bytes(reinterpret_cast<const char *>(kernel.data()), kernel.size() * sizeof(float));
    std::vector<float> points = transformBothWays(transform.inputMatrix, inputs, tile);
    for (auto [point, factor] : llvm::zip_equal(points, transform.transformKernels(bytes)))
      point *= factor;
    std::vector<float> result = transformBothWays(transform.outputMatrix, outputs, points);
    for (int64_t i = 0; i < outputs * outputs; ++i) {
      double expected = filter(kernel.data(), &tile[i / outputs * inputs + i % outputs], inputs);
      lost[i] += std::pow(result[i] - expected, 2);
      size += std::pow(expected, 2) / (outputs * outputs);
    }
  }
  for (double each : lost)
    EXPECT_LT(std::sqrt(each / size), 6e-7);
}

INSTANTIATE_TEST_SUITE_P(Tiles, WinogradTransformTest, testing::Values(2, 4));

//===- WinogradTransform.cpp - The matrices of minimal filtering -----------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/WinogradTransform.h"

#include <cassert>
#include <cstring>

using namespace ingot::tile;

// Interpolation at 0, 1, -1 and infinity.
static constexpr double kInput2[] = {1, 0, -1, 0, //
                                     0, 1, 1,  0, //
                                     0, -1, 1, 0, //
                                     0, 1, 0, -1};
static constexpr double kKernel2[] = {1,   0,    0,   //
                                      0.5, 0.5,  0.5, //
                                      0.5, -0.5, 0.5, //
                                      0,   0,    1};
static constexpr double kOutput2[] = {1, 1, 1,  0, //
                                      0, 1, -1, -1};

// At 0, infinity, and plus and minus the roots of 1/2 and of 2. Rounding is half of what it is with 1 and 2 (compare
// Alam et al., Winograd Convolution for Deep Neural Networks: Efficient Point Selection, 2022).
static constexpr double a = 0.70710678118654752440, b = 2 * a;
static constexpr double kInput4[] = {1, 0,  -2.5, 0,    1, 0, //
                                     0, -b, -2,   a,    1, 0, //
                                     0, b,  -2,   -a,   1, 0, //
                                     0, -a, -0.5, b,    1, 0, //
                                     0, a,  -0.5, -b,   1, 0, //
                                     0, 1,  0,    -2.5, 0, 1};
static constexpr double kKernel4[] = {1,       0,           0,       //
                                      -2. / 3, -2. / 3 * a, -1. / 3, //
                                      -2. / 3, 2. / 3 * a,  -1. / 3, //
                                      1. / 6,  1. / 6 * b,  1. / 3,  //
                                      1. / 6,  -1. / 6 * b, 1. / 3,  //
                                      0,       0,           1};
static constexpr double kOutput4[] = {1, 1,     1,      1,     1,      0, //
                                      0, a,     -a,     b,     -b,     0, //
                                      0, 0.5,   0.5,    2,     2,      0, //
                                      0, a / 2, -a / 2, 2 * b, -2 * b, 1};

WinogradTransform WinogradTransform::get(int64_t outputTile) {
  assert((outputTile == 2 || outputTile == 4) && "no matrices for such tiles");
  if (outputTile == 2)
    return {2, kInput2, kKernel2, kOutput2};
  return {4, kInput4, kKernel4, kOutput4};
}

std::vector<float> WinogradTransform::transformKernels(llvm::ArrayRef<char> kernels) const {
  constexpr int64_t taps = kernel * kernel;
  int64_t extent = inputTile(), count = kernels.size() / (taps * sizeof(float));
  std::vector<float> result;
  result.reserve(count * extent * extent);
  for (int64_t k = 0; k < count; ++k) {
    float g[taps];
    std::memcpy(g, kernels.data() + k * sizeof g, sizeof g);
    for (int64_t i = 0; i < extent; ++i)
      for (int64_t j = 0; j < extent; ++j) {
        double sum = 0;
        for (int64_t y = 0; y < kernel; ++y)
          for (int64_t x = 0; x < kernel; ++x)
            sum += kernelMatrix[i * kernel + y] * g[y * kernel + x] * kernelMatrix[j * kernel + x];
        result.push_back(static_cast<float>(sum));
      }
  }
  return result;
}

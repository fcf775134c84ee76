//===-- Fixed24.cpp - matrices of f32 in three bytes an element ----------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/rt/Fixed24.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace llvm;

namespace ingot::rt {

/// Bits below the 24 that are kept, in the integer whose upper bytes they are.
static constexpr int dropped = 8;

static float readFloat(const char *data) { // which a file may hold at any address
  float value;
  std::memcpy(&value, data, sizeof value);
  return value;
}

/// The 24-bit integer nearest to value / (2^8 * scale).
static int32_t encode(float value, float scale) {
  if (scale == 0)
    return 0;
  constexpr double most = (1 << 23) - 1;
  return static_cast<int32_t>(std::clamp(std::nearbyint(std::ldexp(double(value) / scale, -dropped)), -most, most));
}

static double decode(int32_t integer, float scale) { return std::ldexp(double(integer), dropped) * scale; }

/// The power of two by which all columns' elements fit; false where that is no normal number.
static bool findScales(ArrayRef<char> matrix, ArrayRef<int64_t> shape, int64_t columnDim, std::vector<float> &scales) {
  std::vector<float> largest(shape[columnDim]);
  for (int64_t i = 0; i < shape[0]; ++i)
    for (int64_t j = 0; j < shape[1]; ++j) {
      float magnitude = std::fabs(readFloat(matrix.data() + (i * shape[1] + j) * sizeof(float)));
      if (!std::isfinite(magnitude))
        return false;
      float &column = largest[columnDim == 0 ? i : j];
      column = std::max(column, magnitude);
    }
  for (float magnitude : largest) {
    int exponent = 0;
    std::frexp(magnitude, &exponent);
    float scale = magnitude == 0 ? 0 : std::ldexp(1.0f, exponent - 31);
    if (magnitude != 0 && !std::isnormal(scale))
      return false;
    scales.push_back(scale);
  }
  return true;
}

std::vector<float> Fixed24::chooseScales(ArrayRef<char> matrix, ArrayRef<int64_t> shape, int64_t columnDim) {
  std::vector<float> scales;
  if (!findScales(matrix, shape, columnDim, scales))
    return {};
  constexpr double bound = 0x1p-21 * 0x1p-21;
  std::vector<double> error[2], norm[2]; // squared, along each of the dims
  for (int dim = 0; dim < 2; ++dim) {
    error[dim].resize(shape[dim]);
    norm[dim].resize(shape[dim]);
  }
  for (int64_t i = 0; i < shape[0]; ++i)
    for (int64_t j = 0; j < shape[1]; ++j) {
      float value = readFloat(matrix.data() + (i * shape[1] + j) * sizeof(float));
      float scale = scales[columnDim == 0 ? i : j];
      double difference = value - decode(encode(value, scale), scale), square = double(value) * value;
      error[0][i] += difference * difference;
      error[1][j] += difference * difference;
      norm[0][i] += square;
      norm[1][j] += square;
    }
  for (int dim = 0; dim < 2; ++dim)
    for (int64_t i = 0; i < shape[dim]; ++i)
      if (error[dim][i] > bound * norm[dim][i])
        return {};
  return scales;
}

void Fixed24Stream::write_impl(const char *data, size_t size) {
  int64_t columns = size / sizeof(float);
  ArrayRef<float> panel = scales.slice(rows++ / steps * columns, columns);
  encoded.resize(columns * Fixed24::bytes);
  for (int64_t i = 0; i < columns; ++i) {
    uint32_t bits = encode(readFloat(data + i * sizeof(float)), panel[i]);
    for (int64_t byte = 0; byte < Fixed24::bytes; ++byte)
      encoded[i * Fixed24::bytes + byte] = static_cast<char>(bits >> 8 * byte);
  }
  out.write(encoded.data(), encoded.size());
}

} // namespace ingot::rt

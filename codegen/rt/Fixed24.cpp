//===-- Fixed24.cpp - matrices of f32 in three bytes an element ----------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/rt/Fixed24.h"
#include "codegen/rt/ReadFloat.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/Endian.h"

#include <algorithm>
#include <cmath>

using namespace llvm;

namespace ingot::rt {

/// What the lowest bit of the 24 stands for, and how many of the byte below make one.
static constexpr double bytes = 1 << 8, unit = bytes * Fixed24::fraction;

/// What elements are multiplied by to count units; exact, as scales are powers of two.
static std::vector<double> invert(ArrayRef<float> scales) {
  std::vector<double> inverses;
  for (float scale : scales)
    inverses.push_back(scale == 0 ? 0 : 1 / (unit * scale));
  return inverses;
}

/// The 24-bit integer nearest to `units`.
static int32_t encode(double units) {
  constexpr double bound = 1 << 23, integers = 0x1.8p52; // above it, doubles are integers
  return static_cast<int32_t>(std::clamp(units + integers - integers, -bound, bound - 1));
}

static uint32_t getByte(uint32_t integer, int64_t byte) { return integer >> 8 * byte & 0xff; }

std::optional<Fixed24::Matrix> Fixed24::Matrix::get(ArrayRef<int64_t> tensor, ArrayRef<int64_t> columnDims) {
  auto follow = [&](int64_t first) {
    return llvm::equal(columnDims, llvm::seq<int64_t>(first, first + columnDims.size()));
  };
  if (columnDims.empty() || columnDims.size() >= tensor.size())
    return std::nullopt;
  if (follow(0)) {
    auto [columns, steps] = std::pair(tensor.take_front(columnDims.size()), tensor.drop_front(columnDims.size()));
    return Matrix{{llvm::product_of(columns), llvm::product_of(steps)}, 0};
  }
  auto [steps, columns] = std::pair(tensor.drop_back(columnDims.size()), tensor.take_back(columnDims.size()));
  if (!follow(steps.size()))
    return std::nullopt;
  return Matrix{{llvm::product_of(steps), llvm::product_of(columns)}, 1};
}

/// The power of two by which all columns' elements fit; false where that is no normal number.
static bool findScales(ArrayRef<char> elements, const Fixed24::Matrix &matrix, std::vector<float> &scales) {
  auto [shape, columnDim] = matrix;
  std::vector<float> largest(matrix.columns());
  for (int64_t i = 0; i < shape[0]; ++i)
    for (int64_t j = 0; j < shape[1]; ++j) {
      float magnitude = std::fabs(readFloat(elements.data() + (i * shape[1] + j) * sizeof(float)));
      if (!std::isfinite(magnitude))
        return false;
      float &column = largest[columnDim == 0 ? i : j];
      column = std::max(column, magnitude);
    }
  for (float magnitude : largest) {
    int exponent = 0;
    std::frexp(magnitude, &exponent);
    float scale = magnitude == 0 ? 0 : std::ldexp(1.0f, exponent);
    if (magnitude != 0 && !std::isnormal(scale))
      return false;
    scales.push_back(scale);
  }
  return true;
}

std::vector<float> Fixed24::chooseScales(ArrayRef<char> elements, const Matrix &matrix) {
  std::vector<float> scales;
  if (!findScales(elements, matrix, scales))
    return {};
  auto [shape, columnDim] = matrix;
  // Rounding to units, of which any fraction is as likely as another.
  constexpr double bound = 0x1p-21 * 0x1p-21, variance = unit * unit / 12;
  std::vector<double> error[2], norm[2]; // squared, along each of the dims
  for (int dim = 0; dim < 2; ++dim) {
    error[dim].resize(shape[dim]);
    norm[dim].resize(shape[dim]);
  }
  for (int64_t i = 0; i < shape[0]; ++i)
    for (int64_t j = 0; j < shape[1]; ++j) {
      double value = readFloat(elements.data() + (i * shape[1] + j) * sizeof(float));
      double scale = scales[columnDim == 0 ? i : j];
      error[0][i] += variance * scale * scale;
      error[1][j] += variance * scale * scale;
      norm[0][i] += value * value;
      norm[1][j] += value * value;
    }
  for (int dim = 0; dim < 2; ++dim)
    for (int64_t i = 0; i < shape[dim]; ++i)
      if (error[dim][i] > bound * norm[dim][i])
        return {};
  return scales;
}

Fixed24Stream::Fixed24Stream(raw_ostream &out, ArrayRef<float> scales, int64_t steps, int64_t columns)
    : raw_ostream(/*unbuffered=*/true), out(out), inverses(invert(scales)), steps(steps), columns(columns) {}

void Fixed24Stream::write_impl(const char *data, size_t size) {
  for (size_t at = 0; at < size; at += sizeof(float)) {
    row.push_back(readFloat(data + at));
    if (int64_t(row.size()) == columns)
      writeRow();
  }
}

void Fixed24Stream::writeRow() {
  int64_t quarter = columns / Fixed24::quarters;
  ArrayRef<double> panel = ArrayRef(inverses).slice(rows++ / steps * columns, columns);
  auto getUnits = [&](int64_t column) { return row[column] * panel[column]; };
  encoded.clear();
  for (int64_t row = 0; row < Fixed24::words; ++row)
    for (int64_t i = 0; i < quarter; ++i) {
      uint32_t third = encode(getUnits(2 * quarter + i));
      uint32_t fourth = encode(getUnits(3 * quarter + i) - getByte(third, 2) / bytes);
      uint32_t byte = getByte(fourth, Fixed24::words - 1 - row);
      uint32_t upper = encode(getUnits(row * quarter + i) - byte / bytes) << 8 | byte;
      uint32_t word = row < 2 ? upper : byte << 24 | (third & 0xffffff);
      encoded.push_back(support::endian::byte_swap(word, endianness::little));
    }
  out.write(reinterpret_cast<const char *>(encoded.data()), encoded.size() * sizeof(uint32_t));
  row.clear();
}

} // namespace ingot::rt

//===-- Compare.cpp - how far two tensors are apart ---------------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "tools/ingot/Compare.h"
#include "runtime/src/half.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <type_traits>

using namespace llvm;

namespace ingot::tool {

Bounds defaultBounds(int32_t dtype) {
  switch (dtype) {
  case INGOT_F32:
  case INGOT_F64:
    return {1e-3, 1e-4};
  case INGOT_F16:
    return {1e-2, 1e-2};
  case INGOT_BF16:
    return {4e-2, 4e-2};
  default:
    return {0, 0};
  }
}

std::string describe(const ingot_tensor &tensor) {
  char dims[512];
  return std::string(ingot_dtype_name(tensor.dtype)) + " " +
         ingot_format_dims(dims, sizeof dims, tensor.rank, tensor.dims);
}

namespace {

/// Sixteen-bit floats, told apart by type.
struct Half {
  uint16_t bits;
};
struct Bfloat {
  uint16_t bits;
};

template <typename T>
auto widen(T value) {
  if constexpr (std::is_same_v<T, Half>)
    return double(half_to_float(value.bits));
  else if constexpr (std::is_same_v<T, Bfloat>)
    return double(bfloat_to_float(value.bits));
  else if constexpr (std::is_floating_point_v<T>)
    return double(value);
  else if constexpr (std::is_signed_v<T>)
    return int64_t(value);
  else
    return uint64_t(value);
}

/// |a - b|; 0 where both are the same infinity or not a number, infinite where only one is.
double distance(double a, double b) {
  if (std::isnan(a) || std::isnan(b))
    return std::isnan(a) && std::isnan(b) ? 0 : INFINITY;
  return a == b ? 0 : std::fabs(a - b);
}

// Integers are subtracted as such: a double has too few digits for 64 bits.
double distance(int64_t a, int64_t b) { return double(a > b ? uint64_t(a) - uint64_t(b) : uint64_t(b) - uint64_t(a)); }
double distance(uint64_t a, uint64_t b) { return double(a > b ? a - b : b - a); }

bool isWithin(double error, double size, Bounds bounds) {
  if (std::isinf(bounds.absolute))
    return true; // no bound at all
  return std::isfinite(error) && error <= bounds.absolute + bounds.relative * size;
}

/// The indices of element \p linear.
std::string formatIndices(const ingot_tensor &tensor, uint64_t linear) {
  std::string text;
  for (int32_t axis = tensor.rank - 1; axis >= 0; --axis) {
    uint64_t extent = uint64_t(tensor.dims[axis]);
    text = std::to_string(linear % extent) + (text.empty() ? "" : ", ") + text;
    linear /= extent;
  }
  return "[" + text + "]";
}

template <typename T>
void compareElements(const ingot_tensor &actual, const ingot_tensor &expected, Bounds bounds, Comparison &result) {
  const T *left = static_cast<const T *>(actual.data), *right = static_cast<const T *>(expected.data);
  result.elements = expected.bytes / sizeof(T);
  for (uint64_t i = 0; i < result.elements; ++i) {
    auto a = widen(left[i]), b = widen(right[i]);
    double error = distance(a, b), size = std::fabs(double(b));
    if (std::isfinite(size))
      result.squaredNorm += size * size;
    if (error == 0)
      continue;
    result.squaredError += error * error;
    result.largestAbsolute = std::max(result.largestAbsolute, error);
    result.largestRelative = std::max(result.largestRelative, size > 0 ? error / size : INFINITY);
    if (!isWithin(error, size, bounds) && result.wrong++ == 0)
      result.firstWrong = formatv("at {0} expected {1} but got {2}", formatIndices(expected, i), b, a);
  }
}

using CompareFunction = void (*)(const ingot_tensor &, const ingot_tensor &, Bounds, Comparison &);

CompareFunction findFunction(int32_t dtype) {
  switch (dtype) {
  case INGOT_F32:
    return compareElements<float>;
  case INGOT_F64:
    return compareElements<double>;
  case INGOT_F16:
    return compareElements<Half>;
  case INGOT_BF16:
    return compareElements<Bfloat>;
  case INGOT_I8:
    return compareElements<int8_t>;
  case INGOT_I16:
    return compareElements<int16_t>;
  case INGOT_I32:
    return compareElements<int32_t>;
  case INGOT_I64:
    return compareElements<int64_t>;
  case INGOT_U16:
    return compareElements<uint16_t>;
  case INGOT_U32:
    return compareElements<uint32_t>;
  case INGOT_U64:
    return compareElements<uint64_t>;
  default:
    return compareElements<uint8_t>;
  }
}

} // namespace

double Comparison::relativeNorm() const {
  return squaredError == 0 ? 0 : squaredNorm > 0 ? std::sqrt(squaredError / squaredNorm) : INFINITY;
}

Comparison compare(const ingot_tensor &actual, const ingot_tensor &expected, Bounds bounds) {
  Comparison result;
  bool sameShape = actual.rank == expected.rank && std::equal(actual.dims, actual.dims + actual.rank, expected.dims);
  if (actual.dtype != expected.dtype || !sameShape)
    result.problem = "expected " + describe(expected) + " but got " + describe(actual);
  else
    findFunction(expected.dtype)(actual, expected, bounds, result);
  return result;
}

} // namespace ingot::tool

//===-- Fixed24.h - matrices of f32 in three bytes an element -------------------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A product of a few rows reads each weight but once or twice: the bytes that the weights take are the time it takes.
// Of an f32, eight bits tell its magnitude, which hardly differs along the column of a trained matrix. So the elements
// of a column become 24-bit integers that share a power of two: as precise as f32 where the element is as large as the
// column's largest, and never worse by more than its rounding there.
//
// They lie in words, so that they become numbers with few shifts: a row of a panel is three rows of words, as many as a
// quarter of the columns. The upper three bytes of the first two rows' words are elements of the first two quarters,
// the lower three of the last row's those of the third. What is left of three words below each other is an element of
// the last quarter, its highest byte in the first row. Shifts of pairs of words bring its bytes together, with the
// highest byte of the element of the third quarter below them, for want of a zero. To the element above it a lowest
// byte is a fraction of a unit, and rounding has allowed for it.
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_RT_FIXED24_H
#define INGOT_CODEGEN_RT_FIXED24_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/raw_ostream.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace ingot::rt {

struct Fixed24 {
  /// Rows of words that a row of a panel takes, and parts that it has as many columns of.
  static constexpr int64_t words = 3, quarters = 4;
  /// A word with an element in its upper bytes, times this, is between -1 and 1; that times its column's scale is the
  /// element of the matrix. Sums of products by whole words would leave the range of f32 long before the matrix's do.
  static constexpr float fraction = 0x1p-31f;

  /// A row-major tensor as a matrix, whose columns dimension `columnDim` of `shape` counts.
  struct Matrix {
    std::array<int64_t, 2> shape;
    int columnDim;

    int64_t columns() const { return shape[columnDim]; }
    int64_t steps() const { return shape[1 - columnDim]; }
    /// None unless the ascending `columnDims` are the tensor's first dimensions or its last, others being left.
    static std::optional<Matrix> get(llvm::ArrayRef<int64_t> tensor, llvm::ArrayRef<int64_t> columnDims);
  };

  /// The scale of each column; none where the matrix loses more than f32 arithmetic itself does: where some row or
  /// column changes by more than 2^-21 of its norm.
  static std::vector<float> chooseScales(llvm::ArrayRef<char> elements, const Matrix &matrix);
};

/// Encodes what is written to it: a matrix of f32 in panels, whole elements with each write.
class Fixed24Stream : public llvm::raw_ostream {
public:
  /// `scales` are those of all columns, the padding's included; a panel has `steps` rows of `columns`.
  Fixed24Stream(llvm::raw_ostream &out, llvm::ArrayRef<float> scales, int64_t steps, int64_t columns);

private:
  void write_impl(const char *data, size_t size) override;
  void writeRow();
  uint64_t current_pos() const override { return rows; }

  llvm::raw_ostream &out;
  std::vector<double> inverses; ///< of the scales, for the 24 bits
  int64_t steps, columns, rows = 0;
  std::vector<float> row; ///< what has been written of it
  std::vector<uint32_t> encoded;
};

} // namespace ingot::rt

#endif // INGOT_CODEGEN_RT_FIXED24_H

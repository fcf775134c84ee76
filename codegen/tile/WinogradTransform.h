//===- WinogradTransform.h - The matrices of minimal filtering --*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A tile of M x M outputs of a convolution with a kernel g of 3 x 3 is
//
//   A^T ((G g G^T) * (B^T d B)) A
//
// of the (M + 2) x (M + 2) inputs d under it, * being the product of elements:
// F(M x M, 3 x 3) of Lavin and Gray, Fast Algorithms for Convolutional Neural
// Networks (2015). Summed over channels, the products of one element of all
// tiles are a matrix product.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_WINOGRADTRANSFORM_H
#define INGOT_CODEGEN_TILE_WINOGRADTRANSFORM_H

#include "llvm/ADT/ArrayRef.h"

#include <cstdint>
#include <vector>

namespace ingot::tile {

struct WinogradTransform {
  static constexpr int64_t kernel = 3;

  int64_t outputTile; ///< M
  /// Row-major matrices: B^T is square, of M + 2, G is [M + 2, 3], A^T is [M, M + 2].
  llvm::ArrayRef<double> inputMatrix, kernelMatrix, outputMatrix;

  int64_t inputTile() const { return outputTile + kernel - 1; }

  /// The transformation for tiles of 2 or 4.
  static WinogradTransform get(int64_t outputTile);

  /// G g G^T of each 3 x 3 in `kernels`, f32 at any address, one after the other.
  std::vector<float> transformKernels(llvm::ArrayRef<char> kernels) const;
};

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_WINOGRADTRANSFORM_H

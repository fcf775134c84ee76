//===-- PackWeight.cpp - streams a tensor in its packed order ------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/PackWeight.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace llvm;

namespace ingot {
namespace {

/// One dim of the packed tensor: index i along it stands for index i * factor along dim `dim` of the tensor.
struct PackedDim {
  int64_t size;
  int64_t dim;
  int64_t factor;
};

/// Walks the packed tensor row by row; a row is what its last dim runs over.
class Packer {
public:
  Packer(const PackedTensor &tensor, raw_ostream &out);
  void run();

private:
  void writeRow();
  bool advance();
  void gather(const char *from, int64_t count);

  const PackedTensor &tensor;
  raw_ostream &out;
  SmallVector<PackedDim> dims;   // of the packed tensor
  SmallVector<int64_t> strides;  // of the tensor, in elements
  SmallVector<int64_t> position; // along each of `dims`
  SmallVector<int64_t> origin;   // where the row begins in the tensor
  SmallVector<char> row;
};

} // namespace

Packer::Packer(const PackedTensor &tensor, raw_ostream &out)
    : tensor(tensor), out(out), strides(tensor.shape.size(), 1), origin(tensor.shape.size(), 0) {
  int64_t rank = tensor.shape.size();
  for (int64_t dim = rank - 2; dim >= 0; --dim)
    strides[dim] = strides[dim + 1] * tensor.shape[dim + 1];
  SmallVector<int64_t> tiles(rank, 1);
  for (auto [dim, tile] : zip(tensor.innerDimsPos, tensor.innerTiles))
    tiles[dim] = tile;
  for (int64_t i = 0; i < rank; ++i) {
    int64_t dim = tensor.outerDimsPerm.empty() ? i : tensor.outerDimsPerm[i];
    dims.push_back({static_cast<int64_t>(divideCeil(tensor.shape[dim], tiles[dim])), dim, tiles[dim]});
  }
  for (auto [dim, tile] : zip(tensor.innerDimsPos, tensor.innerTiles))
    dims.push_back({tile, dim, 1});
  position.assign(dims.size(), 0);
  row.resize(dims.back().size * tensor.elementBytes);
}

template <typename T>
static void gatherElements(char *to, const char *from, int64_t count, int64_t stride) {
  for (int64_t i = 0; i < count; ++i)
    std::memcpy(to + i * sizeof(T), from + i * stride * sizeof(T), sizeof(T));
}

void Packer::gather(const char *from, int64_t count) {
  int64_t stride = strides[dims.back().dim] * dims.back().factor;
  if (tensor.splat)
    stride = 0;
  if (stride == 1)
    std::memcpy(row.data(), from, count * tensor.elementBytes);
  else if (tensor.elementBytes == 1)
    gatherElements<uint8_t>(row.data(), from, count, stride);
  else if (tensor.elementBytes == 2)
    gatherElements<uint16_t>(row.data(), from, count, stride);
  else if (tensor.elementBytes == 4)
    gatherElements<uint32_t>(row.data(), from, count, stride);
  else
    gatherElements<uint64_t>(row.data(), from, count, stride);
}

void Packer::writeRow() {
  const PackedDim &last = dims.back();
  int64_t offset = 0, count = last.size;
  for (auto [dim, index] : enumerate(origin)) {
    offset += index * strides[dim];
    if (index >= tensor.shape[dim])
      count = 0;
  }
  int64_t left = tensor.shape[last.dim] - origin[last.dim];
  count = std::min<int64_t>(count, divideCeil(std::max<int64_t>(left, 0), last.factor));
  if (count < last.size)
    std::memset(row.data() + count * tensor.elementBytes, 0, (last.size - count) * tensor.elementBytes);
  if (count > 0)
    gather(tensor.data + (tensor.splat ? 0 : offset * tensor.elementBytes), count);
  out.write(row.data(), row.size());
}

/// To the next row; false after the last.
bool Packer::advance() {
  for (int64_t i = static_cast<int64_t>(dims.size()) - 2; i >= 0; --i) {
    origin[dims[i].dim] += dims[i].factor;
    if (++position[i] < dims[i].size)
      return true;
    origin[dims[i].dim] -= dims[i].size * dims[i].factor;
    position[i] = 0;
  }
  return false;
}

void Packer::run() {
  if (any_of(dims, [](const PackedDim &dim) { return dim.size == 0; }))
    return;
  do
    writeRow();
  while (advance());
}

/// Whether the elements lie in the packed order already.
static bool isInOrder(const PackedTensor &tensor) {
  return !tensor.splat && tensor.innerTiles.empty() &&
         (tensor.outerDimsPerm.empty() || is_sorted(tensor.outerDimsPerm));
}

void writePacked(const PackedTensor &tensor, raw_ostream &out) {
  int64_t elements = 1;
  for (int64_t dim : tensor.shape)
    elements *= dim;
  if (isInOrder(tensor) || tensor.shape.empty())
    out.write(tensor.data, elements * tensor.elementBytes);
  else
    Packer(tensor, out).run();
}

} // namespace ingot

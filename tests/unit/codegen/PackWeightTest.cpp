//===-- PackWeightTest.cpp - the packed order against its definition
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/PackWeight.h"

#include "llvm/ADT/SmallVector.h"
#include "gtest/gtest.h"

#include <numeric>

using namespace ingot;

namespace {

struct Packing {
  std::vector<int64_t> shape, innerDimsPos, innerTiles, outerDimsPerm;
};

} // namespace

/// The elements' bytes are their index, little endian, so that each is another.
template <typename T>
static std::vector<T> makeElements(int64_t count) {
  std::vector<T> elements(count);
  std::iota(elements.begin(), elements.end(), T(1));
  return elements;
}

template <typename T>
static std::vector<T> pack(const Packing &packing, const std::vector<T> &elements, bool splat = false) {
  std::string text;
  llvm::raw_string_ostream out(text);
  writePacked({reinterpret_cast<const char *>(elements.data()), sizeof(T), splat, packing.shape, packing.innerDimsPos,
               packing.innerTiles, packing.outerDimsPerm},
              out);
  std::vector<T> packed(text.size() / sizeof(T));
  std::memcpy(packed.data(), text.data(), text.size());
  return packed;
}

/// linalg.pack by its definition, one element after the other.
template <typename T>
static std::vector<T> packByDefinition(const Packing &p, const std::vector<T> &elements) {
  size_t rank = p.shape.size();
  std::vector<int64_t> tile(rank, 1), sizes;
  for (size_t i = 0; i < p.innerTiles.size(); ++i)
    tile[p.innerDimsPos[i]] = p.innerTiles[i];
  auto outerDim = [&](size_t i) { return p.outerDimsPerm.empty() ? i : p.outerDimsPerm[i]; };
  for (size_t i = 0; i < rank; ++i)
    sizes.push_back((p.shape[outerDim(i)] + tile[outerDim(i)] - 1) / tile[outerDim(i)]);
  sizes.insert(sizes.end(), p.innerTiles.begin(), p.innerTiles.end());
  int64_t count = std::accumulate(sizes.begin(), sizes.end(), int64_t(1), std::multiplies<>());
  std::vector<T> packed(count, 0);
  for (int64_t linear = 0; linear < count; ++linear) {
    std::vector<int64_t> index(sizes.size()), source(rank);
    for (int64_t dim = sizes.size() - 1, rest = linear; dim >= 0; --dim) {
      index[dim] = rest % sizes[dim];
      rest /= sizes[dim];
    }
    for (size_t i = 0; i < rank; ++i)
      source[outerDim(i)] = index[i] * tile[outerDim(i)];
    for (size_t i = 0; i < p.innerTiles.size(); ++i)
      source[p.innerDimsPos[i]] += index[rank + i];
    int64_t at = 0;
    bool inside = true;
    for (size_t dim = 0; dim < rank; ++dim) {
      inside &= source[dim] < p.shape[dim];
      at = at * p.shape[dim] + source[dim];
    }
    if (inside)
      packed[linear] = elements[at];
  }
  return packed;
}

template <typename T>
static void expectDefinition(const Packing &packing) {
  auto count = std::accumulate(packing.shape.begin(), packing.shape.end(), int64_t(1), std::multiplies<>());
  auto elements = makeElements<T>(count);
  EXPECT_EQ(pack(packing, elements), packByDefinition(packing, elements));
}

TEST(PackWeight, FollowsTheDefinition) {
  const Packing cases[] = {
      {{2, 3}, {}, {}, {}},
      {{2, 3}, {}, {}, {1, 0}},
      {{4, 6}, {1}, {3}, {}},
      {{5, 7}, {1}, {4}, {1, 0}},            // columns in tiles, the last one padded
      {{7, 5}, {1, 0}, {4, 2}, {1, 0}},      // groups of two rows inside
      {{7, 5}, {0, 1}, {2, 4}, {}},
      {{6, 3, 2, 2}, {0}, {4}, {0, 2, 3, 1}}, // a convolution's weights
      {{6, 5, 2, 2}, {0, 1}, {4, 4}, {0, 2, 3, 1}},
      {{1}, {0}, {16}, {}},
      {{3, 4, 5}, {}, {}, {2, 0, 1}},
  };
  for (const Packing &packing : cases) {
    expectDefinition<uint8_t>(packing);
    expectDefinition<uint16_t>(packing);
    expectDefinition<uint32_t>(packing);
    expectDefinition<uint64_t>(packing);
  }
}

TEST(PackWeight, PadsSplatsWithZeros) {
  Packing packing{{2, 3}, {1}, {2}, {1, 0}};
  std::vector<uint16_t> expected = {7, 7, 7, 7, 7, 0, 7, 0};
  EXPECT_EQ(pack<uint16_t>(packing, {7}, /*splat=*/true), expected);
}

TEST(PackWeight, TakesScalarsAndNothing) {
  EXPECT_EQ(pack<uint32_t>({}, {42}), std::vector<uint32_t>{42});
  EXPECT_EQ(pack<uint32_t>({{0, 3}, {1}, {2}, {1, 0}}, {}), std::vector<uint32_t>{});
}

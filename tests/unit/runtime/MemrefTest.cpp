//===-- MemrefTest.cpp - views of compiled code's tensors -----------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "ops/memref.h"

#include <gtest/gtest.h>

#include <vector>

namespace {

/// A 2 x 3 matrix inside a 4 x 5 one, from row 1 and column 2.
struct Window {
  Window() {
    for (int i = 0; i < 20; ++i)
      storage[i] = i;
  }
  ingot_view view() const { return ingot_view_of(reinterpret_cast<const ingot_descriptor *>(&memref), 2, 4); }

  int32_t storage[20];
  struct {
    void *allocated, *aligned;
    int64_t offset, sizes[2], strides[2];
  } memref = {storage, storage, 7, {2, 3}, {5, 1}};
};

} // namespace

TEST(Memref, elements) {
  Window window;
  ingot_view view = window.view();
  EXPECT_EQ(ingot_view_elements(&view), 6);
  int64_t indices[] = {0, 0};
  std::vector<int32_t> walked, numbered;
  do
    walked.push_back(*static_cast<int32_t *>(ingot_view_at(&view, indices)));
  while (ingot_view_next(&view, indices));
  for (int64_t i = 0; i < 6; ++i)
    numbered.push_back(*static_cast<int32_t *>(ingot_view_element(&view, i)));
  EXPECT_EQ(walked, (std::vector<int32_t>{7, 8, 9, 12, 13, 14}));
  EXPECT_EQ(numbered, walked);
}

TEST(Memref, dense) {
  Window window;
  ingot_view view = window.view();
  EXPECT_FALSE(ingot_view_is_dense(&view));
  window.memref.strides[0] = 3;
  EXPECT_TRUE(ingot_view_is_dense(&view));
  window.memref.strides[0] = 99; // means nothing where the size is one
  window.memref.sizes[0] = 1;
  EXPECT_TRUE(ingot_view_is_dense(&view));
}

TEST(Memref, scalar) {
  Window window;
  ingot_view view = ingot_view_of(reinterpret_cast<const ingot_descriptor *>(&window.memref), 0, 4);
  EXPECT_EQ(ingot_view_elements(&view), 1);
  EXPECT_TRUE(ingot_view_is_dense(&view));
  EXPECT_EQ(*static_cast<int32_t *>(ingot_view_element(&view, 0)), 7);
}

//===-- TensorTest.cpp - sizes and names of element types, shapes ---------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "ingot.h"

#include <gtest/gtest.h>

#include <string>

static ingot_tensor tensor(int32_t dtype, std::initializer_list<int64_t> dims) {
  return ingot_tensor_of(nullptr, 0, dtype, static_cast<int32_t>(dims.size()), dims.begin());
}

TEST(Tensor, namesAndSizesOfTypes) {
  EXPECT_STREQ(ingot_dtype_name(INGOT_BF16), "bf16");
  EXPECT_EQ(ingot_dtype_size(INGOT_BF16), 2u);
  EXPECT_STREQ(ingot_dtype_name(INGOT_BOOL), "bool");
  for (int32_t none : {-1, 0, 8, 14, 15, 17, 1000}) {
    EXPECT_EQ(ingot_dtype_size(none), 0u);
    EXPECT_STREQ(ingot_dtype_name(none), "unknown");
  }
}

TEST(Tensor, size) {
  uint64_t bytes = 1;
  ingot_tensor scalar = tensor(INGOT_F64, {}), empty = tensor(INGOT_F32, {INT64_MAX, INT64_MAX, 0});
  EXPECT_EQ(ingot_tensor_size(&scalar, &bytes), INGOT_OK);
  EXPECT_EQ(bytes, 8u);
  EXPECT_EQ(ingot_tensor_size(&empty, &bytes), INGOT_OK);
  EXPECT_EQ(bytes, 0u);
}

TEST(Tensor, refusesAbsurdShapes) {
  uint64_t bytes;
  ingot_tensor large = tensor(INGOT_F32, {int64_t(1) << 40, int64_t(1) << 40});
  EXPECT_EQ(ingot_tensor_size(&large, &bytes), INGOT_INVALID);
  EXPECT_STREQ(ingot_last_error(), "shape [1099511627776, 1099511627776] is too large for memory");
  ingot_tensor negative = tensor(INGOT_F32, {2, -3});
  EXPECT_EQ(ingot_tensor_size(&negative, &bytes), INGOT_INVALID);
  EXPECT_STREQ(ingot_last_error(), "dimension 1 is negative: -3");
  ingot_tensor deep = tensor(INGOT_F32, {});
  deep.rank = INGOT_MAX_RANK + 1;
  EXPECT_EQ(ingot_tensor_size(&deep, &bytes), INGOT_INVALID);
  EXPECT_STREQ(ingot_last_error(), "rank 13 is not between 0 and 12");
  ingot_tensor strange = tensor(99, {});
  EXPECT_EQ(ingot_tensor_size(&strange, &bytes), INGOT_INVALID);
  EXPECT_STREQ(ingot_last_error(), "unknown element type 99");
}

TEST(Tensor, formatDims) {
  char text[16];
  int64_t dims[] = {1, 3, 224, 1000000000};
  EXPECT_STREQ(ingot_format_dims(text, sizeof text, 0, dims), "[]");
  EXPECT_STREQ(ingot_format_dims(text, sizeof text, 3, dims), "[1, 3, 224]");
  EXPECT_STREQ(ingot_format_dims(text, sizeof text, 4, dims), "[1, 3, 224, 100");
}

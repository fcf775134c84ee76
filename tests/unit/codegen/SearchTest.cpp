//===-- SearchTest.cpp - climbing to a better choice
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/tune/Search.h"

#include "mlir/IR/Builders.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>

using namespace ingot::tune;
using namespace mlir;
using testing::ElementsAre;

namespace {

/// Choices are numbers, and neighbours one apart.
class SearchTest : public testing::Test {
protected:
  Attribute number(int64_t value) { return builder.getI64IntegerAttr(value); }
  static int64_t valueOf(Attribute attribute) { return cast<IntegerAttr>(attribute).getInt(); }

  Search from(int64_t first, int64_t budget) {
    return Search(number(first), [this](Attribute at) {
      return llvm::SmallVector<Attribute>{number(valueOf(at) + 1), number(valueOf(at) - 1)};
    }, budget);
  }

  /// The numbers that are tried where `cost` says how long each takes.
  std::vector<int64_t> run(Search &search, std::function<double(int64_t)> cost) {
    std::vector<int64_t> tried;
    double unit = cost(valueOf(search.getFirst()));
    while (Attribute next = search.next()) {
      tried.push_back(valueOf(next));
      search.record(cost(valueOf(next)) / unit);
    }
    return tried;
  }

  MLIRContext context;
  Builder builder{&context};
};

} // namespace

TEST_F(SearchTest, ClimbsToWhereNoNeighbourIsBetter) {
  Search search = from(8, 100);
  EXPECT_THAT(run(search, [](int64_t x) { return 10 + std::abs(x - 5); }), ElementsAre(9, 7, 6, 5, 4));
  EXPECT_EQ(valueOf(search.getBest()), 5);
  EXPECT_DOUBLE_EQ(search.getBestTime(), 10.0 / 13);
  EXPECT_EQ(search.getTried(), 5);
}

TEST_F(SearchTest, StaysWhereItIsWithoutGain) {
  Search search = from(8, 100);
  EXPECT_THAT(run(search, [](int64_t x) { return 1 - 0.001 * static_cast<double>(x); }), ElementsAre(9, 7));
  EXPECT_EQ(search.getBest(), search.getFirst());
}

TEST_F(SearchTest, EndsWithItsBudget) {
  Search search = from(0, 4);
  EXPECT_THAT(run(search, [](int64_t x) { return std::exp(-static_cast<double>(x)); }), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(valueOf(search.getBest()), 4);
  Search none = from(0, 0);
  EXPECT_FALSE(none.next());
}

TEST_F(SearchTest, WhatCannotBeMeasuredIsNotTaken) {
  Search search = from(0, 10);
  run(search, [](int64_t x) { return x == 0 ? 1 : INFINITY; });
  EXPECT_EQ(search.getBest(), search.getFirst());
}

//===-- Search.cpp - looks for a better choice, one measurement after another ------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/tune/Search.h"

#include <cassert>

using namespace mlir;

namespace ingot::tune {

/// What a choice has to gain over the best one to be worth another look around: more than measurements differ by.
static constexpr double leastGain = 0.01;

Search::Search(Attribute first, Neighbours neighbours, int64_t budget)
    : first(first), best(first), neighbours(std::move(neighbours)), budget(budget) {
  times[first] = 1;
  lookAround();
}

void Search::lookAround() {
  queue.clear();
  if (getTried() >= budget)
    return;
  for (Attribute neighbour : neighbours(best))
    if (!times.contains(neighbour))
      queue.push_back(neighbour);
}

void Search::record(double time) {
  assert(next() && "the search is over");
  Attribute choice = queue.front();
  queue.pop_front();
  times[choice] = time;
  if (time < getBestTime() * (1 - leastGain)) {
    best = choice;
    lookAround();
  }
  if (getTried() >= budget)
    queue.clear();
}

} // namespace ingot::tune

//===-- Search.h - looks for a better choice, one measurement after another ---------------*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#ifndef INGOT_CODEGEN_TUNE_SEARCH_H
#define INGOT_CODEGEN_TUNE_SEARCH_H

#include "mlir/IR/Attributes.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"

#include <deque>
#include <functional>

namespace ingot::tune {

/// Climbs from a first choice to the first of its neighbours that is better, and on from there, until none is or the
/// budget is spent. Whoever asks measures: what was measured before leads the same way again.
class Search {
public:
  using Neighbours = std::function<llvm::SmallVector<mlir::Attribute>(mlir::Attribute)>;

  /// Tries at most \p budget choices besides \p first.
  Search(mlir::Attribute first, Neighbours neighbours, int64_t budget);

  /// The choice to measure next; null at the end.
  mlir::Attribute next() const { return queue.empty() ? mlir::Attribute() : queue.front(); }
  /// What `next` takes, in units of the first choice's time. What cannot be measured takes for ever.
  void record(double time);

  mlir::Attribute getFirst() const { return first; }
  mlir::Attribute getBest() const { return best; }
  double getBestTime() const { return times.lookup(best); }
  /// Choices that were tried, and the most that may be.
  int64_t getTried() const { return static_cast<int64_t>(times.size()) - 1; }
  int64_t getBudget() const { return budget; }

private:
  /// Everything around the best choice that was not tried.
  void lookAround();

  mlir::Attribute first, best;
  Neighbours neighbours;
  int64_t budget;
  std::deque<mlir::Attribute> queue;
  llvm::MapVector<mlir::Attribute, double> times;
};

} // namespace ingot::tune

#endif // INGOT_CODEGEN_TUNE_SEARCH_H

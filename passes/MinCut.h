//===- MinCut.h - the cheapest way to divide a graph in two
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_PASSES_MINCUT_H
#define INGOT_PASSES_MINCUT_H

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace ingot {

/// Divides nodes into those with the source and those with the sink, so that the edges from the first to the second
/// cost the least. Of several such divisions, the one with the fewest nodes at the source.
class MinCut {
public:
  static constexpr int64_t infinite = std::numeric_limits<int64_t>::max() / 4;

  MinCut() : edgesOf(2) {}
  unsigned source() const { return 0; }
  unsigned sink() const { return 1; }
  unsigned addNode();
  /// An edge that costs `cost` when `from` is with the source and `to` with the sink.
  void addEdge(unsigned from, unsigned to, int64_t cost);
  void solve();
  bool isWithSource(unsigned node) const { return level[node] >= 0; }

private:
  struct Edge {
    unsigned to;
    int64_t left; ///< capacity that is not used
  };
  bool findLevels();
  int64_t push(unsigned node, int64_t limit);

  std::vector<Edge> edges; ///< an edge and its reverse side by side
  std::vector<std::vector<unsigned>> edgesOf;
  std::vector<int> level;
  std::vector<std::size_t> next;
};

} // namespace ingot

#endif // INGOT_PASSES_MINCUT_H

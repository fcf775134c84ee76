//===- MinCut.cpp - the cheapest way to divide a graph in two
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dinic's maximum flow; the nodes the source still reaches afterwards are on
// its side of the cut.
//
//===----------------------------------------------------------------------===//

#include "passes/MinCut.h"

#include <algorithm>

using namespace ingot;

unsigned MinCut::addNode() {
  edgesOf.emplace_back();
  return edgesOf.size() - 1;
}

void MinCut::addEdge(unsigned from, unsigned to, int64_t cost) {
  if (from == to || cost <= 0)
    return;
  edgesOf[from].push_back(edges.size());
  edges.push_back({to, cost});
  edgesOf[to].push_back(edges.size());
  edges.push_back({from, 0});
}

/// Distances from the source along edges with capacity left; whether the sink has one.
bool MinCut::findLevels() {
  level.assign(edgesOf.size(), -1);
  level[source()] = 0;
  std::vector<unsigned> queue{source()};
  for (size_t i = 0; i < queue.size(); ++i)
    for (unsigned edge : edgesOf[queue[i]])
      if (edges[edge].left > 0 && level[edges[edge].to] < 0) {
        level[edges[edge].to] = level[queue[i]] + 1;
        queue.push_back(edges[edge].to);
      }
  return level[sink()] >= 0;
}

/// Sends up to `limit` on towards the sink; gives what arrived. The depth is that of the graph's longest chain of
/// operators, in the thousands at most.
int64_t MinCut::push(unsigned node, int64_t limit) {
  if (node == sink())
    return limit;
  for (size_t &i = next[node]; i < edgesOf[node].size(); ++i) {
    Edge &edge = edges[edgesOf[node][i]];
    if (edge.left <= 0 || level[edge.to] != level[node] + 1)
      continue;
    if (int64_t sent = push(edge.to, std::min(limit, edge.left))) {
      edge.left -= sent;
      edges[edgesOf[node][i] ^ 1].left += sent;
      return sent;
    }
  }
  return 0;
}

void MinCut::solve() {
  while (findLevels()) {
    next.assign(edgesOf.size(), 0);
    while (push(source(), infinite) > 0)
      ;
  }
}

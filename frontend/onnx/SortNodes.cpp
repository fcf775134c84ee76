//===-- SortNodes.cpp - topological order of a graph's nodes --------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Check.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cassert>
#include <functional>
#include <queue>

using namespace llvm;

namespace ingot::onnx {

/// Follows unplaced dependencies from an unplaced node until one comes again.
static std::vector<int> findCycle(const std::vector<std::vector<int>> &dependencies, const std::vector<bool> &placed) {
  std::vector<int> path, positions(placed.size(), -1);
  int node = int(std::find(placed.begin(), placed.end(), false) - placed.begin());
  while (positions[node] < 0) {
    positions[node] = int(path.size());
    path.push_back(node);
    auto next = find_if(dependencies[node], [&](int dependency) { return !placed[dependency]; });
    assert(next != dependencies[node].end() && "an unplaced node waits for another one");
    node = *next;
  }
  path.erase(path.begin(), path.begin() + positions[node]);
  // A dependency is the value's source: name the nodes in the direction of data.
  std::reverse(path.begin(), path.end());
  return path;
}

/// Moves nodes[order[i]] to place i.
static void permute(google::protobuf::RepeatedPtrField<NodeProto> &nodes, const std::vector<int> &order) {
  google::protobuf::RepeatedPtrField<NodeProto> sorted;
  sorted.Reserve(nodes.size());
  for (int index : order)
    sorted.Add()->Swap(nodes.Mutable(index));
  nodes.Swap(&sorted);
}

std::vector<int> sortNodes(google::protobuf::RepeatedPtrField<NodeProto> &nodes,
                           const std::vector<std::vector<int>> &dependencies) {
  int count = nodes.size();
  std::vector<std::vector<int>> users(count);
  std::vector<size_t> waiting(count);
  std::priority_queue<int, std::vector<int>, std::greater<>> ready; // lowest first: keeps a sorted graph as it is
  for (int node = 0; node < count; ++node) {
    waiting[node] = dependencies[node].size();
    if (waiting[node] == 0)
      ready.push(node);
    for (int dependency : dependencies[node])
      users[dependency].push_back(node);
  }

  std::vector<int> order;
  std::vector<bool> placed(count);
  while (!ready.empty()) {
    int node = ready.top();
    ready.pop();
    order.push_back(node);
    placed[node] = true;
    for (int user : users[node])
      if (--waiting[user] == 0)
        ready.push(user);
  }
  if (order.size() != size_t(count))
    return findCycle(dependencies, placed);
  if (!std::is_sorted(order.begin(), order.end()))
    permute(nodes, order);
  return {};
}

} // namespace ingot::onnx

//===-- Broadcast.cpp - broadcasting before opset 7 -----------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Broadcast.h"

using namespace mlir;

namespace ingot::onnx {

Value alignAt(GraphBuilder &graph, Value value, int64_t axis, int64_t rank) {
  if (!value)
    return value;
  SmallVector<int64_t> ones;
  for (int64_t i = axis + GraphBuilder::rank(value); i < rank; ++i)
    ones.push_back(i - axis);
  return graph.unsqueeze(value, ones);
}

ValueFunction legacyBroadcast(Value (*import)(Node &)) {
  return [import](Node &node) -> Value {
    int64_t rank = node.rank(0), otherRank = node.rank(1);
    if (node.integer("broadcast", 0) == 0 && rank != otherRank)
      return node.fail("expected operands of the same rank but got " + Twine(rank) + " and " + Twine(otherRank));
    if (node.integer("broadcast", 0) != 0 && node.attribute("axis") && otherRank != 0) {
      std::optional<int64_t> axis = node.normalizeAxis(node.integer("axis", 0), rank);
      if (!axis)
        return {};
      if (*axis + otherRank > rank)
        return node.fail("expected a right operand of rank " + Twine(rank - *axis) + " or less but got " +
                         Twine(otherRank));
      node.setOperand(1, alignAt(node.graph, node.operand(1), *axis, rank));
    }
    return import(node);
  };
}

} // namespace ingot::onnx

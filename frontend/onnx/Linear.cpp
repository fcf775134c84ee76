//===-- Linear.cpp - matrix products and determinants ---------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "frontend/onnx/Linear.h"
#include "frontend/onnx/Node.h"
#include "frontend/onnx/Registry.h"

using namespace mlir;

namespace ingot::onnx {

Value matmul(GraphBuilder &graph, Value a, Value b, Type element) {
  if (!a || !b)
    return {};
  // A vector is a row on the left and a column on the right, and leaves no dimension in the result.
  bool row = GraphBuilder::rank(a) == 1, column = GraphBuilder::rank(b) == 1;
  if (row)
    a = graph.unsqueeze(a, 0);
  if (column)
    b = graph.unsqueeze(b, 1);
  Value product = graph.make<MatMulOp>(element, a, b, /*transpose_a=*/false, /*transpose_b=*/false);
  if (!product)
    return {};
  int64_t rank = GraphBuilder::rank(product);
  if (row && column)
    return graph.squeeze(product, {rank - 2, rank - 1});
  if (row)
    return graph.squeeze(product, rank - 2);
  return column ? graph.squeeze(product, rank - 1) : product;
}

namespace {

Value importMatMul(Node &node) { return matmul(node.graph, node.operand(0), node.operand(1), node.element()); }

/// alpha * A' * B' + beta * C, factors of 1 left out.
Value importGemm(Node &node) {
  GraphBuilder &graph = node.graph;
  for (size_t i : {0, 1})
    if (node.rank(i) != 2)
      return node.fail("expected operands of rank 2 but got " + Twine(node.rank(i)));
  Value product = graph.make<MatMulOp>(node.element(), node.operand(0), node.operand(1),
                                       node.integer("transA", 0) != 0, node.integer("transB", 0) != 0);
  double alpha = node.number("alpha", 1), beta = node.number("beta", 1);
  if (alpha != 1)
    product = graph.binary<MulOp>(product, alpha);
  Value c = node.operand(2);
  if (!c || beta == 0)
    return product;
  return graph.binary<AddOp>(product, beta == 1 ? c : graph.binary<MulOp>(c, beta));
}

Value importDet(Node &node) { return node.graph.make<DetOp>(node.element(), node.operand(0)); }

/// \p x, or with \p swap the transposes of its matrices.
Value swapLast(GraphBuilder &graph, Value x, bool swap) {
  if (!swap)
    return x;
  SmallVector<int64_t> perm = llvm::to_vector(llvm::seq<int64_t>(0, GraphBuilder::rank(x)));
  std::swap(perm[perm.size() - 1], perm[perm.size() - 2]);
  return graph.transpose(x, perm);
}

/// alpha * A' * B'. Vectors are not transposed.
Value importFusedMatMul(Node &node) {
  GraphBuilder &graph = node.graph;
  if (node.integer("transBatchA", 0) != 0 || node.integer("transBatchB", 0) != 0)
    return node.fail("transposed batch dimensions are not supported");
  bool transposeA = node.integer("transA", 0) != 0 && node.rank(0) > 1;
  bool transposeB = node.integer("transB", 0) != 0 && node.rank(1) > 1;
  Value product = node.rank(0) > 1 && node.rank(1) > 1
                      ? graph.make<MatMulOp>(node.element(), node.operand(0), node.operand(1), transposeA, transposeB)
                      : matmul(graph, swapLast(graph, node.operand(0), transposeA),
                               swapLast(graph, node.operand(1), transposeB), node.element());
  double alpha = node.number("alpha", 1);
  return alpha == 1 ? product : graph.binary<MulOp>(product, alpha);
}

} // namespace

void registerLinear(Registry &registry) {
  registry.addValue("MatMul", 1, 2, importMatMul);
  registry.addValue("Gemm", 1, 2, importGemm); // C broadcasts in one direction, whatever `broadcast` says
  registry.addValue("FusedMatMul", 1, 2, importFusedMatMul, kMicrosoftDomain);
  registry.addValue("TransposeMatMul", 1, 2, importFusedMatMul, kMicrosoftDomain); // its old name
  registry.addValue("Det", 11, 1, importDet);
}

} // namespace ingot::onnx

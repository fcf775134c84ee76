//===- MergeProducts.cpp - products of one value become one product
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Horizontal fusion: where a value is multiplied by several constant matrices,
// as the queries, keys and values of attention are made, it is read once and
// multiplied by all of their columns, biases included. What was a product is a
// slice of the result then.
//
//===----------------------------------------------------------------------===//

#include "ir/GraphBuilder.h"
#include "passes/Passes.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/MapVector.h"

namespace ingot {
#define GEN_PASS_DEF_MERGEPRODUCTS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace ingot;
using namespace mlir;

namespace {
struct MergeProducts : ingot::impl::MergeProductsBase<MergeProducts> {
  void runOnOperation() override;
};

/// A product by a constant matrix and the bias that is added to it, if any.
struct Product {
  MatMulOp matmul;
  AddOp add;
  Value bias;

  Value result() { return add ? add->getResult(0) : Value(matmul.getResult()); }
  int64_t columns() { return GraphBuilder::type(result()).getShape().back(); }
};

/// What products that can be merged have in common.
using Key = std::tuple<Value, Block *, Type, int>;
} // namespace

static bool isConstant(Value value) { return value.getDefiningOp<ConstantOp>() != nullptr; }

/// Whether attention alone reads the value, through views: any part of a row is as good to it as all of it. Other
/// operators become part of their product's kernel.
static bool isForAttention(Value value) {
  return !value.use_empty() && llvm::all_of(value.getUsers(), [&](Operation *user) {
    if (isa<AttentionOp>(user))
      return true;
    return isa<ViewOpInterface, TransposeOp>(user) && user->getOperand(0) == value &&
           isForAttention(user->getResult(0));
  });
}

static std::optional<Product> getProduct(MatMulOp matmul) {
  Value weight = matmul.getRhs();
  if (matmul.getTransposeA() || !isConstant(weight) || !weight.hasOneUse() || GraphBuilder::rank(weight) != 2 ||
      !isa<FloatType>(GraphBuilder::element(weight)))
    return std::nullopt;
  Product product{matmul, {}, {}};
  auto add = matmul->hasOneUse() ? dyn_cast<AddOp>(*matmul->getUsers().begin()) : AddOp();
  if (add && add->getBlock() == matmul->getBlock())
    for (Value operand : add->getOperands())
      if (isConstant(operand) && GraphBuilder::type(operand).getShape() == ArrayRef(product.columns())) {
        product.add = add;
        product.bias = operand;
      }
  return isForAttention(product.result()) ? std::optional(product) : std::nullopt;
}

/// Puts one product in front of the first one; of several with biases, those without get one of zeros.
static void merge(MutableArrayRef<Product> products, ShapeAnalysis &shapes) {
  MatMulOp first = products.front().matmul;
  OpBuilder b(first);
  GraphBuilder g(b, shapes);
  SmallVector<Value> weights, biases;
  SmallVector<Location> locations;
  bool hasBias = llvm::any_of(products, [](const Product &product) { return product.bias != nullptr; });
  for (Product &product : products) {
    weights.push_back(product.matmul.getRhs());
    locations.push_back(product.matmul.getLoc());
    if (product.add)
      locations.push_back(product.add->getLoc());
    if (!hasBias)
      continue;
    Type element = GraphBuilder::element(product.result());
    auto zeros = [&] { return g.make<ExpandOp>(element, g.scalar(element, 0), g.integers({product.columns()})); };
    biases.push_back(product.bias ? product.bias : zeros());
  }
  for (Value constant : llvm::concat<Value>(weights, biases))
    if (auto op = constant.getDefiningOp<ConstantOp>(); op && op->getBlock() == first->getBlock())
      op->moveBefore(first->getBlock(), first->getBlock()->begin());
  g.loc = b.getFusedLoc(locations);
  bool isTransposed = first.getTransposeB();
  Value result = g.make<MatMulOp>(GraphBuilder::element(first.getResult()), first.getLhs(),
                                  g.concat(weights, isTransposed ? 0 : 1), /*transpose_a=*/false, isTransposed);
  if (hasBias)
    result = g.binary<AddOp>(result, g.concat(biases, 0));
  assert(result && "expected the shapes of the products to fit");
  int64_t begin = 0, axis = GraphBuilder::rank(result) - 1;
  for (Product &product : products) {
    int64_t end = begin + product.columns();
    product.result().replaceAllUsesWith(g.slice(result, axis, begin, end));
    begin = end;
  }
  for (Product &product : products) {
    if (product.add)
      product.add->erase();
    product.matmul->erase();
  }
}

void MergeProducts::runOnOperation() {
  llvm::MapVector<Key, SmallVector<Product>> groups;
  getOperation()->walk([&](MatMulOp matmul) {
    if (std::optional<Product> product = getProduct(matmul))
      groups[{matmul.getLhs(), matmul->getBlock(), GraphBuilder::element(matmul.getRhs()), matmul.getTransposeB()}]
          .push_back(*product);
  });
  ShapeAnalysis shapes;
  for (auto &[key, products] : groups)
    if (products.size() > 1)
      merge(products, shapes);
}

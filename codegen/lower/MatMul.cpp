//===- MatMul.cpp - matrix products as tile.matmul
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/BlockSums.h"
#include "codegen/lower/EncodedWeights.h"
#include "codegen/lower/Layout.h"
#include "codegen/lower/Lower.h"
#include "codegen/tile/Order.h"
#include "codegen/tile/Packing.h"
#include "ir/GraphBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace ingot;
using namespace mlir;

namespace {
using MatMulEpilogue = function_ref<SmallVector<Value>(OpBuilder &b, Location loc, ValueRange values)>;

/// Operands of the kernel and what their maps say.
struct Product {
  Value a, b;
  SmallVector<Value> outs, extras;
  SmallVector<AffineMap> maps;
  tile::RhsLayout layout;
  int64_t parts = 1, packedDepth = 1;
  int64_t columns = 0; ///< of a panel, where `b` is packed
  Value scales; ///< of the columns, where `b` holds 24-bit integers
  bool bf16Pieces = false;
};
} // namespace

/// The buffer of an operand whose batch dimensions may have to broadcast against the result's.
static Value batchOperand(HostLowering &host, Value tensor, Value memref, Value result) {
  ArrayRef<SymExpr> dims = host.shapes.dims(tensor), whole = host.shapes.dims(result);
  SmallVector<SymExpr> extents(whole);
  for (size_t i = 1; i <= 2; ++i)
    extents[extents.size() - i] = dims[dims.size() - i];
  return host.broadcastable(memref, dims, extents);
}

/// Rows of the product, all batches of the same right operand together; kDynamic where unknown.
static int64_t countRows(MatMulOp op) {
  int64_t rows = 1;
  for (int64_t size : cast<RankedTensorType>(op.getResult().getType()).getShape().drop_back()) {
    if (ShapedType::isDynamic(size))
      return size;
    rows *= size;
  }
  return rows;
}

/// Rows of panels with the columns of all parts as one dimension.
static Value joinParts(HostLowering &host, Value memref, int64_t innerRank) {
  auto rank = cast<MemRefType>(memref.getType()).getRank();
  SmallVector<ReassociationIndices> groups{{0, 1}, {2}};
  if (innerRank == 2) // words of all parts are one dimension already
    groups.append({{3}, {4}});
  else
    groups.push_back({3, 4});
  for (int64_t dim = 5; dim < rank; ++dim)
    groups.push_back({dim});
  return memref::CollapseShapeOp::create(host.b, host.loc, memref, groups);
}

/// The right operand, packed as `view`, as 24-bit integers; null where that is not worth it, or the elements do not
/// allow it.
static Value fixed24Operand(HostLowering &host, ConstantOp constant, const tile::PackedElements &elements,
                            const tile::PanelProblem &problem, RankedTensorType view, Packing packing,
                            Product &product) {
  if (cast<RankedTensorType>(constant.getResult().getType()).getRank() != 2)
    return {};
  auto choice = tile::chooseFixed24Packing(host.target, elements, problem, product.parts);
  if (!choice)
    return {};
  packing.innerTiles.back() = choice->columns / product.parts;
  auto weights = packFixed24(host, constant.getValue(), view, packing);
  if (!weights)
    return {};
  product.scales = weights->scales;
  product.columns = choice->columns;
  return product.parts > 1 ? joinParts(host, weights->words, /*innerRank=*/2) : weights->words;
}

/// A constant right operand in panels of columns.
static Value packedOperand(HostLowering &host, ConstantOp constant, MatMulOp op, Product &product) {
  auto type = cast<RankedTensorType>(constant.getResult().getType());
  int64_t rank = type.getRank();
  int64_t n = op.getTransposeB() ? rank - 2 : rank - 1, k = op.getTransposeB() ? rank - 1 : rank - 2;
  Type a = GraphBuilder::element(op.getLhs()), b = type.getElementType();
  tile::PackedElements elements{memoryType(a), memoryType(b), a.isUnsignedInteger(), b.isUnsignedInteger()};
  elements.aContiguous = !op.getTransposeA();
  tile::PanelProblem problem{countRows(op), type.getDimSize(n), type.getDimSize(k)};
  problem.likelyRows = tile::countLikelyRows(cast<RankedTensorType>(op.getResult().getType()).getShape().drop_back());
  tile::PackingChoice choice = product.parts > 1
                                   ? tile::choosePartsPacking(host.target, elements, product.parts)
                                   : tile::choosePacking(host.module, host.target, elements, problem);
  Packing packing;
  RankedTensorType view = type;
  if (product.parts > 1) { // the parts in front of their columns
    SmallVector<int64_t> shape(type.getShape());
    shape[n] /= product.parts;
    shape.insert(shape.begin() + n, product.parts);
    view = RankedTensorType::get(shape, b);
    packing.innerDims.push_back(n);
    packing.innerTiles.push_back(product.parts);
    packing.outerPermutation.push_back(n);
    ++n;
    k += k >= n - 1;
  }
  packing.innerDims.push_back(n);
  packing.innerTiles.push_back(choice.columns / product.parts);
  if (choice.depth > 1) {
    packing.innerDims.push_back(k);
    packing.innerTiles.push_back(choice.depth);
  }
  SmallVector<int64_t> batch = llvm::to_vector(llvm::seq<int64_t>(rank - 2));
  packing.outerPermutation.insert(packing.outerPermutation.begin(), batch.begin(), batch.end());
  packing.outerPermutation.append({n, k});
  product.layout = tile::RhsLayout::packed;
  product.packedDepth = choice.depth;
  product.columns = choice.columns;
  if (Value fixed24 = fixed24Operand(host, constant, elements, problem, view, packing, product))
    return fixed24;
  if (type.getRank() == 2 && product.parts == 1 && tile::wantsBf16Pieces(host.target, elements, problem, choice))
    if (Value pieces = packBf16Pieces(host, constant.getValue(), view, packing)) {
      product.bf16Pieces = true;
      return pieces;
    }
  Value weights = host.weight(constant.getValue(), view, packing);
  return product.parts > 1 ? joinParts(host, weights, /*innerRank=*/1) : weights;
}

/// Swaps the last two dimensions of a memref, without moving data.
static Value transposed(HostLowering &host, Value memref) {
  StridedMemory memory = stridedMemory(host, memref);
  int64_t rank = memory.sizes.size();
  std::swap(memory.sizes[rank - 1], memory.sizes[rank - 2]);
  std::swap(memory.strides[rank - 1], memory.strides[rank - 2]);
  return memory.view(host);
}

/// One long matrix instead of a batch of them against the same right operand, as far as the epilogue allows it.
static void collapseBatch(HostLowering &host, Product &product) {
  auto out = cast<MemRefType>(product.outs.front().getType()), a = cast<MemRefType>(product.a.getType());
  auto b = cast<MemRefType>(product.b.getType());
  int64_t rank = out.getRank();
  int64_t plain = product.bf16Pieces                          ? 6
                  : product.packedDepth > 1 || product.scales ? 4
                  : product.layout == tile::RhsLayout::packed ? 3
                                                              : 2;
  bool isEmpty = llvm::is_contained(out.getShape(), 0); // which is no extent of several dimensions together
  if (rank == 2 || a.getRank() != rank || b.getRank() != plain || isEmpty)
    return;
  RowOperands rows{{product.a}, product.extras, product.maps};
  llvm::append_range(rows.whole, product.outs);
  collapseRows(host, rows);
  product.a = rows.whole.front();
  product.outs.assign(rows.whole.begin() + 1, rows.whole.end());
  product.extras = rows.extras;
  product.maps = rows.maps;
}

/// In a loop, whether this turn's product goes through its weights backwards: every other turn where they are more than
/// a core's own cache holds, else null.
static Value takesTurns(HostLowering &host, const Product &product) {
  auto loop = dyn_cast<scf::ForOp>(host.b.getInsertionBlock()->getParentOp());
  auto weights = cast<MemRefType>(product.b.getType());
  if (!loop || !product.scales || weights.getNumElements() * weights.getElementTypeBitWidth() / 8 < host.target.getL2())
    return {};
  Value turn = arith::IndexCastOp::create(host.b, host.loc, host.b.getI64Type(), loop.getInductionVar());
  return arith::TruncIOp::create(host.b, host.loc, host.b.getI1Type(), turn);
}

/// How many blocks of the reduction are summed up by themselves.
static int64_t countDepthBlocks(HostLowering &host, const Product &product) {
  auto a = cast<MemRefType>(product.a.getType()), out = cast<MemRefType>(product.outs.front().getType());
  bool isPlain = product.layout == tile::RhsLayout::packed && product.packedDepth == 1 && product.parts == 1 &&
                 !product.bf16Pieces && out.getRank() == 2 && a.getRank() == 2;
  if (!isPlain || !a.getElementType().isF32() || !a.hasStaticShape() || !a.getLayout().isIdentity() ||
      !out.hasStaticShape())
    return 1;
  return tile::chooseDepthBlocks(host.target, {out.getDimSize(0), out.getDimSize(1), a.getDimSize(1)}, product.columns);
}

/// Sums of each block of the reduction, and a kernel that adds these up and finishes them.
static void lowerDepthBlocks(HostLowering &host, const Product &product, int64_t blocks, MatMulEpilogue finish) {
  auto out = cast<MemRefType>(product.outs.front().getType());
  SmallVector<int64_t> shape(out.getShape());
  shape.insert(shape.begin(), blocks);
  Value sums = host.scratch(MemRefType::get(shape, out.getElementType()));
  host.kernel("matmul", {product.a, product.b, sums}, [&](OpBuilder &b, Location loc, Value, ValueRange args) {
    Value left = viewBlocks(b, loc, args[0], 1, blocks), right = viewBlocks(b, loc, args[1], 1, blocks);
    auto matmul =
        tile::MatmulOp::create(b, loc, product.layout, left, right, args[2], out.getElementType(), {}, {},
                               [](OpBuilder &, Location, ValueRange sums) { return SmallVector<Value>(sums); });
    matmul.setFixed24(product.scales != nullptr);
  });
  SmallVector<Value> arguments{sums, product.outs.front()};
  llvm::append_range(arguments, product.extras);
  host.kernel("sum", arguments, [&](OpBuilder &b, Location loc, Value, ValueRange args) {
    SmallVector<Value> extras(args.drop_front(2));
    if (product.scales) { // those of whole panels
      SmallVector<OpFoldResult> none{b.getIndexAttr(0)}, columns{b.getIndexAttr(out.getDimSize(1))},
          one{b.getIndexAttr(1)};
      extras.back() = memref::SubViewOp::create(b, loc, extras.back(), none, columns, one);
    }
    sumBlocks(b, loc, args[0], args[1], extras, product.maps, finish);
  });
}

static LogicalResult lowerMatMul(MatMulOp op, HostLowering &host, Epilogue &epilogue) {
  Product product;
  Value lhs = epilogue.outside(op.getLhs()), rhs = epilogue.outside(op.getRhs());
  Value result = op.getResult();
  product.a = batchOperand(host, lhs, host.buffer(lhs), result);
  if (op.getTransposeA())
    product.a = transposed(host, product.a);
  product.parts = epilogue.parts();
  auto constant = rhs.getDefiningOp<ConstantOp>();
  assert((product.parts == 1 || constant) && "fused only around constants");
  if (constant && host.target.getVectorBits() > 0) {
    product.b = packedOperand(host, constant, op, product);
  } else {
    product.layout = op.getTransposeB() ? tile::RhsLayout::transposed : tile::RhsLayout::row_major;
    product.b = batchOperand(host, rhs, host.buffer(rhs), result);
  }
  ArrayRef<SymExpr> a = host.shapes.dims(lhs), b = host.shapes.dims(rhs);
  SymExpr depth = a[a.size() - (op.getTransposeA() ? 2 : 1)], other = b[b.size() - (op.getTransposeB() ? 1 : 2)];
  if (depth != other) {
    Value have = host.index(other), want = host.index(depth);
    host.check(arith::CmpIOp::create(host.b, host.loc, arith::CmpIPredicate::eq, have, want),
               "expected %lld rows in the right operand but got %lld", {want, have});
  }
  product.extras = epilogue.extras();
  product.maps = epilogue.maps();
  int64_t scales = product.scales ? product.parts : 0, rank = host.shapes.rank(result);
  for (int64_t part = 0; part < scales; ++part) {
    SmallVector<AffineExpr> at{host.b.getAffineDimExpr(rank - 1)};
    if (product.parts > 1)
      at.insert(at.begin(), host.b.getAffineConstantExpr(part));
    product.extras.push_back(product.scales);
    product.maps.push_back(AffineMap::get(rank, 0, at, host.b.getContext()));
  }
  for (Value tensor : epilogue.results())
    product.outs.push_back(host.result(tensor));
  collapseBatch(host, product);

  SmallVector<Value> arguments{product.a, product.b};
  llvm::append_range(arguments, product.outs);
  llvm::append_range(arguments, product.extras);
  Value backwards = takesTurns(host, product);
  if (backwards)
    arguments.push_back(backwards);
  Type element = GraphBuilder::element(op.getLhs()), accumulator = tile::getAccumulatorType(memoryType(element));
  auto finish = [&](OpBuilder &b, Location loc, ValueRange values) {
    SmallVector<Value> sums(values.take_front(product.parts));
    for (int64_t part = 0; part < scales; ++part)
      sums[part] = arith::MulFOp::create(b, loc, sums[part], values.take_back(scales)[part]);
    return epilogue.emitAll(b, loc, sums, values.drop_front(product.parts).drop_back(scales));
  };
  if (int64_t blocks = countDepthBlocks(host, product); blocks > 1 && !backwards) {
    lowerDepthBlocks(host, product, blocks, finish);
    return success();
  }
  auto emitProduct = [&](OpBuilder &builder, Location loc, ValueRange args) {
    ValueRange outs = args.slice(2, product.outs.size()), extras = args.drop_front(2 + product.outs.size());
    auto matmul = tile::MatmulOp::create(builder, loc, product.layout, args[0], args[1], outs.front(), accumulator,
                                         extras, product.maps, finish, outs.drop_front(), product.parts);
    matmul.setPackedDepth(product.packedDepth);
    matmul.setFixed24(product.scales != nullptr);
    matmul.setBf16Pieces(product.bf16Pieces);
    matmul.setAUnsigned(element.isUnsignedInteger());
    matmul.setBUnsigned(GraphBuilder::element(op.getRhs()).isUnsignedInteger());
    return matmul;
  };
  host.kernel("matmul", arguments, [&](OpBuilder &builder, Location loc, Value, ValueRange args) {
    if (!backwards) {
      emitProduct(builder, loc, args);
      return;
    }
    auto turn = scf::IfOp::create(builder, loc, args.back(), /*withElseRegion=*/true);
    OpBuilder then = turn.getThenBodyBuilder(), otherwise = turn.getElseBodyBuilder();
    emitProduct(then, loc, args.drop_back())->setAttr(tile::kBackwardsAttrName, builder.getUnitAttr());
    emitProduct(otherwise, loc, args.drop_back());
  });
  return success();
}

void ingot::registerMatMulLowering(MLIRContext *c) {
  MatMulOp::attachInterface<AnchorModel<MatMulOp, lowerMatMul>>(*c);
}

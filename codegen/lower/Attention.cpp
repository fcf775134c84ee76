//===- Attention.cpp - attention as tile.attention
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/KernelBuilder.h"
#include "codegen/lower/Layout.h"
#include "codegen/lower/Lower.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"

using namespace ingot;
using namespace mlir;
using Exprs = ShapeAnalysis::Exprs;

/// Dimension i of the result is dimension perm[i].
static Exprs permuted(ArrayRef<SymExpr> dims, std::optional<ArrayRef<int64_t>> perm) {
  Exprs result(dims);
  if (perm)
    for (auto [to, from] : llvm::zip(result, *perm))
      to = dims[from];
  return result;
}

/// The stride of a dimension that is `own`, as one of `whole`: 0 where it turns out to be repeated.
static Value repeatedStride(HostLowering &host, KernelBuilder &b, SymExpr own, SymExpr whole, Value stride,
                            size_t position) {
  Value have = host.index(own), want = host.index(whole), isOne = b.equal(have, b.index(1));
  host.check(b.createOrFold<arith::OrIOp>(isOne, b.equal(have, want)),
             "cannot broadcast dimension " + Twine(position) + ": expected %lld or 1 but got %lld", {want, have});
  return b.select(isOne, b.index(0), stride);
}

/// `memref`, of a tensor with extents `dims`, as an operand of `extents.size()` dimensions: permuted, with dimensions
/// in front where it has fewer, and repeated where that is what run time decides.
static Value operandView(HostLowering &host, Value memref, ArrayRef<SymExpr> dims,
                         std::optional<ArrayRef<int64_t>> perm, ArrayRef<SymExpr> extents) {
  KernelBuilder b = hostBuilder(host);
  StridedMemory memory = stridedMemory(host, memref);
  SmallVector<Value> ownStrides = getValueOrCreateConstantIndexOp(b, b.getLoc(), memory.strides);
  size_t missing = extents.size() - dims.size();
  memory.sizes.assign(missing, b.getIndexAttr(1));
  memory.strides.assign(missing, b.getIndexAttr(0));
  Exprs order = permuted(dims, perm);
  for (auto [i, dim] : llvm::enumerate(order)) {
    SymExpr whole = extents[missing + i];
    Value own = ownStrides[perm ? (*perm)[i] : i];
    if (!dim.isConstant(1) && dim != whole)
      own = repeatedStride(host, b, dim, whole, own, i);
    memory.sizes.push_back(getAsOpFoldResult(host.index(dim.isConstant(1) ? dim : whole)));
    memory.strides.push_back(getAsOpFoldResult(own));
  }
  return memory.view(host);
}

static LogicalResult lowerAttention(AttentionOp op, HostLowering &host) {
  ShapeAnalysis &shapes = host.shapes;
  Exprs query = permuted(shapes.dims(op.getQuery()), op.getQueryPerm());
  Exprs key = permuted(shapes.dims(op.getKey()), op.getKeyPerm());
  std::optional<SmallVector<int64_t>> inverse;
  if (op.getResultPerm())
    inverse = invertPermutationVector(*op.getResultPerm());
  std::optional<ArrayRef<int64_t>> toLogical = inverse ? std::optional(ArrayRef<int64_t>(*inverse)) : std::nullopt;
  Exprs whole = permuted(shapes.dims(op.getResult()), toLogical);
  SymExpr rows = query[query.size() - 2], keys = key[key.size() - 2];
  auto view = [&](Value tensor, std::optional<ArrayRef<int64_t>> perm, SymExpr height, SymExpr width) {
    Exprs extents(whole);
    extents[extents.size() - 2] = height;
    extents.back() = width;
    return operandView(host, host.buffer(tensor), shapes.dims(tensor), perm, extents);
  };
  SmallVector<Value> memrefs{view(op.getQuery(), op.getQueryPerm(), rows, query.back()),
                             view(op.getKey(), op.getKeyPerm(), keys, query.back()),
                             view(op.getValue(), op.getValuePerm(), keys, whole.back())};
  Value out = host.result(op.getResult());
  memrefs.push_back(operandView(host, out, shapes.dims(op.getResult()), toLogical, whole));
  if (op.getMask())
    memrefs.push_back(view(op.getMask(), std::nullopt, rows, keys));
  SmallVector<Value> offset;
  KernelBuilder b = hostBuilder(host);
  if (op.getCausal() != CausalKind::none)
    offset.push_back(op.getCausal() == CausalKind::first ? b.index(0) : host.index(keys - rows));
  emitKernel(host, "attention", memrefs, offset, [&](KernelBuilder &k, ValueRange m, ArrayRef<Value> offset) {
    tile::AttentionOp::create(k, m[0], m[1], m[2], m.size() > 4 ? m[4] : Value(),
                              offset.empty() ? Value() : offset[0], m[3], op.getScale(), op.getSoftcap(),
                              op.getExcluded(), tile::ScheduleAttr());
  });
  return success();
}

void ingot::registerAttentionLowering(MLIRContext *c) {
  AttentionOp::attachInterface<HostModel<AttentionOp, lowerAttention>>(*c);
}

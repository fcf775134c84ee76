//===- Attention.cpp - scaled dot product attention
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/Dialect.h"

#include "mlir/IR/PatternMatch.h"

using namespace ingot;
using namespace mlir;
using Exprs = ShapeAnalysis::Exprs;
using Permutation = std::optional<ArrayRef<int64_t>>;

void AttentionOp::build(OpBuilder &b, OperationState &state, Type result, Value query, Value key, Value value,
                        Value mask, double scale, CausalKind causal, double softcap, double excluded) {
  build(b, state, result, query, key, value, mask, llvm::APFloat(scale), causal, llvm::APFloat(softcap),
        llvm::APFloat(excluded), DenseI64ArrayAttr(), DenseI64ArrayAttr(), DenseI64ArrayAttr(), DenseI64ArrayAttr());
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

static LogicalResult verifyPermutation(AttentionOp op, StringRef name, Permutation perm, Value tensor) {
  auto type = dyn_cast<RankedTensorType>(tensor.getType());
  if (!perm || !type)
    return success();
  SmallVector<int64_t> sorted(*perm);
  llvm::sort(sorted);
  if (static_cast<int64_t>(perm->size()) != type.getRank() ||
      !llvm::equal(sorted, llvm::seq<int64_t>(0, type.getRank())) || perm->back() != type.getRank() - 1)
    return op.emitOpError() << "expected " << name << " to be a permutation of " << type.getRank()
                            << " dimensions that keeps the last one but got [" << *perm << "]";
  return success();
}

LogicalResult AttentionOp::verify() {
  for (Value operand : {getQuery(), getKey(), getValue()})
    if (auto type = dyn_cast<RankedTensorType>(operand.getType()); type && type.getRank() < 2)
      return emitOpError() << "expected operands of rank 2 or more but got " << type;
  if (getSoftcap().isNegative())
    return emitOpError() << "expected a softcap of at least 0 but got " << getSoftcap().convertToDouble();
  return success(succeeded(verifyPermutation(*this, "query_perm", getQueryPerm(), getQuery())) &&
                 succeeded(verifyPermutation(*this, "key_perm", getKeyPerm(), getKey())) &&
                 succeeded(verifyPermutation(*this, "value_perm", getValuePerm(), getValue())) &&
                 succeeded(verifyPermutation(*this, "result_perm", getResultPerm(), getResult())));
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

static Exprs permuted(ArrayRef<SymExpr> dims, Permutation perm) {
  Exprs result(dims);
  if (perm)
    for (auto [to, from] : llvm::zip(result, *perm))
      to = dims[from];
  return result;
}

/// Broadcasts `dims` without its last two, aligned to the right, into `batch`.
static LogicalResult broadcastBatch(AttentionOp op, Exprs &batch, ArrayRef<SymExpr> dims, SymExpr one) {
  dims = dims.drop_back(2);
  if (dims.size() > batch.size())
    batch.insert(batch.begin(), dims.size() - batch.size(), one);
  for (auto [to, dim] : llvm::zip(MutableArrayRef(batch).take_back(dims.size()), dims)) {
    SymExpr both = broadcastDims(to, dim);
    if (!both)
      return op.emitOpError() << "cannot broadcast leading dimensions: expected " << to.str() << " but got "
                              << dim.str();
    to = both;
  }
  return success();
}

LogicalResult AttentionOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs query = permuted(shapes.dims(getQuery()), getQueryPerm()), key = permuted(shapes.dims(getKey()), getKeyPerm());
  Exprs value = permuted(shapes.dims(getValue()), getValuePerm());
  auto expectEqual = [&](SymExpr want, SymExpr have, StringRef what) -> LogicalResult {
    if (!want.constant() || !have.constant() || want == have)
      return success();
    return emitOpError() << "expected " << want.str() << " " << what << " but got " << have.str();
  };
  SymExpr rows = query[query.size() - 2], keys = key[key.size() - 2];
  if (failed(expectEqual(query.back(), key.back(), "columns of the key")) ||
      failed(expectEqual(keys, value[value.size() - 2], "rows of the value")))
    return failure();
  Exprs dims;
  for (const Exprs &operand : {query, key, value})
    if (failed(broadcastBatch(*this, dims, operand, shapes.constant(1))))
      return failure();
  if (getMask()) {
    Exprs mask(shapes.dims(getMask())), scores(dims);
    scores.append({rows, keys});
    if (mask.size() > scores.size())
      return emitOpError() << "expected a mask of rank " << scores.size() << " or less but got rank " << mask.size();
    for (auto [want, have] : llvm::zip(ArrayRef(scores).take_back(mask.size()), mask))
      if (!have.isConstant(1) && failed(expectEqual(want, have, "or 1 in the mask")))
        return failure();
  }
  dims.append({rows, value.back()});
  if (getResultPerm() && getResultPerm()->size() != dims.size())
    return emitOpError() << "expected result_perm of " << dims.size() << " dimensions but got "
                         << getResultPerm()->size();
  shapes.setDims(getResult(), permuted(dims, getResultPerm()));
  return success();
}

//===----------------------------------------------------------------------===//
// Transposes around
//===----------------------------------------------------------------------===//

/// inner[outer[i]] for each i; nothing where that moves the last dimension.
static std::optional<SmallVector<int64_t>> compose(ArrayRef<int64_t> inner, Permutation outer) {
  SmallVector<int64_t> perm(inner);
  if (outer)
    for (auto [to, from] : llvm::zip(perm, *outer))
      to = inner[from];
  if (perm.back() != static_cast<int64_t>(perm.size()) - 1)
    return std::nullopt;
  return perm;
}

namespace {

struct FoldOperandTransposes : OpRewritePattern<AttentionOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(AttentionOp op, PatternRewriter &rewriter) const override {
    StringAttr names[] = {op.getQueryPermAttrName(), op.getKeyPermAttrName(), op.getValuePermAttrName()};
    bool changed = false;
    for (auto [i, name] : llvm::enumerate(names)) {
      auto transpose = op->getOperand(i).getDefiningOp<TransposeOp>();
      auto own = op->getAttrOfType<DenseI64ArrayAttr>(name);
      if (!transpose)
        continue;
      auto perm = compose(transpose.getPerm(), own ? Permutation(own.asArrayRef()) : std::nullopt);
      if (!perm)
        continue;
      rewriter.modifyOpInPlace(op, [&] {
        op->setOperand(i, transpose.getInput());
        op->setAttr(name, rewriter.getDenseI64ArrayAttr(*perm));
      });
      changed = true;
    }
    return success(changed);
  }
};

struct FoldResultTranspose : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp op, PatternRewriter &rewriter) const override {
    auto attention = op.getInput().getDefiningOp<AttentionOp>();
    if (!attention || !attention->hasOneUse())
      return failure();
    auto own = attention.getResultPerm();
    auto perm = own ? compose(*own, op.getPerm()) : compose(op.getPerm(), std::nullopt);
    if (!perm)
      return failure();
    rewriter.setInsertionPoint(attention);
    auto folded = cast<AttentionOp>(rewriter.clone(*attention));
    folded.setResultPerm(*perm);
    folded.getResult().setType(cast<TensorType>(op.getType()));
    rewriter.replaceOp(op, folded);
    return success();
  }
};

} // namespace

void AttentionOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<FoldOperandTransposes, FoldResultTranspose>(context);
}

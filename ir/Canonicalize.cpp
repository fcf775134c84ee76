//===- Canonicalize.cpp - patterns that leave one form of a graph
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/Dialect.h"
#include "ir/GraphBuilder.h"
#include "ir/Weights.h"

#include "mlir/IR/PatternMatch.h"

using namespace ingot;
using namespace mlir;

//===----------------------------------------------------------------------===//
// Transposes
//===----------------------------------------------------------------------===//

namespace {

/// transpose(transpose(x)) is one transpose, or x.
struct ComposeTransposes : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp op, PatternRewriter &rewriter) const override {
    auto inner = op.getInput().getDefiningOp<TransposeOp>();
    if (!inner)
      return failure();
    SmallVector<int64_t> perm;
    for (int64_t axis : op.getPerm())
      perm.push_back(inner.getPerm()[axis]);
    if (llvm::equal(perm, llvm::seq<int64_t>(0, perm.size())) && inner.getInput().getType() == op.getType())
      rewriter.replaceOp(op, inner.getInput());
    else
      rewriter.replaceOpWithNewOp<TransposeOp>(op, op.getType(), inner.getInput(), perm);
    return success();
  }
};

/// A transpose that only moves dimensions of extent 1 is a view.
struct TransposeOfOnes : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp op, PatternRewriter &rewriter) const override {
    auto type = dyn_cast<RankedTensorType>(op.getInput().getType());
    if (!type)
      return failure();
    SmallVector<int64_t> squeezed, unsqueezed;
    int64_t last = -1;
    for (auto [i, axis] : llvm::enumerate(op.getPerm())) {
      if (type.getDimSize(axis) == 1) {
        unsqueezed.push_back(i);
        squeezed.push_back(axis);
        continue;
      }
      if (axis < last)
        return failure();
      last = axis;
    }
    if (squeezed.empty())
      return failure();
    llvm::sort(squeezed);
    SmallVector<int64_t> shape;
    for (int64_t i = 0; i < type.getRank(); ++i)
      if (type.getDimSize(i) != 1)
        shape.push_back(type.getDimSize(i));
    auto middle = RankedTensorType::get(shape, type.getElementType());
    Value view = SqueezeOp::create(rewriter, op.getLoc(), middle, op.getInput(), squeezed);
    rewriter.replaceOpWithNewOp<UnsqueezeOp>(op, op.getType(), view, unsqueezed);
    return success();
  }
};

/// squeeze(transpose(x)) is transpose(squeeze(x)): the squeeze may meet an unsqueeze, the transpose one more.
struct SqueezeOfTranspose : OpRewritePattern<SqueezeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(SqueezeOp op, PatternRewriter &rewriter) const override {
    auto transpose = op.getInput().getDefiningOp<TransposeOp>();
    if (!transpose || !transpose->hasOneUse() || !isa<RankedTensorType>(op.getType()))
      return failure();
    auto input = dyn_cast<RankedTensorType>(transpose.getInput().getType());
    if (!input)
      return failure();
    SmallVector<int64_t> axes, places(input.getRank(), -1), shape, perm;
    for (int64_t axis : op.getAxes())
      axes.push_back(transpose.getPerm()[axis]);
    llvm::sort(axes);
    for (int64_t axis = 0; axis < input.getRank(); ++axis)
      if (!llvm::is_contained(axes, axis)) {
        places[axis] = static_cast<int64_t>(shape.size());
        shape.push_back(input.getDimSize(axis));
      }
    for (int64_t axis : transpose.getPerm())
      if (places[axis] >= 0)
        perm.push_back(places[axis]);
    auto type = RankedTensorType::get(shape, input.getElementType());
    Value squeezed = SqueezeOp::create(rewriter, op.getLoc(), type, transpose.getInput(), axes);
    rewriter.replaceOpWithNewOp<TransposeOp>(op, op.getType(), squeezed, perm);
    return success();
  }
};

/// Products read their operands transposed, where the last two dimensions are swapped.
struct MatMulOfTranspose : OpRewritePattern<MatMulOp> {
  using OpRewritePattern::OpRewritePattern;

  static TransposeOp swapsLastTwo(Value value) {
    auto transpose = value.getDefiningOp<TransposeOp>();
    if (!transpose)
      return nullptr;
    auto rank = static_cast<int64_t>(transpose.getPerm().size());
    for (int64_t i = 0; i < rank; ++i) {
      int64_t expected = i < rank - 2 ? i : i == rank - 2 ? rank - 1 : rank - 2;
      if (transpose.getPerm()[i] != expected)
        return nullptr;
    }
    return transpose;
  }

  LogicalResult matchAndRewrite(MatMulOp op, PatternRewriter &rewriter) const override {
    TransposeOp lhs = swapsLastTwo(op.getLhs()), rhs = swapsLastTwo(op.getRhs());
    if (!lhs && !rhs)
      return failure();
    rewriter.modifyOpInPlace(op, [&] {
      if (lhs) {
        op.getLhsMutable().assign(lhs.getInput());
        op.setTransposeA(!op.getTransposeA());
      }
      if (rhs) {
        op.getRhsMutable().assign(rhs.getInput());
        op.setTransposeB(!op.getTransposeB());
      }
    });
    return success();
  }
};

} // namespace

void TransposeOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<ComposeTransposes, TransposeOfOnes>(context);
}
void MatMulOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<MatMulOfTranspose>(context);
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

namespace {

/// Spatial dimensions of extent 1 under a kernel of extent 1 are dropped: exporters without a one-dimensional
/// convolution put them in.
struct DropUnitDimensions : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  static RankedTensorType without(Type type, ArrayRef<int64_t> axes) {
    auto tensor = cast<RankedTensorType>(type);
    SmallVector<int64_t> shape;
    for (int64_t axis = 0; axis < tensor.getRank(); ++axis)
      if (!llvm::is_contained(axes, axis))
        shape.push_back(tensor.getDimSize(axis));
    return RankedTensorType::get(shape, tensor.getElementType());
  }

  LogicalResult matchAndRewrite(ConvOp op, PatternRewriter &rewriter) const override {
    auto input = dyn_cast<RankedTensorType>(op.getInput().getType());
    auto weight = dyn_cast<RankedTensorType>(op.getWeight().getType());
    if (!input || !weight || !isa<RankedTensorType>(op.getType()))
      return failure();
    auto spatial = static_cast<int64_t>(op.getStrides().size()), first = op.getChannelsLast() ? int64_t(1) : int64_t(2);
    SmallVector<int64_t> dataAxes, weightAxes, strides, dilations, begins, ends;
    for (int64_t i = 0; i < spatial; ++i) {
      int64_t begin = op.getPads()[i], end = op.getPads()[spatial + i];
      if (input.getDimSize(first + i) == 1 && weight.getDimSize(2 + i) == 1 && begin == 0 && end == 0) {
        dataAxes.push_back(first + i);
        weightAxes.push_back(2 + i);
        continue;
      }
      strides.push_back(op.getStrides()[i]);
      dilations.push_back(op.getDilations()[i]);
      begins.push_back(begin);
      ends.push_back(end);
    }
    if (dataAxes.empty() || strides.empty())
      return failure();
    llvm::append_range(begins, ends);
    Location loc = op.getLoc();
    Value data = SqueezeOp::create(rewriter, loc, without(input, dataAxes), op.getInput(), dataAxes);
    Value kernel = SqueezeOp::create(rewriter, loc, without(weight, weightAxes), op.getWeight(), weightAxes);
    Value sum = ConvOp::create(rewriter, loc, without(op.getType(), dataAxes), data, kernel, op.getBias(), strides,
                               dilations, begins, op.getGroup(), op.getChannelsLast());
    rewriter.replaceOpWithNewOp<UnsqueezeOp>(op, op.getType(), sum, dataAxes);
    return success();
  }
};

/// Taps that meet nothing but padding are dropped, with their share of it: a kernel spread wider than a small map.
struct DropOuterTaps : OpRewritePattern<ConvOp> {
  using OpRewritePattern::OpRewritePattern;

  /// The taps [begin, end) of a dimension that meet the input at some position; all where one would have to crop.
  static std::pair<int64_t, int64_t> findTaps(ConvOp op, int64_t axis, int64_t extent, int64_t positions,
                                              int64_t taps) {
    auto spatial = static_cast<int64_t>(op.getStrides().size());
    int64_t dilation = op.getDilations()[axis], before = op.getPads()[axis], after = op.getPads()[spatial + axis];
    int64_t reach = (positions - 1) * op.getStrides()[axis];
    int64_t begin = 0, end = taps;
    while (begin + 1 < end && begin * dilation + reach < before && dilation <= before - begin * dilation)
      ++begin;
    while (end - 1 > begin && (end - 1) * dilation - before >= extent && dilation <= after - (taps - end) * dilation)
      --end;
    return {begin, end};
  }

  LogicalResult matchAndRewrite(ConvOp op, PatternRewriter &rewriter) const override {
    auto input = dyn_cast<RankedTensorType>(op.getInput().getType());
    auto weight = dyn_cast<RankedTensorType>(op.getWeight().getType());
    auto result = dyn_cast<RankedTensorType>(op.getType());
    if (!input || !result || !weight || !weight.hasStaticShape())
      return failure();
    auto spatial = static_cast<int64_t>(op.getStrides().size()), first = op.getChannelsLast() ? int64_t(1) : int64_t(2);
    ShapeAnalysis shapes;
    GraphBuilder g(rewriter, shapes);
    g.loc = op.getLoc();
    Value taps = op.getWeight();
    SmallVector<int64_t> pads(op.getPads());
    for (int64_t i = 0; i < spatial; ++i) {
      int64_t extent = input.getDimSize(first + i), positions = result.getDimSize(first + i);
      if (ShapedType::isDynamic(extent) || ShapedType::isDynamic(positions) || positions == 0 || extent == 0)
        continue;
      int64_t all = weight.getDimSize(2 + i);
      auto [begin, end] = findTaps(op, i, extent, positions, all);
      if (end - begin == all)
        continue;
      taps = g.slice(taps, 2 + i, begin, end);
      pads[i] -= begin * op.getDilations()[i];
      pads[spatial + i] -= (all - end) * op.getDilations()[i];
    }
    if (taps == op.getWeight())
      return failure();
    rewriter.modifyOpInPlace(op, [&] {
      op.getWeightMutable().assign(taps);
      op.setPads(pads);
    });
    return success();
  }
};

} // namespace

void ConvOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<DropUnitDimensions, DropOuterTaps>(context);
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

namespace {

/// A view of a view is one reshape, where the outer shape stands alone: constant, without a dimension to copy.
struct ReshapeOfView : OpRewritePattern<ReshapeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ReshapeOp op, PatternRewriter &rewriter) const override {
    Operation *inner = op.getInput().getDefiningOp();
    std::optional<ConstantData> shape = getConstantData(op.getShape());
    if (!isa_and_nonnull<ViewOpInterface>(inner) || !shape)
      return failure();
    if (!op.getAllowZero() && llvm::is_contained(shape->toIntegers(), 0))
      return failure();
    rewriter.modifyOpInPlace(op, [&] { op.getInputMutable().assign(inner->getOperand(0)); });
    return success();
  }
};

/// Drops a squeeze that undoes an unsqueeze, and the other way round.
template <typename OuterOp, typename InnerOp>
struct CancelViews : OpRewritePattern<OuterOp> {
  using OpRewritePattern<OuterOp>::OpRewritePattern;
  LogicalResult matchAndRewrite(OuterOp op, PatternRewriter &rewriter) const override {
    auto inner = op.getInput().template getDefiningOp<InnerOp>();
    if (!inner || inner.getAxes() != op.getAxes() || inner.getInput().getType() != op.getResult().getType())
      return failure();
    rewriter.replaceOp(op, inner.getInput());
    return success();
  }
};

} // namespace

void ReshapeOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<ReshapeOfView>(context);
}
void SqueezeOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<CancelViews<SqueezeOp, UnsqueezeOp>, SqueezeOfTranspose>(context);
}
void UnsqueezeOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<CancelViews<UnsqueezeOp, SqueezeOp>>(context);
}

//===- Linear.cpp - matrix product, convolution, pooling, resampling
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ir/Dialect.h"
#include "ir/Weights.h"

using namespace ingot;
using namespace mlir;
using Exprs = ShapeAnalysis::Exprs;

//===----------------------------------------------------------------------===//
// MatMul
//===----------------------------------------------------------------------===//

LogicalResult MatMulOp::verify() {
  for (Value operand : getOperands())
    if (auto type = dyn_cast<RankedTensorType>(operand.getType()); type && type.getRank() < 2)
      return emitOpError() << "expected operands of rank 2 or more but got " << type;
  return success();
}

LogicalResult MatMulOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs lhs(shapes.dims(getLhs())), rhs(shapes.dims(getRhs()));
  if (lhs.size() < 2 || rhs.size() < 2)
    return emitOpError() << "expected operands of rank 2 or more but got ranks " << lhs.size() << " and " << rhs.size();
  if (getTransposeA())
    std::swap(lhs[lhs.size() - 1], lhs[lhs.size() - 2]);
  if (getTransposeB())
    std::swap(rhs[rhs.size() - 1], rhs[rhs.size() - 2]);
  SymExpr inner = lhs.back(), other = rhs[rhs.size() - 2];
  if (inner.constant() && other.constant() && inner != other)
    return emitOpError() << "expected " << inner.str() << " rows in the right operand but got " << other.str();
  SymExpr rows = lhs[lhs.size() - 2], columns = rhs.back();
  lhs.pop_back_n(2);
  rhs.pop_back_n(2);
  size_t rank = std::max(lhs.size(), rhs.size());
  lhs.insert(lhs.begin(), rank - lhs.size(), shapes.constant(1));
  rhs.insert(rhs.begin(), rank - rhs.size(), shapes.constant(1));
  Exprs dims;
  for (size_t i = 0; i < rank; ++i) {
    SymExpr both = broadcastDims(lhs[i], rhs[i]);
    if (!both)
      return emitOpError() << "cannot broadcast batch dimension " << i << ": expected " << lhs[i].str() << " but got "
                           << rhs[i].str();
    dims.push_back(both);
  }
  dims.append({rows, columns});
  shapes.setDims(getResult(), dims);
  return success();
}

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

namespace {
/// One spatial dimension of a sliding window.
struct Window {
  int64_t kernel, stride, dilation, begin, end;
  int64_t extent() const { return (kernel - 1) * dilation + 1; }
};
} // namespace

static SymExpr windowCount(SymExpr dim, const Window &window, bool ceilMode) {
  SymExpr span = dim + (window.begin + window.end - window.extent());
  if (!ceilMode)
    return (span.floorDiv(window.stride) + 1).max(dim.context().constant(0));
  // A window that would start in the end padding does not count.
  SymExpr windows = span.ceilDiv(window.stride) + 1;
  SymExpr starts = (dim + (window.begin - 1)).floorDiv(window.stride) + 1;
  return windows.min(starts).max(dim.context().constant(0));
}

LogicalResult ConvOp::verify() {
  size_t spatial = getStrides().size();
  if (getDilations().size() != spatial || getPads().size() != 2 * spatial)
    return emitOpError() << "expected " << spatial << " dilations and " << 2 * spatial << " pads but got "
                         << getDilations().size() << " and " << getPads().size();
  for (int64_t value : llvm::concat<const int64_t>(getStrides(), getDilations()))
    if (value < 1)
      return emitOpError() << "expected positive strides and dilations but got " << value;
  return success();
}

LogicalResult ConvOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs input(shapes.dims(getInput())), weight(shapes.dims(getWeight()));
  size_t spatial = getStrides().size();
  if (input.size() != spatial + 2 || weight.size() != spatial + 2)
    return emitOpError() << "expected operands of rank " << spatial + 2 << " but got " << input.size() << " and "
                         << weight.size();
  SymExpr channels = getChannelsLast() ? input.back() : input[1];
  auto group = static_cast<int64_t>(getGroup());
  if (auto c = channels.constant(), w = weight[1].constant(); c && w && *c != *w * group)
    return emitOpError() << "expected " << *w * group << " channels but got " << *c;
  if (auto o = weight[0].constant(); o && (group < 1 || *o % group != 0))
    return emitOpError() << "expected output channels in multiples of " << group << " groups but got " << *o;
  Exprs dims{input[0]};
  for (size_t i = 0; i < spatial; ++i) {
    std::optional<int64_t> kernel = weight[2 + i].constant();
    if (!kernel)
      return emitOpError() << "expected a weight of static kernel shape";
    Window window{*kernel, getStrides()[i], getDilations()[i], getPads()[i], getPads()[spatial + i]};
    dims.push_back(windowCount(input[(getChannelsLast() ? 1 : 2) + i], window, /*ceilMode=*/false));
  }
  dims.insert(getChannelsLast() ? dims.end() : dims.begin() + 1, weight[0]);
  shapes.setDims(getResult(), dims);
  return success();
}

LogicalResult ConvTransposeOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs input(shapes.dims(getInput())), weight(shapes.dims(getWeight()));
  size_t spatial = getStrides().size();
  if (input.size() != spatial + 2 || weight.size() != spatial + 2)
    return emitOpError() << "expected operands of rank " << spatial + 2 << " but got " << input.size() << " and "
                         << weight.size();
  if (auto c = input[1].constant(), w = weight[0].constant(); c && w && *c != *w)
    return emitOpError() << "expected " << *w << " channels but got " << *c;
  Exprs dims{input[0], weight[1] * static_cast<int64_t>(getGroup())};
  for (size_t i = 0; i < spatial; ++i) {
    std::optional<int64_t> kernel = weight[2 + i].constant();
    if (!kernel)
      return emitOpError() << "expected a weight of static kernel shape";
    int64_t span = (*kernel - 1) * getDilations()[i] + 1;
    int64_t rest = getOutputPadding()[i] + span - getPads()[i] - getPads()[spatial + i];
    dims.push_back((input[2 + i] - 1) * getStrides()[i] + rest);
  }
  shapes.setDims(getResult(), dims);
  return success();
}

LogicalResult PoolOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs input(shapes.dims(getInput()));
  size_t spatial = getKernel().size();
  if (input.size() != spatial + 2)
    return emitOpError() << "expected an input of rank " << spatial + 2 << " but got " << input.size();
  size_t first = getChannelsLast() ? 1 : 2;
  Exprs dims(input);
  for (size_t i = 0; i < spatial; ++i) {
    Window window{getKernel()[i], getStrides()[i], getDilations()[i], getPads()[i], getPads()[spatial + i]};
    dims[first + i] = windowCount(input[first + i], window, getCeilMode());
  }
  shapes.setDims(getResult(), dims);
  if (getIndices())
    shapes.setDims(getIndices(), dims);
  return success();
}

//===----------------------------------------------------------------------===//
// Resampling
//===----------------------------------------------------------------------===//

/// The resized dimension where roi decides it too.
static double croppedScale(ResizeOp op, std::optional<ConstantData> &roi, size_t axis, double scale) {
  if (op.getCoordinateMode() != CoordinateMode::tf_crop_and_resize || !roi)
    return scale;
  SmallVector<double> bounds = roi->toDoubles();
  return scale * (bounds[axis + bounds.size() / 2] - bounds[axis]);
}

/// With an aspect policy all axes share one scale.
static LogicalResult inferKeepingAspect(ResizeOp op, ShapeAnalysis &shapes, Exprs dims, ArrayRef<SymExpr> sizes) {
  std::optional<double> shared;
  for (auto [i, axis] : llvm::enumerate(op.getAxes())) {
    auto extent = dims[axis].constant(), size = sizes[i].constant();
    if (!extent || !size || *extent == 0) {
      for (int64_t other : op.getAxes())
        dims[other] = shapes.opaque(op.getResult(), other);
      shapes.setDims(op.getResult(), dims);
      return success();
    }
    double scale = static_cast<double>(*size) / static_cast<double>(*extent);
    if (!shared || (op.getAspectPolicy() == AspectPolicy::not_larger ? scale < *shared : scale > *shared))
      shared = scale;
  }
  for (int64_t axis : op.getAxes())
    dims[axis] = shapes.constant(static_cast<int64_t>(std::floor(*shared * *dims[axis].constant() + 0.5)));
  shapes.setDims(op.getResult(), dims);
  return success();
}

LogicalResult ResizeOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs dims(shapes.dims(getInput()));
  for (int64_t axis : getAxes())
    if (axis < 0 || axis >= static_cast<int64_t>(dims.size()))
      return emitOpError() << "expected an axis below " << dims.size() << " but got " << axis;
  if (getSizes()) {
    auto sizes = shapes.contents(getSizes());
    if (!sizes)
      return shapes.setOpaque(getResult());
    if (sizes->size() != getAxes().size())
      return emitOpError() << "expected " << getAxes().size() << " sizes but got " << sizes->size();
    if (getAspectPolicy() != AspectPolicy::stretch)
      return inferKeepingAspect(*this, shapes, dims, *sizes);
    for (auto [i, axis] : llvm::enumerate(getAxes()))
      dims[axis] = (*sizes)[i];
    shapes.setDims(getResult(), dims);
    return success();
  }
  std::optional<ConstantData> scales = getConstantData(getScales());
  std::optional<ConstantData> roi = getRoi() ? getConstantData(getRoi()) : std::nullopt;
  bool needsRoi = getCoordinateMode() == CoordinateMode::tf_crop_and_resize && getRoi();
  if (scales && scales->type.getNumElements() != static_cast<int64_t>(getAxes().size()))
    return emitOpError() << "expected " << getAxes().size() << " scales but got " << scales->type.getNumElements();
  for (auto [i, axis] : llvm::enumerate(getAxes())) {
    if (!scales || (needsRoi && !roi)) {
      dims[axis] = shapes.opaque(getResult(), axis);
      continue;
    }
    double scale = croppedScale(*this, roi, i, scales->toDoubles()[i]);
    if (!(scale > 0 && scale < 1e9))
      return emitOpError() << "expected positive scales but got " << scale << " for axis " << axis;
    dims[axis] = dims[axis].scale(scale);
  }
  shapes.setDims(getResult(), dims);
  return success();
}

LogicalResult GridSampleOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs input(shapes.dims(getInput())), grid(shapes.dims(getGrid()));
  if (input.size() != grid.size() || input.size() < 3)
    return emitOpError() << "expected input and grid of the same rank, 3 or more, but got " << input.size() << " and "
                         << grid.size();
  Exprs dims{input[0], input[1]};
  dims.append(grid.begin() + 1, grid.end() - 1);
  shapes.setDims(getResult(), dims);
  return success();
}

LogicalResult RoiAlignOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs dims{shapes.dim(getRois(), 0), shapes.dim(getInput(), 1), shapes.constant(getOutputHeight()),
             shapes.constant(getOutputWidth())};
  shapes.setDims(getResult(), dims);
  return success();
}

LogicalResult DetOp::inferShapes(ShapeAnalysis &shapes) {
  ArrayRef<SymExpr> input = shapes.dims(getInput());
  if (input.size() < 2)
    return emitOpError() << "expected a rank of 2 or more but got " << input.size();
  shapes.setDims(getResult(), Exprs(input.drop_back(2)));
  return success();
}

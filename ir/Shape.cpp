//===- Shape.cpp - constants, shapes, and operators that only move data
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
// Constants and shapes as data
//===----------------------------------------------------------------------===//

LogicalResult ConstantOp::verify() {
  auto type = dyn_cast<RankedTensorType>(getResult().getType());
  if (!type || !type.hasStaticShape())
    return emitOpError() << "expected a static tensor type but got " << getResult().getType();
  if (auto elements = dyn_cast<ElementsAttr>(getValue())) {
    if (elements.getType() != type)
      return emitOpError() << "expected a value of type " << type << " but got " << elements.getType();
    return success();
  }
  auto external = dyn_cast<ExternalAttr>(getValue());
  if (!external)
    return emitOpError() << "expected elements or #ingot.external but got " << getValue();
  uint64_t bytes = static_cast<uint64_t>(type.getNumElements()) * elementBytes(type.getElementType());
  if (external.getLength() != bytes)
    return emitOpError() << "expected " << bytes << " bytes for " << type << " but got " << external.getLength();
  return success();
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

LogicalResult ConstantOp::inferShapes(ShapeAnalysis &shapes) {
  (void)shapes.dims(getResult());
  return success();
}

LogicalResult ShapeOp::inferShapes(ShapeAnalysis &shapes) {
  ArrayRef<SymExpr> dims = shapes.dims(getInput());
  int64_t rank = dims.size();
  auto clampAxis = [&](int64_t axis) { return std::clamp<int64_t>(axis < 0 ? axis + rank : axis, 0, rank); };
  int64_t start = clampAxis(getStart()), end = clampAxis(getEnd().value_or(rank));
  Exprs contents(dims.slice(start, std::max<int64_t>(0, end - start)));
  shapes.setDims(getResult(), shapes.constant(contents.size()));
  shapes.setContents(getResult(), contents);
  return success();
}

LogicalResult SizeOp::inferShapes(ShapeAnalysis &shapes) {
  SymExpr size = shapes.size(getInput());
  shapes.setDims(getResult(), {});
  shapes.setContents(getResult(), size);
  return success();
}

//===----------------------------------------------------------------------===//
// Views
//===----------------------------------------------------------------------===//

/// A view of a small integer tensor holds the same contents.
static void keepContents(ShapeAnalysis &shapes, Value input, Value result) {
  if (auto contents = shapes.contents(input); contents && hasTrackedContents(result.getType()))
    shapes.setContents(result, *contents);
}

static OpFoldResult foldView(Value input, Value result) {
  auto type = dyn_cast<RankedTensorType>(result.getType());
  return type && type.hasStaticShape() && input.getType() == type ? OpFoldResult(input) : OpFoldResult();
}

OpFoldResult ReshapeOp::fold(FoldAdaptor) { return foldView(getInput(), getResult()); }
OpFoldResult SqueezeOp::fold(FoldAdaptor) { return foldView(getInput(), getResult()); }
OpFoldResult UnsqueezeOp::fold(FoldAdaptor) { return foldView(getInput(), getResult()); }

LogicalResult ReshapeOp::inferShapes(ShapeAnalysis &shapes) {
  std::optional<Exprs> shape = shapes.contents(getShape());
  if (!shape)
    return shapes.setOpaque(getResult());
  ArrayRef<SymExpr> input = shapes.dims(getInput());
  Exprs dims;
  std::optional<int64_t> inferred;
  SymExpr known = shapes.constant(1);
  bool atRunTime = false;
  for (auto [index, extent] : llvm::enumerate(*shape)) {
    std::optional<int64_t> constant = extent.constant();
    if (constant == 0 && !getAllowZero()) {
      if (index >= input.size())
        return emitOpError() << "shape[" << index << "] is 0 but the input has rank " << input.size();
      extent = input[index];
    } else if (constant == -1) {
      if (inferred)
        return emitOpError() << "expected at most one -1 in the shape but got one at " << *inferred << " and " << index;
      inferred = index;
    } else if (constant && *constant < 0) {
      return emitOpError() << "expected dimensions of at least -1 but shape[" << index << "] is " << *constant;
    }
    atRunTime |= ShapeAnalysis::readsMemory(extent);
    if (constant != -1)
      known = known * extent;
    dims.push_back(extent);
  }
  if (atRunTime) {
    // Any element may turn out to be 0 or -1.
    for (auto [index, dim] : llvm::enumerate(dims))
      if (!dim.constant() || dim.isConstant(-1))
        dim = shapes.opaque(getResult(), index);
  } else if (inferred) {
    SymExpr size = shapes.size(getInput());
    auto total = size.constant(), rest = known.constant();
    if (total && rest && (*rest == 0 ? *total != 0 : *total % *rest != 0))
      return emitOpError() << "cannot reshape " << *total << " elements into multiples of " << *rest;
    dims[*inferred] = known.isConstant(0) ? shapes.constant(0) : size.floorDiv(known);
  } else if (auto difference = (known - shapes.size(getInput())).constant(); difference && *difference != 0) {
    return emitOpError() << "expected " << shapes.size(getInput()).str() << " elements but the shape has "
                         << known.str();
  }
  shapes.setDims(getResult(), dims);
  keepContents(shapes, getInput(), getResult());
  return success();
}

LogicalResult SqueezeOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs dims;
  for (auto [index, dim] : llvm::enumerate(shapes.dims(getInput()))) {
    if (!llvm::is_contained(getAxes(), static_cast<int64_t>(index)))
      dims.push_back(dim);
    else if (dim.constant() && !dim.isConstant(1))
      return emitOpError() << "expected dimension " << index << " to be 1 but got " << dim.str();
  }
  shapes.setDims(getResult(), dims);
  keepContents(shapes, getInput(), getResult());
  return success();
}

LogicalResult UnsqueezeOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs dims(shapes.dims(getInput()));
  for (int64_t axis : getAxes()) {
    if (axis > static_cast<int64_t>(dims.size()))
      return emitOpError() << "expected axes up to " << dims.size() << " but got " << axis;
    dims.insert(dims.begin() + axis, shapes.constant(1));
  }
  shapes.setDims(getResult(), dims);
  keepContents(shapes, getInput(), getResult());
  return success();
}

LogicalResult FlattenOp::inferShapes(ShapeAnalysis &shapes) {
  ArrayRef<SymExpr> dims = shapes.dims(getInput());
  auto axis = static_cast<size_t>(getAxis());
  if (axis > dims.size())
    return emitOpError() << "expected an axis of at most " << dims.size() << " but got " << axis;
  SymExpr outer = product(shapes.symbols(), dims.take_front(axis));
  SymExpr inner = product(shapes.symbols(), dims.drop_front(axis));
  shapes.setDims(getResult(), {outer, inner});
  return success();
}

//===----------------------------------------------------------------------===//
// Movement
//===----------------------------------------------------------------------===//

LogicalResult TransposeOp::verify() {
  auto type = dyn_cast<RankedTensorType>(getInput().getType());
  SmallVector<int64_t> sorted(getPerm());
  llvm::sort(sorted);
  bool permutation = llvm::equal(sorted, llvm::seq<int64_t>(0, sorted.size()));
  if (type && (!permutation || static_cast<int64_t>(sorted.size()) != type.getRank()))
    return emitOpError() << "expected a permutation of " << type.getRank() << " dimensions but got [" << getPerm()
                         << "]";
  return success();
}

OpFoldResult TransposeOp::fold(FoldAdaptor) {
  return llvm::equal(getPerm(), llvm::seq<int64_t>(0, getPerm().size())) &&
                 getInput().getType() == getResult().getType()
             ? OpFoldResult(getInput())
             : OpFoldResult();
}

LogicalResult TransposeOp::inferShapes(ShapeAnalysis &shapes) {
  ArrayRef<SymExpr> input = shapes.dims(getInput());
  if (getPerm().size() != input.size())
    return emitOpError() << "expected a permutation of " << input.size() << " dimensions but got [" << getPerm() << "]";
  Exprs dims;
  for (int64_t axis : getPerm())
    dims.push_back(input[axis]);
  shapes.setDims(getResult(), dims);
  keepContents(shapes, getInput(), getResult());
  return success();
}

LogicalResult ExpandOp::inferShapes(ShapeAnalysis &shapes) {
  std::optional<Exprs> shape = shapes.contents(getShape());
  if (!shape)
    return shapes.setOpaque(getResult());
  ArrayRef<SymExpr> input = shapes.dims(getInput());
  size_t rank = std::max(input.size(), shape->size());
  Exprs dims(rank, shapes.constant(1));
  for (auto [index, dim] : llvm::enumerate(input))
    dims[rank - input.size() + index] = dim;
  for (auto [index, dim] : llvm::enumerate(*shape)) {
    SymExpr &result = dims[rank - shape->size() + index];
    SymExpr both = broadcastDims(result, dim);
    if (!both)
      return emitOpError() << "cannot expand dimension " << index << " of extent " << result.str() << " to "
                           << dim.str();
    result = both;
  }
  shapes.setDims(getResult(), dims);
  if (auto contents = shapes.contents(getInput());
      contents && contents->size() == 1 && hasTrackedContents(getResult().getType()))
    shapes.setContents(getResult(),
                       Exprs(cast<RankedTensorType>(getResult().getType()).getNumElements(), contents->front()));
  return success();
}

LogicalResult ConstantOfShapeOp::inferShapes(ShapeAnalysis &shapes) {
  std::optional<Exprs> shape = shapes.contents(getShape());
  if (!shape)
    return shapes.setOpaque(getResult());
  for (auto [index, dim] : llvm::enumerate(*shape))
    if (auto constant = dim.constant(); constant && *constant < 0)
      return emitOpError() << "expected dimensions of at least 0 but shape[" << index << "] is " << *constant;
  shapes.setDims(getResult(), *shape);
  if (hasTrackedContents(getResult().getType()))
    if (auto value = dyn_cast<DenseElementsAttr>(getValue())) {
      int64_t element = ConstantData{cast<RankedTensorType>(value.getType()), value.getRawData()}.toIntegers()[0];
      shapes.setContents(getResult(), Exprs(cast<RankedTensorType>(getResult().getType()).getNumElements(),
                                            shapes.constant(element)));
    }
  return success();
}

/// No axis of `value` is longer: its memory would not fit into what an x86-64 process can address.
static int64_t longestAxis(Value value, ArrayRef<SymExpr> dims) {
  constexpr int64_t addressable = int64_t(1) << 47;
  int64_t bytes = std::max<int64_t>(1, cast<ShapedType>(value.getType()).getElementTypeBitWidth() / 8);
  for (SymExpr dim : dims)
    if (auto extent = dim.constant(); extent && *extent > 0 && bytes < addressable)
      bytes *= std::min(*extent, addressable / bytes);
  return std::max<int64_t>(1, addressable / bytes);
}

/// The extent of start:end:step over `dim`, which is `longest` at most, or null where only the run time can tell.
static SymExpr sliceExtent(SymExpr dim, SymExpr start, SymExpr end, int64_t step, int64_t longest) {
  SymContext &context = dim.context();
  if (auto constant = end.constant(); step > 0 && constant && *constant >= longest)
    end = dim;
  auto normalize = [&](SymExpr bound, int64_t low, SymExpr high) -> SymExpr {
    auto constant = bound.constant();
    if (constant && *constant < 0)
      bound = bound.constant() < std::numeric_limits<int32_t>::min() + 1 ? context.constant(low) : dim + bound;
    else if (!constant && bound.lowerBound() < 0)
      return SymExpr();
    return bound.min(high).max(context.constant(low));
  };
  SymExpr first = step > 0 ? normalize(start, 0, dim) : normalize(start, 0, dim - 1);
  SymExpr last = step > 0 ? normalize(end, 0, dim) : normalize(end, -1, dim - 1);
  if (!first || !last)
    return SymExpr();
  SymExpr span = step > 0 ? last - first : first - last;
  return span.ceilDiv(std::abs(step)).max(context.constant(0));
}

/// The contents of a slice of a small integer vector with constant bounds.
static void sliceContents(SliceOp op, ShapeAnalysis &shapes, int64_t start, int64_t step) {
  auto contents = shapes.contents(op.getInput());
  if (!contents || !hasTrackedContents(op.getResult().getType()))
    return;
  int64_t extent = contents->size();
  start = start < 0 ? std::max<int64_t>(start + extent, 0) : std::min(start, step > 0 ? extent : extent - 1);
  Exprs picked;
  for (int64_t i = 0, e = cast<RankedTensorType>(op.getResult().getType()).getNumElements(); i < e; ++i)
    picked.push_back((*contents)[start + i * step]);
  shapes.setContents(op.getResult(), picked);
}

LogicalResult SliceOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs dims(shapes.dims(getInput()));
  auto starts = shapes.contents(getStarts()), ends = shapes.contents(getEnds());
  if (!starts || !ends)
    starts = ends = std::nullopt;
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, dims.size()));
  if (getAxes()) {
    auto constants = shapes.constants(getAxes());
    if (!constants || !starts || !ends) {
      for (auto [index, dim] : llvm::enumerate(dims))
        dim = shapes.opaque(getResult(), index);
      shapes.setDims(getResult(), dims);
      return success();
    }
    axes = *constants;
  }
  auto steps = getSteps() ? shapes.constants(getSteps()) : std::nullopt;
  if (starts && (starts->size() > axes.size() || ends->size() != starts->size()))
    return emitOpError() << "expected as many starts as ends and axes but got " << starts->size() << ", "
                         << ends->size() << " and " << axes.size();
  if (starts && steps && steps->size() != starts->size())
    return emitOpError() << "expected " << starts->size() << " steps but got " << steps->size();
  int64_t longest = longestAxis(getInput(), dims);
  for (size_t i = 0, e = starts ? starts->size() : axes.size(); i < e; ++i) {
    int64_t axis = axes[i] < 0 ? axes[i] + static_cast<int64_t>(dims.size()) : axes[i];
    if (axis < 0 || axis >= static_cast<int64_t>(dims.size()))
      return emitOpError() << "expected axes below " << dims.size() << " but got " << axes[i];
    SymExpr extent;
    if (starts && ends && (!getSteps() || steps)) {
      int64_t step = steps ? (*steps)[i] : 1;
      if (step == 0)
        return emitOpError() << "expected a step other than 0 on axis " << axis;
      extent = sliceExtent(dims[axis], (*starts)[i], (*ends)[i], step, longest);
    }
    dims[axis] = extent ? extent : shapes.opaque(getResult(), axis);
  }
  shapes.setDims(getResult(), dims);
  if (dims.size() == 1 && starts && !starts->empty() && (*starts)[0].constant() && (!getSteps() || steps))
    sliceContents(*this, shapes, *(*starts)[0].constant(), steps ? (*steps)[0] : 1);
  return success();
}

LogicalResult ConcatOp::verify() {
  return getInputs().empty() ? emitOpError() << "expected at least one input but got 0" : success();
}

LogicalResult ConcatOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs dims(shapes.dims(getInputs()[0]));
  auto axis = static_cast<size_t>(getAxis());
  if (axis >= dims.size())
    return emitOpError() << "expected an axis below " << dims.size() << " but got " << axis;
  Exprs contents;
  bool tracked = true;
  SymExpr total = shapes.constant(0);
  for (Value input : getInputs()) {
    ArrayRef<SymExpr> other = shapes.dims(input);
    if (other.size() != dims.size())
      return emitOpError() << "expected inputs of rank " << dims.size() << " but got one of rank " << other.size();
    total = total + other[axis];
    for (size_t i = 0; i < dims.size(); ++i) {
      if (i == axis || dims[i] == other[i])
        continue;
      if (dims[i].constant() && other[i].constant())
        return emitOpError() << "expected dimension " << i << " of all inputs to be " << dims[i].str() << " but got "
                             << other[i].str();
      if (other[i].constant())
        dims[i] = other[i];
    }
    auto elements = shapes.contents(input);
    tracked &= elements.has_value();
    if (tracked)
      contents.append(*elements);
  }
  dims[axis] = total;
  shapes.setDims(getResult(), dims);
  if (tracked)
    shapes.setContents(getResult(), contents);
  return success();
}

bool PadOp::isShapeOperand(unsigned index) { return index == 1; }

LogicalResult PadOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs dims(shapes.dims(getInput()));
  auto pads = shapes.contents(getPads());
  if (!pads)
    return shapes.setOpaque(getResult());
  if (pads->size() != 2 * dims.size())
    return emitOpError() << "expected " << 2 * dims.size() << " pads but got " << pads->size();
  for (size_t i = 0; i < dims.size(); ++i)
    dims[i] = dims[i] + (*pads)[i] + (*pads)[i + dims.size()];
  shapes.setDims(getResult(), dims);
  return success();
}

LogicalResult TileOp::inferShapes(ShapeAnalysis &shapes) {
  Exprs dims(shapes.dims(getInput()));
  auto repeats = shapes.contents(getRepeats());
  if (!repeats || repeats->size() != dims.size()) {
    if (repeats)
      return emitOpError() << "expected " << dims.size() << " repeats but got " << repeats->size();
    return shapes.setOpaque(getResult());
  }
  for (size_t i = 0; i < dims.size(); ++i)
    dims[i] = dims[i] * (*repeats)[i];
  shapes.setDims(getResult(), dims);
  return success();
}

LogicalResult RangeOp::inferShapes(ShapeAnalysis &shapes) {
  auto start = shapes.contents(getStart()), limit = shapes.contents(getLimit()), delta = shapes.contents(getDelta());
  SymExpr extent;
  if (start && limit && delta && delta->front().constant().value_or(0) != 0) {
    int64_t step = *delta->front().constant();
    SymExpr span = step > 0 ? limit->front() - start->front() : start->front() - limit->front();
    extent = span.ceilDiv(std::abs(step)).max(shapes.constant(0));
  } else if (auto a = getConstantData(getStart()), b = getConstantData(getLimit()), c = getConstantData(getDelta());
             a && b && c && c->toDoubles()[0] != 0) {
    double count = std::ceil((b->toDoubles()[0] - a->toDoubles()[0]) / c->toDoubles()[0]);
    if (!(count < 1e15))
      return emitOpError() << "expected a finite range";
    extent = shapes.constant(std::max<int64_t>(0, static_cast<int64_t>(count)));
  }
  if (!extent)
    extent = shapes.opaque(getResult(), 0);
  shapes.setDims(getResult(), extent);
  if (start && delta && hasTrackedContents(getResult().getType())) {
    Exprs contents;
    for (int64_t i = 0, e = cast<RankedTensorType>(getResult().getType()).getNumElements(); i < e; ++i)
      contents.push_back(start->front() + delta->front() * i);
    shapes.setContents(getResult(), contents);
  }
  return success();
}

static LogicalResult inferSameShape(Operation *op, ShapeAnalysis &shapes) {
  Exprs dims(shapes.dims(op->getOperand(0)));
  shapes.setDims(op->getResult(0), dims);
  return success();
}

LogicalResult TriluOp::inferShapes(ShapeAnalysis &shapes) { return inferSameShape(*this, shapes); }
LogicalResult EyeLikeOp::inferShapes(ShapeAnalysis &shapes) { return inferSameShape(*this, shapes); }
LogicalResult ReverseSequenceOp::inferShapes(ShapeAnalysis &shapes) { return inferSameShape(*this, shapes); }

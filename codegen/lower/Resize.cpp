//===- Resize.cpp - resampling along axes
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Interpolation is separable: along one axis, each output position takes a few
// input positions with weights. A table holds both, for every output position;
// where extents and scales are known it is a constant, otherwise a small kernel
// fills it at run time. Nearest neighbours go through all axes in one kernel,
// the others take one kernel an axis.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/ResizeTable.h"

#include "codegen/lower/KernelBuilder.h"
#include "codegen/lower/Lower.h"
#include "ir/GraphBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace ingot;
using namespace mlir;

namespace {

/// The extents of the result, and the scale of every resized axis.
struct Extents {
  SmallVector<Value> result;
  SmallVector<AxisScale> axes;
};

} // namespace

static Value toF32(HostLowering &host, Value index) {
  Value integer = arith::IndexCastOp::create(host.b, host.loc, host.b.getI64Type(), index);
  return arith::SIToFPOp::create(host.b, host.loc, host.b.getF32Type(), integer);
}

static Value loadScale(HostLowering &host, Value scales, int64_t i) {
  Value memref = host.buffer(scales);
  Value loaded = memref::LoadOp::create(host.b, host.loc, memref, host.index(i));
  return fromMemory(host.b, host.loc, loaded, GraphBuilder::element(scales));
}

/// floor(extent * scale), in double precision as the shape inference does it.
static Value scaledExtent(HostLowering &host, Value extent, Value scale) {
  Value integer = arith::IndexCastOp::create(host.b, host.loc, host.b.getI64Type(), extent);
  Value wide = arith::SIToFPOp::create(host.b, host.loc, host.b.getF64Type(), integer);
  Value factor = arith::ExtFOp::create(host.b, host.loc, host.b.getF64Type(), scale);
  Value product = arith::MulFOp::create(host.b, host.loc, wide, factor);
  Value truncated = arith::FPToSIOp::create(host.b, host.loc, host.b.getI64Type(), product);
  return arith::IndexCastOp::create(host.b, host.loc, host.b.getIndexType(), truncated);
}

/// Scales that only the run time knows, with the extents they give.
static Extents extentsAtRunTime(ResizeOp op, HostLowering &host) {
  Extents extents{host.sizes(op.getInput()), {}};
  for (auto [i, axis] : llvm::enumerate(op.getAxes())) {
    Value in = host.size(op.getInput(), axis), out, scale;
    if (op.getSizes()) {
      out = host.element(op.getSizes(), i);
      scale = arith::DivFOp::create(host.b, host.loc, toF32(host, out), toF32(host, in));
    } else {
      scale = loadScale(host, op.getScales(), i);
      Value factor = scale;
      if (op.getCoordinateMode() == CoordinateMode::tf_crop_and_resize && op.getRoi()) {
        Value start = loadScale(host, op.getRoi(), i), end = loadScale(host, op.getRoi(), i + op.getAxes().size());
        factor = arith::MulFOp::create(host.b, host.loc, scale,
                                       arith::SubFOp::create(host.b, host.loc, end, start));
      }
      out = scaledExtent(host, in, factor);
    }
    extents.result[axis] = out;
    extents.axes.push_back({axis, in, out, scale, {}, {}, {}});
  }
  if (op.getAspectPolicy() == AspectPolicy::stretch)
    return extents;
  // One scale for all axes: the smallest or the largest.
  Value shared = extents.axes[0].scale;
  for (AxisScale &axis : llvm::drop_begin(extents.axes))
    shared = op.getAspectPolicy() == AspectPolicy::not_larger
                 ? arith::MinNumFOp::create(host.b, host.loc, shared, axis.scale).getResult()
                 : arith::MaxNumFOp::create(host.b, host.loc, shared, axis.scale).getResult();
  for (AxisScale &axis : extents.axes) {
    Value half = arith::ConstantOp::create(host.b, host.loc, host.b.getF32FloatAttr(0.5f));
    Value exact = arith::MulFOp::create(host.b, host.loc, toF32(host, axis.in), shared);
    Value rounded = arith::AddFOp::create(host.b, host.loc, exact, half);
    Value integer = arith::FPToSIOp::create(host.b, host.loc, host.b.getI64Type(), rounded);
    axis.scale = shared;
    axis.out = arith::IndexCastOp::create(host.b, host.loc, host.b.getIndexType(), integer);
    extents.result[axis.axis] = axis.out;
  }
  return extents;
}

/// Fills in what is known of the axes at compile time: then their tables are constants.
static void addKnown(ResizeOp op, HostLowering &host, Extents &extents) {
  std::optional<ConstantData> scales = op.getScales() ? getConstantData(op.getScales()) : std::nullopt;
  std::optional<ConstantData> roi = op.getRoi() ? getConstantData(op.getRoi()) : std::nullopt;
  bool crops = op.getCoordinateMode() == CoordinateMode::tf_crop_and_resize && op.getRoi();
  for (auto [i, axis] : llvm::enumerate(extents.axes)) {
    auto in = host.shapes.dim(op.getInput(), axis.axis).constant();
    auto out = host.shapes.dim(op.getResult(), axis.axis).constant();
    if (scales)
      axis.knownScale = scales->toDoubles()[i];
    if (!in || !out || (op.getScales() && !scales) || (crops && !roi) || op.getAspectPolicy() != AspectPolicy::stretch)
      continue;
    KnownAxis known{*in, *out, 0, 0, 1};
    known.scale = scales ? scales->toDoubles()[i] : static_cast<double>(*out) / static_cast<double>(*in);
    if (crops) {
      SmallVector<double> bounds = roi->toDoubles();
      known.start = bounds[i];
      known.end = bounds[i + op.getAxes().size()];
    }
    axis.known = known;
    axis.knownScale = known.scale;
  }
  if (!crops)
    return;
  for (auto [i, axis] : llvm::enumerate(extents.axes))
    if (!axis.known)
      axis.roi = {loadScale(host, op.getRoi(), i), loadScale(host, op.getRoi(), i + op.getAxes().size())};
}

/// Whether resampling this axis changes nothing.
static bool isIdentity(const AxisScale &axis, ResizeOp op) {
  return axis.known && axis.known->in == axis.known->out && axis.known->scale == 1 &&
         op.getCoordinateMode() != CoordinateMode::tf_crop_and_resize;
}

/// The value of positions outside of the input.
static Value extrapolation(ResizeOp op, OpBuilder &b, Location loc, Type type) {
  double value = op.getExtrapolationValue().convertToDouble();
  if (isa<FloatType>(type))
    return arith::ConstantOp::create(b, loc, b.getFloatAttr(type, value));
  return arith::ConstantOp::create(b, loc, b.getIntegerAttr(type, static_cast<int64_t>(value)));
}

/// out[.., o, ..] = sum over taps of weight[o][tap] * in[.., position[o][tap], ..] along the given axes at once.
static void emitPass(ResizeOp op, HostLowering &host, ArrayRef<ResizeTable> tables, Value in, Value out) {
  SmallVector<Value> arguments{in, out};
  for (const ResizeTable &table : tables)
    arguments.append({table.positions, table.weights});
  auto element = GraphBuilder::element(op.getInput());
  Type inType = cast<MemRefType>(in.getType()).getElementType();
  Type outType = cast<MemRefType>(out.getType()).getElementType();
  bool nearest = op.getMode() == ResizeMode::nearest;
  bool crops = op.getCoordinateMode() == CoordinateMode::tf_crop_and_resize;
  // Between passes values are f32; the first one reads and the last one writes the element type.
  auto load = [&](OpBuilder &b, Location loc, Value memref, ValueRange at) -> Value {
    Value value = memref::LoadOp::create(b, loc, memref, at);
    if (nearest)
      return value;
    if (inType.isF32() || inType.isF64())
      return value;
    if (isa<FloatType>(inType))
      return arith::ExtFOp::create(b, loc, b.getF32Type(), value);
    return element.isUnsignedInteger() ? arith::UIToFPOp::create(b, loc, b.getF32Type(), value).getResult()
                                       : arith::SIToFPOp::create(b, loc, b.getF32Type(), value).getResult();
  };
  auto narrow = [&](OpBuilder &b, Location loc, Value value) -> Value {
    if (value.getType() == outType)
      return value;
    if (isa<FloatType>(outType))
      return arith::TruncFOp::create(b, loc, outType, value);
    Value integer = arith::FPToSIOp::create(b, loc, b.getI64Type(), value);
    return arith::TruncIOp::create(b, loc, outType, integer);
  };
  auto body = [&](OpBuilder &b, Location loc, Value, ValueRange args) {
    auto type = cast<MemRefType>(args[1].getType());
    auto map = AffineMap::getMultiDimIdentityMap(type.getRank(), b.getContext());
    SmallVector<utils::IteratorType> iterators(type.getRank(), utils::IteratorType::parallel);
    auto element = [&](OpBuilder &b, Location loc, ValueRange) {
      SmallVector<Value> at;
      for (int64_t d = 0; d < type.getRank(); ++d)
        at.push_back(linalg::IndexOp::create(b, loc, d));
      SmallVector<Value> own = at;
      Value zero = arith::ConstantIndexOp::create(b, loc, 0);
      Value outside;
      auto position = [&](unsigned table, Value tap) -> Value {
        Value loaded = memref::LoadOp::create(b, loc, args[2 + 2 * table], ValueRange{own[tables[table].axis], tap});
        Value index = arith::IndexCastOp::create(b, loc, b.getIndexType(), loaded);
        if (!crops)
          return index;
        Value below = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, index, zero);
        outside = outside ? arith::OrIOp::create(b, loc, outside, below).getResult() : below;
        return arith::MaxSIOp::create(b, loc, index, zero);
      };
      Value value;
      if (nearest) {
        for (unsigned t = 0; t < tables.size(); ++t)
          at[tables[t].axis] = position(t, zero);
        value = load(b, loc, args[0], at);
      } else {
        for (int64_t tap = 0; tap < tables[0].taps; ++tap) {
          Value k = arith::ConstantIndexOp::create(b, loc, tap);
          at[tables[0].axis] = position(0, k);
          Value loaded = load(b, loc, args[0], at);
          Value weight = memref::LoadOp::create(b, loc, args[3], ValueRange{own[tables[0].axis], k});
          if (loaded.getType().isF64())
            weight = arith::ExtFOp::create(b, loc, loaded.getType(), weight);
          Value term = arith::MulFOp::create(b, loc, loaded, weight);
          value = value ? arith::AddFOp::create(b, loc, value, term).getResult() : term;
        }
      }
      if (outside)
        value = arith::SelectOp::create(b, loc, outside, extrapolation(op, b, loc, value.getType()), value);
      linalg::YieldOp::create(b, loc, narrow(b, loc, value));
    };
    linalg::GenericOp::create(b, loc, ValueRange(), args[1], map, iterators, element);
  };
  host.kernel("resize", arguments, body);
}

static LogicalResult lowerResize(ResizeOp op, HostLowering &host) {
  Extents extents = extentsAtRunTime(op, host);
  addKnown(op, host, extents);
  Value result = hasOpaqueDims(host, op.getResult()) ? host.result(op.getResult(), extents.result)
                                                     : host.stridedResult(op.getResult());
  SmallVector<ResizeTable> tables;
  for (const AxisScale &axis : extents.axes)
    if (!isIdentity(axis, op)) {
      FailureOr<ResizeTable> table = makeResizeTable(op, host, axis);
      if (failed(table))
        return failure();
      tables.push_back(*table);
    }
  Value from = host.buffer(op.getInput());
  if (tables.empty()) {
    memref::CopyOp::create(host.b, host.loc, from, result);
    return success();
  }
  if (op.getMode() == ResizeMode::nearest) {
    emitPass(op, host, tables, from, result);
    return success();
  }
  // The axis that shrinks most goes first only by chance: axes go in order, each pass into memory of its own.
  SmallVector<Value> current = host.sizes(op.getInput());
  auto resultType = cast<MemRefType>(result.getType());
  for (auto [i, table] : llvm::enumerate(tables)) {
    current[table.axis] = extents.result[table.axis];
    Value to = result;
    if (i + 1 < tables.size()) {
      Type wide = resultType.getElementType().isF64() ? resultType.getElementType() : host.b.getF32Type();
      auto type = MemRefType::get(SmallVector<int64_t>(resultType.getRank(), ShapedType::kDynamic), wide);
      to = host.scratch(type, current);
    }
    emitPass(op, host, table, from, to);
    from = to;
  }
  return success();
}

void ingot::registerResizeLowering(MLIRContext *c) { ResizeOp::attachInterface<HostModel<ResizeOp, lowerResize>>(*c); }

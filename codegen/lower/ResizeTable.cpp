//===- ResizeTable.cpp - input positions and weights of each output position
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The formulas are written once, over `Number`: a double where all is known at
// compile time, an f32 value in a kernel otherwise.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/ResizeTable.h"

#include "ir/Weights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <cmath>

using namespace ingot;
using namespace mlir;

namespace {

/// Arithmetic at compile time, in f32 as at run time: both have to round a position to the same side.
struct Folded {
  using Number = float;
  Number number(double x) { return static_cast<float>(x); }
  Number add(Number a, Number b) { return a + b; }
  Number sub(Number a, Number b) { return a - b; }
  Number mul(Number a, Number b) { return a * b; }
  Number div(Number a, Number b) { return a / b; }
  Number floor(Number a) { return std::floor(a); }
  Number ceil(Number a) { return std::ceil(a); }
  Number abs(Number a) { return std::abs(a); }
  Number min(Number a, Number b) { return std::min(a, b); }
  Number max(Number a, Number b) { return std::max(a, b); }
  /// a < b ? x : y
  Number less(Number a, Number b, Number x, Number y) { return a < b ? x : y; }
};

/// The same arithmetic, emitted on f32 values.
struct Emitted {
  using Number = Value;
  OpBuilder &b;
  Location loc;
  Number number(double x) { return arith::ConstantOp::create(b, loc, b.getF32FloatAttr(static_cast<float>(x))); }
  Number add(Number x, Number y) { return arith::AddFOp::create(b, loc, x, y); }
  Number sub(Number x, Number y) { return arith::SubFOp::create(b, loc, x, y); }
  Number mul(Number x, Number y) { return arith::MulFOp::create(b, loc, x, y); }
  Number div(Number x, Number y) { return arith::DivFOp::create(b, loc, x, y); }
  Number floor(Number x) { return math::FloorOp::create(b, loc, x); }
  Number ceil(Number x) { return math::CeilOp::create(b, loc, x); }
  Number abs(Number x) { return math::AbsFOp::create(b, loc, x); }
  Number min(Number x, Number y) { return arith::MinNumFOp::create(b, loc, x, y); }
  Number max(Number x, Number y) { return arith::MaxNumFOp::create(b, loc, x, y); }
  Number less(Number x, Number y, Number u, Number v) {
    Value condition = arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, x, y);
    return arith::SelectOp::create(b, loc, condition, u, v);
  }
};

/// One axis in either arithmetic.
template <typename Number>
struct Axis {
  Number in, out, scale, start, end;
};

/// The position in the input that output position `x` comes from.
template <typename Math, typename Number = typename Math::Number>
Number coordinate(Math m, CoordinateMode mode, const Axis<Number> &axis, Number x) {
  Number half = m.number(0.5), one = m.number(1), zero = m.number(0);
  Number pixel = m.sub(m.div(m.add(x, half), axis.scale), half);
  switch (mode) {
  case CoordinateMode::half_pixel:
    return pixel;
  case CoordinateMode::half_pixel_symmetric: {
    Number adjustment = m.div(axis.out, m.mul(axis.scale, axis.in));
    Number offset = m.mul(m.mul(axis.in, half), m.sub(one, adjustment));
    return m.add(offset, pixel);
  }
  case CoordinateMode::pytorch_half_pixel:
    return m.less(one, axis.out, pixel, zero);
  case CoordinateMode::align_corners: {
    Number step = m.div(m.sub(axis.in, one), m.max(m.sub(axis.out, one), one));
    return m.less(one, axis.out, m.mul(x, step), zero);
  }
  case CoordinateMode::asymmetric:
    return m.div(x, axis.scale);
  case CoordinateMode::tf_half_pixel_for_nn:
    return m.div(m.add(x, half), axis.scale);
  case CoordinateMode::tf_crop_and_resize: {
    Number last = m.sub(axis.in, one);
    Number step = m.div(m.mul(m.sub(axis.end, axis.start), last), m.max(m.sub(axis.out, one), one));
    Number many = m.add(m.mul(axis.start, last), m.mul(x, step));
    return m.less(one, axis.out, many, m.mul(m.mul(half, m.add(axis.start, axis.end)), last));
  }
  }
  llvm_unreachable("coordinate mode");
}

template <typename Math, typename Number = typename Math::Number>
Number nearest(Math m, NearestMode mode, Number x) {
  switch (mode) {
  case NearestMode::round_prefer_floor:
    return m.ceil(m.sub(x, m.number(0.5)));
  case NearestMode::round_prefer_ceil:
    return m.floor(m.add(x, m.number(0.5)));
  case NearestMode::floor:
    return m.floor(x);
  case NearestMode::ceil:
    return m.ceil(x);
  }
  llvm_unreachable("nearest mode");
}

/// The interpolation kernel at distance t: a triangle, or Keys' cubic with parameter a.
template <typename Math, typename Number = typename Math::Number>
Number kernelAt(Math m, ResizeMode mode, double a, Number t) {
  Number one = m.number(1), two = m.number(2), zero = m.number(0), d = m.abs(t);
  if (mode == ResizeMode::linear)
    return m.max(m.sub(one, d), zero);
  Number square = m.mul(d, d), cube = m.mul(square, d);
  Number inner = m.add(m.sub(m.mul(m.number(a + 2), cube), m.mul(m.number(a + 3), square)), one);
  Number outer =
      m.sub(m.add(m.sub(m.mul(m.number(a), cube), m.mul(m.number(5 * a), square)), m.mul(m.number(8 * a), d)),
            m.number(4 * a));
  return m.less(d, two, m.less(one, d, outer, inner), zero);
}

/// The taps of a resize along an axis: `count` of them, the first one `first` from the floor of the coordinate.
struct Taps {
  int64_t first, count;
  double shrink; ///< factor on distances, below 1 for antialiasing
};

/// Positions (clamped to the input) and weights for output position `x`.
template <typename Math, typename Number = typename Math::Number>
SmallVector<std::pair<Number, Number>> tapsAt(Math m, ResizeOp op, const Taps &taps, const Axis<Number> &axis,
                                              Number x) {
  Number zero = m.number(0), last = m.sub(axis.in, m.number(1)), minusOne = m.number(-1);
  Number at = coordinate(m, op.getCoordinateMode(), axis, x);
  bool crops = op.getCoordinateMode() == CoordinateMode::tf_crop_and_resize;
  auto clamp = [&](Number position) {
    Number inside = m.min(m.max(position, zero), last);
    if (!crops)
      return inside;
    return m.less(at, zero, minusOne, m.less(last, at, minusOne, inside));
  };
  if (op.getMode() == ResizeMode::nearest)
    return {{clamp(nearest(m, op.getNearestMode(), at)), m.number(1)}};
  SmallVector<std::pair<Number, Number>> result;
  Number base = m.floor(at), sum = zero;
  for (int64_t i = 0; i < taps.count; ++i) {
    Number position = m.add(base, m.number(static_cast<double>(taps.first + i)));
    Number distance = m.mul(m.sub(at, position), m.number(taps.shrink));
    Number weight = kernelAt(m, op.getMode(), op.getCubicCoeffA().convertToDouble(), distance);
    if (op.getExcludeOutside())
      weight = m.less(position, zero, zero, m.less(last, position, zero, weight));
    sum = m.add(sum, weight);
    result.push_back({clamp(position), weight});
  }
  if (op.getExcludeOutside() || op.getAntialias())
    for (auto &tap : result)
      tap.second = m.div(tap.second, sum);
  return result;
}

} // namespace

static Taps chooseTaps(ResizeOp op, std::optional<double> scale) {
  if (op.getMode() == ResizeMode::nearest)
    return {0, 1, 1};
  int64_t reach = op.getMode() == ResizeMode::linear ? 1 : 2;
  if (!op.getAntialias() || !scale || *scale >= 1)
    return {1 - reach, 2 * reach, 1};
  auto first = static_cast<int64_t>(std::floor(-static_cast<double>(reach) / *scale)) + 1;
  return {first, 2 - 2 * first, *scale};
}

static ResizeTable constantTable(ResizeOp op, HostLowering &host, const AxisScale &axis, const Taps &taps) {
  const KnownAxis &known = *axis.known;
  auto number = [](auto x) { return static_cast<float>(x); };
  Axis<float> numbers{number(known.in), number(known.out), number(known.scale), number(known.start), number(known.end)};
  SmallVector<int64_t> positions;
  SmallVector<double> weights;
  for (int64_t o = 0; o < known.out; ++o)
    for (auto [position, weight] : tapsAt(Folded{}, op, taps, numbers, number(o))) {
      positions.push_back(static_cast<int64_t>(position));
      weights.push_back(weight);
    }
  auto integers = RankedTensorType::get({known.out, taps.count}, host.b.getI32Type());
  auto floats = RankedTensorType::get({known.out, taps.count}, host.b.getF32Type());
  return {axis.axis, taps.count, host.weight(makeIntegers(integers, positions), integers),
          host.weight(makeDoubles(floats, weights), floats)};
}

static ResizeTable tableAtRunTime(ResizeOp op, HostLowering &host, const AxisScale &axis, const Taps &taps) {
  auto integers = MemRefType::get({ShapedType::kDynamic, taps.count}, host.b.getI32Type());
  auto floats = MemRefType::get({ShapedType::kDynamic, taps.count}, host.b.getF32Type());
  ResizeTable table{axis.axis, taps.count, host.scratch(integers, axis.out), host.scratch(floats, axis.out)};
  SmallVector<Value> arguments{table.positions, table.weights, axis.in, axis.out, axis.scale};
  if (axis.roi.first)
    arguments.append({axis.roi.first, axis.roi.second});
  host.kernel("resize_table", arguments, [&](OpBuilder &b, Location loc, Value, ValueRange args) {
    Emitted m{b, loc};
    auto number = [&](OpBuilder &at, Value index) -> Value {
      Value integer = arith::IndexCastOp::create(at, loc, at.getI64Type(), index);
      return arith::SIToFPOp::create(at, loc, at.getF32Type(), integer);
    };
    Axis<Value> numbers{number(b, args[2]), number(b, args[3]), args[4], m.number(0), m.number(1)};
    if (args.size() > 5) {
      numbers.start = args[5];
      numbers.end = args[6];
    }
    Value zero = arith::ConstantIndexOp::create(b, loc, 0), one = arith::ConstantIndexOp::create(b, loc, 1);
    scf::ForOp::create(b, loc, zero, args[3], one, ValueRange(), [&](OpBuilder &b, Location loc, Value o, ValueRange) {
      Emitted inner{b, loc};
      for (auto [i, tap] : llvm::enumerate(tapsAt(inner, op, taps, numbers, number(b, o)))) {
        Value k = arith::ConstantIndexOp::create(b, loc, static_cast<int64_t>(i));
        Value position = arith::FPToSIOp::create(b, loc, b.getI32Type(), tap.first);
        memref::StoreOp::create(b, loc, position, args[0], ValueRange{o, k});
        memref::StoreOp::create(b, loc, tap.second, args[1], ValueRange{o, k});
      }
      scf::YieldOp::create(b, loc);
    });
  });
  return table;
}

FailureOr<ResizeTable> ingot::makeResizeTable(ResizeOp op, HostLowering &host, const AxisScale &axis) {
  if (op.getAntialias() && op.getMode() != ResizeMode::nearest && !axis.knownScale)
    return op.emitOpError()
           << "antialiasing with a scale that is not known when the model is compiled is not supported "
           << "(axis " << axis.axis << ")";
  Taps taps = chooseTaps(op, axis.knownScale);
  return axis.known ? constantTable(op, host, axis, taps) : tableAtRunTime(op, host, axis, taps);
}

//===- GridSample.cpp - samples of an image at positions given by data
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/FloatBuilder.h"
#include "codegen/lower/Lower.h"
#include "codegen/lower/Sample.h"
#include "ir/GraphBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace ingot;
using namespace mlir;

namespace {

/// An input position along one dimension that a sample takes part of.
struct AxisTap {
  Value position; ///< inside the input
  Value weight;   ///< null for 1
  Value inside;   ///< whether it counts; null where it always does
};
using Taps = SmallVector<AxisTap, 4>;

class SampleEmitter {
public:
  SampleEmitter(KernelBuilder &b, GridSampleOp op, ValueRange memrefs)
      : b(b), op(op), input(memrefs[0]), grid(memrefs[1]), out(memrefs[2]),
        element(GraphBuilder::element(op.getInput())), spatial(GraphBuilder::rank(op.getInput()) - 2),
        f(b, bodyType(GraphBuilder::element(op.getGrid()))) {}
  void emit();

private:
  Value coordinate(ValueRange at, unsigned axis, Value extent);
  Value pad(Value position, Value extent);
  Value reflect(Value position, Value extent);
  AxisTap tap(Value position, Value weight, Value extent);
  Taps tapsAt(ValueRange at, unsigned axis);
  Value sample(ArrayRef<Taps> taps, SmallVector<Value> &at, unsigned axis);
  Value loadTap(ArrayRef<AxisTap> taps, SmallVector<Value> &at);

  KernelBuilder &b;
  GridSampleOp op;
  Value input, grid, out;
  Type element;
  unsigned spatial;
  FloatBuilder f;
};

} // namespace

//===----------------------------------------------------------------------===//
// Positions
//===----------------------------------------------------------------------===//

/// The position along a dimension that the grid asks for: -1 and 1 are the input's ends.
Value SampleEmitter::coordinate(ValueRange at, unsigned axis, Value extent) {
  SmallVector<Value> from(at);
  from.push_back(b.index(spatial - 1 - axis)); // the grid names the innermost dimension first
  Value value = fromMemory(b, b.getLoc(), b.load(grid, from), GraphBuilder::element(op.getGrid()));
  Value size = f.fromIndex(extent);
  if (op.getAlignCorners())
    return f.mul(f.div(f.add(value, 1), f.number(2)), f.sub(size, 1));
  return f.div(f.sub(f.mul(f.add(value, 1), size), 1), f.number(2));
}

/// Mirrors a position at the input's ends until it lies between them.
Value SampleEmitter::reflect(Value position, Value extent) {
  Value size = f.fromIndex(extent), low = f.number(op.getAlignCorners() ? 0 : -0.5);
  Value range = op.getAlignCorners() ? f.sub(size, 1) : size;
  Value wide = f.less(f.number(0), range);
  Value period = b.select(wide, f.mul(range, 2), f.number(1)); // an input of one element is its own mirror image
  Value distance = f.sub(position, low);
  Value rest = f.sub(distance, f.mul(f.floor(f.div(distance, period)), period));
  Value mirrored = b.select(f.less(range, rest), f.sub(period, rest), rest);
  return b.select(wide, f.add(low, mirrored), low);
}

Value SampleEmitter::pad(Value position, Value extent) {
  switch (op.getPaddingMode()) {
  case PaddingMode::zeros:
    return position;
  case PaddingMode::border: {
    // Half an element beyond the border still is inside, where elements are cells and not points.
    double margin = op.getAlignCorners() ? 0 : 0.5;
    Value last = f.sub(f.fromIndex(extent), 1);
    Value below = f.less(position, f.number(-margin)), above = f.less(f.add(last, margin), position);
    return b.select(above, last, b.select(below, f.number(0), position));
  }
  case PaddingMode::reflection:
    return reflect(position, extent);
  }
  llvm_unreachable("padding mode");
}

/// A tap at a position without fraction.
AxisTap SampleEmitter::tap(Value position, Value weight, Value extent) {
  // Reflected at a border between two elements a position may end up half an element off: truncation mends that.
  Value index = f.toIndex(pad(position, extent));
  Value inner = b.max(b.min(index, b.sub(extent, b.index(1))), b.index(0));
  return {inner, weight, op.getPaddingMode() == PaddingMode::zeros ? b.equal(index, inner) : Value()};
}

/// Weights of the positions -1, 0, 1 and 2 for a sample at `fraction`: Keys' cubic with a = -3/4.
static SmallVector<Value> cubicWeights(FloatBuilder &f, Value fraction) {
  constexpr double a = -0.75;
  auto near = [&](Value x) {
    return f.add(f.mul(f.mul(f.sub(f.mul(x, a + 2), a + 3), x), x), 1);
  };
  auto far = [&](Value x) {
    return f.sub(f.mul(f.add(f.mul(f.sub(f.mul(x, a), 5 * a), x), 8 * a), x), 4 * a);
  };
  Value rest = f.sub(f.number(1), fraction);
  return {far(f.add(fraction, 1)), near(fraction), near(rest), far(f.add(rest, 1))};
}

Taps SampleEmitter::tapsAt(ValueRange at, unsigned axis) {
  Value extent = b.dim(input, 2 + axis), position = coordinate(at, axis, extent);
  Taps taps;
  if (op.getMode() == ResizeMode::nearest) {
    taps.push_back(tap(f.round(position), Value(), extent));
    return taps;
  }
  position = pad(position, extent);
  Value first = f.floor(position), fraction = f.sub(position, first);
  if (op.getMode() == ResizeMode::linear) {
    taps.push_back(tap(first, f.sub(f.number(1), fraction), extent));
    taps.push_back(tap(f.add(first, 1), fraction, extent));
    return taps;
  }
  for (auto [i, weight] : llvm::enumerate(cubicWeights(f, fraction)))
    taps.push_back(tap(f.add(first, static_cast<double>(i) - 1), weight, extent));
  return taps;
}

//===----------------------------------------------------------------------===//
// Samples
//===----------------------------------------------------------------------===//

Value SampleEmitter::loadTap(ArrayRef<AxisTap> taps, SmallVector<Value> &at) {
  Value value = fromMemory(b, b.getLoc(), b.load(input, at), element);
  Value inside;
  for (const AxisTap &tap : taps)
    if (tap.inside)
      inside = inside ? arith::AndIOp::create(b, inside, tap.inside).getResult() : tap.inside;
  if (inside)
    value = b.select(inside, value, arith::ConstantOp::create(b, b.getZeroAttr(value.getType())));
  return value;
}

/// The weighted sum over the taps of the dimensions from `axis` on.
Value SampleEmitter::sample(ArrayRef<Taps> taps, SmallVector<Value> &at, unsigned axis) {
  SmallVector<AxisTap> chosen;
  std::function<Value(unsigned)> sum = [&](unsigned axis) -> Value {
    if (axis == spatial)
      return loadTap(chosen, at);
    Value total;
    for (const AxisTap &tap : taps[axis]) {
      at[2 + axis] = tap.position;
      chosen.push_back(tap);
      Value part = sum(axis + 1);
      chosen.pop_back();
      if (tap.weight)
        part = f.mul(f.convert(part), tap.weight);
      total = total ? f.add(total, part) : part;
    }
    return total;
  };
  return sum(axis);
}

void SampleEmitter::emit() {
  SmallVector<Value> points{b.dim(out, 0)};
  for (unsigned i = 0; i < spatial; ++i)
    points.push_back(b.dim(out, 2 + i));
  b.box(points, /*parallel=*/true, [&](ValueRange point) {
    SmallVector<Taps> taps;
    for (unsigned axis = 0; axis < spatial; ++axis)
      taps.push_back(tapsAt(point, axis));
    b.loop(b.index(0), b.dim(input, 1), 1, [&](Value channel) {
      SmallVector<Value> at(spatial + 2, channel), to{point[0], channel};
      at[0] = point[0];
      llvm::append_range(to, point.drop_front());
      Value value = sample(taps, at, 0);
      if (op.getMode() != ResizeMode::nearest)
        value = FloatBuilder(b, bodyType(element)).convert(value);
      b.store(toMemory(b, b.getLoc(), value, element), out, to);
    });
  });
}

static LogicalResult lowerGridSample(GridSampleOp op, HostLowering &host) {
  if (op.getMode() != ResizeMode::nearest && !isa<FloatType>(GraphBuilder::element(op.getInput())))
    return op.emitError() << "expected a floating-point input but got " << op.getInput().getType();
  Value out = host.result(op.getResult());
  emitKernel(host, "grid_sample", {host.buffer(op.getInput()), host.buffer(op.getGrid()), out}, {},
             [&](KernelBuilder &b, ValueRange memrefs, ArrayRef<Value>) { SampleEmitter(b, op, memrefs).emit(); });
  return success();
}

void ingot::registerSampleLowering(MLIRContext *c) {
  DetOp::attachInterface<HostModel<DetOp, lowerDet>>(*c);
  GridSampleOp::attachInterface<HostModel<GridSampleOp, lowerGridSample>>(*c);
  RoiAlignOp::attachInterface<HostModel<RoiAlignOp, lowerRoiAlign>>(*c);
}

//===- Pool.cpp - maximum, average and p-norm over sliding windows
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Windows are clamped to the input, so padding is never read. With channels
// last several channels share a window's taps. The maximum of a large window is
// that of the maxima of its lines: one kernel for each axis then.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/LaneLoop.h"
#include "codegen/lower/Layout.h"
#include "codegen/lower/Lower.h"
#include "codegen/tile/Packing.h"
#include "ir/GraphBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

#include <limits>

using namespace ingot;
using namespace mlir;
using tile::IndexBuilder;

namespace {

/// The taps of one window along one dimension: positions origin + tap * dilation for taps in [begin, end).
struct Taps {
  Value origin, begin, end;
};

class PoolEmitter {
public:
  /// `only` is an axis of several, if a window is one line along that.
  PoolEmitter(IndexBuilder &builder, PoolOp op, ValueRange memrefs, int64_t lanes, std::optional<unsigned> only)
      : b(builder), op(op), input(memrefs[0]), out(memrefs[1]), indices(memrefs.size() > 2 ? memrefs[2] : Value()),
        element(GraphBuilder::element(op.getInput())), body(bodyType(element)), spatial(op.getKernel().size()),
        first(op.getChannelsLast() ? 1 : 2), channel(op.getChannelsLast() ? spatial + 1 : 1),
        lanes(op.getChannelsLast() && !indices ? lanes : 1), only(only) {}

  void emit();

private:
  using Combine = llvm::function_ref<IndexBuilder::Values(ValueRange position, ValueRange carried)>;

  void emitWindow(ArrayRef<Value> at, ArrayRef<Taps> taps, int64_t width);
  Taps window(unsigned axis, Value position);
  Value windowSize(ArrayRef<Taps> taps, ValueRange position);
  IndexBuilder::Values overTaps(ArrayRef<Taps> taps, SmallVector<Value> &at, unsigned axis, ValueRange carried,
                                Combine combine);
  Value initial(int64_t width);
  Value combine(Value sum, Value value);
  Value finish(Value sum, ArrayRef<Taps> taps, ValueRange position, int64_t width);
  Value linearIndex(ValueRange at);

  IndexBuilder &b;
  PoolOp op;
  Value input, out, indices;
  Type element, body;
  unsigned spatial, first, channel;
  int64_t lanes;
  std::optional<unsigned> only;
};

} // namespace

//===----------------------------------------------------------------------===//
// Windows
//===----------------------------------------------------------------------===//

static Value ceilDivNonNegative(IndexBuilder &b, Value value, int64_t divisor) {
  Value clamped = b.max(value, b.index(0));
  return divisor == 1 ? clamped : b.ceilDiv(clamped, divisor);
}

Taps PoolEmitter::window(unsigned axis, Value position) {
  if (only && axis != *only)
    return {position, b.index(0), b.index(1)};
  int64_t kernel = op.getKernel()[axis], dilation = op.getDilations()[axis];
  int64_t before = op.getPads()[axis], after = op.getPads()[spatial + axis];
  Taps taps;
  taps.origin = b.sub(b.mul(position, op.getStrides()[axis]), b.index(before));
  taps.begin = before <= 0 ? b.index(0) : ceilDivNonNegative(b, b.sub(b.index(0), taps.origin), dilation);
  taps.end = b.index(kernel);
  if (after > 0 || op.getCeilMode()) {
    Value left = b.sub(b.dim(input, first + axis), taps.origin);
    taps.end = b.min(taps.end, ceilDivNonNegative(b, left, dilation));
  }
  return taps;
}

/// What an average divides by: taps inside the input, or inside the padded input.
Value PoolEmitter::windowSize(ArrayRef<Taps> taps, ValueRange position) {
  Value count = b.index(1);
  for (auto [axis, range] : llvm::enumerate(taps)) {
    if (!op.getCountIncludePad()) {
      count = b.mul(count, b.max(b.sub(range.end, range.begin), b.index(0)));
      continue;
    }
    Value end = b.index(op.getKernel()[axis]);
    if (op.getCeilMode()) {
      Value padded = b.add(b.dim(input, first + axis), op.getPads()[spatial + axis]);
      end = b.min(end, ceilDivNonNegative(b, b.sub(padded, range.origin), op.getDilations()[axis]));
    }
    count = b.mul(count, end);
  }
  return count;
}

/// Calls `combine` for each tap, `at` being the position in the input.
IndexBuilder::Values PoolEmitter::overTaps(ArrayRef<Taps> taps, SmallVector<Value> &at, unsigned axis,
                                           ValueRange carried, Combine combine) {
  if (axis == spatial)
    return combine(at, carried);
  return b.loop(taps[axis].begin, taps[axis].end, 1, carried, [&](Value tap, ValueRange inner) {
    at[first + axis] = b.add(taps[axis].origin, b.mul(tap, op.getDilations()[axis]));
    return overTaps(taps, at, axis + 1, inner, combine);
  });
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

Value PoolEmitter::initial(int64_t width) {
  if (op.getKind() != PoolKind::max)
    return numberLike(b, body, 0, width);
  if (isa<FloatType>(body))
    return numberLike(b, body, -std::numeric_limits<double>::infinity(), width);
  if (element.isUnsignedInteger() || element.isInteger(1))
    return numberLike(b, body, 0, width);
  TypedAttr lowest = b.getIntegerAttr(body, APInt::getSignedMinValue(body.getIntOrFloatBitWidth()));
  return splat(b, arith::ConstantOp::create(b, lowest), width);
}

static Value isLarger(IndexBuilder &b, Value value, Value than, Type element) {
  if (isa<FloatType>(element))
    return arith::CmpFOp::create(b, arith::CmpFPredicate::OGT, value, than);
  bool isUnsigned = element.isUnsignedInteger() || element.isInteger(1);
  return arith::CmpIOp::create(b, isUnsigned ? arith::CmpIPredicate::ugt : arith::CmpIPredicate::sgt, value, than);
}

Value PoolEmitter::combine(Value sum, Value value) {
  switch (op.getKind()) {
  case PoolKind::max:
    // Compare and select is one instruction where maximumf is several; a NaN is passed over.
    return arith::SelectOp::create(b, isLarger(b, value, sum, element), value, sum);
  case PoolKind::average:
    break;
  case PoolKind::lp: {
    Value factor = op.getP() % 2 ? math::AbsFOp::create(b, value).getResult() : value;
    value = factor;
    for (int64_t i = 1, p = op.getP(); i < p; ++i)
      value = arith::MulFOp::create(b, value, factor);
    break;
  }
  }
  return isa<FloatType>(body) ? arith::AddFOp::create(b, sum, value).getResult()
                              : arith::AddIOp::create(b, sum, value).getResult();
}

Value PoolEmitter::finish(Value sum, ArrayRef<Taps> taps, ValueRange position, int64_t width) {
  if (op.getKind() == PoolKind::average) {
    Value count = arith::IndexCastOp::create(b, b.getI32Type(), windowSize(taps, position));
    if (!isa<FloatType>(body))
      return arith::DivSIOp::create(b, sum, arith::TruncIOp::create(b, body, count));
    return arith::DivFOp::create(b, sum, splat(b, arith::SIToFPOp::create(b, body, count), width));
  }
  if (op.getKind() == PoolKind::max || op.getP() == 1)
    return sum;
  if (op.getP() == 2)
    return math::SqrtOp::create(b, sum);
  return math::PowFOp::create(b, sum, numberLike(b, body, 1.0 / static_cast<double>(op.getP()), width));
}

/// The position of an element in the whole input, its channels in front of its spatial dimensions.
Value PoolEmitter::linearIndex(ValueRange at) {
  Value index = b.add(b.mul(at[0], b.dim(input, channel)), at[channel]);
  for (unsigned i = 0; i < spatial; ++i) {
    unsigned axis = first + (op.getColumnMajor() ? spatial - 1 - i : i);
    index = b.add(b.mul(index, b.dim(input, axis)), at[axis]);
  }
  return arith::IndexCastOp::create(b, b.getI64Type(), index);
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

void PoolEmitter::emitWindow(ArrayRef<Value> at, ArrayRef<Taps> taps, int64_t width) {
  SmallVector<Value> position(at), carried{initial(width)};
  if (indices) {
    for (unsigned i = 0; i < spatial; ++i)
      position[first + i] = b.add(taps[i].origin, b.mul(taps[i].begin, op.getDilations()[i]));
    carried.push_back(linearIndex(position));
  }
  auto results = overTaps(taps, position, 0, carried, [&](ValueRange from, ValueRange sums) {
    Value value = loadLanes(b, input, from, element, width);
    IndexBuilder::Values next{combine(sums[0], value)};
    if (indices)
      next.push_back(arith::SelectOp::create(b, isLarger(b, value, sums[0], element), linearIndex(from), sums[1]));
    return next;
  });
  storeLanes(b, finish(results[0], taps, at, width), out, at, element);
  if (indices)
    memref::StoreOp::create(b, results[1], indices, at);
}

void PoolEmitter::emit() {
  // Threads share the batch, the channels where they come first, and the first spatial dimension.
  SmallVector<unsigned> outer{0}, inner;
  if (!op.getChannelsLast())
    outer.push_back(channel);
  outer.push_back(first);
  for (unsigned i = 1; i < spatial; ++i)
    inner.push_back(first + i);
  auto sizes = [&](ArrayRef<unsigned> dims) {
    return llvm::map_to_vector(dims, [&](unsigned dim) { return b.dim(out, dim); });
  };
  b.box(sizes(outer), /*parallel=*/true, [&](ValueRange outerAt) {
    b.box(sizes(inner), /*parallel=*/false, [&](ValueRange innerAt) {
      SmallVector<Value> at(spatial + 2);
      for (auto [dim, value] : llvm::zip(outer, outerAt))
        at[dim] = value;
      for (auto [dim, value] : llvm::zip(inner, innerAt))
        at[dim] = value;
      SmallVector<Taps> taps;
      for (unsigned i = 0; i < spatial; ++i)
        taps.push_back(window(i, at[first + i]));
      if (!op.getChannelsLast())
        return emitWindow(at, taps, 1);
      forLanes(b, b.dim(out, channel), lanes, [&](Value from, int64_t width) {
        at[channel] = from;
        emitWindow(at, taps, width);
      });
    });
  });
}

/// Whether lines along one axis after the other are fewer taps, for the maximum of a window. A line has what it stores
/// and reads again beside its taps, and the positions that an axis before it will leave out as well.
static bool isByAxes(PoolOp op) {
  constexpr int64_t perLine = 2;
  if (op.getKind() != PoolKind::max)
    return false;
  int64_t lines = 0, positions = 1;
  for (auto [kernel, stride] : llvm::zip_equal(op.getKernel(), op.getStrides())) {
    lines += positions * (kernel + perLine);
    positions *= stride;
  }
  return lines < llvm::product_of(op.getKernel());
}

/// Memory for what the axes from `axis` on leave of the input.
static Value createLines(HostLowering &host, Value input, Value out, unsigned axis, unsigned first, unsigned spatial) {
  auto type = cast<MemRefType>(input.getType());
  SmallVector<int64_t> shape(type.getShape());
  SmallVector<Value> dynamic;
  for (auto [dim, size] : llvm::enumerate(shape)) {
    bool isPooled = dim >= first + axis && dim < first + spatial;
    Value from = isPooled ? out : input;
    size = cast<MemRefType>(from.getType()).getDimSize(dim);
    if (ShapedType::isDynamic(size))
      dynamic.push_back(memref::DimOp::create(host.b, host.loc, from, dim));
  }
  return host.scratch(MemRefType::get(shape, type.getElementType()), dynamic);
}

static LogicalResult lowerPool(PoolOp op, HostLowering &host) {
  auto canWrite = [&](MemRefType type) { return !op.getChannelsLast() || isInnermostContiguous(type); };
  Value input = host.buffer(op.getInput()), out = host.stridedResult(op.getResult(), canWrite), indices;
  if (op.getIndices() && host.isNeeded(op.getIndices()))
    indices = host.result(op.getIndices());
  int64_t lanes = tile::getLanes(host.target, bodyType(GraphBuilder::element(op.getInput())));
  StringRef names[] = {"max_pool", "average_pool", "lp_pool"};
  auto pool = [&](Value from, Value to, std::optional<unsigned> only) {
    SmallVector<Value> memrefs{from, to};
    if (indices)
      memrefs.push_back(indices);
    host.kernel(names[static_cast<unsigned>(op.getKind())], memrefs,
                [&](OpBuilder &builder, Location loc, Value, ValueRange args) {
                  IndexBuilder b(loc, builder);
                  PoolEmitter(b, op, args, lanes, only).emit();
                });
  };
  if (indices || host.target.getVectorBits() == 0 || !isByAxes(op)) {
    pool(input, out, std::nullopt);
    return success();
  }
  unsigned spatial = op.getKernel().size(), first = op.getChannelsLast() ? 1 : 2;
  for (unsigned axis = spatial; axis-- > 0;) {
    Value to = axis ? createLines(host, input, out, axis, first, spatial) : out;
    pool(input, to, axis);
    input = to;
  }
  return success();
}

void ingot::registerPoolLowering(MLIRContext *c) { PoolOp::attachInterface<HostModel<PoolOp, lowerPool>>(*c); }

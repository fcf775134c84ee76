//===- RoiAlign.cpp - regions of interest, pooled with bilinear samples
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/FloatBuilder.h"
#include "codegen/lower/Indices.h"
#include "codegen/lower/Lower.h"
#include "codegen/lower/Sample.h"
#include "ir/GraphBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace ingot;
using namespace mlir;

namespace {

/// A region along one dimension, in input elements, cut into bins.
struct Side {
  Value start, bin;
  Value samples;  ///< in each bin, an index
  Value perSample; ///< distance between samples
};

/// The two elements around a sample along one dimension.
struct Neighbours {
  Value low, high, lowWeight, highWeight;
  Value inside; ///< whether the sample counts
};

class RoiAlignEmitter {
public:
  RoiAlignEmitter(KernelBuilder &b, RoiAlignOp op, ValueRange memrefs)
      : b(b), op(op), input(memrefs[0]), rois(memrefs[1]), batches(memrefs[2]), out(memrefs[3]),
        element(GraphBuilder::element(op.getInput())), f(b, bodyType(element)) {}
  void emit();

private:
  Value corner(Value roi, int64_t which);
  Side side(Value roi, int64_t axis);
  Neighbours neighbours(const Side &side, Value bin, Value sample, Value extent);
  Value emitBin(const Side &y, const Side &x, Value batch, ValueRange at);
  Value combine(Value sum, ArrayRef<Value> parts);

  KernelBuilder &b;
  RoiAlignOp op;
  Value input, rois, batches, out;
  Type element;
  FloatBuilder f;
};

} // namespace

Value RoiAlignEmitter::corner(Value roi, int64_t which) {
  Type type = GraphBuilder::element(op.getRois());
  Value value = fromMemory(b, b.getLoc(), b.load(rois, {roi, b.index(which)}), type);
  value = f.mul(f.convert(value), op.getSpatialScale().convertToDouble());
  return op.getHalfPixel() ? f.sub(value, 0.5) : value;
}

/// Rows are [x1, y1, x2, y2]; axis 0 is y.
Side RoiAlignEmitter::side(Value roi, int64_t axis) {
  Side side;
  side.start = corner(roi, 1 - axis);
  Value extent = f.sub(corner(roi, 3 - axis), side.start);
  if (!op.getHalfPixel())
    extent = f.max(extent, f.number(1)); // malformed regions are one element
  int64_t bins = axis == 0 ? op.getOutputHeight() : op.getOutputWidth();
  side.bin = f.div(extent, f.number(static_cast<double>(bins)));
  side.samples =
      op.getSamplingRatio() > 0 ? b.index(op.getSamplingRatio()) : b.max(f.toIndex(f.ceil(side.bin)), b.index(0));
  side.perSample = f.div(side.bin, f.max(f.fromIndex(side.samples), f.number(1)));
  return side;
}

Neighbours RoiAlignEmitter::neighbours(const Side &side, Value bin, Value sample, Value extent) {
  Value size = f.fromIndex(extent);
  Value position = f.add(side.start, f.mul(f.fromIndex(bin), side.bin));
  position = f.add(position, f.mul(f.add(f.fromIndex(sample), 0.5), side.perSample));
  Neighbours result;
  Value before = f.less(position, f.number(-1)), behind = f.less(size, position);
  Value outside = arith::OrIOp::create(b, before, behind);
  result.inside = b.select(outside, f.number(0), f.number(1));
  Value last = f.sub(size, 1);
  position = f.min(f.max(position, f.number(0)), last);
  Value low = f.floor(position);
  result.highWeight = f.sub(position, low);
  result.lowWeight = f.sub(f.number(1), result.highWeight);
  result.low = b.max(f.toIndex(low), b.index(0));
  result.high = b.max(b.min(b.add(result.low, 1), b.sub(extent, b.index(1))), b.index(0));
  return result;
}

Value RoiAlignEmitter::combine(Value sum, ArrayRef<Value> parts) {
  Value total = parts.front();
  for (Value part : parts.drop_front())
    total = op.getMax() ? f.max(total, part) : f.add(total, part);
  return op.getMax() ? f.max(sum, total) : f.add(sum, total);
}

/// The samples of one bin; `at` is the output's position.
Value RoiAlignEmitter::emitBin(const Side &y, const Side &x, Value batch, ValueRange at) {
  Value height = b.dim(input, 2), width = b.dim(input, 3);
  Value start = op.getMax() ? f.number(-std::numeric_limits<float>::infinity()) : f.number(0);
  Value zero = b.index(0);
  auto load = [&](Value row, Value column) {
    return f.convert(fromMemory(b, b.getLoc(), b.load(input, {batch, at[1], row, column}), element));
  };
  auto sums = b.loop(zero, y.samples, 1, start, [&](Value i, ValueRange outer) -> tile::IndexBuilder::Values {
    Neighbours rows = neighbours(y, at[2], i, height);
    return b.loop(zero, x.samples, 1, outer, [&](Value j, ValueRange inner) -> tile::IndexBuilder::Values {
      Neighbours columns = neighbours(x, at[3], j, width);
      Value inside = f.mul(rows.inside, columns.inside);
      SmallVector<Value> parts;
      for (auto [row, rowWeight] : {std::pair(rows.low, rows.lowWeight), {rows.high, rows.highWeight}})
        for (auto [column, weight] : {std::pair(columns.low, columns.lowWeight), {columns.high, columns.highWeight}})
          parts.push_back(f.mul(f.mul(f.mul(rowWeight, weight), inside), load(row, column)));
      return {combine(inner[0], parts)};
    });
  });
  Value count = b.mul(y.samples, x.samples);
  if (op.getMax())
    return b.select(b.equal(count, zero), f.number(0), sums[0]);
  return f.div(sums[0], f.fromIndex(b.max(count, b.index(1))));
}

void RoiAlignEmitter::emit() {
  b.box({b.dim(out, 0), b.dim(out, 1)}, /*parallel=*/true, [&](ValueRange outer) {
    Value batch = b.toIndex(b.load(batches, outer[0]), GraphBuilder::element(op.getBatchIndices()));
    batch = b.wrapNegative(batch, b.dim(input, 0));
    Side y = side(outer[0], 0), x = side(outer[0], 1);
    b.box({b.dim(out, 2), b.dim(out, 3)}, /*parallel=*/false, [&](ValueRange inner) {
      SmallVector<Value> at{outer[0], outer[1], inner[0], inner[1]};
      Value value = emitBin(y, x, batch, at);
      b.store(toMemory(b, b.getLoc(), value, element), out, at);
    });
  });
}

LogicalResult ingot::lowerRoiAlign(RoiAlignOp op, HostLowering &host) {
  checkIndices(host, op.getBatchIndices(), host.size(op.getInput(), 0));
  SmallVector<Value> memrefs{host.buffer(op.getInput()), host.buffer(op.getRois()), host.buffer(op.getBatchIndices()),
                             host.result(op.getResult())};
  emitKernel(host, "roi_align", memrefs, {},
             [&](KernelBuilder &b, ValueRange args, ArrayRef<Value>) { RoiAlignEmitter(b, op, args).emit(); });
  return success();
}

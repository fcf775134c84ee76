//===- Rows.cpp - softmax and normalization
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Lower.h"
#include "codegen/lower/RowKernel.h"
#include "ir/GraphBuilder.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace ingot;
using namespace mlir;

static Value sub(KernelBuilder &b, Value x, Value y) { return arith::SubFOp::create(b, x, y); }
static Value mul(KernelBuilder &b, Value x, Value y) { return arith::MulFOp::create(b, x, y); }
static Value inverse(KernelBuilder &b, Value x) {
  return arith::DivFOp::create(b, b.number(x.getType(), 1), x);
}

//===----------------------------------------------------------------------===//
// Softmax
//===----------------------------------------------------------------------===//

/// Statistics: the largest element, then the sum of the exponentials.
static LogicalResult lowerSoftmax(SoftmaxOp op, HostLowering &host, Epilogue &epilogue) {
  RowKernel row(host, epilogue, epilogue.outside(op.getInput()), static_cast<int64_t>(op.getAxis()));
  auto exponential = [](KernelBuilder &b, Value x, ValueRange s) -> Value {
    return math::ExpOp::create(b, sub(b, x, s[0]));
  };
  auto element = [](KernelBuilder &, Value x, ValueRange) { return x; };
  row.emit(op.getLog() ? "log_softmax" : "softmax", 2, [&](KernelBuilder &k) {
    row.reduce(k, 0, Combining::max, element);
    if (op.getLog()) {
      row.reduce(k, 1, Combining::add, exponential);
      row.finish(k, 1, [](KernelBuilder &b, Value sum) -> Value { return math::LogOp::create(b, sum); });
      row.write(k, [](KernelBuilder &b, Value x, ValueRange s) { return sub(b, sub(b, x, s[0]), s[1]); });
      return;
    }
    // An exponential costs more than writing and reading it.
    bool stored = row.canStore();
    if (stored)
      row.store(k, 1, exponential);
    row.reduce(k, 1, Combining::add, stored ? RowKernel::ElementFn(element) : RowKernel::ElementFn(exponential),
               stored);
    row.finish(k, 1, inverse);
    row.write(
        k,
        [&](KernelBuilder &b, Value x, ValueRange s) { return mul(b, stored ? x : exponential(b, x, s), s[1]); },
        stored);
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Normalization
//===----------------------------------------------------------------------===//

static LogicalResult lowerNormalize(NormalizeOp op, HostLowering &host, Epilogue &epilogue) {
  RowKernel row(host, epilogue, epilogue.outside(op.getInput()), op.getAxes());
  auto mean = [&](KernelBuilder &b, Value sum) -> Value {
    Value count = arith::IndexCastOp::create(b, b.getI64Type(), row.count());
    return arith::DivFOp::create(b, sum, arith::SIToFPOp::create(b, row.type(), count));
  };
  auto scale = [&](KernelBuilder &b, Value squares) {
    Value epsilon = b.number(row.type(), op.getEpsilon().convertToDouble());
    return inverse(b, math::SqrtOp::create(b, arith::AddFOp::create(b, mean(b, squares), epsilon)));
  };
  // The variance is that of centred elements: squares of large elements would cancel.
  auto centred = [](KernelBuilder &b, Value x, ValueRange s) { return sub(b, x, s[0]); };
  row.emit("normalize", op.getRms() ? 1 : 2, [&](KernelBuilder &k) {
    if (op.getRms()) {
      row.reduce(k, 0, Combining::add, [](KernelBuilder &b, Value x, ValueRange) { return mul(b, x, x); });
      row.finish(k, 0, scale);
      row.write(k, [](KernelBuilder &b, Value x, ValueRange s) { return mul(b, x, s[0]); });
      return;
    }
    row.reduce(k, 0, Combining::add, [](KernelBuilder &, Value x, ValueRange) { return x; });
    row.finish(k, 0, mean);
    row.reduce(k, 1, Combining::add, [&](KernelBuilder &b, Value x, ValueRange s) {
      Value difference = centred(b, x, s);
      return mul(b, difference, difference);
    });
    row.finish(k, 1, scale);
    row.write(k, [&](KernelBuilder &b, Value x, ValueRange s) { return mul(b, centred(b, x, s), s[1]); });
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Local response normalization
//===----------------------------------------------------------------------===//

/// squares[:, c] += x[:, c + shift]^2 where both channels exist.
static void addShifted(KernelBuilder &k, Value input, Value squares, Value shift, Type element) {
  Value zero = k.index(0), channels = k.dim(input, 1), back = k.max(k.sub(zero, shift), zero);
  Value ahead = k.max(shift, zero), count = k.max(k.sub(channels, k.add(back, ahead)), zero);
  if (tile::getConstant(count) == 0)
    return;
  auto channelsFrom = [&](Value memref, Value first) {
    return k.subview(memref, {zero, first, zero}, {k.dim(memref, 0), count, k.dim(memref, 2)});
  };
  k.elementwise(channelsFrom(input, ahead), k.identity(3), channelsFrom(squares, back),
                [&](KernelBuilder &b, ValueRange e) {
                  Value x = fromMemory(b, b.getLoc(), e[0], element);
                  return tile::IndexBuilder::Values{arith::AddFOp::create(b, e[1], mul(b, x, x))};
                });
}

static LogicalResult lowerLrn(LrnOp op, HostLowering &host) {
  constexpr int64_t mostUnrolled = 16;
  Type element = GraphBuilder::element(op.getInput()), type = bodyType(element);
  int64_t rank = host.shapes.rank(op.getInput()), size = op.getSize();
  Value input = group(host, host.buffer(op.getInput()), {1, 2, rank});
  Value out = group(host, host.result(op.getResult()), {1, 2, rank});
  SmallVector<Value> memrefs{input, out};
  if (type != element) {
    KernelBuilder b = hostBuilder(host);
    auto memory = cast<MemRefType>(out.getType());
    SmallVector<Value> dynamic;
    for (int64_t i = 0; i < 3; ++i)
      if (memory.isDynamicDim(i))
        dynamic.push_back(b.dim(out, i));
    memrefs.push_back(host.scratch(MemRefType::get(memory.getShape(), type), dynamic));
  }
  emitKernel(host, "lrn", memrefs, {}, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) {
    Value input = memrefs[0], out = memrefs[1], squares = memrefs.back();
    k.fill(k.number(type, 0), squares);
    int64_t first = -((size - 1) / 2);
    if (size <= mostUnrolled)
      for (int64_t i = 0; i < size; ++i)
        addShifted(k, input, squares, k.index(first + i), element);
    else
      k.loop(k.index(0), k.index(size), 1,
             [&](Value i) { addShifted(k, input, squares, k.add(i, first), element); });
    k.elementwise({input, squares}, {k.identity(3), k.identity(3)}, out, [&](KernelBuilder &b, ValueRange e) {
      auto number = [&](const APFloat &value) { return b.number(type, value.convertToDouble()); };
      Value share = b.number(type, op.getAlpha().convertToDouble() / static_cast<double>(size));
      Value base = arith::AddFOp::create(b, number(op.getBias()), mul(b, share, e[1]));
      Value divisor = math::PowFOp::create(b, base, number(op.getBeta()));
      Value result = arith::DivFOp::create(b, fromMemory(b, b.getLoc(), e[0], element), divisor);
      return tile::IndexBuilder::Values{toMemory(b, b.getLoc(), result, element)};
    });
  });
  return success();
}

void ingot::registerRowLowering(MLIRContext *c) {
  SoftmaxOp::attachInterface<AnchorModel<SoftmaxOp, lowerSoftmax>>(*c);
  NormalizeOp::attachInterface<AnchorModel<NormalizeOp, lowerNormalize>>(*c);
  LrnOp::attachInterface<HostModel<LrnOp, lowerLrn>>(*c);
}

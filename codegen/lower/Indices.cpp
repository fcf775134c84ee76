//===- Indices.cpp - positions that data gives, checked before they are used
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Indices.h"

#include "ir/GraphBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace ingot;
using namespace mlir;
using Values = tile::IndexBuilder::Values;

namespace {
/// The smallest and the largest value of one component of the tuples; 0 and -1 where there are none.
struct Extremes {
  Value low, high;
};
} // namespace

static SmallVector<Extremes> constantExtremes(KernelBuilder &b, ArrayRef<int64_t> values, size_t components) {
  SmallVector<Extremes> extremes;
  for (size_t j = 0; j < components; ++j) {
    int64_t low = 0, high = -1;
    for (size_t i = j; i < values.size(); i += components) {
      low = std::min(low, values[i]);
      high = std::max(high, values[i]);
    }
    extremes.push_back({b.index(low), b.index(high)});
  }
  return extremes;
}

static Value widen(KernelBuilder &b, Value index, Type element) {
  auto wide = b.getI64Type();
  if (index.getType() == wide)
    return index;
  return element.isUnsignedInteger() ? arith::ExtUIOp::create(b, wide, index).getResult()
                                     : arith::ExtSIOp::create(b, wide, index).getResult();
}

/// A kernel that reduces the rows of `tuples`.
static SmallVector<Extremes> computeExtremes(HostLowering &host, KernelBuilder &b, Value tuples, Type element) {
  auto components = cast<MemRefType>(tuples.getType()).getDimSize(1);
  auto type = MemRefType::get(components, b.getI64Type());
  SmallVector<Value> memrefs{tuples, host.scratch(type), host.scratch(type)};
  emitKernel(host, "index_range", memrefs, {}, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) {
    k.fill(k.number(k.getI64Type(), 0), memrefs[1]);
    k.fill(k.number(k.getI64Type(), -1), memrefs[2]);
    SmallVector<AffineMap> maps{k.project(2, {1, 0}), k.project(2, 0), k.project(2, 0)};
    k.generic(memrefs[0], memrefs.drop_front(), maps,
              {KernelBuilder::Iterator::parallel, KernelBuilder::Iterator::reduction},
              [&](KernelBuilder &b, ValueRange e) {
                Value index = widen(b, e[0], element);
                return Values{arith::MinSIOp::create(b, e[1], index), arith::MaxSIOp::create(b, e[2], index)};
              });
  });
  SmallVector<Extremes> extremes;
  for (int64_t j = 0; j < components; ++j) {
    auto read = [&](Value memref) -> Value {
      return arith::IndexCastOp::create(b, b.getIndexType(), b.load(memref, b.index(j)));
    };
    extremes.push_back({read(memrefs[1]), read(memrefs[2])});
  }
  return extremes;
}

void ingot::checkIndices(HostLowering &host, Value indices, ValueRange bounds) {
  if (bounds.empty() || host.shapes.size(indices).isConstant(0))
    return;
  KernelBuilder b = hostBuilder(host);
  auto components = static_cast<int64_t>(bounds.size());
  SmallVector<Extremes> extremes;
  if (auto values = host.shapes.constants(indices)) {
    extremes = constantExtremes(b, *values, components);
  } else {
    Value memref = host.buffer(indices);
    int64_t rank = cast<MemRefType>(memref.getType()).getRank();
    bool isVector = rank > 0 && (components > 1 || cast<MemRefType>(memref.getType()).getShape().back() == 1);
    Value tuples = group(host, memref, {rank - isVector, rank});
    Type element = GraphBuilder::element(indices);
    if (cast<MemRefType>(tuples.getType()).getDimSize(0) == 1)
      for (int64_t j = 0; j < components; ++j) {
        Value index = b.toIndex(b.load(tuples, {b.index(0), b.index(j)}), element);
        extremes.push_back({index, index});
      }
    else
      extremes = computeExtremes(host, b, tuples, element);
  }
  for (auto [extreme, bound] : llvm::zip(extremes, bounds)) {
    Value low = b.sub(b.index(0), bound);
    host.check(b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::sge, extreme.low, low),
               "expected indices of at least %lld but got %lld", {low, extreme.low});
    host.check(b.less(extreme.high, bound), "expected indices below %lld but got %lld", {bound, extreme.high});
  }
}

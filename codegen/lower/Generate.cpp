//===- Generate.cpp - operators whose elements follow from positions
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/KernelBuilder.h"
#include "codegen/lower/Lower.h"
#include "ir/GraphBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace ingot;
using namespace mlir;
using Values = tile::IndexBuilder::Values;

//===----------------------------------------------------------------------===//
// Constant of shape
//===----------------------------------------------------------------------===//

/// A constant's only element, in its memory type.
static TypedAttr elementAttribute(ElementsAttr value) {
  auto type = cast<RankedTensorType>(value.getType());
  Type memory = memoryType(type.getElementType());
  ConstantData data = llvm::cantFail(readConstant(value, type));
  if (isa<FloatType>(memory))
    return FloatAttr::get(memory, data.toDoubles()[0]);
  return IntegerAttr::get(memory, data.toIntegers()[0]);
}

static LogicalResult lowerConstantOfShape(ConstantOfShapeOp op, HostLowering &host) {
  Value out;
  if (hasKnownContents(host, op.getShape())) {
    out = host.result(op.getResult());
  } else {
    KernelBuilder b = hostBuilder(host);
    int64_t rank = host.shapes.rank(op.getResult());
    checkElements(host, op.getShape(), rank);
    SmallVector<Value> extents;
    for (int64_t i = 0; i < rank; ++i) {
      extents.push_back(host.element(op.getShape(), i));
      host.check(b.less(b.index(-1), extents[i]), "expected dimensions of at least 0 but got %lld", extents[i]);
    }
    out = host.result(op.getResult(), extents);
  }
  emitKernel(host, "constant_of_shape", out, {}, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) {
    k.fill(arith::ConstantOp::create(k, elementAttribute(op.getValue())), memrefs[0]);
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Range
//===----------------------------------------------------------------------===//

/// max(0, ceil((limit - start) / delta)), computed the way the element type allows without loss.
static Value rangeExtent(KernelBuilder &b, Value start, Value limit, Value delta) {
  if (isa<FloatType>(start.getType())) {
    Value span = arith::SubFOp::create(b, limit, start);
    Value count = math::CeilOp::create(b, arith::DivFOp::create(b, span, delta));
    // The bound keeps the conversion defined; no memory holds that many.
    count = arith::MinNumFOp::create(b, count, b.number(count.getType(), 1e15));
    count = arith::MaxNumFOp::create(b, count, b.number(count.getType(), 0));
    return arith::IndexCastOp::create(b, b.getIndexType(), arith::FPToSIOp::create(b, b.getI64Type(), count));
  }
  Value count = arith::CeilDivSIOp::create(b, arith::SubIOp::create(b, limit, start), delta);
  return b.max(arith::IndexCastOp::create(b, b.getIndexType(), count), b.index(0));
}

static LogicalResult lowerRange(RangeOp op, HostLowering &host) {
  KernelBuilder b = hostBuilder(host);
  Type element = GraphBuilder::element(op.getResult());
  SmallVector<Value> memrefs{host.buffer(op.getStart()), host.buffer(op.getDelta())};
  if (hasOpaqueDims(host, op.getResult()) || !hasKnownContents(host, op.getStart()) ||
      !hasKnownContents(host, op.getLimit()) || !hasKnownContents(host, op.getDelta())) {
    auto read = [&](Value tensor) -> Value {
      Value value = fromMemory(b, b.getLoc(), b.load(host.buffer(tensor)), element);
      if (isa<FloatType>(element))
        return value.getType().isF64() ? value : arith::ExtFOp::create(b, b.getF64Type(), value).getResult();
      auto wide = b.getI64Type();
      return value.getType() == wide ? value : arith::ExtSIOp::create(b, wide, value).getResult();
    };
    Value delta = read(op.getDelta()), zero = b.number(delta.getType(), 0);
    Value moves = isa<FloatType>(element)
                      ? b.createOrFold<arith::CmpFOp>(arith::CmpFPredicate::UNE, delta, zero)
                      : b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::ne, delta, zero);
    host.check(moves, "expected a delta other than 0");
    memrefs.push_back(host.result(op.getResult(), rangeExtent(b, read(op.getStart()), read(op.getLimit()), delta)));
  } else {
    memrefs.push_back(host.result(op.getResult()));
  }
  emitKernel(host, "range", memrefs, {}, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) {
    SmallVector<AffineMap> scalars(2, AffineMap::get(1, 0, k.getContext()));
    k.elementwise(memrefs.drop_back(), scalars, memrefs.back(), [&](KernelBuilder &b, ValueRange e) {
      Value start = fromMemory(b, b.getLoc(), e[0], element), delta = fromMemory(b, b.getLoc(), e[1], element);
      Value i = arith::IndexCastOp::create(b, b.getI64Type(), b.loopIndex(0)), value;
      if (isa<FloatType>(element)) {
        i = arith::SIToFPOp::create(b, start.getType(), i);
        value = arith::AddFOp::create(b, start, arith::MulFOp::create(b, i, delta));
      } else {
        if (start.getType() != i.getType())
          i = arith::TruncIOp::create(b, start.getType(), i);
        value = arith::AddIOp::create(b, start, arith::MulIOp::create(b, i, delta));
      }
      return Values{toMemory(b, b.getLoc(), value, element)};
    });
  });
  return success();
}

//===----------------------------------------------------------------------===//
// Triangles and diagonals
//===----------------------------------------------------------------------===//

static LogicalResult lowerTrilu(TriluOp op, HostLowering &host) {
  KernelBuilder b = hostBuilder(host);
  auto rank = static_cast<unsigned>(host.shapes.rank(op.getInput()));
  Value shift = op.getK() ? host.element(op.getK(), 0) : b.index(0);
  SmallVector<Value> memrefs{host.buffer(op.getInput()), host.result(op.getResult())};
  emitKernel(host, "trilu", memrefs, shift, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value> indices) {
    k.elementwise(memrefs[0], k.identity(rank), memrefs[1], [&](KernelBuilder &b, ValueRange e) {
      Value row = b.loopIndex(rank - 2), column = b.loopIndex(rank - 1);
      Value diagonal = b.add(row, indices[0]);
      Value outside = op.getUpper() ? b.less(column, diagonal) : b.less(diagonal, column);
      return Values{b.select(outside, b.number(e[0].getType(), 0), e[0])};
    });
  });
  return success();
}

static LogicalResult lowerEyeLike(EyeLikeOp op, HostLowering &host) {
  Value out = host.result(op.getResult());
  emitKernel(host, "eye_like", out, {}, [&](KernelBuilder &k, ValueRange memrefs, ArrayRef<Value>) {
    Type element = cast<MemRefType>(memrefs[0].getType()).getElementType();
    k.elementwise({}, {}, memrefs[0], [&](KernelBuilder &b, ValueRange) {
      Value diagonal = b.add(b.loopIndex(0), static_cast<int64_t>(op.getK()));
      return Values{b.select(b.equal(b.loopIndex(1), diagonal), b.number(element, 1), b.number(element, 0))};
    });
  });
  return success();
}

void ingot::registerGenerateLowering(MLIRContext *c) {
  ConstantOfShapeOp::attachInterface<HostModel<ConstantOfShapeOp, lowerConstantOfShape>>(*c);
  RangeOp::attachInterface<HostModel<RangeOp, lowerRange>>(*c);
  TriluOp::attachInterface<HostModel<TriluOp, lowerTrilu>>(*c);
  EyeLikeOp::attachInterface<HostModel<EyeLikeOp, lowerEyeLike>>(*c);
}

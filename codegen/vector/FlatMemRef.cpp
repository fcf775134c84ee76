//===- FlatMemRef.cpp - a strided buffer as one dimension and its strides -===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/FlatMemRef.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;

namespace ingot {

bool isFlattenable(Type type) {
  auto memref = dyn_cast<MemRefType>(type);
  if (!memref)
    return false;
  SmallVector<int64_t> strides;
  int64_t offset;
  return succeeded(memref.getStridesAndOffset(strides, offset));
}

/// Row-major strides from the sizes, innermost first; run-time sizes become products.
static SmallVector<OpFoldResult> rowMajorStrides(ImplicitLocOpBuilder &b, Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<OpFoldResult> strides(type.getRank());
  OpFoldResult stride = b.getIndexAttr(1);
  for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
    strides[dim] = stride;
    if (dim == 0)
      break;
    auto known = dyn_cast<Attribute>(stride);
    if (known && !type.isDynamicDim(dim)) {
      stride = b.getIndexAttr(cast<IntegerAttr>(known).getInt() * type.getDimSize(dim));
      continue;
    }
    Value size = type.isDynamicDim(dim) ? memref::DimOp::create(b, memref, dim).getResult()
                                        : arith::ConstantIndexOp::create(b, type.getDimSize(dim)).getResult();
    if (known && cast<IntegerAttr>(known).getInt() == 1) {
      stride = size;
      continue;
    }
    Value inner =
        known ? arith::ConstantIndexOp::create(b, cast<IntegerAttr>(known).getInt()).getResult() : cast<Value>(stride);
    stride = arith::MulIOp::create(b, size, inner, arith::IntegerOverflowFlags::nsw).getResult();
  }
  return strides;
}

static FlatMemRef flattenIdentity(ImplicitLocOpBuilder &b, Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  FlatMemRef flat;
  flat.strides = rowMajorStrides(b, memref);
  if (type.getRank() == 1) {
    flat.base = memref;
    return flat;
  }
  OpFoldResult size = b.getIndexAttr(1);
  if (type.hasStaticShape()) {
    size = b.getIndexAttr(type.getNumElements());
  } else if (type.getRank() > 0) {
    // Nothing reads the extent of the view, but it must be no lie.
    Value outer = b.createOrFold<memref::DimOp>(memref, 0);
    Value stride = getValueOrCreateConstantIndexOp(b, b.getLoc(), flat.strides[0]);
    size = arith::MulIOp::create(b, outer, stride, arith::IntegerOverflowFlags::nsw).getResult();
  }
  int64_t staticSize = type.hasStaticShape() ? type.getNumElements() : ShapedType::kDynamic;
  auto flatType =
      MemRefType::get({staticSize}, type.getElementType(), MemRefLayoutAttrInterface{}, type.getMemorySpace());
  flat.base =
      memref::ReinterpretCastOp::create(b, flatType, memref, OpFoldResult(b.getIndexAttr(0)),
                                        ArrayRef<OpFoldResult>{size}, ArrayRef<OpFoldResult>{b.getIndexAttr(1)});
  return flat;
}

FlatMemRef FlatMemRef::get(ImplicitLocOpBuilder &b, Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  if (type.getLayout().isIdentity())
    return flattenIdentity(b, memref);
  SmallVector<int64_t> strides;
  int64_t offset;
  LogicalResult strided = type.getStridesAndOffset(strides, offset);
  assert(succeeded(strided) && "expected a strided layout");
  (void)strided;
  if (type.getRank() == 1 && strides[0] == 1)
    return FlatMemRef{memref, {b.getIndexAttr(1)}};

  auto meta = memref::ExtractStridedMetadataOp::create(b, memref);
  FlatMemRef flat;
  flat.strides = meta.getConstifiedMixedStrides();
  // The extent of a strided view is not worth computing: nothing reads it.
  Value extent = arith::ConstantIndexOp::create(b, std::numeric_limits<int64_t>::max());
  auto layout = StridedLayoutAttr::get(b.getContext(), offset, {1});
  auto flatType = MemRefType::get({ShapedType::kDynamic}, type.getElementType(), layout, type.getMemorySpace());
  flat.base =
      memref::ReinterpretCastOp::create(b, flatType, meta.getBaseBuffer(), meta.getConstifiedMixedOffset(),
                                        ArrayRef<OpFoldResult>{extent}, ArrayRef<OpFoldResult>{b.getIndexAttr(1)});
  return flat;
}

} // namespace ingot

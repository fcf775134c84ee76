//===- FlatMemRef.cpp - a strided buffer as one dimension and strides -----===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/FlatMemRef.h"

#include "codegen/vector/IndexMath.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
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

static Value flattenIdentity(ImplicitLocOpBuilder &b, Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  if (type.getRank() == 1)
    return memref;
  if (type.getRank() == 0) {
    auto flatType = MemRefType::get({1}, type.getElementType(), MemRefLayoutAttrInterface{}, type.getMemorySpace());
    return memref::ExpandShapeOp::create(b, flatType, memref, ArrayRef<ReassociationIndices>{});
  }
  ReassociationIndices all = llvm::to_vector<2>(llvm::seq<int64_t>(0, type.getRank()));
  // With a static size of 0 beside a dynamic one the builder would infer a type that the verifier refuses.
  int64_t size = type.hasStaticShape() ? type.getNumElements() : ShapedType::kDynamic;
  auto flatType = MemRefType::get({size}, type.getElementType(), MemRefLayoutAttrInterface{}, type.getMemorySpace());
  return memref::CollapseShapeOp::create(b, flatType, memref, ArrayRef<ReassociationIndices>{all});
}

Value flatBase(ImplicitLocOpBuilder &b, Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  if (type.getLayout().isIdentity())
    return flattenIdentity(b, memref);
  SmallVector<int64_t> strides;
  int64_t offset;
  LogicalResult strided = type.getStridesAndOffset(strides, offset);
  assert(succeeded(strided) && "expected a strided layout");
  (void)strided;
  if (type.getRank() == 1 && strides[0] == 1)
    return memref;

  auto meta = memref::ExtractStridedMetadataOp::create(b, memref);
  // Nothing reads the extent of the view, and that of a strided buffer is not worth computing.
  Value extent = arith::ConstantIndexOp::create(b, std::numeric_limits<int64_t>::max());
  auto layout = StridedLayoutAttr::get(b.getContext(), offset, {1});
  auto flatType = MemRefType::get({ShapedType::kDynamic}, type.getElementType(), layout, type.getMemorySpace());
  return memref::ReinterpretCastOp::create(b, flatType, meta.getBaseBuffer(), meta.getConstifiedMixedOffset(),
                                           ArrayRef<OpFoldResult>{extent}, ArrayRef<OpFoldResult>{b.getIndexAttr(1)});
}

SmallVector<OpFoldResult> flatStrides(ImplicitLocOpBuilder &b, Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  if (!type.getLayout().isIdentity())
    return memref::ExtractStridedMetadataOp::create(b, memref).getConstifiedMixedStrides();
  IndexMath math(b);
  SmallVector<OpFoldResult> strides(type.getRank());
  OpFoldResult stride = b.getIndexAttr(1);
  for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
    strides[dim] = stride;
    if (dim > 0)
      stride = math.mul(stride, memref::getMixedSize(b, b.getLoc(), memref, dim));
  }
  return strides;
}

} // namespace ingot

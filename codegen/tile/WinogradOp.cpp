//===- WinogradOp.cpp - Builds and verifies tile.winograd_conv -------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Contraction.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

void WinogradConvOp::build(OpBuilder &builder, OperationState &state, Value a, Value b, Value out,
                           ArrayRef<int64_t> pads, ValueRange extras, ArrayRef<AffineMap> extraMaps,
                           EpilogueBuilder epilogue) {
  auto &properties = state.getOrAddProperties<Properties>();
  state.addOperands({a, b, out});
  state.addOperands(extras);
  properties.pads = builder.getDenseI64ArrayAttr(pads);
  properties.extra_maps = builder.getAffineMapArrayAttr(extraMaps);
  buildEpilogue(builder, state, *state.addRegion(), builder.getF32Type(), extras, epilogue);
}

LogicalResult WinogradConvOp::verify() {
  MemRefType a = getA().getType(), b = getB().getType(), out = getOut().getType();
  Type sum = getEpilogue().front().getArgument(0).getType();
  for (Type element : {a.getElementType(), b.getElementType(), sum})
    if (!element.isF32())
      return emitOpError() << "expected elements and sums of f32 but got " << element;
  if (a.getRank() != 4 || out.getRank() != 4 || b.getRank() != 6)
    return emitOpError() << "expected an input and an output of rank 4 and weights of rank 6 but got " << a << ", "
                         << out << " and " << b;
  if (!b.hasStaticShape() || b.getDimSize(0) != 1 || b.getDimSize(2) != b.getDimSize(3) ||
      (getOutputTile() != 2 && getOutputTile() != 4))
    return emitOpError() << "expected weights of one group and of 4 x 4 or 6 x 6 taps but got " << b;
  if (a.isDynamicDim(3) || out.isDynamicDim(3))
    return emitOpError() << "expected static channels but got " << a << " and " << out;
  if (failed(verifyUnitInnermostStride(*this, "a", a)) || failed(verifyUnitInnermostStride(*this, "b", b)) ||
      failed(verifyUnitInnermostStride(*this, "out", out)) ||
      failed(verifyDim(*this, "batch", out.getDimSize(0), a.getDimSize(0))) ||
      failed(verifyDim(*this, "number of pads", 2, getPads().size())))
    return failure();
  return success(
      succeeded(verifyDim(*this, "panels", llvm::divideCeil(out.getDimSize(3), getPackedColumns()), b.getDimSize(1))) &&
      succeeded(verifyDim(*this, "depth of the panels", a.getDimSize(3), b.getDimSize(4))));
}

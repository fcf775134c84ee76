//===- PlanesConvOp.cpp - Builds and verifies tile.planes_conv -------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Contraction.h"

using namespace mlir;
using namespace ingot::tile;

void PlanesConvOp::build(OpBuilder &builder, OperationState &state, Value a, Value b, Value out,
                         ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations, ArrayRef<int64_t> pads,
                         ValueRange extras, ArrayRef<AffineMap> extraMaps, EpilogueBuilder epilogue) {
  auto &properties = state.getOrAddProperties<Properties>();
  state.addOperands({a, b, out});
  state.addOperands(extras);
  properties.strides = builder.getDenseI64ArrayAttr(strides);
  properties.dilations = builder.getDenseI64ArrayAttr(dilations);
  properties.pads = builder.getDenseI64ArrayAttr(pads);
  properties.extra_maps = builder.getAffineMapArrayAttr(extraMaps);
  buildEpilogue(builder, state, *state.addRegion(), builder.getF32Type(), extras, epilogue);
}

LogicalResult PlanesConvOp::verify() {
  MemRefType a = getA().getType(), b = getB().getType(), out = getOut().getType();
  Type sum = getEpilogue().front().getArgument(0).getType();
  for (Type element : {a.getElementType(), b.getElementType(), sum})
    if (!element.isF32())
      return emitOpError() << "expected elements and sums of f32 but got " << element;
  if (a.getRank() != 4 || out.getRank() != 4 || b.getRank() != 5)
    return emitOpError() << "expected an input and an output of rank 4 and weights of rank 5 but got " << a << ", "
                         << out << " and " << b;
  if (!b.hasStaticShape() || ShapedType::isDynamicShape(a.getShape().drop_front()) ||
      ShapedType::isDynamicShape(out.getShape().drop_front()))
    return emitOpError() << "expected static extents but of the batch but got " << a << ", " << b << " and " << out;
  for (auto [name, values] : {std::pair{"strides", getStrides()}, {"dilations", getDilations()}, {"pads", getPads()}})
    if (failed(verifyDim(*this, (Twine("number of ") + name).str(), 2, values.size())))
      return failure();
  for (ArrayRef<int64_t> values : {getStrides(), getDilations()})
    if (values[0] < 1 || values[1] < 1)
      return emitOpError() << "expected positive strides and dilations but got " << values[0] << " and " << values[1];
  if (failed(verifyUnitInnermostStride(*this, "a", a)) || failed(verifyUnitInnermostStride(*this, "b", b)) ||
      failed(verifyUnitInnermostStride(*this, "out", out)))
    return failure();
  return success(
      succeeded(verifyDim(*this, "batch", out.getDimSize(0), a.getDimSize(0))) &&
      succeeded(verifyDim(*this, "channels of a", getGroups() * getGroupInputs(), a.getDimSize(1))) &&
      succeeded(verifyDim(*this, "channels of out", getGroups() * getGroupOutputs(), out.getDimSize(1))));
}

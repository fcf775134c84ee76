//===- Conv.cpp - convolutions as tile operations
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/ConvTile.h"
#include "codegen/lower/Lower.h"
#include "ir/GraphBuilder.h"

using namespace ingot;
using namespace mlir;

static LogicalResult lowerConv(ConvOp op, HostLowering &host, Epilogue &epilogue) {
  size_t spatial = op.getStrides().size();
  if (spatial > 3)
    return op.emitError() << "expected at most 3 spatial dimensions but got " << spatial;
  Value input = epilogue.outside(op.getInput()), weight = epilogue.outside(op.getWeight());
  ConvWeights weights;
  weights.type = GraphBuilder::type(weight);
  weights.inputElement = GraphBuilder::element(input);
  if (!weights.type.hasStaticShape())
    return op.emitError() << "expected a weight of static shape but got " << weights.type;
  if (auto constant = weight.getDefiningOp<ConstantOp>())
    weights.constant = constant.getValue();
  else
    weights.memref = host.buffer(weight);
  ConvGeometry geometry;
  geometry.strides.assign(op.getStrides().begin(), op.getStrides().end());
  geometry.dilations.assign(op.getDilations().begin(), op.getDilations().end());
  ArrayRef<int64_t> front = op.getPads().take_front(spatial);
  geometry.pads.assign(front.begin(), front.end());
  geometry.group = op.getGroup();
  geometry.keepsExtents = llvm::all_of(op.getPads(), [](int64_t pad) { return pad == 0; });
  if (!op.getChannelsLast() && lowerPlanes(op, host, epilogue, geometry, weights))
    return success();

  ConvOperands operands;
  operands.input = convInput(host, input, op.getChannelsLast(), weights.groupChannels() * geometry.group);
  ConvResult result(host, epilogue, op.getChannelsLast());
  operands.out = result.memory();
  result.addExtras(operands);
  if (Value bias = op.getBias()) {
    operands.bias = host.buffer(epilogue.outside(bias));
    operands.biasElement = GraphBuilder::element(bias);
  }
  emitConvolution(host, epilogue, geometry, weights, operands);
  result.finish();
  return success();
}

void ingot::registerConvLowering(MLIRContext *c) {
  ConvOp::attachInterface<AnchorModel<ConvOp, lowerConv>>(*c);
  ConvTransposeOp::attachInterface<AnchorModel<ConvTransposeOp, lowerConvTranspose>>(*c);
}

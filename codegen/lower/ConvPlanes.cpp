//===- ConvPlanes.cpp - convolutions on channels-first memory
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/ConvTile.h"
#include "codegen/lower/Layout.h"
#include "ir/GraphBuilder.h"
#include "passes/LayoutRules.h"

using namespace ingot;
using namespace mlir;

/// Whether each image's planes are rows of pixels to all that the epilogue reads.
static bool readsPlanes(Epilogue &epilogue, int64_t rank) {
  for (auto [extra, map] : llvm::zip(epilogue.extras(), epilogue.maps()))
    for (int64_t dim = 2; dim + 1 < rank; ++dim)
      if (!seesOneDimension(extra, map, dim, dim + 1))
        return false;
  return true;
}

/// The weights as they are, under another shape.
static Value weightsAs(HostLowering &host, const ConvWeights &weights, ArrayRef<int64_t> shape) {
  auto type = RankedTensorType::get(shape, weights.type.getElementType());
  if (weights.constant)
    return host.weight(weights.constant, type);
  SmallVector<Value> extents = llvm::map_to_vector(shape, [&](int64_t extent) { return host.index(extent); });
  return host.view(weights.memref, bufferType(type), extents);
}

static bool arePlanesContiguous(MemRefType type) {
  ReassociationIndices plane = llvm::to_vector<2>(llvm::seq<int64_t>(2, type.getRank()));
  return isInnermostContiguous(type) && memref::CollapseShapeOp::isGuaranteedCollapsible(type, {{0}, {1}, plane});
}

bool ingot::lowerPlanes(ConvOp op, HostLowering &host, Epilogue &epilogue, const ConvGeometry &geometry,
                        const ConvWeights &weights) {
  Value target = epilogue.result();
  int64_t rank = host.shapes.rank(target), outputs = weights.outputChannels(), inputs = weights.groupChannels();
  bool product = isProduct(geometry, weights);
  if (host.target.getVectorBits() == 0 || !runsOnPlanes(op, host.shapes) ||
      !(product ? readsPlanes(epilogue, rank) : host.target.getMasks()))
    return false;
  ConvOperands operands;
  operands.input = withChannels(host, epilogue.outside(op.getInput()), 1, inputs * geometry.group);
  operands.out = host.stridedResult(target, product ? arePlanesContiguous : isInnermostContiguous);
  operands.extras = epilogue.extras();
  operands.maps = epilogue.maps();
  if (product) {
    RowOperands planes{{operands.input, operands.out}, operands.extras, operands.maps};
    collapseDims(host, planes, 2, rank);
    operands = {planes.whole[0], planes.whole[1], Value(), Type(), planes.extras, planes.maps};
  }
  SumEpilogue finish{epilogue, Type(), /*isScaled=*/false};
  if (Value bias = op.getBias()) {
    finish.biasElement = GraphBuilder::element(bias);
    operands.extras.insert(operands.extras.begin(), host.buffer(epilogue.outside(bias)));
    AffineMap channel = AffineMap::get(product ? 3 : rank, 0, host.b.getAffineDimExpr(1));
    operands.maps.insert(operands.maps.begin(), channel);
  }
  SmallVector<int64_t> shape{outputs, inputs};
  if (!product) {
    shape = {geometry.group, outputs / geometry.group, inputs};
    llvm::append_range(shape, weights.kernel());
  }
  Value packed = weightsAs(host, weights, shape);
  SmallVector<Value> arguments{product ? packed : operands.input, product ? operands.input : packed, operands.out};
  llvm::append_range(arguments, operands.extras);
  StringRef name = product ? "conv1x1" : "conv";
  func::CallOp call = host.kernel(name, arguments, [&](OpBuilder &b, Location loc, Value, ValueRange args) {
    ValueRange extras = args.drop_front(3);
    if (product)
      tile::MatmulOp::create(b, loc, tile::RhsLayout::row_major, args[0], args[1], args[2], b.getF32Type(), extras,
                             operands.maps, finish);
    else
      tile::PlanesConvOp::create(b, loc, args[0], args[1], args[2], geometry.strides, geometry.dilations, geometry.pads,
                                 extras, operands.maps, finish);
  });
  allowInPlace(host, call, operands);
  return true;
}

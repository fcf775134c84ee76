//===- ConvPlanes.cpp - 1x1 convolutions on channels-first memory
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/ConvTile.h"
#include "codegen/lower/Layout.h"
#include "codegen/tile/Packing.h"
#include "ir/GraphBuilder.h"

using namespace ingot;
using namespace mlir;

/// Whether each image's planes are rows of pixels to all that the epilogue reads.
static bool readsPlanes(Epilogue &epilogue, int64_t rank) {
  for (auto [extra, map] : llvm::zip(epilogue.extras(), epilogue.maps()))
    for (int64_t dim = 2; dim + 1 < rank; ++dim)
      if (!seesOneDimension(extra, map, dim))
        return false;
  return true;
}

/// [O, C, 1...] as a matrix.
static Value weightMatrix(HostLowering &host, const ConvWeights &weights) {
  int64_t rows = weights.outputChannels(), columns = weights.groupChannels();
  auto type = RankedTensorType::get({rows, columns}, weights.type.getElementType());
  if (weights.constant)
    return host.weight(weights.constant, type);
  return host.view(weights.memref, bufferType(type), {host.index(rows), host.index(columns)});
}

/// Where the kernel writes: `place`, or dense memory if its planes are no rows.
static Value planesMemory(HostLowering &host, Value target, Value place) {
  auto type = cast<MemRefType>(place.getType());
  ReassociationIndices plane = llvm::to_vector<2>(llvm::seq<int64_t>(2, type.getRank()));
  if (memref::CollapseShapeOp::isGuaranteedCollapsible(type, {{0}, {1}, plane}))
    return place;
  SmallVector<Value> dynamic;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      dynamic.push_back(host.size(target, dim));
  return host.scratch(bufferType(target.getType()), dynamic);
}

bool ingot::lowerPlanes(ConvOp op, HostLowering &host, Epilogue &epilogue, const ConvWeights &weights) {
  Value target = epilogue.result();
  int64_t rank = host.shapes.rank(target);
  if (host.target.getVectorBits() == 0 || !weights.inputElement.isF32() || !weights.type.getElementType().isF32() ||
      !readsPlanes(epilogue, rank))
    return false;
  Value input = withChannels(host, epilogue.outside(op.getInput()), 1, weights.groupChannels());
  Value place = host.stridedResult(target), out = planesMemory(host, target, place);
  RowOperands planes{{input, out}, epilogue.extras(), epilogue.maps()};
  collapseDims(host, planes, 2, rank);

  ConvOperands operands;
  operands.input = planes.whole[0];
  operands.out = planes.whole[1];
  operands.extras = planes.extras;
  operands.maps = planes.maps;
  SumEpilogue finish{epilogue, Type(), /*isScaled=*/false};
  if (Value bias = op.getBias()) {
    finish.biasElement = GraphBuilder::element(bias);
    operands.extras.insert(operands.extras.begin(), host.buffer(epilogue.outside(bias)));
    AffineExpr channel = host.b.getAffineDimExpr(1);
    operands.maps.insert(operands.maps.begin(), AffineMap::get(/*dimCount=*/3, 0, channel));
  }
  SmallVector<Value> arguments{weightMatrix(host, weights), operands.input, operands.out};
  llvm::append_range(arguments, operands.extras);
  func::CallOp call = host.kernel("conv1x1", arguments, [&](OpBuilder &b, Location loc, Value, ValueRange args) {
    tile::MatmulOp::create(b, loc, tile::RhsLayout::row_major, args[0], args[1], args[2],
                           tile::getAccumulatorType(b.getF32Type()), args.drop_front(3), operands.maps, finish);
  });
  allowInPlace(host, call, operands);
  if (out != place)
    memref::CopyOp::create(host.b, host.loc, out, place);
  return true;
}

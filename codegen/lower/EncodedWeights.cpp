//===- EncodedWeights.cpp - constant matrices that memory does not hold as f32
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/EncodedWeights.h"

#include "codegen/rt/Bf16Pieces.h"
#include "codegen/rt/Fixed24.h"

using namespace ingot;
using namespace mlir;

std::optional<Fixed24Weights> ingot::packFixed24(HostLowering &host, Attribute source, RankedTensorType view,
                                                 Packing packing) {
  llvm::Expected<ConstantData> data = readConstant(source, view);
  if (!data) {
    llvm::consumeError(data.takeError());
    return std::nullopt;
  }
  auto matrix = rt::Fixed24::Matrix::get(view.getShape(), packing.innerDims);
  assert(matrix && "expected the first dimensions to be the columns, or the last");
  if (data->splat || rt::Fixed24::chooseScales(data->bytes, *matrix).empty())
    return std::nullopt;
  packing.encoding = rt::Encoding::fixed24_scales;
  Value scales = host.weight(source, view, packing);
  packing.encoding = rt::Encoding::fixed24;
  return Fixed24Weights{host.weight(source, view, packing), scales};
}

Value ingot::packBf16Pieces(HostLowering &host, Attribute source, RankedTensorType view, Packing packing) {
  llvm::Expected<ConstantData> data = readConstant(source, view);
  if (!data) {
    llvm::consumeError(data.takeError());
    return {};
  }
  if (!rt::Bf16Pieces::exist(data->bytes))
    return {};
  packing.encoding = rt::Encoding::bf16_pieces;
  return host.weight(source, view, packing);
}

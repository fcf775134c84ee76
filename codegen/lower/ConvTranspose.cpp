//===- ConvTranspose.cpp - transposed convolutions as convolutions
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Output positions that are equal modulo the stride meet the same taps of the
// kernel. Each such phase is a convolution of stride 1 with those taps, in
// reverse, that writes every stride-th position: nothing is added up in
// memory, and no product with a stuffed zero is computed.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/ConvTile.h"
#include "codegen/tile/IndexBuilder.h"
#include "ir/GraphBuilder.h"
#include "ir/Weights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

#include <numeric>

using namespace ingot;
using namespace mlir;

namespace {

/// The taps of one spatial dimension that positions `offset`, `offset + stride`, ... meet: first, first - step, ...
struct Phase {
  int64_t offset, stride;
  int64_t first, step;
  int64_t count; ///< 0 where no tap meets them
  int64_t pad, dilation;
};

class TransposeLowering {
public:
  TransposeLowering(ConvTransposeOp op, HostLowering &host, Epilogue &epilogue);
  LogicalResult lower();

private:
  Phase phaseOf(unsigned axis, int64_t offset);
  void emitPhases(ArrayRef<Phase> outer);
  void emitPhase(ArrayRef<Phase> phases);
  ConvWeights select(ArrayRef<Phase> phases);
  Attribute selectNow(ArrayRef<Phase> phases, RankedTensorType type, const ConstantData &data);
  Value selectAtRunTime(ArrayRef<Phase> phases, RankedTensorType type);
  Value everyNth(Value memref, AffineMap map, ArrayRef<Phase> phases);
  SymExpr extent(unsigned axis, const Phase &phase);

  ConvTransposeOp op;
  HostLowering &host;
  Epilogue &epilogue;
  Value input, weight;
  RankedTensorType weightType;
  unsigned spatial;
  int64_t group, groupInputs, groupOutputs;
  std::optional<ConstantData> constant;
  ConvOperands operands;
};

} // namespace

TransposeLowering::TransposeLowering(ConvTransposeOp op, HostLowering &host, Epilogue &epilogue)
    : op(op), host(host), epilogue(epilogue), input(epilogue.outside(op.getInput())),
      weight(epilogue.outside(op.getWeight())), weightType(GraphBuilder::type(weight)), spatial(op.getStrides().size()),
      group(op.getGroup()) {}

//===----------------------------------------------------------------------===//
// Phases
//===----------------------------------------------------------------------===//

Phase TransposeLowering::phaseOf(unsigned axis, int64_t offset) {
  int64_t kernel = weightType.getDimSize(2 + axis), stride = op.getStrides()[axis];
  int64_t dilation = op.getDilations()[axis], position = offset + op.getPads()[axis];
  int64_t common = std::gcd(stride, dilation);
  Phase phase{offset, stride, -1, stride / common, 0, 0, dilation / common};
  for (int64_t tap = 0; tap < kernel; ++tap)
    if ((position - tap * dilation) % stride == 0) {
      phase.first = tap;
      ++phase.count;
    }
  // The last tap reads the first input position.
  if (phase.count)
    phase.pad = -((position - phase.first * dilation) / stride);
  return phase;
}

/// Output positions of a phase.
SymExpr TransposeLowering::extent(unsigned axis, const Phase &phase) {
  SymExpr whole = host.shapes.dim(op.getResult(), 2 + axis);
  if (phase.stride == 1)
    return whole;
  return (whole - phase.offset).ceilDiv(phase.stride).max(host.shapes.constant(0));
}

/// A memref indexed by the output's positions, at those of a phase alone.
Value TransposeLowering::everyNth(Value memref, AffineMap map, ArrayRef<Phase> phases) {
  OpBuilder &b = host.b;
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<OpFoldResult> offsets(type.getRank(), b.getIndexAttr(0)), strides(type.getRank(), b.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes = memref::getMixedSizes(b, host.loc, memref);
  bool changes = false;
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim || dim.getPosition() == 0 || dim.getPosition() > spatial || phases[dim.getPosition() - 1].stride == 1)
      continue;
    const Phase &phase = phases[dim.getPosition() - 1];
    SymExpr count = extent(dim.getPosition() - 1, phase);
    offsets[i] = b.getIndexAttr(phase.offset);
    strides[i] = b.getIndexAttr(phase.stride);
    sizes[i] = count.constant() ? OpFoldResult(b.getIndexAttr(*count.constant())) : OpFoldResult(host.index(count));
    changes = true;
  }
  return changes ? memref::SubViewOp::create(b, host.loc, memref, offsets, sizes, strides).getResult() : memref;
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

/// Calls `body` with each index below `extents`, the last fastest.
static void forEachIndex(ArrayRef<int64_t> extents, llvm::function_ref<void(ArrayRef<int64_t>)> body) {
  SmallVector<int64_t> index(extents.size(), 0);
  for (int64_t i = 0, count = llvm::product_of(extents); i < count; ++i) {
    body(index);
    for (size_t d = extents.size(); d-- > 0 && ++index[d] == extents[d];)
      index[d] = 0;
  }
}

Attribute TransposeLowering::selectNow(ArrayRef<Phase> phases, RankedTensorType type, const ConstantData &data) {
  int64_t size = elementBytes(type.getElementType());
  std::vector<char> bytes(type.getNumElements() * size);
  char *to = bytes.data();
  forEachIndex(type.getShape(), [&](ArrayRef<int64_t> at) {
    // [O, C / group, taps...] from [C, O / group, K...].
    int64_t from = (at[0] / groupOutputs * groupInputs + at[1]) * groupOutputs + at[0] % groupOutputs;
    bool zero = false;
    for (auto [axis, phase] : llvm::enumerate(phases)) {
      from = from * weightType.getDimSize(2 + axis) + phase.first - at[2 + axis] * phase.step;
      zero |= phase.count == 0;
    }
    if (!zero)
      std::memcpy(to, data.bytes.data() + (data.splat ? 0 : from * size), size);
    to += size;
  });
  return makeConstant(type, bytes);
}

Value TransposeLowering::selectAtRunTime(ArrayRef<Phase> phases, RankedTensorType type) {
  Value to = host.scratch(bufferType(type));
  host.kernel("select_taps", {host.buffer(weight), to}, [&](OpBuilder &builder, Location loc, Value, ValueRange args) {
    tile::IndexBuilder b(loc, builder);
    SmallVector<Value> sizes;
    for (int64_t extent : type.getShape())
      sizes.push_back(b.index(extent));
    b.box(sizes, /*parallel=*/false, [&](ValueRange at) {
      Value which = b.div(at[0], groupOutputs), channel = b.add(b.mul(which, groupInputs), at[1]);
      SmallVector<Value> from{channel, b.sub(at[0], b.mul(which, groupOutputs))};
      bool zero = false;
      for (auto [axis, phase] : llvm::enumerate(phases)) {
        from.push_back(b.sub(b.index(phase.first), b.mul(at[2 + axis], phase.step)));
        zero |= phase.count == 0;
      }
      Type element = cast<MemRefType>(to.getType()).getElementType();
      Value value = zero ? arith::ConstantOp::create(b, b.getZeroAttr(element)).getResult()
                         : memref::LoadOp::create(b, args[0], from).getResult();
      memref::StoreOp::create(b, value, args[1], at);
    });
  });
  return to;
}

/// The taps of a phase in the order of the input positions they read, as the weights of a convolution.
ConvWeights TransposeLowering::select(ArrayRef<Phase> phases) {
  SmallVector<int64_t> shape{group * groupOutputs, groupInputs};
  for (const Phase &phase : phases)
    shape.push_back(std::max<int64_t>(phase.count, 1)); // a tap of zeros where there is none
  ConvWeights weights;
  weights.type = RankedTensorType::get(shape, weightType.getElementType());
  weights.inputElement = GraphBuilder::element(input);
  if (constant)
    weights.constant = selectNow(phases, weights.type, *constant);
  else
    weights.memref = selectAtRunTime(phases, weights.type);
  return weights;
}

//===----------------------------------------------------------------------===//
// Lowering
//===----------------------------------------------------------------------===//

void TransposeLowering::emitPhase(ArrayRef<Phase> phases) {
  ConvGeometry geometry;
  geometry.group = group;
  geometry.keepsExtents = true;
  for (auto [axis, phase] : llvm::enumerate(phases)) {
    geometry.strides.push_back(1);
    geometry.dilations.push_back(phase.dilation);
    geometry.pads.push_back(phase.pad);
    geometry.keepsExtents &= extent(axis, phase) == host.shapes.dim(input, 2 + axis);
  }
  ConvOperands part = operands;
  part.out = everyNth(part.out, AffineMap::getMultiDimIdentityMap(spatial + 2, host.b.getContext()), phases);
  for (auto [extra, map] : llvm::zip(part.extras, part.maps))
    extra = everyNth(extra, map, phases);
  emitConvolution(host, epilogue, geometry, select(phases), part);
}

void TransposeLowering::emitPhases(ArrayRef<Phase> outer) {
  if (outer.size() == spatial)
    return emitPhase(outer);
  SmallVector<Phase> phases(outer);
  phases.emplace_back();
  for (int64_t offset = 0; offset < op.getStrides()[outer.size()]; ++offset) {
    phases.back() = phaseOf(outer.size(), offset);
    // A stride may be longer than the output.
    if (!extent(outer.size(), phases.back()).isConstant(0))
      emitPhases(phases);
  }
}

LogicalResult TransposeLowering::lower() {
  if (spatial > 3)
    return op.emitError() << "expected at most 3 spatial dimensions but got " << spatial;
  if (!weightType.hasStaticShape())
    return op.emitError() << "expected a weight of static shape but got " << weightType;
  groupInputs = weightType.getDimSize(0) / group;
  groupOutputs = weightType.getDimSize(1);
  constant = getConstantData(weight);
  operands.input = convInput(host, input, /*channelsLast=*/false, weightType.getDimSize(0));
  ConvResult result(host, epilogue, /*channelsLast=*/false);
  operands.out = result.memory();
  result.addExtras(operands);
  if (Value bias = op.getBias()) {
    operands.bias = host.buffer(epilogue.outside(bias));
    operands.biasElement = GraphBuilder::element(bias);
  }
  emitPhases({});
  result.finish();
  return success();
}

LogicalResult ingot::lowerConvTranspose(ConvTransposeOp op, HostLowering &host, Epilogue &epilogue) {
  return TransposeLowering(op, host, epilogue).lower();
}

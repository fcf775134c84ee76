//===- ConvTile.cpp - convolutions on channels-last memory
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/ConvTile.h"

#include "codegen/lower/EncodedWeights.h"
#include "codegen/lower/Layout.h"
#include "codegen/tile/Packing.h"
#include "codegen/tile/TileKey.h"
#include "codegen/tile/WinogradSchedule.h"
#include "ir/GraphBuilder.h"
#include "passes/LayoutRules.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace ingot;
using namespace mlir;

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

Value ingot::withChannels(HostLowering &host, Value tensor, int64_t axis, int64_t channels) {
  Value memref = host.buffer(tensor);
  SymExpr have = host.shapes.dim(tensor, axis);
  if (have.isConstant(channels))
    return memref;
  Value got = host.index(have), want = host.index(channels);
  Value same = arith::CmpIOp::create(host.b, host.loc, arith::CmpIPredicate::eq, got, want);
  host.check(same, "expected %lld channels but got %lld", {want, got});
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<int64_t> shape(type.getShape());
  shape[axis] = channels;
  return memref::CastOp::create(host.b, host.loc, MemRefType::get(shape, type.getElementType()), memref);
}

Value ingot::convInput(HostLowering &host, Value tensor, bool channelsLast, int64_t channels) {
  int64_t rank = host.shapes.rank(tensor);
  Value memref = withChannels(host, tensor, channelsLast ? rank - 1 : 1, channels);
  return channelsLast ? memref : permuted(host, memref, channelsLastOrder(rank));
}

ConvResult::ConvResult(HostLowering &host, Epilogue &epilogue, bool channelsLast)
    : host(host), epilogue(epilogue), channelsLast(channelsLast), target(epilogue.result()) {
  if (channelsLast) {
    out = host.stridedResult(target, isInnermostContiguous);
    return;
  }
  MemRefType type = bufferType(target.getType());
  SmallVector<int64_t> shape;
  SmallVector<Value> dynamic;
  for (int64_t axis : channelsLastOrder(type.getRank())) {
    shape.push_back(type.getDimSize(axis));
    if (type.isDynamicDim(axis))
      dynamic.push_back(host.size(target, axis));
  }
  out = host.scratch(MemRefType::get(shape, type.getElementType()), dynamic);
}

void ConvResult::addExtras(ConvOperands &operands) const {
  operands.extras = epilogue.extras();
  operands.maps = epilogue.maps();
  if (channelsLast)
    return;
  // From channels-last indices to those of the result.
  SmallVector<int64_t> order = channelsFirstOrder(host.shapes.rank(target));
  AffineMap toResult = AffineMap::getPermutationMap(order, host.b.getContext());
  for (AffineMap &map : operands.maps)
    map = map.compose(toResult);
}

void ConvResult::finish() {
  if (channelsLast)
    return;
  SmallVector<int64_t> back = channelsFirstOrder(host.shapes.rank(target));
  permuteInto(host, out, host.stridedResult(target), back);
}

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

namespace {
/// Weights as a kernel takes them.
struct PackedWeights {
  Value memory;
  int64_t depth = 1, mergedGroups = 1;
  Value scales = {}; ///< of the channels, where `memory` holds 24-bit integers
  bool bf16Pieces = false;
};
} // namespace

/// The memory of the weights seen as `type`, packed.
static Value pack(HostLowering &host, const ConvWeights &weights, ArrayRef<int64_t> shape, const Packing &packing) {
  auto type = RankedTensorType::get(shape, weights.type.getElementType());
  if (weights.constant)
    return host.weight(weights.constant, type, packing);
  SmallVector<Value> extents;
  for (int64_t extent : shape)
    extents.push_back(host.index(extent));
  return packAtRunTime(host, host.view(weights.memref, bufferType(type), extents), packing);
}

/// The product of extents; kDynamic where unknown.
static int64_t countPositions(ArrayRef<int64_t> shape) {
  int64_t positions = 1;
  for (int64_t size : shape) {
    if (ShapedType::isDynamic(size))
      return size;
    positions *= size;
  }
  return positions;
}

/// Of all images.
static int64_t countPositions(Value out) {
  return countPositions(cast<MemRefType>(out.getType()).getShape().drop_back());
}

static tile::PackedElements getElements(const ConvWeights &weights) {
  Type a = weights.inputElement, b = weights.type.getElementType();
  return {memoryType(a), memoryType(b), a.isUnsignedInteger(), b.isUnsignedInteger()};
}

/// The product that a group of a convolution is, of so many rows.
static tile::PanelProblem describe(const ConvGeometry &geometry, const ConvWeights &weights,
                                   const ConvOperands &operands, int64_t rows) {
  auto extents = [](Value memref) { return cast<MemRefType>(memref.getType()).getShape().drop_front().drop_back(); };
  bool vectorsOnly = tile::meetsMostlyPadding(extents(operands.input), extents(operands.out), weights.kernel(),
                                              geometry.strides, geometry.dilations, geometry.pads);
  return {rows,
          weights.outputChannels() / geometry.group,
          weights.groupChannels(),
          llvm::product_of(weights.kernel()),
          vectorsOnly,
          tile::countLikelyRows(cast<MemRefType>(operands.out.getType()).getShape().drop_back())};
}

static tile::PackingChoice chooseConvPacking(HostLowering &host, const ConvGeometry &geometry,
                                             const ConvWeights &weights, const ConvOperands &operands,
                                             bool isFiltered = false) {
  tile::PackedElements elements = getElements(weights);
  tile::PanelProblem problem = describe(geometry, weights, operands, countPositions(operands.out));
  problem.vectorsOnly |= isFiltered;
  if (auto merged =
          tile::chooseMergedPacking(host.target, elements, geometry.group, problem.n, problem.k, problem.taps))
    return *merged;
  return tile::choosePacking(host.module, host.target, elements, problem);
}

/// [O, C / group, K...] read as [group / merged, merged, O / group, C / group, K...], merged groups side by side.
static Value packMergedGroups(HostLowering &host, const ConvWeights &weights, int64_t group,
                              const tile::PackingChoice &choice) {
  int64_t blocks = group / choice.mergedGroups;
  SmallVector<int64_t> shape{blocks, choice.mergedGroups, choice.columns, weights.groupChannels()}, packed{blocks, 1};
  llvm::append_range(shape, weights.kernel());
  llvm::append_range(packed, weights.kernel());
  packed.append({1, choice.columns, choice.depth});
  Packing packing;
  packing.outerPermutation.push_back(0);
  for (int64_t i = 4; i < static_cast<int64_t>(shape.size()); ++i)
    packing.outerPermutation.push_back(i);
  packing.outerPermutation.append({2, 1, 3});
  Value memory = pack(host, weights, shape, packing);
  return host.view(memory, MemRefType::get(packed, cast<MemRefType>(memory.getType()).getElementType()), {});
}

/// [O, C / group, K...] read as [group, O / group, C / group, K...], in panels of output channels.
static Value packForConv(HostLowering &host, const ConvWeights &weights, int64_t group,
                         const tile::PackingChoice &choice, rt::Encoding encoding = rt::Encoding::plain) {
  if (choice.mergedGroups > 1)
    return packMergedGroups(host, weights, group, choice);
  int64_t columns = weights.outputChannels() / group, depth = weights.groupChannels();
  SmallVector<int64_t> shape{group, columns, depth};
  llvm::append_range(shape, weights.kernel());
  Packing packing;
  packing.encoding = encoding;
  packing.innerDims.push_back(1);
  packing.innerTiles.push_back(choice.columns);
  if (choice.depth > 1) {
    packing.innerDims.push_back(2);
    packing.innerTiles.push_back(choice.depth);
  }
  packing.outerPermutation.append({0, 1});
  for (int64_t i = 3; i < static_cast<int64_t>(shape.size()); ++i)
    packing.outerPermutation.push_back(i);
  packing.outerPermutation.push_back(2);
  return pack(host, weights, shape, packing);
}

/// [O, C, kernel..] as 24-bit integers in panels of output channels, [panels, kernel.., C, words]; none where that is
/// not worth it.
static std::optional<Fixed24Weights> packFixed24(HostLowering &host, const ConvWeights &weights,
                                                 const tile::PanelProblem &problem, ArrayRef<int64_t> kernel) {
  SmallVector<int64_t> shape{weights.outputChannels(), weights.groupChannels()};
  auto choice = tile::chooseFixed24Packing(host.target, getElements(weights), problem);
  if (!choice || !weights.constant)
    return std::nullopt;
  llvm::append_range(shape, kernel);
  Packing packing{{0}, {choice->columns}, {0}};
  for (int64_t i = 2; i < static_cast<int64_t>(shape.size()); ++i)
    packing.outerPermutation.push_back(i);
  packing.outerPermutation.push_back(1);
  return packFixed24(host, weights.constant, RankedTensorType::get(shape, weights.type.getElementType()), packing);
}

/// The weights of the general form.
static PackedWeights packForGeneral(HostLowering &host, const ConvGeometry &geometry, const ConvWeights &weights,
                                    const ConvOperands &operands) {
  ArrayRef<int64_t> positions = cast<MemRefType>(operands.out.getType()).getShape().drop_front().drop_back();
  if (geometry.group == 1)
    if (auto fixed24 = packFixed24(host, weights, describe(geometry, weights, operands, countPositions(positions)),
                                   weights.kernel())) {
      auto type = cast<MemRefType>(fixed24->words.getType());
      SmallVector<int64_t> shape{geometry.group};
      llvm::append_range(shape, type.getShape());
      return {host.view(fixed24->words, MemRefType::get(shape, type.getElementType()), {}), 1, 1, fixed24->scales};
    }
  tile::PackingChoice choice = chooseConvPacking(host, geometry, weights, operands);
  return {packForConv(host, weights, geometry.group, choice), choice.depth, choice.mergedGroups};
}

/// [C, 1, K...] as [K..., C].
static Value packForDepthwise(HostLowering &host, const ConvWeights &weights) {
  SmallVector<int64_t> shape{weights.outputChannels()};
  llvm::append_range(shape, weights.kernel());
  Packing packing;
  for (int64_t i = 1; i < static_cast<int64_t>(shape.size()); ++i)
    packing.outerPermutation.push_back(i);
  packing.outerPermutation.push_back(0);
  return pack(host, weights, shape, packing);
}

/// Weights [O, C, K...] as the right operand [K... * C, O] of a product with windows.
static PackedWeights packForWindows(HostLowering &host, const ConvWeights &weights, const tile::PanelProblem &problem) {
  auto joinSteps = [&](Value memory, int64_t first) -> Value {
    int64_t rank = cast<MemRefType>(memory.getType()).getRank(), steps = weights.kernel().size() + 1;
    SmallVector<ReassociationIndices> groups{llvm::to_vector<2>(llvm::seq<int64_t>(0, first)),
                                             llvm::to_vector<2>(llvm::seq<int64_t>(first, first + steps))};
    for (int64_t dim = first + steps; dim < rank; ++dim)
      groups.push_back({dim});
    return memref::CollapseShapeOp::create(host.b, host.loc, memory, groups);
  };
  if (auto fixed24 = packFixed24(host, weights, problem, weights.kernel()))
    return {joinSteps(fixed24->words, 1), 1, 1, fixed24->scales};
  tile::PackingChoice choice = tile::choosePacking(host.module, host.target, getElements(weights), problem);
  return {joinSteps(packForConv(host, weights, /*group=*/1, choice), 2), choice.depth};
}

/// A 1x1 convolution's weights [O, C, 1...] as the right operand [C, O] of a product.
static PackedWeights packForProduct(HostLowering &host, const ConvWeights &weights, const tile::PanelProblem &problem) {
  if (auto fixed24 = packFixed24(host, weights, problem, /*kernel=*/{}))
    return {fixed24->words, 1, 1, fixed24->scales};
  tile::PackingChoice choice = tile::choosePacking(host.module, host.target, getElements(weights), problem);
  Packing packing{{0}, {choice.columns}, {0, 1}};
  if (weights.constant && tile::wantsBf16Pieces(host.target, getElements(weights), problem, choice)) {
    auto view = RankedTensorType::get({problem.n, problem.k}, weights.type.getElementType());
    if (Value pieces = packBf16Pieces(host, weights.constant, view, packing))
      return {pieces, 1, 1, /*scales=*/{}, /*bf16Pieces=*/true};
  }
  if (choice.depth > 1) {
    packing.innerDims.push_back(1);
    packing.innerTiles.push_back(choice.depth);
  }
  return {pack(host, weights, {problem.n, problem.k}, packing), choice.depth};
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

namespace {
enum class Form { product, depthwise, winograd, windows, general };
} // namespace

SmallVector<Value> SumEpilogue::operator()(OpBuilder &b, Location loc, ValueRange values) const {
  Value sum = values.front();
  values = values.drop_front();
  if (isScaled) {
    sum = arith::MulFOp::create(b, loc, sum, values.back());
    values = values.drop_back();
  }
  if (biasElement) {
    Value bias = fromMemory(b, loc, values.front(), biasElement);
    sum = isa<FloatType>(sum.getType()) ? arith::AddFOp::create(b, loc, sum, bias).getResult()
                                        : arith::AddIOp::create(b, loc, sum, bias).getResult();
    values = values.drop_front();
  }
  return {epilogue.emit(b, loc, sum, values)};
}

static bool all(ArrayRef<int64_t> values, int64_t value) {
  return llvm::all_of(values, [&](int64_t v) { return v == value; });
}

bool ingot::isProduct(const ConvGeometry &geometry, const ConvWeights &weights) {
  return geometry.keepsExtents && geometry.group == 1 && all(weights.kernel(), 1) && all(geometry.strides, 1) &&
         all(geometry.pads, 0);
}

/// Whether each channel is filtered by itself, into as many channels as divide the lanes of any vector.
static bool isDepthwise(const ConvGeometry &geometry, const ConvWeights &weights) {
  constexpr int64_t mostMultiplier = 4;
  int64_t multiplier = weights.outputChannels() / geometry.group;
  return geometry.group > 1 && weights.groupChannels() == 1 && multiplier <= mostMultiplier &&
         llvm::isPowerOf2_64(multiplier);
}

static Form chooseForm(const ConvGeometry &geometry, const ConvWeights &weights) {
  if (isProduct(geometry, weights))
    return Form::product;
  return isDepthwise(geometry, weights) ? Form::depthwise : Form::general;
}

/// Outputs along a side of a tile of minimal filtering; 0 where that is not possible or does not pay.
static int64_t chooseOutputTile(HostLowering &host, const ConvGeometry &geometry, const ConvWeights &weights,
                                const ConvOperands &operands) {
  auto input = cast<MemRefType>(operands.input.getType()), out = cast<MemRefType>(operands.out.getType());
  if (!weights.constant || !weights.inputElement.isF32() || !weights.type.getElementType().isF32() ||
      weights.kernel() != ArrayRef<int64_t>{3, 3} || geometry.group != 1 || !all(geometry.strides, 1) ||
      !all(geometry.dilations, 1) || !input.isLastDimUnitStride())
    return 0;
  tile::PackingChoice direct = chooseConvPacking(host, geometry, weights, operands);
  if (direct.depth != 1)
    return 0;
  int64_t columns = chooseConvPacking(host, geometry, weights, operands, /*isFiltered=*/true).columns;
  ArrayRef<int64_t> extents = out.getShape();
  tile::FilterProblem problem{extents[1], extents[2], weights.groupChannels(), weights.outputChannels()};
  if (Attribute tuned = tile::getTuned(host.module, tile::getFilterKey(problem, columns)))
    return cast<IntegerAttr>(tuned).getInt();
  return tile::chooseWinogradTile(host.target, problem, columns, direct.columns);
}

void ingot::allowInPlace(HostLowering &host, func::CallOp call, const ConvOperands &operands) {
  SmallVector<Attribute> pairs;
  Value input = viewedMemory(operands.input);
  for (auto [i, extra] : llvm::enumerate(operands.extras))
    if (operands.maps[i].isIdentity() && extra.getType() == operands.out.getType() && viewedMemory(extra) != input &&
        llvm::count(operands.extras, extra) == 1)
      pairs.push_back(host.b.getI64ArrayAttr({3, static_cast<int64_t>(i) + 4}));
  if (!pairs.empty())
    call->setAttr("rt.inplace", host.b.getArrayAttr(pairs));
}

void ingot::emitConvolution(HostLowering &host, Epilogue &epilogue, const ConvGeometry &geometry,
                            const ConvWeights &weights, ConvOperands operands) {
  auto rank = static_cast<unsigned>(cast<MemRefType>(operands.out.getType()).getRank());
  auto channel = [&](unsigned dim) {
    return AffineMap::get(dim + 1, 0, getAffineDimExpr(dim, host.b.getContext()));
  };
  if (operands.bias) {
    operands.extras.insert(operands.extras.begin(), operands.bias);
    operands.maps.insert(operands.maps.begin(), channel(rank - 1));
  }
  Form form = host.target.getVectorBits() > 0 ? chooseForm(geometry, weights) : Form::general;
  PackedWeights packed;
  int64_t outputTile = 0;
  RowOperands rows{{operands.out}, operands.extras, operands.maps};
  if (form == Form::product)
    rows.whole.push_back(operands.input);
  bool triesWindows = form == Form::general && host.target.getVectorBits() > 0 &&
                      wantsWindows(host.target, geometry, weights, operands);
  if (form == Form::product || triesWindows)
    collapseRows(host, rows);
  if (triesWindows && cast<MemRefType>(rows.whole.front().getType()).getRank() == 2)
    form = Form::windows;
  if (form == Form::general && (outputTile = chooseOutputTile(host, geometry, weights, operands)))
    form = Form::winograd;
  if (form == Form::product) {
    packed = packForProduct(host, weights, describe(geometry, weights, operands, countPositions(operands.out)));
    operands = {rows.whole[1], rows.whole[0], operands.bias, operands.biasElement, rows.extras, rows.maps};
  } else if (form == Form::windows) {
    Value windows = gatherWindows(host, geometry, weights, operands);
    ArrayRef<int64_t> shape = cast<MemRefType>(windows.getType()).getShape();
    packed = packForWindows(host, weights, {shape[0], weights.outputChannels(), shape[1]});
    operands = {windows, rows.whole[0], operands.bias, operands.biasElement, rows.extras, rows.maps};
  } else if (form == Form::depthwise) {
    packed.memory = packForDepthwise(host, weights);
  } else if (form == Form::winograd) {
    tile::PackingChoice choice = chooseConvPacking(host, geometry, weights, operands, /*isFiltered=*/true);
    packed.memory = packForConv(host, weights, /*group=*/1, choice,
                                outputTile == 2 ? rt::Encoding::winograd2 : rt::Encoding::winograd4);
  } else {
    packed = packForGeneral(host, geometry, weights, operands);
  }
  if (packed.scales) {
    operands.extras.push_back(packed.scales);
    operands.maps.push_back(channel(cast<MemRefType>(operands.out.getType()).getRank() - 1));
  }

  SmallVector<Value> arguments{operands.input, packed.memory, operands.out};
  llvm::append_range(arguments, operands.extras);
  SumEpilogue finish{epilogue, operands.bias ? operands.biasElement : Type(), packed.scales != nullptr};
  Type accumulator = tile::getAccumulatorType(memoryType(weights.inputElement));
  SmallVector<OpFoldResult> pads = getAsIndexOpFoldResult(host.b.getContext(), geometry.pads);
  bool aUnsigned = weights.inputElement.isUnsignedInteger();
  bool bUnsigned = weights.type.getElementType().isUnsignedInteger();
  StringRef name = "conv";
  if (form == Form::depthwise)
    name = "depthwise_conv";
  else if (form == Form::product)
    name = "conv1x1";
  func::CallOp call = host.kernel(name, arguments, [&](OpBuilder &b, Location loc, Value, ValueRange args) {
    auto mark = [&](auto op) {
      op.setAUnsigned(aUnsigned);
      op.setBUnsigned(bUnsigned);
      return op;
    };
    if (form == Form::product || form == Form::windows) {
      auto product = mark(tile::MatmulOp::create(b, loc, tile::RhsLayout::packed, args[0], args[1], args[2],
                                                 accumulator, args.drop_front(3), operands.maps, finish));
      product.setPackedDepth(packed.depth);
      product.setFixed24(packed.scales != nullptr);
      product.setBf16Pieces(packed.bf16Pieces);
    } else if (form == Form::depthwise)
      mark(tile::DepthwiseConvOp::create(b, loc, args[0], args[1], args[2], geometry.strides, geometry.dilations, pads,
                                         accumulator, args.drop_front(3), operands.maps, finish));
    else if (form == Form::winograd)
      tile::WinogradConvOp::create(b, loc, args[0], args[1], args[2], geometry.pads, args.drop_front(3), operands.maps,
                                   finish);
    else {
      auto conv = mark(tile::ConvOp::create(b, loc, args[0], args[1], args[2], geometry.strides, geometry.dilations,
                                            pads, accumulator, args.drop_front(3), operands.maps, finish));
      conv.setPackedDepth(packed.depth);
      conv.setMergedGroups(packed.mergedGroups);
      conv.setFixed24(packed.scales != nullptr);
    }
  });
  allowInPlace(host, call, operands);
}

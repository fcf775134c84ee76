//===- TileOps.cpp - Builders and verifiers of the tile operations ---------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/rt/Bf16Pieces.h"
#include "codegen/tile/Contraction.h"
#include "codegen/tile/Packing.h"
#include "codegen/tile/TileDialect.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;
using ingot::rt::Bf16Pieces;

#include "codegen/tile/TileInterfaces.cpp.inc"

#define GET_OP_CLASSES
#include "codegen/tile/TileOps.cpp.inc"

//===----------------------------------------------------------------------===//
// Epilogues
//===----------------------------------------------------------------------===//

LogicalResult ingot::tile::verifyEpilogue(Operation *op) {
  auto tile = cast<TileOpInterface>(op);
  MemRefType outType = tile.getOut().getType();
  Block &block = tile.getEpilogue().front();
  OperandRange extras = tile.getExtras();
  if (tile.getExtraMaps().size() != extras.size())
    return op->emitOpError() << "expected " << extras.size() << " extra_maps but got " << tile.getExtraMaps().size();
  size_t sums = tile.getSums();
  if (block.getNumArguments() != extras.size() + sums)
    return op->emitOpError() << "expected " << extras.size() + sums << " epilogue arguments but got "
                             << block.getNumArguments();
  for (BlockArgument sum : block.getArguments().take_front(sums))
    if (sum.getType() != tile.getAccumulatorType())
      return op->emitOpError() << "expected sums of type " << tile.getAccumulatorType() << " but got "
                               << sum.getType();
  for (auto [i, extra] : llvm::enumerate(extras)) {
    auto type = cast<MemRefType>(extra.getType());
    AffineMap map = tile.getExtraMap(i);
    if (map.getNumDims() != outType.getRank() || map.getNumSymbols() != 0 || map.getNumResults() != type.getRank())
      return op->emitOpError() << "expected extra_maps #" << i << " to take " << outType.getRank()
                               << " indices to " << type.getRank() << " but got " << AffineMapAttr::get(map);
    if (block.getArgument(i + sums).getType() != type.getElementType())
      return op->emitOpError() << "expected epilogue argument #" << i + sums << " of type " << type.getElementType()
                               << " but got " << block.getArgument(i + sums).getType();
  }
  SmallVector<Type> elements{outType.getElementType()};
  for (Value further : tile.getFurtherOuts())
    elements.push_back(cast<MemRefType>(further.getType()).getElementType());
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield || yield.getValues().getTypes() != TypeRange(elements))
    return op->emitOpError() << "expected the epilogue to yield " << elements;
  return success();
}

void ingot::tile::buildEpilogue(OpBuilder &builder, OperationState &state, Region &region, Type accumulator,
                                ValueRange extras, EpilogueBuilder epilogue, int64_t sums) {
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Type> types(sums, accumulator);
  for (Value extra : extras)
    types.push_back(cast<MemRefType>(extra.getType()).getElementType());
  Block *block = builder.createBlock(&region, {}, types, SmallVector<Location>(types.size(), state.location));
  SmallVector<Value> results{block->getArgument(0)};
  if (epilogue)
    results = epilogue(builder, state.location, block->getArguments());
  YieldOp::create(builder, state.location, results);
}

//===----------------------------------------------------------------------===//
// Checks that several operations share
//===----------------------------------------------------------------------===//

LogicalResult ingot::tile::verifyDim(Operation *op, StringRef what, int64_t expected, int64_t actual) {
  if (ShapedType::isDynamic(expected) || ShapedType::isDynamic(actual) || expected == actual)
    return success();
  return op->emitOpError() << "expected " << what << " of " << expected << " but got " << actual;
}

LogicalResult ingot::tile::verifyUnitInnermostStride(Operation *op, StringRef what, MemRefType type) {
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(type.getStridesAndOffset(strides, offset)))
    return op->emitOpError() << "expected " << what << " to be strided but got " << type;
  if (strides.back() != 1)
    return op->emitOpError() << "expected " << what << " to have an innermost stride of 1 but got " << type;
  return success();
}

/// The sum's type has to be the one for the element types of both operands.
template <typename OpT>
static LogicalResult verifyElements(OpT op, Type elementOfB) {
  Type sum = cast<TileOpInterface>(op.getOperation()).getAccumulatorType();
  for (Type element : {op.getA().getType().getElementType(), elementOfB}) {
    if (!element.isIntOrFloat())
      return op.emitOpError() << "expected integer or floating-point elements but got " << element;
    if (isa<FloatType>(element) != isa<FloatType>(sum) ||
        getAccumulatorType(element).getIntOrFloatBitWidth() > sum.getIntOrFloatBitWidth())
      return op.emitOpError() << "expected elements that can be summed in " << sum << " but got " << element;
  }
  for (Value zero : {op.getAZero(), op.getBZero()})
    if (zero && zero.getType() != sum)
      return op.emitOpError() << "expected a zero point of type " << sum << " but got " << zero.getType();
  return success();
}

/// A depth says that dot instructions multiply, bytes by fours, bf16 by twos, or that lanes are steps of a reduction.
template <typename OpT>
static LogicalResult verifyDepth(OpT op) {
  int64_t depth = op.getPackedDepth();
  if (depth == 1)
    return success();
  Type a = op.getA().getType().getElementType(), b = op.getB().getType().getElementType();
  int64_t expected = a.isInteger(8) && b.isInteger(8) ? 4 : a.isBF16() && b.isBF16() ? 2 : 1;
  bool inLanes = a == b && reducesInLanes(a, depth) && llvm::isPowerOf2_64(depth);
  if (depth != expected && !inLanes)
    return op.emitOpError() << "expected packed_depth of " << expected << " for " << a << " and " << b << " but got "
                            << depth;
  if (op.getBUnsigned() || op.getBZero())
    return op.emitOpError() << "expected signed elements of b without a zero point where packed_depth is " << depth;
  if (!op.getB().getType().getLayout().isIdentity())
    return op.emitOpError() << "expected b to be contiguous where packed_depth is " << depth << " but got "
                            << op.getB().getType();
  return verifyUnitInnermostStride(op, "a", op.getA().getType());
}

/// Three words stand for four elements.
template <typename OpT> static LogicalResult verifyFixed24(OpT op, int64_t leastRankOfB) {
  if (op.getPackedDepth() != 1 || op.getBUnsigned() || op.getBZero())
    return op.emitOpError() << "expected a packed b of signed elements, without depth and zero point, for fixed24";
  MemRefType type = op.getB().getType();
  int64_t rank = type.getRank();
  if (rank < leastRankOfB || type.getDimSize(rank - 2) != 3 || !type.getElementType().isInteger(32) ||
      !type.areTrailingDimsContiguous(leastRankOfB - 1))
    return op.emitOpError() << "expected a contiguous b of three rows of i32 a step for fixed24 but got " << type;
  return success();
}

template <typename OpT>
static Type getElementOfB(OpT op) {
  return op.getFixed24() ? Float32Type::get(op.getContext()) : op.getB().getType().getElementType();
}

static Type getElementOfB(MatmulOp op) {
  return op.getFixed24() || op.getBf16Pieces() ? Float32Type::get(op.getContext())
                                               : op.getB().getType().getElementType();
}

template <typename OpT>
static LogicalResult verifyCommon(OpT op, Type elementOfB) {
  if (failed(verifyElements(op, elementOfB)) || failed(verifyUnitInnermostStride(op, "b", op.getB().getType())) ||
      failed(verifyUnitInnermostStride(op, "out", op.getOut().getType())))
    return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// MatmulOp
//===----------------------------------------------------------------------===//

void MatmulOp::build(OpBuilder &builder, OperationState &state, RhsLayout layout, Value a, Value b, Value out,
                     Type accumulator, ValueRange extras, ArrayRef<AffineMap> extraMaps, EpilogueBuilder epilogue,
                     ValueRange furtherOuts, int64_t parts) {
  auto &properties = state.getOrAddProperties<Properties>();
  state.addOperands({a, b, out});
  state.addOperands(furtherOuts);
  state.addOperands(extras);
  llvm::copy(ArrayRef<int32_t>{1, 1, 0, 0, 1, static_cast<int32_t>(furtherOuts.size()),
                               static_cast<int32_t>(extras.size())},
             properties.operandSegmentSizes.begin());
  if (parts != 1)
    properties.parts = builder.getI64IntegerAttr(parts);
  properties.layout = RhsLayoutAttr::get(builder.getContext(), layout);
  properties.extra_maps = builder.getAffineMapArrayAttr(extraMaps);
  buildEpilogue(builder, state, *state.addRegion(), accumulator, extras, epilogue, parts);
}

int64_t MatmulOp::getSums() { return getParts(); }

unsigned MatmulOp::getMatrixRankOfB() {
  if (getLayout() != RhsLayout::packed)
    return 2;
  if (getBf16Pieces())
    return 6;
  return getPackedDepth() > 1 || getFixed24() ? 4 : 3;
}

int64_t MatmulOp::getPackedColumns() {
  if (getLayout() != RhsLayout::packed)
    return 0;
  if (getFixed24())
    return 4 * getB().getType().getShape().back();
  if (getBf16Pieces())
    return Bf16Pieces::words * getB().getType().getDimSize(1);
  return getB().getType().getShape().take_back(getMatrixRankOfB()).drop_front(2).front();
}

static LogicalResult verifyBatch(MatmulOp op, StringRef what, MemRefType type, unsigned matrixRank) {
  int64_t rank = type.getRank() - matrixRank, outRank = op.getBatchRank();
  if (rank < 0 || rank > outRank)
    return op.emitOpError() << "expected " << what << " to have at most " << outRank << " batch dimensions but got "
                            << rank;
  for (int64_t i = 0; i < rank; ++i)
    if (type.getDimSize(i) != 1 &&
        failed(verifyDim(op, ("batch dimension #" + Twine(i) + " of " + what).str(),
                         op.getOut().getType().getDimSize(outRank - rank + i), type.getDimSize(i))))
      return failure();
  return success();
}

static LogicalResult verifyBf16Pieces(MatmulOp op) {
  if (op.getLayout() != RhsLayout::packed || op.getPackedDepth() != 1 || op.getFixed24() || op.getParts() != 1 ||
      op.getBUnsigned() || op.getBZero())
    return op.emitOpError() << "expected a packed b of signed elements, without depth, parts and zero point, for "
                               "bf16_pieces";
  MemRefType type = op.getB().getType();
  ArrayRef<int64_t> shape = type.getShape();
  int64_t steps = op.getA().getType().getShape().back();
  if (type.getRank() != 6 || !type.hasStaticShape() || ShapedType::isDynamic(steps) ||
      shape != ArrayRef(Bf16Pieces::getShape(shape[0], steps, shape[1] * Bf16Pieces::words)) ||
      !type.getElementType().isInteger(32) || !type.getLayout().isIdentity())
    return op.emitOpError() << "expected a contiguous b of tiles of i32 for so many steps as a has, for bf16_pieces, "
                               "but got "
                            << type;
  return success();
}

static LogicalResult verifyOuts(MatmulOp op) {
  int64_t parts = op.getParts(), columns = op.getPackedColumns();
  if (parts < 1 || (parts > 1 && (columns == 0 || columns % parts != 0)))
    return op.emitOpError() << "expected panels of columns of " << parts << " parts but got " << columns << " columns";
  MemRefType out = op.getOut().getType();
  for (Value further : op.getFurtherOuts()) {
    auto type = cast<MemRefType>(further.getType());
    if (type.getShape() != out.getShape())
      return op.emitOpError() << "expected further_outs of the extents of " << out << " but got " << type;
    if (failed(verifyUnitInnermostStride(op, "further_outs", type)))
      return failure();
  }
  return success();
}

LogicalResult MatmulOp::verify() {
  MemRefType aType = getA().getType(), bType = getB().getType(), outType = getOut().getType();
  if (getFixed24() && getLayout() != RhsLayout::packed)
    return emitOpError() << "expected a packed b for fixed24 but got " << stringifyRhsLayout(getLayout());
  if (getFixed24() && failed(verifyFixed24(*this, /*leastRankOfB=*/4)))
    return failure();
  if (getBf16Pieces() && failed(verifyBf16Pieces(*this)))
    return failure();
  if (outType.getRank() < 2)
    return emitOpError() << "expected out to have rank 2 or more but got " << outType;
  if (failed(verifyCommon(*this, getElementOfB(*this))) || failed(verifyBatch(*this, "a", aType, 2)) ||
      failed(verifyBatch(*this, "b", bType, getMatrixRankOfB())))
    return failure();
  if (failed(verifyDepth(*this)) || failed(verifyOuts(*this)))
    return failure();
  ArrayRef<int64_t> a = aType.getShape().take_back(2), out = outType.getShape().take_back(2);
  ArrayRef<int64_t> b = bType.getShape().take_back(getMatrixRankOfB());
  if (failed(verifyDim(*this, "rows of out", a[0], out[0])))
    return failure();
  switch (getLayout()) {
  case RhsLayout::row_major:
    return success(succeeded(verifyDim(*this, "rows of b", a[1], b[0])) &&
                   succeeded(verifyDim(*this, "columns of b", out[1], b[1])));
  case RhsLayout::transposed:
    return success(succeeded(verifyDim(*this, "columns of b", a[1], b[1])) &&
                   succeeded(verifyDim(*this, "rows of b", out[1], b[0])));
  case RhsLayout::packed:
    break;
  }
  int64_t columns = getPackedColumns();
  if (ShapedType::isDynamic(b[2]) || columns < 1)
    return emitOpError() << "expected panels of static width but got " << bType;
  columns /= static_cast<int64_t>(getParts());
  if (!ShapedType::isDynamic(out[1]) &&
      failed(verifyDim(*this, "panels", llvm::divideCeil(out[1], columns), b[0])))
    return failure();
  if (getPackedDepth() > 1 && failed(verifyDim(*this, "packed_depth", getPackedDepth(), b[3])))
    return failure();
  if (ShapedType::isDynamic(a[1]) || getBf16Pieces())
    return success();
  return verifyDim(*this, "depth of the panels", llvm::divideCeil(a[1], static_cast<int64_t>(getPackedDepth())), b[1]);
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

template <typename OpT>
static void buildConv(OpBuilder &builder, OperationState &state, Value a, Value b, Value out,
                      ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations, ArrayRef<OpFoldResult> pads,
                      Type accumulator, ValueRange extras, ArrayRef<AffineMap> extraMaps, EpilogueBuilder epilogue) {
  auto &properties = state.getOrAddProperties<typename OpT::Properties>();
  SmallVector<int64_t> staticPads;
  SmallVector<Value> dynamicPads;
  dispatchIndexOpFoldResults(pads, dynamicPads, staticPads);
  state.addOperands({a, b, out});
  state.addOperands(extras);
  state.addOperands(dynamicPads);
  llvm::copy(ArrayRef<int32_t>{1, 1, 0, 0, 1, static_cast<int32_t>(extras.size()),
                               static_cast<int32_t>(dynamicPads.size())},
             properties.operandSegmentSizes.begin());
  properties.strides = builder.getDenseI64ArrayAttr(strides);
  properties.dilations = builder.getDenseI64ArrayAttr(dilations);
  properties.pads = builder.getDenseI64ArrayAttr(staticPads);
  properties.extra_maps = builder.getAffineMapArrayAttr(extraMaps);
  buildEpilogue(builder, state, *state.addRegion(), accumulator, extras, epilogue);
}

/// Ranks, spatial attributes and pads of either convolution.
template <typename OpT>
static LogicalResult verifyConv(OpT op, Type elementOfB, int64_t weightRank) {
  MemRefType aType = op.getA().getType(), bType = op.getB().getType(), outType = op.getOut().getType();
  int64_t spatial = outType.getRank() - 2;
  if (spatial < 1 || spatial > 3)
    return op.emitOpError() << "expected one to three spatial dimensions but got " << spatial;
  if (failed(verifyCommon(op, elementOfB)) ||
      failed(verifyDim(op, "rank of a", outType.getRank(), aType.getRank())) ||
      failed(verifyDim(op, "rank of b", weightRank, bType.getRank())) ||
      failed(verifyDim(op, "batch", outType.getDimSize(0), aType.getDimSize(0))))
    return failure();
  if (!bType.hasStaticShape())
    return op.emitOpError() << "expected weights of static shape but got " << bType;
  for (auto [name, values] : {std::pair{"strides", op.getStrides()}, {"dilations", op.getDilations()},
                              {"pads", op.getPads()}})
    if (failed(verifyDim(op, (Twine("number of ") + name).str(), spatial, values.size())))
      return failure();
  for (int64_t i = 0; i < spatial; ++i)
    if (op.getStrides()[i] < 1 || op.getDilations()[i] < 1)
      return op.emitOpError() << "expected positive strides and dilations but got " << op.getStrides()[i] << " and "
                              << op.getDilations()[i];
  return verifyDim(op, "number of dynamic_pads", llvm::count(op.getPads(), ShapedType::kDynamic),
                   op.getDynamicPads().size());
}

void ConvOp::build(OpBuilder &builder, OperationState &state, Value a, Value b, Value out, ArrayRef<int64_t> strides,
                   ArrayRef<int64_t> dilations, ArrayRef<OpFoldResult> pads, Type accumulator, ValueRange extras,
                   ArrayRef<AffineMap> extraMaps, EpilogueBuilder epilogue) {
  buildConv<ConvOp>(builder, state, a, b, out, strides, dilations, pads, accumulator, extras, extraMaps, epilogue);
}

ArrayRef<int64_t> ConvOp::getKernelShape() { return getB().getType().getShape().slice(2, getSpatialRank()); }

int64_t ConvOp::getPackedColumns() {
  ArrayRef<int64_t> inner = getB().getType().getShape().drop_front(getSpatialRank() + 3);
  return getFixed24() ? 4 * inner.back() : inner.front();
}

SmallVector<OpFoldResult> ConvOp::getMixedPads() { return getMixedValues(getPads(), getDynamicPads(), getContext()); }

static LogicalResult verifyMergedGroups(ConvOp op, int64_t inputs, int64_t outputs) {
  if (inputs != outputs || inputs != op.getPackedColumns() || !llvm::isPowerOf2_64(inputs))
    return op.emitOpError() << "expected merged groups of a power of two of inputs and as many outputs but got "
                            << inputs << " and " << outputs;
  return verifyDim(op, "packed_depth of merged groups", op.getMergedGroups() * inputs, op.getPackedDepth());
}

LogicalResult ConvOp::verify() {
  int64_t rank = getOut().getType().getRank(), weightRank = rank + (getPackedDepth() > 1 || getFixed24() ? 3 : 2);
  if (failed(verifyConv(*this, getElementOfB(*this), weightRank)) || failed(verifyDepth(*this)) ||
      (getFixed24() && failed(verifyFixed24(*this, weightRank))))
    return failure();
  ArrayRef<int64_t> b = getB().getType().getShape();
  int64_t channels = getA().getType().getShape().back(), outChannels = getOut().getType().getShape().back();
  if (ShapedType::isDynamic(channels) || ShapedType::isDynamic(outChannels))
    return emitOpError() << "expected static channels but got " << channels << " and " << outChannels;
  if (channels % getGroups() != 0 || outChannels % getGroups() != 0)
    return emitOpError() << "expected channels divisible by " << getGroups() << " groups but got " << channels
                         << " and " << outChannels;
  if (failed(verifyDim(*this, "panels", llvm::divideCeil(outChannels / getGroups(), getPackedColumns()), b[1])))
    return failure();
  if (getMergedGroups() != 1 && failed(verifyMergedGroups(*this, channels / getGroups(), outChannels / getGroups())))
    return failure();
  return verifyDim(*this, "depth of the panels",
                   llvm::divideCeil(channels / getGroups(), static_cast<int64_t>(getPackedDepth())), b[rank]);
}

void DepthwiseConvOp::build(OpBuilder &builder, OperationState &state, Value a, Value b, Value out,
                            ArrayRef<int64_t> strides, ArrayRef<int64_t> dilations, ArrayRef<OpFoldResult> pads,
                            Type accumulator, ValueRange extras, ArrayRef<AffineMap> extraMaps,
                            EpilogueBuilder epilogue) {
  buildConv<DepthwiseConvOp>(builder, state, a, b, out, strides, dilations, pads, accumulator, extras, extraMaps,
                             epilogue);
}

ArrayRef<int64_t> DepthwiseConvOp::getKernelShape() { return getB().getType().getShape().drop_back(); }

int64_t DepthwiseConvOp::getMultiplier() {
  return getB().getType().getShape().back() / getA().getType().getShape().back();
}

SmallVector<OpFoldResult> DepthwiseConvOp::getMixedPads() {
  return getMixedValues(getPads(), getDynamicPads(), getContext());
}

LogicalResult DepthwiseConvOp::verify() {
  if (failed(verifyConv(*this, getB().getType().getElementType(), getOut().getType().getRank() - 1)))
    return failure();
  int64_t channels = getB().getType().getShape().back(), inputs = getA().getType().getShape().back();
  if (inputs <= 0 || channels % inputs != 0)
    return emitError("expected channels of a to divide ") << channels << " but got " << inputs;
  return verifyDim(*this, "channels of out", channels, getOut().getType().getShape().back());
}

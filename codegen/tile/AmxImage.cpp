//===- AmxImage.cpp - A convolution's input for tile instructions ----------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/AmxImage.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

static constexpr int64_t kPieces = 3;

//===----------------------------------------------------------------------===//
// What lies where
//===----------------------------------------------------------------------===//

std::optional<ImageShape> ImageShape::get(ConvOp op) {
  ArrayRef<int64_t> in = op.getA().getType().getShape(), out = op.getOut().getType().getShape();
  unsigned rank = op.getSpatialRank();
  ArrayRef<int64_t> inputs = in.slice(1, rank), outputs = out.slice(1, rank), kernel = op.getKernelShape();
  if (ShapedType::isDynamicShape(inputs) || ShapedType::isDynamicShape(outputs) ||
      ShapedType::isDynamicShape(op.getPads()))
    return std::nullopt;
  auto axis = [&](unsigned i) {
    return ImageAxis{inputs[i], outputs[i], op.getPads()[i], kernel[i], op.getStrides()[i], op.getDilations()[i]};
  };
  ImageShape shape{.x = axis(rank - 1), .channels = in.back() / op.getGroups()};
  if (rank > 1)
    shape.y = axis(rank - 2);
  for (unsigned i = 0; i + 2 < rank; ++i) {
    shape.outerTaps *= kernel[i];
    shape.outerOutputs *= outputs[i];
  }
  return shape;
}

/// Channels that do not fill tiles go with those of the next tap, where that is next to it.
bool ImageShape::takesWholeLines() const { return channels % AmxUnit::kSteps != 0 && x.dilation == 1; }

/// Rows of tiles that are eight lines of the first cache or a multiple apart would share an eighth of its sets.
static int64_t getPositionElements(const ImageShape &shape) {
  constexpr int64_t eightLines = 8 * AmxUnit::kSteps;
  bool meetInSets = shape.x.getStride() * shape.channels % eightLines == 0;
  return meetInSets && !shape.takesWholeLines() ? shape.channels + AmxUnit::kSteps : shape.channels;
}

ImageCut::ImageCut(const ImageShape &shape, int64_t rowBlock) {
  const ImageAxis &x = shape.x, &y = shape.y;
  int64_t stride = x.getStride();
  xBlocks = llvm::divideCeil(x.output, rowBlock);
  width = llvm::divideCeil(x.output, xBlocks);
  int64_t positions = (width - 1) * stride + x.getReach() + 1;
  if (xBlocks == 1) {
    // The zeros in front of the next line are as good as some behind this one, but the input has to be there.
    int64_t front = llvm::divideCeil(x.pad, x.getInputStep());
    int64_t inputEnd = llvm::divideCeil(x.pad + x.input, x.getInputStep());
    positions = std::max(positions - front, std::min(positions, inputEnd));
  }
  linePitch = std::max<int64_t>(width, llvm::divideCeil(positions, stride));
  int64_t mostLines = std::max<int64_t>(rowBlock - width, 0) / linePitch + 1;
  yBlocks = llvm::divideCeil(y.output, mostLines);
  lines = llvm::divideCeil(y.output, yBlocks);

  remainders = y.getStride();
  planeLines = lines + y.getReach() / remainders;
  positionElements = getPositionElements(shape);
  lineElements = linePitch * stride * positionElements;
  remainderElements = planeLines * lineElements;
  slabElements = remainders * remainderElements;
  // Behind the lines: what the last window reaches, in whole tiles.
  int64_t behind = x.getReach() + 1 + AmxUnit::kRows * stride;
  planeElements = shape.outerTaps * slabElements + behind * positionElements + 2 * AmxUnit::kSteps;
}

AmxImage::AmxImage(IndexBuilder &builder, ConvOp conv, const ImageShape &shape, ArrayRef<WindowAxis> axes)
    : b(builder), op(conv), shape(shape), cut(shape, conv.getAmxAttr().getRowBlock()) {
  if (axes.size() > 2)
    llvm::append_range(outerAxes, axes.drop_back(2));
}

AmxRows AmxImage::enter(Value newBatch, Value newGroup, Value block) {
  batch = newBatch;
  group = newGroup;
  SmallVector<Value> sizes = llvm::map_to_vector(outerAxes, [](const WindowAxis &axis) { return axis.output; });
  sizes.append({b.index(cut.yBlocks), b.index(cut.xBlocks)});
  outerPosition = b.delinearize(block, sizes);
  Value xBlock = outerPosition.pop_back_val(), yBlock = outerPosition.pop_back_val();
  auto beginOf = [&](Value number, int64_t blocks, int64_t all) { return b.div(b.mul(number, all), blocks); };
  yBegin = beginOf(yBlock, cut.yBlocks, shape.y.output);
  yEnd = beginOf(b.add(yBlock, 1), cut.yBlocks, shape.y.output);
  xBegin = beginOf(xBlock, cut.xBlocks, shape.x.output);
  xEnd = beginOf(b.add(xBlock, 1), cut.xBlocks, shape.x.output);

  planes = b.stackBuffer({kPieces * cut.planeElements}, b.getIntegerType(16));
  int64_t runs = shape.getRuns(), products = shape.getPaddedRunSteps() / AmxUnit::kSteps;
  offsets = b.stackBuffer({runs * products}, b.getIndexType());
  b.loop(b.index(0), b.index(runs), 1, [&](Value run) {
    Value offset = getTapOffset(run);
    b.loop(b.index(0), b.index(products), 1, [&](Value product) {
      memref::StoreOp::create(b, b.add(offset, b.mul(product, AmxUnit::kSteps)), offsets,
                              ValueRange{b.add(b.mul(run, products), product)});
    });
  });

  if (shape.y.output == cut.lines * cut.yBlocks && shape.x.output == cut.width * cut.xBlocks)
    return {b.index(0), b.index(cut.getRows()), cut.getRows()};
  Value lastLine = b.sub(b.sub(yEnd, yBegin), b.index(1));
  return {b.index(0), b.add(b.mul(lastLine, cut.linePitch), b.sub(xEnd, xBegin)), std::nullopt};
}

std::pair<SmallVector<Value>, Value> AmxImage::locateRow(Value row) {
  Value line = b.div(row, cut.linePitch), place = b.sub(row, b.mul(line, cut.linePitch));
  SmallVector<Value> position{outerPosition};
  if (op.getSpatialRank() > 1)
    position.push_back(b.add(yBegin, line));
  position.push_back(b.add(xBegin, place));
  bool areAll = cut.linePitch == cut.width && shape.x.output == cut.width * cut.xBlocks;
  Value isThere = areAll ? arith::ConstantOp::create(b, b.getBoolAttr(true)).getResult()
                         : arith::CmpIOp::create(b, arith::CmpIPredicate::slt, place, b.sub(xEnd, xBegin)).getResult();
  return {position, isThere};
}

AmxImage::Step AmxImage::locateStep(Value step) {
  int64_t steps = shape.getRunSteps(), padded = shape.getPaddedRunSteps();
  if (padded == steps)
    return {step, {}};
  Value run = b.div(step, padded), place = b.sub(step, b.mul(run, padded));
  return {b.add(b.mul(run, steps), place),
          b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::slt, place, b.index(steps))};
}

/// Where the steps of a run lie, of the first row.
Value AmxImage::getTapOffset(Value run) {
  SmallVector<Value> kernel{b.index(shape.outerTaps), b.index(shape.y.kernel),
                            b.index(shape.takesWholeLines() ? 1 : shape.x.kernel)};
  SmallVector<Value> taps = b.delinearize(run, kernel);
  Value y = b.mul(taps[1], shape.y.dilation), line = b.div(y, cut.remainders);
  Value remainder = b.sub(y, b.mul(line, cut.remainders));
  Value slab = b.add(b.mul(taps[0], cut.slabElements), b.mul(remainder, cut.remainderElements));
  return b.add(b.add(slab, b.mul(line, cut.lineElements)), b.mul(taps[2], shape.x.dilation * cut.positionElements));
}

void AmxImage::load(AmxUnit &unit, int64_t target, Value rowTile, Value kBlock, int64_t piece) {
  constexpr int64_t bytes = 2;
  int64_t rowElements = shape.x.getStride() * cut.positionElements;
  Value offset = memref::LoadOp::create(b, offsets, ValueRange{kBlock});
  Value element = b.add(b.add(offset, b.mul(rowTile, AmxUnit::kRows * rowElements)), piece * cut.planeElements);
  unit.load(target, planes, b.mul(element, bytes), rowElements * bytes);
}

//===----------------------------------------------------------------------===//
// The input to pieces
//===----------------------------------------------------------------------===//

/// As an unsigned number, a position in front of the input is behind it.
static Value isInside(IndexBuilder &b, Value position, Value input) {
  return arith::CmpIOp::create(b, arith::CmpIPredicate::ult, position, input);
}

void AmxImage::split() {
  SmallVector<Value> kernel =
      llvm::map_to_vector(outerAxes, [&](const WindowAxis &axis) { return b.index(axis.kernel); });
  b.loop(b.index(0), b.index(shape.outerTaps), 1, [&](Value slab) {
    SmallVector<Value> outer;
    Value isThere = arith::ConstantOp::create(b, b.getBoolAttr(true));
    for (auto [axis, position, tap] : llvm::zip(outerAxes, outerPosition, b.delinearize(slab, kernel))) {
      outer.push_back(b.add(axis.origin(b, position), b.mul(tap, axis.dilation)));
      isThere = arith::AndIOp::create(b, isThere, isInside(b, outer.back(), axis.input));
    }
    b.loop(b.index(0), b.index(cut.remainders), 1, [&](Value remainder) {
      // A line more than a smaller block has is there, too, as a line's windows may reach across its end.
      b.loop(b.index(0), b.index(cut.planeLines), 1, [&](Value line) {
        Value inBlock = b.add(b.mul(b.add(yBegin, line), shape.y.stride), remainder);
        Value y = b.sub(inBlock, b.index(shape.y.pad));
        Value target = b.add(b.mul(slab, cut.slabElements), b.mul(remainder, cut.remainderElements));
        splitLine(outer, y, arith::AndIOp::create(b, isThere, isInside(b, y, b.index(shape.y.input))),
                  b.add(target, b.mul(line, cut.lineElements)));
      });
    });
  });
  // What the last line's windows reach, and the last run's last tile.
  int64_t behind = (shape.x.getReach() + 1) * cut.positionElements + AmxUnit::kSteps;
  fillZeros(b.index(shape.outerTaps * cut.slabElements), b.index(0), b.index(behind));
}

/// Line `y` of the input, if it is there, and its padding.
void AmxImage::splitLine(ValueRange outer, Value y, Value isThere, Value target) {
  int64_t positions = cut.linePitch * shape.x.getStride();
  Value origin = b.sub(b.mul(xBegin, shape.x.stride), b.index(shape.x.pad)), zero = b.index(0);
  auto countBefore = [&](int64_t input) {
    Value before = b.ceilDiv(b.max(zero, b.sub(b.index(input), origin)), shape.x.getInputStep());
    return b.createOrFold<arith::SelectOp>(isThere, b.min(b.index(positions), before), zero);
  };
  Value begin = countBefore(0), end = countBefore(shape.x.input);
  fillZeros(target, zero, b.mul(begin, cut.positionElements));
  splitPositions(outer, y, target, begin, end);
  fillZeros(target, b.mul(end, cut.positionElements), b.index(cut.lineElements));
}

/// Positions [begin, end) of the line at `target`.
void AmxImage::splitPositions(ValueRange outer, Value y, Value target, Value begin, Value end) {
  Value input = op.getA(), origin = b.sub(b.mul(xBegin, shape.x.stride), b.index(shape.x.pad));
  SmallVector<Value> indices{batch};
  llvm::append_range(indices, outer);
  if (op.getSpatialRank() > 1)
    indices.push_back(y);
  bool isWhole =
      cut.positionElements == cast<MemRefType>(input.getType()).getShape().back() && shape.x.getInputStep() == 1;
  if (Value flat = isWhole ? b.collapseDims(input, op.getSpatialRank()) : Value()) {
    indices.push_back({});
    b.loop(b.mul(begin, shape.channels), b.mul(end, shape.channels), AmxUnit::kWords, [&](Value element) {
      indices.back() = b.add(b.mul(origin, shape.channels), element);
      splitVector(flat, indices, b.add(target, element));
    });
    return;
  }
  indices.append(2, {});
  b.loop(begin, end, 1, [&](Value position) {
    indices[indices.size() - 2] = b.add(origin, b.mul(position, shape.x.getInputStep()));
    b.loop(b.index(0), b.index(shape.channels), AmxUnit::kWords, [&](Value channel) {
      indices.back() = b.add(b.mul(group, shape.channels), channel);
      splitVector(input, indices, b.add(b.add(target, b.mul(position, cut.positionElements)), channel));
    });
  });
}

void AmxImage::splitVector(Value source, ValueRange indices, Value target) {
  Value numbers = loadSteps(b, source, indices, /*count=*/Value());
  for (auto [piece, words] : llvm::enumerate(splitToBf16(b, numbers)))
    store(piece, target, words);
}

/// Elements [begin, end) behind `target`.
void AmxImage::fillZeros(Value target, Value begin, Value end) {
  auto type = VectorType::get(AmxUnit::kWords, b.getIntegerType(16));
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(type));
  b.loop(begin, end, AmxUnit::kWords, [&](Value element) {
    for (int64_t piece = 0; piece < kPieces; ++piece)
      store(piece, b.add(target, element), zero);
  });
}

void AmxImage::store(int64_t piece, Value element, Value words) {
  vector::StoreOp::create(b, words, planes, ValueRange{b.add(element, piece * cut.planeElements)});
}

//===- AmxImage.h - A convolution's input for tile instructions -*- C++ -*-===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A convolution by tile instructions is a product of output positions by the
// channels of all taps. Its left operand need not be written down: what a block
// of outputs meets of the input becomes three planes of bf16 pieces, padding and
// all, each number once, and a tile of 16 positions by 32 steps is where it lies
// in each, a window's stride from row to row:
//
//   piece, outer taps, remainder of y by the stride, line, position, channel
//
// Lines of the output take lines of one remainder, so a block's rows run on from
// line to line; those at the end of each whose windows reach across are of no
// output. The zeros behind a line are those in front of the next one.
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_CODEGEN_TILE_AMXIMAGE_H
#define INGOT_CODEGEN_TILE_AMXIMAGE_H

#include "codegen/tile/AmxBlock.h"
#include "codegen/tile/Window.h"

namespace ingot::tile {

/// One spatial dimension of a convolution whose extents are known.
struct ImageAxis {
  int64_t input, output, pad, kernel, stride, dilation;

  /// Positions of the planes from one output to the next, and of the input from one of those to the next: what a kernel
  /// of one tap steps over is left out.
  int64_t getStride() const { return kernel == 1 ? 1 : stride; }
  int64_t getInputStep() const { return kernel == 1 ? stride : 1; }
  int64_t getReach() const { return (kernel - 1) * dilation; }
};

/// The last two spatial dimensions, all taps and outputs of others, and the channels of a group.
struct ImageShape {
  ImageAxis y{1, 1, 0, 1, 1, 1}, x;
  int64_t outerTaps = 1, outerOutputs = 1, channels;

  /// None where some extent is not known.
  static std::optional<ImageShape> get(ConvOp op);

  /// Taps and channels that follow each other in the input as in the weights, as steps of one run.
  bool takesWholeLines() const;
  int64_t getRuns() const { return outerTaps * y.kernel * (takesWholeLines() ? 1 : x.kernel); }
  int64_t getRunSteps() const { return channels * (takesWholeLines() ? x.kernel : 1); }
  /// Each run begins a tile anew.
  int64_t getPaddedRunSteps() const { return llvm::alignTo(getRunSteps(), AmxUnit::kSteps); }
  int64_t getSteps() const { return getRuns() * getPaddedRunSteps(); }
};

/// How outputs are cut into blocks of at most `row_block` rows, and what lies where in a plane.
struct ImageCut {
  int64_t yBlocks, xBlocks;
  int64_t lines, width; ///< of the largest block
  int64_t linePitch;    ///< rows from line to line
  int64_t remainders, planeLines;
  int64_t positionElements, lineElements, remainderElements, slabElements, planeElements;

  ImageCut(const ImageShape &shape, int64_t rowBlock);

  int64_t getRows() const { return (lines - 1) * linePitch + width; }
};

/// The planes on the stack.
class AmxImage : public AmxLeft {
public:
  AmxImage(IndexBuilder &builder, ConvOp op, const ImageShape &shape, llvm::ArrayRef<WindowAxis> axes);

  /// Blocks of an image's outputs, and steps of the tiles.
  int64_t countBlocks() const { return shape.outerOutputs * cut.yBlocks * cut.xBlocks; }
  int64_t countSteps() const { return shape.getSteps(); }
  /// Goes to one of the blocks, of one group; its rows.
  AmxRows enter(mlir::Value batch, mlir::Value group, mlir::Value block);

  void split() override;
  void load(AmxUnit &unit, int64_t target, mlir::Value rowTile, mlir::Value kBlock, int64_t piece) override;

  /// The step of the weights that is step `step` of the tiles, and whether there is one: null if there always is.
  struct Step {
    mlir::Value step, isThere;
  };
  Step locateStep(mlir::Value step);
  /// The output position that a row is, and whether it is one.
  std::pair<llvm::SmallVector<mlir::Value>, mlir::Value> locateRow(mlir::Value row);

private:
  mlir::Value getTapOffset(mlir::Value run);
  void splitLine(mlir::ValueRange outer, mlir::Value y, mlir::Value isThere, mlir::Value target);
  void fillZeros(mlir::Value target, mlir::Value begin, mlir::Value end);
  void splitPositions(mlir::ValueRange outer, mlir::Value y, mlir::Value target, mlir::Value begin, mlir::Value end);
  void splitVector(mlir::Value source, mlir::ValueRange indices, mlir::Value target);
  void store(int64_t piece, mlir::Value element, mlir::Value words);

  IndexBuilder &b;
  ConvOp op;
  ImageShape shape;
  ImageCut cut;
  llvm::SmallVector<WindowAxis> outerAxes;
  mlir::Value planes, offsets;
  /// The block at hand.
  mlir::Value batch, group, yBegin, yEnd, xBegin, xEnd;
  llvm::SmallVector<mlir::Value> outerPosition;
};

} // namespace ingot::tile

#endif // INGOT_CODEGEN_TILE_AMXIMAGE_H

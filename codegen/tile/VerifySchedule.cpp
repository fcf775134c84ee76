//===- VerifySchedule.cpp - Whether a schedule fits its operation ----------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/AmxImage.h"
#include "codegen/tile/TileSchedule.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot::tile;

static LogicalResult verifyPacked(Operation *op, int64_t packed, ScheduleAttr schedule) {
  if (packed && packed != schedule.getColumns())
    return op->emitError("expected a schedule of ") << packed << " columns as packed but got " << schedule.getColumns();
  return success();
}

static LogicalResult verifyBlock(Operation *op, ScheduleAttr schedule) {
  if (schedule.getRowBlock() < 1)
    return op->emitError("expected a positive row_block but got ") << schedule.getRowBlock();
  return success();
}

static LogicalResult verifyLineBlock(Operation *op, ScheduleAttr schedule) {
  if (schedule.getLineBlock() % schedule.getRows() != 0)
    return op->emitError("expected line_block to be a multiple of ")
           << schedule.getRows() << " rows but got " << schedule.getLineBlock();
  return success();
}

static LogicalResult verifyAmx(Operation *op, MemRefType a, int64_t packedDepth, ScheduleAttr schedule, AmxAttr amx) {
  if (packedDepth != 1 || !a.getElementType().isF32() || !a.isLastDimUnitStride())
    return op->emitError("expected contiguous rows of f32 on either side for amx");
  if (schedule.getLanes() != AmxUnit::kWords)
    return op->emitError("expected vectors of ") << AmxUnit::kWords << " lanes for amx but got " << schedule.getLanes();
  if (amx.getColumnBlock() % schedule.getColumns() != 0)
    return op->emitError("expected column_block to be a multiple of ")
           << schedule.getColumns() << " columns but got " << amx.getColumnBlock();
  return success();
}

static LogicalResult verifyMatmul(MatmulOp op, ScheduleAttr schedule) {
  if (failed(verifyPacked(op, op.getPackedColumns(), schedule)))
    return failure();
  if (schedule.getRowBlock() % schedule.getRows() != 0)
    return op->emitError("expected row_block to be a multiple of ")
           << schedule.getRows() << " rows but got " << schedule.getRowBlock();
  if (op.getBf16Pieces() && (schedule.getPrefetch() || schedule.getAhead()))
    return op->emitError("expected neither prefetch nor ahead for bf16_pieces");
  int64_t panel = schedule.getPanel(), k = op.getA().getType().getShape().back();
  AmxAttr amx = op.getAmxAttr();
  if (amx) {
    bool isPacked = op.getLayout() == RhsLayout::packed;
    bool isReadable = isPacked || op.getB().getType().isLastDimUnitStride();
    if (failed(verifyAmx(op, op.getA().getType(), isReadable ? op.getPackedDepth() : 0, schedule, amx)))
      return failure();
    if (amx.getPrefetch() && !isPacked)
      return op->emitError("expected a packed right operand for amx to prefetch but got ")
             << stringifyRhsLayout(op.getLayout());
    if (amx.getImage())
      return op->emitError("expected a convolution for amx with image");
    if (amx.getStream() && (ShapedType::isDynamic(k) || amx.getRightDepth() < k))
      return op->emitError("expected right_depth to be of all steps for amx with stream but got ")
             << amx.getRightDepth();
    if (amx.getStream() && amx.getRowBlock() != AmxUnit::kRows)
      return op->emitError("expected row_block to be ")
             << AmxUnit::kRows << " for amx with stream but got " << amx.getRowBlock();
    if (op.getBf16Pieces() && !amx.getStream())
      return op->emitError("expected amx with stream for bf16_pieces");
    if (amx.getOverlap() && op.getLayout() == RhsLayout::transposed)
      return op->emitError("expected no transposed right operand for amx to overlap");
  }
  if (op.getLayout() == RhsLayout::transposed && panel < 1)
    return op->emitError("expected a positive panel for a transposed right operand but got ") << panel;
  bool several = op.getLayout() != RhsLayout::packed && panel > 0 && (ShapedType::isDynamic(k) || k > panel);
  if (several && schedule.getRowBlock() < 1)
    return op->emitError("expected a positive row_block where sums wait for the next panel but got ")
           << schedule.getRowBlock();
  // As many rows go back to vectors at a time.
  if (int64_t m = op.getOut().getType().getShape().drop_back().back(); several && amx)
    if (schedule.getRowBlock() < 2 * AmxUnit::kRows && (ShapedType::isDynamic(m) || m > schedule.getRowBlock()))
      return op->emitError("expected row_block to be ")
             << 2 * AmxUnit::kRows << " or more for amx but got " << schedule.getRowBlock();
  return success();
}

static LogicalResult verifyConv(ConvOp op, ScheduleAttr schedule) {
  if (failed(verifyPacked(op, op.getPackedColumns(), schedule)) || failed(verifyLineBlock(op, schedule)))
    return failure();
  AmxAttr amx = op.getAmxAttr();
  if (!amx)
    return success();
  MemRefType a = op.getA().getType(), b = op.getB().getType();
  if (int64_t channels = a.getShape().back() / op.getGroups();
      channels % AmxUnit::kWords != 0 || !b.areTrailingDimsContiguous(b.getRank() - 1))
    return op->emitError("expected contiguous weights of a multiple of ")
           << AmxUnit::kWords << " channels for amx but got " << channels << " of " << b;
  if (std::optional<ImageShape> image = ImageShape::get(op); amx.getImage() && !image)
    return op->emitError("expected known extents for amx with image");
  else if (amx.getImage() && amx.getLeftDepth() < image->getSteps())
    return op->emitError("expected left_depth to be ")
           << image->getSteps() << " or more for amx with image but got " << amx.getLeftDepth();
  if (amx.getStream())
    return op->emitError("expected a product for amx with stream");
  return verifyAmx(op, a, op.getPackedDepth(), schedule, amx);
}

static LogicalResult verifyDepthwise(DepthwiseConvOp op, ScheduleAttr schedule) {
  if (schedule.getLanes() % op.getMultiplier() != 0)
    return op->emitError("expected lanes to be a multiple of the channel multiplier ")
           << op.getMultiplier() << " but got " << schedule.getLanes();
  if (schedule.getPanel() < 0 || schedule.getPanel() % schedule.getLanes() != 0)
    return op->emitError("expected panel to be a multiple of ")
           << schedule.getLanes() << " lanes but got " << schedule.getPanel();
  return verifyLineBlock(op, schedule);
}

static LogicalResult verifyPlanes(PlanesConvOp op, ScheduleAttr schedule) {
  int64_t lines = schedule.getLineBlock();
  if (lines > 0 && schedule.getRowBlock() % lines != 0)
    return op->emitError("expected row_block to be a multiple of ")
           << lines << " lines but got " << schedule.getRowBlock();
  if (lines > 0 && op.getStrides()[1] > 2)
    return op->emitError("expected a stride of one or two for line_block but got ") << op.getStrides()[1];
  return verifyBlock(op, schedule);
}

static LogicalResult verifyWinograd(WinogradConvOp op, ScheduleAttr schedule) {
  if (failed(verifyPacked(op, op.getPackedColumns(), schedule)))
    return failure();
  return verifyBlock(op, schedule);
}

static LogicalResult verifyAttention(AttentionOp op, ScheduleAttr schedule) {
  if (schedule.getPanel() < 1 || schedule.getPanel() % schedule.getColumns() != 0)
    return op->emitError("expected panel to be a multiple of ")
           << schedule.getColumns() << " columns but got " << schedule.getPanel();
  return verifyBlock(op, schedule);
}

LogicalResult ingot::tile::verifySchedule(Operation *op, ScheduleAttr schedule) {
  if (!schedule)
    return op->emitError("expected a schedule");
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](MatmulOp matmul) { return verifyMatmul(matmul, schedule); })
      .Case([&](ConvOp conv) { return verifyConv(conv, schedule); })
      .Case([&](DepthwiseConvOp depthwise) { return verifyDepthwise(depthwise, schedule); })
      .Case([&](PlanesConvOp planes) { return verifyPlanes(planes, schedule); })
      .Case([&](WinogradConvOp winograd) { return verifyWinograd(winograd, schedule); })
      .Case([&](AttentionOp attention) { return verifyAttention(attention, schedule); });
}

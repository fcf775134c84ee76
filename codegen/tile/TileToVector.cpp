//===- TileToVector.cpp - Scheduled tile operations to loops ---------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Emitters.h"
#include "codegen/tile/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace ingot::tile {
#define GEN_PASS_DEF_TILETOVECTOR
#include "codegen/tile/Passes.h.inc"
} // namespace ingot::tile

using namespace mlir;
using namespace ingot::tile;

/// Checks what only the operation and its schedule together can tell.
static LogicalResult verifySchedule(TileOpInterface op) {
  ScheduleAttr schedule = op.getScheduleAttr();
  if (!schedule)
    return op->emitError("expected a schedule");
  int64_t packed = 0;
  if (auto matmul = dyn_cast<MatmulOp>(op.getOperation()))
    packed = matmul.getPackedColumns();
  if (auto conv = dyn_cast<ConvOp>(op.getOperation()))
    packed = conv.getPackedColumns();
  auto winograd = dyn_cast<WinogradConvOp>(op.getOperation());
  if (winograd)
    packed = winograd.getPackedColumns();
  if (packed && packed != schedule.getColumns())
    return op->emitError("expected a schedule of ") << packed << " columns as packed but got " << schedule.getColumns();
  if (winograd && schedule.getRowBlock() < 1)
    return op->emitError("expected a positive row_block but got ") << schedule.getRowBlock();
  if (isa<MatmulOp>(op) && schedule.getRowBlock() % schedule.getRows() != 0)
    return op->emitError("expected row_block to be a multiple of ")
           << schedule.getRows() << " rows but got " << schedule.getRowBlock();
  return success();
}

static LogicalResult verifySchedule(AttentionOp op) {
  std::optional<ScheduleAttr> schedule = op.getSchedule();
  if (!schedule)
    return op->emitError("expected a schedule");
  if (schedule->getPanel() < 1 || schedule->getPanel() % schedule->getColumns() != 0)
    return op->emitError("expected panel to be a multiple of ")
           << schedule->getColumns() << " columns but got " << schedule->getPanel();
  if (schedule->getRowBlock() < 1)
    return op->emitError("expected a positive row_block but got ") << schedule->getRowBlock();
  return success();
}

static void emitLoops(TileOpInterface op) {
  IndexBuilder builder(op->getLoc(), op);
  builder.setLoopsComplete(true);
  if (auto matmul = dyn_cast<MatmulOp>(op.getOperation()))
    emitMatmul(builder, matmul);
  else if (auto conv = dyn_cast<ConvOp>(op.getOperation()))
    emitConv(builder, conv);
  else if (auto winograd = dyn_cast<WinogradConvOp>(op.getOperation()))
    emitWinogradConv(builder, winograd);
  else
    emitDepthwiseConv(builder, cast<DepthwiseConvOp>(op.getOperation()));
}

namespace {

struct TileToVector : ingot::tile::impl::TileToVectorBase<TileToVector> {
  void runOnOperation() override {
    SmallVector<TileOpInterface> ops;
    getOperation()->walk([&](TileOpInterface op) { ops.push_back(op); });
    for (TileOpInterface op : ops) {
      if (failed(verifySchedule(op)))
        return signalPassFailure();
      emitLoops(op);
      op->erase();
    }
    SmallVector<AttentionOp> attentions;
    getOperation()->walk([&](AttentionOp op) { attentions.push_back(op); });
    for (AttentionOp op : attentions) {
      if (failed(verifySchedule(op)))
        return signalPassFailure();
      IndexBuilder builder(op->getLoc(), op);
      builder.setLoopsComplete(true);
      emitAttention(builder, op);
      op->erase();
    }
  }
};

} // namespace

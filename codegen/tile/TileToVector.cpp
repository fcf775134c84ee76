//===- TileToVector.cpp - Scheduled tile operations to loops ---------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/rt/Rt.h"
#include "codegen/tile/Emitters.h"
#include "codegen/tile/Passes.h"
#include "codegen/tile/TileSchedule.h"

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

static void emitLoops(TileOpInterface op) {
  IndexBuilder builder(op->getLoc(), op);
  builder.setLoopsComplete(true);
  if (auto matmul = dyn_cast<MatmulOp>(op.getOperation()))
    emitMatmul(builder, matmul);
  else if (auto conv = dyn_cast<ConvOp>(op.getOperation()))
    emitConv(builder, conv);
  else if (auto planes = dyn_cast<PlanesConvOp>(op.getOperation()))
    emitPlanesConv(builder, planes);
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
      if (failed(verifySchedule(op, op.getScheduleAttr())))
        return signalPassFailure();
      emitLoops(op);
      op->erase();
    }
    SmallVector<AttentionOp> attentions;
    getOperation()->walk([&](AttentionOp op) { attentions.push_back(op); });
    for (AttentionOp op : attentions) {
      if (failed(verifySchedule(op, op.getScheduleAttr())))
        return signalPassFailure();
      IndexBuilder builder(op->getLoc(), op);
      builder.setLoopsComplete(true);
      emitAttention(builder, op);
      op->erase();
    }
  }
};

} // namespace

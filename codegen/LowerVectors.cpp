//===-- LowerVectors.cpp - breaks vector operations down to one-dimensional ones -----------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Passes.h"

#include "mlir/Conversion/VectorToSCF/VectorToSCF.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/UB/IR/UBOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/Vector/Transforms/LoweringPatterns.h"
#include "mlir/Dialect/Vector/Transforms/VectorRewritePatterns.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_LOWERVECTORS
#include "codegen/Passes.h.inc"

namespace {

/// Upstream compares indices of 64 bits, which takes twice the registers, or of 32, which is wrong far from the end of
/// a large buffer. A length that is first brought within the vector's is right in 32.
struct LowerMask : OpRewritePattern<vector::CreateMaskOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(vector::CreateMaskOp op, PatternRewriter &rewriter) const override {
    VectorType type = op.getType();
    if (type.getRank() != 1 || type.isScalable())
      return failure();
    Location loc = op.getLoc();
    auto indices = VectorType::get(type.getShape(), rewriter.getI32Type());
    auto lanes = llvm::to_vector(llvm::seq<int32_t>(0, type.getNumElements()));
    Value lane = arith::ConstantOp::create(rewriter, loc, DenseIntElementsAttr::get(indices, ArrayRef(lanes)));
    Value zero = arith::ConstantIndexOp::create(rewriter, loc, 0);
    Value most = arith::ConstantIndexOp::create(rewriter, loc, type.getNumElements());
    Value length = arith::MaxSIOp::create(rewriter, loc, op.getOperand(0), zero);
    length = arith::MinSIOp::create(rewriter, loc, length, most);
    length = arith::IndexCastOp::create(rewriter, loc, rewriter.getI32Type(), length);
    Value lengths = vector::BroadcastOp::create(rewriter, loc, indices, length);
    rewriter.replaceOpWithNewOp<arith::CmpIOp>(op, arith::CmpIPredicate::slt, lane, lengths);
    return success();
  }
};

} // namespace

static void populateStructurePatterns(RewritePatternSet &patterns) {
  vector::populateVectorContractLoweringPatterns(patterns, vector::VectorContractLowering::OuterProduct);
  vector::populateVectorOuterProductLoweringPatterns(patterns);
  vector::populateVectorMultiReductionLoweringPatterns(patterns, vector::VectorMultiReductionLowering::InnerReduction);
  vector::populateVectorScanLoweringPatterns(patterns);
  vector::populateVectorStepLoweringPatterns(patterns);
  vector::populateVectorMaskOpLoweringPatterns(patterns);
}

static void populateTransferPatterns(RewritePatternSet &patterns) {
  vector::populateVectorTransferPermutationMapLoweringPatterns(patterns);
  populateVectorToSCFConversionPatterns(patterns, VectorTransferToSCFOptions().enableFullUnroll());
  patterns.add<LowerMask>(patterns.getContext(), /*benefit=*/2);
  vector::populateVectorMaskMaterializationPatterns(patterns, /*force32BitVectorIndices=*/false);
  vector::populateVectorTransferLoweringPatterns(patterns, /*maxTransferRank=*/1);
  vector::populateVectorGatherLoweringPatterns(patterns);
}

static void populateDataMovementPatterns(RewritePatternSet &patterns) {
  vector::populateVectorBroadcastLoweringPatterns(patterns);
  vector::populateVectorBitCastLoweringPatterns(patterns);
  vector::populateVectorShapeCastLoweringPatterns(patterns);
  vector::populateVectorTransposeLoweringPatterns(patterns, vector::VectorTransposeLowering::Shuffle1D);
  vector::populateVectorInsertExtractStridedSliceTransforms(patterns);
  vector::populateVectorRankReducingFMAPattern(patterns);
}

namespace {

/// In steps: a later one would take apart what an earlier one still needs as a whole.
struct LowerVectors : impl::LowerVectorsBase<LowerVectors> {
  void runOnOperation() override {
    for (auto populate : {populateStructurePatterns, populateTransferPatterns, populateDataMovementPatterns}) {
      RewritePatternSet patterns(&getContext());
      populate(patterns);
      if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
        return signalPassFailure();
    }
  }
};

} // namespace
} // namespace ingot

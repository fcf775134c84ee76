//===-- ToLLVM.cpp - converts all that is left to the LLVM dialect -------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/HostFunction.h"
#include "codegen/Passes.h"
#include "codegen/rt/RtToLLVM.h"
#include "codegen/rt/RuntimeSymbols.h"
#include "codegen/tile/TileDialect.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/IndexToLLVM/IndexToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MathToLibm/MathToLibm.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Dialect/X86Vector/Transforms.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_TOLLVM
#include "codegen/Passes.h.inc"

namespace {

/// A fused multiply-add that the target lacks would be a call of libm, slower by two orders of magnitude; we do not
/// ask for the exact rounding.
struct LowerFma : ConvertOpToLLVMPattern<math::FmaOp> {
  explicit LowerFma(const LLVMTypeConverter &converter) : ConvertOpToLLVMPattern(converter, /*benefit=*/2) {}

  LogicalResult matchAndRewrite(math::FmaOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<LLVM::FMulAddOp>(op, adaptor.getA(), adaptor.getB(), adaptor.getC());
    return success();
  }
};

/// f64 goes to bf16 by way of f32, which the expansion of the rounding starts from.
struct RoundTwice : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::TruncFOp op, PatternRewriter &rewriter) const override {
    if (!getElementTypeOrSelf(op.getIn()).isF64() || !getElementTypeOrSelf(op.getType()).isBF16())
      return failure();
    Type type = rewriter.getF32Type();
    if (auto vector = llvm::dyn_cast<VectorType>(op.getType()))
      type = vector.clone(type);
    Value single = arith::TruncFOp::create(rewriter, op.getLoc(), type, op.getIn());
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, op.getType(), single);
    return success();
  }
};

struct ToLLVM : impl::ToLLVMBase<ToLLVM> {
  void runOnOperation() override;

private:
  void populatePatterns(const LLVMTypeConverter &converter, rt::RuntimeSymbols &symbols, RewritePatternSet &patterns);
};

/// Positions, in the converted function, of the pointers of arguments that share no memory with others. The
/// conversion drops the attribute of arguments that become several.
using NoaliasPositions = DenseMap<StringAttr, SmallVector<unsigned>>;

} // namespace

static unsigned getFlatSize(Type type) {
  if (auto memref = llvm::dyn_cast<MemRefType>(type))
    return 3 + 2 * memref.getRank();
  return llvm::isa<UnrankedMemRefType>(type) ? 2 : 1;
}

static NoaliasPositions collectNoalias(ModuleOp module) {
  NoaliasPositions positions;
  for (auto function : module.getOps<func::FuncOp>()) {
    unsigned position = 0;
    for (auto [index, type] : llvm::enumerate(function.getArgumentTypes())) {
      if (llvm::isa<MemRefType>(type) && function.getArgAttr(index, LLVM::LLVMDialect::getNoAliasAttrName()))
        positions[function.getSymNameAttr()].push_back(position + 1); // behind the allocated comes the aligned pointer
      position += getFlatSize(type);
    }
  }
  return positions;
}

static void finishFunctions(ModuleOp module, const NoaliasPositions &noalias) {
  auto unit = UnitAttr::get(module.getContext());
  for (auto function : module.getOps<LLVM::LLVMFuncOp>()) {
    if (function.isExternal())
      continue;
    function.setLinkage(LLVM::Linkage::Internal);
    // A kernel is a unit of compilation: inlined into one host function, they would make it too large to optimize.
    if (isKernel(function))
      function.setNoInline(true);
    if (auto positions = noalias.find(function.getSymNameAttr()); positions != noalias.end())
      for (unsigned position : positions->second)
        function.setArgAttr(position, LLVM::LLVMDialect::getNoAliasAttrName(), unit);
  }
}

/// What a loop tells LLVM about itself comes out of its conversion as a discardable attribute of the branch, which the
/// translation does not look at.
static void finishLoops(ModuleOp module) {
  static constexpr StringLiteral name = "llvm.loop_annotation";
  module.walk([](LLVM::BrOp branch) {
    if (auto annotation = branch->getAttrOfType<LLVM::LoopAnnotationAttr>(name)) {
      branch->removeDiscardableAttr(name);
      branch.setLoopAnnotationAttr(annotation);
    }
  });
}

/// Stores integers where they would only be seen as floats for the store: LLVM moves a copy to all lanes behind such a
/// view, and for narrow floats that it has no registers for, it converts each copy by a function of libgcc.
static void storeIntegers(ModuleOp module) {
  module.walk([](LLVM::StoreOp store) {
    auto view = store.getValue().getDefiningOp<LLVM::BitcastOp>();
    if (view && llvm::isa<FloatType>(getElementTypeOrSelf(view.getType())) &&
        llvm::isa<IntegerType>(getElementTypeOrSelf(view.getArg().getType())))
      store.getValueMutable().assign(view.getArg());
  });
}

void ToLLVM::populatePatterns(const LLVMTypeConverter &converter, rt::RuntimeSymbols &symbols,
                              RewritePatternSet &patterns) {
  rt::populateRtToLLVMPatterns(converter, symbols, patterns);
  patterns.add<LowerFma>(converter);
  arith::populateCeilFloorDivExpandOpsPatterns(patterns);
  arith::populateArithToLLVMConversionPatterns(converter, patterns);
  populateMathToLLVMConversionPatterns(converter, patterns, /*approximateLog1p=*/false);
  populateMathToLibmConversionPatterns(patterns, /*benefit=*/0);
  populateVectorToLLVMConversionPatterns(converter, patterns, /*reassociateFPReductions=*/true);
  populateX86VectorLegalizeForLLVMExportPatterns(converter, patterns);
  populateFinalizeMemRefToLLVMConversionPatterns(converter, patterns);
  index::populateIndexToLLVMConversionPatterns(converter, patterns);
  ub::populateUBToLLVMConversionPatterns(converter, patterns);
  cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
  populateFuncToLLVMConversionPatterns(converter, patterns);
}

/// Rounds to bf16 with integers where the processor cannot: LLVM would call a function that libgcc may lack.
static LogicalResult expandBFloat16(ModuleOp module) {
  if (tile::getTarget(module).getDotBf16())
    return success();
  SmallVector<Operation *> conversions;
  module.walk([&](Operation *op) {
    if (llvm::isa<arith::TruncFOp, arith::ExtFOp>(op))
      conversions.push_back(op);
  });
  RewritePatternSet patterns(module.getContext());
  patterns.add<RoundTwice>(module.getContext());
  arith::populateExpandBFloat16Patterns(patterns);
  return applyOpPatternsGreedily(conversions, std::move(patterns));
}

void ToLLVM::runOnOperation() {
  ModuleOp module = getOperation();
  if (failed(expandBFloat16(module)))
    return signalPassFailure();
  NoaliasPositions noalias = collectNoalias(module);
  LowerToLLVMOptions options(&getContext());
  options.overrideIndexBitwidth(64);
  LLVMTypeConverter converter(&getContext(), options);
  LLVMConversionTarget target(getContext());
  target.addLegalOp<ModuleOp, rt::WeightDataOp>();
  configureX86VectorLegalizeForExportTarget(target);

  rt::RuntimeSymbols symbols(module);
  RewritePatternSet patterns(&getContext());
  populatePatterns(converter, symbols, patterns);
  if (failed(applyFullConversion(module, target, std::move(patterns))))
    return signalPassFailure();
  finishFunctions(module, noalias);
  finishLoops(module);
  storeIntegers(module);
}

} // namespace ingot

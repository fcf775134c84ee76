//===-- RtToLLVM.cpp - lowers the rt dialect to calls of the runtime -----------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/rt/RtToLLVM.h"

#include "codegen/rt/Rt.h"
#include "codegen/rt/RuntimeSymbols.h"
#include "runtime/abi/ingot_abi.h"

#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

#include <cstddef>

using namespace mlir;

namespace ingot::rt {
namespace {

/// Base of the patterns: the function around an operation and what its arguments are.
template <typename OpTy>
struct RtPattern : ConvertOpToLLVMPattern<OpTy> {
  RtPattern(const LLVMTypeConverter &converter, RuntimeSymbols &symbols)
      : ConvertOpToLLVMPattern<OpTy>(converter, /*benefit=*/2), symbols(symbols) {}

  /// An argument of the function around `op`: 0 is the context, 2 of the host function the weights.
  static Value getArgument(Operation *op, unsigned index) {
    auto function = op->getParentOfType<FunctionOpInterface>();
    if (function.getNumArguments() <= index || !llvm::isa<LLVM::LLVMPointerType>(function.getArgument(index).getType()))
      return Value();
    return function.getArgument(index);
  }

  static Value constant(OpBuilder &builder, Location loc, int64_t value, unsigned bits = 64) {
    return LLVM::ConstantOp::create(builder, loc, builder.getIntegerType(bits), value);
  }

  /// An array on the stack, made at the function's entry so that a loop takes no more of it.
  static Value createArray(OpBuilder &builder, Operation *op, int64_t count) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&op->getParentOfType<FunctionOpInterface>().getFunctionBody().front());
    return LLVM::AllocaOp::create(builder, op->getLoc(), LLVM::LLVMPointerType::get(op->getContext()),
                                  builder.getI64Type(), constant(builder, op->getLoc(), count));
  }

  static Value elementAt(OpBuilder &builder, Location loc, Value array, int64_t index) {
    return LLVM::GEPOp::create(builder, loc, array.getType(), builder.getI64Type(), array,
                               LLVM::GEPArg(static_cast<int32_t>(index)));
  }

  static Value storeAll(OpBuilder &builder, Operation *op, ValueRange values) {
    Value array = createArray(builder, op, values.size());
    for (auto [index, value] : llvm::enumerate(values))
      LLVM::StoreOp::create(builder, op->getLoc(), value, elementAt(builder, op->getLoc(), array, index));
    return array;
  }

  /// `bytes` as a field at `offset` of what `base` points to.
  static Value loadAt(OpBuilder &builder, Location loc, Value base, int64_t offset, Type type) {
    Value address =
        LLVM::GEPOp::create(builder, loc, base.getType(), builder.getI8Type(), base, LLVM::GEPArg((int32_t)offset));
    return LLVM::LoadOp::create(builder, loc, type, address);
  }

  /// A descriptor of row-major memory.
  Value describe(ConversionPatternRewriter &rewriter, Location loc, MemRefType type, Value memory,
                 ValueRange dynamicSizes) const {
    SmallVector<Value> sizes, strides;
    Value size;
    this->getMemRefDescriptorSizes(loc, type, dynamicSizes, rewriter, sizes, strides, size, /*sizeInBytes=*/false);
    return this->createMemRefDescriptor(loc, type, memory, memory, sizes, strides, rewriter);
  }

  RuntimeSymbols &symbols;
};

/// The product of `factor` and `dims`, as rt.bytes defines it.
Value createSaturatedProduct(OpBuilder &builder, Location loc, int64_t factor, ValueRange dims) {
  Type i64 = builder.getI64Type();
  auto constant = [&](int64_t value) { return LLVM::ConstantOp::create(builder, loc, i64, value); };
  Value product = constant(factor), zero = constant(0), largest = constant(INT64_MAX);
  auto resultType = LLVM::LLVMStructType::getLiteral(builder.getContext(), {i64, builder.getI1Type()});
  for (Value dim : dims) {
    Value size = LLVM::SMaxOp::create(builder, loc, dim, zero);
    Value checked = LLVM::SMulWithOverflowOp::create(builder, loc, resultType, product, size);
    Value value = LLVM::ExtractValueOp::create(builder, loc, checked, 0);
    Value overflows = LLVM::ExtractValueOp::create(builder, loc, checked, 1);
    product = LLVM::SelectOp::create(builder, loc, overflows, largest, value);
  }
  return product;
}

//===--------------------------------------------------------------------------------------------===//
// Weights, inputs, outputs, memory
//===--------------------------------------------------------------------------------------------===//

struct LowerWeight : RtPattern<WeightOp> {
  using RtPattern::RtPattern;
  LogicalResult matchAndRewrite(WeightOp op, OpAdaptor, ConversionPatternRewriter &rewriter) const override {
    auto data = SymbolTable::lookupNearestSymbolFrom<WeightDataOp>(op, op.getWeightAttr());
    Value weights = getArgument(op, 2);
    if (!data || !data.getOffset() || !weights)
      return op.emitError("expected weights with an offset in a function that gets their memory");
    Location loc = op.getLoc();
    Value offset = constant(rewriter, loc, *data.getOffset());
    Value memory = LLVM::GEPOp::create(rewriter, loc, weights.getType(), rewriter.getI8Type(), weights, offset);
    rewriter.replaceOp(op, describe(rewriter, loc, op.getResult().getType(), memory, {}));
    return success();
  }
};

struct LowerInput : RtPattern<InputOp> {
  using RtPattern::RtPattern;
  LogicalResult matchAndRewrite(InputOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    MemRefType type = op.getResult().getType();
    int64_t base = op.getIndex() * sizeof(ingot_tensor);
    Value tensors = adaptor.getTensors();
    Value memory = loadAt(rewriter, loc, tensors, base + offsetof(ingot_tensor, data), getPtrType());
    SmallVector<Value> sizes;
    for (int64_t dim = 0; dim < type.getRank(); ++dim)
      if (type.isDynamicDim(dim))
        sizes.push_back(loadAt(rewriter, loc, tensors, base + offsetof(ingot_tensor, dims) + dim * sizeof(int64_t),
                               rewriter.getI64Type()));
    rewriter.replaceOp(op, describe(rewriter, loc, type, memory, sizes));
    return success();
  }
};

struct LowerOutput : RtPattern<OutputOp> {
  using RtPattern::RtPattern;
  LogicalResult matchAndRewrite(OutputOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value context = getArgument(op, 0);
    if (!context)
      return op.emitError("expected the run's context as the function's first argument");
    MemRefType type = op.getResult().getType();
    SmallVector<Value> sizes, strides;
    Value size;
    getMemRefDescriptorSizes(loc, type, adaptor.getSizes(), rewriter, sizes, strides, size, /*sizeInBytes=*/false);
    Value dims = storeAll(rewriter, op, sizes);
    Value index = constant(rewriter, loc, op.getIndex(), 32), rank = constant(rewriter, loc, type.getRank(), 32);
    Value place = op.getPlace()
                      ? MemRefDescriptor(adaptor.getPlace()).bufferPtr(rewriter, loc, *getTypeConverter(), type)
                      : LLVM::ZeroOp::create(rewriter, loc, getPtrType()).getResult();
    Value memory =
        symbols.call(rewriter, loc, "ingot_rt_output", getPtrType(), {context, index, rank, dims, place});
    rewriter.replaceOp(op, {createMemRefDescriptor(loc, type, memory, memory, sizes, strides, rewriter)});
    return success();
  }
};

struct LowerBytes : RtPattern<BytesOp> {
  using RtPattern::RtPattern;
  LogicalResult matchAndRewrite(BytesOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, createSaturatedProduct(rewriter, op.getLoc(), op.getElementBytes(), adaptor.getDims()));
    return success();
  }
};

struct LowerArena : RtPattern<ArenaOp> {
  using RtPattern::RtPattern;
  LogicalResult matchAndRewrite(ArenaOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    MemRefType type = op.getResult().getType();
    Value arena = symbols.call(rewriter, loc, "ingot_rt_arena", getPtrType(),
                               {adaptor.getCtx(), constant(rewriter, loc, type.getNumElements())});
    rewriter.replaceOp(op, describe(rewriter, loc, type, arena, {}));
    return success();
  }
};

struct LowerPlan : RtPattern<PlanOp> {
  using RtPattern::RtPattern;
  LogicalResult matchAndRewrite(PlanOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    int64_t count = adaptor.getSizes().size();
    Value offsets = createArray(rewriter, op, count);
    Value sizes = storeAll(rewriter, op, adaptor.getSizes());
    Value first = symbols.getArray(rewriter, loc, op.getFirst()), last = symbols.getArray(rewriter, loc, op.getLast());
    Value total = symbols.call(rewriter, loc, "ingot_rt_plan", rewriter.getI64Type(),
                               {adaptor.getCtx(), constant(rewriter, loc, op.getIndex(), 32),
                                constant(rewriter, loc, count), sizes, first, last, offsets});
    Value arena = symbols.call(rewriter, loc, "ingot_rt_arena", getPtrType(), {adaptor.getCtx(), total});
    SmallVector<Value> results{describe(rewriter, loc, op.getArena().getType(), arena, total)};
    for (int64_t index = 0; index < count; ++index)
      results.push_back(
          LLVM::LoadOp::create(rewriter, loc, rewriter.getI64Type(), elementAt(rewriter, loc, offsets, index)));
    rewriter.replaceOp(op, results);
    return success();
  }
};

struct LowerAlloc : RtPattern<memref::AllocOp> {
  using RtPattern::RtPattern;
  LogicalResult matchAndRewrite(memref::AllocOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Value context = getArgument(op, 0);
    if (!context || !op.getType().getLayout().isIdentity())
      return op.emitError("expected row-major memory and the run's context as the function's first argument");
    Location loc = op.getLoc();
    SmallVector<Value> dims(adaptor.getDynamicSizes());
    for (int64_t dim : op.getType().getShape())
      if (!ShapedType::isDynamic(dim))
        dims.push_back(constant(rewriter, loc, dim));
    Value bytes = createSaturatedProduct(rewriter, loc, getElementBytes(op.getType().getElementType()), dims);
    Value memory = symbols.call(rewriter, loc, "ingot_rt_alloc", getPtrType(), {context, bytes});
    rewriter.replaceOp(op, describe(rewriter, loc, op.getType(), memory, adaptor.getDynamicSizes()));
    return success();
  }
};

struct LowerDealloc : RtPattern<memref::DeallocOp> {
  using RtPattern::RtPattern;
  LogicalResult matchAndRewrite(memref::DeallocOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Value context = getArgument(op, 0);
    if (!context || !llvm::isa<MemRefType>(op.getMemref().getType()))
      return op.emitError("expected ranked memory and the run's context as the function's first argument");
    Value block = MemRefDescriptor(adaptor.getMemref()).allocatedPtr(rewriter, op.getLoc());
    symbols.call(rewriter, op.getLoc(), "ingot_rt_free", Type(), {context, block});
    rewriter.eraseOp(op);
    return success();
  }
};

//===--------------------------------------------------------------------------------------------===//
// Errors and profiles
//===--------------------------------------------------------------------------------------------===//

/// The message and its two values, as the runtime's functions take them.
SmallVector<Value> createMessage(RuntimeSymbols &symbols, OpBuilder &builder, Location loc, Value context,
                                 StringRef message, ValueRange values) {
  SmallVector<Value> arguments{context, symbols.getText(builder, loc, message)};
  llvm::append_range(arguments, values);
  while (arguments.size() < 4)
    arguments.push_back(LLVM::ConstantOp::create(builder, loc, builder.getI64Type(), 0));
  return arguments;
}

struct LowerCheck : RtPattern<CheckOp> {
  using RtPattern::RtPattern;
  LogicalResult matchAndRewrite(CheckOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Value context = getArgument(op, 0);
    if (!context)
      return op.emitError("expected the run's context as the function's first argument");
    Location loc = op.getLoc();
    Block *before = op->getBlock();
    Block *after = rewriter.splitBlock(before, op->getIterator());
    Block *fails = rewriter.createBlock(before->getParent(), before->getParent()->end());
    symbols.call(rewriter, loc, "ingot_rt_fail", Type(),
                 createMessage(symbols, rewriter, loc, context, op.getMessage(), adaptor.getValues()));
    LLVM::UnreachableOp::create(rewriter, loc);
    rewriter.setInsertionPointToEnd(before);
    LLVM::CondBrOp::create(rewriter, loc, adaptor.getCondition(), after, ValueRange(), fails, ValueRange());
    rewriter.eraseOp(op);
    return success();
  }
};

struct LowerFlag : RtPattern<FlagOp> {
  using RtPattern::RtPattern;
  LogicalResult matchAndRewrite(FlagOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    symbols.call(
        rewriter, op.getLoc(), "ingot_rt_flag", Type(),
        createMessage(symbols, rewriter, op.getLoc(), adaptor.getCtx(), op.getMessage(), adaptor.getValues()));
    rewriter.eraseOp(op);
    return success();
  }
};

/// What the host program asks of the runtime with the context alone.
template <typename OpTy>
struct LowerRequest : RtPattern<OpTy> {
  using RtPattern<OpTy>::RtPattern;
  static StringRef getFunction(CheckFlagsOp) { return "ingot_rt_check"; }
  static StringRef getFunction(JoinOp) { return "ingot_rt_join"; }
  static StringRef getFunction(RequestAmxOp) { return "ingot_rt_request_amx"; }

  LogicalResult matchAndRewrite(OpTy op, typename OpTy::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    this->symbols.call(rewriter, op.getLoc(), getFunction(op), Type(), adaptor.getCtx());
    rewriter.eraseOp(op);
    return success();
  }
};

struct LowerKernelBegin : RtPattern<KernelBeginOp> {
  using RtPattern::RtPattern;
  LogicalResult matchAndRewrite(KernelBeginOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    symbols.call(rewriter, op.getLoc(), "ingot_rt_kernel_begin", Type(),
                 {adaptor.getCtx(), constant(rewriter, op.getLoc(), op.getKernel(), 32)});
    rewriter.eraseOp(op);
    return success();
  }
};

struct LowerKernelEnd : RtPattern<KernelEndOp> {
  using RtPattern::RtPattern;
  LogicalResult matchAndRewrite(KernelEndOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    symbols.call(rewriter, op.getLoc(), "ingot_rt_kernel_end", Type(),
                 {adaptor.getCtx(), constant(rewriter, op.getLoc(), op.getKernel(), 32), adaptor.getFlops(),
                  adaptor.getBytes()});
    rewriter.eraseOp(op);
    return success();
  }
};

//===--------------------------------------------------------------------------------------------===//
// Threads
//===--------------------------------------------------------------------------------------------===//

/// The captured values lie in a struct on the caller's stack, which the runtime copies; a function with the type of
/// `ingot_parallel_fn` takes them out and calls the body.
struct LowerParallel : RtPattern<ParallelOp> {
  using RtPattern::RtPattern;

  LogicalResult matchAndRewrite(ParallelOp op, OneToNOpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    SmallVector<Value> captures =
        getTypeConverter()->promoteOperands(loc, op.getCaptures(), adaptor.getCaptures(), rewriter);
    SmallVector<Type> types(ValueRange(captures).getTypes());
    auto captured = LLVM::LLVMStructType::getLiteral(op.getContext(), types);

    Value storage = createStorage(rewriter, op, captured);
    for (auto [index, capture] : llvm::enumerate(captures))
      LLVM::StoreOp::create(rewriter, loc, capture, fieldAt(rewriter, loc, captured, storage, index));
    Value thread = LLVM::AddressOfOp::create(rewriter, loc, createThreadFunction(rewriter, op, captured));
    Value bytes = getSizeInBytes(loc, captured, rewriter);
    symbols.call(rewriter, loc, "ingot_rt_parallel", Type(),
                 {adaptor.getCtx().front(), thread, storage, bytes, adaptor.getCount().front()});
    rewriter.eraseOp(op);
    return success();
  }

private:
  static Value createStorage(OpBuilder &builder, ParallelOp op, Type type) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&op->getParentOfType<FunctionOpInterface>().getFunctionBody().front());
    return LLVM::AllocaOp::create(builder, op.getLoc(), LLVM::LLVMPointerType::get(op.getContext()), type,
                                  constant(builder, op.getLoc(), 1));
  }

  static Value fieldAt(OpBuilder &builder, Location loc, Type type, Value storage, size_t index) {
    return LLVM::GEPOp::create(builder, loc, storage.getType(), type, storage,
                               ArrayRef<LLVM::GEPArg>{0, static_cast<int32_t>(index)});
  }

  LLVM::LLVMFuncOp createThreadFunction(OpBuilder &builder, ParallelOp op, LLVM::LLVMStructType captured) const {
    OpBuilder::InsertionGuard guard(builder);
    Location loc = op.getLoc();
    Type i64 = builder.getI64Type(), nothing = LLVM::LLVMVoidType::get(op.getContext());
    auto function = symbols.createFunction(builder, loc, op.getBody() + "_thread",
                                           LLVM::LLVMFunctionType::get(nothing, {getPtrType(), i64, i64}));
    Block *entry = function.addEntryBlock(builder);
    builder.setInsertionPointToStart(entry);
    SmallVector<Value> arguments(entry->getArguments().drop_front());
    for (auto [index, type] : llvm::enumerate(captured.getBody())) {
      Value field = fieldAt(builder, loc, captured, entry->getArgument(0), index);
      arguments.push_back(LLVM::LoadOp::create(builder, loc, type, field));
    }
    LLVM::CallOp::create(builder, loc, TypeRange(), op.getBody(), arguments);
    LLVM::ReturnOp::create(builder, loc, ValueRange());
    return function;
  }
};

struct LowerShare : RtPattern<ShareOp> {
  using RtPattern::RtPattern;
  LogicalResult matchAndRewrite(ShareOp op, OpAdaptor adaptor, ConversionPatternRewriter &rewriter) const override {
    Value shared = LLVM::ZExtOp::create(rewriter, op.getLoc(), rewriter.getI32Type(), adaptor.getShared());
    symbols.call(rewriter, op.getLoc(), "ingot_rt_share", Type(), {adaptor.getCtx(), shared});
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void populateRtToLLVMPatterns(const LLVMTypeConverter &converter, RuntimeSymbols &symbols,
                              RewritePatternSet &patterns) {
  patterns.add<LowerWeight, LowerInput, LowerOutput, LowerBytes, LowerArena, LowerPlan, LowerAlloc, LowerDealloc,
               LowerCheck, LowerFlag, LowerRequest<CheckFlagsOp>, LowerRequest<JoinOp>, LowerRequest<RequestAmxOp>,
               LowerKernelBegin, LowerKernelEnd, LowerShare, LowerParallel>(converter, symbols);
}

} // namespace ingot::rt

//===-- SplitChannels.cpp - channels of a small image in halves that lie apart -------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
//
// From
//
//   call @expand(%x, %weights, %wide)        tile.matmul             %wide: [1, H, W, C]
//   call @filter(%wide, %taps, %filtered)    tile.depthwise_conv
//   call @project(%filtered, %more, %y)      tile.matmul
//
// to the same on two images of half the channels each:
//
//   call @expand(%x, %weights, %wide)        a batch of 2            %wide: [2, H, W, C / 2]
//   call @filter(%wide, %taps, %filtered)    parallel (half, quarter of the channels)
//   call @project(%filtered, %more, %y, %sums)
//                                            a batch of 2 into %sums: [2, H * W, N], which are added up and finished
//
// Of so few positions, weights are most of the memory that is read: threads should share them, so channels, not lines.
// But in rows of all channels a thread's part ends every some dozen lines of the cache, and what processors fetch ahead
// of a stream is the other thread's there: its lines go to and fro between the cores, which takes longer than all the
// work of the convolution. In halves that lie apart each core keeps its own.
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/KernelCalls.h"
#include "codegen/Passes.h"
#include "codegen/lower/BlockSums.h"
#include "codegen/lower/Layout.h"
#include "codegen/tile/IndexBuilder.h"
#include "codegen/tile/TileSchedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace ingot::tile;

namespace ingot {
#define GEN_PASS_DEF_SPLITCHANNELS
#include "codegen/Passes.h.inc"

namespace {

/// Parts of the channels that lie apart, and those of a part that threads share.
constexpr int64_t parts = 2, shares = 2;
/// An image of more positions gives threads lines enough.
constexpr int64_t mostPositions = 64;

/// A product that widens an image, the depthwise convolution of that, and a product that narrows it again.
class Chain {
public:
  static std::optional<Chain> find(func::CallOp filterCall, SymbolTable &symbols);
  /// Whether no other call shares a kernel with these.
  bool ownsKernels(const llvm::StringMap<int64_t> &calls);
  void split();

private:
  bool canSplit();
  void splitExpand();
  void splitFilter();
  void splitProject();
  memref::AllocOp splitMemory(memref::AllocOp memory);

  TileCall expandCall, filterCall, projectCall;
  MatmulOp expand, project;
  DepthwiseConvOp filter;
  memref::AllocOp wide, filtered;
};

//===--------------------------------------------------------------------------------------------===//
// Recognition
//===--------------------------------------------------------------------------------------------===//

/// Whether the epilogue reads nothing but the same for all or one of a channel.
bool readsOnlyChannels(TileOpInterface op) {
  for (auto [i, extra] : llvm::enumerate(op.getExtras()))
    for (AffineExpr index : op.getExtraMap(i).getResults())
      if (cast<MemRefType>(extra.getType()).getRank() > 1 ||
          index != getAffineDimExpr(op.getExtraMap(i).getNumDims() - 1, op->getContext()))
        return false;
  return true;
}

/// A product of f32 by plain panels.
bool isPlain(MatmulOp op) {
  return op.getLayout() == RhsLayout::packed && op.getPackedDepth() == 1 && op.getParts() == 1 && !op.getFixed24() &&
         !op.getBf16Pieces() && op.getBatchRank() == 0 && op.getFurtherOuts().empty() &&
         op.getA().getType().hasStaticShape() && op.getA().getType().getLayout().isIdentity() &&
         op.getOut().getType().hasStaticShape() && op.getA().getType().getElementType().isF32() &&
         op.getOut().getType().getElementType().isF32() && op.getB().getType().getLayout().isIdentity();
}

std::optional<Chain> Chain::find(func::CallOp call, SymbolTable &symbols) {
  std::optional<TileCall> filterCall = TileCall::get(call, symbols);
  auto filter = filterCall ? dyn_cast<DepthwiseConvOp>(filterCall->op.getOperation()) : DepthwiseConvOp();
  if (!filter)
    return {};
  Chain chain;
  chain.filterCall = *filterCall;
  chain.filter = filter;
  chain.wide = filterCall->operand(filter.getA()).getDefiningOp<memref::AllocOp>();
  chain.filtered = filterCall->operand(filter.getOut()).getDefiningOp<memref::AllocOp>();
  if (!chain.wide || !chain.filtered || chain.wide == chain.filtered)
    return {};
  auto expandCall = TileCall::get(findOtherUser(chain.wide, call), symbols);
  auto projectCall = TileCall::get(findOtherUser(chain.filtered, call), symbols);
  if (!expandCall || !projectCall)
    return {};
  chain.expandCall = *expandCall, chain.projectCall = *projectCall;
  chain.expand = dyn_cast<MatmulOp>(expandCall->op.getOperation());
  chain.project = dyn_cast<MatmulOp>(projectCall->op.getOperation());
  if (!chain.expand || !chain.project || !chain.canSplit())
    return {};
  return chain;
}

bool Chain::ownsKernels(const llvm::StringMap<int64_t> &calls) {
  return llvm::all_of(std::array{expandCall, filterCall, projectCall},
                      [&](TileCall &call) { return calls.lookup(call.call.getCallee()) == 1; });
}

bool Chain::canSplit() {
  if (getOnlyMemory(expandCall, expand.getOut()) != wide || getOnlyMemory(projectCall, project.getA()) != filtered ||
      getOnlyMemory(filterCall, filter.getA()) != wide || getOnlyMemory(filterCall, filter.getOut()) != filtered ||
      !isPlain(expand) || !isPlain(project) || !readsOnlyChannels(expandCall.op) || !readsOnlyChannels(filterCall.op))
    return false;
  ArrayRef<int64_t> in = wide.getType().getShape(), out = filtered.getType().getShape();
  if (in.size() != 4 || !wide.getType().hasStaticShape() || !filtered.getType().hasStaticShape() || in[0] != 1 ||
      filter.getMultiplier() != 1 || !filter.getDynamicPads().empty() || filter.getAZero() || filter.getBZero())
    return false;
  int64_t channels = in[3], positions = in[1] * in[2], depth = expand.getA().getType().getDimSize(1);
  int64_t outputs = project.getOut().getType().getDimSize(1);
  int64_t lanes = std::max<int64_t>(1, getTarget(filter).getVectorBits() / 32);
  bool isCut = channels % (parts * expand.getPackedColumns()) == 0 && channels % (parts * shares * lanes) == 0;
  // Each product has more weights than numbers that it shares in lines, and the sums are few beside what they are of.
  return isCut && positions <= mostPositions && out[1] * out[2] <= mostPositions && depth > positions &&
         outputs > positions && channels >= parts * outputs && isWorthThreads(positions * channels * depth);
}

//===--------------------------------------------------------------------------------------------===//
// Rewriting
//===--------------------------------------------------------------------------------------------===//

/// [1, H, W, C] becomes [parts, H, W, C / parts].
memref::AllocOp Chain::splitMemory(memref::AllocOp memory) {
  SmallVector<int64_t> shape(memory.getType().getShape());
  shape.front() = parts;
  shape.back() /= parts;
  OpBuilder builder(memory);
  return memref::AllocOp::create(builder, memory.getLoc(), MemRefType::get(shape, memory.getType().getElementType()));
}

/// As products see it: [parts, H * W, C / parts].
Value createRows(OpBuilder &builder, memref::AllocOp memory) {
  builder.setInsertionPointAfter(memory);
  SmallVector<ReassociationIndices> rows{{0}, {1, 2}, {3}};
  return memref::CollapseShapeOp::create(builder, memory.getLoc(), memory, rows);
}

/// The call's operand, and the type of the kernel's argument.
void replaceArgument(TileCall &call, Value argument, Value operand) {
  call.call.setOperand(call.position(argument), operand);
  argument.setType(operand.getType());
}

void updateType(TileCall &call) {
  call.kernel.setFunctionType(
      FunctionType::get(call.kernel.getContext(), call.kernel.getBody().front().getArgumentTypes(), TypeRange()));
}

void Chain::splitExpand() {
  OpBuilder builder(wide);
  replaceArgument(expandCall, expand.getOut(), createRows(builder, wide));
  updateType(expandCall);
  builder.setInsertionPoint(expand);
  Location loc = expand.getLoc();
  expand.getBMutable().assign(viewBlocks(builder, loc, expand.getB(), 0, parts));
  SmallVector<AffineMap> maps;
  MLIRContext *context = builder.getContext();
  for (OpOperand &extra : expand.getExtrasMutable()) {
    bool isOfChannels = cast<MemRefType>(extra.get().getType()).getRank() == 1;
    SmallVector<AffineExpr> indices;
    if (isOfChannels) {
      extra.set(viewBlocks(builder, loc, extra.get(), 0, parts));
      indices = {getAffineDimExpr(0, context), getAffineDimExpr(2, context)};
    }
    maps.push_back(AffineMap::get(3, 0, indices, context));
  }
  expand.setExtraMapsAttr(builder.getAffineMapArrayAttr(maps));
}

void Chain::splitFilter() {
  replaceArgument(filterCall, filter.getA(), wide);
  replaceArgument(filterCall, filter.getOut(), filtered);
  updateType(filterCall);
  IndexBuilder b(filter.getLoc(), filter.getContext());
  b.setInsertionPoint(filter);
  int64_t part = wide.getType().getShape().back(), share = part / shares;
  bool isParallel = isWorthThreads(llvm::product_of(filter.getOut().getType().getShape()) *
                                   llvm::product_of(filter.getKernelShape()));
  b.box({b.index(parts), b.index(shares)}, isParallel, [&](ValueRange ivs) {
    Value channel = b.mul(ivs[1], share), ofAll = b.add(b.mul(ivs[0], part), channel);
    // One part, and a share of the last dimension from `first` on.
    auto cut = [&](Value memory, Value first, bool hasParts) {
      SmallVector<OpFoldResult> offsets, sizes, strides;
      for (int64_t size : cast<MemRefType>(memory.getType()).getShape()) {
        offsets.push_back(b.getIndexAttr(0));
        sizes.push_back(b.getIndexAttr(size));
        strides.push_back(b.getIndexAttr(1));
      }
      offsets.back() = first, sizes.back() = b.getIndexAttr(share);
      if (hasParts)
        offsets.front() = ivs[0], sizes.front() = b.getIndexAttr(1);
      return memref::SubViewOp::create(b, memory, offsets, sizes, strides).getResult();
    };
    IRMapping mapping;
    mapping.map(filter.getA(), cut(filter.getA(), channel, /*hasParts=*/true));
    mapping.map(filter.getOut(), cut(filter.getOut(), channel, /*hasParts=*/true));
    mapping.map(filter.getB(), cut(filter.getB(), ofAll, /*hasParts=*/false));
    for (Value extra : filter.getExtras())
      if (cast<MemRefType>(extra.getType()).getRank() == 1)
        mapping.map(extra, cut(extra, ofAll, /*hasParts=*/false));
    b.clone(*filter, mapping);
  });
  filter.erase();
}

void Chain::splitProject() {
  OpBuilder builder(filtered);
  replaceArgument(projectCall, project.getA(), createRows(builder, filtered));
  // One more argument for the sums.
  builder.setInsertionPoint(projectCall.call);
  Location loc = project.getLoc();
  SmallVector<int64_t> shape(project.getOut().getType().getShape());
  shape.insert(shape.begin(), parts);
  auto type = MemRefType::get(shape, builder.getF32Type());
  Value memory = memref::AllocOp::create(builder, loc, type);
  projectCall.call.getOperandsMutable().append(memory);
  Value sums = projectCall.kernel.getBody().front().addArgument(type, loc);
  updateType(projectCall);

  builder.setInsertionPoint(project);
  // A panel's steps are one piece for each part.
  Value panels = viewBlocks(builder, loc, project.getB(), 1, parts);
  MatmulOp::create(builder, loc, RhsLayout::packed, project.getA(), panels, sums, builder.getF32Type(), {}, {},
                   [](OpBuilder &, Location, ValueRange sums) { return SmallVector<Value>(sums); });
  SmallVector<Value> extras(project.getExtras());
  SmallVector<AffineMap> maps(project.getExtraMaps().getAsValueRange<AffineMapAttr>());
  sumBlocks(builder, loc, sums, project.getOut(), extras, maps, [&](OpBuilder &b, Location, ValueRange values) {
    Block &epilogue = project.getEpilogue().front();
    IRMapping mapping;
    mapping.map(epilogue.getArguments(), values);
    for (Operation &op : epilogue.without_terminator())
      b.clone(op, mapping);
    return SmallVector<Value>{mapping.lookupOrDefault(epilogue.getTerminator()->getOperand(0))};
  });
  project.erase();
}

void Chain::split() {
  memref::AllocOp oldWide = wide, oldFiltered = filtered;
  wide = splitMemory(wide);
  filtered = splitMemory(filtered);
  splitExpand();
  splitFilter();
  splitProject();
  for (memref::AllocOp old : {oldWide, oldFiltered}) {
    for (Operation *user : llvm::make_early_inc_range(old->getUsers()))
      user->erase(); // views
    old.erase();
  }
}

struct SplitChannels : impl::SplitChannelsBase<SplitChannels> {
  void runOnOperation() override {
    func::FuncOp host = getHostFunction(getOperation());
    if (!host)
      return;
    SymbolTable symbols(getOperation());
    llvm::StringMap<int64_t> calls; // of each kernel
    host.walk([&](func::CallOp call) { ++calls[call.getCallee()]; });
    for (auto call : host.getOps<func::CallOp>())
      if (std::optional<Chain> chain = Chain::find(call, symbols); chain && chain->ownsKernels(calls))
        chain->split();
  }
};

} // namespace
} // namespace ingot

//===-- ShareLines.cpp - a depthwise convolution and products around it, by lines -------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
//
// From
//
//   call @widen(%x, %weights, %wide)          tile.matmul
//   call @filter(%wide, %taps, %filtered)     tile.depthwise_conv
//   call @narrow(%filtered, %more, %y)        tile.matmul
//
// to one kernel:
//
//   threads share (batch, lines of %filtered) {
//     memory of its own = widen(%x)           the lines that the windows of its lines reach
//     %filtered[lines] = filter(memory)
//     %y[lines] = narrow(%filtered[lines])
//   }
//
// As kernels of their own, the first two pass the lines at the border of two threads from core to core: those that one
// has written are read by the other, and written again in the next run. A line of the cache takes ten times as long
// that way as from the own core's second cache. To compute them twice takes less, if there are few steps. And there is
// one end of a kernel to wait at, not three.
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/KernelCalls.h"
#include "codegen/Passes.h"
#include "codegen/TileParts.h"
#include "codegen/tile/TileSchedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace ingot::tile;

namespace ingot {
#define GEN_PASS_DEF_SHARELINES
#include "codegen/Passes.h.inc"

namespace {

/// Positions of an image that give threads lines enough.
constexpr int64_t leastPositions = 96;
/// Multiply-adds by tile instructions in the time in which an element goes from one core to another and back.
constexpr int64_t workOfPassing = 112;
/// What share of the second cache has room for a wide image that nothing else needs.
constexpr int64_t memoryShare = 4;

/// Lines [first, end) of an image of the depthwise convolution's result.
struct Lines {
  Value image, first, end;
};

/// A depthwise convolution, the product that it reads and the one that reads it, of which there is one at least.
class Chain {
public:
  static std::optional<Chain> find(func::CallOp filterCall, SymbolTable &symbols);
  void share(SymbolTable &symbols);

private:
  Chain(TileCall filterCall, DepthwiseConvOp filter) : filterCall(filterCall), filter(filter) {}
  bool hasSizes();
  void findWiden(SymbolTable &symbols);
  void findNarrow(SymbolTable &symbols);
  bool paysToWidenTwice();
  int64_t countWork();
  Value emitWiden(IndexBuilder &b, const Lines &lines, const IRMapping &arguments);
  Value cutImage(IndexBuilder &b, Value image, const IRMapping &arguments);
  void emitFilter(IndexBuilder &b, const Lines &lines, Value input, const IRMapping &arguments);
  void emitNarrow(IndexBuilder &b, const Lines &lines, const IRMapping &arguments);

  TileCall filterCall;
  std::optional<TileCall> widenCall, narrowCall;
  DepthwiseConvOp filter;
  MatmulOp widen, narrow;
  ArrayRef<int64_t> in, out; ///< shapes of the filter's images
};

} // namespace

//===--------------------------------------------------------------------------------------------===//
// Recognition
//===--------------------------------------------------------------------------------------------===//

/// The product in `call`, if `memory` as rows of channels is operand `get` of it and no other.
static MatmulOp getProduct(std::optional<TileCall> call, memref::AllocOp memory, function_ref<Value(MatmulOp)> get) {
  auto product = call ? dyn_cast<MatmulOp>(call->op.getOperation()) : MatmulOp();
  if (!product || !product.getBf16Pieces() || product.getBatchRank() != 0 || !readsCut(call->op))
    return {};
  bool isOfRows = call->operand(get(product)).getDefiningOp<memref::CollapseShapeOp>() != nullptr;
  return isOfRows && getOnlyMemory(*call, get(product)) == memory ? product : MatmulOp();
}

std::optional<Chain> Chain::find(func::CallOp call, SymbolTable &symbols) {
  std::optional<TileCall> filterCall = TileCall::get(call, symbols);
  auto filter = filterCall ? dyn_cast<DepthwiseConvOp>(filterCall->op.getOperation()) : DepthwiseConvOp();
  if (!filter || !readsCut(filterCall->op))
    return {};
  Chain chain{*filterCall, filter};
  if (!chain.hasSizes())
    return {};
  chain.findWiden(symbols);
  chain.findNarrow(symbols);
  return (chain.widen || chain.narrow) && isWorthThreads(chain.countWork()) ? std::optional(chain) : std::nullopt;
}

bool Chain::hasSizes() {
  in = filter.getA().getType().getShape(), out = filter.getOut().getType().getShape();
  return filter.getSpatialRank() == 2 && filter.getDynamicPads().empty() &&
         !ShapedType::isDynamicShape(in.drop_front()) && !ShapedType::isDynamicShape(out.drop_front()) &&
         in[1] * in[2] >= leastPositions && out[1] > 1;
}

void Chain::findWiden(SymbolTable &symbols) {
  memref::AllocOp wide = getOnlyMemory(filterCall, filter.getA());
  if (!wide)
    return;
  widenCall = TileCall::get(findOtherUser(wide, filterCall.call), symbols);
  widen = getProduct(widenCall, wide, [](MatmulOp op) { return op.getOut(); });
  if (!widen || !paysToWidenTwice())
    widenCall.reset(), widen = {};
}

void Chain::findNarrow(SymbolTable &symbols) {
  memref::AllocOp filtered = getOnlyMemory(filterCall, filter.getOut());
  if (!filtered || out[1] * out[2] < leastPositions)
    return;
  narrowCall = TileCall::get(findOtherUser(filtered, filterCall.call), symbols);
  narrow = getProduct(narrowCall, filtered, [](MatmulOp op) { return op.getA(); });
  if (!narrow)
    narrowCall.reset();
}

bool Chain::paysToWidenTwice() {
  int64_t bytes = llvm::product_of(in.drop_front()) * filter.getA().getType().getElementTypeBitWidth() / 8;
  return widen.getA().getType().getShape().back() <= workOfPassing &&
         bytes <= getTarget(filterCall.call).getL2() / memoryShare;
}

/// Multiply-adds, for one image.
int64_t Chain::countWork() {
  int64_t work = llvm::product_of(out.drop_front()) * llvm::product_of(filter.getKernelShape());
  if (widen)
    work += llvm::product_of(in.drop_front()) * widen.getA().getType().getShape().back();
  if (narrow)
    work += llvm::product_of(out.drop_front()) * narrow.getOut().getType().getShape().back();
  return work;
}

//===--------------------------------------------------------------------------------------------===//
// Rewriting
//===--------------------------------------------------------------------------------------------===//

/// Rows [first, first + count) of a matrix.
static Value cutRows(IndexBuilder &b, Value matrix, Value first, Value count) {
  int64_t columns = cast<MemRefType>(matrix.getType()).getShape().back();
  return cut(b, matrix,
             {{getAsOpFoldResult(first), b.getIndexAttr(0)}, {getAsOpFoldResult(count), b.getIndexAttr(columns)}});
}

/// Images as rows of channels.
static Value createRows(IndexBuilder &b, Value images) {
  SmallVector<ReassociationIndices> rows{{0, 1, 2}, {3}};
  return memref::CollapseShapeOp::create(b, images, rows);
}

/// Rows [first, first + count) of `a`'s, of which those of the result go to `out`.
static void emitProduct(IndexBuilder &b, TileCall call, Value a, Value first, Value count, Value out,
                        const IRMapping &arguments) {
  auto product = cast<MatmulOp>(call.op.getOperation());
  int64_t columns = product.getOut().getType().getShape().back();
  Part part{{getAsOpFoldResult(first), b.getIndexAttr(0)}, {getAsOpFoldResult(count), b.getIndexAttr(columns)}};
  clonePart(b, call.op, part, out, arguments, {{product.getA(), cutRows(b, a, first, count)}});
}

/// Computes what the windows of `lines` reach. Returns memory that has it where it lies in a whole image.
Value Chain::emitWiden(IndexBuilder &b, const Lines &lines, const IRMapping &arguments) {
  int64_t height = in[1], width = in[2], stride = filter.getStrides().front(), pad = filter.getPads().front();
  int64_t window = (filter.getKernelShape().front() - 1) * filter.getDilations().front() + 1;
  Value memory = b.stackBuffer({1, height, width, in[3]}, filter.getA().getType().getElementType());
  auto clamp = [&](Value line) { return b.min(b.max(line, b.index(0)), b.index(height)); };
  Value begin = clamp(b.sub(b.mul(lines.first, stride), b.index(pad)));
  Value end = clamp(b.add(b.mul(lines.end, stride), b.index(window - pad - stride)));
  emitApart(b, [&] {
    Value row = b.mul(begin, width), count = b.mul(b.sub(end, begin), width);
    Value out = cutRows(b, createRows(b, memory), row, count);
    Value first = b.add(b.mul(lines.image, height * width), row);
    emitProduct(b, *widenCall, arguments.lookup(widen.getA()), first, count, out, arguments);
  });
  return memory;
}

/// An image of the filter's input.
Value Chain::cutImage(IndexBuilder &b, Value image, const IRMapping &arguments) {
  Part part{SmallVector<OpFoldResult>(in.size(), b.getIndexAttr(0)), {b.getIndexAttr(1)}};
  part.offsets.front() = getAsOpFoldResult(image);
  for (int64_t size : in.drop_front())
    part.sizes.push_back(b.getIndexAttr(size));
  return cut(b, arguments.lookup(filter.getA()), part);
}

/// Line 0 of `input` is that of the image.
void Chain::emitFilter(IndexBuilder &b, const Lines &lines, Value input, const IRMapping &arguments) {
  OpFoldResult zero = b.getIndexAttr(0), count = getAsOpFoldResult(b.sub(lines.end, lines.first));
  Part part{{getAsOpFoldResult(lines.image), getAsOpFoldResult(lines.first), zero, zero},
            {b.getIndexAttr(1), count, b.getIndexAttr(out[2]), b.getIndexAttr(out[3])}};
  Value result = cut(b, arguments.lookup(filter.getOut()), part);
  Value pad = b.sub(b.index(filter.getPads().front()), b.mul(lines.first, filter.getStrides().front()));
  TileOpInterface clone = clonePart(b, filterCall.op, part, result, arguments, {{filter.getA(), input}});
  setLinePad(cast<DepthwiseConvOp>(clone.getOperation()), pad);
}

void Chain::emitNarrow(IndexBuilder &b, const Lines &lines, const IRMapping &arguments) {
  Value first = b.mul(b.add(b.mul(lines.image, out[1]), lines.first), out[2]);
  Value count = b.mul(b.sub(lines.end, lines.first), out[2]);
  Value result = cutRows(b, arguments.lookup(narrow.getOut()), first, count);
  emitProduct(b, *narrowCall, createRows(b, arguments.lookup(filter.getOut())), first, count, result, arguments);
}

void Chain::share(SymbolTable &symbols) {
  SmallVector<TileCall> calls;
  SmallVector<Value> inner;
  if (widen) {
    calls.push_back(*widenCall);
    inner = {widen.getOut(), filter.getA()};
  }
  calls.push_back(filterCall);
  if (narrow) {
    calls.push_back(*narrowCall);
    inner.push_back(narrow.getA());
  }
  joinCalls(calls, inner, symbols, [&](IndexBuilder &b, const IRMapping &arguments) {
    Value images = b.dim(arguments.lookup(filter.getOut()), 0), height = b.index(out[1]);
    b.itemsOfBox(images, height, height, /*parallel=*/true, [&](ValueRange ivs, Value first, Value end) {
      Lines lines{ivs.front(), first, end};
      Value memory = widen ? emitWiden(b, lines, arguments) : Value();
      emitApart(b, [&] { emitFilter(b, lines, memory ? memory : cutImage(b, lines.image, arguments), arguments); });
      if (narrow)
        emitApart(b, [&] { emitNarrow(b, lines, arguments); });
    });
  });
}

namespace {

struct ShareLines : impl::ShareLinesBase<ShareLines> {
  void runOnOperation() override {
    func::FuncOp host = getHostFunction(getOperation());
    if (!host)
      return;
    SymbolTable symbols(getOperation());
    SmallVector<func::CallOp> filters;
    for (auto call : host.getOps<func::CallOp>())
      if (std::optional<TileCall> tile = TileCall::get(call, symbols); tile && isa<DepthwiseConvOp>(tile->op))
        filters.push_back(call);
    for (func::CallOp call : filters)
      if (std::optional<Chain> chain = Chain::find(call, symbols))
        chain->share(symbols);
  }
};

} // namespace
} // namespace ingot

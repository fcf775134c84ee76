//===-- FuseDepthwise.cpp - a depthwise convolution and what it filters, piece by piece ----------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
//
// From
//
//   call @product(%a, %weights, %whole)      tile.matmul or tile.conv
//   call @filter(%whole, %taps, %out)        tile.depthwise_conv
//
// to one kernel whose pieces of %whole never leave the second cache:
//
//   parallel (batch, block of lines, block of channels) {
//     for each few lines of the block {
//       piece = product(%a, %weights[.., channels])     the lines that their windows reach and that are not there yet
//       %out[lines, channels] = filter(piece, %taps[.., channels])
//     }
//   }
//
// A depthwise convolution reads no other channel than it writes, so that channels are cut without doing anything twice;
// lines that two blocks reach are computed twice. A window's lines stay in the first cache, if there are channels that
// few.
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/KernelCalls.h"
#include "codegen/Passes.h"
#include "codegen/TileParts.h"
#include "codegen/tile/IndexBuilder.h"
#include "codegen/tile/TileDialect.h"
#include "codegen/tile/TileSchedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace ingot::tile;

namespace ingot {
#define GEN_PASS_DEF_FUSEDEPTHWISE
#include "codegen/Passes.h.inc"

namespace {

/// What share of the second cache holds a tensor until it is read, whatever comes between.
constexpr int64_t atHand = 2;
/// Pieces that keep threads busy, where there can be as many.
constexpr int64_t enoughPieces = 16;
/// Multiply-adds in the time in which an element comes from the second cache once more.
constexpr int64_t workOfReading = 8;
/// Multiply-adds in the time that an element's epilogue and store take, and its way to the second cache and back.
constexpr int64_t workOfElement = 16, workOfSpilling = 8;
/// Positions that a product does at a time, at least.
constexpr int64_t leastPositions = 32;

/// Lines and channels of a piece of the depthwise convolution's result, and how many of the lines are done at a time.
struct PieceShape {
  int64_t lines, channels, step;
};

/// A piece of the result where it lies.
struct Piece {
  PieceShape shape;
  /// Its first image, line and channel.
  Value image, line, channel;
  /// Where its windows begin: a line of the whole, negative in the padding.
  Value origin;
  /// The first of the whole's lines that are computed for it: the origin, if that leaves all of them inside.
  Value begin;
};

/// Lines of a piece's memory or result.
struct Lines {
  Value first;
  int64_t count;
};

/// A convolution or product, the depthwise convolution of its result, and their calls.
class Pair {
public:
  /// Finds the two; null where `filterCall` is no such call or the two cannot be cut into pieces.
  static std::optional<Pair> find(func::CallOp filterCall, SymbolTable &symbols);

  /// The piece that takes the least time; none where the whole is at hand anyway.
  std::optional<PieceShape> choosePiece(TargetAttr target);
  void fuse(PieceShape piece, SymbolTable &symbols);

private:
  Pair(TileCall productCall, TileCall filterCall, DepthwiseConvOp filter, memref::AllocOp whole)
      : productCall(productCall), filterCall(filterCall), product(productCall.op), filter(filter), whole(whole) {}
  bool isCut();
  ArrayRef<int64_t> wholeShape() { return filter.getA().getType().getShape(); }
  int64_t panelColumns();
  int64_t productDepth();
  int64_t windowLines() { return (filter.getKernelShape().front() - 1) * filter.getDilations().front() + 1; }
  int64_t lineStride() { return filter.getStrides().front(); }
  /// Lines of the whole that windows of a block of `lines` lines reach, without padding.
  int64_t reach(int64_t lines);
  /// Of these, those that the first of its lines needs and the next ones share.
  int64_t reachAhead(int64_t lines);
  /// How many lines of a block are done at a time: all, unless the first cache holds the windows of fewer.
  int64_t chooseStep(TargetAttr target, int64_t lines, int64_t channels);
  void emitPiece(IndexBuilder &b, PieceShape shape, ValueRange ivs, const IRMapping &arguments);
  void emitProduct(IndexBuilder &b, const Piece &piece, const Lines &lines, Value memory, const IRMapping &arguments);
  void emitFilter(IndexBuilder &b, const Piece &piece, const Lines &lines, Value memory, const IRMapping &arguments);

  TileCall productCall, filterCall;
  TileOpInterface product;
  DepthwiseConvOp filter;
  memref::AllocOp whole;
};

//===--------------------------------------------------------------------------------------------===//
// Recognition
//===--------------------------------------------------------------------------------------------===//

std::optional<Pair> Pair::find(func::CallOp call, SymbolTable &symbols) {
  std::optional<TileCall> filterCall = TileCall::get(call, symbols);
  auto filter = filterCall ? dyn_cast<DepthwiseConvOp>(filterCall->op.getOperation()) : DepthwiseConvOp();
  if (!filter || filter.getMultiplier() != 1 || !readsCut(filterCall->op))
    return {};
  Value input = filterCall->operand(filter.getA());
  auto whole = input.getDefiningOp<memref::AllocOp>();
  if (!whole || llvm::count(call.getOperands(), input) != 1)
    return {};
  std::optional<TileCall> productCall = TileCall::get(findOtherUser(whole, call), symbols);
  if (!productCall || !readsCut(productCall->op))
    return {};
  Pair pair{*productCall, *filterCall, filter, whole};
  return pair.isCut() ? std::optional(pair) : std::nullopt;
}

/// Whether both can be done for some lines and some whole panels of channels.
bool Pair::isCut() {
  Value out = productCall.operand(product.getOut());
  if (auto rows = out.getDefiningOp<memref::CollapseShapeOp>())
    out = rows.getSrc();
  bool writesWhole = out == whole.getResult() &&
                     llvm::count(productCall.call.getOperands(), productCall.operand(product.getOut())) == 1;
  if (!writesWhole || filter.getSpatialRank() != 2 || filter.getDynamicPads().size() ||
      ShapedType::isDynamicShape(wholeShape().drop_front()) ||
      ShapedType::isDynamicShape(filter.getOut().getType().getShape().drop_front()))
    return false;
  int64_t channels = wholeShape().back();
  if (auto matmul = dyn_cast<MatmulOp>(product.getOperation()))
    return matmul.getLayout() == RhsLayout::packed && matmul.getPackedDepth() == 1 && !matmul.getFixed24() &&
           !matmul.getBf16Pieces() && matmul.getBatchRank() == 0 && !matmul.getAZero() && !matmul.getBZero() &&
           channels % matmul.getPackedColumns() == 0 && matmul.getOut().getType().getShape().back() == channels;
  auto conv = dyn_cast<ConvOp>(product.getOperation());
  return conv && conv.getGroups() == 1 && conv.getPackedDepth() == 1 && !conv.getFixed24() &&
         conv.getSpatialRank() == 2 && conv.getDynamicPads().empty() && !conv.getAZero() && !conv.getBZero() &&
         channels % conv.getPackedColumns() == 0 && conv.getA().getType().getNumDynamicDims() <= 1 &&
         !ShapedType::isDynamicShape(conv.getA().getType().getShape().drop_front());
}

//===--------------------------------------------------------------------------------------------===//
// Choice
//===--------------------------------------------------------------------------------------------===//

int64_t Pair::panelColumns() {
  auto matmul = dyn_cast<MatmulOp>(product.getOperation());
  return matmul ? matmul.getPackedColumns() : cast<ConvOp>(product.getOperation()).getPackedColumns();
}

/// Multiply-adds for an element of the product.
int64_t Pair::productDepth() {
  if (auto matmul = dyn_cast<MatmulOp>(product.getOperation()))
    return matmul.getB().getType().getDimSize(1);
  auto conv = cast<ConvOp>(product.getOperation());
  return llvm::product_of(conv.getKernelShape()) * conv.getA().getType().getShape().back();
}

int64_t Pair::reach(int64_t lines) {
  int64_t height = wholeShape()[1], most = 0;
  for (int64_t line = 0; line < filter.getOut().getType().getDimSize(1); line += lines) {
    int64_t begin = line * lineStride() - filter.getPads().front();
    int64_t end = begin + (lines - 1) * lineStride() + windowLines();
    most = std::max(most, std::min(end, height) - std::max<int64_t>(begin, 0));
  }
  return most;
}

int64_t Pair::reachAhead(int64_t lines) {
  // The last block's memory begins in front of its first window, as it ends with the whole.
  int64_t begin = wholeShape()[1] - reach(lines), shift = 0;
  for (int64_t line = 0; line < filter.getOut().getType().getDimSize(1); line += lines)
    shift = std::max(shift, line * lineStride() - filter.getPads().front() - begin);
  return std::max<int64_t>(windowLines() - lineStride(), 0) + shift;
}

int64_t Pair::chooseStep(TargetAttr target, int64_t lines, int64_t channels) {
  int64_t lineBytes = wholeShape()[2] * channels * filter.getA().getType().getElementTypeBitWidth() / 8;
  for (int64_t step = 1; step < lines; ++step) {
    int64_t next = step * lineStride();
    if (lines % step == 0 && next * wholeShape()[2] >= leastPositions &&
        (next - lineStride() + windowLines()) * lineBytes <= target.getL1() &&
        reachAhead(lines) + next <= reach(lines))
      return step;
  }
  return lines;
}

std::optional<PieceShape> Pair::choosePiece(TargetAttr target) {
  ArrayRef<int64_t> out = filter.getOut().getType().getShape();
  int64_t height = wholeShape()[1], width = wholeShape()[2], channels = wholeShape()[3];
  int64_t bytes = filter.getA().getType().getElementTypeBitWidth() / 8;
  if (height * width * channels * bytes <= target.getL2() / atHand)
    return {};
  int64_t batch = ShapedType::isDynamic(wholeShape()[0]) ? 1 : wholeShape()[0];
  struct Candidate {
    PieceShape piece;
    int64_t cost, pieces;
    /// Whether two threads have equal shares of the lines.
    bool halvesLines;
  };
  SmallVector<Candidate> candidates;
  int64_t taps = llvm::product_of(filter.getKernelShape());
  for (int64_t lines = 1; lines <= out[1]; ++lines)
    for (int64_t panels = 1; panels * panelColumns() <= channels; ++panels) {
      PieceShape piece{lines, panels * panelColumns(), 0};
      if (out[1] % lines != 0 || channels % piece.channels != 0 ||
          reach(lines) * width * piece.channels * bytes > target.getL2() / 2)
        continue;
      int64_t blocks = out[1] / lines, cuts = channels / piece.channels;
      piece.step = chooseStep(target, lines, piece.channels);
      int64_t elements = blocks * reach(lines) * width;
      int64_t workOfStoring = workOfElement + (piece.step == lines ? workOfSpilling : 0);
      int64_t cost = elements * (channels * (productDepth() + workOfStoring) +
                                 (cuts - 1) * productDepth() * workOfReading) +
                     out[1] * out[2] * channels * taps;
      int64_t pieces = batch * blocks * cuts;
      // An odd number of pieces leaves one of two threads without work at the end.
      candidates.push_back({piece, cost / pieces * int64_t(llvm::alignTo(pieces, 2)), std::min(enoughPieces, pieces),
                            batch * blocks % 2 == 0});
    }
  if (candidates.empty())
    return {};
  // Of those that cost hardly more than the cheapest: one whose lines threads share, as they mostly do those of what
  // comes before and after, and find them in their own core's cache; then the one with the most to share.
  auto byCost = [](const Candidate &a, const Candidate &b) { return a.cost < b.cost; };
  int64_t bound = llvm::min_element(candidates, byCost)->cost * 103 / 100;
  llvm::erase_if(candidates, [&](const Candidate &candidate) { return candidate.cost > bound; });
  return llvm::max_element(candidates, [](const Candidate &a, const Candidate &b) {
           return std::tuple(a.halvesLines, a.pieces, -a.cost) < std::tuple(b.halvesLines, b.pieces, -b.cost);
         })->piece;
}

//===--------------------------------------------------------------------------------------------===//
// Rewriting
//===--------------------------------------------------------------------------------------------===//

OpFoldResult number(IndexBuilder &b, int64_t value) { return b.getIndexAttr(value); }

/// The panels of a packed right operand that hold channels [channel, channel + channels).
Value cutPanels(IndexBuilder &b, Value packed, unsigned panelDim, Value channel, int64_t channels) {
  ArrayRef<int64_t> shape = cast<MemRefType>(packed.getType()).getShape();
  int64_t columns = shape.back();
  Part part;
  for (auto [dim, size] : llvm::enumerate(shape)) {
    bool isPanel = dim == panelDim;
    part.offsets.push_back(isPanel ? getAsOpFoldResult(b.div(channel, columns)) : number(b, 0));
    part.sizes.push_back(number(b, isPanel ? channels / columns : size));
  }
  return cut(b, packed, part);
}

/// Lines [lines.first, lines.first + lines.count) of the memory.
void Pair::emitProduct(IndexBuilder &b, const Piece &piece, const Lines &lines, Value memory,
                       const IRMapping &arguments) {
  int64_t height = wholeShape()[1], width = wholeShape()[2];
  OpFoldResult image = getAsOpFoldResult(piece.image), channel = getAsOpFoldResult(piece.channel);
  OpFoldResult channels = number(b, piece.shape.channels), zero = number(b, 0);
  Value begin = b.add(piece.begin, lines.first);
  if (auto matmul = dyn_cast<MatmulOp>(product.getOperation())) {
    OpFoldResult row = getAsOpFoldResult(b.mul(b.add(b.mul(piece.image, height), begin), width));
    Part part{{row, channel}, {number(b, lines.count * width), channels}};
    int64_t depth = matmul.getA().getType().getShape().back();
    Value a = cut(b, arguments.lookup(matmul.getA()), {{row, zero}, {part.sizes[0], number(b, depth)}});
    Value panels = cutPanels(b, arguments.lookup(matmul.getB()), 0, piece.channel, piece.shape.channels);
    SmallVector<ReassociationIndices> rows{{0, 1, 2}, {3}};
    Value out = cut(b, memref::CollapseShapeOp::create(b, memory, rows),
                    {{getAsOpFoldResult(b.mul(lines.first, width)), zero}, part.sizes});
    clonePart(b, product, part, out, arguments, {{matmul.getA(), a}, {matmul.getB(), panels}});
    return;
  }
  auto conv = cast<ConvOp>(product.getOperation());
  ArrayRef<int64_t> input = conv.getA().getType().getShape();
  Part part{{image, getAsOpFoldResult(begin), zero, channel},
            {number(b, 1), number(b, lines.count), number(b, width), channels}};
  Part pane{{image, zero, zero, zero},
            {number(b, 1), number(b, input[1]), number(b, input[2]), number(b, input[3])}};
  Value a = cut(b, arguments.lookup(conv.getA()), pane);
  Value panels = cutPanels(b, arguments.lookup(conv.getB()), 1, piece.channel, piece.shape.channels);
  Value out = cut(b, memory, {{zero, getAsOpFoldResult(lines.first), zero, zero}, part.sizes});
  Value pad = b.sub(b.index(conv.getPads().front()), b.mul(begin, conv.getStrides().front()));
  setLinePad(cast<ConvOp>(clonePart(b, product, part, out, arguments, {{conv.getA(), a}, {conv.getB(), panels}})), pad);
}

/// Lines [lines.first, lines.first + lines.count) of the piece of the result; line 0 of `memory` is line `begin` of the
/// whole.
void Pair::emitFilter(IndexBuilder &b, const Piece &piece, const Lines &lines, Value memory,
                      const IRMapping &arguments) {
  ArrayRef<int64_t> taps = filter.getB().getType().getShape(), out = filter.getOut().getType().getShape();
  OpFoldResult channel = getAsOpFoldResult(piece.channel), channels = number(b, piece.shape.channels);
  Part part{{getAsOpFoldResult(piece.image), getAsOpFoldResult(b.add(piece.line, lines.first)), number(b, 0), channel},
            {number(b, 1), number(b, lines.count), number(b, out[2]), channels}};
  Value weights = cut(b, arguments.lookup(filter.getB()), {{number(b, 0), number(b, 0), channel},
                                                           {number(b, taps[0]), number(b, taps[1]), channels}});
  Value memoryOut = cut(b, arguments.lookup(filter.getOut()), part);
  Value pad = b.sub(b.sub(piece.begin, piece.origin), b.mul(lines.first, lineStride()));
  std::pair<Value, Value> operands[] = {{filter.getA(), memory}, {filter.getB(), weights}};
  setLinePad(cast<DepthwiseConvOp>(clonePart(b, filterCall.op, part, memoryOut, arguments, operands)), pad);
}

void Pair::emitPiece(IndexBuilder &b, PieceShape shape, ValueRange ivs, const IRMapping &arguments) {
  int64_t height = wholeShape()[1], lines = reach(shape.lines);
  Piece piece{shape, ivs[0], b.mul(ivs[1], shape.lines), b.mul(ivs[2], shape.channels), {}, {}};
  piece.origin = b.sub(b.mul(piece.line, lineStride()), b.index(filter.getPads().front()));
  piece.begin = b.min(b.max(piece.origin, b.index(0)), b.index(height - lines));
  Value memory = b.stackBuffer({1, lines, wholeShape()[2], shape.channels}, filter.getA().getType().getElementType());
  int64_t next = lines, ahead = 0;
  if (shape.step < shape.lines)
    next = shape.step * lineStride(), ahead = reachAhead(shape.lines);
  if (ahead)
    emitApart(b, [&] { emitProduct(b, piece, {b.index(0), ahead}, memory, arguments); });
  b.loop(b.index(0), b.index(shape.lines), shape.step, [&](Value line) {
    // Where the block reaches fewer lines than others, the last ones are there already.
    Value first = b.min(b.add(b.index(ahead), b.mul(line, lineStride())), b.index(lines - next));
    emitApart(b, [&] { emitProduct(b, piece, {first, next}, memory, arguments); });
    emitApart(b, [&] { emitFilter(b, piece, {line, shape.step}, memory, arguments); });
  });
}

void Pair::fuse(PieceShape piece, SymbolTable &symbols) {
  int64_t blocks = filter.getOut().getType().getShape()[1] / piece.lines, channels = wholeShape().back();
  int64_t work = wholeShape()[1] * wholeShape()[2] * channels * productDepth();
  joinCalls({productCall, filterCall}, {product.getOut(), filter.getA()}, symbols,
            [&](IndexBuilder &b, const IRMapping &arguments) {
              Value images = b.dim(arguments.lookup(filter.getOut()), 0);
              b.box({images, b.index(blocks), b.index(channels / piece.channels)}, isWorthThreads(work),
                    [&](ValueRange ivs) { emitPiece(b, piece, ivs, arguments); });
            });
}

struct FuseDepthwise : impl::FuseDepthwiseBase<FuseDepthwise> {
  void runOnOperation() override {
    func::FuncOp host = getHostFunction(getOperation());
    if (!host)
      return;
    SymbolTable symbols(getOperation());
    for (auto call : llvm::make_early_inc_range(host.getOps<func::CallOp>())) {
      std::optional<Pair> pair = Pair::find(call, symbols);
      if (!pair)
        continue;
      if (std::optional<PieceShape> piece = pair->choosePiece(tile::getTarget(call)))
        pair->fuse(*piece, symbols);
    }
  }
};

} // namespace
} // namespace ingot

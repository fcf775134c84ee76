//===- TileToLoops.cpp - What tile operations mean, as scalar loops --------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The reference for everything that is done about speed elsewhere: read it as
// the operations' definition. Each contraction is a function from the indices
// of an output element to its sum; attention goes row by row.
//
//===----------------------------------------------------------------------===//

#include "codegen/rt/Fixed24.h"
#include "codegen/tile/Bf16PiecesMultiplier.h"
#include "codegen/tile/EpilogueEmitter.h"
#include "codegen/tile/Multiplier.h"
#include "codegen/tile/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

#include <limits>

namespace ingot::tile {
#define GEN_PASS_DEF_TILETOLOOPS
#include "codegen/tile/Passes.h.inc"
} // namespace ingot::tile

using namespace mlir;
using namespace ingot::tile;

using Indices = SmallVector<Value>;

static SmallVector<Value> getSizes(IndexBuilder &b, Value memref) {
  SmallVector<Value> sizes;
  for (int64_t i = 0, e = cast<MemRefType>(memref.getType()).getRank(); i < e; ++i)
    sizes.push_back(b.dim(memref, i));
  return sizes;
}

//===----------------------------------------------------------------------===//
// Sums
//===----------------------------------------------------------------------===//

namespace {

/// Adds up products of one contraction's elements.
template <typename OpT>
class Sum {
public:
  Sum(IndexBuilder &builder, OpT op) : b(builder), op(op), arithmetic(builder, op, /*lanes=*/1) {}

  Value zero() { return arith::ConstantOp::create(b, b.getZeroAttr(arithmetic.getSumType())); }

  /// `begin` plus `term` of each point of the box of these sizes.
  Value over(ValueRange sizes, Value begin, function_ref<Value(ValueRange at, Value sum)> term) {
    Indices at;
    std::function<Value(Value)> nest = [&](Value sum) -> Value {
      if (at.size() == sizes.size())
        return term(at, sum);
      return b.loop(b.index(0), sizes[at.size()], 1, sum, [&](Value i, ValueRange carried) {
        at.push_back(i);
        IndexBuilder::Values next{nest(carried[0])};
        at.pop_back();
        return next;
      })[0];
    };
    return nest(begin);
  }

  /// sum + left * right, of the operands' elements.
  Value add(Value sum, Value left, Value right) {
    left = arithmetic.extendLeft(left);
    right = arithmetic.extendRight(right);
    Value product = isa<FloatType>(sum.getType()) ? arith::MulFOp::create(b, left, right).getResult()
                                                  : arith::MulIOp::create(b, left, right).getResult();
    return arithmetic.add(sum, product);
  }

private:
  IndexBuilder &b;
  OpT op;
  Multiplier arithmetic;
};

} // namespace

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// An operand's batch indices: aligned on the right with those of the output, a static 1 repeated.
static Indices getBatch(IndexBuilder &b, Value operand, unsigned matrixRank, ValueRange outBatch) {
  ArrayRef<int64_t> shape = cast<MemRefType>(operand.getType()).getShape().drop_back(matrixRank);
  Indices batch(outBatch.take_back(shape.size()));
  for (auto [index, size] : llvm::zip(batch, shape))
    if (size == 1)
      index = b.index(0);
  return batch;
}

/// A word of the column's integers, in the lower bytes of one of the third quarter, or for the last quarter of columns
/// the bytes that three words have left.
template <typename OpT>
static Value loadFixed24(IndexBuilder &b, OpT op, const Indices &step, Value column) {
  int64_t quarter = op.getPackedColumns() / 4;
  Value row = b.div(column, quarter), at = b.sub(column, b.mul(row, quarter));
  auto loadWord = [&](Value wordRow) -> Value {
    Indices indices(step);
    indices.append({wordRow, at});
    return memref::LoadOp::create(b, op.getB(), indices);
  };
  auto bits = [&](int64_t count) -> Value { return arith::ConstantIntOp::create(b, count, 32); };
  auto shiftPair = [&](Value upper, Value lower) -> Value {
    Value lowest = arith::ShLIOp::create(b, upper, bits(24)), rest = arith::ShRUIOp::create(b, lower, bits(8));
    return arith::OrIOp::create(b, lowest, rest);
  };
  auto choose = [&](int64_t part, Value then, Value otherwise) -> Value {
    Value isPart = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, row, b.index(part));
    return arith::SelectOp::create(b, isPart, then, otherwise);
  };
  Value word = loadWord(b.min(row, b.index(2)));
  Value third = arith::ShLIOp::create(b, word, bits(8));
  Value fourth = shiftPair(loadWord(b.index(0)), shiftPair(loadWord(b.index(1)), word));
  Value integer = choose(3, fourth, choose(2, third, word));
  Value fraction = arith::ConstantOp::create(b, b.getF32FloatAttr(ingot::rt::Fixed24::fraction));
  return arith::MulFOp::create(b, arith::SIToFPOp::create(b, b.getF32Type(), integer), fraction);
}

/// b[.., k, n] of a part in its layout.
static Value loadRight(IndexBuilder &b, MatmulOp op, Indices at, Value k, Value n, int64_t part) {
  if (op.getLayout() == RhsLayout::row_major) {
    at.append({k, n});
  } else if (op.getLayout() == RhsLayout::transposed) {
    at.append({n, k});
  } else {
    int64_t columns = op.getPackedColumns() / int64_t(op.getParts()), depth = op.getPackedDepth();
    if (op.getBf16Pieces())
      return joinBf16Pieces(b, {b, b.div(n, columns), k, b.sub(n, b.alignDown(n, columns))},
                            [&](ValueRange indices) -> Value { return memref::LoadOp::create(b, op.getB(), indices); });
    at.append({b.div(n, columns), b.div(k, depth)});
    Value column = b.add(b.sub(n, b.alignDown(n, columns)), part * columns);
    if (op.getFixed24())
      return loadFixed24(b, op, at, column);
    at.push_back(column);
    if (depth > 1)
      at.push_back(b.sub(k, b.alignDown(k, depth)));
  }
  return memref::LoadOp::create(b, op.getB(), at);
}

static Value emitSum(IndexBuilder &b, MatmulOp op, ValueRange out, int64_t part) {
  unsigned batchRank = op.getBatchRank();
  Value m = out[batchRank], n = out[batchRank + 1], depth = b.dim(op.getA(), op.getA().getType().getRank() - 1);
  Indices left = getBatch(b, op.getA(), 2, out.take_front(batchRank));
  Indices right = getBatch(b, op.getB(), op.getMatrixRankOfB(), out.take_front(batchRank));
  Sum<MatmulOp> total(b, op);
  return total.over(depth, total.zero(), [&](ValueRange k, Value sum) {
    Indices at(left);
    at.append({m, k[0]});
    return total.add(sum, memref::LoadOp::create(b, op.getA(), at), loadRight(b, op, right, k[0], n, part));
  });
}

static Indices emitSums(IndexBuilder &b, MatmulOp op, ValueRange out) {
  Indices sums;
  for (int64_t part = 0, e = op.getParts(); part < e; ++part)
    sums.push_back(emitSum(b, op, out, part));
  return sums;
}

//===----------------------------------------------------------------------===//
// Convolutions
//===----------------------------------------------------------------------===//

/// `begin` plus a term for each tap of the window at output position `out` that is inside of the input; `term` gets
/// the taps and the input's indices up to the channel.
template <typename OpT>
static Value sumOverWindow(IndexBuilder &b, OpT op, Sum<OpT> &total, ValueRange out, Value begin,
                           function_ref<Value(ValueRange taps, ArrayRef<Value> input, Value sum)> term) {
  SmallVector<OpFoldResult> pads = op.getMixedPads();
  Indices sizes;
  for (int64_t size : op.getKernelShape())
    sizes.push_back(b.index(size));
  return total.over(sizes, begin, [&](ValueRange taps, Value sum) -> Value {
    Indices input{out[0]};
    Value isInside = arith::ConstantIntOp::create(b, 1, 1);
    for (auto [i, tap] : llvm::enumerate(taps)) {
      Value pad = getValueOrCreateConstantIndexOp(b, b.getLoc(), pads[i]);
      Value first = b.sub(b.mul(out[i + 1], op.getStrides()[i]), pad);
      Value at = b.add(first, b.mul(tap, op.getDilations()[i]));
      // As an unsigned number, a position in front of the input is behind it.
      Value isValid = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, at, b.dim(op.getA(), i + 1));
      isInside = arith::AndIOp::create(b, isInside, isValid);
      input.push_back(at);
    }
    auto inside = scf::IfOp::create(b, sum.getType(), isInside, /*withElseRegion=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(inside.thenBlock());
    scf::YieldOp::create(b, term(taps, input, sum));
    b.setInsertionPointToStart(inside.elseBlock());
    scf::YieldOp::create(b, sum);
    return inside.getResult(0);
  });
}

static Value emitSum(IndexBuilder &b, ConvOp op, ValueRange out) {
  int64_t perGroup = op.getOut().getType().getShape().back() / op.getGroups();
  int64_t depth = op.getA().getType().getShape().back() / op.getGroups();
  int64_t columns = op.getPackedColumns(), packedDepth = op.getPackedDepth(), merged = op.getMergedGroups();
  Value group = b.div(out.back(), perGroup), column = b.sub(out.back(), b.mul(group, perGroup));
  Value firstLane = b.mul(b.sub(group, b.alignDown(group, merged)), depth);
  Sum<ConvOp> total(b, op);
  return sumOverWindow(b, op, total, out, total.zero(), [&](ValueRange taps, ArrayRef<Value> input, Value begin) {
    return total.over(b.index(depth), begin, [&](ValueRange channel, Value sum) {
      Indices left(input), right{b.div(group, merged), b.div(column, columns)};
      left.push_back(b.add(b.mul(group, depth), channel[0]));
      llvm::append_range(right, taps);
      right.push_back(b.div(channel[0], packedDepth));
      Value panelColumn = b.sub(column, b.alignDown(column, columns)), a = memref::LoadOp::create(b, op.getA(), left);
      if (op.getFixed24())
        return total.add(sum, a, loadFixed24(b, op, right, panelColumn));
      right.push_back(panelColumn);
      if (packedDepth > 1)
        right.push_back(b.add(firstLane, b.sub(channel[0], b.alignDown(channel[0], packedDepth))));
      return total.add(sum, a, memref::LoadOp::create(b, op.getB(), right));
    });
  });
}

static Value emitSum(IndexBuilder &b, DepthwiseConvOp op, ValueRange out) {
  Sum<DepthwiseConvOp> total(b, op);
  return sumOverWindow(b, op, total, out, total.zero(), [&](ValueRange taps, ArrayRef<Value> input, Value sum) {
    Indices left(input), right(taps);
    left.push_back(b.div(out.back(), op.getMultiplier()));
    right.push_back(out.back());
    return total.add(sum, memref::LoadOp::create(b, op.getA(), left), memref::LoadOp::create(b, op.getB(), right));
  });
}

template <typename OpT>
static Indices emitSums(IndexBuilder &b, OpT op, ValueRange out) {
  return {emitSum(b, op, out)};
}

/// Every element of the output: its sums, through the epilogue.
template <typename OpT>
static void emitContraction(OpT op) {
  IndexBuilder b(op.getLoc(), op);
  EpilogueEmitter epilogue(b, cast<TileOpInterface>(op.getOperation()), /*masks=*/false);
  b.box(getSizes(b, op.getOut()), /*parallel=*/false, [&](ValueRange out) {
    epilogue.emitScalar(emitSums(b, op, out), SmallVector<Value>(out.drop_back()), out.back());
  });
}

//===----------------------------------------------------------------------===//
// Attention
//===----------------------------------------------------------------------===//

namespace {

/// One row of the output after another: its largest score, the sum of the scores' exponentials below that, and the
/// values that these weigh.
class AttentionLoops {
public:
  AttentionLoops(IndexBuilder &builder, AttentionOp op) : b(builder), op(op) {}

  void emit();

private:
  void emitRow(ValueRange batch, Value query);
  Value score(Value key);
  Value weight(Value key, Value largest);
  Value number(double value) { return arith::ConstantOp::create(b, b.getF32FloatAttr(static_cast<float>(value))); }
  Indices at(Value memref, Value row, Value column);

  IndexBuilder &b;
  AttentionOp op;
  Indices batch; ///< of the current row
  Value query;
};

} // namespace

/// Indices of an operand, dimensions that are a static 1 being repeated.
Indices AttentionLoops::at(Value memref, Value row, Value column) {
  Indices indices(batch);
  indices.append({row, column});
  for (auto [index, size] : llvm::zip(indices, cast<MemRefType>(memref.getType()).getShape()))
    if (size == 1)
      index = b.index(0);
  return indices;
}

Value AttentionLoops::score(Value key) {
  auto sums = b.loop(b.index(0), b.index(op.getKeyColumns()), 1, number(0), [&](Value d, ValueRange sum) {
    Value left = memref::LoadOp::create(b, op.getQuery(), at(op.getQuery(), query, d));
    Value right = memref::LoadOp::create(b, op.getKey(), at(op.getKey(), key, d));
    return IndexBuilder::Values{arith::AddFOp::create(b, sum[0], arith::MulFOp::create(b, left, right))};
  });
  Value score = arith::MulFOp::create(b, sums[0], number(op.getScale().convertToDouble()));
  if (double cap = op.getSoftcap().convertToDouble(); cap != 0)
    score = arith::MulFOp::create(b, math::TanhOp::create(b, arith::DivFOp::create(b, score, number(cap))),
                                  number(cap));
  if (!op.getMask())
    return score;
  Value mask = memref::LoadOp::create(b, op.getMask(), at(op.getMask(), query, key));
  if (mask.getType().isF32())
    return arith::AddFOp::create(b, score, mask);
  Value isHidden = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, mask,
                                         arith::ConstantOp::create(b, b.getZeroAttr(mask.getType())));
  return arith::SelectOp::create(b, isHidden, number(op.getExcluded().convertToDouble()), score);
}

Value AttentionLoops::weight(Value key, Value largest) {
  return math::ExpOp::create(b, arith::SubFOp::create(b, score(key), largest));
}

void AttentionLoops::emitRow(ValueRange rowBatch, Value row) {
  batch.assign(rowBatch.begin(), rowBatch.end());
  query = row;
  Value zero = b.index(0), keys = b.dim(op.getKey(), op.getBatchRank());
  if (op.getOffset())
    keys = b.max(zero, b.min(keys, b.add(b.add(query, op.getOffset()), 1)));
  // Below any score but -infinity, so that a row of these alone has weights of 0.
  Value least = number(std::numeric_limits<float>::lowest());
  Value largest = b.loop(zero, keys, 1, least, [&](Value key, ValueRange best) {
    return IndexBuilder::Values{arith::MaxNumFOp::create(b, best[0], score(key))};
  })[0];
  Value total = b.loop(zero, keys, 1, number(0), [&](Value key, ValueRange sum) {
    return IndexBuilder::Values{arith::AddFOp::create(b, sum[0], weight(key, largest))};
  })[0];
  Value isEmpty = arith::CmpFOp::create(b, arith::CmpFPredicate::OEQ, total, number(0));
  Value divisor = arith::SelectOp::create(b, isEmpty, number(1), total);
  Value columns = b.index(op.getValueColumns());
  auto forEachColumn = [&](function_ref<Value(Value column)> compute) {
    b.loop(zero, columns, 1, [&](Value column) {
      memref::StoreOp::create(b, compute(column), op.getOut(), at(op.getOut(), row, column));
    });
  };
  forEachColumn([&](Value) { return number(0); });
  b.loop(zero, keys, 1, [&](Value key) {
    Value share = arith::DivFOp::create(b, weight(key, largest), divisor);
    forEachColumn([&](Value column) -> Value {
      Value value = memref::LoadOp::create(b, op.getValue(), at(op.getValue(), key, column));
      Value sum = memref::LoadOp::create(b, op.getOut(), at(op.getOut(), row, column));
      return arith::AddFOp::create(b, sum, arith::MulFOp::create(b, share, value));
    });
  });
}

void AttentionLoops::emit() {
  SmallVector<Value> sizes = getSizes(b, op.getOut());
  sizes.pop_back();
  b.box(sizes, /*parallel=*/false, [&](ValueRange at) { emitRow(at.drop_back(), at.back()); });
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

namespace {

struct TileToLoops : ingot::tile::impl::TileToLoopsBase<TileToLoops> {
  void runOnOperation() override {
    SmallVector<Operation *> ops;
    getOperation()->walk([&](Operation *op) {
      // A convolution by minimal filtering has a definition in tile.conv, for weights that are not transformed.
      if (isa<MatmulOp, ConvOp, DepthwiseConvOp, AttentionOp>(op) && !op->hasAttr("schedule"))
        ops.push_back(op);
    });
    for (Operation *op : ops) {
      if (auto matmul = dyn_cast<MatmulOp>(op))
        emitContraction(matmul);
      else if (auto conv = dyn_cast<ConvOp>(op))
        emitContraction(conv);
      else if (auto depthwise = dyn_cast<DepthwiseConvOp>(op))
        emitContraction(depthwise);
      else if (auto attention = dyn_cast<AttentionOp>(op)) {
        IndexBuilder b(op->getLoc(), op);
        AttentionLoops(b, attention).emit();
      }
      op->erase();
    }
  }
};

} // namespace

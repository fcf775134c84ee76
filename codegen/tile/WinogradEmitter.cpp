//===- WinogradEmitter.cpp - tile.winograd_conv to loops and vectors -------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   parallel (batch, block of tiles, panels of output channels) {
//     for each tile { inputs[point, tile, channel] = B^T d B of its inputs d }
//     for each of the panels {
//       for each point { sums[point, tile, column] = inputs[point] * weights[panel, point] }
//       for each tile { out = epilogue(A^T sums A) }
//     }
//   }
//
// Threads that share the panels of a block read parts of the weights each, and
// transform all inputs: what another core wrote takes longer to come than to
// compute, and is two to four times as much as the inputs are before.
//
// A point is an element of a transformed tile. `inputs` and `sums` are on the
// stack and stay in the second cache. Tiles that reach over the input's border
// are copied first, with zeros where there is no input.
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/Emitters.h"
#include "codegen/tile/EpilogueEmitter.h"
#include "codegen/tile/Fetch.h"
#include "codegen/tile/RegisterTile.h"
#include "codegen/tile/WinogradSchedule.h"
#include "codegen/tile/WinogradTransform.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace ingot::tile;

namespace {

/// A square of vectors, row by row; not all of its matrices are as wide as high.
using Vectors = SmallVector<Value>;

class WinogradEmitter {
public:
  WinogradEmitter(IndexBuilder &builder, WinogradConvOp conv)
      : b(builder), op(conv), schedule(*conv.getSchedule()), transform(WinogradTransform::get(conv.getOutputTile())),
        multiplier(builder, conv.getB().getType().getElementType(), schedule.getLanes()),
        epilogue(builder, cast<TileOpInterface>(conv.getOperation()), schedule.getMasks()),
        extent(transform.inputTile()), channels(conv.getA().getType().getDimSize(3)),
        transformLanes(getTransformLanes(schedule.getLanes(), channels)) {}

  void emit();

private:
  /// Tiles [first, end) of one image, counted line by line.
  struct Block {
    Value batch, first, end;
  };

  /// Of a known number of tiles, blocks are as good as full, and all are done whole.
  bool areWhole() { return getConstant(tilesHigh) && getConstant(tilesWide); }
  std::pair<Value, Value> locate(const Block &block, Value tile);
  Value isInside(Value y, Value x, int64_t side);
  void transformInputs(const Block &block, Value slot);
  void clearInputs(Value slot);
  void transformInput(Value memory, function_ref<SmallVector<Value>(Value y, Value x, Value channel)> index,
                      Value slot);
  void copyTile(Value batch, Value y, Value x);
  void multiply(const Block &block, Value panel);
  int64_t getShare() const;
  int64_t getStepsOfFetch() const;
  void fetchNextPoint(Value panel, Value point, Value first, Value channel);
  void transformSums(const Block &block, Value panel);
  void finishTile(const Block &block, Value y, Value x, Value column, ArrayRef<Value> outputs);
  void store(const Block &block, Value y, Value x, Value column, ArrayRef<Value> row);

  Vectors apply(ArrayRef<double> matrix, int64_t rows, ArrayRef<Value> column);
  Vectors applyToPairs(ArrayRef<double> matrix, int64_t rows, ArrayRef<Value> column);
  Vectors transformBothWays(ArrayRef<double> matrix, int64_t rows, ArrayRef<Value> square);
  Value combine(ArrayRef<double> factors, ArrayRef<Value> column);
  Value add(Value sum, double factor, Value value);

  IndexBuilder &b;
  WinogradConvOp op;
  ScheduleAttr schedule;
  WinogradTransform transform;
  Multiplier multiplier;
  EpilogueEmitter epilogue;
  int64_t extent, channels, transformLanes;
  Value height, width, tilesHigh, tilesWide; ///< of the input, in tiles
  Value weights;                             ///< with the points as one dimension
  Value flatWeights;                         ///< with all of a panel as one dimension
  Value inputs, sums, border, edge;          ///< on the stack
};

} // namespace

void WinogradEmitter::emit() {
  int64_t tile = transform.outputTile;
  height = b.dim(op.getA(), 1);
  width = b.dim(op.getA(), 2);
  tilesHigh = b.ceilDiv(b.dim(op.getOut(), 1), tile);
  tilesWide = b.ceilDiv(b.dim(op.getOut(), 2), tile);
  weights = b.collapseDims(op.getB(), 2);
  flatWeights = b.collapseDims(b.collapseDims(weights, 2), 2);
  Value tiles = b.mul(tilesHigh, tilesWide);
  int64_t block = schedule.getRowBlock(), points = extent * extent;
  Type element = multiplier.getSumType();
  auto emitBlock = [&](ValueRange ivs, Value panelBegin, Value panelEnd) {
    Value first = b.mul(ivs[1], block);
    Block tilesOfBlock{ivs[0], first, b.min(b.add(first, block), tiles)};
    inputs = b.stackBuffer({points, block, channels}, element);
    border = b.stackBuffer({extent, extent, channels}, element);
    Value count = b.sub(tilesOfBlock.end, first);
    b.loop(b.index(0), count, 1, [&](Value slot) { transformInputs(tilesOfBlock, slot); });
    if (areWhole() && *getConstant(tiles) % block != 0)
      b.loop(count, b.index(block), 1, [&](Value slot) { clearInputs(slot); });
    sums = b.stackBuffer({points, block, schedule.getColumns()}, element);
    edge = b.stackBuffer({tile, tile, schedule.getLanes()}, element);
    b.loop(panelBegin, panelEnd, 1, [&](Value panel) {
      multiply(tilesOfBlock, panel);
      transformSums(tilesOfBlock, panel);
    });
  };
  Value panels = b.dim(op.getB(), 1);
  b.itemsOfBox({b.dim(op.getOut(), 0), b.ceilDiv(tiles, block)}, panels, panels, schedule.getParallel(), emitBlock);
}

/// The output position at which the tile begins.
std::pair<Value, Value> WinogradEmitter::locate(const Block &block, Value tile) {
  Value index = b.add(block.first, tile);
  Value line = b.createOrFold<arith::DivUIOp>(index, tilesWide);
  return {b.mul(line, transform.outputTile), b.mul(b.sub(index, b.mul(line, tilesWide)), transform.outputTile)};
}

//===----------------------------------------------------------------------===//
// Transformations
//===----------------------------------------------------------------------===//

/// sum + factor * value, of a sum that may be null.
Value WinogradEmitter::add(Value sum, double factor, Value value) {
  if (std::abs(factor) != 1) {
    auto type = cast<VectorType>(value.getType());
    APFloat scalar = b.getFloatAttr(type.getElementType(), factor).getValue();
    Value splat = arith::ConstantOp::create(b, DenseElementsAttr::get(type, scalar));
    return sum ? vector::FMAOp::create(b, splat, value, sum).getResult()
               : arith::MulFOp::create(b, splat, value).getResult();
  }
  if (!sum)
    return factor > 0 ? value : arith::NegFOp::create(b, value).getResult();
  return factor > 0 ? arith::AddFOp::create(b, sum, value).getResult()
                    : arith::SubFOp::create(b, sum, value).getResult();
}

/// The sum of the column's elements times the factors, not all of which are zero.
Value WinogradEmitter::combine(ArrayRef<double> factors, ArrayRef<Value> column) {
  Value sum;
  // What is only added goes first, then what is subtracted, so that neither a sign nor a product stands alone.
  for (auto isNext : {+[](double f) { return f == 1; }, +[](double f) { return f == -1; },
                      +[](double f) { return f != 0 && std::abs(f) != 1; }})
    for (auto [factor, value] : llvm::zip_equal(factors, column))
      if (isNext(factor))
        sum = add(sum, factor, value);
  return sum;
}

/// Whether two points of interpolation differ in their sign only: the odd powers of the one are the negated ones of the
/// other.
static bool areOpposite(ArrayRef<double> powers, ArrayRef<double> others) {
  for (auto [i, one, other] : llvm::enumerate(powers, others))
    if (other != (i % 2 ? -one : one))
      return false;
  return true;
}

/// matrix * column, of a matrix whose rows are points. What opposite ones have in common is summed once.
Vectors WinogradEmitter::apply(ArrayRef<double> matrix, int64_t rows, ArrayRef<Value> column) {
  Vectors result;
  auto getRow = [&](int64_t row) { return matrix.slice(row * extent, extent); };
  for (int64_t row = 0; row < rows; ++row) {
    if (row + 1 == rows || !areOpposite(getRow(row), getRow(row + 1))) {
      result.push_back(combine(getRow(row), column));
      continue;
    }
    SmallVector<double> even(extent), odd(extent);
    for (auto [i, factor] : llvm::enumerate(getRow(row)))
      (i % 2 ? odd : even)[i] = factor;
    double scale = *llvm::find_if(llvm::reverse(odd), [](double factor) { return factor != 0; });
    for (double &factor : odd)
      factor /= scale;
    Value sum = combine(even, column), difference = combine(odd, column);
    result.push_back(add(sum, scale, difference));
    result.push_back(add(sum, -scale, difference));
    ++row;
  }
  return result;
}

/// matrix * column, of a matrix whose columns are points: opposite ones are added up or subtracted first.
Vectors WinogradEmitter::applyToPairs(ArrayRef<double> matrix, int64_t rows, ArrayRef<Value> column) {
  SmallVector<double> factors(matrix);
  Vectors sums(column), differences(column), result;
  auto getPowers = [&](int64_t point) {
    return llvm::map_to_vector(llvm::seq<int64_t>(rows), [&](int64_t row) { return matrix[row * extent + point]; });
  };
  for (int64_t point = 0; point + 1 < extent; ++point)
    if (areOpposite(getPowers(point), getPowers(point + 1))) {
      sums[point] = add(column[point], 1, column[point + 1]);
      differences[point] = add(column[point], -1, column[point + 1]);
      for (int64_t row = 0; row < rows; ++row)
        factors[row * extent + point + 1] = 0;
      ++point;
    }
  for (int64_t row = 0; row < rows; ++row)
    result.push_back(combine(ArrayRef(factors).slice(row * extent, extent), row % 2 ? differences : sums));
  return result;
}

/// matrix * square * matrix^T.
Vectors WinogradEmitter::transformBothWays(ArrayRef<double> matrix, int64_t rows, ArrayRef<Value> square) {
  auto applyToColumns = [&](ArrayRef<Value> values, int64_t width) {
    Vectors result;
    for (int64_t x = 0; x < width; ++x) {
      Vectors column;
      for (int64_t y = 0; y < extent; ++y)
        column.push_back(values[y * width + x]);
      llvm::append_range(result, rows == extent ? apply(matrix, rows, column) : applyToPairs(matrix, rows, column));
    }
    return result;
  };
  // What comes out is transposed, twice.
  return applyToColumns(applyToColumns(square, extent), rows);
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

/// Whether the square of that side, from (y, x) on, is in the input.
Value WinogradEmitter::isInside(Value y, Value x, int64_t side) {
  Value inside;
  for (auto [position, size] : {std::pair(y, height), std::pair(x, width)})
    for (Value bound : {b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::sge, position, b.index(0)),
                        b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::sle, b.add(position, side), size)})
      inside = inside ? b.createOrFold<arith::AndIOp>(inside, bound) : bound;
  return inside;
}

void WinogradEmitter::transformInputs(const Block &block, Value slot) {
  auto [outY, outX] = locate(block, slot);
  Value y = b.sub(outY, b.index(op.getPads()[0])), x = b.sub(outX, b.index(op.getPads()[1]));
  b.branch(
      isInside(y, x, extent),
      [&] {
        transformInput(
            op.getA(),
            [&](Value i, Value j, Value channel) {
              return SmallVector<Value>{block.batch, b.add(y, i), b.add(x, j), channel};
            },
            slot);
      },
      [&] {
        copyTile(block.batch, y, x);
        transformInput(
            border, [](Value i, Value j, Value channel) { return SmallVector<Value>{i, j, channel}; }, slot);
      });
}

void WinogradEmitter::transformInput(Value memory,
                                     function_ref<SmallVector<Value>(Value y, Value x, Value channel)> index,
                                     Value slot) {
  auto type = VectorType::get(transformLanes, multiplier.getSumType());
  b.loop(b.index(0), b.index(channels), transformLanes, [&](Value channel) {
    Vectors tile;
    for (int64_t i = 0; i < extent * extent; ++i)
      tile.push_back(
          vector::LoadOp::create(b, type, memory, index(b.index(i / extent), b.index(i % extent), channel)));
    for (auto [point, value] : llvm::enumerate(transformBothWays(transform.inputMatrix, extent, tile)))
      vector::StoreOp::create(b, value, inputs, ValueRange{b.index(point), slot, channel});
  });
}

/// What lies where a block has fewer tiles than others may be denormal numbers, which take a processor many times as
/// long.
void WinogradEmitter::clearInputs(Value slot) {
  auto type = VectorType::get(transformLanes, multiplier.getSumType());
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(type));
  b.loop(b.index(0), b.index(extent * extent), 1, [&](Value point) {
    b.loop(b.index(0), b.index(channels), transformLanes, [&](Value channel) {
      vector::StoreOp::create(b, zero, inputs, ValueRange{point, slot, channel});
    });
  });
}

/// Copies the input's tile at (y, x) to `border`, zeros where there is none.
void WinogradEmitter::copyTile(Value batch, Value y, Value x) {
  auto type = VectorType::get(transformLanes, multiplier.getSumType());
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(type));
  auto forEachVector = [&](Value i, Value j, function_ref<Value(Value channel)> read) {
    b.loop(b.index(0), b.index(channels), transformLanes,
           [&](Value channel) { vector::StoreOp::create(b, read(channel), border, ValueRange{i, j, channel}); });
  };
  b.loop(b.index(0), b.index(extent), 1, [&](Value i) {
    b.loop(b.index(0), b.index(extent), 1, [&](Value j) {
      Value inY = b.add(y, i), inX = b.add(x, j);
      b.branch(
          isInside(inY, inX, /*side=*/1),
          [&] {
            forEachVector(i, j, [&](Value channel) {
              return vector::LoadOp::create(b, type, op.getA(), ValueRange{batch, inY, inX, channel});
            });
          },
          [&] { forEachVector(i, j, [&](Value) { return zero; }); });
    });
  });
}

//===----------------------------------------------------------------------===//
// Products and outputs
//===----------------------------------------------------------------------===//

void WinogradEmitter::multiply(const Block &block, Value panel) {
  int64_t vectors = schedule.getColumns() / schedule.getLanes(), rows = schedule.getRows();
  std::optional<int64_t> whole;
  if (areWhole())
    whole = schedule.getRowBlock();
  Value end = whole ? b.index(*whole) : b.sub(block.end, block.first);
  b.loop(b.index(0), b.index(extent * extent), 1, [&](Value point) {
    emitRowTiles(b, b.index(0), end, rows, getTailRows(rows, whole), [&](int64_t tileRows, Value first) {
      RegisterTile tile{tileRows, vectors, std::max<int64_t>(1, schedule.getSplit() / tileRows)};
      int64_t steps = 0;
      Vectors products = reduce(
          b, tile, b.index(0), b.index(channels), tile.getUnroll(schedule), tile.start(multiplier),
          [&](Value channel, MutableArrayRef<Value> stepSums) {
            auto loadLeft = [&](int64_t row) {
              return multiplier.loadLeft(inputs, ValueRange{point, b.add(first, row), channel}, Value());
            };
            auto loadRight = [&](int64_t vector) {
              return multiplier.loadRight(weights, ValueRange{b.index(0), panel, point, channel,
                                                              b.index(vector * schedule.getLanes())});
            };
            if (schedule.getAhead())
              fetchStep(b, weights, {b.index(0), panel, point, b.add(channel, schedule.getAhead())});
            if (schedule.getPrefetch() && tileRows == rows && steps++ % getStepsOfFetch() == 0)
              fetchNextPoint(panel, point, first, channel);
            accumulate(multiplier, tile, {0, tileRows}, {loadLeft, loadRight}, stepSums);
          });
      for (auto [i, product] : llvm::enumerate(tile.combine(multiplier, products)))
        vector::StoreOp::create(b, product, sums,
                                ValueRange{point, b.add(first, i / vectors),
                                           b.index(i % vectors * schedule.getLanes())});
    });
  });
}

/// Elements of the next point's weights that are fetched at each step of the current one.
int64_t WinogradEmitter::getShare() const {
  int64_t tiles = std::max<int64_t>(1, schedule.getRowBlock() / schedule.getRows());
  return llvm::divideCeil(schedule.getColumns(), tiles);
}

/// Steps in a row that share a fetch, so that each line is asked for once.
int64_t WinogradEmitter::getStepsOfFetch() const {
  return std::min<int64_t>(llvm::bit_floor<uint64_t>(std::max<int64_t>(1, getLineElements(weights) / getShare())),
                           schedule.getUnroll());
}

/// The register tiles fetch equal parts of the weights of the point that follows, in the order of their steps. Behind a
/// panel's last point is the next panel's first.
void WinogradEmitter::fetchNextPoint(Value panel, Value point, Value first, Value channel) {
  Value step = b.add(b.mul(b.div(first, schedule.getRows()), channels), channel);
  Value next = b.mul(b.add(point, 1), channels * schedule.getColumns());
  fetchLines(b, flatWeights, {b.index(0), panel, b.add(next, b.mul(step, getShare()))},
             llvm::divideCeil(getShare() * getStepsOfFetch(), getLineElements(weights)), FetchInto::second_cache);
}

void WinogradEmitter::transformSums(const Block &block, Value panel) {
  VectorType type = multiplier.getSumVector();
  b.loop(b.index(0), b.sub(block.end, block.first), 1, [&](Value slot) {
    auto [y, x] = locate(block, slot);
    b.loop(b.index(0), b.index(schedule.getColumns()), schedule.getLanes(), [&, y = y, x = x](Value offset) {
      Vectors points;
      for (int64_t point = 0; point < extent * extent; ++point)
        points.push_back(vector::LoadOp::create(b, type, sums, ValueRange{b.index(point), slot, offset}));
      finishTile(block, y, x, b.add(b.mul(panel, schedule.getColumns()), offset),
                 transformBothWays(transform.outputMatrix, transform.outputTile, points));
    });
  });
}

void WinogradEmitter::finishTile(const Block &block, Value y, Value x, Value column, ArrayRef<Value> outputs) {
  int64_t tile = transform.outputTile;
  Value outHeight = b.dim(op.getOut(), 1), outWidth = b.dim(op.getOut(), 2);
  auto storeWhole = [&] {
    for (int64_t i = 0; i < tile; ++i)
      store(block, b.add(y, i), x, column, outputs.slice(i * tile, tile));
  };
  auto isWhole = [&](Value size) { return getConstant(size) && *getConstant(size) % tile == 0; };
  if (isWhole(outHeight) && isWhole(outWidth))
    return storeWhole();
  auto fits = [&](Value position, Value size) -> Value {
    return b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::sle, b.add(position, tile), size);
  };
  b.branch(b.createOrFold<arith::AndIOp>(fits(y, outHeight), fits(x, outWidth)), storeWhole, [&] {
    for (auto [i, output] : llvm::enumerate(outputs))
      vector::StoreOp::create(b, output, edge, ValueRange{b.index(i / tile), b.index(i % tile), b.index(0)});
    auto left = [&](Value position, Value size) { return b.min(b.index(tile), b.sub(size, position)); };
    b.loop(b.index(0), left(y, outHeight), 1, [&](Value i) {
      b.loop(b.index(0), left(x, outWidth), 1, [&](Value j) {
        Value output = vector::LoadOp::create(b, multiplier.getSumVector(), edge, ValueRange{i, j, b.index(0)});
        store(block, b.add(y, i), b.add(x, j), column, output);
      });
    });
  });
}

/// Outputs side by side in a line, from (y, x) on.
void WinogradEmitter::store(const Block &block, Value y, Value x, Value column, ArrayRef<Value> row) {
  int64_t outChannels = op.getOut().getType().getDimSize(3);
  bool isRagged = outChannels % schedule.getColumns() != 0;
  epilogue.emit({row, static_cast<int64_t>(row.size()), {block.batch, y, x}, column,
                 isRagged ? b.index(outChannels) : Value()});
}

void ingot::tile::emitWinogradConv(IndexBuilder &builder, WinogradConvOp op) { WinogradEmitter(builder, op).emit(); }

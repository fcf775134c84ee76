//===- MatmulEmitter.cpp - tile.matmul to loops and vectors ----------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   parallel (batch, block of rows, panel of columns) {
//     [copy a piece of b into packed order on the stack]
//     for each register tile of the block {
//       sums = 0; for k { sums += a[rows, k] * b[k, columns] }
//       out = epilogue(sums)
//     }
//   }
//
//===----------------------------------------------------------------------===//

#include "codegen/tile/AmxBlock.h"
#include "codegen/tile/CreateMultiplier.h"
#include "codegen/tile/Emitters.h"
#include "codegen/tile/EpilogueEmitter.h"
#include "codegen/tile/Fetch.h"
#include "codegen/tile/Order.h"
#include "codegen/tile/PanelCopy.h"
#include "codegen/tile/RegisterTile.h"
#include "codegen/tile/TileSchedule.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot::tile;

namespace {

class MatmulEmitter {
public:
  MatmulEmitter(IndexBuilder &builder, MatmulOp matmul)
      : b(builder), op(matmul), schedule(*matmul.getSchedule()),
        ownMultiplier(createMultiplier(builder, matmul, schedule.getLanes())), multiplier(*ownMultiplier),
        epilogue(builder, cast<TileOpInterface>(matmul.getOperation()), schedule.getMasks()),
        vectors(schedule.getColumns() / schedule.getLanes()), partColumns(schedule.getColumns() / op.getParts()),
        joined(joinsPanels(matmul)) {}

  void emit();

private:
  /// The outer tile that a thread works on.
  struct OuterTile {
    SmallVector<Value> outBatch, aBatch, bBatch;
    Value panel, column, rowBegin, rowEnd;
    /// The panel to fetch meanwhile, null for none, and how much of it a step of a tile fetches, in elements.
    Value nextPanel, share;
    /// Whether rows are done one by one: so rarely that more is not worth the code.
    bool isRare = false;
    /// Vectors of columns, and whether the last one may have less of them than lanes.
    int64_t vectors = 0;
    bool isRagged = false;
  };

  SmallVector<Value> getBatchIndices(Value operand, unsigned matrixRank, ValueRange outBatch);
  void emitVectors();
  using RowsBody = function_ref<void(ValueRange ivs, Value rowBegin, Value rowEnd)>;
  void shareTiles(ArrayRef<Value> boxSizes, RowsBody emitRows);
  bool sharesLeft();
  void fetchLeft();
  void emitAmx();
  void emitAmxStream(AmxAttr amx);
  void emitAmxTile(OuterTile outer, const AmxRows &rows, Value panelBegin, Value panelEnd, Value firstPanel = {},
                   Value lastPanelEnd = {});
  ArrayRef<Value> amxBatches() { return joined ? ArrayRef<Value>() : ArrayRef(batchSizes); }
  Value countAmxPanels();
  OuterTile locateAmx(ValueRange batch, const AmxRows &rows);
  void setAmxPanel(OuterTile &outer, Value panel);
  OuterTile locate(ValueRange batch, Value rowBegin, Value rowEnd);
  void setPanel(OuterTile &outer, Value panel);
  void emitPanel(OuterTile &outer, Value panelCount);
  void emitOuterTile(const OuterTile &outer);
  void emitDirect(const OuterTile &outer);
  PanelCopy copyPanel(const OuterTile &outer, Value panel);
  void emitThroughPanel(const OuterTile &outer);
  void forEachTile(const OuterTile &outer, function_ref<void(RegisterTile, Value row)> emitTile);
  SmallVector<Value> getColumnStart(const OuterTile &outer);
  SmallVector<Value> sumUp(const OuterTile &outer, RegisterTile tile, Value row, Value kBegin, Value kEnd,
                           ValueRange sums, function_ref<Value(Value step, int64_t vector)> loadRight);
  void finish(const OuterTile &outer, RegisterTile tile, Value row, ValueRange sums);
  Value loadPacked(const OuterTile &outer, Value step, int64_t vector);
  Value loadRowMajor(const OuterTile &outer, Value step, int64_t vector);
  Value getShare(const OuterTile &outer);
  void fetchNext(const OuterTile &outer, Value row, Value step);

  IndexBuilder &b;
  MatmulOp op;
  ScheduleAttr schedule;
  std::unique_ptr<Multiplier> ownMultiplier;
  Multiplier &multiplier;
  EpilogueEmitter epilogue;
  int64_t vectors;
  /// Columns of the output that a panel makes.
  int64_t partColumns;
  /// Whether tile instructions take the panels of all batches for those of one.
  bool joined;
  Value m, n, k;
  SmallVector<Value> batchSizes;
  /// A packed right operand, its columns and depth or bytes as one dimension.
  Value panels;
  /// The same with all of a panel as one dimension.
  Value flatPanels;
  bool raggedColumns = false;
};

} // namespace

void MatmulEmitter::emit() {
  unsigned batchRank = op.getBatchRank();
  m = b.dim(op.getOut(), batchRank);
  n = b.dim(op.getOut(), batchRank + 1);
  k = b.dim(op.getA(), op.getA().getType().getRank() - 1);
  bool isFlat = op.getPackedDepth() == 1 && !op.getFixed24();
  panels = isFlat ? Value(op.getB()) : b.collapseDims(op.getB(), op.getB().getType().getRank() - 2);
  if (schedule.getPrefetch())
    flatPanels = b.collapseDims(panels, cast<MemRefType>(panels.getType()).getRank() - 2);
  std::optional<int64_t> columns = getConstant(n);
  raggedColumns = !columns || *columns % partColumns != 0;

  for (unsigned i = 0; i < batchRank; ++i)
    batchSizes.push_back(b.dim(op.getOut(), i));
  AmxAttr amx = op.getAmxAttr();
  if (!amx)
    return emitVectors();
  Value isLong = b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::sge, m, b.index(amx.getLeastRows()));
  b.branch(isLong, [&] { emitAmx(); }, [&] { emitVectors(); });
}

MatmulEmitter::OuterTile MatmulEmitter::locate(ValueRange batch, Value rowBegin, Value rowEnd) {
  OuterTile outer;
  outer.vectors = vectors;
  outer.isRagged = raggedColumns;
  llvm::append_range(outer.outBatch, batch);
  outer.aBatch = getBatchIndices(op.getA(), 2, outer.outBatch);
  outer.bBatch = getBatchIndices(op.getB(), op.getMatrixRankOfB(), outer.outBatch);
  outer.rowBegin = rowBegin;
  outer.rowEnd = rowEnd;
  return outer;
}

void MatmulEmitter::setPanel(OuterTile &outer, Value panel) {
  outer.panel = panel;
  outer.column = b.mul(panel, partColumns);
}

void MatmulEmitter::emitVectors() {
  SmallVector<Value> sizes(batchSizes);
  int64_t rowBlock = schedule.getRowBlock();
  sizes.push_back(rowBlock ? b.ceilDiv(m, rowBlock) : b.index(1));
  sizes.push_back(b.ceilDiv(n, partColumns));
  auto emitRows = [&](ValueRange ivs, Value rowBegin, Value rowEnd) {
    OuterTile outer = locate(ivs.drop_back(2), rowBegin, rowEnd);
    setPanel(outer, ivs.back());
    if (flatPanels) {
      outer.nextPanel = b.min(b.add(outer.panel, 1), b.sub(sizes.back(), b.index(1)));
      outer.share = getShare(outer);
    }
    emitPanel(outer, sizes.back());
  };
  auto emitAt = [&](ValueRange ivs) {
    Value rowBegin = b.mul(ivs[ivs.size() - 2], rowBlock);
    emitRows(ivs, rowBegin, rowBlock ? b.min(m, b.add(rowBegin, rowBlock)) : m);
  };
  bool isBackwards = op->hasAttr(kBackwardsAttrName);
  if (!isBackwards && !sharesLeft()) {
    if (schedule.getParallel() && !getConstant(m))
      return shareTiles(sizes, emitRows);
    return b.box(sizes, schedule.getParallel(), emitAt);
  }
  Value count = b.index(1);
  for (Value size : sizes)
    count = b.mul(count, size);
  b.ranges(count, schedule.getParallel(), [&](Value begin, Value end) {
    if (sharesLeft())
      fetchLeft();
    Value last = b.sub(b.add(begin, end), b.index(1));
    b.loop(begin, end, 1, [&](Value i) { emitAt(b.delinearize(isBackwards ? b.sub(last, i) : i, sizes)); });
  });
}

/// Of an unknown number of rows, threads share the tiles of all blocks and panels: there may be less of these than
/// threads. Blocks have as many tiles each, but for the last.
void MatmulEmitter::shareTiles(ArrayRef<Value> boxSizes, RowsBody emitRows) {
  int64_t rows = schedule.getRows(), most = std::max<int64_t>(schedule.getRowBlock() / rows, 1);
  Value one = b.index(1), tiles = b.max(b.ceilDiv(m, rows), one);
  Value blocks = schedule.getRowBlock() ? b.ceilDiv(tiles, most) : one, tilesOfBlock = b.ceilDiv(tiles, blocks);
  SmallVector<Value> sizes(boxSizes);
  sizes[sizes.size() - 2] = blocks;
  auto emitTiles = [&](ValueRange ivs, Value begin, Value end) {
    Value first = b.mul(ivs[ivs.size() - 2], tilesOfBlock);
    auto rowOf = [&](Value tile) { return b.min(m, b.mul(b.add(first, tile), rows)); };
    emitRows(ivs, rowOf(begin), rowOf(end));
  };
  b.itemsOfBox(sizes, tilesOfBlock, tilesOfBlock, /*parallel=*/true, emitTiles);
}

/// Whether threads share the columns of a single tile of rows: each reads all of the left operand, half of which
/// another core may have written, and the first cache has room for it.
bool MatmulEmitter::sharesLeft() {
  std::optional<int64_t> rows = getConstant(m), steps = getConstant(k);
  MemRefType type = op.getA().getType();
  return schedule.getParallel() && batchSizes.empty() && rows && *rows <= schedule.getRows() && steps &&
         type.isLastDimUnitStride() && *rows * *steps * type.getElementTypeBitWidth() / 8 <= getTarget(op).getL1() / 8;
}

/// A line that another core holds takes longer than the steps that it is for; all at once hardly do.
void MatmulEmitter::fetchLeft() {
  int64_t lines = llvm::divideCeil(*getConstant(k), getLineElements(op.getA()));
  for (int64_t row = 0; row < *getConstant(m); ++row)
    fetchLines(b, op.getA(), {b.index(row), b.index(0)}, lines, FetchInto::first_cache);
}

/// Vectors of the last panel that would be empty are left out; of a panel of several parts none is.
void MatmulEmitter::emitPanel(OuterTile &outer, Value panelCount) {
  if (op.getParts() > 1)
    return emitOuterTile(outer);
  auto emit = [&](int64_t panelVectors, bool isRagged) {
    outer.vectors = panelVectors;
    outer.isRagged = isRagged;
    emitOuterTile(outer);
  };
  ingot::tile::emitPanel(b, schedule, getConstant(n), outer.panel, panelCount, emit);
}

void MatmulEmitter::emitAmx() {
  AmxAttr amx = op.getAmxAttr();
  if (amx.getStream())
    return emitAmxStream(amx);
  SmallVector<Value> sizes(amxBatches());
  sizes.push_back(countRowBlocks(b, amx, m));
  auto emitBlock = [&](ValueRange ivs, Value panelBegin, Value panelEnd) {
    AmxRows rows = getRowBlock(b, amx, m, ivs.back());
    emitAmxTile(locateAmx(ivs.drop_back(), rows), rows, panelBegin, panelEnd);
  };
  b.itemsOfBox(sizes, countAmxPanels(), b.index(amx.getColumnBlock() / schedule.getColumns()), schedule.getParallel(),
               emitBlock);
}

Value MatmulEmitter::countAmxPanels() {
  Value count = b.ceilDiv(n, partColumns);
  return joined ? b.mul(batchSizes.front(), count) : count;
}

MatmulEmitter::OuterTile MatmulEmitter::locateAmx(ValueRange batch, const AmxRows &rows) {
  Value first = b.index(0);
  return locate(joined ? ValueRange(first) : batch, rows.begin, rows.end);
}

void MatmulEmitter::setAmxPanel(OuterTile &outer, Value panel) {
  if (!joined)
    return setPanel(outer, panel);
  Value count = b.ceilDiv(n, partColumns), batch = b.div(panel, count);
  outer.outBatch = {batch};
  outer.bBatch = getBatchIndices(op.getB(), op.getMatrixRankOfB(), outer.outBatch);
  setPanel(outer, b.sub(panel, b.mul(batch, count)));
}

/// Threads share the tiles of rows that pass by, of each block of columns; in halves, as they are often few and odd.
void MatmulEmitter::emitAmxStream(AmxAttr amx) {
  Value panels = countAmxPanels(), panelsOfBlock = b.index(amx.getColumnBlock() / schedule.getColumns());
  int64_t parts = amx.getColumnBlock() > schedule.getColumns() ? 2 : 1;
  SmallVector<Value> sizes(amxBatches());
  sizes.push_back(b.ceilDiv(panels, panelsOfBlock));
  auto emitItems = [&](ValueRange ivs, Value begin, Value end) {
    auto rowOf = [&](Value tile) { return b.min(m, b.mul(tile, amx.getRowBlock())); };
    AmxRows rows{rowOf(b.div(begin, parts)), rowOf(b.ceilDiv(end, parts)), std::nullopt};
    Value first = b.mul(ivs.back(), panelsOfBlock), last = b.min(panels, b.add(first, panelsOfBlock));
    Value middle = b.add(first, b.ceilDiv(b.sub(last, first), parts));
    // A range that begins or ends within a tile has the panels behind or before its middle.
    auto cut = [&](Value item, Value otherwise) {
      Value isCut = b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::ne, b.mul(b.div(item, parts), parts), item);
      return b.createOrFold<arith::SelectOp>(isCut, middle, otherwise);
    };
    emitAmxTile(locateAmx(ivs.drop_back(), rows), rows, first, last, cut(begin, first), cut(end, last));
  };
  Value items = b.mul(b.ceilDiv(m, amx.getRowBlock()), parts);
  b.itemsOfBox(sizes, items, items, schedule.getParallel(), emitItems);
}

/// Panels [panelBegin, panelEnd) of the tile's rows; of its first 16 rows those from `firstPanel` on, of its last
/// ones those before `lastPanelEnd`, where these are given.
void MatmulEmitter::emitAmxTile(OuterTile outer, const AmxRows &rows, Value panelBegin, Value panelEnd,
                                Value firstPanel, Value lastPanelEnd) {
  Value lastPanel = b.sub(countAmxPanels(), b.index(1));
  auto locateLeft = [](Value row) { return SmallVector<Value>{row}; };
  auto loadLeft = [&](ValueRange row, Value step, Value count) {
    SmallVector<Value> indices(outer.aBatch);
    indices.append({row.front(), step});
    return loadSteps(b, op.getA(), indices, count);
  };
  // Columns of a transposed operand are put side by side, a piece at a time.
  std::optional<PanelCopy> copy;
  Value copyBegin, copied;
  if (op.getLayout() == RhsLayout::transposed)
    copied = b.stackBuffer({op.getAmxAttr().getRightDepth(), schedule.getColumns()}, b.getF32Type());
  auto copyRight = [&](Value panel, Value begin, Value end) {
    setAmxPanel(outer, panel);
    copyBegin = begin;
    copy.emplace(copyPanel(outer, copied)).copy(begin, end);
  };
  function_ref<void(Value panel, Value begin, Value end)> prepareRight;
  if (copied)
    prepareRight = copyRight;
  auto loadRight = [&](Value panel, Value step, int64_t vector) {
    setAmxPanel(outer, panel);
    if (copy)
      return copy->load(b.sub(step, copyBegin), vector);
    return op.getLayout() == RhsLayout::packed ? loadPacked(outer, step, vector) : loadRowMajor(outer, step, vector);
  };
  auto fetchRight = [&](Value panel, Value step) {
    setAmxPanel(outer, b.min(panel, lastPanel));
    SmallVector<Value> indices(outer.bBatch);
    indices.append({outer.panel, step, b.index(0)});
    int64_t elements = cast<MemRefType>(panels.getType()).getShape().back();
    fetchLines(b, panels, indices, llvm::divideCeil(elements, getLineElements(panels)), FetchInto::second_cache);
  };
  auto finishRow = [&](Value row, Value panel, ArrayRef<Value> sums) {
    setAmxPanel(outer, panel);
    finish(outer, {/*rows=*/1, vectors}, row, sums);
  };
  auto fallBack = [&](Value begin, Value end, Value panel) {
    OuterTile tile = outer;
    setAmxPanel(tile, panel);
    tile.rowBegin = begin;
    tile.rowEnd = end;
    tile.isRare = true;
    emitOuterTile(tile);
  };
  emitAmxBlock(b,
               {rows, panelBegin, panelEnd, k, /*left=*/nullptr, /*isGathered=*/false, locateLeft, loadLeft,
                prepareRight, loadRight, fetchRight, finishRow, fallBack, firstPanel, lastPanelEnd,
                op.getBf16Pieces() ? panels : Value()},
               op.getAmxAttr(), schedule.getColumns());
}

/// Numpy's rule: dimensions aligned on the right, a static 1 repeated.
SmallVector<Value> MatmulEmitter::getBatchIndices(Value operand, unsigned matrixRank, ValueRange outBatch) {
  auto type = cast<MemRefType>(operand.getType());
  unsigned rank = type.getRank() - matrixRank;
  SmallVector<Value> indices(outBatch.take_back(rank));
  for (unsigned i = 0; i < rank; ++i)
    if (type.getDimSize(i) == 1)
      indices[i] = b.index(0);
  return indices;
}

void MatmulEmitter::emitOuterTile(const OuterTile &outer) {
  if (op.getLayout() == RhsLayout::packed || schedule.getPanel() == 0)
    emitDirect(outer);
  else
    emitThroughPanel(outer);
}

void MatmulEmitter::forEachTile(const OuterTile &outer, function_ref<void(RegisterTile, Value row)> emitTile) {
  int64_t tileRows = outer.isRare ? 1 : schedule.getRows();
  SmallVector<int64_t> tails = getTailRows(tileRows, getConstant(m));
  emitRowTiles(b, outer.rowBegin, outer.rowEnd, tileRows, tails, [&](int64_t rows, Value first) {
    emitTile({rows, outer.vectors, std::max<int64_t>(1, schedule.getSplit() / rows)}, first);
  });
}

void MatmulEmitter::emitDirect(const OuterTile &outer) {
  bool isPacked = op.getLayout() == RhsLayout::packed;
  SmallVector<Value> columnStart = getColumnStart(outer);
  auto load = [&](Value step, int64_t vector) {
    return isPacked ? loadPacked(outer, step, vector) : loadRowMajor(outer, step, vector);
  };
  forEachTile(outer, [&](RegisterTile tile, Value row) {
    finish(outer, tile, row, sumUp(outer, tile, row, b.index(0), k, tile.start(multiplier, columnStart), load));
  });
}

/// Minus what the multiplier's products have in excess: that times the sums of the columns.
SmallVector<Value> MatmulEmitter::getColumnStart(const OuterTile &outer) {
  Value excess = multiplier.getExcess();
  if (!excess)
    return {};
  RegisterTile tile{/*rows=*/1, outer.vectors};
  Value ones = multiplier.getOnes();
  SmallVector<Value> sums = reduce(
      b, tile, b.index(0), b.ceilDiv(k, multiplier.getDepth()), /*unroll=*/1, tile.start(multiplier),
      [&](Value step, MutableArrayRef<Value> stepSums) {
        accumulate(multiplier, tile, {0, 1},
                   {[&](int64_t) { return ones; }, [&](int64_t v) { return loadPacked(outer, step, v); }}, stepSums);
      });
  for (Value &sum : sums)
    sum = multiplier.subtract(multiplier.zero(), arith::MulIOp::create(b, excess, sum));
  return sums;
}

/// What copies steps of the right operand to `panel`.
PanelCopy MatmulEmitter::copyPanel(const OuterTile &outer, Value panel) {
  return {b, multiplier, {op.getB(), op.getLayout(), outer.bBatch}, panel, outer.column, n, outer.isRagged,
          schedule.getMasks()};
}

/// The panel holds `depth` steps. A longer reduction goes through several of
/// them, and the sums of the whole block of rows wait on the stack in between.
void MatmulEmitter::emitThroughPanel(const OuterTile &outer) {
  int64_t depth = schedule.getPanel();
  PanelCopy panel =
      copyPanel(outer, b.stackBuffer({depth, outer.vectors * multiplier.getLanes()}, multiplier.getSumType()));
  std::optional<int64_t> steps = getConstant(k);
  if (steps && *steps <= depth) {
    panel.copy(b.index(0), k);
    return forEachTile(outer, [&](RegisterTile tile, Value row) {
      auto load = [&](Value step, int64_t vector) { return panel.load(step, vector); };
      finish(outer, tile, row, sumUp(outer, tile, row, b.index(0), k, tile.start(multiplier), load));
    });
  }
  Value waiting =
      b.stackBuffer({schedule.getRowBlock(), outer.vectors * multiplier.getLanes()}, multiplier.getSumType());
  auto position = [&](RegisterTile tile, Value row, int64_t i) {
    return SmallVector<Value>{b.add(b.sub(row, outer.rowBegin), i / tile.vectors),
                              b.index(i % tile.vectors * multiplier.getLanes())};
  };
  auto store = [&](RegisterTile tile, Value row, ValueRange sums) {
    for (auto [i, sum] : llvm::enumerate(sums))
      vector::StoreOp::create(b, sum, waiting, position(tile, row, i));
  };
  auto reload = [&](RegisterTile tile, Value row) {
    SmallVector<Value> sums;
    for (int64_t i = 0; i < tile.size(); ++i)
      sums.push_back(vector::LoadOp::create(b, multiplier.getSumVector(), waiting, position(tile, row, i)));
    return sums;
  };
  // One row at a time: clearing and finishing are not worth a tile's code.
  RegisterTile oneRow{1, outer.vectors};
  auto forEachRow = [&](function_ref<void(Value row)> body) { b.loop(outer.rowBegin, outer.rowEnd, 1, body); };
  forEachRow([&](Value row) { store(oneRow, row, oneRow.start(multiplier)); });
  b.loop(b.index(0), k, depth, [&](Value kBegin) {
    Value kEnd = b.min(k, b.add(kBegin, depth));
    panel.copy(kBegin, kEnd);
    forEachTile(outer, [&](RegisterTile tile, Value row) {
      tile.sets = 1;
      store(tile, row, sumUp(outer, tile, row, kBegin, kEnd, reload(tile, row), [&](Value step, int64_t vector) {
              return panel.load(b.sub(step, kBegin), vector);
            }));
    });
  });
  forEachRow([&](Value row) { finish(outer, oneRow, row, reload(oneRow, row)); });
}

SmallVector<Value> MatmulEmitter::sumUp(const OuterTile &outer, RegisterTile tile, Value row, Value kBegin,
                                        Value kEnd, ValueRange sums,
                                        function_ref<Value(Value step, int64_t vector)> loadRight) {
  int64_t depth = multiplier.getDepth();
  auto emitStep = [&](Value at, Value rest, MutableArrayRef<Value> stepSums) {
    auto loadLeft = [&](int64_t r) {
      SmallVector<Value> indices(outer.aBatch);
      indices.append({b.add(row, r), b.mul(at, depth)});
      return multiplier.loadLeft(op.getA(), indices, rest);
    };
    if (tile.rows == schedule.getRows()) { // what rows are left alone take too short for it
      if (schedule.getAhead()) {
        SmallVector<Value> indices(outer.bBatch);
        indices.append({outer.panel, b.add(at, schedule.getAhead())});
        fetchStep(b, panels, indices);
      }
      if (outer.nextPanel)
        fetchNext(outer, row, at);
    }
    accumulate(multiplier, tile, {0, tile.rows}, {loadLeft, [&](int64_t v) { return loadRight(at, v); }}, stepSums);
  };
  Value fullEnd = b.div(kEnd, depth);
  SmallVector<Value> result =
      reduce(b, tile, kBegin, fullEnd, tile.getUnroll(schedule), sums,
             [&](Value at, MutableArrayRef<Value> stepSums) { emitStep(at, Value(), stepSums); });
  // One product more, of fewer steps than its depth.
  result = b.loop(fullEnd, b.ceilDiv(kEnd, depth), 1, result, [&](Value at, ValueRange carried) {
    SmallVector<Value> results(carried);
    emitStep(at, b.sub(kEnd, b.mul(fullEnd, depth)), MutableArrayRef(results).take_front(tile.size()));
    return results;
  });
  return tile.combine(multiplier, result);
}

void MatmulEmitter::finish(const OuterTile &outer, RegisterTile tile, Value row, ValueRange sums) {
  auto emit = [&] {
    SmallVector<Value> firstRow(outer.outBatch);
    firstRow.push_back(row);
    SmallVector<Value> values = multiplier.finish(sums, tile.vectors);
    epilogue.emit({values, tile.rows, firstRow, outer.column, outer.isRagged ? n : Value()});
  };
  auto redo = [&] {
    OuterTile rows = outer;
    rows.rowBegin = row;
    rows.rowEnd = b.add(row, tile.rows);
    rows.isRare = true;
    emitOuterTile(rows);
  };
  multiplier.emitOrRedo(sums, emit, redo);
}

Value MatmulEmitter::loadPacked(const OuterTile &outer, Value step, int64_t vector) {
  SmallVector<Value> indices(outer.bBatch);
  indices.append({outer.panel, step, b.index(vector * multiplier.getLanes() * multiplier.getDepth())});
  return multiplier.loadRight(panels, indices);
}

/// The block's tiles fetch equal parts of the next panel, in its order: memory is kept busy all the time, and no line
/// is asked for by each of them. Of more than a line, a step of a single tile fetches several. Where blocks are of a
/// known size, so is the share, and costs the steps no arithmetic; the last block, if shorter, does not fetch all.
Value MatmulEmitter::getShare(const OuterTile &outer) {
  int64_t step = cast<MemRefType>(panels.getType()).getShape().back();
  int64_t block = schedule.getRowBlock();
  Value rows = block ? b.index(block) : b.sub(outer.rowEnd, outer.rowBegin);
  Value tiles = b.max(b.div(rows, schedule.getRows()), b.index(1));
  Value share = b.ceilDiv(b.index(step), tiles);
  return getConstant(share) ? share : b.min(share, b.index(getLineElements(panels)));
}

void MatmulEmitter::fetchNext(const OuterTile &outer, Value row, Value step) {
  int64_t steps = cast<MemRefType>(panels.getType()).getShape().drop_back().back();
  Value done = b.add(b.mul(b.div(b.sub(row, outer.rowBegin), schedule.getRows()), steps), step);
  SmallVector<Value> indices(outer.bBatch);
  indices.append({outer.nextPanel, b.mul(done, outer.share)});
  int64_t lines = llvm::divideCeil(getConstant(outer.share).value_or(1), getLineElements(panels));
  fetchLines(b, flatPanels, indices, lines, FetchInto::second_cache);
}

Value MatmulEmitter::loadRowMajor(const OuterTile &outer, Value step, int64_t vector) {
  Value column = b.add(outer.column, vector * multiplier.getLanes());
  SmallVector<Value> indices(outer.bBatch);
  indices.append({step, column});
  if (!outer.isRagged)
    return multiplier.loadRight(op.getB(), indices);
  auto type = VectorType::get(multiplier.getLanes(), op.getB().getType().getElementType());
  Value valid = b.max(b.sub(n, column), b.index(0));
  Value mask = vector::CreateMaskOp::create(b, type.clone(b.getI1Type()), valid);
  Value zero = arith::ConstantOp::create(b, b.getZeroAttr(type));
  return multiplier.extendRight(vector::MaskedLoadOp::create(b, type, op.getB(), indices, mask, zero));
}

void ingot::tile::emitMatmul(IndexBuilder &builder, MatmulOp op) { MatmulEmitter(builder, op).emit(); }

//===- Fuse.cpp - groups operators into kernels
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A group is one operator that may end in elementwise work (or none), and the
// elementwise operators after it that work on elements of the same shape, with
// what these alone read. It gives one value to the rest of the graph. Groups
// are grown in program order, first from operators with an epilogue, then from
// what is left.
//
// A product by constant weights may be followed by slices of its columns into
// equal parts, and then by work on elements of these: what a recurrent cell
// makes of its gates. Such a group gives up to three values.
//
//===----------------------------------------------------------------------===//

#include "ir/ConstantSlice.h"
#include "ir/Dialect.h"
#include "ir/Weights.h"
#include "passes/Passes.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/SetVector.h"

namespace ingot {
#define GEN_PASS_DEF_FUSE
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace ingot;
using namespace mlir;

namespace {

/// Operators that become one kernel, in program order.
using Group = llvm::SetVector<Operation *>;

struct Fuse : ingot::impl::FuseBase<Fuse> {
  void runOnOperation() override;

private:
  void fuseBlock(Block &block, ShapeAnalysis &shapes);
};

} // namespace

/// The values of a group that operators outside it use.
static SmallVector<Value> escaping(const Group &group) {
  SmallVector<Value> values;
  for (Operation *op : group)
    for (Value result : op->getResults())
      if (llvm::any_of(result.getUsers(), [&](Operation *user) { return !group.contains(user); }))
        values.push_back(result);
  return values;
}

/// Whether `op`, or an operator before it in the block, hands a value of the group around the group back to `op`.
static bool dependsOutside(Operation *op, const Group &group, DenseMap<Operation *, bool> &reaches) {
  for (Value operand : op->getOperands()) {
    Operation *producer = operand.getDefiningOp();
    if (producer && !group.contains(producer) && reaches.lookup(producer))
      return true;
  }
  return false;
}

static bool sameDims(ShapeAnalysis &shapes, Value a, Value b) { return shapes.dims(a) == shapes.dims(b); }

/// Whether `op` takes one of two to four equal parts of the columns of a product by constant weights.
static bool takesPart(Operation *op, Operation *seed, ShapeAnalysis &shapes) {
  auto slice = dyn_cast<SliceOp>(op);
  auto product = dyn_cast<MatMulOp>(seed);
  if (!slice || !product || !product.getRhs().getDefiningOp<ConstantOp>() ||
      !sameDims(shapes, slice.getInput(), product.getResult()) || shapes.rank(product.getRhs()) != 2)
    return false;
  auto offsets = getSliceOffsets(slice, shapes);
  ArrayRef<SymExpr> whole = shapes.dims(slice.getInput()), part = shapes.dims(slice.getResult());
  if (!offsets || whole.drop_back() != part.drop_back())
    return false;
  auto columns = whole.back().constant(), own = part.back().constant();
  if (!columns || !own || *own == 0)
    return false;
  return *columns % *own == 0 && *columns / *own >= 2 && *columns / *own <= 4 && offsets->back() % *own == 0;
}

/// Whether a group that has parts of a product can end here: with up to three values, all of them computed on parts,
/// that are read behind it.
static bool endsInParts(const Group &group) {
  constexpr size_t most = 3;
  SmallVector<Value> values = escaping(group);
  Operation *last = group.back();
  auto isReadBefore = [&](Operation *user) {
    return !group.contains(user) && last->getBlock()->findAncestorOpInBlock(*user)->isBeforeInBlock(last);
  };
  return values.size() <= most && llvm::all_of(values, [&](Value value) {
           return isa<ElementwiseOpInterface>(value.getDefiningOp()) &&
                  value.getType() == last->getResult(0).getType() && llvm::none_of(value.getUsers(), isReadBefore);
         });
}

/// The group grown from `seed`, cut back to the longest prefix that gives one value.
static Group grow(Operation *seed, ShapeAnalysis &shapes, const DenseSet<Operation *> &taken) {
  constexpr unsigned most = 64;
  Group group, best;
  Value part; // of the seed's columns, where there are parts
  group.insert(seed);
  best = group;
  // What depends on the group without being in it: nothing that reads such a value may join.
  DenseMap<Operation *, bool> reaches;
  for (Operation *op = seed->getNextNode(); op && group.size() < most; op = op->getNextNode()) {
    bool reads = llvm::any_of(op->getOperands(), [&](Value operand) {
      return operand.getDefiningOp() && group.contains(operand.getDefiningOp());
    });
    bool outside = dependsOutside(op, group, reaches);
    bool joins = reads && !outside && !taken.contains(op);
    if (joins && takesPart(op, seed, shapes) && (!part || sameDims(shapes, op->getResult(0), part)))
      part = op->getResult(0);
    else
      joins = joins && isa<ElementwiseOpInterface>(op) &&
              (sameDims(shapes, op->getResult(0), seed->getResult(0)) ||
               (part && sameDims(shapes, op->getResult(0), part)));
    if (joins) {
      group.insert(op);
      SmallVector<Value> values = escaping(group);
      if (part ? endsInParts(group) : values.size() == 1 && values[0].getDefiningOp() == op)
        best = group;
    } else if (reads || outside) {
      reaches[op] = true;
    }
    // A region may read the group from inside.
    if (op->getNumRegions() > 0)
      op->walk([&](Operation *nested) {
        for (Value operand : nested->getOperands())
          if (Operation *producer = operand.getDefiningOp())
            if (group.contains(producer) || reaches.lookup(producer))
              reaches[op] = true;
      });
    if (escaping(group).empty())
      break;
  }
  return best;
}

/// Whether an operator that only the group reads may come into it: broadcasts and slices, which cost nothing as index
/// maps, and further work on elements of the same shape.
static bool joinsBefore(Operation *op, const Group &group, ShapeAnalysis &shapes) {
  if (auto expand = dyn_cast<ExpandOp>(op)) // without a known shape it is a kernel of its own
    return shapes.contents(expand.getShape()).has_value();
  // Kernels of rows tell their operands' dimensions apart by their maps.
  Operation *anchor = group.front();
  if (!isa<ElementwiseOpInterface, MatMulOp>(anchor))
    return false;
  if (auto slice = dyn_cast<SliceOp>(op))
    return getSliceOffsets(slice, shapes).has_value();
  return isa<ElementwiseOpInterface>(op) && sameDims(shapes, op->getResult(0), group.back()->getResult(0));
}

/// Adds what only the group reads, as far as it may join.
static void absorbProducers(Group &group, ShapeAnalysis &shapes, const DenseSet<Operation *> &taken) {
  constexpr unsigned most = 64;
  Group backwards; // in the order in which they are found
  auto contains = [&](Operation *op) { return group.contains(op) || backwards.contains(op); };
  auto absorb = [&](Operation *reader) {
    if (!isa<ElementwiseOpInterface>(reader))
      return;
    for (Value operand : reader->getOperands()) {
      Operation *op = operand.getDefiningOp();
      if (op && !contains(op) && !taken.contains(op) && op->getBlock() == reader->getBlock() &&
          group.size() + backwards.size() < most && llvm::all_of(op->getUsers(), contains) &&
          joinsBefore(op, group, shapes))
        backwards.insert(op);
    }
  };
  for (Operation *op : llvm::reverse(group))
    absorb(op);
  for (unsigned i = 0; i < backwards.size(); ++i)
    absorb(backwards[i]);
  SmallVector<Operation *> all(backwards.begin(), backwards.end());
  all.append(group.begin(), group.end());
  llvm::sort(all, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  group = Group(all.begin(), all.end());
}

static bool isLiteral(Value value) {
  auto constant = value.getDefiningOp<ConstantOp>();
  if (!constant)
    return false;
  auto dense = dyn_cast<DenseElementsAttr>(constant.getValue());
  return dense && (dense.isSplat() || dense.getNumElements() == 1);
}

static void outline(const Group &group) {
  Operation *last = group.back();
  SmallVector<Value> escapes = escaping(group);
  SmallVector<Value> inputs;
  SmallVector<Operation *> literals;
  SmallVector<Location> locations;
  for (Operation *op : group) {
    locations.push_back(op->getLoc());
    for (Value operand : op->getOperands()) {
      if (operand.getDefiningOp() && group.contains(operand.getDefiningOp()))
        continue;
      bool isBound = isa<SliceOp>(op) && operand != op->getOperand(0) && operand.getDefiningOp<ConstantOp>();
      if (isBound || (isLiteral(operand) && isa<ElementwiseOpInterface>(op)))
        literals.push_back(operand.getDefiningOp());
      else if (!llvm::is_contained(inputs, operand))
        inputs.push_back(operand);
    }
  }
  OpBuilder b(last);
  Location loc = b.getFusedLoc(locations);
  auto fused = FusedOp::create(b, loc, ValueRange(escapes).getTypes(), inputs);
  Block *body = b.createBlock(&fused.getBody());
  IRMapping mapping;
  for (Value input : inputs)
    mapping.map(input, body->addArgument(input.getType(), loc));
  for (Operation *literal : literals)
    if (!mapping.contains(literal->getResult(0)))
      b.clone(*literal, mapping);
  for (Operation *op : group)
    b.clone(*op, mapping);
  YieldOp::create(b, loc, llvm::map_to_vector(escapes, [&](Value value) { return mapping.lookup(value); }));
  for (auto [value, result] : llvm::zip(escapes, fused.getResults()))
    value.replaceUsesWithIf(result, [&](OpOperand &use) { return !group.contains(use.getOwner()); });
  for (Operation *op : llvm::reverse(group.getArrayRef()))
    op->erase();
}

void Fuse::fuseBlock(Block &block, ShapeAnalysis &shapes) {
  DenseSet<Operation *> taken;
  SmallVector<Group> groups;
  auto growFrom = [&](auto accepts) {
    for (Operation &op : block) {
      if (taken.contains(&op) || !accepts(&op))
        continue;
      Group group = grow(&op, shapes, taken);
      absorbProducers(group, shapes, taken);
      if (group.size() < 2 || escaping(group).empty())
        continue;
      taken.insert(group.begin(), group.end());
      groups.push_back(std::move(group));
    }
  };
  growFrom([](Operation *op) { return isa<EpilogueOpInterface>(op); });
  growFrom([](Operation *op) { return isa<ElementwiseOpInterface>(op); });
  for (const Group &group : groups)
    outline(group);
}

void Fuse::runOnOperation() {
  ShapeAnalysis shapes;
  if (failed(shapes.run(getOperation())))
    return signalPassFailure();
  SmallVector<Block *> blocks;
  getOperation()->walk([&](Block *block) {
    if (!isa<FusedOp>(block->getParentOp()))
      blocks.push_back(block);
  });
  for (Block *block : blocks)
    fuseBlock(*block, shapes);
}

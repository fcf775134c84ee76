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

/// The group grown from `seed`, cut back to the longest prefix that gives one value.
static Group grow(Operation *seed, ShapeAnalysis &shapes, const DenseSet<Operation *> &taken) {
  constexpr unsigned most = 64;
  Group group, best;
  group.insert(seed);
  best = group;
  // What depends on the group without being in it: nothing that reads such a value may join.
  DenseMap<Operation *, bool> reaches;
  for (Operation *op = seed->getNextNode(); op && group.size() < most; op = op->getNextNode()) {
    bool reads = llvm::any_of(op->getOperands(), [&](Value operand) {
      return operand.getDefiningOp() && group.contains(operand.getDefiningOp());
    });
    bool outside = dependsOutside(op, group, reaches);
    bool joins = reads && !outside && isa<ElementwiseOpInterface>(op) && !taken.contains(op) &&
                 sameDims(shapes, op->getResult(0), seed->getResult(0));
    if (joins) {
      group.insert(op);
      SmallVector<Value> values = escaping(group);
      if (values.size() == 1 && values[0].getDefiningOp() == op)
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
  Value escapes = escaping(group)[0];
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
  auto fused = FusedOp::create(b, loc, TypeRange{escapes.getType()}, inputs);
  Block *body = b.createBlock(&fused.getBody());
  IRMapping mapping;
  for (Value input : inputs)
    mapping.map(input, body->addArgument(input.getType(), loc));
  for (Operation *literal : literals)
    if (!mapping.contains(literal->getResult(0)))
      b.clone(*literal, mapping);
  for (Operation *op : group)
    b.clone(*op, mapping);
  YieldOp::create(b, loc, mapping.lookup(escapes));
  escapes.replaceUsesWithIf(fused.getResults()[0], [&](OpOperand &use) { return !group.contains(use.getOwner()); });
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
      if (group.size() < 2 || escaping(group).size() != 1)
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

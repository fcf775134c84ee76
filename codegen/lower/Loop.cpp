//===- Loop.cpp - loops of the graph as loops of the host program
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A carried value whose shape stays has one buffer for the whole loop: each
// iteration ends with copies into these. One whose shape changes is handed on
// as memory of its own. Scan outputs are written in place where their shape is
// known before the loop, and otherwise to memory that doubles.
//
//===----------------------------------------------------------------------===//

#include "codegen/lower/Control.h"
#include "codegen/lower/Layout.h"
#include "codegen/rt/Rt.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace ingot;
using namespace mlir;

namespace {

/// A value the loop hands from one iteration to the next.
struct Carried {
  Value initial, result;
  BlockArgument argument;
  Value next; ///< what the body yields for it
  /// Memory of the whole loop, where the shape stays: the value's and the next one's, which take turns.
  Value buffer, spare;
};

/// One element an iteration, stacked.
struct Scan {
  Value result, element;
  Value buffer; ///< of the result, where its shape is known before the loop
};

class LoopLowering {
public:
  LoopLowering(LoopOp op, HostLowering &host);
  LogicalResult lower();

private:
  void prepare();
  SmallVector<Value> initialState();
  FailureOr<SmallVector<Value>> lowerIteration(Value iteration, ValueRange state);
  void bindArguments(Value iteration, ValueRange state);
  bool isApart(Value memref) const;
  Value advanceBuffer(const Carried &value, Value spare);
  SmallVector<Value> advanceState(Value iteration, ValueRange state);
  void writeInPlace(const Scan &scan, Value iteration);
  SmallVector<Value> grow(const Scan &scan, Value iteration, ValueRange state);
  void finish(Value trips, ValueRange state);
  LogicalResult emitFor();
  LogicalResult emitWhile();
  static unsigned stateSize(const Carried &value) { return value.buffer ? 2 : 1; }
  unsigned stateSize(const Scan &scan) const { return scan.buffer ? 0 : host.shapes.rank(scan.element) + 1; }

  LoopOp op;
  HostLowering &host;
  OpBuilder &b;
  Value condition; ///< what the body yields as the next condition
  bool runsAllTrips;
  SmallVector<Carried> carried;
  SmallVector<Scan> scans;
};

} // namespace

LoopLowering::LoopLowering(LoopOp op, HostLowering &host) : op(op), host(host), b(host.b) {
  Block &body = op.getBody().front();
  OperandRange yielded = body.getTerminator()->getOperands();
  condition = yielded.front();
  size_t count = op.getInitial().size();
  for (size_t i = 0; i < count; ++i)
    carried.push_back({op.getInitial()[i], op.getResults()[i], body.getArgument(i + 1), yielded[i + 1], {}, {}});
  for (size_t i = count; i < op.getResults().size(); ++i)
    scans.push_back({op.getResults()[i], yielded[i + 1], Value()});
}

//===----------------------------------------------------------------------===//
// Before the loop
//===----------------------------------------------------------------------===//

/// Whether every dimension is an expression that can be computed without `value`'s memory.
static bool hasKnownShape(HostLowering &host, Value value) {
  return llvm::none_of(llvm::enumerate(host.shapes.dims(value)), [&](auto pair) {
    return pair.value() == host.shapes.symbols().dim(value, pair.index());
  });
}

/// Whether each iteration's element certainly has the extents that the result has behind its first.
static bool hasKnownElements(HostLowering &host, const Scan &scan) {
  ArrayRef<SymExpr> element = host.shapes.dims(scan.element);
  return ShapeAnalysis::followFromInputs(element) && element == host.shapes.dims(scan.result).drop_front();
}

/// Buffers that all iterations use.
void LoopLowering::prepare() {
  for (Carried &value : carried) {
    if (!hasKnownShape(host, value.argument))
      continue;
    MemRefType type = bufferType(value.argument.getType());
    SmallVector<Value> dynamic;
    for (auto [i, dim] : llvm::enumerate(host.shapes.dims(value.argument)))
      if (type.isDynamicDim(i))
        dynamic.push_back(host.index(dim));
    value.buffer = host.scratch(type, dynamic);
    value.spare = host.scratch(type, dynamic);
    memref::CopyOp::create(b, host.loc, host.buffer(value.initial), value.buffer);
  }
  // A declared length alone is no proof of it.
  auto trips = op.getTripCount() ? host.shapes.contents(op.getTripCount()) : std::nullopt;
  for (Scan &scan : scans)
    if (runsAllTrips && trips && trips->front() == host.shapes.dim(scan.result, 0) &&
        hasKnownElements(host, scan))
      scan.buffer = host.result(scan.result);
}

/// Memory of carried values; memory and element extents of scan outputs that grow.
SmallVector<Value> LoopLowering::initialState() {
  SmallVector<Value> state;
  for (const Carried &value : carried)
    if (value.buffer)
      state.append({value.buffer, value.spare});
    else
      state.push_back(conform(host, host.buffer(value.initial), bufferType(value.argument.getType())));
  for (const Scan &scan : scans) {
    if (scan.buffer)
      continue;
    Type element = bufferType(scan.element.getType()).getElementType();
    Value none = host.index(int64_t(0));
    state.push_back(host.scratch(MemRefType::get({ShapedType::kDynamic}, element), none));
    for (int64_t extent : cast<RankedTensorType>(scan.element.getType()).getShape())
      state.push_back(ShapedType::isDynamic(extent) ? none : host.index(extent));
  }
  return state;
}

//===----------------------------------------------------------------------===//
// One iteration
//===----------------------------------------------------------------------===//

void LoopLowering::bindArguments(Value iteration, ValueRange state) {
  if (BlockArgument argument = op.getBody().getArgument(0); host.isNeeded(argument)) {
    Value number = host.scratch(MemRefType::get({}, b.getI64Type()));
    Value integer = arith::IndexCastOp::create(b, host.loc, b.getI64Type(), iteration);
    memref::StoreOp::create(b, host.loc, integer, number);
    host.bind(argument, number);
  }
  for (const Carried &value : carried) {
    host.bind(value.argument, state.front());
    Operation *last = value.next.getDefiningOp();
    if (value.buffer && last && last->getBlock() == &op.getBody().front())
      host.place(value.next, state[1]);
    state = state.drop_front(stateSize(value));
  }
}

/// A copy of the buffer in memory of its own.
static Value copied(HostLowering &host, Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  SmallVector<Value> dynamic;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      dynamic.push_back(memref::DimOp::create(host.b, host.loc, memref, dim));
  Value copy = host.scratch(type, dynamic);
  memref::CopyOp::create(host.b, host.loc, memref, copy);
  return copy;
}

/// Whether the memory certainly is none of the loop's own, which later iterations write.
bool LoopLowering::isApart(Value memref) const {
  Value memory = viewedMemory(memref);
  return memory.getDefiningOp<rt::WeightOp>() || memory.getDefiningOp<memref::AllocOp>();
}

/// The next value in the spare memory, where it mostly is already.
Value LoopLowering::advanceBuffer(const Carried &value, Value spare) {
  Value next = host.buffer(value.next);
  if (next != spare)
    memref::CopyOp::create(b, host.loc, conform(host, next, cast<MemRefType>(spare.getType())), spare);
  return spare;
}

static SmallVector<OpFoldResult> repeat(OpBuilder &b, int64_t value, int64_t count) {
  return SmallVector<OpFoldResult>(count, b.getIndexAttr(value));
}

void LoopLowering::writeInPlace(const Scan &scan, Value iteration) {
  Value element = host.buffer(scan.element);
  auto type = cast<MemRefType>(scan.buffer.getType());
  int64_t rank = type.getRank();
  SmallVector<OpFoldResult> offsets = repeat(b, 0, rank), sizes = repeat(b, 1, rank), strides = repeat(b, 1, rank);
  offsets[0] = iteration;
  SmallVector<int64_t> shape;
  for (int64_t dim = 1; dim < rank; ++dim) {
    sizes[dim] = type.isDynamicDim(dim) ? OpFoldResult(host.index(host.shapes.dim(scan.result, dim)))
                                        : b.getIndexAttr(type.getDimSize(dim));
    shape.push_back(type.getDimSize(dim));
  }
  MemRefType slice = memref::SubViewOp::inferRankReducedResultType(shape, type, offsets, sizes, strides);
  Value place = memref::SubViewOp::create(b, host.loc, slice, scan.buffer, offsets, sizes, strides);
  Value whole = conform(host, element, MemRefType::get(shape, type.getElementType()));
  memref::CopyOp::create(b, host.loc, whole, place);
}

/// Appends an element to memory that is at least doubled when it is full.
SmallVector<Value> LoopLowering::grow(const Scan &scan, Value iteration, ValueRange state) {
  Location loc = host.loc;
  Value memory = state.front(), element = host.buffer(scan.element);
  auto type = cast<MemRefType>(element.getType());
  SmallVector<Value> next{Value()};
  Value count = host.index(1), first = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, iteration,
                                                             host.index(int64_t(0)));
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    Value extent = memref::DimOp::create(b, loc, element, dim), before = state[dim + 1];
    Value same = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, extent, before);
    host.check(arith::OrIOp::create(b, loc, first, same),
               "expected dimension " + Twine(dim) + " of a scan output to stay %lld but got %lld", {before, extent});
    count = arith::MulIOp::create(b, loc, count, extent);
    next.push_back(extent);
  }
  Value used = arith::MulIOp::create(b, loc, iteration, count), needed = arith::AddIOp::create(b, loc, used, count);
  Value capacity = memref::DimOp::create(b, loc, memory, 0);
  Value full = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, capacity, needed);
  auto larger = scf::IfOp::create(b, loc, memory.getType(), full, /*withElseRegion=*/true);
  auto flat = [&](Value from, OpFoldResult offset, Value size) -> Value {
    return memref::SubViewOp::create(b, loc, from, ArrayRef<OpFoldResult>{offset}, ArrayRef<OpFoldResult>{size},
                                     repeat(b, 1, 1));
  };
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(larger.thenBlock());
    Value twice = arith::MulIOp::create(b, loc, needed, host.index(2));
    Value grown = host.scratch(cast<MemRefType>(memory.getType()), twice);
    memref::CopyOp::create(b, loc, flat(memory, b.getIndexAttr(0), used), flat(grown, b.getIndexAttr(0), used));
    scf::YieldOp::create(b, loc, grown);
    b.setInsertionPointToEnd(larger.elseBlock());
    scf::YieldOp::create(b, loc, memory);
  }
  next.front() = larger.getResult(0);
  Value line = host.view(element, cast<MemRefType>(memory.getType()), count);
  memref::CopyOp::create(b, loc, line, flat(next.front(), used, count));
  return next;
}

SmallVector<Value> LoopLowering::advanceState(Value iteration, ValueRange state) {
  SmallVector<Value> next;
  for (const Carried &value : carried) {
    Value memref = host.buffer(value.next);
    if (value.buffer && value.next == value.argument) {
      next.append({state[0], state[1]});
    } else if (value.buffer) {
      next.append({advanceBuffer(value, state[1]), state[0]});
    } else {
      if (!isApart(memref) && llvm::any_of(carried, [](const Carried &other) { return other.buffer; }))
        memref = copied(host, memref);
      next.push_back(conform(host, memref, bufferType(value.argument.getType())));
    }
    state = state.drop_front(stateSize(value));
  }
  for (const Scan &scan : scans) {
    if (scan.buffer) {
      writeInPlace(scan, iteration);
      continue;
    }
    llvm::append_range(next, grow(scan, iteration, state.take_front(stateSize(scan))));
    state = state.drop_front(stateSize(scan));
  }
  return next;
}

/// The body; gives the state after it.
FailureOr<SmallVector<Value>> LoopLowering::lowerIteration(Value iteration, ValueRange state) {
  bindArguments(iteration, state);
  if (failed(host.lowerBlock(op.getBody().front())))
    return failure();
  host.loc = op.getLoc();
  SmallVector<Value> next = advanceState(iteration, state);
  return next;
}

//===----------------------------------------------------------------------===//
// The loop
//===----------------------------------------------------------------------===//

void LoopLowering::finish(Value trips, ValueRange state) {
  for (const Carried &value : carried) {
    host.bind(value.result, conform(host, state.front(), bufferType(value.result.getType())));
    state = state.drop_front(stateSize(value));
  }
  for (const Scan &scan : scans) {
    if (scan.buffer)
      continue;
    SmallVector<Value> extents{trips};
    llvm::append_range(extents, state.slice(1, stateSize(scan) - 1));
    Value result = host.result(scan.result, extents);
    auto type = cast<MemRefType>(result.getType());
    memref::CopyOp::create(b, host.loc, host.view(state.front(), type, extents), result);
    state = state.drop_front(stateSize(scan));
  }
}

/// The condition always holds: only the trip count ends the loop.
LogicalResult LoopLowering::emitFor() {
  Value zero = host.index(int64_t(0));
  // No trip leaves no memory that its body could be lowered for.
  if (auto known = host.shapes.constants(op.getTripCount()); known && known->front() <= 0) {
    finish(zero, initialState());
    return success();
  }
  Value trips = arith::MaxSIOp::create(b, host.loc, host.element(op.getTripCount(), 0), zero);
  SmallVector<Value> initial = initialState();
  auto loop = scf::ForOp::create(b, host.loc, zero, trips, host.index(1), initial);
  {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    auto next = lowerIteration(loop.getInductionVar(), loop.getRegionIterArgs());
    if (failed(next))
      return failure();
    if (!initial.empty())
      scf::YieldOp::create(b, host.loc, *next);
  }
  finish(trips, loop.getResults());
  return success();
}

LogicalResult LoopLowering::emitWhile() {
  Value trips = op.getTripCount() ? host.element(op.getTripCount(), 0) : Value();
  Value holds = op.getCondition() ? loadBoolean(host, op.getCondition())
                                  : arith::ConstantIntOp::create(b, host.loc, 1, 1).getResult();
  SmallVector<Value> initial{host.index(int64_t(0)), holds};
  llvm::append_range(initial, initialState());
  SmallVector<Type> types = llvm::to_vector(ValueRange(initial).getTypes());
  SmallVector<Location> locations(types.size(), host.loc);
  auto loop = scf::WhileOp::create(b, host.loc, types, initial);
  {
    OpBuilder::InsertionGuard guard(b);
    Block *before = b.createBlock(&loop.getBefore(), {}, types, locations);
    Value goesOn = before->getArgument(1);
    if (trips) {
      Value more = arith::CmpIOp::create(b, host.loc, arith::CmpIPredicate::slt, before->getArgument(0), trips);
      goesOn = arith::AndIOp::create(b, host.loc, goesOn, more);
    }
    scf::ConditionOp::create(b, host.loc, goesOn, before->getArguments());
    Block *after = b.createBlock(&loop.getAfter(), {}, types, locations);
    auto state = lowerIteration(after->getArgument(0), after->getArguments().drop_front(2));
    if (failed(state))
      return failure();
    SmallVector<Value> next{arith::AddIOp::create(b, host.loc, after->getArgument(0), host.index(1)),
                            loadBoolean(host, condition)};
    llvm::append_range(next, *state);
    scf::YieldOp::create(b, host.loc, next);
  }
  finish(loop.getResult(0), loop.getResults().drop_front(2));
  return success();
}

LogicalResult LoopLowering::lower() {
  auto holds = [&](Value tensor) { return host.shapes.constants(tensor) == SmallVector<int64_t>{1}; };
  runsAllTrips = op.getTripCount() && (!op.getCondition() || holds(op.getCondition())) && holds(condition);
  prepare();
  return runsAllTrips ? emitFor() : emitWhile();
}

LogicalResult ingot::lowerLoop(LoopOp op, HostLowering &host) { return LoopLowering(op, host).lower(); }

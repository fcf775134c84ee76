//===-- ShareKernels.cpp - which kernels all threads share ---------------------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
//
// What kernels leave to each other lies in the caches of one core, or spread over those of all. To gather or to spread
// it takes longer than many a small kernel does. So one course is chosen for the whole program: where data are spread,
// kernels are shared; where they are gathered, one thread does everything. The cheapest course is found as a shortest
// path through these two states, call by call.
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Extents.h"
#include "codegen/HostFunction.h"
#include "codegen/Passes.h"
#include "codegen/tile/TileDialect.h"
#include "codegen/vector/Schedule.h"

#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_SHAREKERNELS
#include "codegen/Passes.h.inc"

/// Cycles until another thread has begun, and its end is known.
static constexpr int64_t kBarrier = 3500;
/// Operations of each lane in a cycle: of a product's multiply-adds, and of others.
static constexpr int64_t kProductOperations = 3, kOtherOperations = 1;
/// Bytes a cycle from the second cache.
static constexpr int64_t kNearBytes = 32;
/// Bytes of a buffer a cycle, half of which come from another core's cache.
static constexpr int64_t kFarBytes = 5;
/// Lines of a buffer that come from another core's although both kernels are shared: windows overlap, and blocks of
/// lines do not end where the other kernel's do.
static constexpr int64_t kOverlap = 4;
/// Cycles until a vector loop inside other loops has begun, and its end is known.
static constexpr int64_t kStart = 10;

namespace {

/// A buffer that goes from one call to the next one that touches it: cycles if only one of them is shared, if both are.
struct Transfer {
  AffineExpr alone, overlap;
};

/// A kernel's call.
struct Call {
  func::CallOp op;
  int64_t loops = 0; // for threads to share
  bool hasOtherLoops = false;
  SmallVector<Value> readAcross; // the kernel's arguments of which threads do not read the lines that they write
  int64_t overlap = 0; // lines
  /// Cycles of operations, those among them until inner loops have begun, and bytes: each the least of some bounds.
  /// Null and none where the entry does not know them.
  AffineExpr cycles, starts;
  SmallVector<SmallVector<AffineExpr>> bytes;
  SmallVector<Transfer> in, out;
  Value shared;
};

/// The cycles up to some call, of the best ways that end in each state.
struct Course {
  Value gathered, spread;
};

/// A call on this course: whether the best ways to each state come from the same one, and whether threads share it if
/// the data are spread.
struct Step {
  Call *call;
  Value staysGathered, staysSpread, sharesIfSpread;
};

class Sharing {
public:
  explicit Sharing(func::FuncOp host)
      : host(host), symbols(host->getParentOfType<ModuleOp>()), extents(host),
        b(ImplicitLocOpBuilder::atBlockBegin(host.getLoc(), &host.getBody().front())) {}

  void run();

private:
  void describeWork(Call &call, func::FuncOp kernel);
  void collectTransfers();
  void createSizes();
  Value createLeast(ArrayRef<AffineExpr> bounds);
  Value createSerial(const Call &call);
  Step createStep(Call &call, Course &course);
  void decide();
  void announce(Block &block, Value now);

  template <typename OpTy>
  Value fold(Value lhs, Value rhs) {
    return b.createOrFold<OpTy>(lhs, rhs);
  }
  Value constant(int64_t value) { return arith::ConstantIndexOp::create(b, value); }
  Value truth(bool value) { return arith::ConstantIntOp::create(b, value, /*width=*/1); }
  Value isLess(Value lhs, Value rhs) { return b.createOrFold<arith::CmpIOp>(arith::CmpIPredicate::slt, lhs, rhs); }
  Value select(Value condition, Value yes, Value no) { return b.createOrFold<arith::SelectOp>(condition, yes, no); }

  func::FuncOp host;
  SymbolTable symbols;
  Extents extents;
  ImplicitLocOpBuilder b;
  std::vector<Call> calls;
  DenseMap<Operation *, unsigned> indices;
  SmallVector<Value> sizes; // what the expressions' symbols stand for
};

struct ShareKernels : impl::ShareKernelsBase<ShareKernels> {
  void runOnOperation() override {
    if (func::FuncOp host = getHostFunction(getOperation()))
      Sharing(host).run();
  }
};

} // namespace

//===--------------------------------------------------------------------------------------------===//
// Calls, and what goes from one to the next
//===--------------------------------------------------------------------------------------------===//

static bool contains(func::FuncOp kernel, function_ref<bool(Operation *)> isOne) {
  return kernel.walk([&](Operation *op) { return isOne(op) ? WalkResult::interrupt() : WalkResult::advance(); })
      .wasInterrupted();
}

/// Whether it becomes a loop, or is one, that threads can share.
static bool isParallel(Operation *op) {
  return TypeSwitch<Operation *, bool>(op)
      .Case([](scf::ForallOp) { return true; })
      .Case([](tile::TileOpInterface tile) { return tile.getScheduleAttr() && tile.getScheduleAttr().getParallel(); })
      .Case([](tile::AttentionOp tile) { return tile.getSchedule() && tile.getSchedule()->getParallel(); })
      .Default([](Operation *other) { return GenericSchedule::get(other).grain != 0; });
}

/// Finds the loops that begin and end on all threads, and others.
static void findLoops(func::FuncOp kernel, Call &call) {
  kernel.walk<WalkOrder::PreOrder>([&](Operation *op) {
    call.loops += isParallel(op);
    call.hasOtherLoops |= !isParallel(op) && isa<LoopLikeOpInterface>(op);
    return isParallel(op) ? WalkResult::skip() : WalkResult::advance();
  });
}

static Value getSource(Value value) {
  while (auto view = value.getDefiningOp<ViewLikeOpInterface>())
    value = view.getViewSource();
  return value;
}

/// Whether threads read a part of each line: where lines are summed, and there is no loop around the sums to share.
static bool readsAcross(linalg::LinalgOp op) {
  if (!isParallel(op) || op.getIteratorTypesArray().back() != utils::IteratorType::parallel)
    return false;
  for (auto [extent, iterator] : llvm::zip(op.getStaticLoopRanges(), op.getIteratorTypesArray())) {
    if (iterator == utils::IteratorType::reduction)
      return true;
    if (extent != 1)
      return false;
  }
  return false;
}

static void findReadAcross(func::FuncOp kernel, Call &call) {
  kernel.walk([&](linalg::LinalgOp op) {
    if (readsAcross(op))
      for (OpOperand *input : op.getDpsInputOperands())
        call.readAcross.push_back(getSource(input->get()));
  });
}

/// The kernel's work with the sizes of this call.
void Sharing::describeWork(Call &call, func::FuncOp kernel) {
  auto work = kernel->getAttrOfType<DictionaryAttr>(rt::workAttr);
  auto flops = work ? work.getAs<AffineMapAttr>("flops") : AffineMapAttr();
  auto starts = work ? work.getAs<AffineMapAttr>("starts") : AffineMapAttr();
  if (!flops || !starts)
    return;
  SmallVector<AffineExpr> places;
  for (auto place : work.getAs<ArrayAttr>("extents").getAsRange<DenseI64ArrayAttr>()) {
    Value operand = call.op.getOperand(place[0]);
    places.push_back(place.size() == 1 ? extents.of(operand) : extents.of(operand, place[1]));
    if (!places.back())
      return;
  }
  auto replace = [&](AffineMap map) {
    return llvm::map_to_vector(map.getResults(), [&](AffineExpr result) { return result.replaceSymbols(places); });
  };
  bool isProduct = contains(kernel, llvm::IsaPred<tile::WorkOpInterface>);
  int64_t lanes = std::max<int64_t>(1, tile::getTarget(kernel).getVectorBits() / 32);
  AffineExpr operations = replace(flops.getValue()).front();
  call.starts = replace(starts.getValue()).front() * kStart;
  call.cycles = operations.floorDiv(lanes * (isProduct ? kProductOperations : kOtherOperations)) + call.starts;
  bool isPlain = !contains(kernel, llvm::IsaPred<tile::WorkOpInterface, LoopLikeOpInterface>);
  call.overlap = isPlain ? 0 : kOverlap;
  for (AffineMap bytes : work.getAs<ArrayAttr>("bytes").getAsValueRange<AffineMapAttr>())
    call.bytes.push_back(replace(bytes));
}

/// The memory of the run that `value` is a part of; null for weights and what the caller brings.
static Value getBuffer(Value value) {
  Value source = getSource(value);
  return source.getDefiningOp<memref::AllocOp>() ? source : Value();
}

void Sharing::collectTransfers() {
  DenseMap<Value, Call *> last; // that touched a buffer
  for (Call &call : calls) {
    llvm::SmallMapVector<Value, bool, 4> buffers; // and whether they are read across
    auto kernel = symbols.lookup<func::FuncOp>(call.op.getCallee());
    for (auto [operand, argument] : llvm::zip_equal(call.op.getOperands(), kernel.getArguments()))
      if (Value buffer = isa<MemRefType>(operand.getType()) ? getBuffer(operand) : Value())
        buffers[buffer] |= llvm::is_contained(call.readAcross, argument);
    for (auto [buffer, isReadAcross] : buffers) {
      Call *from = std::exchange(last[buffer], &call);
      auto type = cast<MemRefType>(buffer.getType());
      AffineExpr all = extents.elements(buffer), lines = getAffineConstantExpr(call.overlap, host.getContext());
      if (!from || !all)
        continue;
      // Images have lines, matrices rows.
      int64_t rank = type.getRank();
      for (int64_t dim = std::max<int64_t>(0, rank - (rank > 3 ? 2 : 1)); dim < rank; ++dim)
        lines = lines * extents.of(buffer, dim);
      auto toCycles = [&](AffineExpr elements) {
        return (elements * rt::getElementBytes(type.getElementType())).floorDiv(kFarBytes);
      };
      Transfer transfer{toCycles(all), toCycles(isReadAcross ? all : lines)};
      from->out.push_back(transfer);
      call.in.push_back(transfer);
    }
  }
}

//===--------------------------------------------------------------------------------------------===//
// The cheapest course, at the entry
//===--------------------------------------------------------------------------------------------===//

void Sharing::createSizes() {
  for (auto place : extents.describeSymbols().getAsRange<DenseI64ArrayAttr>()) {
    Value argument = host.getArgument(place[0]);
    sizes.push_back(place.size() == 1 ? argument : memref::DimOp::create(b, argument, place[1]).getResult());
  }
}

Value Sharing::createLeast(ArrayRef<AffineExpr> bounds) {
  Value least;
  for (AffineExpr bound : bounds) {
    auto known = dyn_cast<AffineConstantExpr>(bound);
    Value value = known ? constant(known.getValue()) : affine::expandAffineExpr(b, b.getLoc(), bound, {}, sizes);
    least = least ? fold<arith::MinSIOp>(least, value) : value;
  }
  return least;
}

/// On one thread, which finds everything in its core's caches.
Value Sharing::createSerial(const Call &call) {
  Value bytes = constant(0);
  for (ArrayRef<AffineExpr> bounds : call.bytes)
    bytes = fold<arith::AddIOp>(bytes, createLeast(bounds));
  return fold<arith::MaxSIOp>(createLeast(call.cycles), fold<arith::DivUIOp>(bytes, constant(kNearBytes)));
}

Step Sharing::createStep(Call &call, Course &course) {
  Value serial = createSerial(call), in = constant(0), overlap = constant(0);
  for (const Transfer &transfer : call.in) {
    in = fold<arith::AddIOp>(in, createLeast(transfer.alone));
    overlap = fold<arith::AddIOp>(overlap, createLeast({transfer.alone, transfer.overlap}));
  }
  // Amid spread data, one thread gathers what it needs and leaves what others then do not have.
  Value apart = fold<arith::AddIOp>(serial, in);
  for (const Transfer &transfer : call.out)
    apart = fold<arith::AddIOp>(apart, createLeast(transfer.alone));
  // Loops that only one thread can do are taken to be those with others inside.
  Value divided = call.hasOtherLoops ? fold<arith::SubIOp>(serial, createLeast(call.starts)) : serial;
  Value loops = fold<arith::AddIOp>(overlap, constant(call.loops * kBarrier));
  Value together =
      fold<arith::AddIOp>(loops, fold<arith::SubIOp>(serial, fold<arith::DivUIOp>(divided, constant(2))));
  Value shares = call.loops ? isLess(together, apart) : truth(false);

  Value gather = fold<arith::AddIOp>(course.spread, in), spread = fold<arith::AddIOp>(course.gathered, in);
  Step step{&call, isLess(course.gathered, gather), isLess(course.spread, spread), shares};
  course = {fold<arith::AddIOp>(fold<arith::MinSIOp>(course.gathered, gather), serial),
            fold<arith::AddIOp>(fold<arith::MinSIOp>(course.spread, spread), select(shares, together, apart))};
  return step;
}

/// Forwards to the cheapest end, and backwards along the way that led there. Calls of unknown work are shared.
void Sharing::decide() {
  Course course{constant(0), constant(0)};
  std::vector<Step> steps;
  for (Call &call : calls) {
    call.shared = truth(call.loops != 0);
    if (call.cycles)
      steps.push_back(createStep(call, course));
  }
  Value isSpread = isLess(course.spread, course.gathered);
  for (const Step &step : llvm::reverse(steps)) {
    step.call->shared = fold<arith::AndIOp>(isSpread, step.sharesIfSpread);
    Value wasSpread = fold<arith::XOrIOp>(step.staysGathered, truth(true));
    isSpread = select(isSpread, step.staysSpread, wasSpread);
  }
}

static bool areSame(Value a, Value b) {
  IntegerAttr left, right;
  return a == b || (a && b && matchPattern(a, m_Constant(&left)) && matchPattern(b, m_Constant(&right)) &&
                    left.getValue() == right.getValue());
}

/// Tells the runtime in front of each call that differs from `now`, what the last one was; null if not known.
void Sharing::announce(Block &block, Value now) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    auto found = indices.find(&op);
    if (found != indices.end() && calls[found->second].loops) {
      Value shared = calls[found->second].shared;
      b.setInsertionPoint(&op);
      if (!areSame(now, shared))
        rt::ShareOp::create(b, host.getArgument(0), shared);
      now = shared;
    }
    for (Region &region : op.getRegions())
      for (Block &inner : region)
        announce(inner, {});
    if (op.getNumRegions() != 0)
      now = {};
  }
}

void Sharing::run() {
  host.walk([&](func::CallOp op) {
    auto kernel = symbols.lookup<func::FuncOp>(op.getCallee());
    if (!kernel || !isKernel(kernel))
      return;
    indices[op] = calls.size();
    Call &call = calls.emplace_back();
    call.op = op;
    findLoops(kernel, call);
    findReadAcross(kernel, call);
    describeWork(call, kernel);
  });
  collectTransfers();
  createSizes();
  decide();
  announce(host.getBody().front(), truth(true));
}

} // namespace ingot

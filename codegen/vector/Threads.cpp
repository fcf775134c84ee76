//===- Threads.cpp - chunks of a generic's loops for threads ---------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The outermost one or two parallel loops are cut into chunks of about the
// schedule's grain; a chunk is one iteration of an scf.forall.
//
//===----------------------------------------------------------------------===//
#include "codegen/vector/NestEmitter.h"

#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace ingot {

/// A first loop of fewer iterations than this may leave threads idle.
static constexpr int64_t kEnoughIterations = 16;

/// How many of `loops` to cut: the second as well where the first alone may have too few iterations.
unsigned NestEmitter::threadedLoops(ArrayRef<unsigned> loops) const {
  if (loops.size() < 2)
    return loops.size();
  const Extent &first = space.dims[loops.front()].size;
  return first.isKnown() && first.factor >= kEnoughIterations ? 1 : 2;
}

/// The parallel loops, outermost first.
SmallVector<unsigned> NestEmitter::loopsForThreads() const {
  SmallVector<unsigned> loops = parallelLoops;
  if (rowDim)
    loops.push_back(*rowDim);
  if (laneDim && !space.dims[*laneDim].isReduction)
    loops.push_back(*laneDim);
  return loops;
}

/// Chunks of a loop are multiples of this, so that only the last one has a ragged end.
int64_t NestEmitter::granularity(unsigned dim) const {
  if (rowDim == dim)
    return schedule.lanes;
  return laneDim == dim ? schedule.lanes * schedule.unroll : 1;
}

void NestEmitter::emitThreads(function_ref<void()> body) {
  SmallVector<unsigned> loops = loopsForThreads();
  if (schedule.grain == 0 || loops.empty())
    return body();

  // Iterations inside one iteration of each loop to cut.
  unsigned cut = threadedLoops(loops);
  Index inside = math.constant(1);
  for (unsigned dim = 0; dim < space.dims.size(); ++dim)
    if (!llvm::is_contained(ArrayRef(loops).take_front(cut), dim))
      inside = math.mul(inside, ends[dim]);
  SmallVector<Index> chunks(cut), counts(cut);
  for (unsigned position = cut; position-- > 0;) {
    unsigned dim = loops[position];
    Index chunk =
        math.max(math.ceilDiv(math.constant(schedule.grain), math.max(inside, math.constant(1))), math.constant(1));
    int64_t multiple = granularity(dim);
    // If not one, then an even number of them: two threads have equal shares, and in each loop of this extent the same.
    Index count = math.ceilDiv(ends[dim], chunk);
    Index isCut = math.min(math.add(count, math.constant(-1)), math.constant(1));
    Index even = math.mul(math.roundDown(math.add(count, math.constant(1)), 2), isCut);
    chunk = math.max(math.ceilDiv(ends[dim], math.max(even, math.constant(1))), math.constant(1));
    chunks[position] = chunk = math.roundDown(math.add(chunk, math.constant(multiple - 1)), multiple);
    counts[position] = math.ceilDiv(ends[dim], chunk);
    inside = math.mul(inside, ends[dim]);
  }
  bool isSingle = llvm::all_of(counts, [](Index count) {
    auto known = IndexMath::known(count);
    return known && *known <= 1;
  });
  if (isSingle)
    return body();

  auto forall = scf::ForallOp::create(b, counts, /*outputs=*/ValueRange{}, /*mapping=*/std::nullopt);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(forall.getTerminator());
  for (unsigned position = 0; position < cut; ++position) {
    unsigned dim = loops[position];
    begins[dim] = math.mul(Index(forall.getInductionVar(position)), chunks[position]);
    ends[dim] = math.min(math.add(begins[dim], chunks[position]), ends[dim]);
  }
  body();
}

} // namespace ingot

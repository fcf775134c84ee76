//===-- LayoutWeights.cpp - gives each weight its place in one block -----------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Passes.h"
#include "codegen/rt/Rt.h"
#include "ir/Weights.h"
#include "runtime/abi/ingot_abi.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/xxhash.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_LAYOUTWEIGHTS
#include "codegen/Passes.h.inc"

namespace {

/// Finds weights with the same bytes in memory. Most differ in their first elements, so that little is ever read.
class WeightSet {
public:
  /// The weight equal to `weight` that was added first: `weight` itself where there was none. Null after a diagnostic.
  rt::WeightDataOp add(rt::WeightDataOp weight);

private:
  struct Entry {
    rt::WeightDataOp weight;
    ConstantData data;
  };
  DenseMap<uint64_t, SmallVector<Entry, 1>> entries;
};

struct LayoutWeights : impl::LayoutWeightsBase<LayoutWeights> {
  void runOnOperation() override;
};

} // namespace

static bool haveEqualLayout(rt::WeightDataOp a, rt::WeightDataOp b) {
  return a.getType() == b.getType() && a.getMemory() == b.getMemory() && a.getEncoding() == b.getEncoding() &&
         a.getInnerDimsPosAttr() == b.getInnerDimsPosAttr() && a.getInnerTilesAttr() == b.getInnerTilesAttr() &&
         a.getOuterDimsPermAttr() == b.getOuterDimsPermAttr();
}

rt::WeightDataOp WeightSet::add(rt::WeightDataOp weight) {
  llvm::Expected<ConstantData> data = readConstant(weight.getSource(), weight.getTensorType());
  if (!data) {
    weight.emitError(llvm::toString(data.takeError()));
    return nullptr;
  }
  constexpr size_t beginning = 4096;
  uint64_t hash = llvm::xxh3_64bits(StringRef(data->bytes.data(), std::min(data->bytes.size(), beginning)));
  for (Entry &entry : entries[hash])
    if (haveEqualLayout(weight, entry.weight) && data->splat == entry.data.splat && data->bytes == entry.data.bytes)
      return entry.weight;
  entries[hash].push_back({weight, std::move(*data)});
  return weight;
}

void LayoutWeights::runOnOperation() {
  DenseSet<Attribute> used;
  getOperation().walk([&](rt::WeightOp op) { used.insert(op.getWeightAttr().getAttr()); });
  WeightSet kept;
  DenseMap<Attribute, FlatSymbolRefAttr> replacements;
  uint64_t offset = 0;
  for (auto weight : llvm::make_early_inc_range(getOperation().getOps<rt::WeightDataOp>())) {
    if (!used.contains(weight.getSymNameAttr())) {
      weight.erase();
      continue;
    }
    rt::WeightDataOp same = kept.add(weight);
    if (!same)
      return signalPassFailure();
    if (same != weight) {
      replacements[weight.getSymNameAttr()] = FlatSymbolRefAttr::get(same);
      weight.erase();
      continue;
    }
    weight.setOffset(offset);
    offset = llvm::alignTo(offset + weight.getBytes(), INGOT_ALIGNMENT);
  }
  getOperation().walk([&](rt::WeightOp op) {
    if (FlatSymbolRefAttr same = replacements.lookup(op.getWeightAttr().getAttr()))
      op.setWeightAttr(same);
  });
}

} // namespace ingot

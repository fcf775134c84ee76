//===-- Tunable.cpp - what of a lowered model can be chosen by measurement ----------------------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/tune/Tunable.h"

#include "codegen/HostFunction.h"
#include "codegen/tile/Neighbours.h"
#include "codegen/tile/TileKey.h"
#include "codegen/tile/TileSchedule.h"
#include "codegen/tile/WinogradSchedule.h"

#include "mlir/IR/Builders.h"

using namespace mlir;

namespace ingot::tune {

static void forEachInKernels(ModuleOp module, function_ref<void(StringRef kernel, Operation *op)> body) {
  for (auto kernel : module.getOps<func::FuncOp>())
    if (isKernel(kernel))
      kernel.walk([&](Operation *op) { body(kernel.getSymName(), op); });
}

std::vector<Tunable> findOutputTiles(ModuleOp lowered) {
  std::vector<Tunable> found;
  tile::TargetAttr target = tile::getTarget(lowered);
  forEachInKernels(lowered, [&](StringRef kernel, Operation *op) {
    auto conv = tile::getFilterProblem(op);
    if (!conv)
      return;
    auto [problem, columns] = *conv;
    Builder builder(lowered.getContext());
    SmallVector<Attribute> tiles;
    for (int64_t tile : tile::getWinogradTiles(target, problem, columns))
      tiles.push_back(builder.getI64IntegerAttr(tile));
    auto winograd = dyn_cast<tile::WinogradConvOp>(op);
    Attribute first = builder.getI64IntegerAttr(winograd ? winograd.getOutputTile() : 0);
    found.push_back({kernel.str(), tile::getFilterKey(problem, columns), first, [tiles](Attribute) { return tiles; }});
  });
  return found;
}

std::vector<Tunable> findSchedules(ModuleOp lowered) {
  std::vector<Tunable> found;
  forEachInKernels(lowered, [&](StringRef kernel, Operation *op) {
    if (!isa<tile::TileOpInterface, tile::AttentionOp>(op))
      return;
    auto neighbours = [op](Attribute schedule) {
      SmallVector<Attribute> result;
      llvm::append_range(result, tile::getNeighbours(op, cast<tile::ScheduleAttr>(schedule)));
      return result;
    };
    found.push_back({kernel.str(), tile::getKey(op), tile::chooseSchedule(op), neighbours});
  });
  return found;
}

} // namespace ingot::tune

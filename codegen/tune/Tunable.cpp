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
#include "codegen/tile/Packing.h"
#include "codegen/tile/TileKey.h"
#include "codegen/tile/TileSchedule.h"
#include "codegen/tile/WinogradSchedule.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace ingot::tune {

static void forEachInKernels(ModuleOp module, function_ref<void(StringRef kernel, Operation *op)> body) {
  for (auto kernel : module.getOps<func::FuncOp>())
    if (isKernel(kernel))
      kernel.walk([&](Operation *op) { body(kernel.getSymName(), op); });
}

/// A choice among a few numbers.
static Tunable makeTunable(StringRef kernel, std::string key, int64_t first, ArrayRef<int64_t> choices,
                           MLIRContext *context) {
  Builder builder(context);
  SmallVector<Attribute> attributes;
  for (int64_t choice : choices)
    attributes.push_back(builder.getI64IntegerAttr(choice));
  return {kernel.str(), std::move(key), builder.getI64IntegerAttr(first), [attributes](Attribute) {
            return attributes;
          }};
}

static int64_t getColumns(Operation *op) {
  return llvm::TypeSwitch<Operation *, int64_t>(op)
      .Case<tile::MatmulOp, tile::ConvOp, tile::WinogradConvOp>([](auto op) { return op.getPackedColumns(); });
}

std::vector<Tunable> findPanels(ModuleOp lowered) {
  std::vector<Tunable> found;
  SmallVector<int64_t> columns = tile::getPanelColumns(tile::getTarget(lowered));
  forEachInKernels(lowered, [&](StringRef kernel, Operation *op) {
    if (auto problem = tile::getPanelProblem(op))
      found.push_back(makeTunable(kernel, tile::getPanelKey(*problem), getColumns(op), columns, lowered.getContext()));
  });
  return found;
}

std::vector<Tunable> findOutputTiles(ModuleOp lowered) {
  std::vector<Tunable> found;
  tile::TargetAttr target = tile::getTarget(lowered);
  forEachInKernels(lowered, [&](StringRef kernel, Operation *op) {
    auto conv = tile::getFilterProblem(op);
    if (!conv)
      return;
    auto [problem, columns] = *conv;
    auto winograd = dyn_cast<tile::WinogradConvOp>(op);
    found.push_back(makeTunable(kernel, tile::getFilterKey(problem, columns), winograd ? winograd.getOutputTile() : 0,
                                tile::getWinogradTiles(target, problem, columns), lowered.getContext()));
  });
  return found;
}

/// Whether vectors, whose schedules are searched, do the product only where one of its sums is no number.
static bool isLeftToTiles(Operation *op) {
  return llvm::TypeSwitch<Operation *, bool>(op)
      .Case([](tile::MatmulOp matmul) {
        int64_t rows = matmul.getOut().getType().getShape().drop_back().back();
        return !ShapedType::isDynamic(rows) && tile::chooseAmx(matmul, tile::getTarget(matmul));
      })
      .Case([](tile::ConvOp conv) {
        ArrayRef<int64_t> positions = conv.getOut().getType().getShape().drop_front();
        return !ShapedType::isDynamicShape(positions) && tile::chooseAmx(conv, tile::getTarget(conv));
      })
      .Default(false);
}

std::vector<Tunable> findSchedules(ModuleOp lowered) {
  std::vector<Tunable> found;
  forEachInKernels(lowered, [&](StringRef kernel, Operation *op) {
    if (!isa<tile::TileOpInterface, tile::AttentionOp>(op) || isLeftToTiles(op))
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

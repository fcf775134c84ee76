//===-- OutlineRegions.cpp - makes the parts of a kernel functions of their own -----------------===//
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------------===//
#include "codegen/Captures.h"
#include "codegen/Passes.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace ingot {
#define GEN_PASS_DEF_OUTLINEREGIONS
#include "codegen/Passes.h.inc"

/// The function's arguments are what the region uses; it stays a function in LLVM, too.
static void outline(scf::ExecuteRegionOp region, SymbolTable &symbols) {
  auto [captures, constants] = collectCaptures(region.getRegion());
  auto from = region->getParentOfType<func::FuncOp>();
  OpBuilder builder(region);
  Location loc = region.getLoc();
  auto type = builder.getFunctionType(ValueRange(captures.getArrayRef()).getTypes(), {});
  auto body = func::FuncOp::create(loc, (from.getSymName() + "_part").str(), type);
  body.setPrivate();
  body->setAttr("passthrough", builder.getStrArrayAttr({"noinline"}));
  symbols.insert(body, Block::iterator(from));
  markNoalias(body, /*first=*/0, captures.getArrayRef(), from);

  func::CallOp::create(builder, loc, body, captures.getArrayRef());
  builder.setInsertionPointToStart(body.addEntryBlock());
  IRMapping mapping;
  mapping.map(captures.getArrayRef(), body.getArguments());
  for (Operation *constant : constants)
    builder.clone(*constant, mapping);
  for (Operation &op : region.getRegion().front().without_terminator())
    builder.clone(op, mapping);
  func::ReturnOp::create(builder, loc);
  region.erase();
}

namespace {

struct OutlineRegions : impl::OutlineRegionsBase<OutlineRegions> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    SmallVector<scf::ExecuteRegionOp> regions;
    getOperation().walk([&](scf::ExecuteRegionOp region) {
      if (region.getNoInline() && region.getNumResults() == 0 && region.getRegion().hasOneBlock())
        regions.push_back(region);
    });
    for (scf::ExecuteRegionOp region : regions)
      outline(region, symbols);
  }
};

} // namespace
} // namespace ingot

//===- Passes.td - passes from graph to graph
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#ifndef INGOT_PASSES
#define INGOT_PASSES

include "mlir/Pass/PassBase.td"

def ChannelsLast : Pass<"channels-last", "::mlir::func::FuncOp"> {
  let summary = "Give convolutions their channels last, with as few transposes as possible";
  let description = [{
    Convolutions and pools read and write channels-last tensors; operators between them that can do with either
    layout take the one that leaves the fewest transposed bytes.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}

#endif // INGOT_PASSES

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
    layout take the one that leaves the fewest transposed bytes. Convolutions of one pixel and those of few channels a
    group can, too, if at a cost. Where channels and pixels become the columns of a matrix, the rows of constant
    matrices behind it are reordered instead; these, and other constants, are left for fold-constants.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}

def InferShapes : Pass<"infer-shapes", "::mlir::func::FuncOp"> {
  let summary = "Refine types, fold computations on shapes, resolve conditions that shapes decide";
  let dependentDialects = ["::ingot::IngotDialect"];
}

def Differentiate : Pass<"differentiate", "::mlir::func::FuncOp"> {
  let summary = "Put the operators that compute them in the place of gradients";
}

def FoldConstants : Pass<"fold-constants", "::mlir::func::FuncOp"> {
  let summary = "Compute operators whose operands are constants";
  let description = [{
    Results that would take more memory than their operands and 64 KiB stay in the graph. Views share their operand's
    bytes, also those that are in a file.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}

def FoldBatchNorm : Pass<"fold-batch-norm", "::mlir::func::FuncOp"> {
  let summary = "Move scales and shifts of channels after a convolution into its weight and bias";
  let dependentDialects = ["::ingot::IngotDialect"];
}

def WidenHalf : Pass<"widen-half", "::mlir::func::FuncOp"> {
  let summary = "Compute and keep 16-bit floats in 32 bits";
  let description = [{
    CPUs compute with 16-bit floats in 32 bits anyway. Intermediate values that stay there are not rounded at every
    operator and not converted back and forth; inputs, outputs and constants keep their types.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}

def RecoverPatterns : Pass<"recover-patterns", "::mlir::func::FuncOp"> {
  let summary = "Put one operator where a model spells it out: GELU, SiLU, hard-swish, normalizations, transposes";
  let description = [{
    A normalization of one group of channels, which models write as one of a reshaped tensor, becomes one over several
    dimensions, so that layouts are chosen through it. A transpose between reshapes that join and split dimensions
    becomes one of all of them.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}

def RecoverAttention : Pass<"recover-attention", "::mlir::func::FuncOp"> {
  let summary = "Put one operator where a model spells attention out";
  let description = [{
    Products with a softmax between them; scales, masks that are added or selected, and a soft cap go into the operator.
    So does what models do against the NaNs of rows that see no key: the operator gives them zeros. NaNs that come from
    the operands themselves stay NaNs.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}

def MergeProducts : Pass<"merge-products", "::mlir::func::FuncOp"> {
  let summary = "Make products of one value by several constant matrices one product";
  let description = [{
    Where attention alone reads them. Their biases become one, too. Expects `fold-constants` behind it.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}

def DecomposeAttention : Pass<"decompose-attention", "::mlir::func::FuncOp"> {
  let summary = "Turn attention that no single kernel does into products and a softmax";
  let dependentDialects = ["::ingot::IngotDialect"];
}

def Fuse : Pass<"fuse", "::mlir::func::FuncOp"> {
  let summary = "Group operators that become one kernel";
  let dependentDialects = ["::ingot::IngotDialect"];
}

def DecomposeRecurrent : Pass<"decompose-recurrent", "::mlir::func::FuncOp"> {
  let summary = "Turn recurrent layers into loops of matrix products and elementwise gates";
  let description = [{
    The input's share of the gates is one product over the whole sequence; a loop over time adds the state's. Rows
    beyond a sequence's length keep the state and give zeros. A sequence of one step needs no loop.
  }];
  let dependentDialects = ["::ingot::IngotDialect"];
}

#endif // INGOT_PASSES

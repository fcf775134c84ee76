//===- Reduce.td - reductions, scans over an axis, softmax and normalization
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_IR_REDUCE
#define INGOT_IR_REDUCE

include "ir/Dialect.td"

def Ingot_ReduceKind : Ingot_Enum<"ReduceKind", ["sum", "mean", "prod", "max", "min", "l1", "l2", "log_sum",
                                                  "log_sum_exp", "sum_square"]>;
def Ingot_ReduceKindAttr : Ingot_EnumAttr<Ingot_ReduceKind, "reduce_kind">;
def ReduceOp : Ingot_PureOp<"reduce", [ShapeOperandsAfterFirst, ShapeOperandsOpInterface]> {
  let summary = "reduces over axes";
  let description = [{
    The axes are an attribute, or an int64 tensor where the model computes them: then the rank is that of the
    result type, and with `noop_with_empty_axes` no axes means no reduction instead of a full one.
  }];
  let arguments = (ins Ingot_ReduceKindAttr:$kind, AnyTensor:$input, Optional<AnyTensor>:$dynamic_axes,
                       OptionalAttr<DenseI64ArrayAttr>:$axes, DefaultValuedAttr<BoolAttr, "true">:$keep_dims,
                       UnitAttr:$noop_with_empty_axes);
  let results = (outs AnyTensor:$result);
  let assemblyFormat = "$kind operands attr-dict `:` functional-type(operands, results)";
}
def ArgReduceOp : Ingot_PureOp<"arg_reduce"> {
  let summary = "position of the largest (or smallest) element along axis, int64; the first or the last one on a tie";
  let arguments = (ins AnyTensor:$input, I64Attr:$axis, BoolAttr:$max, DefaultValuedAttr<BoolAttr, "true">:$keep_dims,
                       UnitAttr:$select_last);
  let results = (outs AnyTensor:$result);
}
def CumSumOp : Ingot_PureOp<"cum_sum", [SameShape, ShapeOperandsAfterFirst, ShapeOperandsOpInterface]> {
  let summary = "running sum along axis (a scalar tensor)";
  let arguments = (ins AnyTensor:$input, AnyTensor:$axis, UnitAttr:$exclusive, UnitAttr:$reverse);
  let results = (outs AnyTensor:$result);
}
def SoftmaxOp : Ingot_PureOp<"softmax", [SameShape, EpilogueOpInterface]> {
  let summary = "e^x / sum(e^x) along axis, or its logarithm";
  let arguments = (ins AnyTensor:$input, I64Attr:$axis, UnitAttr:$log);
  let results = (outs AnyTensor:$result);
}
def NormalizeOp : Ingot_PureOp<"normalize", [SameShape, EpilogueOpInterface]> {
  let summary = "(x - mean) / sqrt(variance + epsilon) over axes; without the mean with `rms`";
  let description = [{
    The common core of layer, instance, group and RMS normalization; scale and
    bias are elementwise operators after it, which fusion brings back.
  }];
  let arguments = (ins AnyTensor:$input, DenseI64ArrayAttr:$axes, F64Attr:$epsilon, UnitAttr:$rms);
  let results = (outs AnyTensor:$result);
}
def LrnOp : Ingot_PureOp<"lrn", [SameShape]> {
  let summary = "x / (bias + alpha / size * sum of squares over neighbouring channels)^beta";
  let arguments = (ins AnyTensor:$input, I64Attr:$size, F64Attr:$alpha, F64Attr:$beta, F64Attr:$bias);
  let results = (outs AnyTensor:$result);
}

#endif // INGOT_IR_REDUCE

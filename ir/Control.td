//===- Control.td - control flow, recurrence, and groups of fused operators
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_IR_CONTROL
#define INGOT_IR_CONTROL

include "ir/Dialect.td"

def YieldOp : Ingot_Op<"yield", [Pure, Terminator, ParentOneOf<["IfOp", "LoopOp", "FusedOp"]>]> {
  let summary = "values a region gives to its operator";
  let arguments = (ins Variadic<AnyTensor>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}
def IfOp : Ingot_Op<"if", [DeclareOpInterfaceMethods<ShapeInferenceOpInterface>, RecursiveMemoryEffects]> {
  let summary = "runs one of two regions, by a boolean scalar; regions see the values around them";
  let arguments = (ins AnyTensor:$condition);
  let results = (outs Variadic<AnyTensor>:$results);
  let regions = (region SizedRegion<1>:$then_region, SizedRegion<1>:$else_region);
  let assemblyFormat = "$condition attr-dict `:` functional-type(operands, results) $then_region `else` $else_region";
  let hasVerifier = 1;
}
def FailOp : Ingot_Op<"fail", [DeclareOpInterfaceMethods<ShapeInferenceOpInterface>]> {
  let summary = "ends the run with a message";
  let description = [{
    Stands in a branch for an operator that cannot run on the shapes that meet there: that is an error only of a run
    that takes the branch. Nobody sees the results.
  }];
  let arguments = (ins StrAttr:$message);
  let results = (outs Variadic<AnyTensor>:$results);
  let assemblyFormat = "$message attr-dict `:` type($results)";
}
def LoopOp : Ingot_Op<"loop", [DeclareOpInterfaceMethods<ShapeInferenceOpInterface>, AttrSizedOperandSegments,
                               RecursiveMemoryEffects]> {
  let summary = "repeats its region while the condition holds and the trip count is not reached";
  let description = [{
    Source: ONNX Loop. The region takes the iteration number (int64 scalar) and the carried values; it yields the
    next condition (a boolean scalar), the next carried values, then one element of each scan output.
    Results: the last carried values, then the scan outputs, stacked along a new leading dimension.
  }];
  let arguments = (ins Optional<AnyTensor>:$trip_count, Optional<AnyTensor>:$condition, Variadic<AnyTensor>:$initial);
  let results = (outs Variadic<AnyTensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    (`trip` $trip_count^ `:` type($trip_count))? (`while` $condition^ `:` type($condition))?
    (`init` $initial^ `:` type($initial))? attr-dict `->` `(` type($results) `)` $body
  }];
  let hasVerifier = 1;
}

def Ingot_RecurrentKind : Ingot_Enum<"RecurrentKind", ["rnn", "gru", "lstm"]>;
def Ingot_RecurrentKindAttr : Ingot_EnumAttr<Ingot_RecurrentKind, "recurrent_kind">;
def Ingot_Direction : Ingot_Enum<"Direction", ["forward", "reverse", "bidirectional"]>;
def Ingot_DirectionAttr : Ingot_EnumAttr<Ingot_Direction, "direction">;
def RecurrentOp : Ingot_PureOp<"recurrent", [AttrSizedOperandSegments]> {
  let summary = "RNN, GRU or LSTM over a sequence (source: ONNX RNN, GRU, LSTM)";
  let description = [{
    x [T, B, I]; w [D, G * H, I]; r [D, G * H, H]; bias [D, 2 * G * H]; lengths [B]; initial_h, initial_c [D, B, H];
    peephole [D, 3 * H]. Gates in ONNX's order (LSTM iofc, GRU zrh). Results: y [T, D, B, H], y_h and y_c [D, B, H].
    `activations` names D * (1, 2 or 3) functions with `alpha` and `beta` beside each.
  }];
  let arguments = (ins Ingot_RecurrentKindAttr:$kind, AnyTensor:$x, AnyTensor:$w, AnyTensor:$r,
                       Optional<AnyTensor>:$bias, Optional<AnyTensor>:$lengths, Optional<AnyTensor>:$initial_h,
                       Optional<AnyTensor>:$initial_c, Optional<AnyTensor>:$peephole, Ingot_DirectionAttr:$direction,
                       I64Attr:$hidden_size, StrArrayAttr:$activations, DenseF64ArrayAttr:$alpha,
                       DenseF64ArrayAttr:$beta, OptionalAttr<F64Attr>:$clip, UnitAttr:$linear_before_reset,
                       UnitAttr:$input_forget);
  let results = (outs AnyTensor:$y, AnyTensor:$y_h, Optional<AnyTensor>:$y_c);
  let assemblyFormat = "$kind operands attr-dict `:` functional-type(operands, results)";
}

def FusedOp : Ingot_Op<"fused", [Pure, IsolatedFromAbove, SingleBlock,
                                 DeclareOpInterfaceMethods<ShapeInferenceOpInterface>]> {
  let summary = "operators that become one kernel";
  let description = [{
    The region's arguments are the operands; its yield gives the results. Which operators may stand together is
    decided by the fusion pass; the lowering finds the one that is not elementwise, if any, and builds around it.
  }];
  let arguments = (ins Variadic<AnyTensor>:$inputs);
  let results = (outs Variadic<AnyTensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results) $body";
  let hasVerifier = 1;
}

#endif // INGOT_IR_CONTROL

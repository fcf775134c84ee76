//===- Shape.td - constants, shapes, and operators that only move data
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_IR_SHAPE
#define INGOT_IR_SHAPE

include "ir/Dialect.td"

def ConstantOp : Ingot_PureOp<"constant", [ConstantLike]> {
  let summary = "a tensor known when the model is compiled";
  let description = [{
    The value is an ElementsAttr, or an `#ingot.external` attribute for data that stays in a file.
  }];
  let arguments = (ins AnyAttr:$value);
  let results = (outs AnyTensor:$result);
  let assemblyFormat = "type($result) `=` $value attr-dict";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def ShapeOp : Ingot_PureOp<"shape", [AllShapeOperands, ShapeOperandsOpInterface]> {
  let summary = "dimensions [start, end) of a tensor, as int64";
  let arguments = (ins AnyTensor:$input, DefaultValuedAttr<I64Attr, "0">:$start, OptionalAttr<I64Attr>:$end);
  let results = (outs AnyTensor:$result);
}
def SizeOp : Ingot_PureOp<"size", [AllShapeOperands, ShapeOperandsOpInterface]> {
  let summary = "number of elements, an int64 scalar";
  let arguments = (ins AnyTensor:$input);
  let results = (outs AnyTensor:$result);
}

def ReshapeOp : Ingot_PureOp<"reshape", [ViewOpInterface, ShapeOperandsAfterFirst, ShapeOperandsOpInterface]> {
  let summary = "the same elements under the shape given as a tensor";
  let description = [{
    Source: ONNX Reshape: -1 takes what is left, 0 copies the input's dimension
    unless `allow_zero`. The rank is that of the result type when `shape` does not tell it.
  }];
  let arguments = (ins AnyTensor:$input, AnyTensor:$shape, UnitAttr:$allow_zero);
  let results = (outs AnyTensor:$result);
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}
def SqueezeOp : Ingot_PureOp<"squeeze", [ViewOpInterface]> {
  let summary = "drops the given dimensions, each of extent 1";
  let arguments = (ins AnyTensor:$input, DenseI64ArrayAttr:$axes);
  let results = (outs AnyTensor:$result);
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}
def UnsqueezeOp : Ingot_PureOp<"unsqueeze", [ViewOpInterface]> {
  let summary = "inserts dimensions of extent 1 at the given positions of the result, sorted";
  let arguments = (ins AnyTensor:$input, DenseI64ArrayAttr:$axes);
  let results = (outs AnyTensor:$result);
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}
def FlattenOp : Ingot_PureOp<"flatten", [ViewOpInterface]> {
  let summary = "two dimensions: the products of those before axis and from axis on";
  let arguments = (ins AnyTensor:$input, I64Attr:$axis);
  let results = (outs AnyTensor:$result);
}

def TransposeOp : Ingot_PureOp<"transpose"> {
  let summary = "result dimension i is input dimension perm[i]";
  let arguments = (ins AnyTensor:$input, DenseI64ArrayAttr:$perm);
  let results = (outs AnyTensor:$result);
  let hasFolder = 1;
  let hasCanonicalizer = 1;
  let hasVerifier = 1;
}
def ExpandOp : Ingot_PureOp<"expand", [ShapeOperandsAfterFirst, ShapeOperandsOpInterface]> {
  let summary = "broadcasts the input against the shape given as a tensor";
  let arguments = (ins AnyTensor:$input, AnyTensor:$shape);
  let results = (outs AnyTensor:$result);
}
def ConstantOfShapeOp : Ingot_PureOp<"constant_of_shape", [AllShapeOperands, ShapeOperandsOpInterface]> {
  let summary = "one value everywhere, in the shape given as a tensor";
  let arguments = (ins AnyTensor:$shape, ElementsAttr:$value);
  let results = (outs AnyTensor:$result);
}
def SliceOp : Ingot_PureOp<"slice", [AttrSizedOperandSegments, ShapeOperandsAfterFirst, ShapeOperandsOpInterface]> {
  let summary = "start:end:step along axes";
  let description = [{
    Source: ONNX Slice: negative bounds count from the end, bounds are clamped,
    steps may be negative. `axes` defaults to the leading ones, `steps` to 1.
  }];
  let arguments = (ins AnyTensor:$input, AnyTensor:$starts, AnyTensor:$ends, Optional<AnyTensor>:$axes,
                       Optional<AnyTensor>:$steps);
  let results = (outs AnyTensor:$result);
}
def ConcatOp : Ingot_PureOp<"concat"> {
  let summary = "joins along an axis";
  let arguments = (ins Variadic<AnyTensor>:$inputs, I64Attr:$axis);
  let results = (outs AnyTensor:$result);
  let hasVerifier = 1;
}
def Ingot_PadMode : Ingot_Enum<"PadMode", ["constant", "reflect", "edge", "wrap"]>;
def Ingot_PadModeAttr : Ingot_EnumAttr<Ingot_PadMode, "pad_mode">;
def PadOp : Ingot_PureOp<"pad", [DeclareOpInterfaceMethods<ShapeOperandsOpInterface>]> {
  let summary = "grows, or with negative pads crops, each dimension";
  let description = [{
    Source: ONNX Pad. `pads` is [begin_0, ..., begin_r-1, end_0, ..., end_r-1]; `value` is a scalar of the element type.
  }];
  let arguments = (ins AnyTensor:$input, AnyTensor:$pads, Optional<AnyTensor>:$value,
                       DefaultValuedAttr<Ingot_PadModeAttr, "::ingot::PadMode::constant">:$mode);
  let results = (outs AnyTensor:$result);
}
def TileOp : Ingot_PureOp<"tile", [ShapeOperandsAfterFirst, ShapeOperandsOpInterface]> {
  let summary = "repeats[i] copies along dimension i";
  let arguments = (ins AnyTensor:$input, AnyTensor:$repeats);
  let results = (outs AnyTensor:$result);
}
def RangeOp : Ingot_PureOp<"range"> {
  let summary = "start, start + delta, ... below (above, for a negative delta) limit";
  let arguments = (ins AnyTensor:$start, AnyTensor:$limit, AnyTensor:$delta);
  let results = (outs AnyTensor:$result);
}
def TriluOp : Ingot_PureOp<"trilu", [ShapeOperandsAfterFirst, ShapeOperandsOpInterface]> {
  let summary = "the upper or lower triangle of the last two dimensions, 0 elsewhere; k shifts the diagonal";
  let arguments = (ins AnyTensor:$input, Optional<AnyTensor>:$k, BoolAttr:$upper);
  let results = (outs AnyTensor:$result);
}
def EyeLikeOp : Ingot_PureOp<"eye_like", [AllShapeOperands, ShapeOperandsOpInterface]> {
  let summary = "1 on diagonal k of a matrix shaped like the input, 0 elsewhere";
  let arguments = (ins AnyTensor:$input, DefaultValuedAttr<I64Attr, "0">:$k);
  let results = (outs AnyTensor:$result);
}
def ReverseSequenceOp : Ingot_PureOp<"reverse_sequence"> {
  let summary = "reverses the first lengths[b] steps of each batch entry b";
  let arguments = (ins AnyTensor:$input, AnyTensor:$lengths, I64Attr:$batch_axis, I64Attr:$time_axis);
  let results = (outs AnyTensor:$result);
}

#endif // INGOT_IR_SHAPE

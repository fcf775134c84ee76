//===- Index.td - operators that read or write at positions given by data
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_IR_INDEX
#define INGOT_IR_INDEX

include "ir/Dialect.td"

def GatherOp : Ingot_PureOp<"gather"> {
  let summary = "slices of data along axis, picked by indices (negative ones count from the end)";
  let arguments = (ins AnyTensor:$data, AnyTensor:$indices, DefaultValuedAttr<I64Attr, "0">:$axis);
  let results = (outs AnyTensor:$result);
}
def GatherElementsOp : Ingot_PureOp<"gather_elements"> {
  let summary = "result[i][j][k] = data[indices[i][j][k]][j][k] for axis 0";
  let arguments = (ins AnyTensor:$data, AnyTensor:$indices, I64Attr:$axis);
  let results = (outs AnyTensor:$result);
}
def GatherNDOp : Ingot_PureOp<"gather_nd"> {
  let summary = "slices of data at index tuples (the last dimension of indices)";
  let arguments = (ins AnyTensor:$data, AnyTensor:$indices, DefaultValuedAttr<I64Attr, "0">:$batch_dims);
  let results = (outs AnyTensor:$result);
}
def Ingot_Reduction : Ingot_Enum<"Reduction", ["none", "add", "mul", "max", "min"]>;
def Ingot_ReductionAttr : Ingot_EnumAttr<Ingot_Reduction, "reduction">;
def ScatterElementsOp : Ingot_PureOp<"scatter_elements", [SameShape]> {
  let summary = "data, with updates put at indices along axis";
  let arguments = (ins AnyTensor:$data, AnyTensor:$indices, AnyTensor:$updates, I64Attr:$axis,
                       DefaultValuedAttr<Ingot_ReductionAttr, "::ingot::Reduction::none">:$reduction);
  let results = (outs AnyTensor:$result);
}
def ScatterNDOp : Ingot_PureOp<"scatter_nd", [SameShape]> {
  let summary = "data, with update slices put at index tuples";
  let arguments = (ins AnyTensor:$data, AnyTensor:$indices, AnyTensor:$updates,
                       DefaultValuedAttr<Ingot_ReductionAttr, "::ingot::Reduction::none">:$reduction);
  let results = (outs AnyTensor:$result);
}
def OneHotOp : Ingot_PureOp<"one_hot"> {
  let summary = "values[1] where the coordinate along axis equals the index, else values[0]";
  let arguments = (ins AnyTensor:$indices, AnyTensor:$depth, AnyTensor:$values, DefaultValuedAttr<I64Attr, "-1">:$axis);
  let results = (outs AnyTensor:$result);
}
def NonZeroOp : Ingot_PureOp<"non_zero"> {
  let summary = "positions of the non-zero elements, [rank, count] int64, row-major order";
  let arguments = (ins AnyTensor:$input);
  let results = (outs AnyTensor:$result);
}
def CompressOp : Ingot_PureOp<"compress"> {
  let summary = "the slices along axis (of the flattened input without one) where the condition holds";
  let arguments = (ins AnyTensor:$input, AnyTensor:$condition, OptionalAttr<I64Attr>:$axis);
  let results = (outs AnyTensor:$result);
}
def UniqueOp : Ingot_PureOp<"unique"> {
  let summary = "unique elements or slices, with first positions, inverse and counts (int64)";
  let arguments = (ins AnyTensor:$input, OptionalAttr<I64Attr>:$axis, DefaultValuedAttr<BoolAttr, "true">:$sorted);
  let results = (outs AnyTensor:$result, AnyTensor:$indices, AnyTensor:$inverse, AnyTensor:$counts);
}
def TopKOp : Ingot_PureOp<"top_k", [ShapeOperandsAfterFirst, ShapeOperandsOpInterface]> {
  let summary = "the k largest or smallest along axis, sorted, with their positions (int64)";
  let arguments = (ins AnyTensor:$input, AnyTensor:$k, I64Attr:$axis, DefaultValuedAttr<BoolAttr, "true">:$largest);
  let results = (outs AnyTensor:$values, AnyTensor:$indices);
}
def NonMaxSuppressionOp : Ingot_PureOp<"non_max_suppression", [AttrSizedOperandSegments]> {
  let summary = "selected [batch, class, box] triples, int64 (source: ONNX NonMaxSuppression)";
  let arguments = (ins AnyTensor:$boxes, AnyTensor:$scores, Optional<AnyTensor>:$max_output,
                       Optional<AnyTensor>:$iou_threshold, Optional<AnyTensor>:$score_threshold,
                       UnitAttr:$center_point);
  let results = (outs AnyTensor:$result);
}

#endif // INGOT_IR_INDEX

//===- Linear.td - matrix product, convolution, pooling, resampling
//
// Part of Ingot, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for licence information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef INGOT_IR_LINEAR
#define INGOT_IR_LINEAR

include "ir/Dialect.td"

def MatMulOp : Ingot_PureOp<"matmul", [EpilogueOpInterface]> {
  let summary = "matrix product of the last two dimensions, batch dimensions broadcast";
  let description = [{
    Both operands have rank 2 or more. Element types may be narrower than the result's
    (integers accumulate in i32); `transpose_a`/`transpose_b` swap the last two dimensions.
  }];
  let arguments = (ins AnyTensor:$lhs, AnyTensor:$rhs, UnitAttr:$transpose_a, UnitAttr:$transpose_b);
  let results = (outs AnyTensor:$result);
  let hasCanonicalizer = 1;
  let hasVerifier = 1;
}
def ConvOp : Ingot_PureOp<"conv", [EpilogueOpInterface]> {
  let summary = "convolution (cross-correlation) over 1 to 3 spatial dimensions";
  let description = [{
    input [N, C, S...], or [N, S..., C] with `channels_last`; weight [O, C / group, K...] always;
    bias [O]; result [N, O, T...] or [N, T..., O]. `pads` is [begin..., end...]. Integer operands give i32.
  }];
  let arguments = (ins AnyTensor:$input, AnyTensor:$weight, Optional<AnyTensor>:$bias, DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$pads, DefaultValuedAttr<I64Attr, "1">:$group,
                       UnitAttr:$channels_last);
  let results = (outs AnyTensor:$result);
  let hasCanonicalizer = 1;
  let hasVerifier = 1;
}
def ConvTransposeOp : Ingot_PureOp<"conv_transpose"> {
  let summary = "gradient of a convolution with respect to its input";
  let description = [{
    input [N, C, S...], weight [C, O / group, K...], bias [O], result [N, O, T...] with
    T = stride * (S - 1) + output_padding + (K - 1) * dilation + 1 - pad_begin - pad_end.
  }];
  let arguments = (ins AnyTensor:$input, AnyTensor:$weight, Optional<AnyTensor>:$bias, DenseI64ArrayAttr:$strides,
                       DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$pads, DenseI64ArrayAttr:$output_padding,
                       DefaultValuedAttr<I64Attr, "1">:$group);
  let results = (outs AnyTensor:$result);
}
def Ingot_PoolKind : Ingot_Enum<"PoolKind", ["max", "average", "lp"]>;
def Ingot_PoolKindAttr : Ingot_EnumAttr<Ingot_PoolKind, "pool_kind">;
def PoolOp : Ingot_PureOp<"pool"> {
  let summary = "maximum, average or p-norm over sliding windows";
  let description = [{
    Layouts as in `conv`. With `ceil_mode` the last window may start inside and end beyond the end padding (never
    start in it). `count_include_pad` makes the average divide by the window clipped to the padded input.
    A max pool may have a second result: the row-major position of each maximum in the whole input (int64),
    column-major over the spatial dimensions with `column_major`.
  }];
  let arguments = (ins Ingot_PoolKindAttr:$kind, AnyTensor:$input, DenseI64ArrayAttr:$kernel,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$pads,
                       UnitAttr:$ceil_mode, UnitAttr:$count_include_pad, DefaultValuedAttr<I64Attr, "2">:$p,
                       UnitAttr:$column_major, UnitAttr:$channels_last);
  let results = (outs AnyTensor:$result, Optional<AnyTensor>:$indices);
  let assemblyFormat = "$kind operands attr-dict `:` functional-type(operands, results)";
}
def Ingot_ResizeMode : Ingot_Enum<"ResizeMode", ["nearest", "linear", "cubic"]>;
def Ingot_ResizeModeAttr : Ingot_EnumAttr<Ingot_ResizeMode, "resize_mode">;
def Ingot_CoordinateMode : Ingot_Enum<"CoordinateMode", ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel",
    "align_corners", "asymmetric", "tf_half_pixel_for_nn", "tf_crop_and_resize"]>;
def Ingot_CoordinateModeAttr : Ingot_EnumAttr<Ingot_CoordinateMode, "coordinate_mode">;
def Ingot_NearestMode : Ingot_Enum<"NearestMode", ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]>;
def Ingot_NearestModeAttr : Ingot_EnumAttr<Ingot_NearestMode, "nearest_mode">;
def Ingot_AspectPolicy : Ingot_Enum<"AspectPolicy", ["stretch", "not_larger", "not_smaller"]>;
def Ingot_AspectPolicyAttr : Ingot_EnumAttr<Ingot_AspectPolicy, "aspect_policy">;
def ResizeOp : Ingot_PureOp<"resize", [AttrSizedOperandSegments]> {
  let summary = "resamples along axes (source: ONNX Resize)";
  let description = [{
    Exactly one of `scales` (f32, one an axis) and `sizes` (int64, one an axis) is given. `axes` are all by default.
    `roi` is [start..., end...] over the axes, in f32, for tf_crop_and_resize.
  }];
  let arguments = (ins AnyTensor:$input, Optional<AnyTensor>:$roi, Optional<AnyTensor>:$scales,
                       Optional<AnyTensor>:$sizes, DenseI64ArrayAttr:$axes, Ingot_ResizeModeAttr:$mode,
                       Ingot_CoordinateModeAttr:$coordinate_mode, Ingot_NearestModeAttr:$nearest_mode,
                       DefaultValuedAttr<F64Attr, "-0.75">:$cubic_coeff_a, UnitAttr:$exclude_outside,
                       DefaultValuedAttr<F64Attr, "0.0">:$extrapolation_value, UnitAttr:$antialias,
                       DefaultValuedAttr<Ingot_AspectPolicyAttr, "::ingot::AspectPolicy::stretch">:$aspect_policy);
  let results = (outs AnyTensor:$result);
}
def Ingot_PaddingMode : Ingot_Enum<"PaddingMode", ["zeros", "border", "reflection"]>;
def Ingot_PaddingModeAttr : Ingot_EnumAttr<Ingot_PaddingMode, "padding_mode">;
def GridSampleOp : Ingot_PureOp<"grid_sample"> {
  let summary = "samples input [N, C, S...] at grid [N, T..., dims] of normalized coordinates";
  let arguments = (ins AnyTensor:$input, AnyTensor:$grid, Ingot_ResizeModeAttr:$mode,
                       Ingot_PaddingModeAttr:$padding_mode, UnitAttr:$align_corners);
  let results = (outs AnyTensor:$result);
}
def RoiAlignOp : Ingot_PureOp<"roi_align"> {
  let summary = "pools regions of interest with bilinear samples (source: ONNX RoiAlign)";
  let arguments = (ins AnyTensor:$input, AnyTensor:$rois, AnyTensor:$batch_indices, I64Attr:$output_height,
                       I64Attr:$output_width, I64Attr:$sampling_ratio, F64Attr:$spatial_scale, UnitAttr:$max,
                       UnitAttr:$half_pixel);
  let results = (outs AnyTensor:$result);
}
def DetOp : Ingot_PureOp<"det"> {
  let summary = "determinants of the matrices in the last two dimensions";
  let arguments = (ins AnyTensor:$input);
  let results = (outs AnyTensor:$result);
}

#endif // INGOT_IR_LINEAR

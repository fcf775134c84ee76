// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s
// RUN: ingot-opt %s --split-input-file --lower-graph --tile-schedule --tile-to-vector -o /dev/null

// Groups: the weight's bytes are read as [G, O / G, C / G, kernel].
// CHECK: : tensor<2x4x3x3x3xf32> pack(inner_dims_pos = [1], inner_tiles = [4], outer_dims_perm = [0, 1, 3, 4, 2]) : memref<2x1x3x3x3x4xf32>
// CHECK: func.func private @k0_conv
// CHECK: tile.conv
// CHECK-SAME: pads = array<i64: 1, 0>, strides = array<i64: 2, 1>
// CHECK: ^bb0(%[[SUM:.*]]: f32, %[[B:.*]]: f32):
// CHECK: %[[V:.*]] = arith.addf %[[SUM]], %[[B]]
// CHECK: arith.maximumf %[[V]]
// CHECK-LABEL: func.func @channels_last
module {
func.func @channels_last(%x: tensor<?x?x16x6xf32> {ingot.name = "x", ingot.dims = ["N", "H", "", ""]})
    -> (tensor<?x?x16x8xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<8x3x3x3xf32> = dense<1.0> : tensor<8x3x3x3xf32>
  %b = ingot.constant tensor<8xf32> = dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]> : tensor<8xf32>
  %0 = ingot.fused %x, %w, %b : (tensor<?x?x16x6xf32>, tensor<8x3x3x3xf32>, tensor<8xf32>) -> tensor<?x?x16x8xf32> {
  ^bb0(%xx: tensor<?x?x16x6xf32>, %ww: tensor<8x3x3x3xf32>, %bb: tensor<8xf32>):
    %1 = ingot.conv %xx, %ww, %bb {strides = array<i64: 2, 1>, dilations = array<i64: 1, 1>,
        pads = array<i64: 1, 0, 1, 2>, group = 2, channels_last}
        : (tensor<?x?x16x6xf32>, tensor<8x3x3x3xf32>, tensor<8xf32>) -> tensor<?x?x16x8xf32>
    %2 = ingot.relu %1 : (tensor<?x?x16x8xf32>) -> tensor<?x?x16x8xf32>
    ingot.yield %2 : tensor<?x?x16x8xf32>
  }
  return %0 : tensor<?x?x16x8xf32>
}
}

// -----

// One channel a group; without a layout pass the operands are brought to channels-last memory and back.
// CHECK: func.func private @k0_transpose
// CHECK: : tensor<8x3xf16> pack({{.*}}outer_dims_perm = [1, 0]) : memref<3x8xf16>
// CHECK: func.func private @k1_depthwise_conv
// CHECK: tile.depthwise_conv
// CHECK: ^bb0(%[[SUM:.*]]: f32):
// CHECK: arith.truncf %[[SUM]] : f32 to f16
// CHECK: func.func private @k2_transpose
module {
func.func @depthwise(%x: tensor<1x8x?xf16> {ingot.name = "x", ingot.dims = ["", "", "T"]}) -> (tensor<1x8x?xf16> {ingot.name = "y"}) {
  %w = ingot.constant tensor<8x1x3xf16> = dense<1.0> : tensor<8x1x3xf16>
  %0 = ingot.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 2>, pads = array<i64: 2, 2>, group = 8}
      : (tensor<1x8x?xf16>, tensor<8x1x3xf16>) -> tensor<1x8x?xf16>
  return %0 : tensor<1x8x?xf16>
}
}

// -----

// A 1x1 convolution is a product; an extra that tells the images of the batch apart leaves the batch a dimension.
// CHECK: #[[MAP:.*]] = affine_map<(d0, d1, d2) -> (d0, 0, 0, d2)>
// CHECK: func.func private @k0_conv1x1(%{{.*}}: memref<?x64x6xf32>, %{{.*}}: memref<1x6x8xf32>, %{{.*}}: memref<?x64x8xf32>, %{{.*}}: memref<?x1x1x8xf32>)
// CHECK: tile.matmul packed
// CHECK-SAME: extra_maps = [#[[MAP]]]
module {
func.func @product(%x: tensor<?x8x8x6xf32> {ingot.name = "x", ingot.dims = ["N", "", "", ""]},
                   %g: tensor<?x1x1x8xf32> {ingot.name = "g", ingot.dims = ["N", "", "", ""]})
    -> (tensor<?x8x8x8xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<8x6x1x1xf32> = dense<1.0> : tensor<8x6x1x1xf32>
  %0 = ingot.fused %x, %w, %g : (tensor<?x8x8x6xf32>, tensor<8x6x1x1xf32>, tensor<?x1x1x8xf32>) -> tensor<?x8x8x8xf32> {
  ^bb0(%xx: tensor<?x8x8x6xf32>, %ww: tensor<8x6x1x1xf32>, %gg: tensor<?x1x1x8xf32>):
    %1 = ingot.conv %xx, %ww {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
        pads = array<i64: 0, 0, 0, 0>, channels_last} : (tensor<?x8x8x6xf32>, tensor<8x6x1x1xf32>) -> tensor<?x8x8x8xf32>
    %2 = ingot.mul %1, %gg : (tensor<?x8x8x8xf32>, tensor<?x1x1x8xf32>) -> tensor<?x8x8x8xf32>
    ingot.yield %2 : tensor<?x8x8x8xf32>
  }
  return %0 : tensor<?x8x8x8xf32>
}
}

// -----

// Weights that only the run time knows are packed in the run.
// CHECK-NOT: rt.weight_data
// CHECK: func.func private @k0_pack
// CHECK: scf.forall
// CHECK: func.func private @k1_conv
module {
func.func @weights(%x: tensor<1x8x8x2xf32> {ingot.name = "x"}, %w: tensor<5x2x3x3xf32> {ingot.name = "w"})
    -> (tensor<1x6x6x5xf32> {ingot.name = "y"}) {
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
      channels_last} : (tensor<1x8x8x2xf32>, tensor<5x2x3x3xf32>) -> tensor<1x6x6x5xf32>
  return %0 : tensor<1x6x6x5xf32>
}
}

// -----

// Padding behind the data alone makes the result larger than the input: that is no product of rows.
// CHECK-LABEL: func.func private @k0_conv(
// CHECK-NOT: tile.matmul
// CHECK: tile.conv
module {
func.func @padded_behind(%x: tensor<1x2x2x6xf32> {ingot.name = "x"}) -> (tensor<1x3x3x8xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<8x6x1x1xf32> = dense<1.0> : tensor<8x6x1x1xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 1, 1>,
      channels_last} : (tensor<1x2x2x6xf32>, tensor<8x6x1x1xf32>) -> tensor<1x3x3x8xf32>
  return %0 : tensor<1x3x3x8xf32>
}
}

// -----

// 3 x 3 of stride 1 on many channels is filtered minimally, its weights transformed.
// CHECK: : tensor<1x64x64x3x3xf32> pack({{.*}}outer_dims_perm = [0, 1, 3, 4, 2]) : memref<{{.*}}x64x{{.*}}xf32> encoding winograd{{[24]}}
// CHECK: func.func private @k0_conv
// CHECK: tile.winograd_conv
// CHECK-SAME: pads = array<i64: 1, 0>
// CHECK-LABEL: func.func @winograd
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, l2 = 1048576>} {
func.func @winograd(%x: tensor<1x56x56x64xf32> {ingot.name = "x"}) -> (tensor<1x56x56x64xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<64x64x3x3xf32> = dense<1.0> : tensor<64x64x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 0, 1, 2>,
      group = 1, channels_last} : (tensor<1x56x56x64xf32>, tensor<64x64x3x3xf32>) -> tensor<1x56x56x64xf32>
  return %0 : tensor<1x56x56x64xf32>
}
}

// -----

// Many weights for few positions: filtering is worth it where the weights, which become more, come fast enough.
// CHECK: tile.winograd_conv
// CHECK-LABEL: func.func @weights_come_fast
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, l2 = 1048576>} {
func.func @weights_come_fast(%x: tensor<1x7x7x512xf32> {ingot.name = "x"}) -> (tensor<1x7x7x512xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<512x512x3x3xf32> = dense<1.0> : tensor<512x512x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
      group = 1, channels_last} : (tensor<1x7x7x512xf32>, tensor<512x512x3x3xf32>) -> tensor<1x7x7x512xf32>
  return %0 : tensor<1x7x7x512xf32>
}
}

// -----

// And not where they do not.
// CHECK-NOT: tile.winograd_conv
// CHECK: tile.conv
// CHECK-LABEL: func.func @weights_come_slowly
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, l2 = 1048576, stream = 8>} {
func.func @weights_come_slowly(%x: tensor<1x7x7x512xf32> {ingot.name = "x"}) -> (tensor<1x7x7x512xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<512x512x3x3xf32> = dense<1.0> : tensor<512x512x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
      group = 1, channels_last} : (tensor<1x7x7x512xf32>, tensor<512x512x3x3xf32>) -> tensor<1x7x7x512xf32>
  return %0 : tensor<1x7x7x512xf32>
}
}

// -----

// Nor where tile instructions are faster: of so many weights, that is, but not of few.
// CHECK: tile.conv
// CHECK-NOT: tile.winograd_conv
// CHECK-LABEL: func.func @tile_instructions
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, amx_bf16 = true, l2 = 2097152, stream = 8>} {
func.func @tile_instructions(%x: tensor<1x9x9x256xf32> {ingot.name = "x"}) -> (tensor<1x9x9x256xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<256x256x3x3xf32> = dense<1.0> : tensor<256x256x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
      group = 1, channels_last} : (tensor<1x9x9x256xf32>, tensor<256x256x3x3xf32>) -> tensor<1x9x9x256xf32>
  return %0 : tensor<1x9x9x256xf32>
}
}

// -----

// CHECK: tile.winograd_conv
// CHECK-LABEL: func.func @few_weights
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, amx_bf16 = true, l2 = 2097152, stream = 8>} {
func.func @few_weights(%x: tensor<1x56x56x64xf32> {ingot.name = "x"}) -> (tensor<1x56x56x64xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<64x64x3x3xf32> = dense<1.0> : tensor<64x64x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
      group = 1, channels_last} : (tensor<1x56x56x64xf32>, tensor<64x64x3x3xf32>) -> tensor<1x56x56x64xf32>
  return %0 : tensor<1x56x56x64xf32>
}
}

// -----

// What was measured for a convolution of these sizes goes before what is estimated.
// CHECK-NOT: tile.winograd_conv
// CHECK: tile.conv
// CHECK-LABEL: func.func @measured_direct
module attributes {
  rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, l2 = 1048576>,
  rt.tuned = {"output tile of a convolution: 56 x 56 x 64 from 64 channels, in panels of 32" = 0 : i64}
} {
func.func @measured_direct(%x: tensor<1x56x56x64xf32> {ingot.name = "x"}) -> (tensor<1x56x56x64xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<64x64x3x3xf32> = dense<1.0> : tensor<64x64x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
      group = 1, channels_last} : (tensor<1x56x56x64xf32>, tensor<64x64x3x3xf32>) -> tensor<1x56x56x64xf32>
  return %0 : tensor<1x56x56x64xf32>
}
}

// -----

// Strides leave nothing to share, and so do few channels, whose transformation costs more than it saves.
// CHECK-NOT: tile.winograd_conv
// CHECK-LABEL: func.func @direct
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, l2 = 1048576>} {
func.func @direct(%x: tensor<1x56x56x64xf32> {ingot.name = "x"}, %z: tensor<1x56x56x4xf32> {ingot.name = "z"})
    -> (tensor<1x28x28x64xf32> {ingot.name = "y"}, tensor<1x56x56x4xf32> {ingot.name = "t"}) {
  %w = ingot.constant tensor<64x64x3x3xf32> = dense<1.0> : tensor<64x64x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
      group = 1, channels_last} : (tensor<1x56x56x64xf32>, tensor<64x64x3x3xf32>) -> tensor<1x28x28x64xf32>
  %v = ingot.constant tensor<4x4x3x3xf32> = dense<1.0> : tensor<4x4x3x3xf32>
  %1 = ingot.conv %z, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
      group = 1, channels_last} : (tensor<1x56x56x4xf32>, tensor<4x4x3x3xf32>) -> tensor<1x56x56x4xf32>
  return %0, %1 : tensor<1x28x28x64xf32>, tensor<1x56x56x4xf32>
}
}

// -----

// Groups of few channels lie side by side, as many as make a vector. Those of eight inputs and four outputs do not, nor
// do those whose lanes take longer to add up than their products.
// CHECK: rt.weight_data
// CHECK: tile.conv ins(%{{.*}} : memref<1x8x8x32xf32>, memref<2x1x3x3x1x4x16xf32>)
// CHECK-SAME: merged_groups = 4 : i64, packed_depth = 16 : i64
// CHECK: tile.conv ins(%{{.*}} : memref<1x8x8x32xf32>, memref<4x1x3x3x1x4x16xf32>)
// CHECK-NOT: merged_groups
// CHECK: tile.conv ins(%{{.*}} : memref<1x8x8x32xf32>, memref<4x1x1x1x8x16xf32>)
// CHECK-NOT: merged_groups
// CHECK-LABEL: func.func @groups_of_few
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true>} {
func.func @groups_of_few(%x: tensor<1x8x8x32xf32> {ingot.name = "x"})
    -> (tensor<1x8x8x32xf32> {ingot.name = "y"}, tensor<1x8x8x16xf32> {ingot.name = "z"},
        tensor<1x8x8x32xf32> {ingot.name = "t"}) {
  %w = ingot.constant tensor<32x4x3x3xf32> = dense<1.0> : tensor<32x4x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
      group = 8, channels_last} : (tensor<1x8x8x32xf32>, tensor<32x4x3x3xf32>) -> tensor<1x8x8x32xf32>
  %v = ingot.constant tensor<16x8x3x3xf32> = dense<1.0> : tensor<16x8x3x3xf32>
  %1 = ingot.conv %x, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
      group = 4, channels_last} : (tensor<1x8x8x32xf32>, tensor<16x8x3x3xf32>) -> tensor<1x8x8x16xf32>
  %u = ingot.constant tensor<32x8x1x1xf32> = dense<1.0> : tensor<32x8x1x1xf32>
  %2 = ingot.conv %x, %u {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
      group = 4, channels_last} : (tensor<1x8x8x32xf32>, tensor<32x8x1x1xf32>) -> tensor<1x8x8x32xf32>
  return %0, %1, %2 : tensor<1x8x8x32xf32>, tensor<1x8x8x16xf32>, tensor<1x8x8x32xf32>
}
}

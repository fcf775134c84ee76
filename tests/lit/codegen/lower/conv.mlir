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

// Two output channels of each channel of the input are depthwise as well; three, which divide no lanes, are groups.
// CHECK: tile.depthwise_conv ins(%{{.*}} : memref<1x9x9x8xf32>, memref<3x3x16xf32>)
// CHECK: tile.conv ins(%{{.*}} : memref<1x9x9x8xf32>, memref<8x1x3x3x1x4xf32>)
// CHECK-LABEL: func.func @multiplier
module {
func.func @multiplier(%x: tensor<1x9x9x8xf32> {ingot.name = "x"})
    -> (tensor<1x7x7x16xf32> {ingot.name = "y"}, tensor<1x7x7x24xf32> {ingot.name = "z"}) {
  %v = ingot.constant tensor<16x1x3x3xf32> = dense<1.0> : tensor<16x1x3x3xf32>
  %w = ingot.constant tensor<24x1x3x3xf32> = dense<1.0> : tensor<24x1x3x3xf32>
  %0 = ingot.conv %x, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, group = 8, channels_last}
      : (tensor<1x9x9x8xf32>, tensor<16x1x3x3xf32>) -> tensor<1x7x7x16xf32>
  %1 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>, group = 8, channels_last}
      : (tensor<1x9x9x8xf32>, tensor<24x1x3x3xf32>) -> tensor<1x7x7x24xf32>
  return %0, %1 : tensor<1x7x7x16xf32>, tensor<1x7x7x24xf32>
}
}

// -----

// A 1x1 convolution is a product; an extra that tells the images of the batch apart leaves the batch a dimension.
// CHECK: #[[MAP:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK: func.func private @k0_conv1x1(%{{.*}}: memref<?x64x6xf32>, %{{.*}}: memref<1x6x8xf32>, %{{.*}}: memref<?x64x8xf32>, %{{.*}}: memref<?x8xf32>)
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

// Where tile instructions would do the convolution, in panels of four vectors, the panels of minimal filtering are those
// of vectors all the same.
// CHECK: pack({{.*}}) : memref<1x8x4x4x256x32xf32> encoding winograd2
// CHECK: pack({{.*}}) : memref<1x8x3x3x512x64xf32>
// CHECK: tile.conv
// CHECK-LABEL: func.func @filtered_panels
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, amx_bf16 = true, l1 = 49152, l2 = 2097152, stream = 8>} {
func.func @filtered_panels(%x: tensor<1x14x14x256xf32> {ingot.name = "x"}, %u: tensor<1x14x14x512xf32> {ingot.name = "u"})
    -> (tensor<1x14x14x256xf32> {ingot.name = "y"}, tensor<1x14x14x512xf32> {ingot.name = "z"}) {
  %w = ingot.constant tensor<256x256x3x3xf32> = dense<1.0> : tensor<256x256x3x3xf32>
  %v = ingot.constant tensor<512x512x3x3xf32> = dense<1.0> : tensor<512x512x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
      group = 1, channels_last} : (tensor<1x14x14x256xf32>, tensor<256x256x3x3xf32>) -> tensor<1x14x14x256xf32>
  %1 = ingot.conv %u, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
      group = 1, channels_last} : (tensor<1x14x14x512xf32>, tensor<512x512x3x3xf32>) -> tensor<1x14x14x512xf32>
  return %0, %1 : tensor<1x14x14x256xf32>, tensor<1x14x14x512xf32>
}
}

// -----

// Many weights for few positions: three bytes an element, and the channels' scales in front of the bias.
// CHECK: rt.weight_data @{{.*}} : tensor<16x1x2x2xf32> pack(inner_dims_pos = [0], inner_tiles = [16],
// CHECK-SAME: outer_dims_perm = [0, 2, 3, 1]) : memref<16xf32> encoding fixed24_scales
// CHECK: rt.weight_data @{{.*}} : memref<1x2x2x1x3x4xi32> encoding fixed24
// CHECK: tile.conv ins(%{{.*}} : memref<1x2x3x1xf32>, memref<1x1x2x2x1x3x4xi32>)
// CHECK-SAME: fixed24
// CHECK: ^bb0(%[[SUM:.*]]: f32, %[[BIAS:.*]]: f32, %[[SCALE:.*]]: f32):
// CHECK:   %[[SCALED:.*]] = arith.mulf %[[SUM]], %[[SCALE]]
// CHECK:   arith.addf %[[SCALED]], %[[BIAS]]
// CHECK: rt.weight_data @{{.*}} : memref<1x4x3x4xi32> encoding fixed24
// CHECK: tile.matmul packed
// CHECK-SAME: fixed24
// CHECK-LABEL: func.func @few_positions
module attributes {rt.target = #tile.target<vector_bits = 128, registers = 32, funnel_shift = true, l1 = 64, l2 = 64>} {
func.func @few_positions(%x: tensor<1x2x3x1xf32> {ingot.name = "x"}, %u: tensor<1x1x2x4xf32> {ingot.name = "u"})
    -> (tensor<1x1x2x16xf32> {ingot.name = "y"}, tensor<1x1x2x16xf32> {ingot.name = "z"}) {
  %bias = ingot.constant tensor<16xf32> = dense<1.0> : tensor<16xf32>
  %w = ingot.constant tensor<16x1x2x2xf32> = dense<
      [[[[1.0, 2.0], [4.0, 1.0]]], [[[2.0, 3.0], [5.0, 2.0]]], [[[3.0, 4.0], [6.0, 3.0]]], [[[4.0, 5.0], [4.0, 4.0]]],
       [[[5.0, 6.0], [5.0, 5.0]]], [[[6.0, 2.0], [6.0, 6.0]]], [[[7.0, 3.0], [4.0, 1.0]]], [[[1.0, 4.0], [5.0, 2.0]]],
       [[[2.0, 5.0], [6.0, 3.0]]], [[[3.0, 6.0], [4.0, 4.0]]], [[[4.0, 2.0], [5.0, 5.0]]], [[[5.0, 3.0], [6.0, 6.0]]],
       [[[6.0, 4.0], [4.0, 1.0]]], [[[7.0, 5.0], [5.0, 2.0]]], [[[1.0, 6.0], [6.0, 3.0]]], [[[2.0, 2.0], [4.0, 4.0]]]]> : tensor<16x1x2x2xf32>
  %0 = ingot.conv %x, %w, %bias {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
      pads = array<i64: 0, 0, 0, 0>, group = 1, channels_last}
      : (tensor<1x2x3x1xf32>, tensor<16x1x2x2xf32>, tensor<16xf32>) -> tensor<1x1x2x16xf32>
  %v = ingot.constant tensor<16x4x1x1xf32> = dense<
      [[[[1.0]], [[2.0]], [[4.0]], [[1.0]]], [[[2.0]], [[3.0]], [[5.0]], [[2.0]]], [[[3.0]], [[4.0]], [[6.0]], [[3.0]]], [[[4.0]], [[5.0]], [[4.0]], [[4.0]]],
       [[[5.0]], [[6.0]], [[5.0]], [[5.0]]], [[[6.0]], [[2.0]], [[6.0]], [[6.0]]], [[[7.0]], [[3.0]], [[4.0]], [[1.0]]], [[[1.0]], [[4.0]], [[5.0]], [[2.0]]],
       [[[2.0]], [[5.0]], [[6.0]], [[3.0]]], [[[3.0]], [[6.0]], [[4.0]], [[4.0]]], [[[4.0]], [[2.0]], [[5.0]], [[5.0]]], [[[5.0]], [[3.0]], [[6.0]], [[6.0]]],
       [[[6.0]], [[4.0]], [[4.0]], [[1.0]]], [[[7.0]], [[5.0]], [[5.0]], [[2.0]]], [[[1.0]], [[6.0]], [[6.0]], [[3.0]]], [[[2.0]], [[2.0]], [[4.0]], [[4.0]]]]> : tensor<16x4x1x1xf32>
  %1 = ingot.conv %u, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>,
      group = 1, channels_last} : (tensor<1x1x2x4xf32>, tensor<16x4x1x1xf32>) -> tensor<1x1x2x16xf32>
  return %0, %1 : tensor<1x1x2x16xf32>, tensor<1x1x2x16xf32>
}
}

// -----

// A 1x1 convolution on channels-first memory is weights times each image's planes: nothing is transposed. The bias is
// one of rows, and what the epilogue reads comes as planes too.
// CHECK: #[[ROW:.*]] = affine_map<(d0, d1, d2) -> (d1)>
// CHECK-NOT: @k0_transpose
// CHECK: func.func private @k0_conv1x1(%{{.*}}: memref<8x6xf32>, %{{.*}}: memref<?x6x64xf32>, %{{.*}}: memref<?x8x64xf32>, %{{.*}}: memref<8xf32>, %{{.*}}: memref<?x8x64xf32>)
// CHECK: tile.matmul row_major
// CHECK-SAME: extra_maps = [#[[ROW]], #
// CHECK-LABEL: func.func @planes
module {
func.func @planes(%x: tensor<?x6x8x8xf32> {ingot.name = "x", ingot.dims = ["N", "", "", ""]},
                  %g: tensor<?x8x8x8xf32> {ingot.name = "g", ingot.dims = ["N", "", "", ""]})
    -> (tensor<?x8x8x8xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<8x6x1x1xf32> = dense<1.0> : tensor<8x6x1x1xf32>
  %b = ingot.constant tensor<8xf32> = dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]> : tensor<8xf32>
  %0 = ingot.fused %x, %w, %b, %g : (tensor<?x6x8x8xf32>, tensor<8x6x1x1xf32>, tensor<8xf32>, tensor<?x8x8x8xf32>)
      -> tensor<?x8x8x8xf32> {
  ^bb0(%xx: tensor<?x6x8x8xf32>, %ww: tensor<8x6x1x1xf32>, %bb: tensor<8xf32>, %gg: tensor<?x8x8x8xf32>):
    %1 = ingot.conv %xx, %ww, %bb {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
        pads = array<i64: 0, 0, 0, 0>} : (tensor<?x6x8x8xf32>, tensor<8x6x1x1xf32>, tensor<8xf32>) -> tensor<?x8x8x8xf32>
    %2 = ingot.mul %1, %gg : (tensor<?x8x8x8xf32>, tensor<?x8x8x8xf32>) -> tensor<?x8x8x8xf32>
    ingot.yield %2 : tensor<?x8x8x8xf32>
  }
  return %0 : tensor<?x8x8x8xf32>
}
}

// -----

// What the epilogue reads a line at a time is no row of pixels: channels go last and back.
// CHECK: func.func private @k0_transpose
// CHECK: tile.matmul packed
// CHECK-LABEL: func.func @lines
module {
func.func @lines(%x: tensor<1x6x8x8xf32> {ingot.name = "x"}, %g: tensor<1x1x1x8xf32> {ingot.name = "g"})
    -> (tensor<1x8x8x8xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<8x6x1x1xf32> = dense<1.0> : tensor<8x6x1x1xf32>
  %0 = ingot.fused %x, %w, %g : (tensor<1x6x8x8xf32>, tensor<8x6x1x1xf32>, tensor<1x1x1x8xf32>) -> tensor<1x8x8x8xf32> {
  ^bb0(%xx: tensor<1x6x8x8xf32>, %ww: tensor<8x6x1x1xf32>, %gg: tensor<1x1x1x8xf32>):
    %1 = ingot.conv %xx, %ww {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
        : (tensor<1x6x8x8xf32>, tensor<8x6x1x1xf32>) -> tensor<1x8x8x8xf32>
    %2 = ingot.mul %1, %gg : (tensor<1x8x8x8xf32>, tensor<1x1x1x8xf32>) -> tensor<1x8x8x8xf32>
    ingot.yield %2 : tensor<1x8x8x8xf32>
  }
  return %0 : tensor<1x8x8x8xf32>
}
}

// -----

// Groups of few channels on channels-first memory: planes, with the weights as the model has them.
// CHECK: rt.weight_data {{.*}} : tensor<4x2x2x3x3xf32> : memref<4x2x2x3x3xf32>
// CHECK: func.func private @k0_conv(
// CHECK: tile.planes_conv
// CHECK-SAME: pads = array<i64: 1, 0>
// CHECK-LABEL: func.func @groups
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true>} {
func.func @groups(%x: tensor<?x8x9x9xf32> {ingot.name = "x", ingot.dims = ["N", "", "", ""]})
    -> (tensor<?x8x9x9xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<8x2x3x3xf32> = dense<1.0> : tensor<8x2x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 0, 1, 2>,
      group = 4} : (tensor<?x8x9x9xf32>, tensor<8x2x3x3xf32>) -> tensor<?x8x9x9xf32>
  return %0 : tensor<?x8x9x9xf32>
}
}

// -----

// The copy of lines needs masks.
// CHECK: func.func private @k0_transpose
// CHECK: tile.depthwise_conv
module attributes {rt.target = #tile.target<vector_bits = 256, registers = 16>} {
func.func @no_masks(%x: tensor<1x8x9x9xf32> {ingot.name = "x"}) -> (tensor<1x8x9x9xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<8x1x3x3xf32> = dense<1.0> : tensor<8x1x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
      group = 8} : (tensor<1x8x9x9xf32>, tensor<8x1x3x3xf32>) -> tensor<1x8x9x9xf32>
  return %0 : tensor<1x8x9x9xf32>
}
}

// -----

// Two images of 6 x 6 positions by weights that no core's own cache holds are one product of the windows, which zeros
// surround; what is added to them is as the output. Weights that stay there, and one image, are convolutions.
// CHECK-LABEL: func.func private @k0_windows
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : memref<2x8x8x256xf32>)
// CHECK: linalg.generic {{.*}} outs(%{{.*}} : memref<2x6x6x256xf32, strided<[16384, 2048, 256, 1], offset: 2304>>)
// CHECK: linalg.generic {{.*}} ins(%{{.*}} : memref<2x8x8x256xf32>) outs(%{{.*}} : memref<2x6x6x3x3x256xf32>)
// CHECK-LABEL: func.func private @k1_conv
// CHECK: tile.matmul packed ins(%{{.*}} : memref<72x2304xf32>, memref<8x2304x32xf32>) outs(%{{[^ ]*}} : memref<72x256xf32>)
// CHECK-SAME: extras(%{{.*}} : memref<72x256xf32>)
// CHECK: tile.conv ins(%{{.*}} : memref<2x6x6x128xf32>
// CHECK: tile.conv ins(%{{.*}} : memref<1x6x6x256xf32>
// CHECK-LABEL: func.func @windows
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, l2 = 2097152>} {
func.func @windows(%x: tensor<2x6x6x256xf32> {ingot.name = "x"}, %r: tensor<2x6x6x256xf32> {ingot.name = "r"},
                   %s: tensor<2x6x6x128xf32> {ingot.name = "s"}, %t: tensor<1x6x6x256xf32> {ingot.name = "t"})
    -> (tensor<2x6x6x256xf32> {ingot.name = "y"}, tensor<2x6x6x100xf32> {ingot.name = "z"}, tensor<1x6x6x256xf32> {ingot.name = "u"}) {
  %w = ingot.constant tensor<256x256x3x3xf32> = dense<1.0> : tensor<256x256x3x3xf32>
  %v = ingot.constant tensor<100x128x3x3xf32> = dense<1.0> : tensor<100x128x3x3xf32>
  %0 = ingot.fused %x, %w, %r : (tensor<2x6x6x256xf32>, tensor<256x256x3x3xf32>, tensor<2x6x6x256xf32>) -> tensor<2x6x6x256xf32> {
  ^bb0(%a: tensor<2x6x6x256xf32>, %b: tensor<256x256x3x3xf32>, %c: tensor<2x6x6x256xf32>):
    %3 = ingot.conv %a, %b {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, channels_last}
        : (tensor<2x6x6x256xf32>, tensor<256x256x3x3xf32>) -> tensor<2x6x6x256xf32>
    %4 = ingot.add %3, %c : (tensor<2x6x6x256xf32>, tensor<2x6x6x256xf32>) -> tensor<2x6x6x256xf32>
    ingot.yield %4 : tensor<2x6x6x256xf32>
  }
  %1 = ingot.conv %s, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>, channels_last}
      : (tensor<2x6x6x128xf32>, tensor<100x128x3x3xf32>) -> tensor<2x6x6x100xf32>
  %2 = ingot.conv %t, %w {strides = array<i64: 1, 1>, dilations = array<i64: 2, 2>, pads = array<i64: 2, 2, 2, 2>, channels_last}
      : (tensor<1x6x6x256xf32>, tensor<256x256x3x3xf32>) -> tensor<1x6x6x256xf32>
  return %0, %1, %2 : tensor<2x6x6x256xf32>, tensor<2x6x6x100xf32>, tensor<1x6x6x256xf32>
}
}

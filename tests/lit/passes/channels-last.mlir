// RUN: ingot-opt %s --split-input-file --channels-last --fold-constants --canonicalize | FileCheck %s

// Between convolutions nothing is transposed: elementwise operators, constants, pools, concatenations, slices, pads and
// reductions run with the channels last. The end of the reduction is the same in both orders.
// CHECK-LABEL: @chain
// CHECK-DAG: %[[S:.*]] = ingot.constant tensor<1x1x1x12xf32>
// CHECK: ingot.transpose %arg0 {perm = array<i64: 0, 2, 3, 1>}
// CHECK-NOT: ingot.transpose
// CHECK: ingot.conv {{.*}} {channels_last
// CHECK: ingot.mul %{{.*}}, %[[S]]
// CHECK: ingot.pool max {{.*}}channels_last
// CHECK: ingot.concat {{.*}} {axis = 3 : i64}
// CHECK: ingot.pad
// CHECK: ingot.conv {{.*}} {channels_last
// CHECK: ingot.softmax {{.*}} {axis = 3 : i64}
// CHECK: ingot.reduce mean {{.*}}axes = array<i64: 1, 2>
// CHECK-NOT: ingot.transpose
// CHECK: return
func.func @chain(%x: tensor<?x3x8x8xf32>) -> tensor<?x12xf32> {
  %w = ingot.constant tensor<12x3x3x3xf32> = dense<1.0> : tensor<12x3x3x3xf32>
  %v = ingot.constant tensor<12x24x1x1xf32> = dense<1.0> : tensor<12x24x1x1xf32>
  %s = ingot.constant tensor<12x1x1xf32> = dense<2.0> : tensor<12x1x1xf32>
  %pads = ingot.constant tensor<8xi64> = dense<[0, 0, 1, 0, 0, 0, 1, 0]> : tensor<8xi64>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<?x3x8x8xf32>, tensor<12x3x3x3xf32>) -> tensor<?x12x8x8xf32>
  %1 = ingot.mul %0, %s : (tensor<?x12x8x8xf32>, tensor<12x1x1xf32>) -> tensor<?x12x8x8xf32>
  %2 = ingot.pool max %1 {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
      pads = array<i64: 1, 1, 1, 1>} : (tensor<?x12x8x8xf32>) -> tensor<?x12x8x8xf32>
  %3 = ingot.concat %1, %2 {axis = 1 : i64} : (tensor<?x12x8x8xf32>, tensor<?x12x8x8xf32>) -> tensor<?x24x8x8xf32>
  %4 = ingot.pad %3, %pads : (tensor<?x24x8x8xf32>, tensor<8xi64>) -> tensor<?x24x10x8xf32>
  %5 = ingot.conv %4, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
      : (tensor<?x24x10x8xf32>, tensor<12x24x1x1xf32>) -> tensor<?x12x10x8xf32>
  %6 = ingot.softmax %5 {axis = 1 : i64} : (tensor<?x12x10x8xf32>) -> tensor<?x12x10x8xf32>
  %7 = ingot.reduce mean %6 {axes = array<i64: 2, 3>, keep_dims = false} : (tensor<?x12x10x8xf32>) -> tensor<?x12xf32>
  return %7 : tensor<?x12xf32>
}

// -----

// A model that keeps its channels last itself and transposes around each convolution needs no transposes at all.
// CHECK-LABEL: @own_transposes
// CHECK-NOT: ingot.transpose
// CHECK: ingot.conv %arg0, %{{.*}} {channels_last
// CHECK-NEXT: return
func.func @own_transposes(%x: tensor<1x8x8x3xf32>) -> tensor<1x8x8x12xf32> {
  %w = ingot.constant tensor<12x3x3x3xf32> = dense<1.0> : tensor<12x3x3x3xf32>
  %0 = ingot.transpose %x {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x8x8x3xf32>) -> tensor<1x3x8x8xf32>
  %1 = ingot.conv %0, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<1x3x8x8xf32>, tensor<12x3x3x3xf32>) -> tensor<1x12x8x8xf32>
  %2 = ingot.transpose %1 {perm = array<i64: 0, 2, 3, 1>} : (tensor<1x12x8x8xf32>) -> tensor<1x8x8x12xf32>
  return %2 : tensor<1x8x8x12xf32>
}

// -----

// Spatial dimensions merge in either order; then the tokens' own transpose is free.
// CHECK-LABEL: @tokens
// CHECK: ingot.transpose %arg0
// CHECK: ingot.conv
// CHECK: ingot.reshape {{.*}} -> tensor<1x64x12xf32>
// CHECK-NOT: ingot.transpose
// CHECK: ingot.matmul
func.func @tokens(%x: tensor<1x3x8x8xf32>, %m: tensor<12x5xf32>) -> tensor<1x64x5xf32> {
  %w = ingot.constant tensor<12x3x3x3xf32> = dense<1.0> : tensor<12x3x3x3xf32>
  %shape = ingot.constant tensor<3xi64> = dense<[0, 0, -1]> : tensor<3xi64>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<1x3x8x8xf32>, tensor<12x3x3x3xf32>) -> tensor<1x12x8x8xf32>
  %1 = ingot.reshape %0, %shape : (tensor<1x12x8x8xf32>, tensor<3xi64>) -> tensor<1x12x64xf32>
  %2 = ingot.transpose %1 {perm = array<i64: 0, 2, 1>} : (tensor<1x12x64xf32>) -> tensor<1x64x12xf32>
  %3 = ingot.matmul %2, %m : (tensor<1x64x12xf32>, tensor<12x5xf32>) -> tensor<1x64x5xf32>
  return %3 : tensor<1x64x5xf32>
}

// -----

// One channel in, one out: both orders are the same memory.
// CHECK-LABEL: @one_channel
// CHECK-NOT: ingot.transpose
// CHECK: ingot.conv
// CHECK-NOT: ingot.transpose
// CHECK: return
func.func @one_channel(%x: tensor<?x1x?xf32>) -> tensor<?x1x?xf32> {
  %w = ingot.constant tensor<1x1x3xf32> = dense<1.0> : tensor<1x1x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 1, 1>}
      : (tensor<?x1x?xf32>, tensor<1x1x3xf32>) -> tensor<?x1x?xf32>
  return %0 : tensor<?x1x?xf32>
}

// -----

// Without convolutions nothing changes, and a branch that reads a convolution's result gets it as it was.
// CHECK-LABEL: @branch
// CHECK: %[[C:.*]] = ingot.conv
// CHECK: %[[P:.*]] = ingot.transpose %[[C]] {perm = array<i64: 0, 3, 1, 2>}
// CHECK: ingot.if
// CHECK: ingot.relu %[[P]]
// CHECK: ingot.softmax {{.*}} {axis = 1 : i64}
func.func @branch(%c: tensor<i1>, %x: tensor<1x16x8x8xf32>) -> tensor<1x12x8x8xf32> {
  %w = ingot.constant tensor<12x16x3x3xf32> = dense<1.0> : tensor<12x16x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<1x16x8x8xf32>, tensor<12x16x3x3xf32>) -> tensor<1x12x8x8xf32>
  %1 = ingot.if %c : (tensor<i1>) -> tensor<1x12x8x8xf32> {
    %2 = ingot.relu %0 : (tensor<1x12x8x8xf32>) -> tensor<1x12x8x8xf32>
    %3 = ingot.softmax %2 {axis = 1 : i64} : (tensor<1x12x8x8xf32>) -> tensor<1x12x8x8xf32>
    ingot.yield %3 : tensor<1x12x8x8xf32>
  } else {
    ingot.yield %0 : tensor<1x12x8x8xf32>
  }
  return %1 : tensor<1x12x8x8xf32>
}

// -----

// Tensors of fewer than three dimensions have no channels to move, slices of them neither.
// CHECK-LABEL: @slice_of_a_row
// CHECK-NOT: ingot.transpose
// CHECK: ingot.slice
// CHECK-NOT: ingot.transpose
func.func @slice_of_a_row(%x: tensor<6xf32>) -> tensor<2xf32> {
  %starts = ingot.constant tensor<1xi64> = dense<2> : tensor<1xi64>
  %ends = ingot.constant tensor<1xi64> = dense<4> : tensor<1xi64>
  %axes = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
  %0 = ingot.slice %x, %starts, %ends, %axes {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
      : (tensor<6xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// A 1x1 convolution between channels-first tensors is weights times planes: two transposes would cost more.
// CHECK-LABEL: @planes
// CHECK-NOT: ingot.transpose
// CHECK: ingot.conv %arg0, %{{[0-9]+}} {dilations
// CHECK-NOT: ingot.transpose
// CHECK: return
func.func @planes(%x: tensor<1x64x32x32xf32>) -> tensor<1x256x32x32xf32> {
  %w = ingot.constant tensor<256x64x1x1xf32> = dense<1.0> : tensor<256x64x1x1xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
      : (tensor<1x64x32x32xf32>, tensor<256x64x1x1xf32>) -> tensor<1x256x32x32xf32>
  return %0 : tensor<1x256x32x32xf32>
}

// -----

// Not where planes are too small to fill vectors, nor behind another convolution, nor with strides.
// CHECK-LABEL: @no_planes
// CHECK: ingot.conv %{{[0-9]+}}, %{{[0-9]+}} {channels_last
// CHECK-LABEL: @no_planes_behind
// CHECK-COUNT-2: channels_last
// CHECK-LABEL: @no_planes_of_strides
// CHECK: channels_last
func.func @no_planes(%x: tensor<1x512x7x7xf32>) -> tensor<1x512x7x7xf32> {
  %w = ingot.constant tensor<512x512x1x1xf32> = dense<1.0> : tensor<512x512x1x1xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
      : (tensor<1x512x7x7xf32>, tensor<512x512x1x1xf32>) -> tensor<1x512x7x7xf32>
  return %0 : tensor<1x512x7x7xf32>
}
func.func @no_planes_behind(%x: tensor<1x3x32x32xf32>) -> tensor<1x4x32x32xf32> {
  %v = ingot.constant tensor<64x3x3x3xf32> = dense<1.0> : tensor<64x3x3x3xf32>
  %w = ingot.constant tensor<4x64x1x1xf32> = dense<1.0> : tensor<4x64x1x1xf32>
  %0 = ingot.conv %x, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<1x3x32x32xf32>, tensor<64x3x3x3xf32>) -> tensor<1x64x32x32xf32>
  %1 = ingot.conv %0, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
      : (tensor<1x64x32x32xf32>, tensor<4x64x1x1xf32>) -> tensor<1x4x32x32xf32>
  return %1 : tensor<1x4x32x32xf32>
}
func.func @no_planes_of_strides(%x: tensor<1x64x32x32xf32>) -> tensor<1x256x16x16xf32> {
  %w = ingot.constant tensor<256x64x1x1xf32> = dense<1.0> : tensor<256x64x1x1xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
      : (tensor<1x64x32x32xf32>, tensor<256x64x1x1xf32>) -> tensor<1x256x16x16xf32>
  return %0 : tensor<1x256x16x16xf32>
}

// -----

// Groups of few channels do not fill vectors side by side: lines of planes do. Of one group, its outputs do; but where
// that would move more elements than it saves, or leave lanes empty, lines do as well. Lines have room on the stack.
// CHECK-LABEL: @planes_of_groups
// CHECK-NOT: ingot.transpose
// CHECK: ingot.conv %arg0, %{{[0-9]+}} {dilations
// CHECK-NOT: ingot.transpose
// CHECK: return
// CHECK-LABEL: @planes_of_many_outputs
// CHECK-NOT: ingot.transpose
// CHECK: ingot.conv %arg0, %{{[0-9]+}} {dilations
// CHECK-LABEL: @planes_of_ragged_outputs
// CHECK-NOT: ingot.transpose
// CHECK: ingot.conv %arg0, %{{[0-9]+}} {dilations
// CHECK-LABEL: @no_planes_of_short_lines
// CHECK: ingot.conv %{{[0-9]+}}, %{{[0-9]+}} {channels_last
// CHECK-LABEL: @no_planes_of_whole_vectors
// CHECK: ingot.conv %{{[0-9]+}}, %{{[0-9]+}} {channels_last
// CHECK-LABEL: @no_planes_of_long_strides
// CHECK: ingot.conv %{{[0-9]+}}, %{{[0-9]+}} {channels_last
// CHECK-LABEL: @no_planes_of_long_lines
// CHECK: ingot.conv %{{[0-9]+}}, %{{[0-9]+}} {channels_last
func.func @planes_of_groups(%x: tensor<?x32x56x56xf32>) -> tensor<?x32x28x28xf32> {
  %w = ingot.constant tensor<32x4x3x3xf32> = dense<1.0> : tensor<32x4x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>,
      group = 8} : (tensor<?x32x56x56xf32>, tensor<32x4x3x3xf32>) -> tensor<?x32x28x28xf32>
  return %0 : tensor<?x32x28x28xf32>
}
func.func @planes_of_many_outputs(%x: tensor<1x3x56x56xf32>) -> tensor<1x64x56x56xf32> {
  %w = ingot.constant tensor<64x3x3x3xf32> = dense<1.0> : tensor<64x3x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<1x3x56x56xf32>, tensor<64x3x3x3xf32>) -> tensor<1x64x56x56xf32>
  return %0 : tensor<1x64x56x56xf32>
}
func.func @planes_of_ragged_outputs(%x: tensor<1x17x37x37xf32>) -> tensor<1x23x37x37xf32> {
  %w = ingot.constant tensor<23x17x3x3xf32> = dense<1.0> : tensor<23x17x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<1x17x37x37xf32>, tensor<23x17x3x3xf32>) -> tensor<1x23x37x37xf32>
  return %0 : tensor<1x23x37x37xf32>
}
func.func @no_planes_of_short_lines(%x: tensor<1x30x40x40xf32>) -> tensor<1x16x20x20xf32> {
  %w = ingot.constant tensor<16x30x3x3xf32> = dense<1.0> : tensor<16x30x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<1x30x40x40xf32>, tensor<16x30x3x3xf32>) -> tensor<1x16x20x20xf32>
  return %0 : tensor<1x16x20x20xf32>
}
func.func @no_planes_of_whole_vectors(%x: tensor<1x16x56x56xf32>) -> tensor<1x16x56x56xf32> {
  %w = ingot.constant tensor<16x16x3x3xf32> = dense<1.0> : tensor<16x16x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<1x16x56x56xf32>, tensor<16x16x3x3xf32>) -> tensor<1x16x56x56xf32>
  return %0 : tensor<1x16x56x56xf32>
}
func.func @no_planes_of_long_strides(%x: tensor<1x17x60x60xf32>) -> tensor<1x23x20x20xf32> {
  %w = ingot.constant tensor<23x17x3x3xf32> = dense<1.0> : tensor<23x17x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 3, 3>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<1x17x60x60xf32>, tensor<23x17x3x3xf32>) -> tensor<1x23x20x20xf32>
  return %0 : tensor<1x23x20x20xf32>
}
func.func @no_planes_of_long_lines(%x: tensor<1x8x3x400000xf32>) -> tensor<1x8x3x400000xf32> {
  %w = ingot.constant tensor<8x8x3x3xf32> = dense<1.0> : tensor<8x8x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<1x8x3x400000xf32>, tensor<8x8x3x3xf32>) -> tensor<1x8x3x400000xf32>
  return %0 : tensor<1x8x3x400000xf32>
}

// -----

// Rows of all channels and pixels are multiplied as they lie: the rows of the constant matrices move instead.
// CHECK-LABEL: @rows
// CHECK-DAG: %[[A:.*]] = ingot.constant tensor<4x1xf32> = dense<{{\[\[}}1.000000e+00], [3.000000e+00], [2.000000e+00], [4.000000e+00]]>
// CHECK-DAG: %[[B:.*]] = ingot.constant tensor<2x4xf32> = dense<{{\[\[}}1.000000e+00, 3.000000e+00, 2.000000e+00, 4.000000e+00], [5.000000e+00, 7.000000e+00, 6.000000e+00, 8.000000e+00]]>
// CHECK: ingot.conv {{.*}} {channels_last
// CHECK-NOT: ingot.transpose
// CHECK: %[[Y:.*]] = ingot.flatten %{{.*}} {axis = 1 : i64} : (tensor<?x1x2x2xf32>) -> tensor<?x4xf32>
// CHECK: ingot.matmul %[[Y]], %[[A]] :
// CHECK: ingot.matmul %[[Y]], %[[B]] {transpose_b}
func.func @rows(%x: tensor<?x1x2x16xf32>) -> (tensor<?x1xf32>, tensor<?x2xf32>) {
  %w = ingot.constant tensor<2x16x3x3xf32> = dense<1.0> : tensor<2x16x3x3xf32>
  %a = ingot.constant tensor<4x1xf32> = dense<[[1.0], [2.0], [3.0], [4.0]]> : tensor<4x1xf32>
  %b = ingot.constant tensor<2x4xf32> = dense<[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]> : tensor<2x4xf32>
  %shape = ingot.constant tensor<2xi64> = dense<[0, 4]> : tensor<2xi64>
  %0 = ingot.transpose %x {perm = array<i64: 0, 3, 1, 2>} : (tensor<?x1x2x16xf32>) -> tensor<?x16x1x2xf32>
  %1 = ingot.conv %0, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<?x16x1x2xf32>, tensor<2x16x3x3xf32>) -> tensor<?x2x1x2xf32>
  %2 = ingot.reshape %1, %shape : (tensor<?x2x1x2xf32>, tensor<2xi64>) -> tensor<?x4xf32>
  %3 = ingot.matmul %2, %a : (tensor<?x4xf32>, tensor<4x1xf32>) -> tensor<?x1xf32>
  %4 = ingot.matmul %2, %b {transpose_b} : (tensor<?x4xf32>, tensor<2x4xf32>) -> tensor<?x2xf32>
  return %3, %4 : tensor<?x1xf32>, tensor<?x2xf32>
}

// -----

// Not those that somebody else reads, and those of one pixel need nothing: their matrix stays as it is.
// CHECK-LABEL: @other_rows
// CHECK: %[[A:.*]] = ingot.constant tensor<4x1xf32> = dense<{{\[\[}}1.000000e+00], [2.000000e+00], [3.000000e+00], [4.000000e+00]]>
// CHECK: ingot.conv {{.*}} {channels_last
// CHECK: %[[T:.*]] = ingot.transpose %{{.*}} {perm = array<i64: 0, 3, 1, 2>}
// CHECK: %[[Y:.*]] = ingot.flatten %[[T]]
// CHECK: ingot.matmul %[[Y]], %[[A]] :
// CHECK: ingot.pool
// CHECK-NOT: ingot.transpose
// CHECK: ingot.matmul %{{.*}}, %[[A]] :
func.func @other_rows(%x: tensor<1x1x2x16xf32>) -> (tensor<1x1xf32>, tensor<1x4xf32>, tensor<1x1xf32>) {
  %w = ingot.constant tensor<2x16x3x3xf32> = dense<1.0> : tensor<2x16x3x3xf32>
  %v = ingot.constant tensor<4x2x1x1xf32> = dense<1.0> : tensor<4x2x1x1xf32>
  %a = ingot.constant tensor<4x1xf32> = dense<[[1.0], [2.0], [3.0], [4.0]]> : tensor<4x1xf32>
  %0 = ingot.transpose %x {perm = array<i64: 0, 3, 1, 2>} : (tensor<1x1x2x16xf32>) -> tensor<1x16x1x2xf32>
  %1 = ingot.conv %0, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<1x16x1x2xf32>, tensor<2x16x3x3xf32>) -> tensor<1x2x1x2xf32>
  %2 = ingot.flatten %1 {axis = 1 : i64} : (tensor<1x2x1x2xf32>) -> tensor<1x4xf32>
  %3 = ingot.matmul %2, %a : (tensor<1x4xf32>, tensor<4x1xf32>) -> tensor<1x1xf32>
  %4 = ingot.relu %2 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %5 = ingot.conv %1, %v {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>}
      : (tensor<1x2x1x2xf32>, tensor<4x2x1x1xf32>) -> tensor<1x4x1x2xf32>
  %6 = ingot.pool average %5 {kernel = array<i64: 1, 2>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
      pads = array<i64: 0, 0, 0, 0>} : (tensor<1x4x1x2xf32>) -> tensor<1x4x1x1xf32>
  %7 = ingot.flatten %6 {axis = 1 : i64} : (tensor<1x4x1x1xf32>) -> tensor<1x4xf32>
  %8 = ingot.matmul %7, %a : (tensor<1x4xf32>, tensor<4x1xf32>) -> tensor<1x1xf32>
  return %3, %4, %8 : tensor<1x1xf32>, tensor<1x4xf32>, tensor<1x1xf32>
}

// -----

// Nor a matrix whose copy would take much memory.
// CHECK-LABEL: @large_matrix
// CHECK: ingot.conv {{.*}} {channels_last
// CHECK: ingot.transpose %{{.*}} {perm = array<i64: 0, 3, 1, 2>}
// CHECK: ingot.matmul
func.func @large_matrix(%x: tensor<1x16x64x64xf32>) -> tensor<1x4097xf32> {
  %v = ingot.constant tensor<16x16x3x3xf32> = dense<1.0> : tensor<16x16x3x3xf32>
  %a = ingot.constant tensor<4096x4097xf32> = dense<1.0> : tensor<4096x4097xf32>
  %0 = ingot.conv %x, %v {strides = array<i64: 4, 4>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<1x16x64x64xf32>, tensor<16x16x3x3xf32>) -> tensor<1x16x16x16xf32>
  %1 = ingot.flatten %0 {axis = 1 : i64} : (tensor<1x16x16x16xf32>) -> tensor<1x4096xf32>
  %2 = ingot.matmul %1, %a : (tensor<1x4096xf32>, tensor<4096x4097xf32>) -> tensor<1x4097xf32>
  return %2 : tensor<1x4097xf32>
}

// -----

// Nor what has no pixels.
// CHECK-LABEL: @no_pixels
// CHECK: ingot.reshape %arg0
// CHECK: ingot.flatten %arg1
// CHECK-NOT: ingot.transpose
// CHECK: return
func.func @no_pixels(%x: tensor<4xf32>, %y: tensor<?x4xf32>) -> (tensor<1x1xf32>, tensor<?x1xf32>) {
  %a = ingot.constant tensor<4x1xf32> = dense<[[1.0], [2.0], [3.0], [4.0]]> : tensor<4x1xf32>
  %shape = ingot.constant tensor<2xi64> = dense<[1, 4]> : tensor<2xi64>
  %0 = ingot.reshape %x, %shape : (tensor<4xf32>, tensor<2xi64>) -> tensor<1x4xf32>
  %1 = ingot.matmul %0, %a : (tensor<1x4xf32>, tensor<4x1xf32>) -> tensor<1x1xf32>
  %2 = ingot.flatten %y {axis = 1 : i64} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %3 = ingot.matmul %2, %a : (tensor<?x4xf32>, tensor<4x1xf32>) -> tensor<?x1xf32>
  return %1, %3 : tensor<1x1xf32>, tensor<?x1xf32>
}

// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s

// Parts of a concatenation are computed in its memory, here an output's; what others read too is copied.
// CHECK-LABEL: func.func private @k1_concat
// CHECK: memref.subview %{{.*}}[0, 5] [%{{.*}}, 5] [1, 1]
// CHECK-LABEL: func.func @parts
// CHECK: %[[Y:.*]] = rt.output 0(%{{.*}}) : memref<?x10xf32>
// CHECK: %[[PART:.*]] = memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [%{{.*}}, 5], strides: [10, 1]
// CHECK: call @k0_relu(%{{.*}}, %{{.*}}, %[[PART]])
// CHECK: call @k1_concat(%{{.*}}, %arg1, %[[Y]])
func.func @parts(%x: tensor<?x5xf32> {ingot.name = "x", ingot.dims = ["N", ""]}) -> (tensor<?x10xf32> {ingot.name = "y"}) {
  %a = ingot.relu %x : (tensor<?x5xf32>) -> tensor<?x5xf32>
  %y = ingot.concat %a, %x {axis = 1 : i64} : (tensor<?x5xf32>, tensor<?x5xf32>) -> tensor<?x10xf32>
  return %y : tensor<?x10xf32>
}

// -----
// Through views that join dimensions, and concatenations in concatenations.
// CHECK-LABEL: func.func @nested
// CHECK: %[[Y:.*]] = rt.output 0() : memref<9x4xf32>
// CHECK: %[[A:.*]] = memref.reinterpret_cast %[[Y]] to offset: [0], sizes: [2, 3, 1], strides: [12, 4, 1]
// CHECK: call @k0_relu(%{{.*}}, %{{.*}}, %[[A]])
// CHECK: %[[B:.*]] = memref.reinterpret_cast %[[Y]] to offset: [1], sizes: [2, 3, 3], strides: [12, 4, 1]
// CHECK: call @k1_neg(%{{.*}}, %{{.*}}, %[[B]])
// CHECK: %[[C:.*]] = memref.reinterpret_cast %[[Y]] to offset: [24], sizes: [3, 4], strides: [4, 1]
// CHECK: call @k2_exp(%{{.*}}, %{{.*}}, %[[C]])
// CHECK-NOT: call
// CHECK: return
func.func @nested(%x: tensor<2x3x1xf32>, %z: tensor<2x3x3xf32>, %w: tensor<3x4xf32>) -> tensor<9x4xf32> {
  %a = ingot.relu %x : (tensor<2x3x1xf32>) -> tensor<2x3x1xf32>
  %b = ingot.neg %z : (tensor<2x3x3xf32>) -> tensor<2x3x3xf32>
  %ab = ingot.concat %a, %b {axis = 2 : i64} : (tensor<2x3x1xf32>, tensor<2x3x3xf32>) -> tensor<2x3x4xf32>
  %shape = ingot.constant tensor<2xi64> = dense<[6, 4]> : tensor<2xi64>
  %lines = ingot.reshape %ab, %shape : (tensor<2x3x4xf32>, tensor<2xi64>) -> tensor<6x4xf32>
  %c = ingot.exp %w : (tensor<3x4xf32>) -> tensor<3x4xf32>
  %y = ingot.concat %lines, %c {axis = 0 : i64} : (tensor<6x4xf32>, tensor<3x4xf32>) -> tensor<9x4xf32>
  return %y : tensor<9x4xf32>
}

// -----
// A part that is read elsewhere, too, has memory of its own.
// CHECK-LABEL: func.func @read_elsewhere
// CHECK: %[[A:.*]] = memref.alloc() : memref<2x3xf32>
// CHECK: call @k0_relu(%{{.*}}, %{{.*}}, %[[A]])
// CHECK: call @k2_concat(%{{.*}}, %[[A]], %{{.*}})
func.func @read_elsewhere(%x: tensor<2x3xf32>) -> (tensor<2x6xf32>, tensor<2x3xf32>) {
  %a = ingot.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %b = ingot.neg %a : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %y = ingot.concat %a, %x {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x6xf32>
  return %y, %b : tensor<2x6xf32>, tensor<2x3xf32>
}

// -----
// Kernels that write vectors of the last dimension do not where it would not be contiguous; others do.
// CHECK-LABEL: func.func @stacked
// CHECK: %[[Y:.*]] = rt.output 0() : memref<1x4x8x3xf32>
// CHECK: %[[CONV:.*]] = memref.alloc() : memref<1x4x8xf32>
// CHECK: %[[ROWS:.*]] = memref.collapse_shape %[[CONV]]
// CHECK: call @k1_conv1x1(%{{.*}}, %[[ROWS]])
// CHECK: %[[POOL:.*]] = memref.alloc() : memref<1x4x8xf32>
// CHECK: call @k2_max_pool(%{{.*}}, %[[POOL]])
// CHECK: %[[NEG:.*]] = memref.reinterpret_cast %[[Y]] to offset: [2], sizes: [1, 4, 8], strides: [1, 24, 3]
// CHECK: call @k3_neg(%{{.*}}, %[[NEG]])
// CHECK: call @k4_concat(%{{.*}}, %[[Y]])
func.func @stacked(%x: tensor<1x4x8xf32>, %w: tensor<8x8x1xf32>) -> tensor<1x4x8x3xf32> {
  %conv = ingot.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>, pads = array<i64: 0, 0>,
                             group = 1 : i64, channels_last}
    : (tensor<1x4x8xf32>, tensor<8x8x1xf32>) -> tensor<1x4x8xf32>
  %a = ingot.unsqueeze %conv {axes = array<i64: 3>} : (tensor<1x4x8xf32>) -> tensor<1x4x8x1xf32>
  %pool = ingot.pool max %x {kernel = array<i64: 1>, strides = array<i64: 1>, dilations = array<i64: 1>,
                             pads = array<i64: 0, 0>, channels_last}
    : (tensor<1x4x8xf32>) -> tensor<1x4x8xf32>
  %b = ingot.unsqueeze %pool {axes = array<i64: 3>} : (tensor<1x4x8xf32>) -> tensor<1x4x8x1xf32>
  %neg = ingot.neg %x : (tensor<1x4x8xf32>) -> tensor<1x4x8xf32>
  %c = ingot.unsqueeze %neg {axes = array<i64: 3>} : (tensor<1x4x8xf32>) -> tensor<1x4x8x1xf32>
  %y = ingot.concat %a, %b, %c {axis = 3 : i64} : (tensor<1x4x8x1xf32>, tensor<1x4x8x1xf32>, tensor<1x4x8x1xf32>) -> tensor<1x4x8x3xf32>
  return %y : tensor<1x4x8x3xf32>
}

// RUN: ingot-opt %s --split-input-file --channels-last --canonicalize | FileCheck %s

// CHECK-LABEL: @conv
// CHECK: ingot.transpose %{{.*}} {perm = array<i64: 0, 2, 3, 1>}
// CHECK: ingot.conv {{.*}} {channels_last
// CHECK: ingot.transpose %{{.*}} {perm = array<i64: 0, 3, 1, 2>}
func.func @conv(%x: tensor<1x3x8x8xf32>) -> tensor<1x4x8x8xf32> {
  %w = ingot.constant tensor<4x3x3x3xf32> = dense<1.0> : tensor<4x3x3x3xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 1, 1, 1, 1>}
      : (tensor<1x3x8x8xf32>, tensor<4x3x3x3xf32>) -> tensor<1x4x8x8xf32>
  return %0 : tensor<1x4x8x8xf32>
}

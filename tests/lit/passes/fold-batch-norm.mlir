// RUN: ingot-opt %s --fold-batch-norm --fold-constants --canonicalize --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @scale_and_shift
// CHECK-DAG: %[[W:.*]] = ingot.constant tensor<2x1x1x1xf32> = dense<{{\[\[\[\[}}6.000000e+00]]], {{\[\[\[}}1.200000e+01]]]]>
// CHECK-DAG: %[[B:.*]] = ingot.constant tensor<2xf32> = dense<[7.000000e+00, 8.000000e+00]>
// CHECK: %[[Y:.*]] = ingot.conv %{{.*}}, %[[W]], %[[B]]
// CHECK-NOT: ingot.mul
// CHECK-NOT: ingot.add
// CHECK: return %[[Y]]
func.func @scale_and_shift(%x: tensor<1x1x4x4xf32>) -> tensor<1x2x4x4xf32> {
  %w = ingot.constant tensor<2x1x1x1xf32> = dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %s = ingot.constant tensor<2x1x1xf32> = dense<[[[3.0]], [[4.0]]]> : tensor<2x1x1xf32>
  %t = ingot.constant tensor<2x1x1xf32> = dense<[[[7.0]], [[8.0]]]> : tensor<2x1x1xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x1x4x4xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x4x4xf32>
  %1 = ingot.mul %0, %s : (tensor<1x2x4x4xf32>, tensor<2x1x1xf32>) -> tensor<1x2x4x4xf32>
  %2 = ingot.add %1, %t : (tensor<1x2x4x4xf32>, tensor<2x1x1xf32>) -> tensor<1x2x4x4xf32>
  return %2 : tensor<1x2x4x4xf32>
}

// -----

// The convolution's own value is used too: it keeps its weight. A constant that differs along the width is no scale.
// CHECK-LABEL: func.func @no_fold
// CHECK: ingot.conv
// CHECK: ingot.mul
// CHECK: ingot.mul
func.func @no_fold(%x: tensor<1x1x4x2xf32>) -> (tensor<1x2x4x2xf32>, tensor<1x2x4x2xf32>, tensor<1x2x4x2xf32>) {
  %w = ingot.constant tensor<2x1x1x1xf32> = dense<[[[[2.0]]], [[[3.0]]]]> : tensor<2x1x1x1xf32>
  %s = ingot.constant tensor<2x1x1xf32> = dense<[[[3.0]], [[4.0]]]> : tensor<2x1x1xf32>
  %c = ingot.constant tensor<2xf32> = dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, pads = array<i64: 0, 0, 0, 0>} : (tensor<1x1x4x2xf32>, tensor<2x1x1x1xf32>) -> tensor<1x2x4x2xf32>
  %1 = ingot.mul %0, %s : (tensor<1x2x4x2xf32>, tensor<2x1x1xf32>) -> tensor<1x2x4x2xf32>
  %2 = ingot.mul %1, %c : (tensor<1x2x4x2xf32>, tensor<2xf32>) -> tensor<1x2x4x2xf32>
  return %0, %1, %2 : tensor<1x2x4x2xf32>, tensor<1x2x4x2xf32>, tensor<1x2x4x2xf32>
}

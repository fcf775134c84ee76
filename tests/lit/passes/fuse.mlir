// RUN: ingot-opt %s --fuse --split-input-file | FileCheck %s

// An epilogue: bias, activation and residual join the product; the literal comes along.
// CHECK-LABEL: func.func @epilogue
// CHECK: %[[F:.*]] = ingot.fused
// CHECK: ingot.matmul
// CHECK: ingot.add
// CHECK: ingot.relu
// CHECK: ingot.mul
// CHECK: ingot.yield
// CHECK: return %[[F]]
func.func @epilogue(%x: tensor<4x8xf32>, %w: tensor<8x16xf32>, %b: tensor<16xf32>) -> tensor<4x16xf32> {
  %two = ingot.constant tensor<f32> = dense<2.0> : tensor<f32>
  %0 = ingot.matmul %x, %w : (tensor<4x8xf32>, tensor<8x16xf32>) -> tensor<4x16xf32>
  %1 = ingot.add %0, %b : (tensor<4x16xf32>, tensor<16xf32>) -> tensor<4x16xf32>
  %2 = ingot.relu %1 : (tensor<4x16xf32>) -> tensor<4x16xf32>
  %3 = ingot.mul %2, %two : (tensor<4x16xf32>, tensor<f32>) -> tensor<4x16xf32>
  return %3 : tensor<4x16xf32>
}

// -----

// A value that is used twice inside the group does not end it.
// CHECK-LABEL: func.func @diamond
// CHECK: ingot.fused
// CHECK: ingot.sigmoid
// CHECK: ingot.mul
// CHECK: ingot.yield
func.func @diamond(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = ingot.exp %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = ingot.sigmoid %0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = ingot.mul %0, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}

// -----

// Two values are asked for: nothing to fuse.
// CHECK-LABEL: func.func @two_results
// CHECK-NOT: ingot.fused
func.func @two_results(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = ingot.exp %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = ingot.relu %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// -----

// A reduction of the group's value stands between: the subtraction depends on it from outside and must not join.
// CHECK-LABEL: func.func @through_a_reduction
// CHECK-NOT: ingot.fused
// CHECK: ingot.sub
func.func @through_a_reduction(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = ingot.exp %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = ingot.reduce max %0 {axes = array<i64: 0>} : (tensor<4xf32>) -> tensor<1xf32>
  %2 = ingot.sub %0, %1 : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}

// -----

// Another shape: the wider sum stays outside.
// CHECK-LABEL: func.func @wider
// CHECK-NOT: ingot.fused
func.func @wider(%x: tensor<4xf32>, %y: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = ingot.exp %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = ingot.add %0, %y : (tensor<4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %1 : tensor<2x4xf32>
}

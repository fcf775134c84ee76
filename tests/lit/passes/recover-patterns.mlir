// RUN: ingot-opt %s --recover-patterns --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @silu
// CHECK: ingot.silu
// CHECK-NOT: ingot.mul
func.func @silu(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = ingot.sigmoid %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = ingot.mul %x, %0 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @gelu
// CHECK: ingot.gelu %arg0
func.func @gelu(%x: tensor<4xf32>) -> tensor<4xf32> {
  %root = ingot.constant tensor<f32> = dense<1.41421354> : tensor<f32>
  %one = ingot.constant tensor<f32> = dense<1.0> : tensor<f32>
  %half = ingot.constant tensor<f32> = dense<0.5> : tensor<f32>
  %0 = ingot.div %x, %root : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = ingot.erf %0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = ingot.add %1, %one : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %3 = ingot.mul %x, %2 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %4 = ingot.mul %3, %half : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %4 : tensor<4xf32>
}

// -----

// CHECK-LABEL: func.func @normalize
// CHECK: ingot.normalize %arg0 {axes = array<i64: 1>, epsilon = 9.9999997473787516E-6 : f64}
func.func @normalize(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %eps = ingot.constant tensor<f32> = dense<1.0e-5> : tensor<f32>
  %two = ingot.constant tensor<f32> = dense<2.0> : tensor<f32>
  %m = ingot.reduce mean %x {axes = array<i64: 1>} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %d = ingot.sub %x, %m : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %p = ingot.pow %d, %two : (tensor<2x4xf32>, tensor<f32>) -> tensor<2x4xf32>
  %v = ingot.reduce mean %p {axes = array<i64: 1>} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %a = ingot.add %v, %eps : (tensor<2x1xf32>, tensor<f32>) -> tensor<2x1xf32>
  %s = ingot.sqrt %a : (tensor<2x1xf32>) -> tensor<2x1xf32>
  %y = ingot.div %d, %s : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}

// -----

// The variance is over another axis than the mean, the gate is of another value: nothing to recover.
// CHECK-LABEL: func.func @neither
// CHECK-NOT: ingot.normalize
// CHECK-NOT: ingot.silu
func.func @neither(%x: tensor<2x4xf32>, %z: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %eps = ingot.constant tensor<f32> = dense<1.0e-5> : tensor<f32>
  %m = ingot.reduce mean %x {axes = array<i64: 1>} : (tensor<2x4xf32>) -> tensor<2x1xf32>
  %d = ingot.sub %x, %m : (tensor<2x4xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  %p = ingot.mul %d, %d : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %v = ingot.reduce mean %p {axes = array<i64: 0>} : (tensor<2x4xf32>) -> tensor<1x4xf32>
  %a = ingot.add %v, %eps : (tensor<1x4xf32>, tensor<f32>) -> tensor<1x4xf32>
  %s = ingot.sqrt %a : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %y = ingot.div %d, %s : (tensor<2x4xf32>, tensor<1x4xf32>) -> tensor<2x4xf32>
  %g = ingot.sigmoid %z : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %w = ingot.mul %x, %g : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %y, %w : tensor<2x4xf32>, tensor<2x4xf32>
}

// RUN: ingot-opt %s --split-input-file --differentiate --infer-shapes --canonicalize --cse | FileCheck %s

// d(x * x + b) = 2 x; b was repeated along the rows, so that its gradient is the number of rows.
// CHECK-LABEL: func.func @square
// CHECK-SAME: %[[X:.*]]: tensor<?x3xf32>
// CHECK-NOT: ingot.gradient
// CHECK: %[[ONES:.*]] = ingot.expand
// CHECK: %[[GB:.*]] = ingot.reduce sum %[[ONES]] {axes = array<i64: 0>
// CHECK: %[[ROW:.*]] = ingot.squeeze %[[GB]] {axes = array<i64: 0>}
// CHECK: %[[PART:.*]] = ingot.mul %[[ONES]], %[[X]]
// CHECK: %[[GX:.*]] = ingot.add %[[PART]], %[[PART]]
// CHECK: return %[[GX]], %[[ROW]]
func.func @square(%x: tensor<?x3xf32> {ingot.dims = ["N", ""]}, %b: tensor<3xf32>) -> (tensor<?x3xf32>, tensor<3xf32>) {
  %0 = ingot.mul %x, %x : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  %1 = ingot.add %0, %b : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  %2:2 = ingot.gradient %1, %x, %b : (tensor<?x3xf32>, tensor<?x3xf32>, tensor<3xf32>) -> (tensor<?x3xf32>, tensor<3xf32>)
  return %2#0, %2#1 : tensor<?x3xf32>, tensor<3xf32>
}

// -----

// Products give products; a tensor that y does not depend on has no gradient.
// CHECK-LABEL: func.func @product
// CHECK-SAME: %[[X:.*]]: tensor<2x3xf32>, %[[W:.*]]: tensor<3x4xf32>, %[[Z:.*]]: tensor<5xf32>
// CHECK-DAG: ingot.matmul %{{.*}}, %[[W]] {transpose_b}
// CHECK-DAG: ingot.matmul %[[X]], %{{.*}} {transpose_a}
// CHECK-DAG: %[[NONE:.*]] = ingot.constant tensor<5xf32> = dense<0.000000e+00>
// CHECK: return {{.*}}, %[[NONE]]
func.func @product(%x: tensor<2x3xf32>, %w: tensor<3x4xf32>, %z: tensor<5xf32>)
    -> (tensor<2x3xf32>, tensor<3x4xf32>, tensor<5xf32>) {
  %0 = ingot.matmul %x, %w : (tensor<2x3xf32>, tensor<3x4xf32>) -> tensor<2x4xf32>
  %1:3 = ingot.gradient %0, %x, %w, %z : (tensor<2x4xf32>, tensor<2x3xf32>, tensor<3x4xf32>, tensor<5xf32>)
      -> (tensor<2x3xf32>, tensor<3x4xf32>, tensor<5xf32>)
  return %1#0, %1#1, %1#2 : tensor<2x3xf32>, tensor<3x4xf32>, tensor<5xf32>
}

// -----

// Nothing to differentiate.
// CHECK-LABEL: func.func @plain
// CHECK-NEXT: ingot.exp
// CHECK-NEXT: return
func.func @plain(%x: tensor<2xf32>) -> tensor<2xf32> {
  %0 = ingot.exp %x : (tensor<2xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

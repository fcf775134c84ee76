// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse --plan-memory | FileCheck %s
// The transposed operand is a view that the memory plan follows: what both products read stays live until the second.

// CHECK: func.func @main
// CHECK: %[[A:.*]] = memref.view %{{.*}}[%{{.*}}][] : memref<{{.*}}> to memref<2x3xf32>
// CHECK: %[[T:.*]] = memref.reinterpret_cast %[[A]] to offset: [0], sizes: [3, 2], strides: [1, 3]
// CHECK: memref.view
// CHECK: call @{{.*}}_matmul(%{{.*}}, %[[T]]
// CHECK: call @{{.*}}_matmul(%{{.*}}, %[[T]]
module attributes {rt.name = "t"} {
func.func @main(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) -> tensor<3x4xf32> {
  %0 = ingot.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = ingot.matmul %0, %y {transpose_a} : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<3x4xf32>
  %2 = ingot.exp %y : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %3 = ingot.matmul %0, %2 {transpose_a} : (tensor<2x3xf32>, tensor<2x4xf32>) -> tensor<3x4xf32>
  %4 = ingot.add %1, %3 : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  return %4 : tensor<3x4xf32>
}
}

// -----

// Batches that only the run time knows to be equal: their stride may be 0, the matrices' are as they are.
// CHECK-LABEL: func.func @two_batches
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [%{{.*}}, 3, 5], strides: [%{{.*}}, 5, 1]
module {
func.func @two_batches(%x: tensor<?x4x3xf32> {ingot.name = "x", ingot.dims = ["N", "", ""]},
                       %y: tensor<?x3x5xf32> {ingot.name = "y", ingot.dims = ["M", "", ""]})
    -> (tensor<?x4x5xf32> {ingot.name = "z"}) {
  %0 = ingot.matmul %x, %y : (tensor<?x4x3xf32>, tensor<?x3x5xf32>) -> tensor<?x4x5xf32>
  return %0 : tensor<?x4x5xf32>
}
}

// RUN: ingot-opt %s --lower-graph --canonicalize --cse --plan-memory | FileCheck %s
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

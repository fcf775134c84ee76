// RUN: ingot-opt %s --lower-graph | FileCheck %s

// A batch of no rows is no longer matrix: how many matrices there are is not to be seen from it.
// CHECK: tile.matmul packed
// CHECK-SAME: memref<?x0x3xf32>
// CHECK-NOT: collapse_shape
func.func @main(%x: tensor<?x0x3xf32>) -> tensor<?x0x4xf32> {
  %w = ingot.constant tensor<3x4xf32> = dense<1.5> : tensor<3x4xf32>
  %0 = ingot.matmul %x, %w : (tensor<?x0x3xf32>, tensor<3x4xf32>) -> tensor<?x0x4xf32>
  return %0 : tensor<?x0x4xf32>
}

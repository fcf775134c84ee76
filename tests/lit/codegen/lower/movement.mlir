// RUN: ingot-opt %s --lower-graph --canonicalize --cse | FileCheck %s

// CHECK-LABEL: func.func private @k0_concat
// CHECK: memref.subview %[[OUT:.*]][0, 0] [%{{.*}}, 6]
// CHECK: linalg.generic
// CHECK: memref.subview %[[OUT]][0, 6] [%{{.*}}, 4]
// CHECK: linalg.generic
// Each dimension is two: copies, and positions inside of one.
// CHECK-LABEL: func.func private @k1_tile
// CHECK: outs(%{{.*}} : memref<1x?x2x6xf32>)
// Strides of 0 repeat; which dimensions do only the run time knows.
// CHECK-LABEL: func.func private @k2_expand
// CHECK-SAME: memref<?x?xf32, strided<[?, 1]>>
// CHECK-LABEL: func.func private @k3_reverse_sequence
// CHECK: arith.minsi
// CHECK: memref.load
// CHECK: func.func @main
// CHECK: rt.check %{{.*}}, "cannot expand dimension 0 of extent %lld to %lld"
module attributes {rt.name = "t"} {
func.func @main(%x: tensor<?x6xf32> {ingot.name = "x", ingot.dims = ["N", ""]},
                %y: tensor<?x4xf32> {ingot.name = "y", ingot.dims = ["N", ""]}, %shape: tensor<?xi64>,
                %lengths: tensor<6xi64>)
    -> (tensor<?x10xf32>, tensor<?x12xf32>, tensor<?x?xf32>, tensor<?x6xf32>) {
  %0 = ingot.concat %x, %y {axis = 1} : (tensor<?x6xf32>, tensor<?x4xf32>) -> tensor<?x10xf32>
  %repeats = ingot.constant tensor<2xi64> = dense<[1, 2]> : tensor<2xi64>
  %1 = ingot.tile %x, %repeats : (tensor<?x6xf32>, tensor<2xi64>) -> tensor<?x12xf32>
  %2 = ingot.expand %x, %shape : (tensor<?x6xf32>, tensor<?xi64>) -> tensor<?x?xf32>
  %3 = ingot.reverse_sequence %x, %lengths {batch_axis = 1, time_axis = 0} : (tensor<?x6xf32>, tensor<6xi64>) -> tensor<?x6xf32>
  return %0, %1, %2, %3 : tensor<?x10xf32>, tensor<?x12xf32>, tensor<?x?xf32>, tensor<?x6xf32>
}
}

// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s
// Updates are done in order; each is a slice.

// CHECK: func.func private @k{{.*}}_scatter_nd
// CHECK: linalg.generic
// CHECK: scf.for
// CHECK: memref.subview
// CHECK: linalg.generic
// CHECK: arith.addf
// CHECK: func.func private @k{{.*}}_scatter_elements
// CHECK: scf.for
// CHECK: memref.store
// CHECK: func.func @main
// CHECK: call @k{{.*}}_scatter_nd({{.*}}) {rt.inplace = {{\[\[}}1, 2]]}
module attributes {rt.name = "t"} {
func.func @main(%x: tensor<5x6x8xf32>, %i: tensor<?x2xi64> {ingot.name = "i", ingot.dims = ["M", ""]},
                %u: tensor<?x8xf32> {ingot.name = "u", ingot.dims = ["M", ""]}, %j: tensor<2x6x8xi32>,
                %v: tensor<2x6x8xf32>)
    -> (tensor<5x6x8xf32>, tensor<5x6x8xf32>) {
  %0 = ingot.scatter_nd %x, %i, %u {reduction = #ingot<reduction add>}
      : (tensor<5x6x8xf32>, tensor<?x2xi64>, tensor<?x8xf32>) -> tensor<5x6x8xf32>
  %1 = ingot.scatter_elements %x, %j, %v {axis = 0}
      : (tensor<5x6x8xf32>, tensor<2x6x8xi32>, tensor<2x6x8xf32>) -> tensor<5x6x8xf32>
  return %0, %1 : tensor<5x6x8xf32>, tensor<5x6x8xf32>
}
}

// -----
// Constant positions that make up a box: its updates are copied at once.
// CHECK-LABEL: func.func private @k0_scatter_box
// CHECK-SAME: memref<2x2xf32>
// CHECK-NOT: scf.for
// CHECK: linalg.generic
// CHECK: %[[BOX:.*]] = memref.subview %{{.*}}[1, 2] [2, 2] [1, 1]
// CHECK: linalg.generic {{.*}} outs(%[[BOX]]
// These are no box.
// CHECK: func.func private @k1_scatter_nd
func.func @main(%x: tensor<3x4xf32> {ingot.name = "x"}, %u: tensor<4xf32> {ingot.name = "u"})
    -> (tensor<3x4xf32> {ingot.name = "y"}, tensor<3x4xf32> {ingot.name = "z"}) {
  %box = ingot.constant tensor<4x2xi64> = dense<[[1, 2], [1, 3], [2, 2], [2, 3]]> : tensor<4x2xi64>
  %y = ingot.scatter_nd %x, %box, %u : (tensor<3x4xf32>, tensor<4x2xi64>, tensor<4xf32>) -> tensor<3x4xf32>
  %other = ingot.constant tensor<4x2xi64> = dense<[[1, 2], [2, 2], [1, 3], [2, 3]]> : tensor<4x2xi64>
  %z = ingot.scatter_nd %x, %other, %u : (tensor<3x4xf32>, tensor<4x2xi64>, tensor<4xf32>) -> tensor<3x4xf32>
  return %y, %z : tensor<3x4xf32>, tensor<3x4xf32>
}

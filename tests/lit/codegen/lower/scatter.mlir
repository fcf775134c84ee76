// RUN: ingot-opt %s --lower-graph --canonicalize --cse | FileCheck %s
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

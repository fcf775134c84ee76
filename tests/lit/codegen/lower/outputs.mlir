// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s

// What an output is a view of is computed in the output's memory.
// CHECK-LABEL: func.func @view
// CHECK: %[[Y:.*]] = rt.output 0(%{{.*}}) : memref<?x6xf32>
// CHECK: %[[VIEW:.*]] = memref.reinterpret_cast %[[Y]]
// CHECK: %[[RELU:.*]] = memref.cast %[[VIEW]] : {{.*}} to memref<?x2x3xf32>
// CHECK: call @k0_relu(%{{.*}}, %{{.*}}, %[[RELU]])
// CHECK-NOT: memref.copy
func.func @view(%x: tensor<?x2x3xf32> {ingot.name = "x", ingot.dims = ["N", "", ""]}) -> (tensor<?x6xf32> {ingot.name = "y"}) {
  %r = ingot.relu %x : (tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  %y = ingot.flatten %r {axis = 1 : i64} : (tensor<?x2x3xf32>) -> tensor<?x6xf32>
  return %y : tensor<?x6xf32>
}

// -----
// Two outputs of the same elements have memory of their own.
// CHECK-LABEL: func.func @twice
// CHECK: %[[R:.*]] = rt.output 0() : memref<2x3xf32>
// CHECK: call @k0_relu(%{{.*}}, %{{.*}}, %[[R]])
// CHECK: %[[Y:.*]] = rt.output 1() : memref<1x6xf32>
// CHECK: memref.copy %{{.*}}, %[[Y]]
func.func @twice(%x: tensor<2x3xf32> {ingot.name = "x"}) -> (tensor<2x3xf32> {ingot.name = "r"}, tensor<1x6xf32> {ingot.name = "y"}) {
  %r = ingot.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %y = ingot.flatten %r {axis = 0 : i64} : (tensor<2x3xf32>) -> tensor<1x6xf32>
  return %r, %y : tensor<2x3xf32>, tensor<1x6xf32>
}

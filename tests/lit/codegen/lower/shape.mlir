// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s

// Views take no kernel, and a shape that is made of known extents is only stored where somebody asks for it.
// CHECK-LABEL: func.func @views
// CHECK-NOT: rt.check
// CHECK: %[[N:.*]] = memref.dim %{{.*}}, %c0
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [%[[N]], 12]
// CHECK: %[[SHAPE:.*]] = rt.output 1() : memref<2xi64>
// CHECK: memref.store %{{.*}}, %[[SHAPE]][%c0]
// CHECK: memref.store %c12_i64, %[[SHAPE]][%c1]
// CHECK: %[[SIZE:.*]] = rt.output 2() : memref<i64>
// CHECK: memref.store %{{.*}}, %[[SIZE]][]
// CHECK-NOT: call
module {
func.func @views(%x: tensor<?x1x3x4xf32> {ingot.name = "x", ingot.dims = ["N", "", "", ""]})
    -> (tensor<?x12xf32> {ingot.name = "y"}, tensor<2xi64> {ingot.name = "s"}, tensor<i64> {ingot.name = "n"}) {
  %0 = ingot.squeeze %x {axes = array<i64: 1>} : (tensor<?x1x3x4xf32>) -> tensor<?x3x4xf32>
  %1 = ingot.flatten %0 {axis = 1} : (tensor<?x3x4xf32>) -> tensor<?x12xf32>
  %2 = ingot.shape %1 : (tensor<?x12xf32>) -> tensor<2xi64>
  %3 = ingot.size %1 : (tensor<?x12xf32>) -> tensor<i64>
  return %1, %2, %3 : tensor<?x12xf32>, tensor<2xi64>, tensor<i64>
}
}

// -----

// A target shape that is data: zeros copy, -1 takes what is left, and the elements have to fit.
// CHECK-LABEL: func.func @reshape
// CHECK: memref.load %{{.*}}[%c0] : memref<2xi64>
// CHECK: arith.cmpi eq, %{{.*}}, %c0
// CHECK: arith.cmpi eq, %{{.*}}, %c-1
// CHECK: arith.divsi
// CHECK: rt.check %{{.*}}, "cannot reshape %lld elements to %lld"
// CHECK: rt.check %{{.*}}, "expected dimension 1 to be %lld but got %lld"(%c6, %{{.*}})
// CHECK: memref.reinterpret_cast %{{.*}} to offset: [0], sizes: [%{{.*}}, 6], strides: [6, 1]
module {
func.func @reshape(%x: tensor<?x3xf32> {ingot.name = "x", ingot.dims = ["N", ""]}, %s: tensor<2xi64> {ingot.name = "s"})
    -> (tensor<?x6xf32> {ingot.name = "y"}) {
  %0 = ingot.reshape %x, %s : (tensor<?x3xf32>, tensor<2xi64>) -> tensor<?x6xf32>
  return %0 : tensor<?x6xf32>
}
}

// -----

// A transpose is an elementwise kernel that reads in another order.
// CHECK: #[[TURNED:.*]] = affine_map<(d0, d1, d2) -> (d1, d2, d0)>
// CHECK-LABEL: func.func private @k0_transpose
// CHECK: linalg.generic {indexing_maps = [#[[TURNED]], #{{.*}}]
module {
func.func @transpose(%x: tensor<2x3x4xf32> {ingot.name = "x"}) -> (tensor<4x2x3xf32> {ingot.name = "y"}) {
  %0 = ingot.transpose %x {perm = array<i64: 2, 0, 1>} : (tensor<2x3x4xf32>) -> tensor<4x2x3xf32>
  return %0 : tensor<4x2x3xf32>
}
}

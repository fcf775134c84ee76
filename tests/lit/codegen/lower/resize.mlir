// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s

// Positions and weights of known extents are constants. The axis that stays as it is has no part in it.
// CHECK: rt.weight_data @[[POSITIONS:.*]] source(dense<{{\[\[}}0, 0], [0, 1], [0, 1], [1, 2]
// CHECK: rt.weight_data @[[WEIGHTS:.*]] source(dense<{{\[\[}}2.500000e-01, 7.500000e-01]
// CHECK-LABEL: func.func private @k0_resize(
// CHECK-SAME: %[[IN:[^:]*]]: memref<1x3x8x9xf32>, %[[OUT:[^:]*]]: memref<1x3x16x9xf32>, %[[P:[^:]*]]: memref<16x2xi32>, %[[W:[^:]*]]: memref<16x2xf32>
// CHECK: linalg.generic {{.*}} outs(%[[OUT]]
// CHECK: memref.load %[[P]][%[[ROW:.*]], %c0]
// CHECK: memref.load %[[IN]][%c0, %{{.*}}, %{{.*}}, %{{.*}}]
// CHECK: memref.load %[[W]][%[[ROW]], %c0]
// CHECK: memref.load %[[P]][%[[ROW]], %c1]
// CHECK-NOT: func.func private
module {
func.func @linear(%x: tensor<1x3x8x9xf32> {ingot.name = "x"}) -> (tensor<1x3x16x9xf32> {ingot.name = "y"}) {
  %s = ingot.constant tensor<2xi64> = dense<[16, 9]> : tensor<2xi64>
  %0 = "ingot.resize"(%x, %s) {axes = array<i64: 2, 3>, mode = #ingot<resize_mode linear>,
      coordinate_mode = #ingot<coordinate_mode half_pixel>, nearest_mode = #ingot<nearest_mode floor>,
      operandSegmentSizes = array<i32: 1, 0, 0, 1>} : (tensor<1x3x8x9xf32>, tensor<2xi64>) -> tensor<1x3x16x9xf32>
  return %0 : tensor<1x3x16x9xf32>
}
}

// -----

// Two axes are two passes of a cubic, with f32 between them; what is stored is an integer again.
// CHECK-LABEL: func.func private @k0_resize({{.*}}: memref<1x1x4x4xi8>, %{{.*}}: memref<?x?x?x?xf32>
// CHECK: arith.uitofp
// CHECK-COUNT-4: arith.mulf
// CHECK-LABEL: func.func private @k1_resize({{.*}}: memref<?x?x?x?xf32>, %{{.*}}: memref<1x1x8x8xi8>
// CHECK-COUNT-4: arith.mulf
// CHECK: arith.fptosi
module {
func.func @cubic(%x: tensor<1x1x4x4xui8> {ingot.name = "x"}) -> (tensor<1x1x8x8xui8> {ingot.name = "y"}) {
  %s = ingot.constant tensor<2xf32> = dense<2.0> : tensor<2xf32>
  %0 = "ingot.resize"(%x, %s) {axes = array<i64: 2, 3>, mode = #ingot<resize_mode cubic>,
      coordinate_mode = #ingot<coordinate_mode asymmetric>, nearest_mode = #ingot<nearest_mode floor>,
      operandSegmentSizes = array<i32: 1, 0, 1, 0>} : (tensor<1x1x4x4xui8>, tensor<2xf32>) -> tensor<1x1x8x8xui8>
  return %0 : tensor<1x1x8x8xui8>
}
}

// -----

// Nearest elements of all axes in one pass. Scales that only the run time knows: their tables are made there.
// CHECK-LABEL: func.func private @{{.*}}_resize({{.*}}: memref<1x3x?x?xi32>, %{{.*}}: memref<1x3x?x?xi32>
// CHECK: linalg.generic
// CHECK-COUNT-2: memref.load %{{.*}} : memref<?x1xi32>
// CHECK-NOT: arith.mulf
// CHECK: func.func @nearest
// CHECK: %[[SCALE:.*]] = memref.load %{{.*}} : memref<2xf32>
// CHECK: arith.extf %[[SCALE]]
// CHECK: arith.fptosi
module {
func.func @nearest(%x: tensor<1x3x?x?xi32> {ingot.name = "x", ingot.dims = ["", "", "H", "W"]},
                   %s: tensor<2xf32> {ingot.name = "s"}) -> (tensor<1x3x?x?xi32> {ingot.name = "y"}) {
  %0 = "ingot.resize"(%x, %s) {axes = array<i64: 2, 3>, mode = #ingot<resize_mode nearest>,
      coordinate_mode = #ingot<coordinate_mode asymmetric>, nearest_mode = #ingot<nearest_mode floor>,
      operandSegmentSizes = array<i32: 1, 0, 1, 0>} : (tensor<1x3x?x?xi32>, tensor<2xf32>) -> tensor<1x3x?x?xi32>
  return %0 : tensor<1x3x?x?xi32>
}
}

// -----

// A known scale tells how many elements antialiasing takes, whatever the extents are: eight for a quarter.
// CHECK-LABEL: func.func private @{{.*}}_resize({{.*}}: memref<?xf32>, %{{.*}}: memref<?xf32>, %{{.*}}: memref<?x8xi32>, %{{.*}}: memref<?x8xf32>
// CHECK-COUNT-8: arith.mulf
module {
func.func @antialias(%x: tensor<?xf32> {ingot.name = "x", ingot.dims = ["N"]}) -> (tensor<?xf32> {ingot.name = "y"}) {
  %s = ingot.constant tensor<1xf32> = dense<0.25> : tensor<1xf32>
  %0 = "ingot.resize"(%x, %s) {axes = array<i64: 0>, mode = #ingot<resize_mode linear>, antialias,
      coordinate_mode = #ingot<coordinate_mode half_pixel>, nearest_mode = #ingot<nearest_mode floor>,
      operandSegmentSizes = array<i32: 1, 0, 1, 0>} : (tensor<?xf32>, tensor<1xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}
}

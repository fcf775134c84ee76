// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s

// The grid names columns before rows. Positions are found once for all channels; those outside count as zeros but are
// read inside.
// CHECK-LABEL: func.func private @k0_grid_sample(
// CHECK-SAME: %[[IN:[^:]*]]: memref<2x3x8x9xf32>, %[[GRID:[^:]*]]: memref<2x4x5x2xf32>, %[[OUT:[^:]*]]: memref<2x3x4x5xf32>
// CHECK: scf.forall (%[[N:.*]], %[[H:.*]], %[[W:.*]]) in (2, 4, 5)
// CHECK: memref.load %[[GRID]][%[[N]], %[[H]], %[[W]], %c1]
// CHECK: %[[WANTED:.*]] = arith.index_cast
// CHECK: %[[LAST:.*]] = arith.minsi %[[WANTED]], %c7
// CHECK: %[[ROW:.*]] = arith.maxsi %[[LAST]], %c0
// CHECK: %[[INSIDE:.*]] = arith.cmpi eq, %[[WANTED]], %[[ROW]]
// CHECK: memref.load %[[GRID]][%[[N]], %[[H]], %[[W]], %c0]
// CHECK: scf.for %[[C:.*]] = %c0 to %c3
// CHECK: %[[X:.*]] = memref.load %[[IN]][%[[N]], %[[C]], %[[ROW]], %{{.*}}]
// CHECK: %[[COUNTS:.*]] = arith.andi %[[INSIDE]]
// CHECK: arith.select %[[COUNTS]], %[[X]], %cst
// CHECK-COUNT-3: memref.load %[[IN]]
// CHECK: memref.store %{{.*}}, %[[OUT]][%[[N]], %[[C]], %[[H]], %[[W]]]
module {
func.func @linear(%x: tensor<2x3x8x9xf32> {ingot.name = "x"}, %g: tensor<2x4x5x2xf32> {ingot.name = "g"})
    -> (tensor<2x3x4x5xf32> {ingot.name = "y"}) {
  %0 = ingot.grid_sample %x, %g {mode = #ingot<resize_mode linear>, padding_mode = #ingot<padding_mode zeros>}
      : (tensor<2x3x8x9xf32>, tensor<2x4x5x2xf32>) -> tensor<2x3x4x5xf32>
  return %0 : tensor<2x3x4x5xf32>
}
}

// -----

// One element, of any type, at the border where the position is beyond it.
// CHECK-LABEL: func.func private @k0_grid_sample
// CHECK: math.roundeven
// CHECK: arith.cmpf olt
// CHECK: arith.select
// CHECK: scf.for
// CHECK-NEXT: %[[X:.*]] = memref.load %{{.*}} : memref<2x3x8xi32>
// CHECK-NEXT: memref.store %[[X]]
module {
func.func @nearest(%x: tensor<2x3x8xi32> {ingot.name = "x"}, %g: tensor<2x4x1xf32> {ingot.name = "g"})
    -> (tensor<2x3x4xi32> {ingot.name = "y"}) {
  %0 = ingot.grid_sample %x, %g {mode = #ingot<resize_mode nearest>, padding_mode = #ingot<padding_mode border>,
      align_corners} : (tensor<2x3x8xi32>, tensor<2x4x1xf32>) -> tensor<2x3x4xi32>
  return %0 : tensor<2x3x4xi32>
}
}

// -----

// Sixteen elements of a cubic; what the reflection sends back.
// CHECK-LABEL: func.func private @k0_grid_sample
// CHECK: math.floor
// CHECK: scf.for
// CHECK-COUNT-16: memref.load %{{.*}} : memref<1x3x8x9xf32>
// CHECK-NOT: memref.load
module {
func.func @cubic(%x: tensor<1x3x8x9xf32> {ingot.name = "x"}, %g: tensor<1x4x5x2xf32> {ingot.name = "g"})
    -> (tensor<1x3x4x5xf32> {ingot.name = "y"}) {
  %0 = ingot.grid_sample %x, %g {mode = #ingot<resize_mode cubic>, padding_mode = #ingot<padding_mode reflection>}
      : (tensor<1x3x8x9xf32>, tensor<1x4x5x2xf32>) -> tensor<1x3x4x5xf32>
  return %0 : tensor<1x3x4x5xf32>
}
}

// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s

// Without padding windows are whole; lanes run along the channels, what is left over in smaller steps.
// CHECK-LABEL: func.func private @k0_max_pool
// CHECK: scf.forall
// CHECK: scf.for
// CHECK: scf.for {{.*}} = %c0 to %c8 step %c4
// CHECK: scf.for {{.*}} = %c0 to %c2 step %c1
// CHECK: scf.for {{.*}} = %c0 to %c2 step %c1
// CHECK: vector.load {{.*}} vector<4xf32>
// CHECK: arith.cmpf ogt
// CHECK: vector.load {{.*}} vector<2xf32>
// CHECK-NOT: memref.load
module {
func.func @max(%x: tensor<?x?x16x10xf32> {ingot.name = "x", ingot.dims = ["N", "H", "", ""]})
    -> (tensor<?x?x8x10xf32> {ingot.name = "y"}) {
  %0 = ingot.pool max %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>,
      pads = array<i64: 0, 0, 0, 0>, channels_last} : (tensor<?x?x16x10xf32>) -> tensor<?x?x8x10xf32>
  return %0 : tensor<?x?x8x10xf32>
}
}

// -----

// Positions of the maxima count channels before spatial dimensions.
// CHECK-LABEL: func.func private @k0_max_pool
// CHECK: scf.forall (%[[C:.*]], %[[H:.*]]) in (3, 4)
// CHECK: %[[TAPS:.*]] = arith.minsi
// CHECK: scf.for {{.*}} to %[[TAPS]] {{.*}} -> (f32, i64)
module {
func.func @indices(%x: tensor<1x3x8xf32> {ingot.name = "x"})
    -> (tensor<1x3x4xf32> {ingot.name = "y"}, tensor<1x3x4xi64> {ingot.name = "i"}) {
  %0, %1 = ingot.pool max %x {kernel = array<i64: 3>, strides = array<i64: 2>, dilations = array<i64: 1>,
      pads = array<i64: 0, 1>} : (tensor<1x3x8xf32>) -> (tensor<1x3x4xf32>, tensor<1x3x4xi64>)
  return %0, %1 : tensor<1x3x4xf32>, tensor<1x3x4xi64>
}
}

// -----

// An average divides by the taps inside the input.
// CHECK-LABEL: func.func private @k0_average_pool
// CHECK: %[[BEGIN:.*]] = arith.maxsi
// CHECK: %[[END:.*]] = arith.minsi
// CHECK: %[[COUNT:.*]] = arith.subi %[[END]], %[[BEGIN]]
// CHECK: arith.divf
module {
func.func @average(%x: tensor<1x8x4xf16> {ingot.name = "x"}) -> (tensor<1x8x4xf16> {ingot.name = "y"}) {
  %0 = ingot.pool average %x {kernel = array<i64: 3>, strides = array<i64: 1>, dilations = array<i64: 1>,
      pads = array<i64: 1, 1>, channels_last} : (tensor<1x8x4xf16>) -> tensor<1x8x4xf16>
  return %0 : tensor<1x8x4xf16>
}
}

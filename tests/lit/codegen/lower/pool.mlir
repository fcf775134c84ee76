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

// -----

// A large window line by line: along the width, which becomes a half, then along the height. Not one of 3 x 3 positions,
// nor one that leaves out as many lines as it has, nor by scalars.
// CHECK-LABEL: func.func private @k0_max_pool({{.*}}: memref<1x?x16x16xf32>, %{{.*}}: memref<1x?x8x16xf32>)
// CHECK: scf.forall
// CHECK: scf.for
// CHECK: scf.for {{.*}} -> (vector<16xf32>)
// CHECK-NOT: scf.for
// CHECK: vector.store
// CHECK-LABEL: func.func private @k1_max_pool({{.*}}: memref<1x?x8x16xf32>, %{{.*}}: memref<1x?x8x16xf32>)
// CHECK: scf.for {{.*}} -> (vector<16xf32>)
// CHECK-NOT: scf.for
// CHECK: vector.store
// CHECK-LABEL: func.func private @k2_max_pool({{.*}}: memref<1x?x8x16xf32>, %{{.*}}: memref<1x?x8x16xf32>)
// CHECK-LABEL: func.func private @k3_max_pool({{.*}}: memref<1x?x8x16xf32>, %{{.*}}: memref<1x?x1x16xf32>)
// CHECK-LABEL: func.func @lines
// CHECK: %[[HEIGHT:.*]] = memref.dim
// CHECK-COUNT-2: memref.alloc(%[[HEIGHT]]) : memref<1x?x8x16xf32>
// CHECK: call @k0_max_pool(%{{.*}}, %{{.*}}, %[[LINES:.*]]) :
// CHECK: call @k1_max_pool(%{{.*}}, %[[LINES]], %[[OUT:.*]]) :
// CHECK: call @k2_max_pool(%{{.*}}, %[[OUT]],
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true>} {
func.func @lines(%x: tensor<1x?x16x16xf32> {ingot.name = "x", ingot.dims = ["", "H", "", ""]})
    -> (tensor<1x?x1x16xf32> {ingot.name = "y"}) {
  %0 = ingot.pool max %x {kernel = array<i64: 5, 5>, strides = array<i64: 1, 2>, dilations = array<i64: 1, 1>,
      pads = array<i64: 2, 2, 2, 2>, channels_last} : (tensor<1x?x16x16xf32>) -> tensor<1x?x8x16xf32>
  %1 = ingot.pool max %0 {kernel = array<i64: 3, 3>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
      pads = array<i64: 1, 1, 1, 1>, channels_last} : (tensor<1x?x8x16xf32>) -> tensor<1x?x8x16xf32>
  %2 = ingot.pool max %1 {kernel = array<i64: 8, 8>, strides = array<i64: 8, 8>, dilations = array<i64: 1, 1>,
      pads = array<i64: 0, 0, 0, 0>, channels_last} : (tensor<1x?x8x16xf32>) -> tensor<1x?x1x16xf32>
  return %2 : tensor<1x?x1x16xf32>
}
}

// -----

// CHECK-LABEL: func.func private @k0_max_pool({{.*}}: memref<1x16x16x16xf32>, %{{.*}}: memref<1x16x16x16xf32>)
// CHECK-NOT: func.func private @k1_max_pool
module attributes {rt.target = #tile.target<vector_bits = 0, registers = 16, masks = false>} {
func.func @scalars(%x: tensor<1x16x16x16xf32> {ingot.name = "x"}) -> (tensor<1x16x16x16xf32> {ingot.name = "y"}) {
  %0 = ingot.pool max %x {kernel = array<i64: 5, 5>, strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>,
      pads = array<i64: 2, 2, 2, 2>, channels_last} : (tensor<1x16x16x16xf32>) -> tensor<1x16x16x16xf32>
  return %0 : tensor<1x16x16x16xf32>
}
}

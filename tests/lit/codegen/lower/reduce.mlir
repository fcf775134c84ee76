// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s

// The result collects the totals.
// CHECK-LABEL: func.func private @k0_reduce
// CHECK: iterator_types = ["parallel", "reduction", "parallel"]
// CHECK-SAME: outs(%{{.*}} : memref<?x8xf32>)
// CHECK: arith.divf
// f16 is added up in f32.
// CHECK-LABEL: func.func private @k1_reduce(
// CHECK-SAME: memref<?x6x8xf16>, %[[TOTALS:[^:]*]]: memref<?x8xf32>
// CHECK: arith.addf {{.*}} : f32
// CHECK: ins(%[[TOTALS]]
// CHECK: arith.truncf
// The largest element first.
// CHECK-LABEL: func.func private @k2_reduce
// CHECK: arith.maximumf
// CHECK: math.exp
// CHECK: math.log
// Axes that only the run time knows: stride 0 where a dimension is reduced.
// CHECK-LABEL: func.func private @k3_reduce
// CHECK-SAME: memref<?x?x?xf32, strided<[?, ?, ?]>>
// CHECK: scf.for
module attributes {rt.name = "t"} {
func.func @main(%x: tensor<?x6x8xf32> {ingot.name = "x", ingot.dims = ["N", "", ""]}, %h: tensor<?x6x8xf16>,
                %axes: tensor<2xi64>)
    -> (tensor<?x1x8xf32>, tensor<?x1x8xf16>, tensor<?x6xf32>, tensor<?x?x?xf32>) {
  %0 = ingot.reduce mean %x {axes = array<i64: 1>} : (tensor<?x6x8xf32>) -> tensor<?x1x8xf32>
  %1 = ingot.reduce mean %h {axes = array<i64: 1>} : (tensor<?x6x8xf16>) -> tensor<?x1x8xf16>
  %2 = ingot.reduce log_sum_exp %x {axes = array<i64: 2>, keep_dims = false} : (tensor<?x6x8xf32>) -> tensor<?x6xf32>
  %3 = ingot.reduce sum %x, %axes : (tensor<?x6x8xf32>, tensor<2xi64>) -> tensor<?x?x?xf32>
  return %0, %1, %2, %3 : tensor<?x1x8xf32>, tensor<?x1x8xf16>, tensor<?x6xf32>, tensor<?x?x?xf32>
}
}

// -----

// Groups of an image's lines have totals of their own first: eight, as so many are equal; each line where only the run
// knows how many there are. Totals of squares are added, not squared.
// CHECK-LABEL: func.func private @k0_reduce(
// CHECK-SAME: memref<1x56x56x32xf32>, %[[TOTALS:[^:]*]]: memref<1x32xf32>, %[[GROUPS:[^:]*]]: memref<1x8x32xf32>)
// CHECK: %[[LINES:.*]] = memref.expand_shape %{{.*}} output_shape [1, 8, 7, 56, 32]
// CHECK: iterator_types = ["parallel", "parallel", "reduction", "reduction", "parallel"]
// CHECK-SAME: ins(%[[LINES]] : {{.*}}) outs(%[[GROUPS]] : memref<1x8x32xf32>)
// CHECK: arith.mulf
// CHECK: iterator_types = ["parallel", "reduction", "parallel"]
// CHECK-SAME: ins(%[[GROUPS]] : memref<1x8x32xf32>) outs(%[[TOTALS]] : memref<1x32xf32>)
// CHECK-NOT: arith.mulf
// CHECK: math.sqrt
// CHECK-LABEL: func.func private @k1_reduce(
// CHECK-SAME: memref<1x?x7x32xf32>, %{{.*}}: memref<1x32xf32>, %{{.*}}: memref<1x?x32xf32>
// Few elements, images enough for threads, lines without vectors, and few lines go at once.
// CHECK-LABEL: func.func private @k2_reduce(
// CHECK-NOT: memref.expand_shape
// CHECK: iterator_types = ["parallel", "reduction", "reduction", "parallel"]
// CHECK-LABEL: func.func private @k3_reduce(
// CHECK-NOT: memref.expand_shape
// CHECK: iterator_types = ["parallel", "reduction", "reduction", "parallel"]
// CHECK-LABEL: func.func private @k4_reduce(
// CHECK-NOT: memref.expand_shape
// CHECK: iterator_types = ["parallel", "parallel", "reduction", "reduction"]
// CHECK-LABEL: func.func private @k5_reduce(
// CHECK-NOT: memref.expand_shape
// CHECK: iterator_types = ["parallel", "reduction", "reduction", "parallel"]
module attributes {rt.name = "t"} {
func.func @main(%x: tensor<1x56x56x32xf32>, %tall: tensor<1x?x7x32xf32> {ingot.name = "x", ingot.dims = ["", "H", "", ""]}, %small: tensor<1x7x7x32xf32>,
                %many: tensor<16x56x56x32xf32>, %planes: tensor<1x32x56x56xf32>, %low: tensor<1x7x7x1280xf32>)
    -> (tensor<1x32xf32>, tensor<1x32xf32>, tensor<1x32xf32>, tensor<16x32xf32>, tensor<1x32xf32>, tensor<1x1280xf32>) {
  %0 = ingot.reduce l2 %x {axes = array<i64: 1, 2>, keep_dims = false} : (tensor<1x56x56x32xf32>) -> tensor<1x32xf32>
  %1 = ingot.reduce sum %tall {axes = array<i64: 1, 2>, keep_dims = false} : (tensor<1x?x7x32xf32>) -> tensor<1x32xf32>
  %2 = ingot.reduce sum %small {axes = array<i64: 1, 2>, keep_dims = false} : (tensor<1x7x7x32xf32>) -> tensor<1x32xf32>
  %3 = ingot.reduce sum %many {axes = array<i64: 1, 2>, keep_dims = false} : (tensor<16x56x56x32xf32>) -> tensor<16x32xf32>
  %4 = ingot.reduce sum %planes {axes = array<i64: 2, 3>, keep_dims = false} : (tensor<1x32x56x56xf32>) -> tensor<1x32xf32>
  %5 = ingot.reduce sum %low {axes = array<i64: 1, 2>, keep_dims = false} : (tensor<1x7x7x1280xf32>) -> tensor<1x1280xf32>
  return %0, %1, %2, %3, %4, %5 : tensor<1x32xf32>, tensor<1x32xf32>, tensor<1x32xf32>, tensor<16x32xf32>, tensor<1x32xf32>,
                                  tensor<1x1280xf32>
}
}

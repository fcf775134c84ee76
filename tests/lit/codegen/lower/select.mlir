// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s

// Counted first: that is an extent of the result. Then positions are written one behind the other.
// CHECK-LABEL: func.func private @k0_count_non_zero({{.*}}: memref<?xf32>, %{{.*}}: memref<i64>
// CHECK: iterator_types = ["reduction"]
// CHECK: arith.cmpf une
// CHECK-LABEL: func.func private @k1_non_zero(
// CHECK-SAME: memref<?xf32>, %[[OUT:[^:]*]]: memref<2x?xi64>
// CHECK: scf.for {{.*}} iter_args(%[[PLACE:.*]] = %c0) -> (index)
// CHECK: scf.if
// CHECK: arith.remsi
// CHECK: memref.store %{{.*}}, %[[OUT]][%c1, %[[PLACE]]]
// CHECK: arith.divsi
// CHECK: memref.store %{{.*}}, %[[OUT]][%c0, %[[PLACE]]]
// CHECK: func.func @positions
// CHECK: call @k0_count_non_zero(%{{.*}}, %{{.*}}, %[[TOTAL:[^)]*]])
// CHECK: %[[N:.*]] = memref.load %[[TOTAL]]
// CHECK: %[[COUNT:.*]] = arith.index_cast %[[N]]
// CHECK: rt.output 0(%[[COUNT]]) : memref<2x?xi64>
module {
func.func @positions(%x: tensor<?x3xf32> {ingot.name = "x", ingot.dims = ["N", ""]}) -> (tensor<2x?xi64> {ingot.name = "y"}) {
  %0 = ingot.non_zero %x : (tensor<?x3xf32>) -> tensor<2x?xi64>
  return %0 : tensor<2x?xi64>
}
}

// -----

// Whole slices along an axis, for a condition that is not longer.
// CHECK-LABEL: func.func private @k1_compress({{.*}}: memref<?xi8>, %{{.*}}: memref<4x?x5xf32>, %{{.*}}: memref<4x?x5xf32>
// CHECK: scf.if
// CHECK: linalg.{{generic|copy}}
// CHECK: func.func @slices
// CHECK: rt.check %{{.*}}, "expected a condition of at most %lld elements but got %lld"
module {
func.func @slices(%x: tensor<4x?x5xf32> {ingot.name = "x", ingot.dims = ["", "N", ""]},
                  %c: tensor<?xi1> {ingot.name = "c", ingot.dims = ["M"]}) -> (tensor<4x?x5xf32> {ingot.name = "y"}) {
  %0 = ingot.compress %x, %c {axis = 1} : (tensor<4x?x5xf32>, tensor<?xi1>) -> tensor<4x?x5xf32>
  return %0 : tensor<4x?x5xf32>
}
}

// RUN: ingot-opt %s --lower-graph --canonicalize --cse | FileCheck %s

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

// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s

// The best element so far waits beside its position; of equal ones the last is wanted.
// CHECK-LABEL: func.func private @k0_arg_reduce(
// CHECK-SAME: %[[IN:[^:]*]]: memref<?x6x8xf16>, %[[BEST:[^:]*]]: memref<?x8xf16>, %[[AT:[^:]*]]: memref<?x8xi64>
// CHECK: iterator_types = ["parallel", "reduction", "parallel"]
// CHECK-SAME: ins(%[[IN]] {{.*}} outs(%[[BEST]], %[[AT]]
// CHECK: arith.cmpf ole
// CHECK: linalg.index 1
// CHECK: func.func @smallest
// CHECK-NOT: rt.check
// CHECK: call @k0_arg_reduce
module {
func.func @smallest(%x: tensor<?x6x8xf16> {ingot.name = "x", ingot.dims = ["N", "", ""]})
    -> (tensor<?x1x8xi64> {ingot.name = "y"}) {
  %0 = ingot.arg_reduce %x {axis = 1, max = false, select_last} : (tensor<?x6x8xf16>) -> tensor<?x1x8xi64>
  return %0 : tensor<?x1x8xi64>
}
}

// -----

// There has to be an element. Unsigned numbers are compared as such.
// CHECK-LABEL: func.func private @k0_arg_reduce
// CHECK: arith.cmpi ugt
// CHECK: func.func @largest
// CHECK: rt.check %{{.*}}, "expected a dimension of at least 1 but got %lld"
module {
func.func @largest(%x: tensor<3x?xui8> {ingot.name = "x", ingot.dims = ["", "N"]}) -> (tensor<3xi64> {ingot.name = "y"}) {
  %0 = ingot.arg_reduce %x {axis = 1, max = true, keep_dims = false} : (tensor<3x?xui8>) -> tensor<3xi64>
  return %0 : tensor<3xi64>
}
}

// -----

// A running sum along an axis that only the run time knows: the buffer is seen as what is around it.
// CHECK-LABEL: func.func private @k0_cum_sum({{.*}}: memref<?x?x?xf32>, %{{.*}}: memref<?x?x?xf32>
// CHECK: scf.forall
// CHECK: scf.for
// CHECK: arith.addf
// CHECK: func.func @sums
// CHECK: %[[ASKED:.*]] = arith.index_cast
// CHECK: rt.check %{{.*}}, "expected an axis below %lld but got %lld"(%c3, %[[ASKED]])
module {
func.func @sums(%x: tensor<?x6x8xf32> {ingot.name = "x", ingot.dims = ["N", "", ""]}, %axis: tensor<i32> {ingot.name = "a"})
    -> (tensor<?x6x8xf32> {ingot.name = "y"}) {
  %0 = ingot.cum_sum %x, %axis : (tensor<?x6x8xf32>, tensor<i32>) -> tensor<?x6x8xf32>
  return %0 : tensor<?x6x8xf32>
}
}

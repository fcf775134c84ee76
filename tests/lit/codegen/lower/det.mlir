// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s

// Elimination in a copy, in f32: the largest element of a column goes on the diagonal, the product of the diagonal is
// the result. A matrix is one thread's.
// CHECK-LABEL: func.func private @k0_det(
// CHECK-SAME: %[[IN:[^:]*]]: memref<?x5x5xf16>, %[[WORK:[^:]*]]: memref<?x5x5xf32>, %[[OUT:[^:]*]]: memref<?xf16>
// CHECK: scf.forall (%[[N:.*]]) in (%{{.*}})
// CHECK: arith.extf
// CHECK: memref.store %{{.*}}, %[[WORK]]
// CHECK: %[[D:.*]] = scf.for %[[K:.*]] = %c0 to %c5 step %c1 iter_args(%[[BEFORE:.*]] = %{{.*}}) -> (f32)
// CHECK: %[[PIVOT:.*]]:2 = scf.for
// CHECK: arith.cmpf ogt
// CHECK: memref.load %[[WORK]][%[[N]], %[[PIVOT]]#0, %{{.*}}]
// CHECK: memref.store %{{.*}}, %[[WORK]][%[[N]], %[[PIVOT]]#0, %{{.*}}]
// CHECK: arith.cmpi eq, %[[PIVOT]]#0, %[[K]]
// CHECK: arith.divf
// CHECK: arith.subf
// CHECK: arith.mulf %[[BEFORE]]
// CHECK: arith.truncf %[[D]]
// CHECK: func.func @half
// CHECK: %[[COPY:.*]] = memref.alloc(%{{.*}}) : memref<?x5x5xf32>
// CHECK: call @k0_det(%{{.*}}, %{{.*}}, %[[COPY]], %{{.*}})
module {
func.func @half(%x: tensor<?x5x5xf16> {ingot.name = "x", ingot.dims = ["N", "", ""]})
    -> (tensor<?xf16> {ingot.name = "y"}) {
  %0 = ingot.det %x : (tensor<?x5x5xf16>) -> tensor<?xf16>
  return %0 : tensor<?xf16>
}
}

// -----

// CHECK-LABEL: func.func @not_known_to_be_square
// CHECK: %[[SAME:.*]] = arith.cmpi eq, %[[H:.*]], %[[W:.*]] : index
// CHECK: rt.check %[[SAME]], "expected %lld columns of a square matrix but got %lld"(%[[H]], %[[W]])
module {
func.func @not_known_to_be_square(%x: tensor<2x?x?xf32> {ingot.name = "x", ingot.dims = ["", "H", "W"]})
    -> (tensor<2xf32> {ingot.name = "y"}) {
  %0 = ingot.det %x : (tensor<2x?x?xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
}

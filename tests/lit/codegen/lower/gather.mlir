// RUN: ingot-opt %s --lower-graph --canonicalize --cse | FileCheck %s
// Indices are checked before anything is read at them: constants in the host program, others by a kernel that finds
// their extremes.

// Constant indices inside a known extent need nothing.
// CHECK: func.func private @k0_gather
// CHECK: memref.load %{{.*}}[%{{.*}}, %{{.*}}, %{{.*}}] : memref<1x5x48xf32>
// CHECK: func.func private @k1_index_range
// CHECK: arith.minsi
// CHECK: arith.maxsi
// CHECK: func.func private @k2_gather
// CHECK: func.func private @k{{.*}}_gather_elements
// CHECK: func.func private @k{{.*}}_gather_nd
// CHECK: func.func private @k{{.*}}_one_hot
// CHECK: func.func @main
// CHECK-NOT: rt.check
// CHECK: call @k0_gather
// CHECK: call @k1_index_range
// CHECK: rt.check %{{.*}}, "expected indices of at least %lld but got %lld"
// CHECK: rt.check %{{.*}}, "expected indices below %lld but got %lld"
// CHECK: call @k2_gather
// CHECK: rt.check %{{.*}}, "expected a depth of at least 0 but got %lld"
module attributes {rt.name = "t"} {
func.func @main(%x: tensor<5x6x8xf32>, %i: tensor<?x2xi32>, %j: tensor<5x6x8xi64>, %depth: tensor<i64>)
    -> (tensor<2x6x8xf32>, tensor<5x?x2x8xf32>, tensor<5x6x8xf32>, tensor<?x8xf32>, tensor<?x2x?xf32>) {
  %c = ingot.constant tensor<2xi64> = dense<[-1, 4]> : tensor<2xi64>
  %0 = ingot.gather %x, %c : (tensor<5x6x8xf32>, tensor<2xi64>) -> tensor<2x6x8xf32>
  %1 = ingot.gather %x, %i {axis = 1} : (tensor<5x6x8xf32>, tensor<?x2xi32>) -> tensor<5x?x2x8xf32>
  %2 = ingot.gather_elements %x, %j {axis = 2} : (tensor<5x6x8xf32>, tensor<5x6x8xi64>) -> tensor<5x6x8xf32>
  %3 = ingot.gather_nd %x, %i : (tensor<5x6x8xf32>, tensor<?x2xi32>) -> tensor<?x8xf32>
  %values = ingot.constant tensor<2xf32> = dense<[0.0, 1.0]> : tensor<2xf32>
  %4 = ingot.one_hot %i, %depth, %values : (tensor<?x2xi32>, tensor<i64>, tensor<2xf32>) -> tensor<?x2x?xf32>
  return %0, %1, %2, %3, %4 : tensor<2x6x8xf32>, tensor<5x?x2x8xf32>, tensor<5x6x8xf32>, tensor<?x8xf32>, tensor<?x2x?xf32>
}
}

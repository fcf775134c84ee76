// RUN: ingot-opt %s --lower-graph --canonicalize --cse | FileCheck %s

// CHECK-LABEL: func.func private @k0_constant_of_shape
// CHECK: linalg.yield %{{.*}} : i8
// CHECK-LABEL: func.func private @k1_range
// CHECK: arith.addi
// CHECK-LABEL: func.func private @k2_trilu
// CHECK: arith.cmpi slt
// CHECK: arith.select
// CHECK-LABEL: func.func private @k3_eye_like
// CHECK: arith.cmpi eq
// CHECK-LABEL: func.func @main
// CHECK: rt.check %{{.*}}, "expected dimensions of at least 0 but got %lld"
// CHECK: rt.check %{{.*}}, "expected a delta other than 0"
// CHECK: arith.ceildivsi
module attributes {rt.name = "t"} {
func.func @main(%shape: tensor<2xi64>, %limit: tensor<i32>, %delta: tensor<i32>, %x: tensor<3x4xf32>)
    -> (tensor<?x?xi1>, tensor<?xi32>, tensor<3x4xf32>, tensor<3x4xf16>) {
  %0 = ingot.constant_of_shape %shape {value = dense<true> : tensor<1xi1>} : (tensor<2xi64>) -> tensor<?x?xi1>
  %start = ingot.constant tensor<i32> = dense<3> : tensor<i32>
  %1 = ingot.range %start, %limit, %delta : (tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<?xi32>
  %2 = ingot.trilu %x {upper = true} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  %3 = ingot.eye_like %x {k = 1} : (tensor<3x4xf32>) -> tensor<3x4xf16>
  return %0, %1, %2, %3 : tensor<?x?xi1>, tensor<?xi32>, tensor<3x4xf32>, tensor<3x4xf16>
}
}

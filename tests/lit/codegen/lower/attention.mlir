// RUN: ingot-opt %s --lower-graph --canonicalize --cse | FileCheck %s

// Operands and result are views of what the graph has, whatever its order of dimensions; nothing is transposed. A
// batch of the mask that run time decides comes with a stride of 0 where it is repeated.
// CHECK-LABEL: func.func private @k0_attention
// CHECK: %[[OFFSET:.*]] = arith.constant 0 : index
// CHECK: tile.attention ins(%{{.*}}, %{{.*}}, %{{.*}} : memref<2x3x5x4xf32, strided<[60, 4, 12, 1]>>, memref<2x3x7x4xf32, strided<[84, 4, 12, 1]>>, memref<2x1x7x6xf32, strided<[42, 42, 6, 1]>>)
// CHECK-SAME: mask(%{{.*}} : memref<2x1x1x7xi8, strided<[?, 7, 7, 1]>>)
// CHECK-SAME: offset(%[[OFFSET]])
// CHECK-SAME: outs(%{{.*}} : memref<2x3x5x6xf32, strided<[90, 6, 18, 1]>>) {scale = 5.000000e-01 : f64}
// CHECK-LABEL: func.func @main
// CHECK: %[[ONE:.*]] = arith.cmpi eq, %[[B:.*]], %c1
// CHECK: rt.check {{.*}}"cannot broadcast dimension 0: expected %lld or 1 but got %lld"
// CHECK: arith.select %[[ONE]], %c0, %c7
// CHECK-NOT: transpose
// CHECK: call @k0_attention
module attributes {rt.name = "t"} {
func.func @main(%q: tensor<2x5x3x4xf32>, %k: tensor<2x7x3x4xf32>, %v: tensor<2x1x7x6xf32>, %m: tensor<?x1x1x7xi1>) -> tensor<2x5x3x6xf32> {
  %0 = ingot.attention %q, %k, %v, %m {causal = #ingot<causal_kind first>, query_perm = array<i64: 0, 2, 1, 3>, key_perm = array<i64: 0, 2, 1, 3>, result_perm = array<i64: 0, 2, 1, 3>, scale = 0.5 : f64} : (tensor<2x5x3x4xf32>, tensor<2x7x3x4xf32>, tensor<2x1x7x6xf32>, tensor<?x1x1x7xi1>) -> tensor<2x5x3x6xf32>
  return %0 : tensor<2x5x3x6xf32>
}
}

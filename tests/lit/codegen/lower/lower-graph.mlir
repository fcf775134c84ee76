// RUN: ingot-opt %s --lower-graph --canonicalize --cse | FileCheck %s
// A symbolic batch, a packed weight, an elementwise group, a reshape to its own shape, transposes.

// CHECK: rt.weight_data @w0
// CHECK-SAME: pack(inner_dims_pos = [1]
// CHECK: func.func private @k0_matmul
// CHECK: tile.matmul packed
// CHECK: func.func private @k1_relu
// CHECK: arith.maximumf
// CHECK: func.func private @k2_add
// CHECK: arith.mulf
// CHECK-NEXT: arith.addf
// The host program: nothing reads the shape tensor, so nothing computes it.
// CHECK: func.func @main
// CHECK-SAME: rt.outputs = [{dims = ["N", ""], name = "y", type = tensor<?x2xf32>}]
// CHECK: %[[N:.*]] = memref.dim
// CHECK-NOT: memref.store
// CHECK: %[[MM:.*]] = memref.alloc(%[[N]]) : memref<?x2xf32>
// CHECK: call @k1_relu({{.*}}) {rt.inplace = {{\[\[}}2, 1]]}
// CHECK: memref.reinterpret_cast
// CHECK: %[[OUT:.*]] = rt.output 0(%[[N]])
// CHECK: call @k4_transpose(%{{.*}}, %{{.*}}, %[[OUT]])
module attributes {rt.name = "t"} {
func.func @main(%x: tensor<?x3xf32> {ingot.name = "x", ingot.dims = ["N", ""]})
    -> (tensor<?x2xf32> {ingot.name = "y", ingot.dims = ["N", ""]}) {
  %w = ingot.constant tensor<3x2xf32> = dense<[[1.0,2.0],[3.0,4.0],[5.0,6.0]]> : tensor<3x2xf32>
  %b = ingot.constant tensor<2xf32> = dense<[1.0,2.0]> : tensor<2xf32>
  %0 = ingot.matmul %x, %w : (tensor<?x3xf32>, tensor<3x2xf32>) -> tensor<?x2xf32>
  %1 = ingot.relu %0 : (tensor<?x2xf32>) -> tensor<?x2xf32>
  %2 = ingot.fused %1, %x, %b : (tensor<?x2xf32>, tensor<?x3xf32>, tensor<2xf32>) -> tensor<?x2xf32> {
   ^bb0(%a: tensor<?x2xf32>, %c: tensor<?x3xf32>, %bb: tensor<2xf32>):
    %w2 = ingot.constant tensor<f32> = dense<2.0> : tensor<f32>
    %3 = ingot.mul %a, %w2 : (tensor<?x2xf32>, tensor<f32>) -> tensor<?x2xf32>
    %4 = ingot.add %3, %bb : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
    ingot.yield %4 : tensor<?x2xf32>
  }
  %s = ingot.shape %2 : (tensor<?x2xf32>) -> tensor<2xi64>
  %5 = ingot.reshape %2, %s : (tensor<?x2xf32>, tensor<2xi64>) -> tensor<?x2xf32>
  %6 = ingot.transpose %5 {perm = array<i64: 1, 0>} : (tensor<?x2xf32>) -> tensor<2x?xf32>
  %7 = ingot.transpose %6 {perm = array<i64: 1, 0>} : (tensor<2x?xf32>) -> tensor<?x2xf32>
  return %7 : tensor<?x2xf32>
}
}

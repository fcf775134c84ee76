// RUN: ingot-opt %s --split-input-file --decompose-attention | FileCheck %s

// f64 has no kernel of its own: products and a softmax, the mask in between; rows of -infinity become zeros.
// CHECK-LABEL: func.func @f64
// CHECK: %[[Q:.*]] = ingot.transpose %arg0 {perm = array<i64: 1, 0, 2>}
// CHECK: %[[S:.*]] = ingot.matmul %[[Q]], %arg1 {transpose_b}
// CHECK: %[[M:.*]] = ingot.mul %[[S]]
// CHECK: %[[A:.*]] = ingot.add %[[M]], %arg3
// CHECK: %[[W:.*]] = ingot.softmax %[[A]] {axis = 2 : i64}
// CHECK: %[[G:.*]] = ingot.select %{{.*}}, %{{.*}}, %[[W]]
// CHECK: ingot.matmul %[[G]], %arg2
// CHECK-NOT: ingot.attention
func.func @f64(%q: tensor<5x3x4xf64>, %k: tensor<3x7x4xf64>, %v: tensor<3x7x6xf64>, %m: tensor<7xf64>) -> tensor<3x5x6xf64> {
  %0 = ingot.attention %q, %k, %v, %m {query_perm = array<i64: 1, 0, 2>, scale = 0.5 : f64} : (tensor<5x3x4xf64>, tensor<3x7x4xf64>, tensor<3x7x6xf64>, tensor<7xf64>) -> tensor<3x5x6xf64>
  return %0 : tensor<3x5x6xf64>
}

// -----

// Columns that only the run time knows; the causal mask is made of positions.
// CHECK-LABEL: func.func @dynamic
// CHECK: ingot.compare le
// CHECK: ingot.select
// CHECK-NOT: ingot.attention
func.func @dynamic(%q: tensor<5x?xf32>, %k: tensor<7x?xf32>, %v: tensor<7x6xf32>) -> tensor<5x6xf32> {
  %0 = ingot.attention %q, %k, %v {causal = #ingot<causal_kind first>, scale = 0.5 : f64} : (tensor<5x?xf32>, tensor<7x?xf32>, tensor<7x6xf32>) -> tensor<5x6xf32>
  return %0 : tensor<5x6xf32>
}

// -----

// f32 with known columns stays.
// CHECK-LABEL: func.func @stays
// CHECK: ingot.attention
func.func @stays(%q: tensor<?x4xf32>, %k: tensor<?x4xf32>, %v: tensor<?x6xf32>) -> tensor<?x6xf32> {
  %0 = ingot.attention %q, %k, %v {scale = 0.5 : f64} : (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x6xf32>) -> tensor<?x6xf32>
  return %0 : tensor<?x6xf32>
}

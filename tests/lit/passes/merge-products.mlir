// RUN: ingot-opt %s --split-input-file --merge-products --canonicalize | FileCheck %s

// Queries, keys and values are made by one product and one bias, of zeros where a product had none.
// CHECK-LABEL: @self_attention
// CHECK-DAG: %[[Q:.*]] = ingot.constant tensor<8x8xf32> = dense<1.000000e+00>
// CHECK-DAG: %[[K:.*]] = ingot.constant tensor<8x4xf32> = dense<2.000000e+00>
// CHECK-DAG: %[[V:.*]] = ingot.constant tensor<8x4xf32> = dense<3.000000e+00>
// CHECK-DAG: %[[B:.*]] = ingot.constant tensor<8xf32> = dense<4.000000e+00>
// CHECK-DAG: %[[C:.*]] = ingot.constant tensor<4xf32> = dense<5.000000e+00>
// CHECK-DAG: %[[NONE:.*]] = ingot.expand
// CHECK: %[[W:.*]] = ingot.concat %[[Q]], %[[K]], %[[V]] {axis = 1 : i64}
// CHECK: %[[PRODUCT:.*]] = ingot.matmul %arg0, %[[W]] : (tensor<1x?x8xf32>, tensor<8x16xf32>) -> tensor<1x?x16xf32>
// CHECK: %[[BIAS:.*]] = ingot.concat %[[B]], %[[NONE]], %[[C]] {axis = 0 : i64}
// CHECK: %[[SUM:.*]] = ingot.add %[[PRODUCT]], %[[BIAS]]
// CHECK: %[[QUERY:.*]] = ingot.slice %[[SUM]]
// CHECK-SAME: -> tensor<1x?x8xf32>
// CHECK: %[[KEY:.*]] = ingot.slice %[[SUM]]
// CHECK-SAME: -> tensor<1x?x4xf32>
// CHECK: %[[VALUE:.*]] = ingot.slice %[[SUM]]
// CHECK-SAME: -> tensor<1x?x4xf32>
// CHECK-NOT: ingot.matmul
// CHECK: %[[HEADS:.*]] = ingot.reshape %[[QUERY]]
// CHECK: ingot.reshape %[[KEY]]
// CHECK: ingot.reshape %[[VALUE]]
// CHECK: ingot.attention
func.func @self_attention(%x: tensor<1x?x8xf32>) -> tensor<1x?x2x4xf32> {
  %wq = ingot.constant tensor<8x8xf32> = dense<1.0> : tensor<8x8xf32>
  %bq = ingot.constant tensor<8xf32> = dense<4.0> : tensor<8xf32>
  %bv = ingot.constant tensor<4xf32> = dense<5.0> : tensor<4xf32>
  %two = ingot.constant tensor<4xi64> = dense<[1, -1, 2, 4]> : tensor<4xi64>
  %one = ingot.constant tensor<4xi64> = dense<[1, -1, 1, 4]> : tensor<4xi64>
  %q = ingot.matmul %x, %wq : (tensor<1x?x8xf32>, tensor<8x8xf32>) -> tensor<1x?x8xf32>
  %q0 = ingot.add %bq, %q : (tensor<8xf32>, tensor<1x?x8xf32>) -> tensor<1x?x8xf32>
  %q1 = ingot.reshape %q0, %two : (tensor<1x?x8xf32>, tensor<4xi64>) -> tensor<1x?x2x4xf32>
  %wk = ingot.constant tensor<8x4xf32> = dense<2.0> : tensor<8x4xf32>
  %k = ingot.matmul %x, %wk : (tensor<1x?x8xf32>, tensor<8x4xf32>) -> tensor<1x?x4xf32>
  %k1 = ingot.reshape %k, %one : (tensor<1x?x4xf32>, tensor<4xi64>) -> tensor<1x?x1x4xf32>
  %wv = ingot.constant tensor<8x4xf32> = dense<3.0> : tensor<8x4xf32>
  %v = ingot.matmul %x, %wv : (tensor<1x?x8xf32>, tensor<8x4xf32>) -> tensor<1x?x4xf32>
  %v0 = ingot.add %v, %bv : (tensor<1x?x4xf32>, tensor<4xf32>) -> tensor<1x?x4xf32>
  %v1 = ingot.reshape %v0, %one : (tensor<1x?x4xf32>, tensor<4xi64>) -> tensor<1x?x1x4xf32>
  %a = ingot.attention %q1, %k1, %v1 {query_perm = array<i64: 0, 2, 1, 3>, key_perm = array<i64: 0, 2, 1, 3>,
      value_perm = array<i64: 0, 2, 1, 3>, result_perm = array<i64: 0, 2, 1, 3>, scale = 0.5 : f64}
      : (tensor<1x?x2x4xf32>, tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>) -> tensor<1x?x2x4xf32>
  return %a : tensor<1x?x2x4xf32>
}

// -----

// Without biases there is none; transposed weights lie one behind another.
// CHECK-LABEL: @transposed
// CHECK: %[[W:.*]] = ingot.concat %{{.*}}, %{{.*}} {axis = 0 : i64} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<8x8xf32>
// CHECK: ingot.matmul %arg1, %[[W]] {transpose_b}
// CHECK-NOT: ingot.add
// CHECK-COUNT-2: ingot.slice
// CHECK: ingot.attention
func.func @transposed(%q: tensor<1x1x5x4xf32>, %x: tensor<1x1x7x8xf32>) -> tensor<1x1x5x4xf32> {
  %wk = ingot.constant tensor<4x8xf32> = dense<2.0> : tensor<4x8xf32>
  %wv = ingot.constant tensor<4x8xf32> = dense<3.0> : tensor<4x8xf32>
  %k = ingot.matmul %x, %wk {transpose_b} : (tensor<1x1x7x8xf32>, tensor<4x8xf32>) -> tensor<1x1x7x4xf32>
  %v = ingot.matmul %x, %wv {transpose_b} : (tensor<1x1x7x8xf32>, tensor<4x8xf32>) -> tensor<1x1x7x4xf32>
  %a = ingot.attention %q, %k, %v {scale = 0.5 : f64}
      : (tensor<1x1x5x4xf32>, tensor<1x1x7x4xf32>, tensor<1x1x7x4xf32>) -> tensor<1x1x5x4xf32>
  return %a : tensor<1x1x5x4xf32>
}

// -----

// Not what other operators read, which become part of the product; not a result of the model; not of a weight that
// something else reads; not of several values.
// CHECK-LABEL: @others
// CHECK-COUNT-6: ingot.matmul
// CHECK-NOT: ingot.slice
// CHECK: return
func.func @others(%x: tensor<1x1x7x8xf32>, %y: tensor<1x1x7x8xf32>)
    -> (tensor<1x1x7x4xf32>, tensor<1x1x7x4xf32>, tensor<1x1x7x4xf32>) {
  %wq = ingot.constant tensor<8x4xf32> = dense<1.0> : tensor<8x4xf32>
  %wk = ingot.constant tensor<8x4xf32> = dense<2.0> : tensor<8x4xf32>
  %wv = ingot.constant tensor<8x4xf32> = dense<3.0> : tensor<8x4xf32>
  %wu = ingot.constant tensor<8x4xf32> = dense<4.0> : tensor<8x4xf32>
  %wr = ingot.constant tensor<8x4xf32> = dense<5.0> : tensor<8x4xf32>
  %q = ingot.matmul %x, %wq : (tensor<1x1x7x8xf32>, tensor<8x4xf32>) -> tensor<1x1x7x4xf32>
  %r = ingot.relu %q : (tensor<1x1x7x4xf32>) -> tensor<1x1x7x4xf32>
  %k = ingot.matmul %x, %wk : (tensor<1x1x7x8xf32>, tensor<8x4xf32>) -> tensor<1x1x7x4xf32>
  %v = ingot.matmul %x, %wv : (tensor<1x1x7x8xf32>, tensor<8x4xf32>) -> tensor<1x1x7x4xf32>
  %u = ingot.matmul %x, %wu : (tensor<1x1x7x8xf32>, tensor<8x4xf32>) -> tensor<1x1x7x4xf32>
  %s = ingot.matmul %y, %wr : (tensor<1x1x7x8xf32>, tensor<8x4xf32>) -> tensor<1x1x7x4xf32>
  %t = ingot.matmul %y, %wu : (tensor<1x1x7x8xf32>, tensor<8x4xf32>) -> tensor<1x1x7x4xf32>
  %a = ingot.attention %r, %k, %v {scale = 0.5 : f64}
      : (tensor<1x1x7x4xf32>, tensor<1x1x7x4xf32>, tensor<1x1x7x4xf32>) -> tensor<1x1x7x4xf32>
  %b = ingot.attention %u, %s, %t {scale = 0.5 : f64}
      : (tensor<1x1x7x4xf32>, tensor<1x1x7x4xf32>, tensor<1x1x7x4xf32>) -> tensor<1x1x7x4xf32>
  return %a, %b, %v : tensor<1x1x7x4xf32>, tensor<1x1x7x4xf32>, tensor<1x1x7x4xf32>
}

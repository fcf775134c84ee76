// RUN: ingot-opt %s --split-input-file --recover-attention --canonicalize | FileCheck %s

// BERT: a quotient, then a mask that is added.
// CHECK-LABEL: func.func @bert
// CHECK: ingot.attention %arg0, %arg1, %arg2, %arg3 {key_perm = array<i64: 0, 2, 1, 3>, query_perm = array<i64: 0, 2, 1, 3>, result_perm = array<i64: 0, 2, 1, 3>, scale = 1.250000e-01 : f64, value_perm = array<i64: 0, 2, 1, 3>}
// CHECK-NOT: ingot.matmul
func.func @bert(%q: tensor<?x?x2x64xf32> {ingot.name = "q", ingot.dims = ["B", "L", "", ""]},
                %k: tensor<?x?x2x64xf32> {ingot.name = "k", ingot.dims = ["B", "L", "", ""]},
                %v: tensor<?x?x2x64xf32> {ingot.name = "v", ingot.dims = ["B", "L", "", ""]},
                %m: tensor<?x1x1x?xf32> {ingot.name = "m", ingot.dims = ["B", "", "", "L"]}) -> tensor<?x?x2x64xf32> {
  %eight = ingot.constant tensor<f32> = dense<8.0> : tensor<f32>
  %0 = ingot.transpose %q {perm = array<i64: 0, 2, 1, 3>} : (tensor<?x?x2x64xf32>) -> tensor<?x2x?x64xf32>
  %1 = ingot.transpose %k {perm = array<i64: 0, 2, 3, 1>} : (tensor<?x?x2x64xf32>) -> tensor<?x2x64x?xf32>
  %2 = ingot.transpose %v {perm = array<i64: 0, 2, 1, 3>} : (tensor<?x?x2x64xf32>) -> tensor<?x2x?x64xf32>
  %3 = ingot.matmul %0, %1 : (tensor<?x2x?x64xf32>, tensor<?x2x64x?xf32>) -> tensor<?x2x?x?xf32>
  %4 = ingot.div %3, %eight : (tensor<?x2x?x?xf32>, tensor<f32>) -> tensor<?x2x?x?xf32>
  %5 = ingot.add %4, %m : (tensor<?x2x?x?xf32>, tensor<?x1x1x?xf32>) -> tensor<?x2x?x?xf32>
  %6 = ingot.softmax %5 {axis = 3 : i64} : (tensor<?x2x?x?xf32>) -> tensor<?x2x?x?xf32>
  %7 = ingot.matmul %6, %2 : (tensor<?x2x?x?xf32>, tensor<?x2x?x64xf32>) -> tensor<?x2x?x64xf32>
  %8 = ingot.transpose %7 {perm = array<i64: 0, 2, 1, 3>} : (tensor<?x2x?x64xf32>) -> tensor<?x?x2x64xf32>
  return %8 : tensor<?x?x2x64xf32>
}

// -----

// PyTorch's exporter scales query and key; GPT-2 selects by a piece of a triangular constant, then adds a mask.
// CHECK-LABEL: func.func @causal
// CHECK: ingot.attention %arg0, %arg1, %arg2, %arg3 {causal = #ingot<causal_kind first>, scale = 2.500000e-01 : f64}
func.func @causal(%q: tensor<2x3x16xf32>, %k: tensor<2x3x16xf32>, %v: tensor<2x3x16xf32>, %m: tensor<2x1x3xf32>) -> tensor<2x3x16xf32> {
  %half = ingot.constant tensor<f32> = dense<0.5> : tensor<f32>
  %low = ingot.constant tensor<f32> = dense<-3.40282347E+38> : tensor<f32>
  %triangle = ingot.constant tensor<1x4x4xi1> = dense<[[[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]]> : tensor<1x4x4xi1>
  %start = ingot.constant tensor<2xi64> = dense<0> : tensor<2xi64>
  %end = ingot.constant tensor<2xi64> = dense<3> : tensor<2xi64>
  %axes = ingot.constant tensor<2xi64> = dense<[1, 2]> : tensor<2xi64>
  %seen = ingot.slice %triangle, %start, %end, %axes {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>} : (tensor<1x4x4xi1>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> tensor<1x3x3xi1>
  %0 = ingot.mul %q, %half : (tensor<2x3x16xf32>, tensor<f32>) -> tensor<2x3x16xf32>
  %1 = ingot.mul %k, %half : (tensor<2x3x16xf32>, tensor<f32>) -> tensor<2x3x16xf32>
  %2 = ingot.matmul %0, %1 {transpose_b} : (tensor<2x3x16xf32>, tensor<2x3x16xf32>) -> tensor<2x3x3xf32>
  %3 = ingot.select %seen, %2, %low : (tensor<1x3x3xi1>, tensor<2x3x3xf32>, tensor<f32>) -> tensor<2x3x3xf32>
  %4 = ingot.add %m, %3 : (tensor<2x1x3xf32>, tensor<2x3x3xf32>) -> tensor<2x3x3xf32>
  %5 = ingot.softmax %4 {axis = 2 : i64} : (tensor<2x3x3xf32>) -> tensor<2x3x3xf32>
  %6 = ingot.matmul %5, %v : (tensor<2x3x3xf32>, tensor<2x3x16xf32>) -> tensor<2x3x16xf32>
  return %6 : tensor<2x3x16xf32>
}

// -----

// A mask of numbers may be causal too: the last query sees all keys.
// CHECK-LABEL: func.func @added
// CHECK: ingot.attention %arg0, %arg1, %arg2 {causal = #ingot<causal_kind last>, scale = 1.000000e+00 : f64}
func.func @added(%q: tensor<2x16xf32>, %k: tensor<3x16xf32>, %v: tensor<3x16xf32>) -> tensor<2x16xf32> {
  %hide = ingot.constant tensor<2x3xf32> = dense<[[0.0, 0.0, 0xFF800000], [0.0, 0.0, 0.0]]> : tensor<2x3xf32>
  %0 = ingot.matmul %q, %k {transpose_b} : (tensor<2x16xf32>, tensor<3x16xf32>) -> tensor<2x3xf32>
  %1 = ingot.add %0, %hide : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = ingot.softmax %1 {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %3 = ingot.matmul %2, %v : (tensor<2x3xf32>, tensor<3x16xf32>) -> tensor<2x16xf32>
  return %3 : tensor<2x16xf32>
}

// -----

// Hidden where a condition holds: its negation shows. What hidden scores become is kept. A soft cap comes before.
// CHECK-LABEL: func.func @hidden
// CHECK: %[[N:.*]] = ingot.not %arg3
// CHECK: ingot.attention %arg0, %arg1, %arg2, %[[N]] {excluded = -1.000000e+09 : f64, scale = 5.000000e-01 : f64, softcap = 3.000000e+01 : f64}
func.func @hidden(%q: tensor<2x16xf32>, %k: tensor<3x16xf32>, %v: tensor<3x16xf32>, %c: tensor<1x3xi1>) -> tensor<2x16xf32> {
  %half = ingot.constant tensor<f32> = dense<0.5> : tensor<f32>
  %cap = ingot.constant tensor<f32> = dense<30.0> : tensor<f32>
  %low = ingot.constant tensor<f32> = dense<-1.0e9> : tensor<f32>
  %0 = ingot.matmul %q, %k {transpose_b} : (tensor<2x16xf32>, tensor<3x16xf32>) -> tensor<2x3xf32>
  %1 = ingot.mul %0, %half : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  %2 = ingot.div %1, %cap : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  %3 = ingot.tanh %2 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %4 = ingot.mul %3, %cap : (tensor<2x3xf32>, tensor<f32>) -> tensor<2x3xf32>
  %5 = ingot.select %c, %low, %4 : (tensor<1x3xi1>, tensor<f32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %6 = ingot.softmax %5 {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %7 = ingot.matmul %6, %v : (tensor<2x3xf32>, tensor<3x16xf32>) -> tensor<2x16xf32>
  return %7 : tensor<2x16xf32>
}

// -----

// Not attention: the weights are a result too; the softmax runs along the queries; the mask has no column for each key
// that is proven.
// CHECK-LABEL: func.func @not_attention
// CHECK-NOT: ingot.attention
func.func @not_attention(%q: tensor<3x16xf32>, %k: tensor<3x16xf32>, %v: tensor<3x16xf32>, %m: tensor<?xf32>)
    -> (tensor<3x16xf32>, tensor<3x3xf32>, tensor<3x16xf32>, tensor<3x16xf32>) {
  %0 = ingot.matmul %q, %k {transpose_b} : (tensor<3x16xf32>, tensor<3x16xf32>) -> tensor<3x3xf32>
  %1 = ingot.softmax %0 {axis = 1 : i64} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  %2 = ingot.matmul %1, %v : (tensor<3x3xf32>, tensor<3x16xf32>) -> tensor<3x16xf32>
  %3 = ingot.matmul %k, %q {transpose_b} : (tensor<3x16xf32>, tensor<3x16xf32>) -> tensor<3x3xf32>
  %4 = ingot.softmax %3 {axis = 0 : i64} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  %5 = ingot.matmul %4, %v : (tensor<3x3xf32>, tensor<3x16xf32>) -> tensor<3x16xf32>
  %6 = ingot.matmul %v, %q {transpose_b} : (tensor<3x16xf32>, tensor<3x16xf32>) -> tensor<3x3xf32>
  %7 = ingot.add %6, %m : (tensor<3x3xf32>, tensor<?xf32>) -> tensor<3x3xf32>
  %8 = ingot.softmax %7 {axis = 1 : i64} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  %9 = ingot.matmul %8, %v : (tensor<3x3xf32>, tensor<3x16xf32>) -> tensor<3x16xf32>
  return %2, %1, %5, %9 : tensor<3x16xf32>, tensor<3x3xf32>, tensor<3x16xf32>, tensor<3x16xf32>
}

// -----

// A triangle that is no triangle stays a mask.
// CHECK-LABEL: func.func @nearly
// CHECK: ingot.attention %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} {scale = 1.000000e+00 : f64}
func.func @nearly(%q: tensor<3x16xf32>, %k: tensor<3x16xf32>, %v: tensor<3x16xf32>) -> tensor<3x16xf32> {
  %low = ingot.constant tensor<f32> = dense<0xFF800000> : tensor<f32>
  %seen = ingot.constant tensor<3x3xi1> = dense<[[1, 0, 0], [1, 1, 0], [0, 1, 1]]> : tensor<3x3xi1>
  %0 = ingot.matmul %q, %k {transpose_b} : (tensor<3x16xf32>, tensor<3x16xf32>) -> tensor<3x3xf32>
  %1 = ingot.select %seen, %0, %low : (tensor<3x3xi1>, tensor<3x3xf32>, tensor<f32>) -> tensor<3x3xf32>
  %2 = ingot.softmax %1 {axis = 1 : i64} : (tensor<3x3xf32>) -> tensor<3x3xf32>
  %3 = ingot.matmul %2, %v : (tensor<3x3xf32>, tensor<3x16xf32>) -> tensor<3x16xf32>
  return %3 : tensor<3x16xf32>
}

// -----

// PyTorch's exporter puts zeros in place of the NaNs of a row that sees no key, as the operator does; a mask may be
// subtracted.
// CHECK-LABEL: func.func @guarded
// CHECK: %[[M:.*]] = ingot.neg %arg3
// CHECK: ingot.attention %arg0, %arg1, %arg2, %[[M]] {scale = 1.000000e+00 : f64}
// CHECK-NOT: ingot.matmul
func.func @guarded(%q: tensor<2x16xf32>, %k: tensor<3x16xf32>, %v: tensor<3x16xf32>, %m: tensor<1x3xf32>) -> tensor<2x16xf32> {
  %zero = ingot.constant tensor<1xf32> = dense<0.0> : tensor<1xf32>
  %0 = ingot.matmul %q, %k {transpose_b} : (tensor<2x16xf32>, tensor<3x16xf32>) -> tensor<2x3xf32>
  %1 = ingot.sub %0, %m : (tensor<2x3xf32>, tensor<1x3xf32>) -> tensor<2x3xf32>
  %2 = ingot.softmax %1 {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %3 = ingot.is_nan %2 : (tensor<2x3xf32>) -> tensor<2x3xi1>
  %4 = ingot.select %3, %zero, %2 : (tensor<2x3xi1>, tensor<1xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %5 = ingot.matmul %4, %v : (tensor<2x3xf32>, tensor<3x16xf32>) -> tensor<2x16xf32>
  return %5 : tensor<2x16xf32>
}

// -----

// Other numbers than zeros, other conditions, and scores that are subtracted are not the operator's.
// CHECK-LABEL: func.func @not_guarded
// CHECK-NOT: ingot.attention
func.func @not_guarded(%q: tensor<2x16xf32>, %k: tensor<3x16xf32>, %v: tensor<3x16xf32>, %c: tensor<2x3xi1>, %m: tensor<1x3xf32>)
    -> (tensor<2x16xf32>, tensor<2x16xf32>, tensor<2x16xf32>) {
  %zero = ingot.constant tensor<1xf32> = dense<0.0> : tensor<1xf32>
  %one = ingot.constant tensor<1xf32> = dense<1.0> : tensor<1xf32>
  %0 = ingot.matmul %q, %k {transpose_b} : (tensor<2x16xf32>, tensor<3x16xf32>) -> tensor<2x3xf32>
  %1 = ingot.softmax %0 {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = ingot.is_nan %1 : (tensor<2x3xf32>) -> tensor<2x3xi1>
  %3 = ingot.select %2, %one, %1 : (tensor<2x3xi1>, tensor<1xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %4 = ingot.matmul %3, %v : (tensor<2x3xf32>, tensor<3x16xf32>) -> tensor<2x16xf32>
  %5 = ingot.matmul %q, %v {transpose_b} : (tensor<2x16xf32>, tensor<3x16xf32>) -> tensor<2x3xf32>
  %6 = ingot.softmax %5 {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %7 = ingot.select %c, %zero, %6 : (tensor<2x3xi1>, tensor<1xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %8 = ingot.matmul %7, %v : (tensor<2x3xf32>, tensor<3x16xf32>) -> tensor<2x16xf32>
  %9 = ingot.matmul %q, %k {transpose_b} : (tensor<2x16xf32>, tensor<3x16xf32>) -> tensor<2x3xf32>
  %10 = ingot.sub %m, %9 : (tensor<1x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  %11 = ingot.softmax %10 {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %12 = ingot.matmul %11, %v : (tensor<2x3xf32>, tensor<3x16xf32>) -> tensor<2x16xf32>
  return %4, %8, %12 : tensor<2x16xf32>, tensor<2x16xf32>, tensor<2x16xf32>
}

// -----

// Products of all heads in a row, which masks see apart: BLOOM adds one to them and one to each head's.
// CHECK-LABEL: func.func @viewed
// CHECK-DAG: %[[Q:.*]] = ingot.reshape %arg0, %{{.*}} -> tensor<2x3x4x16xf32>
// CHECK-DAG: %[[K:.*]] = ingot.reshape %arg1, %{{.*}} -> tensor<2x3x5x16xf32>
// CHECK-DAG: %[[V:.*]] = ingot.reshape %arg2, %{{.*}} -> tensor<2x3x5x8xf32>
// CHECK-DAG: %[[A:.*]] = ingot.reshape %arg3, %{{.*}} -> tensor<2x3x1x5xf32>
// CHECK-DAG: %[[M:.*]] = ingot.add %[[A]], %arg4
// CHECK: %[[R:.*]] = ingot.attention %[[Q]], %[[K]], %[[V]], %[[M]] {scale = 2.500000e-01 : f64} : {{.*}} -> tensor<2x3x4x8xf32>
// CHECK: ingot.reshape %[[R]], %{{.*}} -> tensor<6x4x8xf32>
// CHECK-NOT: ingot.matmul
func.func @viewed(%q: tensor<6x4x16xf32>, %k: tensor<6x5x16xf32>, %v: tensor<6x5x8xf32>, %alibi: tensor<6x1x5xf32>, %m: tensor<2x1x4x5xf32>) -> tensor<6x4x8xf32> {
  %scale = ingot.constant tensor<f32> = dense<0.25> : tensor<f32>
  %apart = ingot.constant tensor<4xi64> = dense<[2, 3, 4, 5]> : tensor<4xi64>
  %joined = ingot.constant tensor<3xi64> = dense<[6, 4, 5]> : tensor<3xi64>
  %0 = ingot.matmul %q, %k {transpose_b} : (tensor<6x4x16xf32>, tensor<6x5x16xf32>) -> tensor<6x4x5xf32>
  %1 = ingot.mul %0, %scale : (tensor<6x4x5xf32>, tensor<f32>) -> tensor<6x4x5xf32>
  %2 = ingot.add %1, %alibi : (tensor<6x4x5xf32>, tensor<6x1x5xf32>) -> tensor<6x4x5xf32>
  %3 = ingot.reshape %2, %apart : (tensor<6x4x5xf32>, tensor<4xi64>) -> tensor<2x3x4x5xf32>
  %4 = ingot.add %3, %m : (tensor<2x3x4x5xf32>, tensor<2x1x4x5xf32>) -> tensor<2x3x4x5xf32>
  %5 = ingot.softmax %4 {axis = 3 : i64} : (tensor<2x3x4x5xf32>) -> tensor<2x3x4x5xf32>
  %6 = ingot.reshape %5, %joined : (tensor<2x3x4x5xf32>, tensor<3xi64>) -> tensor<6x4x5xf32>
  %7 = ingot.matmul %6, %v : (tensor<6x4x5xf32>, tensor<6x5x8xf32>) -> tensor<6x4x8xf32>
  return %7 : tensor<6x4x8xf32>
}

// -----

// The same where batch and length are unknown: the shape that takes the scores apart gives the batch.
// CHECK-LABEL: func.func @viewed_later
// CHECK: ingot.attention {{.*}}, %arg2 {scale = 1.000000e+00 : f64} : {{.*}} -> tensor<?x2x?x16xf32>
// CHECK-NOT: ingot.matmul
func.func @viewed_later(%x: tensor<?x2x?x16xf32> {ingot.name = "x", ingot.dims = ["B", "", "L", ""]},
                        %y: tensor<?x2x?x16xf32> {ingot.name = "y", ingot.dims = ["B", "", "L", ""]},
                        %m: tensor<?x1x1x?xf32> {ingot.name = "m", ingot.dims = ["B", "", "", "L"]}) -> tensor<?x?x16xf32> {
  %rest = ingot.constant tensor<1xi64> = dense<-1> : tensor<1xi64>
  %two = ingot.constant tensor<1xi64> = dense<2> : tensor<1xi64>
  %sixteen = ingot.constant tensor<1xi64> = dense<16> : tensor<1xi64>
  %batch = ingot.shape %x {end = 1 : i64} : (tensor<?x2x?x16xf32>) -> tensor<1xi64>
  %length = ingot.shape %x {end = 3 : i64, start = 2 : i64} : (tensor<?x2x?x16xf32>) -> tensor<1xi64>
  %heads = ingot.concat %rest, %length, %sixteen {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<3xi64>
  %apart = ingot.concat %batch, %two, %length, %length {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<4xi64>
  %joined = ingot.concat %rest, %length, %length {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<3xi64>
  %q = ingot.reshape %x, %heads : (tensor<?x2x?x16xf32>, tensor<3xi64>) -> tensor<?x?x16xf32>
  %k = ingot.reshape %y, %heads : (tensor<?x2x?x16xf32>, tensor<3xi64>) -> tensor<?x?x16xf32>
  %0 = ingot.matmul %q, %k {transpose_b} : (tensor<?x?x16xf32>, tensor<?x?x16xf32>) -> tensor<?x?x?xf32>
  %1 = ingot.reshape %0, %apart : (tensor<?x?x?xf32>, tensor<4xi64>) -> tensor<?x2x?x?xf32>
  %2 = ingot.add %1, %m : (tensor<?x2x?x?xf32>, tensor<?x1x1x?xf32>) -> tensor<?x2x?x?xf32>
  %3 = ingot.reshape %2, %joined : (tensor<?x2x?x?xf32>, tensor<3xi64>) -> tensor<?x?x?xf32>
  %4 = ingot.softmax %3 {axis = 2 : i64} : (tensor<?x?x?xf32>) -> tensor<?x?x?xf32>
  %5 = ingot.matmul %4, %k : (tensor<?x?x?xf32>, tensor<?x?x16xf32>) -> tensor<?x?x16xf32>
  return %5 : tensor<?x?x16xf32>
}

// -----

// A view that cuts the scores themselves, and one of a product that repeats its keys.
// CHECK-LABEL: func.func @not_viewed
// CHECK-NOT: ingot.attention
func.func @not_viewed(%q: tensor<6x4x16xf32>, %k: tensor<6x4x16xf32>, %one: tensor<1x4x16xf32>) -> (tensor<6x2x16xf32>, tensor<6x4x16xf32>) {
  %cut = ingot.constant tensor<3xi64> = dense<[6, 2, 8]> : tensor<3xi64>
  %apart = ingot.constant tensor<4xi64> = dense<[2, 3, 4, 4]> : tensor<4xi64>
  %joined = ingot.constant tensor<3xi64> = dense<[6, 4, 4]> : tensor<3xi64>
  %wide = ingot.constant tensor<3xi64> = dense<[6, 8, 8]> : tensor<3xi64>
  %0 = ingot.matmul %q, %k {transpose_b} : (tensor<6x4x16xf32>, tensor<6x4x16xf32>) -> tensor<6x4x4xf32>
  %1 = ingot.reshape %0, %cut : (tensor<6x4x4xf32>, tensor<3xi64>) -> tensor<6x2x8xf32>
  %2 = ingot.softmax %1 {axis = 2 : i64} : (tensor<6x2x8xf32>) -> tensor<6x2x8xf32>
  %values = ingot.reshape %q, %wide : (tensor<6x4x16xf32>, tensor<3xi64>) -> tensor<6x8x8xf32>
  %3 = ingot.concat %values, %values {axis = 2 : i64} : (tensor<6x8x8xf32>, tensor<6x8x8xf32>) -> tensor<6x8x16xf32>
  %4 = ingot.matmul %2, %3 : (tensor<6x2x8xf32>, tensor<6x8x16xf32>) -> tensor<6x2x16xf32>
  %5 = ingot.matmul %q, %one {transpose_b} : (tensor<6x4x16xf32>, tensor<1x4x16xf32>) -> tensor<6x4x4xf32>
  %6 = ingot.reshape %5, %apart : (tensor<6x4x4xf32>, tensor<4xi64>) -> tensor<2x3x4x4xf32>
  %7 = ingot.softmax %6 {axis = 3 : i64} : (tensor<2x3x4x4xf32>) -> tensor<2x3x4x4xf32>
  %8 = ingot.reshape %7, %joined : (tensor<2x3x4x4xf32>, tensor<3xi64>) -> tensor<6x4x4xf32>
  %9 = ingot.matmul %8, %k : (tensor<6x4x4xf32>, tensor<6x4x16xf32>) -> tensor<6x4x16xf32>
  return %4, %9 : tensor<6x2x16xf32>, tensor<6x4x16xf32>
}

// -----

// As many rows of a table as there are tokens: what they are added to has no fewer, so the mask has a column for each
// key. Of a table that may be empty, that is not known.
// CHECK-LABEL: func.func @positions
// CHECK: ingot.attention %[[X:.*]], %[[X]], %[[X]], %arg1
// CHECK-LABEL: func.func @no_positions
// CHECK-NOT: ingot.attention
func.func @positions(%x: tensor<?x16xf32> {ingot.name = "x", ingot.dims = ["L", ""]},
                     %m: tensor<1x?xf32> {ingot.name = "m", ingot.dims = ["", "L"]}, %table: tensor<512x16xf32>) -> tensor<?x16xf32> {
  %start = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
  %end = ingot.shape %x {end = 1 : i64} : (tensor<?x16xf32>) -> tensor<1xi64>
  %rows = ingot.slice %table, %start, %end, %start {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>} : (tensor<512x16xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<?x16xf32>
  %h = ingot.add %x, %rows : (tensor<?x16xf32>, tensor<?x16xf32>) -> tensor<?x16xf32>
  %0 = ingot.matmul %h, %h {transpose_b} : (tensor<?x16xf32>, tensor<?x16xf32>) -> tensor<?x?xf32>
  %1 = ingot.add %0, %m : (tensor<?x?xf32>, tensor<1x?xf32>) -> tensor<?x?xf32>
  %2 = ingot.softmax %1 {axis = 1 : i64} : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %3 = ingot.matmul %2, %h : (tensor<?x?xf32>, tensor<?x16xf32>) -> tensor<?x16xf32>
  return %3 : tensor<?x16xf32>
}
func.func @no_positions(%x: tensor<?x16xf32> {ingot.name = "x", ingot.dims = ["L", ""]},
                        %m: tensor<1x?xf32> {ingot.name = "m", ingot.dims = ["", "L"]},
                        %table: tensor<?x16xf32> {ingot.name = "t", ingot.dims = ["T", ""]}) -> tensor<?x16xf32> {
  %start = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
  %end = ingot.shape %x {end = 1 : i64} : (tensor<?x16xf32>) -> tensor<1xi64>
  %rows = ingot.slice %table, %start, %end, %start {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>} : (tensor<?x16xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<?x16xf32>
  %h = ingot.add %x, %rows : (tensor<?x16xf32>, tensor<?x16xf32>) -> tensor<?x16xf32>
  %0 = ingot.matmul %h, %h {transpose_b} : (tensor<?x16xf32>, tensor<?x16xf32>) -> tensor<?x?xf32>
  %1 = ingot.add %0, %m : (tensor<?x?xf32>, tensor<1x?xf32>) -> tensor<?x?xf32>
  %2 = ingot.softmax %1 {axis = 1 : i64} : (tensor<?x?xf32>) -> tensor<?x?xf32>
  %3 = ingot.matmul %2, %h : (tensor<?x?xf32>, tensor<?x16xf32>) -> tensor<?x16xf32>
  return %3 : tensor<?x16xf32>
}

// -----

// Masks that repeat the scores: the product has one matrix, the weights two; or more rows than there are queries.
// CHECK-LABEL: func.func @repeated_scores
// CHECK-NOT: ingot.attention
func.func @repeated_scores(%q: tensor<1x4x16xf32>, %k: tensor<1x5x16xf32>, %v: tensor<1x5x16xf32>, %m: tensor<2x4x5xf32>, %one: tensor<1x1x16xf32>, %n: tensor<1x4x5xf32>) -> (tensor<2x4x16xf32>, tensor<1x4x16xf32>) {
  %0 = ingot.matmul %q, %k {transpose_b} : (tensor<1x4x16xf32>, tensor<1x5x16xf32>) -> tensor<1x4x5xf32>
  %1 = ingot.add %0, %m : (tensor<1x4x5xf32>, tensor<2x4x5xf32>) -> tensor<2x4x5xf32>
  %2 = ingot.softmax %1 {axis = 2 : i64} : (tensor<2x4x5xf32>) -> tensor<2x4x5xf32>
  %3 = ingot.matmul %2, %v : (tensor<2x4x5xf32>, tensor<1x5x16xf32>) -> tensor<2x4x16xf32>
  %4 = ingot.matmul %one, %k {transpose_b} : (tensor<1x1x16xf32>, tensor<1x5x16xf32>) -> tensor<1x1x5xf32>
  %5 = ingot.add %4, %n : (tensor<1x1x5xf32>, tensor<1x4x5xf32>) -> tensor<1x4x5xf32>
  %6 = ingot.softmax %5 {axis = 2 : i64} : (tensor<1x4x5xf32>) -> tensor<1x4x5xf32>
  %7 = ingot.matmul %6, %v : (tensor<1x4x5xf32>, tensor<1x5x16xf32>) -> tensor<1x4x16xf32>
  return %3, %7 : tensor<2x4x16xf32>, tensor<1x4x16xf32>
}

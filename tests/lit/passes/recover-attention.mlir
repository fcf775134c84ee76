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

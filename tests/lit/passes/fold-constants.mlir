// RUN: ingot-opt %s --fold-constants --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @arithmetic
// CHECK: ingot.constant tensor<2x2xf32> = dense<{{\[\[}}2.500000e+00, 3.500000e+00], [4.500000e+00, 5.500000e+00]]>
// CHECK-NOT: ingot.add
func.func @arithmetic() -> tensor<2x2xf32> {
  %a = ingot.constant tensor<2x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %b = ingot.constant tensor<f32> = dense<1.5> : tensor<f32>
  %c = ingot.add %a, %b : (tensor<2x2xf32>, tensor<f32>) -> tensor<2x2xf32>
  return %c : tensor<2x2xf32>
}

// -----

// CHECK-LABEL: func.func @movement
// CHECK: ingot.constant tensor<4xi64> = dense<[6, 3, 5, 2]>
func.func @movement() -> tensor<4xi64> {
  %a = ingot.constant tensor<2x3xi64> = dense<[[1, 2, 3], [4, 5, 6]]> : tensor<2x3xi64>
  %t = ingot.transpose %a {perm = array<i64: 1, 0>} : (tensor<2x3xi64>) -> tensor<3x2xi64>
  %starts = ingot.constant tensor<2xi64> = dense<-1> : tensor<2xi64>
  %ends = ingot.constant tensor<2xi64> = dense<[0, -10]> : tensor<2xi64>
  %axes = ingot.constant tensor<2xi64> = dense<[0, 1]> : tensor<2xi64>
  %s = ingot.slice %t, %starts, %ends, %axes, %starts {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1>} : (tensor<3x2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> tensor<2x2xi64>
  %four = ingot.constant tensor<1xi64> = dense<4> : tensor<1xi64>
  %r = ingot.reshape %s, %four : (tensor<2x2xi64>, tensor<1xi64>) -> tensor<4xi64>
  return %r : tensor<4xi64>
}

// -----

// A view of weights in a file reads nothing of it.
// CHECK-LABEL: func.func @view
// CHECK: ingot.constant tensor<2x3x1xf32> = #ingot.external<"absent.bin", 64, 24>
// CHECK-NOT: ingot.reshape
func.func @view() -> tensor<2x3x1xf32> {
  %a = ingot.constant tensor<6xf32> = #ingot.external<"absent.bin", 64, 24>
  %s = ingot.constant tensor<2xi64> = dense<[2, 3]> : tensor<2xi64>
  %r = ingot.reshape %a, %s : (tensor<6xf32>, tensor<2xi64>) -> tensor<2x3xf32>
  %u = ingot.unsqueeze %r {axes = array<i64: 2>} : (tensor<2x3xf32>) -> tensor<2x3x1xf32>
  return %u : tensor<2x3x1xf32>
}

// -----

// A result far larger than its operands stays an operator.
// CHECK-LABEL: func.func @large
// CHECK: ingot.expand
func.func @large() -> tensor<1000x1000xf32> {
  %a = ingot.constant tensor<1x1xf32> = dense<1.0> : tensor<1x1xf32>
  %s = ingot.constant tensor<2xi64> = dense<1000> : tensor<2xi64>
  %y = ingot.expand %a, %s : (tensor<1x1xf32>, tensor<2xi64>) -> tensor<1000x1000xf32>
  return %y : tensor<1000x1000xf32>
}

// -----

// What weights are normalized by: sums, means, norms and extremes, along some dimensions or all.
// CHECK-LABEL: func.func @reductions
// CHECK-DAG: ingot.constant tensor<2xf32> = dense<[2.000000e+00, 5.000000e+00]>
// CHECK-DAG: ingot.constant tensor<1x3xf32> = dense<{{\[\[}}4.000000e+00, 5.000000e+00, 6.000000e+00]]>
// CHECK-DAG: ingot.constant tensor<f32> = dense<9.100000e+01>
// CHECK-DAG: ingot.constant tensor<2x1xf32> = dense<{{\[\[}}-3.000000e+00], [4.000000e+00]]>
// CHECK-NOT: ingot.reduce
func.func @reductions() -> (tensor<2xf32>, tensor<1x3xf32>, tensor<f32>, tensor<2x1xf32>) {
  %a = ingot.constant tensor<2x3xf32> = dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %b = ingot.constant tensor<2x3xf32> = dense<[[-3.0, -2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %0 = ingot.reduce mean %a {axes = array<i64: 1>, keep_dims = false} : (tensor<2x3xf32>) -> tensor<2xf32>
  %1 = ingot.reduce max %b {axes = array<i64: 0>} : (tensor<2x3xf32>) -> tensor<1x3xf32>
  %2 = ingot.reduce sum_square %a {keep_dims = false} : (tensor<2x3xf32>) -> tensor<f32>
  %3 = ingot.reduce min %b {axes = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<2x1xf32>
  return %0, %1, %2, %3 : tensor<2xf32>, tensor<1x3xf32>, tensor<f32>, tensor<2x1xf32>
}

// -----

// Integers, nothing at all, and what sums of exponentials would need more care for are left to the kernels.
// CHECK-LABEL: func.func @other_reductions
// CHECK-COUNT-3: ingot.reduce
func.func @other_reductions() -> (tensor<i64>, tensor<f32>, tensor<f32>) {
  %a = ingot.constant tensor<2xi64> = dense<[1, 2]> : tensor<2xi64>
  %b = ingot.constant tensor<0xf32> = dense<> : tensor<0xf32>
  %c = ingot.constant tensor<2xf32> = dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = ingot.reduce sum %a {keep_dims = false} : (tensor<2xi64>) -> tensor<i64>
  %1 = ingot.reduce max %b {keep_dims = false} : (tensor<0xf32>) -> tensor<f32>
  %2 = ingot.reduce log_sum_exp %c {keep_dims = false} : (tensor<2xf32>) -> tensor<f32>
  return %0, %1, %2 : tensor<i64>, tensor<f32>, tensor<f32>
}

// -----

// Masks and buckets of relative positions.
// CHECK-LABEL: func.func @choices
// CHECK-DAG: ingot.constant tensor<3xi64> = dense<[2, 0, 2]>
// CHECK-DAG: ingot.constant tensor<3xi64> = dense<[-2, 0, 2]>
// CHECK-DAG: ingot.constant tensor<3xi64> = dense<[5, 5, 7]>
// CHECK-DAG: ingot.constant tensor<3xf32> = dense<[0xFF800000, 0.000000e+00, 0.000000e+00]>
// CHECK-NOT: ingot.{{abs|clamp|compare|select}}
func.func @choices() -> (tensor<3xi64>, tensor<3xi64>, tensor<3xi64>, tensor<3xf32>) {
  %a = ingot.constant tensor<3xi64> = dense<[-3, 0, 7]> : tensor<3xi64>
  %two = ingot.constant tensor<i64> = dense<2> : tensor<i64>
  %minus = ingot.constant tensor<i64> = dense<-2> : tensor<i64>
  %five = ingot.constant tensor<i64> = dense<5> : tensor<i64>
  %0 = ingot.abs %a : (tensor<3xi64>) -> tensor<3xi64>
  %1 = ingot.min %0, %two : (tensor<3xi64>, tensor<i64>) -> tensor<3xi64>
  %2 = ingot.clamp %a, %minus, %two : (tensor<3xi64>, tensor<i64>, tensor<i64>) -> tensor<3xi64>
  %3 = ingot.max %a, %five : (tensor<3xi64>, tensor<i64>) -> tensor<3xi64>
  %zero = ingot.constant tensor<f32> = dense<0.0> : tensor<f32>
  %none = ingot.constant tensor<f32> = dense<0xFF800000> : tensor<f32>
  %c = ingot.compare lt %a, %minus : (tensor<3xi64>, tensor<i64>) -> tensor<3xi1>
  %4 = ingot.select %c, %none, %zero : (tensor<3xi1>, tensor<f32>, tensor<f32>) -> tensor<3xf32>
  return %1, %2, %3, %4 : tensor<3xi64>, tensor<3xi64>, tensor<3xi64>, tensor<3xf32>
}

// -----

// Numbers above 2^63 are compared at run time.
// CHECK-LABEL: func.func @wide
// CHECK: ingot.compare
// CHECK: ingot.max
func.func @wide() -> (tensor<1xi1>, tensor<1xui64>) {
  %a = ingot.constant tensor<1xui64> = dense<18446744073709551615> : tensor<1xui64>
  %b = ingot.constant tensor<1xui64> = dense<1> : tensor<1xui64>
  %c = ingot.compare lt %a, %b : (tensor<1xui64>, tensor<1xui64>) -> tensor<1xi1>
  %d = ingot.max %a, %b : (tensor<1xui64>, tensor<1xui64>) -> tensor<1xui64>
  return %c, %d : tensor<1xi1>, tensor<1xui64>
}

// -----

// Projections of constants; a batch broadcasts.
// CHECK-LABEL: func.func @products
// CHECK-DAG: ingot.constant tensor<2x2xf32> = dense<{{\[\[}}1.400000e+01, 3.200000e+01], [3.200000e+01, 7.700000e+01]]>
// CHECK-DAG: ingot.constant tensor<2x1x2xf32> = dense<{{\[\[\[}}7.000000e+00, 1.000000e+01]], {{\[\[}}1.500000e+01, 2.200000e+01]]]>
// CHECK-NOT: ingot.matmul
func.func @products() -> (tensor<2x2xf32>, tensor<2x1x2xf32>) {
  %a = ingot.constant tensor<2x3xf32> = dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %0 = ingot.matmul %a, %a {transpose_b} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x2xf32>
  %b = ingot.constant tensor<2x2x1xf32> = dense<[[[1.0], [2.0]], [[3.0], [4.0]]]> : tensor<2x2x1xf32>
  %c = ingot.constant tensor<2x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %1 = ingot.matmul %b, %c {transpose_a} : (tensor<2x2x1xf32>, tensor<2x2xf32>) -> tensor<2x1x2xf32>
  return %0, %1 : tensor<2x2xf32>, tensor<2x1x2xf32>
}

// -----

// A product that would hold the compiler up is left to each run.
// CHECK-LABEL: func.func @long
// CHECK: ingot.matmul
func.func @long() -> tensor<2048x1024xf32> {
  %a = ingot.constant tensor<2048x1100xf32> = dense<1.0> : tensor<2048x1100xf32>
  %b = ingot.constant tensor<1100x1024xf32> = dense<1.0> : tensor<1100x1024xf32>
  %0 = ingot.matmul %a, %b : (tensor<2048x1100xf32>, tensor<1100x1024xf32>) -> tensor<2048x1024xf32>
  return %0 : tensor<2048x1024xf32>
}

// -----

// CHECK-LABEL: func.func @copies
// CHECK: ingot.constant tensor<2x4xi32> = dense<{{\[\[}}1, 2, 1, 2], [1, 2, 1, 2]]>
// CHECK-NOT: ingot.tile
func.func @copies() -> tensor<2x4xi32> {
  %a = ingot.constant tensor<1x2xi32> = dense<[[1, 2]]> : tensor<1x2xi32>
  %n = ingot.constant tensor<2xi64> = dense<2> : tensor<2xi64>
  %0 = ingot.tile %a, %n : (tensor<1x2xi32>, tensor<2xi64>) -> tensor<2x4xi32>
  return %0 : tensor<2x4xi32>
}

// -----

// CHECK-LABEL: func.func @gather_splat
// CHECK: ingot.constant tensor<2x3xi64> = dense<7>
// CHECK-NOT: ingot.gather
func.func @gather_splat() -> tensor<2x3xi64> {
  %a = ingot.constant tensor<4x3xi64> = dense<7> : tensor<4x3xi64>
  %i = ingot.constant tensor<2xi64> = dense<[3, 0]> : tensor<2xi64>
  %0 = ingot.gather %a, %i {axis = 0 : i64} : (tensor<4x3xi64>, tensor<2xi64>) -> tensor<2x3xi64>
  return %0 : tensor<2x3xi64>
}

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

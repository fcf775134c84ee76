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

// A result far larger than its operands stays an operator.
// CHECK-LABEL: func.func @large
// CHECK: ingot.expand
func.func @large() -> tensor<1000x1000xf32> {
  %a = ingot.constant tensor<1x1xf32> = dense<1.0> : tensor<1x1xf32>
  %s = ingot.constant tensor<2xi64> = dense<1000> : tensor<2xi64>
  %y = ingot.expand %a, %s : (tensor<1x1xf32>, tensor<2xi64>) -> tensor<1000x1000xf32>
  return %y : tensor<1000x1000xf32>
}

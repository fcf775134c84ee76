// RUN: ingot-opt %s --infer-shapes --split-input-file | FileCheck %s

// Static shapes make shape arithmetic constant, and types static.
// CHECK-LABEL: func.func @static
// CHECK-SAME: -> tensor<6xf32>
// CHECK: ingot.constant tensor<1xi64> = dense<6>
// CHECK: ingot.reshape %{{.*}}, %{{.*}} : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<6xf32>
func.func @static(%x: tensor<2x3xf32>) -> tensor<?xf32> {
  %s = ingot.shape %x : (tensor<2x3xf32>) -> tensor<2xi64>
  %p = ingot.reduce prod %s {axes = array<i64: 0>} : (tensor<2xi64>) -> tensor<1xi64>
  %y = ingot.reshape %x, %p : (tensor<2x3xf32>, tensor<1xi64>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

// A dimension that is not known stays so, and its arithmetic stays in the graph.
// CHECK-LABEL: func.func @dynamic
// CHECK-SAME: -> tensor<?xf32>
// CHECK: ingot.reduce prod
func.func @dynamic(%x: tensor<?x3xf32> {ingot.dims = ["N", ""]}) -> tensor<?xf32> {
  %s = ingot.shape %x : (tensor<?x3xf32>) -> tensor<2xi64>
  %p = ingot.reduce prod %s {axes = array<i64: 0>} : (tensor<2xi64>) -> tensor<1xi64>
  %y = ingot.reshape %x, %p : (tensor<?x3xf32>, tensor<1xi64>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

// A condition on a shape picks its branch.
// CHECK-LABEL: func.func @branch
// CHECK-NOT: ingot.if
// CHECK: ingot.exp
// CHECK-NOT: ingot.relu
func.func @branch(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %s = ingot.shape %x {end = 1 : i64} : (tensor<2x3xf32>) -> tensor<1xi64>
  %two = ingot.constant tensor<1xi64> = dense<2> : tensor<1xi64>
  %c = ingot.compare eq %s, %two : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi1>
  %y = ingot.if %c : (tensor<1xi1>) -> tensor<2x3xf32> {
    %a = ingot.exp %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ingot.yield %a : tensor<2x3xf32>
  } else {
    %b = ingot.relu %x : (tensor<2x3xf32>) -> tensor<2x3xf32>
    ingot.yield %b : tensor<2x3xf32>
  }
  return %y : tensor<2x3xf32>
}

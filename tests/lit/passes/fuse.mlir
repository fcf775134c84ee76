// RUN: ingot-opt %s --fuse --split-input-file | FileCheck %s

// An epilogue: bias, activation and residual join the product; the literal comes along.
// CHECK-LABEL: func.func @epilogue
// CHECK: %[[F:.*]] = ingot.fused
// CHECK: ingot.matmul
// CHECK: ingot.add
// CHECK: ingot.relu
// CHECK: ingot.mul
// CHECK: ingot.yield
// CHECK: return %[[F]]
func.func @epilogue(%x: tensor<4x8xf32>, %w: tensor<8x16xf32>, %b: tensor<16xf32>) -> tensor<4x16xf32> {
  %two = ingot.constant tensor<f32> = dense<2.0> : tensor<f32>
  %0 = ingot.matmul %x, %w : (tensor<4x8xf32>, tensor<8x16xf32>) -> tensor<4x16xf32>
  %1 = ingot.add %0, %b : (tensor<4x16xf32>, tensor<16xf32>) -> tensor<4x16xf32>
  %2 = ingot.relu %1 : (tensor<4x16xf32>) -> tensor<4x16xf32>
  %3 = ingot.mul %2, %two : (tensor<4x16xf32>, tensor<f32>) -> tensor<4x16xf32>
  return %3 : tensor<4x16xf32>
}

// -----

// A value that is used twice inside the group does not end it.
// CHECK-LABEL: func.func @diamond
// CHECK: ingot.fused
// CHECK: ingot.sigmoid
// CHECK: ingot.mul
// CHECK: ingot.yield
func.func @diamond(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = ingot.exp %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = ingot.sigmoid %0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = ingot.mul %0, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}

// -----

// Two values are asked for: nothing to fuse.
// CHECK-LABEL: func.func @two_results
// CHECK-NOT: ingot.fused
func.func @two_results(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %0 = ingot.exp %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = ingot.relu %0 : (tensor<4xf32>) -> tensor<4xf32>
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// -----

// A reduction of the group's value stands between: the subtraction depends on it from outside and must not join.
// CHECK-LABEL: func.func @through_a_reduction
// CHECK-NOT: ingot.fused
// CHECK: ingot.sub
func.func @through_a_reduction(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = ingot.exp %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = ingot.reduce max %0 {axes = array<i64: 0>} : (tensor<4xf32>) -> tensor<1xf32>
  %2 = ingot.sub %0, %1 : (tensor<4xf32>, tensor<1xf32>) -> tensor<4xf32>
  return %2 : tensor<4xf32>
}

// -----

// Another shape: the wider sum stays outside.
// CHECK-LABEL: func.func @wider
// CHECK-NOT: ingot.fused
func.func @wider(%x: tensor<4xf32>, %y: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = ingot.exp %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = ingot.add %0, %y : (tensor<4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  return %1 : tensor<2x4xf32>
}

// -----

// What only the group reads comes along: the other factor, and slices as shifted indices with their bounds.
// CHECK-LABEL: func.func @producers
// CHECK-SAME: %[[X:.*]]: tensor<1x8xf32>, %[[C:.*]]: tensor<1x4xf32>
// CHECK: %[[F:.*]] = ingot.fused %[[X]], %[[C]] :
// CHECK: ingot.slice
// CHECK: ingot.slice
// CHECK-DAG: ingot.sigmoid
// CHECK-DAG: ingot.tanh
// CHECK: ingot.mul
// CHECK: ingot.add
// CHECK: ingot.yield
// CHECK: return %[[F]]
func.func @producers(%x: tensor<1x8xf32>, %c: tensor<1x4xf32>) -> tensor<1x4xf32> {
  %zero = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
  %one = ingot.constant tensor<1xi64> = dense<1> : tensor<1xi64>
  %four = ingot.constant tensor<1xi64> = dense<4> : tensor<1xi64>
  %eight = ingot.constant tensor<1xi64> = dense<8> : tensor<1xi64>
  %0 = ingot.slice %x, %zero, %four, %one {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
      : (tensor<1x8xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<1x4xf32>
  %1 = ingot.slice %x, %four, %eight, %one {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
      : (tensor<1x8xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<1x4xf32>
  %2 = ingot.sigmoid %0 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %3 = ingot.tanh %1 : (tensor<1x4xf32>) -> tensor<1x4xf32>
  %4 = ingot.mul %2, %3 : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  %5 = ingot.add %4, %c : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
  return %5 : tensor<1x4xf32>
}

// -----

// A slice that someone else reads has to be in memory; one in steps has no shifted indices.
// CHECK-LABEL: func.func @slices_outside
// CHECK-COUNT-2: ingot.slice
// CHECK: ingot.fused
// CHECK-NOT: ingot.slice
// CHECK: return
func.func @slices_outside(%x: tensor<8xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %zero = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
  %two = ingot.constant tensor<1xi64> = dense<2> : tensor<1xi64>
  %four = ingot.constant tensor<1xi64> = dense<4> : tensor<1xi64>
  %eight = ingot.constant tensor<1xi64> = dense<8> : tensor<1xi64>
  %0 = ingot.slice %x, %zero, %four {operandSegmentSizes = array<i32: 1, 1, 1, 0, 0>}
      : (tensor<8xf32>, tensor<1xi64>, tensor<1xi64>) -> tensor<4xf32>
  %1 = ingot.slice %x, %zero, %eight, %zero, %two {operandSegmentSizes = array<i32: 1, 1, 1, 1, 1>}
      : (tensor<8xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<4xf32>
  %2 = ingot.exp %0 : (tensor<4xf32>) -> tensor<4xf32>
  %3 = ingot.add %2, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %0, %3 : tensor<4xf32>, tensor<4xf32>
}

// -----

// A broadcast is an index map where its shape is known; what only the run time knows is a kernel of its own.
// CHECK-LABEL: func.func @expansions
// CHECK: ingot.fused %arg2
// CHECK: ingot.expand
// CHECK: ingot.exp
// CHECK: %[[X:.*]] = ingot.expand %arg0, %arg1
// CHECK: ingot.exp %[[X]]
func.func @expansions(%x: tensor<?x1xf32>, %s: tensor<?xi64>, %y: tensor<1x3xf32>) -> (tensor<?x?xf32>, tensor<2x3xf32>) {
  %c = ingot.constant tensor<2xi64> = dense<[2, 3]> : tensor<2xi64>
  %2 = ingot.expand %y, %c : (tensor<1x3xf32>, tensor<2xi64>) -> tensor<2x3xf32>
  %3 = ingot.exp %2 : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %0 = ingot.expand %x, %s : (tensor<?x1xf32>, tensor<?xi64>) -> tensor<?x?xf32>
  %1 = ingot.exp %0 : (tensor<?x?xf32>) -> tensor<?x?xf32>
  return %1, %3 : tensor<?x?xf32>, tensor<2x3xf32>
}

// -----

// Parts of a product's columns that work is done on are parts of its kernel, which gives several values: a cell's next
// state and what it shows of it.
// CHECK-LABEL: func.func @parts
// CHECK: %[[F:.*]]:2 = ingot.fused %arg0, %{{.*}}, %arg1, %arg2 :
// CHECK-SAME: -> (tensor<?x4xf32>, tensor<?x4xf32>)
// CHECK:   ingot.matmul
// CHECK:   ingot.add
// CHECK-COUNT-2: ingot.slice
// CHECK:   %[[C:.*]] = ingot.mul
// CHECK:   %[[H:.*]] = ingot.tanh %[[C]]
// CHECK:   ingot.yield %[[C]], %[[H]]
// CHECK: return %[[F]]#0, %[[F]]#1
func.func @parts(%x: tensor<?x3xf32> {ingot.dims = ["N", ""]}, %b: tensor<?x8xf32> {ingot.dims = ["N", ""]},
                 %s: tensor<?x4xf32> {ingot.dims = ["N", ""]}) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %w = ingot.constant tensor<3x8xf32> = dense_resource<w> : tensor<3x8xf32>
  %zero = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
  %one = ingot.constant tensor<1xi64> = dense<1> : tensor<1xi64>
  %four = ingot.constant tensor<1xi64> = dense<4> : tensor<1xi64>
  %eight = ingot.constant tensor<1xi64> = dense<8> : tensor<1xi64>
  %0 = ingot.matmul %x, %w : (tensor<?x3xf32>, tensor<3x8xf32>) -> tensor<?x8xf32>
  %1 = ingot.add %0, %b : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  %2 = ingot.slice %1, %zero, %four, %one {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
      : (tensor<?x8xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<?x4xf32>
  %3 = ingot.slice %1, %four, %eight, %one {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
      : (tensor<?x8xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<?x4xf32>
  %4 = ingot.sigmoid %2 : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %5 = ingot.add %4, %s : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %6 = ingot.mul %5, %3 : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %7 = ingot.tanh %6 : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %6, %7 : tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

// Not where the weights are no constant, the parts are unequal, or someone else reads a part.
// CHECK-LABEL: func.func @no_parts
// CHECK: %[[A:.*]] = ingot.matmul
// CHECK: ingot.fused %[[A]] :
// CHECK: %[[B:.*]] = ingot.matmul
// CHECK: ingot.fused %[[B]] :
// CHECK: %[[C:.*]] = ingot.matmul
// CHECK: ingot.slice %[[C]]
// CHECK: return
func.func @no_parts(%x: tensor<2x3xf32>, %v: tensor<3x8xf32>)
    -> (tensor<2x4xf32>, tensor<2x2xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  %w = ingot.constant tensor<3x8xf32> = dense_resource<w> : tensor<3x8xf32>
  %zero = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
  %one = ingot.constant tensor<1xi64> = dense<1> : tensor<1xi64>
  %two = ingot.constant tensor<1xi64> = dense<2> : tensor<1xi64>
  %three = ingot.constant tensor<1xi64> = dense<3> : tensor<1xi64>
  %four = ingot.constant tensor<1xi64> = dense<4> : tensor<1xi64>
  %five = ingot.constant tensor<1xi64> = dense<5> : tensor<1xi64>
  %eight = ingot.constant tensor<1xi64> = dense<8> : tensor<1xi64>
  %0 = ingot.matmul %x, %v : (tensor<2x3xf32>, tensor<3x8xf32>) -> tensor<2x8xf32>
  %1 = ingot.slice %0, %zero, %four, %one {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
      : (tensor<2x8xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2x4xf32>
  %2 = ingot.slice %0, %four, %eight, %one {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
      : (tensor<2x8xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2x4xf32>
  %3 = ingot.mul %1, %2 : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x4xf32>
  %4 = ingot.matmul %x, %w : (tensor<2x3xf32>, tensor<3x8xf32>) -> tensor<2x8xf32>
  %5 = ingot.slice %4, %one, %three, %one {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
      : (tensor<2x8xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2x2xf32>
  %6 = ingot.slice %4, %three, %five, %one {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
      : (tensor<2x8xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2x2xf32>
  %7 = ingot.mul %5, %6 : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  %8 = ingot.matmul %x, %w : (tensor<2x3xf32>, tensor<3x8xf32>) -> tensor<2x8xf32>
  %9 = ingot.slice %8, %zero, %four, %one {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
      : (tensor<2x8xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2x4xf32>
  %10 = ingot.exp %9 : (tensor<2x4xf32>) -> tensor<2x4xf32>
  return %3, %7, %9, %10 : tensor<2x4xf32>, tensor<2x2xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}

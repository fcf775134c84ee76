// RUN: ingot-opt %s --split-input-file --canonicalize | FileCheck %s

// Transposes that keep the columns become permutations of the operator, before and after it, and compose.
// CHECK-LABEL: func.func @transposes
// CHECK: %[[A:.*]] = ingot.attention %arg0, %arg1, %arg2
// CHECK-SAME: key_perm = array<i64: 0, 2, 1, 3>
// CHECK-SAME: query_perm = array<i64: 0, 2, 1, 3>
// CHECK-SAME: result_perm = array<i64: 0, 2, 1, 3>
// CHECK-NOT: ingot.transpose
// CHECK: return %[[A]]
func.func @transposes(%q: tensor<2x5x3x4xf32>, %k: tensor<2x7x3x4xf32>, %v: tensor<2x3x7x6xf32>) -> tensor<2x5x3x6xf32> {
  %0 = ingot.transpose %q {perm = array<i64: 0, 2, 1, 3>} : (tensor<2x5x3x4xf32>) -> tensor<2x3x5x4xf32>
  %1 = ingot.transpose %k {perm = array<i64: 0, 2, 3, 1>} : (tensor<2x7x3x4xf32>) -> tensor<2x3x4x7xf32>
  %2 = ingot.transpose %1 {perm = array<i64: 0, 1, 3, 2>} : (tensor<2x3x4x7xf32>) -> tensor<2x3x7x4xf32>
  %3 = ingot.attention %0, %2, %v {scale = 0.5 : f64} : (tensor<2x3x5x4xf32>, tensor<2x3x7x4xf32>, tensor<2x3x7x6xf32>) -> tensor<2x3x5x6xf32>
  %4 = ingot.transpose %3 {perm = array<i64: 0, 2, 1, 3>} : (tensor<2x3x5x6xf32>) -> tensor<2x5x3x6xf32>
  return %4 : tensor<2x5x3x6xf32>
}

// -----

// One that moves the columns stays, and so does one of a result with another reader.
// CHECK-LABEL: func.func @stays
// CHECK: ingot.transpose %arg1
// CHECK: ingot.attention
// CHECK: ingot.transpose
func.func @stays(%q: tensor<3x5x4xf32>, %k: tensor<3x4x7xf32>, %v: tensor<3x7x6xf32>) -> (tensor<3x5x6xf32>, tensor<5x3x6xf32>) {
  %0 = ingot.transpose %k {perm = array<i64: 0, 2, 1>} : (tensor<3x4x7xf32>) -> tensor<3x7x4xf32>
  %1 = ingot.attention %q, %0, %v {scale = 0.5 : f64} : (tensor<3x5x4xf32>, tensor<3x7x4xf32>, tensor<3x7x6xf32>) -> tensor<3x5x6xf32>
  %2 = ingot.transpose %1 {perm = array<i64: 1, 0, 2>} : (tensor<3x5x6xf32>) -> tensor<5x3x6xf32>
  return %1, %2 : tensor<3x5x6xf32>, tensor<5x3x6xf32>
}

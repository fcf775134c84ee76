// RUN: ingot-opt %s --lower-graph --canonicalize --cse --split-input-file | FileCheck %s

// One entry of the first dimension is read where it lies, by work that reads strided memory.
// CHECK-LABEL: func.func @entry
// CHECK-NOT: gather
// CHECK: %[[BEGIN:.*]] = arith.muli %{{.*}}, %c12
// CHECK: %[[ENTRY:.*]] = memref.reinterpret_cast %arg1 to offset: [%[[BEGIN]]], sizes: [4, 3], strides: [3, 1]
// CHECK: call @k{{.*}}_exp(%arg0, %[[ENTRY]], %{{.*}})
// CHECK: call @k{{.*}}_matmul(%arg0, %[[ENTRY]], %{{.*}})
func.func @entry(%x: tensor<5x4x3xf32>, %w: tensor<3x2xf32>, %i: tensor<i64>) -> (tensor<4x3xf32>, tensor<4x2xf32>) {
  %0 = ingot.gather %x, %i : (tensor<5x4x3xf32>, tensor<i64>) -> tensor<4x3xf32>
  %1 = ingot.exp %0 : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %2 = ingot.matmul %0, %w : (tensor<4x3xf32>, tensor<3x2xf32>) -> tensor<4x2xf32>
  return %1, %2 : tensor<4x3xf32>, tensor<4x2xf32>
}

// -----

// Who else reads it wants dense memory, and a list of entries is no part of the data.
// CHECK-LABEL: func.func @dense
// CHECK: call @k{{.*}}_gather
// CHECK: call @k{{.*}}_gather
func.func @dense(%x: tensor<5x4x3xf32>, %i: tensor<i64>, %j: tensor<1xi64>)
    -> (tensor<4x3xf32>, tensor<4x3xf32>, tensor<1x4x3xf32>) {
  %0 = ingot.gather %x, %i : (tensor<5x4x3xf32>, tensor<i64>) -> tensor<4x3xf32>
  %1 = ingot.exp %0 : (tensor<4x3xf32>) -> tensor<4x3xf32>
  %2 = ingot.gather %x, %j : (tensor<5x4x3xf32>, tensor<1xi64>) -> tensor<1x4x3xf32>
  %3 = ingot.exp %2 : (tensor<1x4x3xf32>) -> tensor<1x4x3xf32>
  return %0, %1, %3 : tensor<4x3xf32>, tensor<4x3xf32>, tensor<1x4x3xf32>
}

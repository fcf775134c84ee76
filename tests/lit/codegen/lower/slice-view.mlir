// RUN: ingot-opt %s --lower-graph --canonicalize --cse --split-input-file | FileCheck %s

// Query, key and value are read where the product that made all three of them put them: slices that are split into
// heads shift and stride addresses.
// CHECK-LABEL: func.func @heads
// CHECK-NOT: slice
// CHECK-DAG: %[[Q:.*]] = memref.reinterpret_cast %arg1 to offset: [0], sizes: [%{{.*}}, 2, 5, 4], strides: [120, 4, 24, 1]
// CHECK-DAG: %[[K:.*]] = memref.reinterpret_cast %arg1 to offset: [8], sizes: [%{{.*}}, 2, 5, 4], strides: [120, 4, 24, 1]
// CHECK-DAG: %[[V:.*]] = memref.reinterpret_cast %arg1 to offset: [16], sizes: [%{{.*}}, 2, 5, 4], strides: [120, 4, 24, 1]
// CHECK: call @k{{.*}}_attention(%arg0, %[[Q]], %[[K]], %[[V]], %{{.*}})
func.func @heads(%x: tensor<?x5x24xf32> {ingot.name = "x", ingot.dims = ["N", "", ""]})
    -> (tensor<?x5x2x4xf32> {ingot.name = "y"}) {
  %zero = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
  %two = ingot.constant tensor<1xi64> = dense<2> : tensor<1xi64>
  %eight = ingot.constant tensor<1xi64> = dense<8> : tensor<1xi64>
  %sixteen = ingot.constant tensor<1xi64> = dense<16> : tensor<1xi64>
  %end = ingot.constant tensor<1xi64> = dense<24> : tensor<1xi64>
  %heads = ingot.constant tensor<4xi64> = dense<[0, 5, 2, 4]> : tensor<4xi64>
  %0 = ingot.slice %x, %zero, %eight, %two {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
      : (tensor<?x5x24xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<?x5x8xf32>
  %1 = ingot.slice %x, %eight, %sixteen, %two {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
      : (tensor<?x5x24xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<?x5x8xf32>
  %2 = ingot.slice %x, %sixteen, %end, %two {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
      : (tensor<?x5x24xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<?x5x8xf32>
  %q = ingot.reshape %0, %heads : (tensor<?x5x8xf32>, tensor<4xi64>) -> tensor<?x5x2x4xf32>
  %k = ingot.reshape %1, %heads : (tensor<?x5x8xf32>, tensor<4xi64>) -> tensor<?x5x2x4xf32>
  %v = ingot.reshape %2, %heads : (tensor<?x5x8xf32>, tensor<4xi64>) -> tensor<?x5x2x4xf32>
  %y = ingot.attention %q, %k, %v {key_perm = array<i64: 0, 2, 1, 3>, query_perm = array<i64: 0, 2, 1, 3>,
      result_perm = array<i64: 0, 2, 1, 3>, scale = 0.5 : f64, value_perm = array<i64: 0, 2, 1, 3>}
      : (tensor<?x5x2x4xf32>, tensor<?x5x2x4xf32>, tensor<?x5x2x4xf32>) -> tensor<?x5x2x4xf32>
  return %y : tensor<?x5x2x4xf32>
}

// -----

// A reshape that joins dimensions wants the slice's elements side by side.
// CHECK-LABEL: func.func @joined
// CHECK: call @k{{.*}}_slice
func.func @joined(%x: tensor<4x6xf32>) -> tensor<12xf32> {
  %zero = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
  %one = ingot.constant tensor<1xi64> = dense<1> : tensor<1xi64>
  %three = ingot.constant tensor<1xi64> = dense<3> : tensor<1xi64>
  %flat = ingot.constant tensor<1xi64> = dense<12> : tensor<1xi64>
  %0 = ingot.slice %x, %zero, %three, %one {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
      : (tensor<4x6xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<4x3xf32>
  %1 = ingot.reshape %0, %flat : (tensor<4x3xf32>, tensor<1xi64>) -> tensor<12xf32>
  %2 = ingot.exp %1 : (tensor<12xf32>) -> tensor<12xf32>
  return %2 : tensor<12xf32>
}

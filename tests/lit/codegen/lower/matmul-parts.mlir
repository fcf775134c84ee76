// RUN: ingot-opt %s --lower-graph --split-input-file | FileCheck %s

// Columns of two parts lie side by side in a panel, four of each, so that one kernel has both and gives two results.
// CHECK: rt.weight_data @[[W:.*]] source({{.*}}) : tensor<3x2x6xf32>
// CHECK-SAME: pack(inner_dims_pos = [1, 2], inner_tiles = [2, 4], outer_dims_perm = [1, 2, 0]) : memref<1x2x3x2x4xf32>
// CHECK: tile.matmul packed ins(%{{.*}}, %{{.*}} : memref<2x3xf32>, memref<2x3x8xf32>)
// CHECK-SAME: outs(%{{.*}} : memref<2x6xf32>) further_outs(%{{.*}} : memref<2x6xf32>)
// CHECK-SAME: extras(%{{.*}} : memref<6xf32, strided<[1]>>, memref<12xf32>)
// CHECK-SAME: {extra_maps = [#[[FIRST:.*]], #[[SECOND:.*]]], parts = 2 : i64}
// CHECK: ^bb0(%[[A:.*]]: f32, %[[B:.*]]: f32, %[[BIAS_A:.*]]: f32, %[[BIAS_B:.*]]: f32):
// CHECK:   %[[SUM_A:.*]] = arith.addf %[[A]], %[[BIAS_A]]
// CHECK:   %[[T:.*]] = math.tanh %[[SUM_A]]
// CHECK:   %[[SUM_B:.*]] = arith.addf %[[B]], %[[BIAS_B]]
// CHECK:   %[[P:.*]] = arith.mulf %[[T]], %[[SUM_B]]
// CHECK:   tile.yield %[[T]], %[[P]]
// CHECK: func.func @main
// CHECK:   memref.collapse_shape %{{.*}} {{\[}}[0, 1], [2], [3, 4]] : memref<1x2x3x2x4xf32> into memref<2x3x8xf32>
func.func @main(%x: tensor<2x3xf32>, %b: tensor<12xf32>) -> (tensor<2x6xf32>, tensor<2x6xf32>) {
  %w = ingot.constant tensor<3x12xf32> = dense<1.5> : tensor<3x12xf32>
  %0:2 = ingot.fused %x, %w, %b : (tensor<2x3xf32>, tensor<3x12xf32>, tensor<12xf32>)
      -> (tensor<2x6xf32>, tensor<2x6xf32>) {
  ^bb0(%arg0: tensor<2x3xf32>, %arg1: tensor<3x12xf32>, %arg2: tensor<12xf32>):
    %zero = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
    %one = ingot.constant tensor<1xi64> = dense<1> : tensor<1xi64>
    %six = ingot.constant tensor<1xi64> = dense<6> : tensor<1xi64>
    %twelve = ingot.constant tensor<1xi64> = dense<12> : tensor<1xi64>
    %1 = ingot.matmul %arg0, %arg1 : (tensor<2x3xf32>, tensor<3x12xf32>) -> tensor<2x12xf32>
    %2 = ingot.add %1, %arg2 : (tensor<2x12xf32>, tensor<12xf32>) -> tensor<2x12xf32>
    %3 = ingot.slice %2, %zero, %six, %one {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
        : (tensor<2x12xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2x6xf32>
    %4 = ingot.slice %2, %six, %twelve, %one {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
        : (tensor<2x12xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<2x6xf32>
    %5 = ingot.tanh %3 : (tensor<2x6xf32>) -> tensor<2x6xf32>
    %6 = ingot.mul %5, %4 : (tensor<2x6xf32>, tensor<2x6xf32>) -> tensor<2x6xf32>
    ingot.yield %5, %6 : tensor<2x6xf32>, tensor<2x6xf32>
  }
  return %0#0, %0#1 : tensor<2x6xf32>, tensor<2x6xf32>
}

// -----

// Three bytes an element: words of all parts of a step are one row, each part has scales.
// CHECK: rt.weight_data @{{.*}} : tensor<2x8x4xf32>
// CHECK-SAME: pack(inner_dims_pos = [0, 1], inner_tiles = [2, 8], outer_dims_perm = [0, 1, 2])
// CHECK-SAME: : memref<2x8xf32> encoding fixed24_scales
// CHECK: rt.weight_data @{{.*}} : tensor<2x8x4xf32>
// CHECK-SAME: : memref<1x1x4x3x4xi32> encoding fixed24
// CHECK: tile.matmul packed ins(%{{.*}}, %{{.*}} : memref<1x4xf32>, memref<1x4x3x4xi32>)
// CHECK-SAME: extras(%{{.*}}, %{{.*}} : memref<2x8xf32>, memref<2x8xf32>)
// CHECK-SAME: fixed24, parts = 2 : i64
// CHECK: ^bb0(%[[A:.*]]: f32, %[[B:.*]]: f32, %[[SCALE_A:.*]]: f32, %[[SCALE_B:.*]]: f32):
// CHECK-DAG: arith.mulf %[[A]], %[[SCALE_A]]
// CHECK-DAG: arith.mulf %[[B]], %[[SCALE_B]]
module attributes {rt.target = #tile.target<vector_bits = 128, registers = 32, funnel_shift = true, l1 = 64, l2 = 64>} {
func.func @main(%x: tensor<1x4xf32>) -> tensor<1x8xf32> {
  %w = ingot.constant tensor<16x4xf32> = dense<
      [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0], [4.0, 3.0, 2.0, 1.0], [8.0, 7.0, 6.0, 5.0], [4.0, 3.0, 2.0, 1.0],
       [1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0], [4.0, 3.0, 2.0, 1.0], [8.0, 7.0, 6.0, 5.0], [4.0, 3.0, 2.0, 1.0]]> : tensor<16x4xf32>
  %0 = ingot.fused %x, %w : (tensor<1x4xf32>, tensor<16x4xf32>) -> tensor<1x8xf32> {
  ^bb0(%arg0: tensor<1x4xf32>, %arg1: tensor<16x4xf32>):
    %zero = ingot.constant tensor<1xi64> = dense<0> : tensor<1xi64>
    %one = ingot.constant tensor<1xi64> = dense<1> : tensor<1xi64>
    %eight = ingot.constant tensor<1xi64> = dense<8> : tensor<1xi64>
    %sixteen = ingot.constant tensor<1xi64> = dense<16> : tensor<1xi64>
    %1 = ingot.matmul %arg0, %arg1 {transpose_b} : (tensor<1x4xf32>, tensor<16x4xf32>) -> tensor<1x16xf32>
    %2 = ingot.slice %1, %zero, %eight, %one {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
        : (tensor<1x16xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<1x8xf32>
    %3 = ingot.slice %1, %eight, %sixteen, %one {operandSegmentSizes = array<i32: 1, 1, 1, 1, 0>}
        : (tensor<1x16xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<1x8xf32>
    %4 = ingot.mul %2, %3 : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>
    ingot.yield %4 : tensor<1x8xf32>
  }
  return %0 : tensor<1x8xf32>
}
}

// RUN: ingot-opt %s --lower-graph --split-input-file | FileCheck %s

// One row against weights that do not stay in the core's own cache: three bytes an element, and the columns' scales.
// CHECK: rt.weight_data @[[SCALES:.*]] source({{.*}}) : tensor<4x16xf32>
// CHECK-SAME: pack(inner_dims_pos = [1], inner_tiles = [16], outer_dims_perm = [1, 0])
// CHECK-SAME: : memref<16xf32> encoding fixed24_scales
// CHECK: rt.weight_data @[[BYTES:.*]] source({{.*}}) : tensor<4x16xf32>
// CHECK-SAME: pack(inner_dims_pos = [1], inner_tiles = [16], outer_dims_perm = [1, 0])
// CHECK-SAME: : memref<1x4x3x4xi32> encoding fixed24
// CHECK: tile.matmul packed
// CHECK-SAME: fixed24
// CHECK: ^bb0(%[[SUM:.*]]: f32, %[[SCALE:.*]]: f32):
// CHECK:   arith.mulf %[[SUM]], %[[SCALE]]
// CHECK: func.func @main
// CHECK-DAG: rt.weight @[[SCALES]] : memref<16xf32>
// CHECK-DAG: rt.weight @[[BYTES]] : memref<1x4x3x4xi32>
module attributes {rt.target = #tile.target<vector_bits = 128, registers = 32, funnel_shift = true, l1 = 64, l2 = 64>} {
func.func @main(%x: tensor<1x4xf32>) -> tensor<1x16xf32> {
  %w = ingot.constant tensor<4x16xf32> = dense<
      [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
       [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]]> : tensor<4x16xf32>
  %0 = ingot.matmul %x, %w : (tensor<1x4xf32>, tensor<4x16xf32>) -> tensor<1x16xf32>
  return %0 : tensor<1x16xf32>
}
}

// -----

// Rows that only the run knows may be few.
// CHECK: tile.matmul packed ins(%{{.*}} : memref<?x4xf32>, memref<1x4x3x4xi32>)
// CHECK-SAME: fixed24
module attributes {rt.target = #tile.target<vector_bits = 128, registers = 32, funnel_shift = true, l1 = 64, l2 = 64>} {
func.func @main(%x: tensor<?x4xf32>) -> tensor<?x16xf32> {
  %w = ingot.constant tensor<4x16xf32> = dense<
      [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
       [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]]> : tensor<4x16xf32>
  %0 = ingot.matmul %x, %w : (tensor<?x4xf32>, tensor<4x16xf32>) -> tensor<?x16xf32>
  return %0 : tensor<?x16xf32>
}
}

// -----

// More rows: where memory is slower than their multiply-adds and the conversion.
// CHECK: tile.matmul packed ins(%{{.*}} : memref<4x4xf32>, memref<1x4x3x4xi32>)
// CHECK-SAME: fixed24
module attributes {rt.target = #tile.target<vector_bits = 128, registers = 32, funnel_shift = true, l1 = 64, l2 = 64, stream = 4>} {
func.func @main(%x: tensor<4x4xf32>) -> tensor<4x16xf32> {
  %w = ingot.constant tensor<4x16xf32> = dense<
      [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
       [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]]> : tensor<4x16xf32>
  %0 = ingot.matmul %x, %w : (tensor<4x4xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  return %0 : tensor<4x16xf32>
}
}

// -----

// Of processors that shift no pairs of words, up to three rows that are one tile, against weights beyond the second
// cache.
// CHECK: tile.matmul packed ins(%{{.*}} : memref<2x4xf32>, memref<1x4x3x8xi32>)
// CHECK-SAME: fixed24
// CHECK: tile.matmul packed ins(%{{.*}} : memref<3x4xf32>, memref<{{.*}}x4x{{[0-9]+}}xf32>)
// CHECK: tile.matmul packed ins(%{{.*}} : memref<?x4xf32>, memref<{{.*}}x4x{{[0-9]+}}xf32>)
// CHECK: tile.matmul packed ins(%{{.*}} : memref<1x3xf32>, memref<{{.*}}x3x{{[0-9]+}}xf32>)
module attributes {rt.target = #tile.target<vector_bits = 256, registers = 16, l1 = 512, l2 = 512>} {
func.func @main(%two: tensor<2x4xf32>, %three: tensor<3x4xf32>, %any: tensor<?x4xf32>, %short: tensor<1x3xf32>)
    -> (tensor<2x32xf32>, tensor<3x32xf32>, tensor<?x32xf32>, tensor<1x32xf32>) {
  %w = ingot.constant tensor<4x32xf32> = dense<[
      [1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0],
      [6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0],
      [3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0],
      [8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0]]> : tensor<4x32xf32>
  %few = ingot.constant tensor<3x32xf32> = dense<[
      [1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0],
      [6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0],
      [3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0, 3.0, 6.0, 1.0, 4.0, 7.0, 2.0, 5.0, 8.0]]> : tensor<3x32xf32>
  %0 = ingot.matmul %two, %w : (tensor<2x4xf32>, tensor<4x32xf32>) -> tensor<2x32xf32>
  %1 = ingot.matmul %three, %w : (tensor<3x4xf32>, tensor<4x32xf32>) -> tensor<3x32xf32>
  %2 = ingot.matmul %any, %w : (tensor<?x4xf32>, tensor<4x32xf32>) -> tensor<?x32xf32>
  %3 = ingot.matmul %short, %few : (tensor<1x3xf32>, tensor<3x32xf32>) -> tensor<1x32xf32>
  return %0, %1, %2, %3 : tensor<2x32xf32>, tensor<3x32xf32>, tensor<?x32xf32>, tensor<1x32xf32>
}
}

// -----

// Turns of a loop that reads the same weights again go forwards and backwards.
// CHECK: func.func private @[[KERNEL:.*]](%{{.*}}: !llvm.ptr, {{.*}}, %[[TURN:.*]]: i1)
// CHECK:   scf.if %[[TURN]] {
// CHECK:     tile.matmul packed
// CHECK-SAME:  tile.backwards
// CHECK:   } else {
// CHECK:     tile.matmul packed
// CHECK-NOT:   tile.backwards
// CHECK: func.func @main
// CHECK:   scf.for %[[I:[a-z0-9]+]] =
// CHECK:     %[[INTEGER:.*]] = arith.index_cast %[[I]]
// CHECK:     %[[ODD:.*]] = arith.trunci %[[INTEGER]] : i64 to i1
// CHECK:     call @[[KERNEL]]({{.*}}, %[[ODD]])
module attributes {rt.target = #tile.target<vector_bits = 128, registers = 32, funnel_shift = true, l1 = 64, l2 = 64>} {
func.func @main(%x: tensor<1x16xf32>) -> tensor<1x16xf32> {
  %n = ingot.constant tensor<i64> = dense<3> : tensor<i64>
  %w = ingot.constant tensor<16x16xf32> = dense<
      [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
       [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
       [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
       [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
       [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
       [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
       [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
       [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]]> : tensor<16x16xf32>
  %0 = ingot.loop trip %n : tensor<i64> init %x : tensor<1x16xf32> -> (tensor<1x16xf32>) {
  ^bb0(%i: tensor<i64>, %h: tensor<1x16xf32>):
    %true = ingot.constant tensor<i1> = dense<true> : tensor<i1>
    %1 = ingot.matmul %h, %w : (tensor<1x16xf32>, tensor<16x16xf32>) -> tensor<1x16xf32>
    ingot.yield %true, %1 : tensor<i1>, tensor<1x16xf32>
  }
  return %0 : tensor<1x16xf32>
}
}

// -----

// Many rows, elements whose precision would suffer, a processor of short vectors that shifts no pairs of words:
// f32 as it is.
// CHECK-NOT: fixed24
module attributes {rt.target = #tile.target<vector_bits = 128, registers = 32, funnel_shift = true, l1 = 64, l2 = 64>} {
func.func @main(%x: tensor<4x4xf32>) -> tensor<4x16xf32> {
  %w = ingot.constant tensor<4x16xf32> = dense<
      [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
       [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]]> : tensor<4x16xf32>
  %0 = ingot.matmul %x, %w : (tensor<4x4xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  return %0 : tensor<4x16xf32>
}
}

// -----

// CHECK-NOT: fixed24
module attributes {rt.target = #tile.target<vector_bits = 128, registers = 32, funnel_shift = true, l1 = 64, l2 = 64>} {
func.func @main(%x: tensor<1x4xf32>) -> tensor<1x16xf32> {
  %w = ingot.constant tensor<4x16xf32> = dense<
      [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [1.0e-6, 2.0e-6, 3.0e-6, 4.0e-6, 5.0e-6, 6.0e-6, 7.0e-6, 8.0e-6, 1.0e-6, 2.0e-6, 3.0e-6, 4.0e-6, 5.0e-6, 6.0e-6, 7.0e-6, 8.0e-6],
       [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]]> : tensor<4x16xf32>
  %0 = ingot.matmul %x, %w : (tensor<1x4xf32>, tensor<4x16xf32>) -> tensor<1x16xf32>
  return %0 : tensor<1x16xf32>
}
}

// -----

// CHECK-NOT: fixed24
module attributes {rt.target = #tile.target<vector_bits = 128, registers = 32, l1 = 64, l2 = 64>} {
func.func @main(%x: tensor<1x4xf32>) -> tensor<1x16xf32> {
  %w = ingot.constant tensor<4x16xf32> = dense<
      [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
       [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]]> : tensor<4x16xf32>
  %0 = ingot.matmul %x, %w : (tensor<1x4xf32>, tensor<4x16xf32>) -> tensor<1x16xf32>
  return %0 : tensor<1x16xf32>
}
}

// -----

// More rows against weights that stay in the second cache.
// CHECK-NOT: fixed24
module attributes {rt.target = #tile.target<vector_bits = 128, registers = 32, funnel_shift = true, l1 = 64, l2 = 256, stream = 4>} {
func.func @main(%x: tensor<4x4xf32>) -> tensor<4x16xf32> {
  %w = ingot.constant tensor<4x16xf32> = dense<
      [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
       [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0],
       [8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0]]> : tensor<4x16xf32>
  %0 = ingot.matmul %x, %w : (tensor<4x4xf32>, tensor<4x16xf32>) -> tensor<4x16xf32>
  return %0 : tensor<4x16xf32>
}
}

// RUN: ingot-opt %s --split-input-file --lower-graph --canonicalize --cse | FileCheck %s

// Batches against one constant are one long matrix, its columns in panels; what is fused is the epilogue.
// CHECK: rt.weight_data @w0 {{.*}} pack(inner_dims_pos = [1], inner_tiles = [4], outer_dims_perm = [1, 0]) : memref<1x3x4xf32>
// CHECK-LABEL: func.func private @k0_matmul({{.*}}: memref<?x3xf32>, %{{.*}}: memref<1x3x4xf32>, %{{.*}}: memref<?x2xf32>
// CHECK: tile.matmul packed
// CHECK-SAME: extra_maps = [#{{.*}}]
// CHECK: ^bb0(%[[SUM:.*]]: f32, %[[BIAS:.*]]: f32):
// CHECK: arith.addf %[[SUM]], %[[BIAS]]
// CHECK: func.func @constant
// CHECK: memref.collapse_shape %{{.*}} {{\[\[}}0, 1], [2]] : memref<?x5x3xf32> into memref<?x3xf32>
module {
func.func @constant(%x: tensor<?x5x3xf32> {ingot.name = "x", ingot.dims = ["N", "", ""]}, %b: tensor<2xf32> {ingot.name = "b"})
    -> (tensor<?x5x2xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<3x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %0 = ingot.fused %x, %w, %b : (tensor<?x5x3xf32>, tensor<3x2xf32>, tensor<2xf32>) -> tensor<?x5x2xf32> {
  ^bb0(%a: tensor<?x5x3xf32>, %c: tensor<3x2xf32>, %d: tensor<2xf32>):
    %1 = ingot.matmul %a, %c : (tensor<?x5x3xf32>, tensor<3x2xf32>) -> tensor<?x5x2xf32>
    %2 = ingot.add %1, %d : (tensor<?x5x2xf32>, tensor<2xf32>) -> tensor<?x5x2xf32>
    ingot.yield %2 : tensor<?x5x2xf32>
  }
  return %0 : tensor<?x5x2xf32>
}
}

// -----

// For a target without vectors, which the reference is compiled for, weights stay as they are.
// CHECK: rt.weight_data @w0 source({{.*}}) : tensor<3x2xf32> : memref<3x2xf32>
// CHECK: tile.matmul row_major
module attributes {rt.target = #tile.target<vector_bits = 0, registers = 16>} {
func.func @scalar(%x: tensor<5x3xf32> {ingot.name = "x"}) -> (tensor<5x2xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<3x2xf32> = dense<[[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %0 = ingot.matmul %x, %w : (tensor<5x3xf32>, tensor<3x2xf32>) -> tensor<5x2xf32>
  return %0 : tensor<5x2xf32>
}
}

// -----

// Bytes by fours for a dot instruction, summed up in i32.
// CHECK: rt.weight_data @w0 {{.*}} pack(inner_dims_pos = [1, 0], inner_tiles = [32, 4], outer_dims_perm = [1, 0])
// CHECK: tile.matmul packed
// CHECK-SAME: a_unsigned
// CHECK-SAME: packed_depth = 4
// CHECK: ^bb0(%{{.*}}: i32):
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true, dot_i8 = true>} {
func.func @bytes(%x: tensor<5x4xui8> {ingot.name = "x"}) -> (tensor<5x32xi32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<4x32xi8> = dense<1> : tensor<4x32xi8>
  %0 = ingot.matmul %x, %w : (tensor<5x4xui8>, tensor<4x32xi8>) -> tensor<5x32xi32>
  return %0 : tensor<5x32xi32>
}
}

// -----

// Inner extents that only the run time can compare.
// CHECK-LABEL: func.func @depths
// CHECK: rt.check %{{.*}}, "expected %lld rows in the right operand but got %lld"
module {
func.func @depths(%x: tensor<5x?xf32> {ingot.name = "x", ingot.dims = ["", "K"]},
                  %y: tensor<?x4xf32> {ingot.name = "y", ingot.dims = ["L", ""]}) -> (tensor<5x4xf32> {ingot.name = "z"}) {
  %0 = ingot.matmul %x, %y : (tensor<5x?xf32>, tensor<?x4xf32>) -> tensor<5x4xf32>
  return %0 : tensor<5x4xf32>
}
}

// -----

// Columns of a panel that were measured to be best for a product of these sizes.
// CHECK: rt.weight_data @w0 {{.*}} inner_tiles = [48]
// CHECK: tile.matmul packed ins(%{{.*}} : memref<5x3xf32>, memref<2x3x48xf32>)
module attributes {
  rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true>,
  rt.tuned = {"columns of a panel: 5 x 64 from 3 x 1 steps" = 48 : i64}
} {
func.func @measured_panels(%x: tensor<5x3xf32> {ingot.name = "x"}) -> (tensor<5x64xf32> {ingot.name = "y"}) {
  %w = ingot.constant tensor<3x64xf32> = dense<1.0> : tensor<3x64xf32>
  %0 = ingot.matmul %x, %w : (tensor<5x3xf32>, tensor<3x64xf32>) -> tensor<5x64xf32>
  return %0 : tensor<5x64xf32>
}
}

// -----

// Seven vectors of columns are panels of four and three, rather than of two and a last one of one; eight are panels of
// two, sixteen columns one of one.
// CHECK: tile.matmul packed ins(%{{.*}} : memref<5x3xf32>, memref<2x3x64xf32>)
// CHECK: tile.matmul packed ins(%{{.*}} : memref<5x3xf32>, memref<4x3x32xf32>)
// CHECK: tile.matmul packed ins(%{{.*}} : memref<5x3xf32>, memref<1x3x16xf32>)
// CHECK-LABEL: func.func @panels
module attributes {rt.target = #tile.target<vector_bits = 512, registers = 32, masks = true>} {
func.func @panels(%x: tensor<5x3xf32> {ingot.name = "x"})
    -> (tensor<5x100xf32> {ingot.name = "y"}, tensor<5x127xf32> {ingot.name = "z"}, tensor<5x16xf32> {ingot.name = "t"}) {
  %w0 = ingot.constant tensor<3x100xf32> = dense<1.0> : tensor<3x100xf32>
  %0 = ingot.matmul %x, %w0 : (tensor<5x3xf32>, tensor<3x100xf32>) -> tensor<5x100xf32>
  %w1 = ingot.constant tensor<3x127xf32> = dense<1.0> : tensor<3x127xf32>
  %1 = ingot.matmul %x, %w1 : (tensor<5x3xf32>, tensor<3x127xf32>) -> tensor<5x127xf32>
  %w2 = ingot.constant tensor<3x16xf32> = dense<1.0> : tensor<3x16xf32>
  %2 = ingot.matmul %x, %w2 : (tensor<5x3xf32>, tensor<3x16xf32>) -> tensor<5x16xf32>
  return %0, %1, %2 : tensor<5x100xf32>, tensor<5x127xf32>, tensor<5x16xf32>
}
}
